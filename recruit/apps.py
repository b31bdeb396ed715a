"""The Django application."""

from django.apps import AppConfig


class RecruitConfig(AppConfig):
    name = "recruit"

    def ready(self) -> None:
        """Register recruit's own parts."""
        import recruit.api.schema
        import recruit.checks  # noqa: F401 - registers itself
        from recruit import registry

        registry.register()
