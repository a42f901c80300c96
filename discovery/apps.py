from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscoveryConfig(AppConfig):
    name = "discovery"
    verbose_name = _("Discovery")

    def ready(self) -> None:
        from accounts import portability
        from circles import discover_sections
        from discovery.door import SECTIONS
        from discovery.personal_data import SHARE

        portability.register(SHARE)
        discover_sections.register(*SECTIONS)
