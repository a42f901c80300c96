from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DailyConfig(AppConfig):
    name = "daily"
    verbose_name = _("Daily life")

    def ready(self) -> None:
        from accounts import portability
        from daily.personal_data import SHARE

        portability.register(SHARE)
