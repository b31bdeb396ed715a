"""Group sessions in two stages: a first wave now, a second one when the answers are known.

The rule of the second wave is the exact marginal cost of section 2 of reference/overbooking.md: one more person of probability p
changes the cost by ``D = invite + p (over P(A >= seats) - short P(A < target))``, A the arrivals without them; for equal p and a price
per invitation of 0 or more D does not fall as people are added, so the first number with D >= 0 is the best one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.checks import check_non_negative, check_probabilities, check_whole
from scheduling.planning.laws import MAX_INVITED, RAMP, Vector, band_law

_SLACK = 1e-12
_MOST_FIRST = 120
# The search for the first wave ends when so many numbers in a row were no better (the cost was seen to fall, then rise; no proof).
_PATIENCE = 15


@dataclass(frozen=True, slots=True)
class GroupPrices:
    """What is wanted and what it costs: ``target`` people, ``seats`` for them (None: no limit), prices for one missing, one too many, one invitation."""

    target: int
    seats: int | None
    short: float
    over: float
    invite: float

    def __post_init__(self) -> None:
        """Raise ``ValueError`` naming the field that is out of range."""
        check_whole("target", self.target, most=MAX_INVITED)
        if self.seats is not None:
            check_whole("seats", self.seats)
        for name in ("short", "over", "invite"):
            check_non_negative(name, getattr(self, name))

    def outcome(self, width: int) -> Vector:
        """Return the cost of 0..width-1 arrivals, without invitations."""
        come = RAMP[:width]
        cost = self.short * np.maximum(self.target - come, 0.0)
        return np.asarray(cost if self.seats is None else cost + self.over * np.maximum(come - self.seats, 0.0))


@dataclass(frozen=True, slots=True)
class Wave:
    """How many to invite now and the expected cost: of a second wave (``later`` 0), or of both."""

    number: int
    cost: float
    later: float = 0.0


def second_wave(probs: Sequence[float], *, p_late: float, prices: GroupPrices, most: int) -> Wave:
    """Return how many more to invite, each with probability ``p_late``, when ``probs`` are the chances of those invited.

    The smallest best number within 0..``most``; the cost counts the new invitations only. Raises ``ValueError`` naming the argument.
    """
    check_probabilities("probs", probs)
    check_probabilities("p_late", (p_late,))
    check_whole("most", most, most=MAX_INVITED)
    if not 0 <= most <= MAX_INVITED or len(probs) > MAX_INVITED:
        raise ValueError(f"most: {most} must lie within 0..{MAX_INVITED}")
    number, cost = _stop(band_law(probs)[None, :], p_late, prices, most)
    return Wave(int(number[0]), float(cost[0]))


def marginal_invitation(probs: Sequence[float], *, p: float, prices: GroupPrices) -> float:
    """Return D, the exact change of the expected cost by inviting one more person with probability ``p``."""
    check_probabilities("probs", probs)
    check_probabilities("p", (p,))
    outcome = prices.outcome(len(probs) + 2)
    return prices.invite + p * float(band_law(probs) @ (outcome[1:] - outcome[:-1]))


def _stop(laws: Vector, p_late: float, prices: GroupPrices, most: int) -> tuple[Vector, Vector]:
    """Return for each law (cases, width) the smallest best number of late invitations and its cost."""
    cases, width = laws.shape
    law = np.zeros((cases, width + most))
    law[:, :width] = laws
    outcome = prices.outcome(width + most)
    cost = law @ outcome
    best, number = cost.copy(), np.zeros(cases)
    for late in range(1, most + 1):
        law[:, 1:] = law[:, 1:] * (1.0 - p_late) + law[:, :-1] * p_late
        law[:, 0] *= 1.0 - p_late
        cost = law @ outcome + late * prices.invite
        better = cost < best - _SLACK * (1.0 + np.abs(best))
        number[better] = late
        best = np.minimum(best, cost)
    return number, best


def first_wave(
    answers: Mapping[str, tuple[float, float]],
    *,
    p_late: float,
    prices: GroupPrices,
    most: int,
    late_invite: float | None = None,
    most_late: int = 60,
) -> Wave:
    """Return the best number to invite now, knowing that a second wave can follow once everyone has answered.

    ``answers`` gives for each answer its (share of people, show probability after it), shares summing to 1; ``late_invite`` the price of a late
    invitation, by default that of an early one. Minimises ``invite n + sum over the multinomial of answers of V2`` over n in 0..``most``;
    ``later`` is the expected size of the second wave. Raises ``ValueError`` naming the argument.
    """
    shares = [share for share, _ in answers.values()]
    check_probabilities("answers: shares", shares)
    check_probabilities("answers: show probabilities", [p for _, p in answers.values()])
    check_probabilities("p_late", (p_late,))
    if not answers or abs(sum(shares) - 1.0) > 1e-9:
        raise ValueError("answers: the shares must sum to 1")
    if not 0 <= most <= _MOST_FIRST or not 0 <= most_late <= MAX_INVITED:
        raise ValueError(f"most: {most} must lie within 0..{_MOST_FIRST}")
    late = GroupPrices(
        prices.target, prices.seats, prices.short, prices.over, prices.invite if late_invite is None else late_invite
    )
    best: Wave | None = None
    for number in range(most + 1):
        weights, laws = _answered(number, list(answers.values()))
        later, cost = _stop(laws, p_late, late, most_late)
        total = prices.invite * number + float(weights @ cost)
        if best is None or total < best.cost - _SLACK * (1.0 + abs(total)):
            best = Wave(number, total, float(weights @ later))
        elif number - best.number >= _PATIENCE or prices.invite * number > best.cost:
            break
    assert best is not None  # noqa: S101 - number 0 was tried
    return best


def _answered(number: int, answers: Sequence[tuple[float, float]]) -> tuple[Vector, Vector]:
    """Return the probability and the arrival law of every way ``number`` people can answer: (cases,), (cases, number + 1)."""
    cases: dict[tuple[int, ...], tuple[float, Vector]] = {(): (1.0, np.ones(1))}
    rest_share = 1.0
    for share, p in answers:
        chance = min(1.0, share / rest_share) if rest_share > 1e-15 else 0.0
        rest_share -= share
        last = (share, p) == answers[-1] and len(next(iter(cases))) == len(answers) - 1
        grown: dict[tuple[int, ...], tuple[float, Vector]] = {}
        for counts, (weight, law) in cases.items():
            left = number - sum(counts)
            split = band_law((chance,) * left)
            for count in [left] if last else range(left + 1):
                mass = weight * (1.0 if last else float(split[count]))
                if mass > 0.0:
                    grown[*counts, count] = mass, np.convolve(law, band_law((p,) * count))
        cases = grown
    return np.array([w for w, _ in cases.values()]), np.array([law for _, law in cases.values()])
