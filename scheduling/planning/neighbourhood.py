"""Every exchange of two people and every move of one, priced exactly in one forward and one backward pass.

The expected cost is linear in each person's show probability. Let A_i be its derivative in p_i and X_ij the mixed one, for people in
different slots; exchanging them changes the cost by ``d (A_i - A_j) - d^2 X_ij`` with ``d = p_j - p_i`` (reference/overbooking.md,
section 3g). A move to slot u is an exchange with a stand-in of probability 0 in u.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.day import Day, arrival_matrix, start_state, take_in, trimmed, value_present, windows
from scheduling.planning.laws import Vector, band_law

Slots = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Passes:
    """Laws forward and values backward of one schedule.

    ``queues[t]`` (K, depth, q_t) is the law before slot t, ``steps[t]`` (K, depth, q_t + reach + margin) the rise of the expected cost by
    one more person present in slot t, ``values[t]`` (K, depth, q_t + 1 + margin) the expected cost from slot t on by what waits before it,
    ``cost`` (K,) the expected cost without invitations.
    """

    queues: list[Vector]
    steps: list[Vector]
    values: list[Vector]
    cost: Vector


def slot_laws(day: Day, probs: Vector, slots: Slots) -> list[Vector]:
    """Return the arrival law of each slot, (K, reach + 1), for people with probabilities (K, n) in ``slots`` (n,)."""
    return [slot_law(day, probs[:, slots == slot], slot) for slot in range(day.slots)]


def slot_law(day: Day, probs: Vector, slot: int) -> Vector:
    """Return the law (K, reach + 1) of one slot whose people have probabilities (K, members)."""
    batch, members = probs.shape
    if batch == 1 and day.extra_laws is None:
        return band_law(probs[0].tolist())[None, :]
    law = np.ones((batch, 1)) if day.extra_laws is None else np.tile(day.extra_laws[slot], (batch, 1))
    for person in range(members):
        p = probs[:, person : person + 1]
        grown = np.zeros((batch, law.shape[1] + 1))
        grown[:, :-1] = law * (1.0 - p)
        grown[:, 1:] += law * p
        law = grown
    return law


def forward(day: Day, laws: Sequence[Vector]) -> list[Vector]:
    """Return the laws of the state before each slot and after the last."""
    state = start_state(day, laws[0].shape[0])
    queues = [state]
    for slot, law in enumerate(laws):
        present = state if law.shape[1] == 1 else state @ arrival_matrix(law, state.shape[-1])
        state = trimmed(take_in(present, day.on_duty[slot], day.room_cap))
        queues.append(state)
    return queues


def backward(day: Day, laws: Sequence[Vector], queues: list[Vector], margin: int) -> Passes:
    """Add the values to the laws ``queues``.

    Values are kept for ``margin`` + 1 people more than a queue can hold: as far as so many extra arrivals and their effect reach.
    Beyond that only negligible mass looks (NEGLIGIBLE) and the last value stands in.
    """
    last = queues[-1].shape[-1] + 1 + margin
    value = np.broadcast_to(day.terminal(last), (laws[0].shape[0], day.depth, last))
    steps: list[Vector] = []
    values: list[Vector] = []
    for slot in range(day.slots - 1, -1, -1):
        law = laws[slot]
        keep = queues[slot].shape[-1] + 1 + margin
        here = value_present(day, slot, value, keep + law.shape[1] - 1)
        steps.append(here[..., 1:] - here[..., :-1])
        value = here if law.shape[1] == 1 else here @ arrival_matrix(law, keep).transpose(0, 2, 1)
        values.append(value)
    cost = np.einsum("kdq,kdq->k", queues[0], value[..., : queues[0].shape[-1]])
    return Passes(queues, steps[::-1], values[::-1], cost)


def passes(day: Day, laws: Sequence[Vector]) -> Passes:
    """Run the chain once forward and once backward, with room for one extra arrival."""
    return backward(day, laws, forward(day, laws), 1)


def marginals(run: Passes, laws: Sequence[Vector]) -> list[Vector]:
    """Return for each slot the vector G (K, reach + 1): rise of cost by one sure arrival, given b others arrive there."""
    out = []
    for queue, step, law in zip(run.queues, run.steps, laws, strict=False):
        batch, depth, width = queue.shape
        seen = step[..., windows(width, law.shape[1])].reshape(batch, depth * width, -1)
        out.append((queue.reshape(batch, 1, -1) @ seen)[:, 0])
    return out


def without_each(laws: Sequence[Vector], chances: Sequence[Vector]) -> list[Vector]:
    """Return each slot's law without each member: (K, reach + 1) and (K, m) give (K, m, reach + 1).

    Division of generating functions, from below for p <= 1/2 and from above otherwise: the direction in which errors shrink.
    All slots are divided at once, padded to the longest law.
    """
    sizes = [law.shape[1] for law in laws]
    members = [chance.shape[1] for chance in chances]
    size = max(sizes)
    whole = np.zeros((size, laws[0].shape[0], sum(members)))
    begin = 0
    for law, count in zip(laws, members, strict=True):
        whole[: law.shape[1], :, begin : begin + count] = law.T[:, :, None]
        begin += count
    probs = np.concatenate(chances, axis=1)
    low = probs <= 0.5
    up = np.where(low, probs, 0.0)
    down = np.where(low, 1.0, probs)
    keep_up, keep_down = 1.0 / (1.0 - up), 1.0 / down
    up_rate, down_rate = up * keep_up, (1.0 - down) * keep_down
    rising = whole * keep_up
    falling = np.zeros_like(whole)
    falling[:-1] = whole[1:] * keep_down
    for k in range(1, size):
        rising[k] -= up_rate * rising[k - 1]
        if k < size - 1:
            falling[-2 - k] -= down_rate * falling[-1 - k]
    rest = np.where(low, rising, falling).transpose(1, 2, 0)
    ends = np.cumsum(members)
    return [rest[:, end - count : end, :width] for end, count, width in zip(ends, members, sizes, strict=True)]


@dataclass(frozen=True, slots=True)
class Survey:
    """Price of every exchange: ``change[a, b]`` for ``order[a]``, ``order[b]`` in slots ``place[a] < place[b]``, else inf.

    ``order`` holds people 0..n-1 and stand-ins n + slot.
    """

    cost: float
    order: NDArray[np.intp]
    place: Slots
    change: Vector


def survey(day: Day, probs: Vector, slots: Slots, laws: Sequence[Vector]) -> Survey:
    """Price all exchanges and moves of a schedule; ``probs`` has shape (K, n)."""
    people = probs.shape[1]
    run = passes(day, laws)
    gains = marginals(run, laws)
    crowds = [np.append(np.flatnonzero(slots == slot), people + slot) for slot in range(day.slots)]
    order = np.concatenate(crowds)
    place = np.repeat(np.arange(day.slots), [len(crowd) for crowd in crowds])
    padded = np.concatenate([probs, np.zeros((probs.shape[0], day.slots))], axis=1)
    chance = padded[:, order]
    first, cross = _derivatives(day, run, laws, gains, [padded[:, crowd] for crowd in crowds])
    weights = day.node_weights
    change = np.zeros((len(order), len(order)))
    for node, weight in enumerate(weights):
        d = chance[node][None, :] - chance[node][:, None]
        slope = first[node][:, None] - first[node][None, :]
        change += weight * d * (slope - d * cross[node])
    change[place[:, None] >= place[None, :]] = np.inf
    return Survey(float(run.cost @ weights), order, place, change)


def _derivatives(
    day: Day, run: Passes, laws: Sequence[Vector], gains: Sequence[Vector], chances: Sequence[Vector]
) -> tuple[Vector, Vector]:
    """Return A (K, people) and X (K, people, people), people in the order of their slots, stand-ins last in each."""
    batch = laws[0].shape[0]
    depth = day.depth
    total = sum(chance.shape[1] for chance in chances)
    first = np.empty((batch, total))
    cross = np.zeros((batch, total, total))
    effect = np.zeros((batch, 0, depth, run.queues[0].shape[-1] + 1))
    begin = 0
    rests = without_each(laws, chances)
    for slot, (law, chance) in enumerate(zip(laws, chances, strict=True)):
        queue, step = run.queues[slot], run.steps[slot]
        members = chance.shape[1]
        others = rests[slot]
        end = begin + members
        first[:, begin:end] = (others @ gains[slot][:, :, None])[..., 0]
        seen = step[..., windows(queue.shape[-1] + 1, law.shape[1])].reshape(batch, -1, law.shape[1])
        if begin:
            pull = seen @ others.transpose(0, 2, 1)
            cross[:, :begin, begin:end] = effect.reshape(batch, begin, -1) @ pull
        if slot + 1 < day.slots:
            effect = _carried(
                day,
                slot=slot,
                effect=effect,
                law=law,
                queue=queue,
                others=others,
                width=run.queues[slot + 1].shape[-1] + 1,
            )
        begin = end
    return first, cross


def _carried(day: Day, *, slot: int, effect: Vector, law: Vector, queue: Vector, others: Vector, width: int) -> Vector:
    """Carry the effects of earlier people through a slot and add those of its own: (K, people, depth, width)."""
    batch, earlier, depth, now = effect.shape
    members = others.shape[1]
    reach = law.shape[1]
    present = np.zeros((batch, earlier + members, depth, now + reach - 1))
    if earlier:
        moved = effect.reshape(batch, earlier * depth, now) @ arrival_matrix(law, now)
        present[:, :earlier] = moved.reshape(batch, earlier, depth, -1)
    spread = arrival_matrix(others.reshape(batch * members, reach), queue.shape[-1])
    arrived = queue[:, None] @ spread.reshape(batch, members, queue.shape[-1], -1)
    present[:, earlier:, :, 1:] = arrived
    present[:, earlier:, :, :-1] -= arrived
    after = take_in(present, day.on_duty[slot], day.room_cap)
    if after.shape[-1] >= width:
        return after[..., :width]
    out = np.zeros((*after.shape[:-1], width))
    out[..., : after.shape[-1]] = after
    return out
