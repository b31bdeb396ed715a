"""The attendance ledger: append-only events of invitations."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from scheduling.models.invitation import Invitation
from scheduling.states import LedgerKind


class ActorKind(models.TextChoices):
    """Who made an event happen."""

    USER = "user", _("User")
    CANDIDATE = "candidate", _("Candidate")
    MAIL = "mail", _("Mail")
    PROGRAM = "program", _("Program")
    IMPORT = "import", _("Import")
    SYSTEM = "system", _("System")
    DEMO = "demo", _("Demo")


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    """Reads and appends; what is written stays."""

    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        """Refuse: a correction is a new event."""
        msg = "The attendance ledger is append-only: write a correction instead."
        raise TypeError(msg)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        """Refuse: a correction is a new event."""
        self.update()


class LedgerEntry(models.Model):
    """One event; ids, times and codes only, so that it survives the erasure of the person."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="ledger")
    kind = models.CharField(max_length=18, choices=LedgerKind.choices)
    # When it happened, and when it was written down.
    at = models.DateTimeField(db_index=True)
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=32, blank=True, help_text=_("Page, channel or program."))
    data: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    corrects = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="corrections")
    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=LedgerKind.values), name="ledger_kind_known"),
        ]
        indexes = [models.Index(fields=["invitation", "kind"], name="ledger_invitation_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of invitation {self.invitation_id}"
