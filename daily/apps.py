from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DailyConfig(AppConfig):
    name = "daily"
    verbose_name = _("Daily life")

    def ready(self) -> None:
        from accounts import portability
        from accounts.following import register_honours
        from daily.cabinet import shown_on_profile
        from daily.personal_data import SHARE

        register_honours(shown_on_profile)
        portability.register(SHARE)
