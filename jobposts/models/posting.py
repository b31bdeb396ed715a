"""Vacancies as they stand on a board, and what was paid for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from jobposts.models.account import BoardAccount
from jobposts.states import PostingState, PromotionKind, PromotionState
from recruit.models import SourceLink, Spend, Vacancy
from recruit.permissions import SEES_ALL

if TYPE_CHECKING:
    from recruit.models import User


class PostingQuerySet(models.QuerySet["Posting"]):
    """Reads over postings."""

    def visible_to(self, user: User) -> Self:
        """Postings of vacancies that this user may see, and those not yet tied to a vacancy."""
        if user.role in SEES_ALL:
            return self
        return self.filter(models.Q(vacancy__in=Vacancy.objects.visible_to(user)) | models.Q(vacancy=None))


class Posting(models.Model):
    """One vacancy on one board account; ``vacancy`` is None until a person says which it is."""

    account = models.ForeignKey(BoardAccount, models.CASCADE, related_name="postings")
    vacancy = models.ForeignKey(Vacancy, models.CASCADE, null=True, blank=True, related_name="postings")
    link = models.OneToOneField(SourceLink, models.PROTECT, related_name="posting")
    external_id = models.CharField(max_length=64, blank=True)
    # Our own word in the board's record (hh.ru: ``code``), by which a lost publication is found again.
    key = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=PostingState.choices, default=PostingState.DRAFT)
    draft: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    url = models.URLField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # The board's own figures: views, responses …
    counters: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    # The newest change of a response that was taken over, less an overlap: a quick look stops there.
    read_until = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "external_id"], condition=~models.Q(external_id=""), name="posting_once_per_account"
            ),
            models.CheckConstraint(condition=models.Q(state__in=PostingState.values), name="posting_state_known"),
        ]

    def __str__(self) -> str:
        return self.title


class Promotion(models.Model):
    """A paid step on a posting, as an event with money and days.

    ``amount`` in ``currency`` is the board's price, or was entered by hand; None where neither is known. The money
    stands in ``spend`` as well, where statistics find it.
    """

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="promotions")
    kind = models.CharField(max_length=16, choices=PromotionKind.choices)
    state = models.CharField(max_length=8, choices=PromotionState.choices, default=PromotionState.SENDING)
    amount = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(max_length=3, default="RUB")
    starts_on = models.DateField()
    ends_on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    by_hand = models.BooleanField(default=False)
    # What the board adapter needs to read a lost step back.
    key = models.CharField(max_length=64, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    spend = models.OneToOneField(Spend, models.SET_NULL, null=True, blank=True, related_name="promotion")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PromotionState.values), name="promotion_state_known"),
            models.CheckConstraint(condition=models.Q(kind__in=PromotionKind.values), name="promotion_kind_known"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="promotion_days_in_order"
            ),
            # Of two who press the button at once, one pays.
            models.UniqueConstraint(
                fields=["posting"],
                condition=models.Q(state__in=["sending", "unknown"]),
                name="promotion_one_open_per_posting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.posting}"
