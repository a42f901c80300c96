from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Site")

    def ready(self) -> None:
        # Job handlers and checks register themselves on import.
        autodiscover_modules("consumers", "tasks", "health_checks")
