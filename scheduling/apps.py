"""The Django application."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        """Register scheduling's parts."""
        from scheduling import registry

        registry.register()
