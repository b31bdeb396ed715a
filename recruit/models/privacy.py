"""Notices, retention, erasures and what people ask for: the ledger of data protection."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models.candidate import Candidate
from recruit.models.company import Office
from recruit.states import PrivacyRequestState


class Purpose(models.TextChoices):
    """What data are used for; each purpose has a text and a basis of its own."""

    RECRUITMENT = "recruitment", _("Considering an application")
    POOL = "pool", _("Being asked about other vacancies")
    MESSAGES = "messages", _("Messages to a phone")
    FORECAST = "forecast", _("Forecasting who comes")


class Basis(models.TextChoices):
    """Why it is lawful (GDPR Art. 6; PDPA s.24; 152-FZ Art. 6)."""

    CONTRACT = "contract", _("Steps before a contract, at the person's request")
    INTEREST = "interest", _("Legitimate interest")
    CONSENT = "consent", _("Consent")
    LAW = "law", _("Legal duty")


class Notice(models.Model):
    """One version of a text that people are shown, in one language; a text once shown is never changed."""

    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    version = models.CharField(max_length=32)
    language = models.CharField(max_length=5)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    title = models.CharField(max_length=200)
    body = models.TextField()
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["purpose", "-published_at", "language"]
        constraints = [models.UniqueConstraint(fields=["purpose", "version", "language"], name="notice_version_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.language}"

    @property
    def is_consent(self) -> bool:
        """Whether it needs a tick of its own, which can be taken back."""
        return self.basis == Basis.CONSENT


class RetentionRule(models.Model):
    """How long people are kept after the last thing that happened; an office may have a rule of its own."""

    office = models.OneToOneField(Office, models.CASCADE, null=True, blank=True, related_name="retention_rule")
    days = models.PositiveSmallIntegerField(default=365, help_text=_("Since the last application, message or visit."))
    pool_days = models.PositiveSmallIntegerField(
        default=730, help_text=_("Where the person agreed to be asked about other vacancies.")
    )
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Coalesce("office", 0), name="retention_rule_one_for_all"),
            models.CheckConstraint(condition=models.Q(days__gte=1, pool_days__gte=1), name="retention_rule_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days"


class RetentionRun(models.Model):
    """One pass of the retention rules, or what it would have done; ids and counts only."""

    at = models.DateTimeField(default=timezone.now)
    is_dry_run = models.BooleanField(default=False)
    by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    candidate_ids: models.JSONField[list[int]] = models.JSONField(default=list)
    erased = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"retention {self.at:%Y-%m-%d}"


class Erasure(models.Model):
    """That somebody was erased, when, why and what was taken: the act of destruction, without the person."""

    class Reason(models.TextChoices):
        """Why."""

        REQUEST = "request", _("The person asked")
        RETENTION = "retention", _("Kept long enough")
        REPLAY = "replay", _("Erased before the backup was restored")

    # A number, not a key: the erasure outlives even the row.
    candidate_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    # Rows and files by kind: {"contacts": 2, "resume files": 1}.
    counts: models.JSONField[dict[str, int]] = models.JSONField(default=dict)
    # Keyed digests of the contacts: so that an import does not bring the person back unnoticed.
    suppressed: models.JSONField[list[str]] = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"erasure of candidate {self.candidate_id}"


class Suppression(models.Model):
    """That whoever has this contact is left out of imports: a keyed digest, never the contact itself."""

    class Reason(models.TextChoices):
        """Why."""

        ERASED = "erased", _("The person was erased")
        WITHDREW = "withdrew", _("The person wants no messages")

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=8, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.reason} {self.at:%Y-%m-%d}"


class PrivacyRequest(models.Model):
    """Something a person asked for on the page of their rights."""

    class Kind(models.TextChoices):
        """What is asked for."""

        ERASE = "erase", _("Erase my data")
        CORRECT = "correct", _("Correct my data")
        REVIEW = "review", _("A person should look at the decision")
        OBJECT = "object", _("Do not use my data for forecasts")

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="privacy_requests")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=PrivacyRequestState.choices, default=PrivacyRequestState.OPEN)
    text = models.CharField(max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "kind"],
                condition=models.Q(state=PrivacyRequestState.OPEN),
                name="privacy_request_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=PrivacyRequestState.values), name="privacy_request_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
