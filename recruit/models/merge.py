"""Two records that may be one person, and merges with all that is needed to take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models.candidate import Candidate
from recruit.permissions import SEES_ALL

if TYPE_CHECKING:
    from recruit.models.user import User


class PairState(models.TextChoices):
    """What a person decided about two records."""

    OPEN = "open", _("To be decided")
    MERGED = "merged", _("One person")
    APART = "apart", _("Two people")


class PairQuerySet(models.QuerySet["DuplicatePair"]):
    """Reads over suggested pairs."""

    def open(self) -> Self:
        """Not decided, both records standing."""
        return self.filter(
            state=PairState.OPEN,
            first__merged_into=None,
            second__merged_into=None,
            first__erased_at=None,
            second__erased_at=None,
        )

    def visible_to(self, user: User) -> Self:
        """Pairs of which the person may see both sides."""
        if user.role in SEES_ALL:
            return self
        mine = Candidate.objects.visible_to(user)
        return self.filter(first__in=mine.values("pk"), second__in=mine.values("pk"))


class DuplicatePair(models.Model):
    """Two records that look like one person: ``first`` is the older record."""

    first = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    second = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    # "auto" would have been linked on arrival; "suggest" is for a person (recruit.parsing.matching).
    level = models.CharField(max_length=8)
    score = models.FloatField(default=0.0)
    reasons: models.JSONField[list[str]] = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=PairState.choices, default=PairState.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="pair_in_order"),
            models.CheckConstraint(condition=models.Q(state__in=PairState.values), name="pair_state_known"),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="pair_to_decide")]

    def __str__(self) -> str:
        return f"{self.first_id} ? {self.second_id}"


class Merge(models.Model):
    """``gone`` was merged into ``kept``; ``rows`` says what moved and what was changed, so that it can be undone."""

    kept = models.ForeignKey(Candidate, models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Candidate, models.CASCADE, related_name="merged_by")
    # What moved by table, what was changed with its old values, what was taken out with all of its values.
    rows: models.JSONField[dict[str, Any]] = models.JSONField()
    reasons: models.JSONField[list[str]] = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"


class BlockingKey(models.Model):
    """A key that two records of one person share; pairs are found by an SQL join over this table."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="blocking_keys")
    # Digest of a key of recruit.parsing.matching.blocking_keys; "n" keys (name and town) carry a smaller limit.
    digest = models.BigIntegerField(db_index=True)
    is_name = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "digest"], name="blocking_key_once")]

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.digest}"


class DuplicateScan(models.Model):
    """How far the search for duplicates has come: always row 1."""

    candidate_id_seen = models.BigIntegerField(default=0)
    contact_id_seen = models.BigIntegerField(default=0)
    identity_id_seen = models.BigIntegerField(default=0)
    changed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="scan_is_row_one")]

    def __str__(self) -> str:
        return f"up to {self.candidate_id_seen}"
