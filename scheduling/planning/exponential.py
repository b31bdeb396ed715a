"""A streamed day with exponential interviews of one mean length: the number in the house is a Markov chain.

The setting of Kaandorp and Koole (2007), with c interviewers (reference/overbooking.md, section 3d). Between arrival times people leave
at rate min(j, c) / b, whatever c is in the slot. The chain over a slot and the time it spends in each state are found by uniformisation, a
sum of positive terms; the waiting is the time spent by people beyond the c who are seen, which is ``(j - c + 1)^+ b / c`` for who finds j.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scheduling.planning.checks import Nodes, check_positive
from scheduling.planning.laws import (
    ONE_NODE,
    Interviewers,
    Vector,
    all_shifted,
    check_bands,
    check_day,
    closing_staff,
    staff,
    walk_in_laws,
    with_guaranteed,
)

MOST_PEOPLE = 500
_MOST_INTERVIEWERS = 1_000


@dataclass(frozen=True, slots=True)
class ExponentialFigures:
    """Expected figures of a day, in minutes and people; see ``workload.ServiceFigures`` for the words."""

    arrivals: float
    wait: float
    idle: float
    overtime: float
    tardiness: float
    done: float
    p_target: float

    @property
    def wait_mean(self) -> float:
        """Expected wait divided by expected arrivals, minutes."""
        return self.wait / self.arrivals if self.arrivals > 0 else 0.0


def evaluate_exponential(
    bands: Sequence[Sequence[float]],
    interviewers: Interviewers,
    *,
    mean_minutes: float,
    slot_minutes: float,
    target: int = 0,
    nodes: Nodes = ONE_NODE,
    walk_ins: Sequence[float] | None = None,
    guaranteed: Sequence[Sequence[float]] | None = None,
) -> ExponentialFigures:
    """Return the exact figures of a day of exponential interviews.

    ``bands`` are show probabilities by slot; ``interviewers`` one number or one a slot (0 is a break; those of the last slot that had any
    work on after the day); ``mean_minutes`` > 0 the mean length of an interview; ``target`` interviews are wanted inside the day (0: p_target
    is 1); ``walk_ins`` expected (Poisson) by slot; ``guaranteed`` chances of people with a fixed time, who are called first: that
    changes who waits, not how much. Where fewer go on, interviews under way are put off, and that counts as waiting.
    Raises ``ValueError`` naming the argument.
    """
    check_bands(bands)
    on_duty = staff(interviewers, len(bands))
    if guaranteed is not None:
        bands = with_guaranteed(bands, guaranteed, on_duty)
    if max(on_duty) > _MOST_INTERVIEWERS:
        raise ValueError(f"interviewers: {max(on_duty)} are more than {_MOST_INTERVIEWERS}")
    check_positive("mean_minutes", mean_minutes)
    extra = [_short(law) for law in walk_in_laws(walk_ins, len(bands)) or []]
    people = sum(map(len, bands)) + sum(len(law) - 1 for law in extra)
    if people > MOST_PEOPLE:
        raise ValueError(f"bands: {people} people are more than the {MOST_PEOPLE} of this method")
    check_day(invited=people, target=target, slot_minutes=slot_minutes, nodes=nodes, waiting=0, room_cap=None)
    if slot_minutes / mean_minutes * max(on_duty) > 5_000:
        raise ValueError(f"mean_minutes: {mean_minutes!r} is too short for slots of {slot_minutes!r}")
    sums = np.zeros(7)
    for shift, weight in nodes:
        laws = [[np.array((1.0 - p, p)) for p in all_shifted(band, shift)] for band in bands]
        for slot, law in enumerate(extra):
            laws[slot].append(law)
        sums += weight * np.array(_one_day(laws, on_duty, slot_minutes / mean_minutes, target, people))
    arrivals, wait, idle, overtime, tardiness, done, below = sums.tolist()
    b = mean_minutes
    return ExponentialFigures(arrivals, wait * b, idle * b, overtime * b, tardiness * b, done, max(1.0 - below, 0.0))


def _short(law: Vector) -> Vector:
    """Cut a law of walk-ins where what is left is below 1e-16."""
    tail = np.cumsum(law[::-1])[::-1]
    cut = law[: max(int((tail > 1e-16).sum()), 1)]
    return np.asarray(cut / cut.sum())


def _one_day(
    arriving: Sequence[Sequence[Vector]], on_duty: Sequence[int], length: float, target: int, people: int
) -> tuple[float, float, float, float, float, float, float]:
    """Return (arrivals, wait, idle, overtime, tardiness, done, P(done < target)), times in mean interviews.

    ``arriving`` are the laws of what comes to each slot, one after another. Waiting is the time integral of the number who wait.
    """
    here = np.arange(people + 1)
    # Rows: people who came so far (needed for the number done); without a target one row is enough.
    law = np.zeros((people + 1 if target else 1, people + 1))
    law[0, 0] = 1.0
    wait = idle = arrivals = 0.0
    for comers, c in zip(arriving, on_duty, strict=True):
        for number in comers:
            arrivals += float(number @ np.arange(len(number)))
            law = _came(law, number, counted=bool(target))
        over_slot, stays = _slot_chain(people + 1, c, length)
        spent = law.sum(axis=0) @ stays
        wait += float(spent @ np.maximum(here - c, 0))
        idle += float(spent @ np.maximum(c - here, 0))
        law = law @ over_slot
    end = law.sum(axis=0)
    c = closing_staff(on_duty)
    # Of j people the next leaves after 1 / min(j, c) mean interviews, and so on until the last; j - c of them wait meanwhile.
    each = 1.0 / np.minimum(here[1:], c)
    to_empty = np.concatenate([[0.0], np.cumsum(each)])
    wait += float(end @ np.concatenate([[0.0], np.cumsum(each * np.maximum(here[1:] - c, 0))]))
    below = 0.0
    if target:
        done = here[:, None] - here[None, :]
        below = float(law[done < target].sum())
    overtime = float(end @ here)
    return arrivals, wait, idle, overtime, float(end @ to_empty), arrivals - overtime, below


def _came(law: Vector, number: Vector, *, counted: bool) -> Vector:
    """Return the law after a random number of people came; ``counted``: they also move a row down each."""
    out = number[0] * law
    for more in range(1, len(number)):
        rows = slice(more, None) if counted else slice(None)
        out[rows, more:] += number[more] * (law[:-more, :-more] if counted else law[:, :-more])
    return np.asarray(out)


@lru_cache(maxsize=32)
def _slot_chain(size: int, c: int, length: float) -> tuple[Vector, Vector]:
    """Return the transitions over a slot and the expected time in each state, both (size, size); times in mean interviews."""
    rates = np.minimum(np.arange(size), c).astype(float)
    fastest = max(float(rates.max()), 1.0)
    step = np.diag(1.0 - rates / fastest)
    step[np.arange(1, size), np.arange(size - 1)] = rates[1:] / fastest
    mean = fastest * length
    last = math.ceil(mean + 12.0 * math.sqrt(mean) + 30.0)
    logs = np.array([k * math.log(mean) - mean - math.lgamma(k + 1.0) for k in range(last + 1)])
    jumps = np.exp(logs)
    more = np.append(np.cumsum(jumps[::-1])[::-1][1:], 0.0)  # P(more than k jumps)
    power = np.eye(size)
    over_slot, stays = np.zeros((size, size)), np.zeros((size, size))
    for k in range(last + 1):
        over_slot += jumps[k] * power
        stays += more[k] / fastest * power
        power = power @ step
    return over_slot, stays
