"""The whole streamed day in one call: any law of interviews, staff that changes, breaks, guaranteed times, room cap and lobby; exact.

It moves on unit by unit (``house``), so it is slower than ``evaluate`` and ``evaluate_service`` and gives what they cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.checks import Nodes, check_whole
from scheduling.planning.crew import crew_of
from scheduling.planning.house import HouseDay
from scheduling.planning.house_figures import figures_of_house
from scheduling.planning.laws import (
    ONE_NODE,
    Interviewers,
    Vector,
    band_law,
    check_bands,
    check_day,
    shifted,
    staff,
    walk_in_laws,
    with_guaranteed,
)
from scheduling.planning.service import Service, ServiceFigures, check_service

MOST_UNITS = 2_000
MOST_INTERVIEWERS = 50
MOST_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class FullFigures(ServiceFigures):
    """The figures of ``ServiceFigures``, and: people ``turned_away``, ``over_lobby`` = P(at some time more wait than the lobby holds)."""

    turned_away: float = 0.0
    over_lobby: float = 0.0


def evaluate_full(
    bands: Sequence[Sequence[float]],
    interviewers: Interviewers,
    service: Service,
    *,
    slot_units: int,
    target: int = 0,
    unit_minutes: float = 1.0,
    nodes: Nodes = ONE_NODE,
    walk_ins: Sequence[float] | None = None,
    guaranteed: Sequence[Sequence[float]] | None = None,
    room_cap: int | None = None,
    lobby: int | None = None,
) -> FullFigures:
    """Return the exact figures of a day.

    Args:
        bands: for each slot the show probabilities of the people invited to its start.
        interviewers: their number, or one number a slot; 0 is a break. Who goes home, or into a break, ends the interview under way
            and begins none; those of the last slot that had any stay until all are seen.
        service: law of the length of an interview, (units, share) pairs.
        slot_units: length of a slot in units.
        target: interviews wanted inside the day; 0 leaves the joint law out (p_target 1, shortfall 0).
        unit_minutes: minutes of a unit; the times of the result are in minutes.
        nodes: the shared shift as (shift in log-odds, weight) pairs.
        walk_ins: expected walk-ins (Poisson) by slot; they come with the people of the slot.
        guaranteed: chances by slot of people with a fixed time, who are called before everybody else.
        room_cap: most people without a fixed time who can wait; whoever comes beyond it is turned away.
        lobby: what ``over_lobby`` measures.

    Overtime is interviewing outside one's duty, and idle = c H - E[S] E[served] + overtime. Raises ``ValueError`` naming the argument.
    """
    check_bands(bands)
    on_duty = staff(interviewers, len(bands))
    if max(on_duty) > MOST_INTERVIEWERS:
        raise ValueError(f"interviewers: {max(on_duty)} are more than {MOST_INTERVIEWERS}")
    check_whole("slot_units", slot_units, least=1, most=MOST_UNITS // len(bands) or 1)
    check_day(invited=0, target=target, slot_minutes=unit_minutes, nodes=nodes, waiting=0, room_cap=room_cap)
    if lobby is not None:
        check_whole("lobby", lobby)
    sure = guaranteed if guaranteed is not None else [()] * len(bands)
    with_guaranteed(bands, sure, on_duty)
    service = check_service("service", service)
    duty = tuple(c for c in on_duty for _ in range(slot_units))
    states = len(crew_of(duty, tuple(units for units, _ in service)).rank)
    if states * len(nodes) * (target + 1) * (sum(map(len, bands)) + 1) > MOST_CELLS:
        raise ValueError("bands: so many people, interviewers and lengths are beyond the exact method; simulate")
    day = HouseDay(
        duty=duty,
        service=service,
        arrivals=_laws(bands, nodes, slot_units, walk_in_laws(walk_ins, len(bands))),
        weights=np.array([weight for _, weight in nodes]),
        sure=_laws(sure, nodes, slot_units, None),
        target=target,
        room_cap=room_cap,
        lobby=lobby,
    )
    found = figures_of_house(day)
    below = found.held_law[:-1]
    late = np.concatenate([[1.0], found.late, [0.0]])
    return FullFigures(
        arrivals=found.arrivals,
        wait=found.wait * unit_minutes,
        idle=found.idle * unit_minutes,
        overtime=found.overtime * unit_minutes,
        tardiness=found.tardiness * unit_minutes,
        done=found.done,
        p_target=float(found.held_law[-1]),
        shortfall=float(below @ np.arange(target, 0, -1)) if target else 0.0,
        wait_law=found.wait_law,
        late_law=late[:-1] - late[1:],
        unit_minutes=unit_minutes,
        turned_away=found.turned_away,
        over_lobby=found.over_lobby,
    )


def _laws(
    bands: Sequence[Sequence[float]], nodes: Nodes, slot_units: int, extra: Sequence[Vector] | None
) -> dict[int, Vector]:
    """Return the law of who comes by unit, a row for each node, where anybody may."""
    laws = {}
    for slot, band in enumerate(bands):
        rows = [band_law([shifted(p, shift) for p in band]) for shift, _ in nodes]
        if extra is not None:
            rows = [np.convolve(row, extra[slot]) for row in rows]
        if len(rows[0]) > 1:
            laws[slot * slot_units] = np.array(rows)
    return laws
