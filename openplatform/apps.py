from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenPlatformConfig(AppConfig):
    name = "openplatform"
    verbose_name = _("Open platform")

    def ready(self) -> None:
        # Registers how log-in appears in the OpenAPI document.
        import accounts.api.schema  # noqa: F401
