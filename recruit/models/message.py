"""The outbox: every message that leaves, on any channel."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models.candidate import Candidate
from recruit.permissions import SEES_ALL
from recruit.states import MessageState

if TYPE_CHECKING:
    from recruit.models.user import User


class Channel(models.TextChoices):
    """The way a message takes."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    HAND = "hand", _("Sent by hand")
    CALL = "call", _("Call list")


class Through(models.TextChoices):
    """The application of a phone in which a person sends a ready text."""

    WHATSAPP = "whatsapp", "WhatsApp"
    LINE = "line", "LINE"
    TELEGRAM = "telegram", "Telegram"
    PHONE = "phone", _("Spoken on the phone")
    OTHER = "other", _("Another way")


class MessageKind(models.TextChoices):
    """What a message is about; with its channel it picks the template."""

    INVITATION = "invitation", _("Invitation")
    UPDATE = "update", _("Change of an invitation")
    CANCELLATION = "cancellation", _("Cancellation")
    REMINDER = "reminder", _("Reminder")
    ANSWER = "answer", _("Answer after an interview")
    DIRECTIONS = "directions", _("How to get there")
    BLOCK = "block", _("Interviewer's block")
    OTHER = "other", _("Other")


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads over the outbox."""

    def visible_to(self, user: User) -> Self:
        """Messages to candidates that this user may see, and to the user; never what is private to a colleague."""
        if user.role in SEES_ALL:
            return self.filter(models.Q(user=None) | models.Q(user=user))
        theirs = Candidate.objects.visible_to(user).filter(pk=models.OuterRef("candidate_id"))
        return self.filter(models.Exists(theirs) | models.Q(user=user))

    def due(self, at: datetime) -> Self:
        """Waiting and to be tried by ``at``; calls and hand-sent texts wait for a person, not for the worker."""
        return self.filter(state=MessageState.NEW, not_before__lte=at, channel__in=[Channel.EMAIL, Channel.SMS])


class Message(models.Model):
    """One message to one person, written in the transaction of the change it tells of."""

    # (what it is about, SEQUENCE, kind, recipient): a message has one effect, however often it is asked for.
    effect_key = models.CharField(max_length=160, unique=True)
    # RFC 5322 Message-ID without brackets, derived from the effect key.
    message_id = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=16, choices=MessageKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.NEW)
    candidate = models.ForeignKey(Candidate, models.CASCADE, null=True, blank=True, related_name="messages")
    user = models.ForeignKey("recruit.User", models.CASCADE, null=True, blank=True, related_name="+")
    # What it is about, by name: recruit knows no model of the apps above it.
    about = models.CharField(max_length=64, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    to_name = models.CharField(max_length=200, blank=True)
    to_address = models.CharField(max_length=254, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=5, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    body = models.TextField(blank=True)
    calendar = models.TextField(blank=True, help_text=_("iCalendar object that goes with it."))
    calendar_method = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    # After this moment the message would only confuse: it is dropped, with the reason.
    not_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_as = models.CharField(max_length=200, blank=True, help_text=_("File or number at the provider."))
    error = models.CharField(max_length=300, blank=True)
    # Of a text message: its length in the units of its alphabet, the parts it is billed as, what they cost.
    sms_length = models.PositiveSmallIntegerField(default=0)
    sms_parts = models.PositiveSmallIntegerField(default=0)
    cost = models.FloatField(default=0.0)
    # Who told it by hand, and through which application.
    told_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    told_through = models.CharField(max_length=16, blank=True, choices=Through.choices)
    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=MessageState.values), name="message_state_known"),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="message_channel_known"),
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="message_due"),
            models.Index(fields=["about", "about_id"], name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"
