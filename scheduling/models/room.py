"""The group room: its timed steps, and who sits where."""

from __future__ import annotations

from typing import Any

from django.db import models

from scheduling.models.invitation import Invitation
from scheduling.models.people import Interviewer
from scheduling.models.session import InterviewSession


class GroupRoom(models.Model):
    """How far a group session is: the step, since when, and whether the talk about the marks is over."""

    session = models.OneToOneField(InterviewSession, models.CASCADE, primary_key=True, related_name="room_state")
    # [{"code": "greeting", "minutes": 5}, …]; ``step`` is -1 before the first and the length of the list after the last.
    steps: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list)
    step = models.SmallIntegerField(default=-1)
    step_since = models.DateTimeField(null=True, blank=True)
    talk_closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"room of session {self.session_id}"


class RoomSeat(models.Model):
    """A place in the room: who sits there, and the observer for whom this is one of the main people."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="room_seats")
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="seat")
    seat = models.PositiveSmallIntegerField()
    observer = models.ForeignKey(Interviewer, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["seat"]
        constraints = [models.UniqueConstraint(fields=["session", "seat"], name="room_seat_once")]

    def __str__(self) -> str:
        return f"seat {self.seat} of session {self.session_id}"
