"""The day and the people of a described session: who works when, which bands are open, who may be invited to which."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import TYPE_CHECKING, Any

from scheduling.planning.checks import check_listed, check_non_negative, check_probabilities, check_whole

if TYPE_CHECKING:
    from scheduling.planning.spec import StreamedSpec

MOST_PEOPLE = 5_000
MOST_WALK_INS = 200.0
LISTS = [
    "show_probs",
    "bands",
    "already",
    "staff",
    "breaks",
    "guaranteed",
    "availability",
    "priority",
    "invited_elsewhere",
    "closed_bands",
]


def frozen(name: str, value: Any) -> Any:
    """Return lists, and lists in them, as tuples; ``ValueError`` naming ``name`` where no list stands."""
    if isinstance(value, str | bytes):
        raise ValueError(f"{name}: a list is needed, not {value!r}")  # noqa: TRY004 - one error for all bad input
    check_listed(name, value)
    return tuple(frozen(name, one) if isinstance(one, list | tuple) else one for one in value)


def check_timetable(spec: StreamedSpec) -> None:
    """Raise ``ValueError`` naming the field of staff, breaks, walk-ins or guaranteed times that is out of range."""
    for number in spec.staff:
        check_whole("staff", number, most=50)
    if spec.staff and len(spec.staff) != len(spec.starts):
        raise ValueError(f"staff: {len(spec.staff)} numbers for {len(spec.starts)} bands")
    for entry in spec.breaks:
        begin, end = _pair("breaks", entry)
        check_whole("breaks", begin, most=spec.window)
        check_whole("breaks", end, least=begin + 1, most=spec.window)
    check_non_negative("walk_ins_per_hour", spec.walk_ins_per_hour)
    if spec.walk_ins_per_hour > MOST_WALK_INS:
        raise ValueError(f"walk_ins_per_hour: {spec.walk_ins_per_hour!r} is above {MOST_WALK_INS:g}")
    if spec.room_cap is not None:
        check_whole("room_cap", spec.room_cap, most=MOST_PEOPLE)
    minutes = on_duty(spec)
    if max(minutes) == 0:
        raise ValueError("staff: nobody works at any time of the day")
    for fixed in spec.guaranteed:
        minute, p = _pair("guaranteed", fixed)
        check_whole("guaranteed", minute, most=spec.window - spec.minutes_each)
        check_probabilities("guaranteed", (p,))
        if sum(other[0] == minute for other in spec.guaranteed) > minutes[minute]:
            raise ValueError(f"guaranteed: more people than interviewers at minute {minute}")


def check_people(spec: StreamedSpec) -> None:
    """Raise ``ValueError`` naming the field of availability, priority or bands that is out of range."""
    bands, people = len(spec.starts), len(spec.show_probs)
    check_whole("earliest_band", spec.earliest_band, most=bands)
    for band in spec.closed_bands:
        check_whole("closed_bands", band, most=bands - 1)
    for name in ("availability", "priority"):
        given = getattr(spec, name)
        if given and len(given) != people:
            raise ValueError(f"{name}: {len(given)} entries for {people} people in show_probs")
    for choice in spec.availability:
        if choice is not None:
            check_listed("availability", choice)
            for band in choice:
                check_whole("availability", band, most=bands - 1)
    for rank in spec.priority:
        check_whole("priority", rank, least=-1_000_000, most=1_000_000)
    for person in spec.invited_elsewhere:
        check_whole("invited_elsewhere", person, most=people - 1)


def _pair(name: str, entry: Any) -> tuple[Any, Any]:
    if not isinstance(entry, tuple) or len(entry) != 2:
        raise ValueError(f"{name}: pairs are needed, not {entry!r}")
    return entry[0], entry[1]


def on_duty(spec: StreamedSpec) -> list[int]:
    """Return for every minute of the day how many interviewers are at work and not in a break."""
    minutes = [spec.interviewers] * spec.window
    for number, start, end in zip(spec.staff, spec.starts, [*spec.starts[1:], spec.window], strict=False):
        minutes[start:end] = [number] * (end - start)
    for begin, end in spec.breaks:
        minutes[begin:end] = [0] * (end - begin)
    return minutes


def unit_of(spec: StreamedSpec) -> int:
    """Return the longest step in minutes of which every length and time of the day is a multiple."""
    times = [minute for pair in spec.breaks for minute in pair] + [minute for minute, _ in spec.guaranteed]
    return gcd(spec.minutes_each, spec.window, *spec.starts, *times)


def capacity_of(spec: StreamedSpec) -> int:
    """Return how many interviews end inside the day when somebody always waits."""
    if not spec.staff and not spec.breaks:
        return spec.interviewers * (spec.window // spec.minutes_each)
    minutes = on_duty(spec)
    held = 0
    for interviewer in range(max(minutes)):
        minute = 0
        while minute + spec.minutes_each <= spec.window:
            if minutes[minute] > interviewer:
                held += 1
                minute += spec.minutes_each
            else:
                minute += 1
    return held


def open_bands(spec: StreamedSpec) -> tuple[int, ...]:
    """Return the bands to which somebody can still be invited."""
    closed = set(spec.closed_bands)
    return tuple(band for band in range(spec.earliest_band, len(spec.starts)) if band not in closed)


def invitable(spec: StreamedSpec) -> list[tuple[int, tuple[int, ...]]]:
    """Return the people who can be invited, in order of priority, each as (place in ``show_probs``, open bands they can make).

    Whoever has a live invitation elsewhere, or can make no open band, is left out.
    """
    usable = open_bands(spec)
    elsewhere = set(spec.invited_elsewhere)
    places = range(len(spec.show_probs))
    order = sorted(places, key=lambda person: spec.priority[person]) if spec.priority else places
    found = []
    for person in order:
        choice = spec.availability[person] if spec.availability else None
        bands = usable if choice is None else tuple(band for band in usable if band in set(choice))
        if bands and person not in elsewhere:
            found.append((person, bands))
    return found


def first_usable_band(starts: Sequence[int], *, hours_until_start: float, notice_hours: float) -> int:
    """Return the first band that leaves people their notice: ``len(starts)`` when none does.

    ``starts`` are minutes from the start of the session, which begins in ``hours_until_start`` (negative: has begun).

    >>> first_usable_band([0, 30, 60], hours_until_start=1.5, notice_hours=2.0)
    1
    """
    for name, hours in (("hours_until_start", abs(hours_until_start)), ("notice_hours", notice_hours)):
        check_non_negative(name, hours)
    enough = [band for band, start in enumerate(starts) if hours_until_start * 60.0 + start >= notice_hours * 60.0]
    return enough[0] if enough else len(starts)
