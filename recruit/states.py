"""The state machines of the pipeline, each one literal table; nobody else compares states to decide.

Theory of operation: a table maps a state to what may follow it. A service asks ``step`` (or ``stage_after``)
for the new state, which raises ``TransitionRefusedError`` where the table has none, and then claims the row with
``UPDATE … WHERE state = <what was read>``: of two who try, exactly one wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from recruit.errors import TransitionRefusedError

S = TypeVar("S", bound=TextChoices)
E = TypeVar("E", bound=TextChoices)


def step(moves: Mapping[S, Mapping[E, S]], old: S, event: E) -> S:
    """Return the state that follows ``old`` on ``event``; raise ``TransitionRefusedError`` if the table has none."""
    allowed = moves.get(old, {})
    if event not in allowed:
        raise TransitionRefusedError(
            gettext("“%(event)s” is not possible: the state is “%(state)s”.")
            % {"event": event.label, "state": old.label}
        )
    return allowed[event]


class VacancyState(TextChoices):
    """Where an approved need stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("verb", "Open")
    PAUSED = "paused", _("Paused")
    FILLED = "filled", _("Filled")
    CLOSED = "closed", _("Closed")


class VacancyEvent(TextChoices):
    """What can be done with a vacancy."""

    OPEN = "open", pgettext_lazy("verb", "Open")
    PAUSE = "pause", _("Pause")
    FILL = "fill", _("Mark as filled")
    CLOSE = "close", _("Close")


VACANCY_MOVES: dict[VacancyState, dict[VacancyEvent, VacancyState]] = {
    VacancyState.DRAFT: {VacancyEvent.OPEN: VacancyState.OPEN, VacancyEvent.CLOSE: VacancyState.CLOSED},
    VacancyState.OPEN: {
        VacancyEvent.PAUSE: VacancyState.PAUSED,
        VacancyEvent.FILL: VacancyState.FILLED,
        VacancyEvent.CLOSE: VacancyState.CLOSED,
    },
    VacancyState.PAUSED: {
        VacancyEvent.OPEN: VacancyState.OPEN,
        VacancyEvent.FILL: VacancyState.FILLED,
        VacancyEvent.CLOSE: VacancyState.CLOSED,
    },
    VacancyState.FILLED: {VacancyEvent.OPEN: VacancyState.OPEN},
    VacancyState.CLOSED: {VacancyEvent.OPEN: VacancyState.OPEN},
}


class Stage(TextChoices):
    """Place of an application in the pipeline, in the order of the pipeline."""

    NEW = "new", _("New")
    SCREENING = "screening", _("Screening")
    SHORTLIST = "shortlist", _("Shortlist")
    INTERVIEW = "interview", _("Interview")
    OFFER = "offer", _("Offer")
    HIRED = "hired", _("Hired")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Stages in which the application is still being decided: one such application per candidate and vacancy.
LIVE_STAGES = (Stage.NEW, Stage.SCREENING, Stage.SHORTLIST, Stage.INTERVIEW, Stage.OFFER)

STAGE_MOVES: dict[Stage, frozenset[Stage]] = {
    **{old: frozenset(Stage) - {old} for old in LIVE_STAGES},
    # A decision that ended the application can be taken back, as a new event.
    Stage.HIRED: frozenset({Stage.OFFER, Stage.WITHDRAWN, Stage.REJECTED}),
    Stage.REJECTED: frozenset(LIVE_STAGES),
    Stage.WITHDRAWN: frozenset(LIVE_STAGES),
}


def stage_after(old: str, new: str) -> Stage:
    """Return ``new`` as a stage; raise ``TransitionRefusedError`` unless an application may move there from ``old``."""
    if Stage(new) not in STAGE_MOVES[Stage(old)]:
        raise TransitionRefusedError(
            gettext("An application in “%(old)s” cannot go to “%(new)s”.")
            % {"old": Stage(old).label, "new": Stage(new).label}
        )
    return Stage(new)


class OfferState(TextChoices):
    """What became of an offer."""

    MADE = "made", _("Made")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")


class OfferEvent(TextChoices):
    """What can happen to an offer."""

    ACCEPT = "accept", _("Accept")
    DECLINE = "decline", _("Decline")
    EXPIRE = "expire", _("Let expire")


OFFER_MOVES: dict[OfferState, dict[OfferEvent, OfferState]] = {
    OfferState.MADE: {
        OfferEvent.ACCEPT: OfferState.ACCEPTED,
        OfferEvent.DECLINE: OfferState.DECLINED,
        OfferEvent.EXPIRE: OfferState.EXPIRED,
    },
}


class MessageState(TextChoices):
    """Where one outgoing message stands. ``unknown``: the sender died or timed out between handing over and noting it."""

    NEW = "new", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not known whether sent")
    DROPPED = "dropped", _("Not sent on purpose")


class MessageEvent(TextChoices):
    """What can happen to a message."""

    CLAIM = "claim", _("Send")
    DELIVER = "deliver", _("Note as sent")
    DEFER = "defer", _("Try later")
    FAIL = "fail", _("Note as failed")
    LOSE = "lose", _("Note as unknown")
    RESEND = "resend", _("Send again")
    DROP = "drop", _("Drop")
    PARK = "park", _("Park")


MESSAGE_MOVES: dict[MessageState, dict[MessageEvent, MessageState]] = {
    MessageState.NEW: {
        MessageEvent.CLAIM: MessageState.SENDING,
        MessageEvent.DROP: MessageState.DROPPED,
        # After a restore nobody knows whether it went out after the backup was made.
        MessageEvent.PARK: MessageState.UNKNOWN,
    },
    MessageState.SENDING: {
        MessageEvent.DELIVER: MessageState.SENT,
        MessageEvent.DEFER: MessageState.NEW,
        MessageEvent.FAIL: MessageState.FAILED,
        MessageEvent.LOSE: MessageState.UNKNOWN,
    },
    MessageState.UNKNOWN: {
        MessageEvent.RESEND: MessageState.NEW,
        MessageEvent.DELIVER: MessageState.SENT,
        MessageEvent.FAIL: MessageState.FAILED,
    },
    MessageState.FAILED: {MessageEvent.RESEND: MessageState.NEW},
}


class ImportState(TextChoices):
    """Where an import run stands; a failed run can be resumed at its cursor."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ImportEvent(TextChoices):
    """What can happen to an import run."""

    FINISH = "finish", _("Finish")
    FAIL = "fail", _("Fail")
    RESUME = "resume", pgettext_lazy("verb", "Resume")


IMPORT_MOVES: dict[ImportState, dict[ImportEvent, ImportState]] = {
    ImportState.RUNNING: {ImportEvent.FINISH: ImportState.DONE, ImportEvent.FAIL: ImportState.FAILED},
    ImportState.FAILED: {ImportEvent.RESUME: ImportState.RUNNING},
}


class PrivacyRequestState(TextChoices):
    """What became of something a person asked for about their data."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class PrivacyRequestEvent(TextChoices):
    """What can be done with it."""

    DO = "do", _("Note as done")
    REFUSE = "refuse", _("Refuse")


PRIVACY_REQUEST_MOVES: dict[PrivacyRequestState, dict[PrivacyRequestEvent, PrivacyRequestState]] = {
    PrivacyRequestState.OPEN: {
        PrivacyRequestEvent.DO: PrivacyRequestState.DONE,
        PrivacyRequestEvent.REFUSE: PrivacyRequestState.REFUSED,
    },
}


class DeliveryState(TextChoices):
    """Where one webhook stands."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    DONE = "done", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


class DeliveryEvent(TextChoices):
    """What can happen to a webhook; it may arrive twice, its id says so."""

    CLAIM = "claim", _("Send")
    ANSWER = "answer", _("Note as delivered")
    DEFER = "defer", _("Try later")
    GIVE_UP = "give_up", _("Give up")
    REPLAY = "replay", _("Send again")
    PARK = "park", _("Park")


DELIVERY_MOVES: dict[DeliveryState, dict[DeliveryEvent, DeliveryState]] = {
    DeliveryState.WAITING: {
        DeliveryEvent.CLAIM: DeliveryState.SENDING,
        # After a restore: whoever listens may have heard of it already.
        DeliveryEvent.PARK: DeliveryState.GIVEN_UP,
    },
    DeliveryState.SENDING: {
        DeliveryEvent.ANSWER: DeliveryState.DONE,
        DeliveryEvent.DEFER: DeliveryState.WAITING,
        DeliveryEvent.GIVE_UP: DeliveryState.GIVEN_UP,
    },
    DeliveryState.DONE: {DeliveryEvent.REPLAY: DeliveryState.WAITING},
    DeliveryState.GIVEN_UP: {DeliveryEvent.REPLAY: DeliveryState.WAITING},
}


class BulkState(TextChoices):
    """Where a move of many people stands."""

    WAITING = "waiting", _("Waiting to be carried out")
    DONE = "done", _("Carried out")
    UNDONE = "undone", _("Taken back")


class BulkEvent(TextChoices):
    """What can happen to a move of many people."""

    CARRY_OUT = "carry_out", _("Carry out")
    UNDO = "undo", _("Undo")


BULK_MOVES: dict[BulkState, dict[BulkEvent, BulkState]] = {
    BulkState.WAITING: {BulkEvent.CARRY_OUT: BulkState.DONE, BulkEvent.UNDO: BulkState.UNDONE},
    BulkState.DONE: {BulkEvent.UNDO: BulkState.UNDONE},
}
