"""What the desk shows: people by where they stand, in an order that does not jump."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scheduling.models import InterviewSession, Invitation, SessionInterviewer
from scheduling.services.desk_queue import Wait, crew, free_of, in_order, longest_free, rule_of, waits
from scheduling.services.forecasts import session_forecast
from scheduling.services.replies import arrival_time
from scheduling.states import EXPECTED, Answer, InvitationState
from scheduling.web.marks import mark_of

# Who may come within this time stands under "Expected now"; the rest is one line.
SOON = timedelta(minutes=75)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person of the desk."""

    row: Invitation
    name: str
    ends: str
    mark: tuple[str, str, str]
    minutes: int = 0
    wait: Wait | None = None
    rule: str = ""
    find: str = ""


def _minutes(start: datetime | None, end: datetime) -> int:
    return max(int((end - (start or end)).total_seconds() // 60), 0)


class DeskRows:
    """The people of a session as the desk needs them, read in a fixed number of statements."""

    def __init__(self, session: InterviewSession, *, at: datetime) -> None:
        self.session, self.at = session, at
        self.rows = list(session.invitations.exclude(state=InvitationState.DRAFT).with_people())
        for row in self.rows:
            row.session = session
        self._same = Counter(row.application.candidate.display_name for row in self.rows)
        self.crew = crew(session, at=at)

    def of(self, *states: str) -> list[Invitation]:
        """Return the people in one of ``states``."""
        return [row for row in self.rows if row.state in states]

    def shown(self, row: Invitation, **more: Any) -> Row:
        """Return one person as a row: two of one name are told apart by the end of their telephone."""
        candidate = row.application.candidate
        tails = [contact.normalised[-4:] for contact in candidate.contacts.all() if contact.kind == "phone"]
        name = candidate.display_name
        words = [name, candidate.name_key, *tails, f"{row.number:02d}" if row.number else "", row.public_id]
        return Row(
            row=row,
            name=name,
            ends=tails[0][-2:] if tails and self._same[name] > 1 else "",
            mark=mark_of(row, now=self.at),
            find=" ".join(words).lower(),
            **more,
        )

    def waiting(self) -> list[Row]:
        """Return who is here, in the order of the calls, with what each still waits."""
        queue = in_order(self.of(InvitationState.ARRIVED))
        seats = len(self.crew) or self.session.interviewers_planned
        talking = self.of(InvitationState.IN_INTERVIEW)
        told = waits(self.session, len(queue), talking, seats, at=self.at)
        return [
            self.shown(row, minutes=_minutes(row.arrived_at, self.at), wait=wait, rule=rule_of(row))
            for row, wait in zip(queue, told, strict=True)
        ]

    def talking(self) -> list[Row]:
        """Return who is in an interview, longest first."""
        found = sorted(self.of(InvitationState.IN_INTERVIEW), key=lambda row: str(row.started_at))
        return [self.shown(row, minutes=_minutes(row.started_at, self.at)) for row in found]

    def done(self) -> list[Row]:
        """Return who is settled today, the latest first."""
        over = self.of(InvitationState.FINISHED, InvitationState.LEFT_UNSEEN, InvitationState.TURNED_AWAY)
        found = sorted(over, key=lambda row: str(row.settled_at), reverse=True)
        return [
            self.shown(row, minutes=_minutes(row.started_at, row.finished_at or row.started_at or self.at))
            for row in found
        ]

    def groups(self, query: str = "") -> list[dict[str, Any]]:
        """Return the expected people by arrival time: who is likely in rows, who is silent folded into one line."""
        expected = self.of(*EXPECTED)
        if query:
            expected = [row for row in expected if matches(self.shown(row).find, query)]
        found: dict[datetime, dict[str, Any]] = {}
        for row in sorted(expected, key=lambda one: (arrival_time(one), one.answer == Answer.SILENT, one.priority)):
            at = arrival_time(row)
            group = found.setdefault(at, {"at": at, "rows": [], "silent": [], "later": at > self.at + SOON})
            likely = row.answer != Answer.SILENT or row.opened_at is not None or bool(query)
            group["rows" if likely else "silent"].append(self.shown(row))
        return list(found.values())

    def free(self) -> list[SessionInterviewer]:
        """Return the interviewers who are with nobody."""
        return free_of(self.crew, self.of(InvitationState.IN_INTERVIEW))

    def free_since(self, seat: SessionInterviewer) -> datetime | None:
        """Return when an interviewer's last interview ended."""
        ended = [row.finished_at for row in self.rows if row.interviewer_id == seat.interviewer_id and row.finished_at]
        return max(ended, default=None)

    def context(self, *, query: str = "") -> dict[str, Any]:
        """Return everything the page needs."""
        here, free = self.waiting(), self.free()
        callable_now = [one for one in here if not one.row.on_hold]
        forecast = session_forecast(self.session, at=self.at)
        groups = self.groups(query)
        later = sum(len(one["rows"]) + len(one["silent"]) for one in groups if one["later"])
        expected = sum(len(one["rows"]) + len(one["silent"]) for one in groups)
        return {
            "groups": groups,
            "now_count": expected - later,
            "now_come": sum(band.expected for band in forecast.bands if band.starts_at <= self.at + SOON),
            "later_count": later,
            "here": here,
            "talking": self.talking(),
            "crew": self.crew,
            "free": [{"seat": seat, "since": self.free_since(seat)} for seat in free],
            "done": self.done(),
            "forecast": forecast,
            "next": callable_now[0] if callable_now else None,
            "next_seat": longest_free(self.session, free, self.rows),
            "is_busy": bool(self.crew) and not free,
            "longest": max((one.minutes for one in here), default=0),
        }


def matches(words: str, query: str) -> bool:
    """Find a person by a part of the name, the number of the day, the last digits of the phone, or the link's code."""
    code = code_of(query)
    if code:
        return code in words.split()
    wanted = query.strip().lower()
    if wanted.isdigit():
        return any(word.endswith(wanted) for word in words.split() if word.isdigit())
    return all(part in words for part in wanted.split())


def code_of(text: str) -> str:
    """Return the stored half of a candidate's link inside ``text`` (what a QR reader types), in lower case, or ""."""
    _before, found, rest = text.partition("/i/")
    return rest[:8].lower() if found and len(rest) >= 16 else ""
