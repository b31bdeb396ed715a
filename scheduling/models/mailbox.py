"""Mail that came in: kept until it is read, then what was made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recruit.permissions import SEES_ALL
from scheduling.models.feed import InterviewerBlock
from scheduling.models.invitation import Invitation
from scheduling.models.session import InterviewSession

if TYPE_CHECKING:
    from recruit.models import User


class MailOutcome(models.TextChoices):
    """What was made of an incoming mail; only ``applied`` and ``proposal`` changed anything."""

    WAITING = "waiting", _("Not read yet")
    APPLIED = "applied", _("Answer taken")
    PROPOSAL = "proposal", _("Asks for another time")
    DELEGATED = "delegated", _("Wants somebody else to come")
    REFRESHED = "refreshed", _("Asked for the invitation again")
    STALE = "stale", _("Older than what is known")
    STRANGER = "stranger", _("From somebody who was not invited")
    FORGED = "forged", _("Not proven to be from the invited person")
    UNKNOWN = "unknown", _("About no interview of ours")
    BOUNCE = "bounce", _("Could not be delivered")
    AUTOMATIC = "automatic", _("Automatic answer")
    LETTER = "letter", _("A letter to read")
    REFUSED = "refused", _("The answer came too late")
    UNREADABLE = "unreadable", _("Cannot be read")


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    """Reads over incoming mail."""

    def visible_to(self, user: User) -> Self:
        """Mail about sessions this user may see; what belongs to nothing is for those who see everything."""
        if user.role in SEES_ALL:
            return self
        sessions = InterviewSession.objects.visible_to(user)
        return self.filter(Q(invitation__session__in=sessions) | Q(block__session__in=sessions))


class IncomingMail(models.Model):
    """One mail, once: the same bytes from two boxes are one row."""

    digest = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=8)
    received_at = models.DateTimeField(db_index=True)
    # The mail itself until it was read; a person's letter is not kept longer than needed.
    raw = models.BinaryField(default=b"")
    outcome = models.CharField(max_length=10, choices=MailOutcome.choices, default=MailOutcome.WAITING)
    from_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    words = models.CharField(max_length=500, blank=True)
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, blank=True, related_name="mails")
    block = models.ForeignKey(InterviewerBlock, models.CASCADE, null=True, blank=True, related_name="mails")
    read_at = models.DateTimeField(null=True, blank=True)
    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=MailOutcome.values), name="incoming_mail_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} mail {self.pk}"


class MailRules(models.Model):
    """How proposals that come by mail are treated: always row 1."""

    accept_free_times = models.BooleanField(
        default=False, help_text=_("A proposed time that is an arrival time of the same session is accepted at once.")
    )

    class Meta:
        verbose_name_plural = "mail rules"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mail_rules_is_row_one")]

    def __str__(self) -> str:
        return "mail rules"

    @classmethod
    def current(cls) -> MailRules:
        """Return the settings row, made with its defaults where there is none yet."""
        return cls.objects.get_or_create(pk=1)[0]
