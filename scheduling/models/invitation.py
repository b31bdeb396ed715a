"""Invitations and wishes to move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from recruit.models import Application, Channel
from recruit.permissions import SEES_ALL
from scheduling.models.people import Interviewer, Room
from scheduling.models.session import ArrivalBand, InterviewSession
from scheduling.states import (
    CAME,
    EXPECTED,
    LIVE,
    SETTLED,
    Answer,
    InvitationState,
    MoveRequestState,
)

if TYPE_CHECKING:
    from recruit.models import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads over many invitations; each method names one question."""

    def visible_to(self, user: User) -> Self:
        """Invitations to sessions that this user may see."""
        if user.role in SEES_ALL:
            return self
        return self.filter(session__in=InterviewSession.objects.visible_to(user))

    def expected(self) -> Self:
        """Asked and not yet settled."""
        return self.filter(state__in=EXPECTED)

    def came(self) -> Self:
        """Came, walk-ins included."""
        return self.filter(state__in=CAME)

    def answered_by_coming(self) -> Self:
        """Invited people of whom it is known whether they came: settled, declined, or cancelled by themselves."""
        called_off = Q(state=InvitationState.CANCELLED, answer=Answer.DECLINED)
        known = Q(state__in=[*SETTLED, InvitationState.DECLINED]) | called_off
        return self.filter(known, is_walk_in=False)

    def with_people(self) -> Self:
        """With what a row on a page needs, in a fixed number of statements."""
        return self.select_related(
            "application__candidate", "application__vacancy", "application__source", "band", "interviewer", "room"
        ).prefetch_related("application__candidate__contacts")


class Invitation(models.Model):
    """One application asked to one session, and what became of it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="invitations")
    session = models.ForeignKey(InterviewSession, models.PROTECT, related_name="invitations")
    band = models.ForeignKey(ArrivalBand, models.PROTECT, null=True, blank=True, related_name="invitations")
    state = models.CharField(max_length=12, choices=InvitationState.choices, default=InvitationState.DRAFT)
    answer = models.CharField(max_length=14, choices=Answer.choices, default=Answer.SILENT)
    # RFC 5545: SEQUENCE grows with every change the invitee must be told of; all three are stored, never "now".
    uid = models.CharField(max_length=120, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    dtstamp = models.DateTimeField(default=timezone.now)
    # Half of the secret link; the other half is a MAC that the database does not hold (services.links).
    public_id = models.CharField(max_length=12, unique=True)
    link_version = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.CALL)
    invited_at = models.DateTimeField(null=True, blank=True)
    priority = models.IntegerField(default=0)
    guaranteed = models.BooleanField(default=False)
    is_walk_in = models.BooleanField(default=False)
    # What was forecast when the invitation was sent; kept for calibration.
    show_prob = models.FloatField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    link_loaded_at = models.DateTimeField(null=True, blank=True)
    # (SEQUENCE, DTSTAMP) of the last calendar reply: an older one changes nothing (RFC 5546, 2.1.5).
    reply_sequence = models.PositiveIntegerField(null=True, blank=True)
    reply_dtstamp = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    calls = models.PositiveSmallIntegerField(default=0)
    late_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    decline_reason = models.CharField(max_length=16, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    document_missing = models.BooleanField(default=False)
    # Here, but not to be called for now: fills in a form, looks for a document.
    on_hold = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    interviewer = models.ForeignKey(Interviewer, models.SET_NULL, null=True, blank=True, related_name="+")
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=[str(state) for state in LIVE]),
                name="invitation_one_live_per_application",
            ),
            models.UniqueConstraint(fields=["application", "session"], name="invitation_once_per_session"),
            models.UniqueConstraint(
                fields=["session", "number"], condition=~Q(number=None), name="invitation_number_once"
            ),
            models.CheckConstraint(condition=Q(state__in=InvitationState.values), name="invitation_state_known"),
            models.CheckConstraint(
                condition=Q(show_prob=None) | Q(show_prob__gte=0.0, show_prob__lte=1.0), name="invitation_prob_a_share"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state"], name="invitation_session_state"),
            models.Index(fields=["state", "settled_at"], name="invitation_settled"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class MoveRequest(models.Model):
    """A wish for another time; not a state of the invitation."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="move_requests")
    state = models.CharField(max_length=8, choices=MoveRequestState.choices, default=MoveRequestState.OPEN)
    band = models.ForeignKey(ArrivalBand, models.SET_NULL, null=True, blank=True, related_name="+")
    wish = models.CharField(max_length=300, blank=True)
    # SEQUENCE of the COUNTER it came by: a refusal is answered with DECLINECOUNTER of the same number.
    counter_sequence = models.PositiveIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(state=MoveRequestState.OPEN), name="move_request_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=MoveRequestState.values), name="move_request_state_known"),
        ]

    def __str__(self) -> str:
        return f"move of invitation {self.invitation_id}"
