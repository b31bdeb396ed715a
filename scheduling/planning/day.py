"""The day to be planned: slots, interviewers, prices; and its cost as a chain over slots.

The chain's state is (d, q): interviews done, capped at the target, and people waiting. Costs are linear in the law of the state, so
a forward pass of laws and a backward pass of values give every marginal cost at once (reference/overbooking.md, section 3g).
All laws carry a leading axis: nodes of the day effect, or schedules of a batch, or both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.checks import Nodes, check_non_negative
from scheduling.planning.laws import ONE_NODE, RAMP, Interviewers, Vector, check_day, closing_staff, staff, walk_in_laws
from scheduling.planning.streams import DayFigures

# Mass below this in the far end of a queue is left out of the search; final figures are always exact.
NEGLIGIBLE = 1e-17
MAX_PRICE = 1e9


@dataclass(frozen=True, slots=True)
class CostWeights:
    """Prices, from 0 to 1e9, in one currency.

    ``wait`` a minute of a candidate's waiting, ``idle`` and ``overtime`` a minute of an interviewer, ``tardiness`` a minute by which
    the last interview ends late, ``missing`` an interview short of the target, ``turned_away`` a person sent home because the
    lobby is full, ``invitation`` one invitation.
    """

    wait: float = 0.0
    idle: float = 0.0
    overtime: float = 0.0
    tardiness: float = 0.0
    missing: float = 0.0
    turned_away: float = 0.0
    invitation: float = 0.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` naming the price that is negative or not finite."""
        for field in fields(self):
            price = getattr(self, field.name)
            check_non_negative(f"weights.{field.name}", price)
            if price > MAX_PRICE:
                raise ValueError(
                    f"weights.{field.name}: {price!r} is above {MAX_PRICE:.0e}, costs would lose their digits"
                )

    def cost(self, figures: DayFigures) -> float:
        """Return the expected cost of a day with these figures."""
        return (
            self.wait * figures.wait
            + self.idle * figures.idle
            + self.overtime * figures.overtime
            + self.tardiness * figures.tardiness
            + self.missing * figures.shortfall
            + self.turned_away * figures.turned_away
            + self.invitation * figures.invited
        )


@dataclass(frozen=True)
class Day:
    """A streamed day in which an interview lasts one slot.

    ``interviewers`` per slot (0 = break) or one number; ``target`` m interviews wanted inside the day; ``slot_minutes`` > 0;
    ``nodes`` the day effect as (shift in log-odds, weight); ``waiting`` people already there; ``walk_ins`` expected by slot;
    ``room_cap`` most people who can wait. Raises ``ValueError`` naming the argument.
    """

    slots: int
    interviewers: Interviewers
    weights: CostWeights
    target: int = 0
    slot_minutes: float = 1.0
    nodes: Nodes = ONE_NODE
    waiting: int = 0
    walk_ins: Sequence[float] | None = None
    room_cap: int | None = None

    def __post_init__(self) -> None:
        """Check every field."""
        staff(self.interviewers, self.slots)
        check_day(
            invited=0,
            target=self.target,
            slot_minutes=self.slot_minutes,
            nodes=self.nodes,
            waiting=self.waiting,
            room_cap=self.room_cap,
        )
        walk_in_laws(self.walk_ins, self.slots)

    @cached_property
    def on_duty(self) -> tuple[int, ...]:
        """Interviewers of each slot."""
        return staff(self.interviewers, self.slots)

    @cached_property
    def extra_laws(self) -> list[Vector] | None:
        """Laws of the walk-ins by slot."""
        return walk_in_laws(self.walk_ins, self.slots)

    @cached_property
    def node_shifts(self) -> Vector:
        """Shift of each node, log-odds."""
        return np.array([shift for shift, _ in self.nodes], dtype=np.float64)

    @cached_property
    def node_weights(self) -> Vector:
        """Weight of each node."""
        return np.array([weight for _, weight in self.nodes], dtype=np.float64)

    @property
    def depth(self) -> int:
        """Rows of the state: 1 when the target has no price, else target + 1."""
        return self.target + 1 if self.weights.missing > 0 and self.target > 0 else 1

    def node_probs(self, probs: Sequence[float] | Vector) -> Vector:
        """Return the show probabilities under each node, shape (nodes, people)."""
        p = np.asarray(probs, dtype=np.float64)[None, :]
        odds = np.exp(self.node_shifts)[:, None]
        return np.asarray(odds * p / (1.0 - p + odds * p))

    @cached_property
    def _stage(self) -> dict[tuple[int, int], Vector]:
        return {}

    def stage(self, slot: int, width: int) -> Vector:
        """Return the cost of slot ``slot`` by the number present at its start, 0..width-1."""
        c = self.on_duty[slot]
        known = self._stage.get((c, width))
        if known is None:
            w = self.weights
            present = RAMP[:width]
            stay = np.maximum(present - c, 0.0)
            kept = stay if self.room_cap is None else np.minimum(stay, self.room_cap)
            known = (w.wait * kept + w.idle * np.maximum(c - present, 0.0)) * self.slot_minutes + w.turned_away * (
                stay - kept
            )
            self._stage[c, width] = known
        return known

    def terminal(self, width: int) -> Vector:
        """Return the cost after the last slot by (done, still waiting), shape (depth, width)."""
        w = self.weights
        c = closing_staff(self.on_duty)
        left = np.arange(width)
        full, part = np.divmod(left, c)
        waiting = left * full - c * full * (full + 1) // 2
        late = (w.overtime * left + w.tardiness * (full + (part > 0)) + w.wait * waiting) * self.slot_minutes
        if self.depth == 1:
            return np.asarray(late[None, :], dtype=np.float64)
        missing = w.missing * RAMP[self.target :: -1]
        return np.asarray(late[None, :] + missing[:, None])


@lru_cache(maxsize=2048)
def _toeplitz(width: int, reach: int) -> NDArray[np.intp]:
    """Index of B[j - q] in a law padded by width - 1 zeros on both sides, shape (width, width + reach)."""
    q, j = np.ogrid[:width, : width + reach]
    return np.asarray(width - 1 - q + j, dtype=np.intp)


@lru_cache(maxsize=2048)
def windows(width: int, reach: int) -> NDArray[np.intp]:
    """Index q + b, shape (width, reach)."""
    q, b = np.ogrid[:width, :reach]
    return np.asarray(q + b, dtype=np.intp)


def arrival_matrix(law: Vector, width: int) -> Vector:
    """Return the transition q -> q + b for laws of shape (K, reach + 1): shape (K, width, width + reach)."""
    batch, size = law.shape
    padded = np.zeros((batch, size + 2 * (width - 1)))
    padded[:, width - 1 : width - 1 + size] = law
    return np.asarray(padded[:, _toeplitz(width, size - 1)])


def take_in(present: Vector, c: int, room_cap: int | None) -> Vector:
    """Let c interviewers take people: laws over (..., done, present) become laws over (..., done, waiting)."""
    depth, width = present.shape[-2:]
    if depth == 1:
        if width <= c + 1:
            out = present.sum(axis=-1, keepdims=True)
        else:
            out = present[..., c:].copy()
            out[..., 0] += present[..., :c].sum(axis=-1)
    else:
        out = _take_in_counting(present, c)
    if room_cap is not None and out.shape[-1] > room_cap + 1:
        out[..., room_cap] = out[..., room_cap:].sum(axis=-1)
        out = out[..., : room_cap + 1]
    return np.asarray(out)


def _take_in_counting(present: Vector, c: int) -> Vector:
    """Do the same where the number done is part of the state; the last row means "target reached"."""
    depth, width = present.shape[-2:]
    out = np.zeros((*present.shape[:-1], max(width - c, 1)))
    for seen in range(min(c, width - 1) + 1):
        # the columns from c on move together, the ones before it one by one
        block = present[..., seen:] if seen == c else present[..., seen : seen + 1]
        rows = out if seen == c else out[..., :1]
        kept = max(depth - seen, 0)
        if kept:
            rows[..., seen:, :] += block[..., :kept, :]
        if kept < depth:
            rows[..., -1, :] += block[..., kept:, :].sum(axis=-2)
    return out


@lru_cache(maxsize=4096)
def _after(depth: int, width: int, c: int, most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where (done, present) goes when at most ``most`` can wait: indices of rows and columns."""
    d, j = np.ogrid[:depth, :width]
    waiting = np.minimum(np.maximum(j - c, 0), most)
    rows = np.minimum(d + np.minimum(j, c), depth - 1)
    return np.asarray(rows, dtype=np.intp), np.broadcast_to(waiting, (depth, width)).astype(np.intp)


def value_present(day: Day, slot: int, value_after: Vector, width: int) -> Vector:
    """Return W: expected cost from slot ``slot`` on by (done, present), given the values after the call-in (K, depth, q).

    Longer queues than the values know take the last value: they have no mass that matters.
    """
    last = value_after.shape[-1] - 1
    most = last if day.room_cap is None else min(day.room_cap, last)
    rows, cols = _after(day.depth, width, day.on_duty[slot], most)
    return np.asarray(day.stage(slot, width) + value_after[:, rows, cols])


def start_state(day: Day, batch: int) -> Vector:
    """Return the law of the state before the first slot, shape (batch, depth, waiting + 1)."""
    state = np.zeros((batch, day.depth, day.waiting + 1))
    state[:, 0, day.waiting] = 1.0
    return state


def trimmed(state: Vector) -> Vector:
    """Drop the far end of the queue where no law of the batch has mass that matters."""
    if state.shape[-1] < 4:
        return state
    heavy = np.flatnonzero(state.max(axis=tuple(range(state.ndim - 1))) > NEGLIGIBLE)
    last = int(heavy[-1]) + 1 if len(heavy) else 1
    return state[..., :last]


def chain_costs(day: Day, laws: Sequence[Vector]) -> Vector:
    """Return the expected cost, without invitations, for each law of a batch.

    ``laws[t]`` has shape (K, reach_t + 1): the arrivals of slot t in each of K cases. Shape of the result: (K,).
    """
    batch = laws[0].shape[0]
    if batch == 1 and day.depth == 1:
        return np.array([_one_cost(day, [law[0] for law in laws])])
    state = start_state(day, batch)
    cost = np.zeros(batch)
    for slot, law in enumerate(laws):
        present = state if law.shape[1] == 1 else state @ arrival_matrix(law, state.shape[-1])
        marginal = present[:, 0] if day.depth == 1 else present.sum(axis=1)
        cost += marginal @ day.stage(slot, present.shape[-1])
        state = trimmed(take_in(present, day.on_duty[slot], day.room_cap))
    end = day.terminal(state.shape[-1])
    return np.asarray(cost + np.einsum("kdq,dq->k", state, end))


def _one_cost(day: Day, laws: Sequence[Vector]) -> float:
    """Do the same for one case without a priced target, where plain convolutions are quickest."""
    queue = start_state(day, 1)[0, 0]
    cost = 0.0
    for slot, (law, c) in enumerate(zip(laws, day.on_duty, strict=True)):
        present = np.convolve(queue, law) if len(queue) > 1 else queue[0] * law
        width = len(present)
        cost += float(present @ day.stage(slot, width))
        if width <= c + 1:
            queue = present.sum(keepdims=True)
            continue
        queue = present[c:]
        queue[0] += present[:c].sum()
        if day.room_cap is not None and len(queue) > day.room_cap + 1:
            queue[day.room_cap] = queue[day.room_cap :].sum()
            queue = queue[: day.room_cap + 1]
        while len(queue) > 1 and queue[-1] < NEGLIGIBLE:
            queue = queue[:-1]
    return cost + float(queue @ day.terminal(len(queue))[0])
