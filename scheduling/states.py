"""The state machines of the interview day, each one literal table (see ``recruit.states`` for how they are used)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from recruit.states import step


class SessionFormat(TextChoices):
    """How people are seen: one after another from a common queue, or all at once."""

    STREAMED = "streamed", _("Stream")
    GROUP = "group", _("Group")


class SessionState(TextChoices):
    """Where an interview session stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class SessionEvent(TextChoices):
    """What can be done with a session."""

    OPEN = "open", _("Open")
    START = "start", _("Start")
    CLOSE = "close", _("Close")
    CANCEL = "cancel", _("Cancel")
    REINSTATE = "reinstate", _("Reinstate")


SESSION_MOVES: dict[SessionState, dict[SessionEvent, SessionState]] = {
    SessionState.DRAFT: {SessionEvent.OPEN: SessionState.OPEN, SessionEvent.CANCEL: SessionState.CANCELLED},
    SessionState.OPEN: {
        SessionEvent.START: SessionState.RUNNING,
        SessionEvent.CLOSE: SessionState.CLOSED,
        SessionEvent.CANCEL: SessionState.CANCELLED,
    },
    SessionState.RUNNING: {SessionEvent.CLOSE: SessionState.CLOSED, SessionEvent.CANCEL: SessionState.CANCELLED},
    # Called off by mistake: everybody who was called off with it is asked again.
    SessionState.CANCELLED: {SessionEvent.REINSTATE: SessionState.OPEN},
}


class PlanState(TextChoices):
    """Where one revision of a session's plan stands."""

    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Sent")
    SUPERSEDED = "superseded", _("Superseded")


class PlanEvent(TextChoices):
    """What can be done with a plan."""

    APPROVE = "approve", _("Approve")
    SEND = "send", _("Send")
    SUPERSEDE = "supersede", _("Replace")


PLAN_MOVES: dict[PlanState, dict[PlanEvent, PlanState]] = {
    PlanState.PROPOSED: {PlanEvent.APPROVE: PlanState.APPROVED, PlanEvent.SUPERSEDE: PlanState.SUPERSEDED},
    PlanState.APPROVED: {PlanEvent.SEND: PlanState.SENT},
}


class InvitationState(TextChoices):
    """What became of one application asked to one session."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Invited")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    ARRIVED = "arrived", _("Here")
    IN_INTERVIEW = "in_interview", _("In interview")
    FINISHED = "finished", _("Finished")
    LEFT_UNSEEN = "left_unseen", _("Left unseen")
    TURNED_AWAY = "turned_away", _("Turned away")
    NO_SHOW = "no_show", _("No-show")


class InvitationEvent(TextChoices):
    """What can happen to an invitation."""

    SEND = "send", _("Send")
    CONFIRM = "confirm", _("Confirm")
    DECLINE = "decline", _("Decline")
    MOVE = "move", _("Move")
    CANCEL = "cancel", _("Cancel")
    REINSTATE = "reinstate", _("Reinstate")
    CHECK_IN = "check_in", _("Check in")
    UNDO_CHECK_IN = "undo_check_in", _("Undo the arrival of")
    START = "start", _("Start")
    FINISH = "finish", _("Finish")
    UNDO_START = "undo_start", _("Undo the start of")
    LEAVE = "leave", _("Note as left")
    TURN_AWAY = "turn_away", _("Turn away")
    CLOSE = "close", _("Note as no-show")


_S, _E = InvitationState, InvitationEvent

INVITATION_MOVES: dict[InvitationState, dict[InvitationEvent, InvitationState]] = {
    _S.DRAFT: {_E.SEND: _S.SENT, _E.CANCEL: _S.CANCELLED, _E.CHECK_IN: _S.ARRIVED},
    _S.SENT: {
        _E.CONFIRM: _S.CONFIRMED,
        _E.DECLINE: _S.DECLINED,
        _E.MOVE: _S.SENT,
        _E.CANCEL: _S.CANCELLED,
        _E.CHECK_IN: _S.ARRIVED,
        _E.CLOSE: _S.NO_SHOW,
    },
    _S.CONFIRMED: {
        _E.CONFIRM: _S.CONFIRMED,
        _E.DECLINE: _S.DECLINED,
        _E.MOVE: _S.SENT,
        _E.CANCEL: _S.CANCELLED,
        _E.CHECK_IN: _S.ARRIVED,
        _E.CLOSE: _S.NO_SHOW,
    },
    _S.DECLINED: {_E.CONFIRM: _S.CONFIRMED, _E.CHECK_IN: _S.ARRIVED},
    _S.CANCELLED: {_E.REINSTATE: _S.SENT},
    _S.ARRIVED: {
        _E.START: _S.IN_INTERVIEW,
        _E.LEAVE: _S.LEFT_UNSEEN,
        _E.TURN_AWAY: _S.TURNED_AWAY,
        # Back to what the person had answered: ``state_after`` decides which of the two it is.
        _E.UNDO_CHECK_IN: _S.SENT,
    },
    _S.IN_INTERVIEW: {_E.FINISH: _S.FINISHED, _E.UNDO_START: _S.ARRIVED},
    _S.NO_SHOW: {_E.CHECK_IN: _S.ARRIVED},
}

# May still come, or is here: one such invitation per application, held by a database constraint.
LIVE = (_S.DRAFT, _S.SENT, _S.CONFIRMED, _S.ARRIVED, _S.IN_INTERVIEW)
# Asked and not yet settled: what a forecast counts and what closing the day has to settle.
EXPECTED = (_S.SENT, _S.CONFIRMED)
# Came, whatever happened then: the numerator of the show rate.
CAME = (_S.ARRIVED, _S.IN_INTERVIEW, _S.FINISHED, _S.LEFT_UNSEEN, _S.TURNED_AWAY)
# The denominator of the show rate.
SETTLED = (*CAME, _S.NO_SHOW)


def state_after(old: str, event: InvitationEvent, *, was_confirmed: bool = False) -> InvitationState:
    """Return the state of an invitation after ``event``; ``TransitionRefusedError`` if the table has none.

    ``was_confirmed`` matters for an undone arrival alone: the person goes back to what they had answered.
    """
    new = step(INVITATION_MOVES, InvitationState(old), event)
    if event == _E.UNDO_CHECK_IN and was_confirmed:
        return _S.CONFIRMED
    return new


class MoveRequestState(TextChoices):
    """What became of a wish for another time."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Expired")


class MoveRequestEvent(TextChoices):
    """What can be done with a wish for another time."""

    ACCEPT = "accept", _("Accept")
    REFUSE = "refuse", _("Refuse")
    EXPIRE = "expire", _("Let expire")


MOVE_REQUEST_MOVES: dict[MoveRequestState, dict[MoveRequestEvent, MoveRequestState]] = {
    MoveRequestState.OPEN: {
        MoveRequestEvent.ACCEPT: MoveRequestState.ACCEPTED,
        MoveRequestEvent.REFUSE: MoveRequestState.REFUSED,
        MoveRequestEvent.EXPIRE: MoveRequestState.EXPIRED,
    },
}


class StandbyState(TextChoices):
    """What became of a free place that was put to somebody."""

    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    FULL = "full", _("All places taken")


class StandbyEvent(TextChoices):
    """What can happen to it."""

    ACCEPT = "accept", _("Accept")
    DECLINE = "decline", _("Decline")
    EXPIRE = "expire", _("Let expire")
    FILL = "fill", _("Note as full")


STANDBY_MOVES: dict[StandbyState, dict[StandbyEvent, StandbyState]] = {
    StandbyState.OFFERED: {
        StandbyEvent.ACCEPT: StandbyState.ACCEPTED,
        StandbyEvent.DECLINE: StandbyState.DECLINED,
        StandbyEvent.EXPIRE: StandbyState.EXPIRED,
        StandbyEvent.FILL: StandbyState.FULL,
    },
}


class LedgerKind(TextChoices):
    """Events of an invitation, as they happened; a correction is a new event that names what it corrects."""

    INVITED = "invited", _("Invited")
    DELIVERED = "delivered", _("Delivered")
    LINK_LOADED = "link_loaded", _("Link loaded")
    OPENED = "opened", _("Opened")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    UNSURE = "unsure", _("Not sure")
    ASKED_TO_MOVE = "asked_to_move", _("Asked to move")
    MOVED = "moved", _("Moved")
    REMINDED = "reminded", _("Reminded")
    CALLED = "called", _("Called")
    RUNNING_LATE = "running_late", _("Running late")
    ARRIVED = "arrived", _("Arrived")
    STARTED = "started", _("Interview started")
    FINISHED = "finished", _("Interview finished")
    LEFT_UNSEEN = "left_unseen", _("Left unseen")
    TURNED_AWAY = "turned_away", _("Turned away")
    NO_SHOW = "no_show", _("No-show")
    CANCELLED_IN_TIME = "cancelled_in_time", _("Cancelled in time")
    CANCELLED_LATE = "cancelled_late", _("Cancelled late")
    CANCELLED_BY_US = "cancelled_by_us", _("Cancelled by us")
    REINSTATED = "reinstated", _("Reinstated")
    PUT_ASIDE = "put_aside", _("Put aside at the desk")
    CALLED_BACK = "called_back", _("Back in the queue")
    HANDED_OVER = "handed_over", _("Handed over to another interviewer")
    SENT_AGAIN = "sent_again", _("Sent again")
    WITHDRAWN = "withdrawn", _("Withdrew the application")
    CORRECTED = "corrected", _("Corrected")


class Answer(TextChoices):
    """The last thing an invited person let us know; feeds the forecast."""

    SILENT = "silent", _("Silent")
    CONFIRMED = "confirmed", _("Confirmed")
    UNSURE = "unsure", _("Not sure")
    ASKED_TO_MOVE = "asked_to_move", _("Asked to move")
    DECLINED = "declined", _("Declined")


class DeclineReason(TextChoices):
    """Why a person cannot come."""

    ANOTHER_JOB = "another_job", _("Found another job")
    TOO_FAR = "too_far", _("Too far")
    SALARY = "salary", _("Salary")
    NOT_ME = "not_me", _("Not me")
    OTHER = "other", _("Other")


class JumpReason(TextChoices):
    """Why somebody is called out of turn: a word of a closed list, for the ledger keeps no free text."""

    MUST_LEAVE = "must_leave", _("Must leave soon")
    ASKED_FOR = "asked_for", _("The interviewer asks for this person")
    UNWELL = "unwell", _("Unwell, or with a child")
    LONG_WAIT = "long_wait", _("Has waited too long")
    OTHER = "other", _("Another reason")
