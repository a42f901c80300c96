from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Job handlers register themselves on import.
        autodiscover_modules("consumers", "tasks")
