"""Rows of a table of past interviews as outcomes to learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recruit.tables import Answer, HistoryRow
from scheduling.attendance.features import AnswerState, Invitee, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

_ANSWERS: dict[Answer, AnswerState] = {
    Answer.YES: "confirmed",
    Answer.NO: "declined",
    Answer.NOT_YET: "unsure",
    Answer.UNSURE: "unsure",
    Answer.UNKNOWN: "silent",
}


def outcomes_of(rows: Iterable[HistoryRow], *, before: Iterable[HistoryRow] = ()) -> list[Outcome]:
    """Return what became of each row, in order of the days.

    A person's earlier visits are those of earlier days, ``before`` included.
    """
    visits: dict[str, tuple[int, int]] = {}
    _settle(before, visits)
    today: list[HistoryRow] = []
    found: list[Outcome] = []
    for row in sorted(rows, key=lambda row: (row.day, row.row)):
        if today and today[0].day != row.day:
            _settle(today, visits)
            today = []
        found.append(_outcome(row, visits.get(row.key[1], (0, 0))))
        today.append(row)
    return found


def _settle(rows: Iterable[HistoryRow], visits: dict[str, tuple[int, int]]) -> None:
    for row in rows:
        shows, no_shows = visits.get(row.key[1], (0, 0))
        visits[row.key[1]] = (shows + row.arrived, no_shows + (not row.arrived))


def _outcome(row: HistoryRow, visits: tuple[int, int]) -> Outcome:
    invitee = Invitee(
        source=row.source,
        vacancy=row.vacancy,
        office=row.office,
        weekday=row.day.weekday(),
        hour=row.start.hour if row.start else None,
        answer=_ANSWERS[row.intention],
        earlier_shows=visits[0],
        earlier_no_shows=visits[1],
        interview_type=str(row.interview_type),
        answers={key: str(answer) for key, answer in row.answers.items()},
    )
    return Outcome(invitee=invitee, day=row.day, came=row.arrived)
