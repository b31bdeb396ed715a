"""How long people wait and how full the lobby gets on a streamed day of one-slot interviews, exactly.

A person who finds k people before them at the start of slot t waits more than w slots exactly when k is at least the number that the
slots t..t+w can take. So the expected number of the people of slot t who wait more than w slots is ``E(J - K)^+ - E(Q - K)^+``, with Q the
queue before the slot, J after its arrivals and K that number. People with a guaranteed time are taken first and never wait; K is then
what they leave, and is independent of Q and J.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.checks import Nodes, check_non_negative, check_probabilities
from scheduling.planning.laws import (
    ONE_NODE,
    Interviewers,
    Vector,
    band_law,
    check_day,
    closing_staff,
    shifted,
    staff,
    walk_in_laws,
)

_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class WaitProfile:
    """Waiting of the people who come, guaranteed ones included (they wait 0).

    ``mean`` and ``quantile_90`` in the unit of slot_minutes (the quantile over people, a multiple of it), ``share_over`` the expected
    share of people who wait longer than promised, ``band_means`` and ``band_shares_over`` the same by slot for those without a guarantee,
    0 where nobody is expected; ``lobby_over`` is P(at some slot more than the cap wait after the call-in), 0 without a cap.
    """

    mean: float
    quantile_90: float
    share_over: float
    band_means: tuple[float, ...]
    band_shares_over: tuple[float, ...]
    lobby_over: float


def wait_profile(
    bands: Sequence[Sequence[float]],
    interviewers: Interviewers,
    *,
    promised: float,
    slot_minutes: float = 1.0,
    nodes: Nodes = ONE_NODE,
    waiting: int = 0,
    guaranteed: Sequence[Sequence[float]] | None = None,
    lobby_cap: int | None = None,
    walk_ins: Sequence[float] | None = None,
) -> WaitProfile:
    """Return the exact waiting profile of a day.

    ``bands`` and ``guaranteed`` are show probabilities by slot, of people without and with a guaranteed time; at most as many guaranteed
    as interviewers in a slot. ``promised`` is the longest wait told to candidates, in the unit of ``slot_minutes``. The ``waiting`` are counted as people of no slot. ``walk_ins`` expected (Poisson) by slot stand in line
    with the people of the slot and count as such.
    Raises ``ValueError`` naming the argument.
    """
    on_duty = staff(interviewers, len(bands))
    sure = guaranteed if guaranteed is not None else [()] * len(bands)
    check_day(
        invited=sum(map(len, bands)),
        target=0,
        slot_minutes=slot_minutes,
        nodes=nodes,
        waiting=waiting,
        room_cap=lobby_cap,
    )
    check_non_negative("promised", promised)
    if len(sure) != len(bands) or any(len(g) > c for g, c in zip(sure, on_duty, strict=True)):
        raise ValueError("guaranteed: one list a slot is needed, none longer than its number of interviewers")
    for band in (*bands, *sure):
        check_probabilities("bands", band)
    extra = walk_in_laws(walk_ins, len(bands))
    longest = math.floor(promised / slot_minutes + 1e-12)
    slots = len(bands)
    over = np.zeros((slots, 0))
    come = np.zeros(slots)
    sure_come = lobby_over = 0.0
    for shift, weight in nodes:
        laws = _joined([band_law([shifted(p, shift) for p in band]) for band in bands], extra)
        taken = [band_law([shifted(p, shift) for p in band]) for band in sure]
        come += weight * np.array([sum(shifted(p, shift) for p in band) for band in bands])
        if walk_ins is not None:
            come += weight * np.asarray(walk_ins)
        sure_come += weight * sum(shifted(p, shift) for band in sure for p in band)
        late = _late(
            laws, [_left_over(law, c) for law, c in zip(taken, on_duty, strict=True)], closing_staff(on_duty), waiting
        )
        width = max(over.shape[1], late.shape[1])
        over = np.pad(over, ((0, 0), (0, width - over.shape[1]))) + weight * np.pad(
            late, ((0, 0), (0, width - late.shape[1]))
        )
        if lobby_cap is not None:
            everyone = [np.convolve(a, b) for a, b in zip(laws, taken, strict=True)]
            lobby_over += weight * _ever_over(everyone, on_duty, waiting, lobby_cap)
    late_by_slot = over[:, longest] if longest < over.shape[1] else np.zeros(slots)
    people = float(come.sum()) + sure_come
    safe = np.where(come > 0, come, 1.0)
    if people <= 0:
        return WaitProfile(0.0, 0.0, 0.0, (0.0,) * slots, (0.0,) * slots, lobby_over)
    totals = over.sum(axis=0)
    quantile = int(np.argmax(np.append(totals, 0.0) <= 0.1 * people + 1e-12))
    means = over.sum(axis=1) * slot_minutes
    return WaitProfile(
        mean=float(means.sum()) / people,
        quantile_90=quantile * slot_minutes,
        share_over=float(late_by_slot.sum()) / people,
        band_means=tuple((means / safe).tolist()),
        band_shares_over=tuple((late_by_slot / safe).tolist()),
        lobby_over=lobby_over,
    )


def _joined(laws: list[Vector], extra: list[Vector] | None) -> list[Vector]:
    """Return the laws of everybody who comes to a slot, walk-ins included."""
    return laws if extra is None else [np.convolve(a, b) for a, b in zip(laws, extra, strict=True)]


def _left_over(taken: Vector, c: int) -> Vector:
    """Return the law of the interviewers left for people without a guarantee, over 0..c."""
    out = np.zeros(c + 1)
    out[c + 1 - len(taken) :] = taken[::-1]
    return out


def _late(laws: Sequence[Vector], seats: Sequence[Vector], closing: int, waiting: int) -> Vector:
    """Return E(people of slot t who wait more than w slots), shape (slots, as many w as matter)."""
    queue = np.zeros(waiting + 1)
    queue[waiting] = 1.0
    after = np.zeros(closing + 1)
    after[closing] = 1.0
    rows: list[list[float]] = []
    for slot, law in enumerate(laws):
        present = np.convolve(queue, law)
        row: list[float] = []
        if len(law) > 1:
            room = np.ones(1)
            for w in range(_LONGEST):
                room = np.convolve(room, seats[slot + w] if slot + w < len(seats) else after)
                late = _excess(present, room) - _excess(queue, room)
                if late <= 1e-18:
                    if not np.any(room[: len(present) - 1] > 0):
                        break
                    late = max(late, 0.0)
                row.append(late)
        rows.append(row)
        queue = _served(present, seats[slot])
    width = max(map(len, rows), default=0)
    return np.array([row + [0.0] * (width - len(row)) for row in rows]).reshape(len(laws), width)


def _excess(present: Vector, room: Vector) -> float:
    """Return E(present - room)^+ for independent laws."""
    above = np.append(np.cumsum(present[::-1])[::-1][1:], 0.0)  # P(present > k)
    tail = np.cumsum(above[::-1])[::-1]  # E(present - k)^+
    width = min(len(tail), len(room))
    return float(tail[:width] @ room[:width])


def _served(present: Vector, seats: Vector) -> Vector:
    """Return the law of (present - seats)^+."""
    out = np.zeros(len(present))
    for taken in np.flatnonzero(seats).tolist():
        if taken < len(present):
            out[: len(present) - taken] += seats[taken] * present[taken:]
        out[0] += seats[taken] * float(present[:taken].sum())
    return np.asarray(np.trim_zeros(out, "b")) if out.any() else np.ones(1)


def _ever_over(laws: Sequence[Vector], on_duty: Sequence[int], waiting: int, cap: int) -> float:
    """Return P(more than ``cap`` people still wait after the call-in of some slot)."""
    queue = np.zeros(waiting + 1)
    queue[waiting] = 1.0
    for law, c in zip(laws, on_duty, strict=True):
        present = np.convolve(queue, law)
        queue = np.zeros(max(len(present) - c, 1))
        queue[: max(len(present) - c, 0)] = present[c:]
        queue[0] += float(present[:c].sum())
        queue = queue[: cap + 1]
    return max(0.0, 1.0 - float(queue.sum()))


def lobby_quantile(
    bands: Sequence[Sequence[float]],
    interviewers: Interviewers,
    *,
    level: float,
    nodes: Nodes = ONE_NODE,
    waiting: int = 0,
    walk_ins: Sequence[float] | None = None,
) -> int:
    """Return the smallest number k such that with probability ``level`` never more than k people wait after a call-in.

    ``level`` lies between 0 and 1; the other arguments and errors are those of ``wait_profile``.
    """
    check_probabilities("level", (level,))
    if not 0.0 < level < 1.0:
        raise ValueError(f"level: {level!r} must lie between 0 and 1")
    on_duty = staff(interviewers, len(bands))
    people = sum(map(len, bands))
    check_day(invited=people, target=0, slot_minutes=1.0, nodes=nodes, waiting=waiting, room_cap=None)
    for band in bands:
        check_probabilities("bands", band)
    extra = walk_in_laws(walk_ins, len(bands))
    mixed = [
        (weight, _joined([band_law([shifted(p, shift) for p in band]) for band in bands], extra))
        for shift, weight in nodes
    ]
    low, high = 0, people + waiting + sum(len(law) - 1 for law in extra or ())
    while low < high:
        middle = (low + high) // 2
        risk = sum(weight * _ever_over(laws, on_duty, waiting, middle) for weight, laws in mixed)
        low, high = (low, middle) if risk <= 1.0 - level + 1e-12 else (middle + 1, high)
    return low
