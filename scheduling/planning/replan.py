"""What to do now, in the middle of a streamed day: forecast of the rest and the exact value of each possible action.

All values come from one forward and one backward pass of the chain over the remaining slots (and one backward pass each for one interviewer
more or less). Let D_t(b) be the expected rise of the cost by one more sure arrival in slot t when b extra ones already come there; then k late
invitations of probability p to slot t change the cost by ``sum_b P(Bin(k, p) > b) D_t(b)`` plus their price, and one call to standby by ``p D_t(0)``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from scheduling.planning.checks import (
    check_listed,
    check_non_negative,
    check_probabilities,
    check_whole,
)
from scheduling.planning.day import Day, windows
from scheduling.planning.laws import MAX_INVITED, RAMP, Vector, band_law, binomial_law, shifted
from scheduling.planning.neighbourhood import Passes, backward, forward, slot_law
from scheduling.planning.replan_record import Action, ActionKind, Forecast, Offers, Replan
from scheduling.planning.slot_recursion import shortfall_law
from scheduling.planning.streams import DayFigures, evaluate

_LEVELS = (0.05, 0.5, 0.95)
_MOST_LATE = 40


def replan(day: Day, bands: Sequence[Sequence[float]], offers: Offers, *, held: int = 0) -> Replan:
    """Return the forecast and the priced actions for the remaining slots of a day.

    ``day`` describes the rest: its remaining slots and interviewers, ``waiting`` the people in the lobby, ``target`` the target of the *whole* day, of
    which ``held`` interviews are done, ``nodes`` the day effect as ``updated_nodes`` leaves it. ``bands`` are the chances, as answers have moved them, of those
    still expected in each remaining slot. Raises ``ValueError`` naming the argument.
    """
    check_whole("held", held, most=MAX_INVITED)
    rest = replace(day, target=max(day.target - held, 0))
    figures = _figures(rest, bands)
    _check_offers(rest, offers)
    laws = [
        slot_law(rest, rest.node_probs(band) if band else np.zeros((len(rest.nodes), 0)), t)
        for t, band in enumerate(bands)
    ]
    queues = forward(rest, laws)
    most = offers.most_late if any(p for p in offers.late) else 1
    run = backward(rest, laws, queues, max(most, 1))
    actions = [Action(ActionKind.STOP, None, 0, 0.0)]
    actions += _calls(rest, run, laws, offers)
    actions += _crew_changes(rest, run, laws, offers)
    actions.sort(key=lambda action: -action.value)
    cost = float(run.cost @ rest.node_weights)
    return Replan(_forecast(rest, bands, figures, held), tuple(actions), cost)


def top_up(
    day: Day, bands: Sequence[Sequence[float]], offers: Offers, *, held: int = 0, most: int = 10
) -> tuple[Action, ...]:
    """Return late invitations one by one, each the most valuable next, while they help; at most ``most``."""
    check_whole("most", most, most=MAX_INVITED)
    now = [list(band) for band in bands]
    single = _single(offers)
    out: list[Action] = []
    while len(out) < most:
        best = next(
            a for a in replan(day, now, single, held=held).actions if a.kind in (ActionKind.INVITE, ActionKind.STOP)
        )
        if best.slot is None:
            break
        chance = offers.late[best.slot]
        assert chance is not None  # noqa: S101 - the action was offered
        now[best.slot].append(chance)
        out.append(best)
    return tuple(out)


def _single(offers: Offers) -> Offers:
    """Return the offers with single late invitations only."""
    return Offers(late=offers.late, most_late=1)


def _check_offers(day: Day, offers: Offers) -> None:
    """Check lengths and ranges of what is offered."""
    for name, chances in (("late", offers.late), ("standby", offers.standby)):
        if len(chances) not in (0, day.slots):
            raise ValueError(f"{name}: {len(chances)} chances for {day.slots} remaining slots")
        check_probabilities(name, [p for p in chances if p is not None])
    check_whole("most_late", offers.most_late, least=1, most=_MOST_LATE)
    for name in ("standby_price", "open_minute", "release_minute"):
        price = getattr(offers, name)
        if price is not None:
            check_non_negative(name, price)


def _figures(day: Day, bands: Sequence[Sequence[float]]) -> DayFigures:
    """Return the figures of the rest; those of the target come with the forecast's law."""
    check_listed("bands", bands)
    if len(bands) != day.slots:
        raise ValueError(f"bands: {len(bands)} lists for {day.slots} remaining slots")
    return evaluate(
        bands,
        day.on_duty,
        slot_minutes=day.slot_minutes,
        nodes=day.nodes,
        waiting=day.waiting,
        walk_ins=day.walk_ins,
        room_cap=day.room_cap,
    )


def _calls(day: Day, run: Passes, laws: Sequence[Vector], offers: Offers) -> Iterator[Action]:
    """Yield the late invitations (best number for each slot) and the standby calls."""
    for slot, law in enumerate(laws):
        late = offers.late[slot] if offers.late else None
        standby = offers.standby[slot] if offers.standby else None
        if late is None and standby is None:
            continue
        rises = _rises(run.queues[slot], run.steps[slot], law)
        if late is not None:
            reach = min(offers.most_late, rises.shape[1])
            values = [-(_late_change(day, rises, late, k) + k * day.weights.invitation) for k in range(1, reach + 1)]
            number = int(np.argmax(values)) + 1
            yield Action(ActionKind.INVITE, slot, number, values[number - 1])
        if standby is not None:
            chance = np.array([shifted(standby, shift) for shift in day.node_shifts.tolist()])
            value = -float(day.node_weights @ (chance * rises[:, 0])) - offers.standby_price
            yield Action(ActionKind.STANDBY, slot, 1, value)


def _rises(queue: Vector, step: Vector, law: Vector) -> Vector:
    """Return D (K, extra): the rise of the cost by the (b+1)-th extra arrival of the slot."""
    batch, depth, width = queue.shape
    present = width + law.shape[1] - 1
    extra = step.shape[-1] - present + 1
    spread = np.zeros((batch, depth, present))
    for b in range(law.shape[1]):
        spread[..., b : b + width] += law[:, b, None, None] * queue
    seen = step[..., windows(present, extra)]
    return np.asarray(np.einsum("kdj,kdje->ke", spread, seen))


def _late_change(day: Day, rises: Vector, p: float, number: int) -> float:
    """Return the change of cost by ``number`` people of probability ``p``, under the mixture of the nodes."""
    total = 0.0
    for node, (shift, weight) in enumerate(day.nodes):
        law = binomial_law(number, shifted(p, shift))
        above = np.cumsum(law[::-1])[::-1][1:]  # P(more than b come), b = 0..number-1
        total += weight * float(above @ rises[node, :number])
    return total


def _crew_changes(day: Day, run: Passes, laws: Sequence[Vector], offers: Offers) -> Iterator[Action]:
    """Yield one interviewer more, and one fewer, from each remaining slot on."""
    base = float(run.cost @ day.node_weights)
    for kind, change, price in (
        (ActionKind.OPEN, 1, offers.open_minute),
        (ActionKind.RELEASE, -1, offers.release_minute),
    ):
        first = _first_possible(day, change)
        if price is None or first >= day.slots:
            continue
        crew = [c + change if c and slot >= first else c for slot, c in enumerate(day.on_duty)]
        other = backward(replace(day, interviewers=crew), laws, run.queues, 1 if change > 0 else day.slots)
        for slot in range(first, day.slots):
            if not day.on_duty[slot]:
                continue
            queue = run.queues[slot]
            ahead = np.einsum(
                "kdq,kdq->k",
                queue,
                other.values[slot][..., : queue.shape[-1]] - run.values[slot][..., : queue.shape[-1]],
            )
            minutes = sum(1 for c in day.on_duty[slot:] if c) * day.slot_minutes
            cost = base + float(ahead @ day.node_weights)
            yield Action(kind, slot, 1, base - cost - change * price * minutes)


def _first_possible(day: Day, change: int) -> int:
    """Return the first slot from which on everybody on duty can be one more or fewer and somebody is left."""
    if change > 0:
        return 0
    single = [slot for slot, c in enumerate(day.on_duty) if c == 1]
    return single[-1] + 1 if single else 0


def _forecast(day: Day, bands: Sequence[Sequence[float]], figures: DayFigures, held: int) -> Forecast:
    """Return the quantiles of what is still to come."""
    expected = sum(map(len, bands))
    most = min(expected + day.waiting, sum(day.on_duty))
    extra = day.extra_laws
    if extra is not None:
        most = min(expected + day.waiting + sum(len(law) - 1 for law in extra), sum(day.on_duty))
    queue = np.zeros(day.waiting + 1)
    queue[day.waiting] = 1.0
    done = np.zeros(most + 1)
    come: Vector = np.zeros(1)
    for shift, weight in day.nodes:
        laws = [band_law([shifted(p, shift) for p in band]) for band in bands]
        if extra is not None:
            laws = [np.convolve(a, b) for a, b in zip(laws, extra, strict=True)]
        done += weight * shortfall_law(laws, day.on_duty, queue, most + 1, day.room_cap)
        all_come = np.ones(1)
        for law in laws:
            all_come = np.convolve(all_come, law)
        come = weight * all_come + (come if len(come) == len(all_come) else 0.0)
    if day.target:
        below = done[: day.target]
        missing = float(below @ RAMP[day.target : day.target - len(below) : -1])
        figures = replace(figures, p_target=1.0 - float(below.sum()), shortfall=missing)
    low, middle, high = (held + q for q in _quantiles(done))
    return Forecast((low, middle, high), _quantiles(come), figures)


def _quantiles(law: Vector) -> tuple[int, int, int]:
    """Return the smallest k with P(X <= k) >= 5, 50 and 95 %, boundaries with 1e-12 slack."""
    cumulated = np.cumsum(law)
    low, middle, high = (int(np.searchsorted(cumulated, level - 1e-12)) for level in _LEVELS)
    return low, middle, high
