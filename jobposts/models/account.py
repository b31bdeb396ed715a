"""An account on a job board: its token, its limits, its health."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models import Source


class BoardSystem(models.TextChoices):
    """Boards that can be connected (``jobposts.boards.accounts.SYSTEMS``)."""

    HEADHUNTER = "headhunter", "hh.ru"
    SUPERJOB = "superjob", "SuperJob"


class AccountQuerySet(models.QuerySet["BoardAccount"]):
    """Reads over accounts."""

    def working(self) -> Self:
        """Connected, not switched off, not waiting for a new log-in."""
        return self.filter(is_on=True, broken_at=None).exclude(access="")

    def due(self, at: datetime) -> Self:
        """To be polled by ``at``."""
        return self.working().filter(next_poll_at__lte=at)


class BoardAccount(models.Model):
    """One employer account on one board.

    ``access`` and ``refresh`` are sealed (``recruit.sealed``). A token is refreshed by whoever moves
    ``refreshing_until`` on by an UPDATE: one process at a time, and no transaction is open while the board is asked.
    """

    system = models.CharField(max_length=16, choices=BoardSystem.choices)
    name = models.CharField(max_length=120)
    source = models.ForeignKey(Source, models.PROTECT, related_name="board_accounts")
    is_on = models.BooleanField(default=True, help_text=_("Switched off: nothing is asked of the board."))
    employer_id = models.CharField(max_length=64, blank=True)
    manager_id = models.CharField(max_length=64, blank=True)
    # hh.ru: one of the manager's work accounts, where there are several.
    manager_account_id = models.CharField(max_length=64, blank=True)
    # What there is to choose from, as the board named it at the last log-in: [{"id": …, "name": …}].
    work_accounts: models.JSONField[list[dict[str, str]]] = models.JSONField(default=list, blank=True)
    access = models.TextField(blank=True)
    refresh = models.TextField(blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    refreshing_until = models.DateTimeField(null=True, blank=True)
    refreshing_by = models.CharField(max_length=32, blank=True)
    # A person must log in again; nothing is asked until then.
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_reason = models.CharField(max_length=200, blank=True)
    # The day's resume views are spent: nothing that costs one is asked before.
    paused_until = models.DateTimeField(null=True, blank=True)
    # A person must solve a captcha there.
    captcha_url = models.URLField(max_length=500, blank=True)
    views_left = models.PositiveIntegerField(null=True, blank=True)
    fetches_files = models.BooleanField(default=True, help_text=_("Fetch the PDF of each resume; costs a view each."))
    poll_minutes = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    next_poll_at = models.DateTimeField(default=timezone.now, db_index=True)
    # A whole reading with reconciliation; between two of them only what is new is looked for.
    full_hours = models.PositiveSmallIntegerField(default=6, validators=[MinValueValidator(1)])
    last_full_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    last_error_code = models.CharField(max_length=32, blank=True)
    # Part of the address that the board sends its notices to; hh.ru signs nothing.
    hook_token = models.CharField(max_length=64, unique=True)
    hook_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(system__in=BoardSystem.values), name="account_system_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_connected(self) -> bool:
        """Whether a token is there."""
        return bool(self.access)

    @property
    def options(self) -> dict[str, Any]:
        """What ``jobposts.boards.accounts.board_of`` is told beside the token."""
        return {
            "employer_id": self.employer_id,
            "manager_id": self.manager_id,
            "manager_account_id": self.manager_account_id,
        }
