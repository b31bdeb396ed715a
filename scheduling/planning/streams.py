"""Exact figures of a streamed interview day when an interview lasts one slot.

The model is the discrete multi-server queue with no-shows (reference/overbooking.md, section 3a; Zacharias & Pinedo 2017,
MSOM 19:639-656, known from its abstract, the recursion was derived independently and proved equal to enumeration):

* the day has T slots of ``slot_minutes``; in slot t ``interviewers[t]`` people can be seen;
* everyone invited to slot t comes exactly at its start with probability p, independently (given the day effect), or never;
* first come, first served, nobody idles while someone waits, all who came are seen, after the day if need be.

With Q the number waiting before slot t and B the law of its arrivals: ``J = Q * B`` (convolution); ``(J - c)^+`` stay and wait one
slot, ``(c - J)^+`` interviewers idle through it. After the last slot the remainder r is seen in overtime and keeps waiting meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.checks import Nodes, check_listed, check_probabilities, check_whole
from scheduling.planning.laws import (
    MAX_INVITED,
    ONE_NODE,
    RAMP,
    Interviewers,
    Vector,
    band_law,
    binomial_law,
    check_bands,
    check_day,
    shifted,
    shifted_laws,
    staff,
    walk_in_laws,
    with_guaranteed,
)
from scheduling.planning.slot_recursion import day_totals, shortfall_law


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Expected figures of one day; times are in the unit of ``slot_minutes``, summed over people.

    ``wait`` is over everyone who comes, ``idle`` over interviewers inside the day, ``overtime`` is interviewing time worked after
    the day, ``tardiness`` the expected end of the last interview after the end of the day, ``done`` the interviews finished inside
    it, ``p_target`` = P(done >= target), ``shortfall`` = E(target - done)^+, ``lobby_peak`` the largest expected number still
    waiting after the interviewers took their people, over the slots; ``turned_away`` counts people beyond the room cap.
    """

    invited: int
    arrivals: float
    wait: float
    idle: float
    overtime: float
    tardiness: float
    done: float
    p_target: float
    shortfall: float
    lobby_peak: float
    turned_away: float

    @property
    def wait_mean(self) -> float:
        """Expected wait divided by expected arrivals; 0 when nobody is expected."""
        return self.wait / self.arrivals if self.arrivals > 0 else 0.0


def _evaluate_laws(
    invited: int,
    laws_by_node: Iterable[tuple[float, float, list[Vector]]],
    on_duty: Sequence[int],
    *,
    target: int,
    slot_minutes: float,
    waiting: int,
    room_cap: int | None,
) -> DayFigures:
    """Mix the figures of the nodes; each item is (weight, expected arrivals, arrival laws by slot)."""
    queue = np.zeros(waiting + 1)
    queue[waiting] = 1.0
    sums = np.zeros(9)
    lobby_sum: Vector = np.zeros(len(on_duty))
    for weight, arrivals, laws in laws_by_node:
        totals, lobby = day_totals(laws, on_duty, queue, room_cap)
        p_below = missing = 0.0
        if target:
            below = shortfall_law(laws, on_duty, queue, target, room_cap)
            p_below = float(below.sum())
            missing = float(below @ RAMP[target:0:-1])
        done = waiting + arrivals - totals.turned_away - totals.overtime
        row = (
            arrivals,
            totals.wait,
            totals.idle,
            totals.overtime,
            totals.tardiness,
            done,
            p_below,
            missing,
            totals.turned_away,
        )
        sums += weight * np.asarray(row)
        lobby_sum += weight * np.asarray(lobby)
    arrivals, wait, idle, overtime, tardiness, done, p_below, missing, turned_away = sums.tolist()
    return DayFigures(
        invited=invited,
        arrivals=arrivals,
        wait=wait * slot_minutes,
        idle=idle * slot_minutes,
        overtime=overtime * slot_minutes,
        tardiness=tardiness * slot_minutes,
        done=done,
        p_target=1.0 - p_below,
        shortfall=missing,
        lobby_peak=float(lobby_sum.max()),
        turned_away=turned_away,
    )


def evaluate(
    bands: Sequence[Sequence[float]],
    interviewers: Interviewers,
    *,
    target: int = 0,
    slot_minutes: float = 1.0,
    nodes: Nodes = ONE_NODE,
    waiting: int = 0,
    walk_ins: Sequence[float] | None = None,
    room_cap: int | None = None,
    guaranteed: Sequence[Sequence[float]] | None = None,
) -> DayFigures:
    """Return the exact figures of a day with personal show probabilities.

    Args:
        bands: for each slot the show probabilities (shares in [0, 1]) of the people invited to its start.
        interviewers: how many work in every slot, or one number a slot (0 is a break).
        target: m, the number of interviews wanted inside the day; 0 leaves the joint law out (P = 1, shortfall 0).
        slot_minutes: length of a slot and of an interview; the times of the result are multiples of it.
        nodes: the day effect as (shift in log-odds, weight) pairs; the figures are mixed over them.
        waiting: people who already wait when the day (or its rest) begins.
        walk_ins: expected walk-ins (Poisson) by slot, outside the forecast of the invited.
        room_cap: most people who can wait in the lobby; whoever comes beyond it is turned away. None: no cap.
        guaranteed: chances by slot of people with a fixed time, who are called first and so never wait: at most as many as
            interviewers. Who is called first changes who waits, not how much (``wait_profile`` tells them apart).

    Raises:
        ValueError: an argument out of its range, by name.
    """
    check_bands(bands)
    on_duty = staff(interviewers, len(bands))
    if guaranteed is not None:
        bands = with_guaranteed(bands, guaranteed, on_duty)
    invited = sum(map(len, bands))
    check_day(
        invited=invited, target=target, slot_minutes=slot_minutes, nodes=nodes, waiting=waiting, room_cap=room_cap
    )
    extra = walk_in_laws(walk_ins, len(bands))

    def by_node() -> Iterable[tuple[float, float, list[Vector]]]:
        if len(nodes) == 1 and nodes[0][0] == 0.0:
            yield (
                nodes[0][1],
                *_with_walk_ins([band_law(band) for band in bands], sum(map(sum, bands)), extra, walk_ins),
            )
            return
        every, arrivals = shifted_laws(bands, [shift for shift, _ in nodes])
        for (_, weight), laws, come in zip(nodes, every, arrivals, strict=True):
            yield weight, *_with_walk_ins(laws, come, extra, walk_ins)

    return _evaluate_laws(
        invited, by_node(), on_duty, target=target, slot_minutes=slot_minutes, waiting=waiting, room_cap=room_cap
    )


def evaluate_equal(
    counts: Sequence[int],
    p: float,
    interviewers: Interviewers,
    *,
    target: int = 0,
    slot_minutes: float = 1.0,
    nodes: Nodes = ONE_NODE,
    waiting: int = 0,
    walk_ins: Sequence[float] | None = None,
    room_cap: int | None = None,
) -> DayFigures:
    """Return the exact figures of a day where ``counts[t]`` people with the same show probability ``p`` are invited to slot t.

    The other arguments and errors are those of ``evaluate``; the laws of the bands are shared between equal counts.
    """
    check_listed("counts", counts)
    for count in counts:
        check_whole("counts", count, most=MAX_INVITED)
    on_duty = staff(interviewers, len(counts))
    invited = int(sum(counts))
    check_day(
        invited=invited, target=target, slot_minutes=slot_minutes, nodes=nodes, waiting=waiting, room_cap=room_cap
    )
    check_probabilities("p", (p,))
    extra = walk_in_laws(walk_ins, len(counts))

    def by_node() -> Iterable[tuple[float, float, list[Vector]]]:
        for shift, weight in nodes:
            chance = shifted(p, shift)
            laws = [binomial_law(count, chance) for count in counts]
            yield weight, *_with_walk_ins(laws, invited * chance, extra, walk_ins)

    return _evaluate_laws(
        invited, by_node(), on_duty, target=target, slot_minutes=slot_minutes, waiting=waiting, room_cap=room_cap
    )


def _with_walk_ins(
    laws: list[Vector], arrivals: float, extra: list[Vector] | None, walk_ins: Sequence[float] | None
) -> tuple[float, list[Vector]]:
    """Add the independent walk-in stream to the arrivals of the invited."""
    if extra is None or walk_ins is None:
        return arrivals, laws
    return arrivals + sum(walk_ins), [np.convolve(a, b) for a, b in zip(laws, extra, strict=True)]
