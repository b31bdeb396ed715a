"""The recursion over slots of ``streams``: what a day costs in waiting and idle time, and how many interviews are done.

With Q the number waiting before a slot and B the law of its arrivals: ``J = Q * B`` (convolution); ``(J - c)^+`` stay and wait one
slot, ``(c - J)^+`` interviewers idle through it (reference/overbooking.md, section 3a).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.laws import RAMP, Vector, closing_staff


@dataclass(slots=True)
class Totals:
    """Running sums of one pass, in slots and people."""

    wait: float = 0.0
    idle: float = 0.0
    overtime: float = 0.0
    tardiness: float = 0.0
    turned_away: float = 0.0


def day_totals(
    laws: Sequence[Vector], on_duty: Sequence[int], queue: Vector, room_cap: int | None
) -> tuple[Totals, list[float]]:
    """Run the recursion of section 3a once; return the sums (in slots) and E(waiting) at the end of each slot's call-in."""
    totals = Totals()
    idle = 0.0
    lobby: list[float] = []
    for law, c in zip(laws, on_duty, strict=True):
        here = np.convolve(queue, law) if len(queue) > 1 else queue[0] * law
        if len(here) <= c:
            idle += float((c - RAMP[: len(here)]) @ here)
            queue = here.sum(keepdims=True)
            lobby.append(0.0)
            continue
        queue = here[c:]
        head = here[:c]
        idle += float(RAMP[c:0:-1] @ head)
        queue[0] += head.sum()
        if room_cap is not None and len(queue) > room_cap + 1:
            excess = queue[room_cap:]
            totals.turned_away += float(excess @ RAMP[: len(excess)])
            queue[room_cap] = excess.sum()
            queue = queue[: room_cap + 1]
        lobby.append(float(queue @ RAMP[: len(queue)]))
    totals.idle = idle
    totals.wait = sum(lobby)
    _after_the_day(totals, queue, closing_staff(on_duty))
    return totals, lobby


def _after_the_day(totals: Totals, rest: Vector, c: int) -> None:
    """Add what happens after the last slot: r people are left, c are seen in each further slot, the others wait on."""
    if len(rest) == 1:
        return
    left = np.arange(len(rest))
    full, part = np.divmod(left, c)
    # r + (r-c) + ... counts the people present at each further slot start; less those just taken in, they wait.
    waiting = left * full - c * full * (full + 1) // 2
    totals.overtime += float(rest @ left)
    totals.tardiness += float(rest @ (full + (part > 0)))
    totals.wait += float(rest @ waiting)


def shortfall_law(
    laws: Sequence[Vector], on_duty: Sequence[int], queue: Vector, target: int, room_cap: int | None
) -> Vector:
    """Return P(done = d) for d < target, done counting interviews finished inside the day.

    The state is (done, waiting); mass that reaches ``target`` is dropped. Rows lie one after another in a flat array, wide
    enough that one convolution serves all of them.
    """
    state = np.zeros((target, len(queue)))
    state[0] = queue
    for law, c in zip(laws, on_duty, strict=True):
        reach = len(law) - 1
        width = state.shape[1] + reach
        if reach:
            wide = np.zeros((target, width))
            wide[:, : state.shape[1]] = state
            here = np.convolve(wide.ravel(), law)[: target * width].reshape(target, width)
        else:
            here = state
        state = _take_in(here, c)
        if room_cap is not None and state.shape[1] > room_cap + 1:
            state[:, room_cap] = state[:, room_cap:].sum(axis=1)
            state = state[:, : room_cap + 1]
    return np.asarray(state.sum(axis=1))


def _take_in(here: Vector, c: int) -> Vector:
    """Move min(j, c) of the j people present (columns) from waiting to done (rows)."""
    target, width = here.shape
    state = np.zeros((target, max(width - c, 1)))
    if width > c and target > c:
        state[c:] = here[: target - c, c:]
    for seen in range(min(c, width, target)):
        state[seen:, 0] += here[: target - seen, seen]
    return state
