"""What the events of an invitation say of it: everything that statistics count can be told again from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One entry: its kind and moment, the page or program it came from, and the kind of the entry that it corrects."""

    kind: str
    at: datetime
    source: str = ""
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Where an invitation stands after its events; times are those of the last event of their kind that stands."""

    state: str = ""
    answer: str = "silent"
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


# Kind -> (state, answer) that it leaves behind; None keeps what was.
_MOVES: dict[str, tuple[str | None, str | None]] = {
    "invited": ("sent", None),
    "confirmed": ("confirmed", "confirmed"),
    "declined": ("declined", "declined"),
    "unsure": (None, "unsure"),
    "asked_to_move": (None, "asked_to_move"),
    "moved": ("sent", "silent"),
    "left_unseen": ("left_unseen", None),
    "turned_away": ("turned_away", None),
    "no_show": ("no_show", None),
    "cancelled_by_us": ("cancelled", None),
    "reinstated": ("sent", None),
}


def fold(events: Iterable[Event]) -> Story:
    """Return the story of ``events``, in the order in which they were written down."""
    story = Story()
    for event in events:
        story = _after(story, event)
    return story


def _after(story: Story, event: Event) -> Story:
    if event.kind == "arrived":
        return replace(story, state="arrived", arrived_at=event.at)
    if event.kind == "started":
        return replace(story, state="in_interview", started_at=event.at)
    if event.kind == "finished":
        return replace(story, state="finished", finished_at=event.at)
    if event.kind in {"cancelled_in_time", "cancelled_late"}:
        # Said by the person it is a refusal; noted by whoever closes the day, the invitation is called off.
        return replace(story, state="cancelled" if event.source == "close" else "declined", answer="declined")
    if event.kind == "corrected":
        return _corrected(story, event)
    state, answer = _MOVES.get(event.kind, (None, None))
    return replace(story, state=state or story.state, answer=answer or story.answer)


def _corrected(story: Story, event: Event) -> Story:
    if event.corrects == "started":
        return replace(story, state="arrived", started_at=None)
    if event.corrects == "arrived":
        return replace(story, state="confirmed" if story.answer == "confirmed" else "sent", arrived_at=None)
    return story
