"""Group sessions: how many to invite so that enough come and not too many (reference/overbooking.md, section 2).

Adding a person raises both P(A >= target) and P(A > seats). So the numbers that reach the target are those from ``n_lo`` on, the
numbers that keep the room are those up to ``n_hi``, and the session can be had as asked exactly when n_lo <= n_hi.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.arrivals import beta_binomial_law, more_than
from scheduling.planning.checks import check_probabilities, check_whole
from scheduling.planning.laws import Vector
from scheduling.planning.mixture import at_least
from scheduling.planning.waves import GroupPrices

SLACK = 1e-12
MOST_INVITED = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted: at least ``target`` come with probability ``assurance``, more than ``seats`` with at most ``risk``.

    ``seats`` None: no limit. ``guaranteed`` people come for certain, have a seat and stand outside the numbers to invite.
    """

    target: int
    assurance: float
    seats: int | None = None
    risk: float = 0.05
    guaranteed: int = 0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` naming the field that is out of range."""
        for name in ("target", "seats", "guaranteed"):
            value = getattr(self, name)
            if value is not None or name != "seats":
                check_whole(name, value)
        check_probabilities("assurance", (self.assurance,))
        check_probabilities("risk", (self.risk,))
        if self.seats is not None and self.guaranteed > self.seats:
            raise ValueError(f"guaranteed: {self.guaranteed} people for {self.seats} seats")

    @property
    def still_wanted(self) -> int:
        """People who must come besides the guaranteed ones."""
        return max(self.target - self.guaranteed, 0)

    @property
    def free_seats(self) -> int | None:
        """Seats left by the guaranteed ones."""
        return None if self.seats is None else self.seats - self.guaranteed


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The numbers that may be invited: ``n_lo`` reaches the target (None: nothing does), ``n_hi`` still keeps the room.

    ``status``: ok, over_capacity (n_lo > n_hi: a conflict) or unreachable. ``p_reach``, ``p_over`` and ``expected`` (guaranteed
    people left out) are those at n_lo, or at the largest number looked at when nothing reaches the target.
    """

    n_lo: int | None
    n_hi: int
    status: str
    p_reach: float
    p_over: float
    expected: float


def bounds(law_of: Callable[[int], Vector], most: int, wish: Wish) -> Bounds:
    """Return the bounds within 0..``most``; ``law_of(n)`` is the law of the number that come of the first n invited."""
    check_whole("most", most, most=MOST_INVITED)

    def over(law: Vector) -> float:
        return 0.0 if wish.free_seats is None else more_than(law, wish.free_seats)

    n_lo = _first(lambda n: reaches(law_of(n), wish), most)
    # A risk of 0 and an assurance of 1 mean certainty: no slack for rounding there.
    risk = wish.risk + SLACK if wish.risk > 0.0 else 0.0
    too_many = _first(lambda n: over(law_of(n)) > risk, most)
    n_hi = most if too_many is None else too_many - 1
    law = law_of(most if n_lo is None else n_lo)
    status = "unreachable" if n_lo is None else "ok" if n_lo <= n_hi else "over_capacity"
    return Bounds(
        n_lo=n_lo,
        n_hi=n_hi,
        status=status,
        p_reach=at_least(law, wish.still_wanted),
        p_over=over(law),
        expected=float(law @ np.arange(len(law))),
    )


def reaches(law: Vector, wish: Wish) -> bool:
    """Return whether enough come with the assurance; an assurance of 1 asks for certainty."""
    if wish.assurance == 1.0:
        return not law[: wish.still_wanted].any() and len(law) > wish.still_wanted
    return at_least(law, wish.still_wanted) >= wish.assurance - SLACK


def _first(holds: Callable[[int], bool], most: int) -> int | None:
    """Return the smallest n in 0..most for which ``holds``, which stays true once it is."""
    if not holds(most):
        return None
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def prefix_laws(probs: Sequence[float]) -> list[Vector]:
    """Return the laws of the number that come of the first 0, 1, 2 … people, in the order given."""
    check_probabilities("probs", probs)
    if len(probs) > MOST_INVITED:
        raise ValueError(f"probs: {len(probs)} people are more than {MOST_INVITED}")
    laws = [np.ones(1)]
    for p in probs:
        laws.append(np.convolve(laws[-1], (1.0 - p, p)))
    return laws


def bounds_in_order(probs: Sequence[float], wish: Wish) -> Bounds:
    """Return the bounds when people are invited in the order given; equal chances are ``[p] * most``.

    The recruiter's order counts. Only for one's own question "how few could it be" sort the best first (``best_first``).
    """
    laws = prefix_laws(probs)
    return bounds(lambda n: laws[n], len(probs), wish)


def best_first(probs: Sequence[float]) -> tuple[int, ...]:
    """Return the places of the people, the likeliest first, ties as given: the order that needs the fewest invitations."""
    check_probabilities("probs", probs)
    return tuple(sorted(range(len(probs)), key=lambda person: (-probs[person], person)))


def bounds_uncertain(a: float, b: float, most: int, wish: Wish) -> Bounds:
    """Return the bounds when all have one chance that is itself uncertain, Beta(a, b)."""
    return bounds(lambda n: beta_binomial_law(n, a, b), most, wish)


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The cheapest number to invite and its expected cost."""

    number: int
    cost: float


def newsvendor(probs: Sequence[float], prices: GroupPrices) -> Cheapest:
    """Return the cheapest number of people, invited in the order given.

    The exact cost of one more person of chance p is ``invite + p (over P(A >= seats) - short P(A < target))``. With equal chances it
    does not fall as people are added, so the first that does not pay ends the list; with unequal ones the sum over every prefix
    is compared, which is exact for the order given. The smallest number wins a tie.
    """
    cost, best = prices.short * prices.target, Cheapest(0, prices.short * prices.target)
    for n, (p, law) in enumerate(zip(probs, prefix_laws(probs), strict=False), start=1):
        full = 0.0 if prices.seats is None else at_least(law, prices.seats)
        missing = float(law[: prices.target].sum())
        cost += prices.invite + p * (prices.over * full - prices.short * missing)
        if cost < best.cost - SLACK * max(abs(best.cost), 1.0):
            best = Cheapest(n, cost)
    return best


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would resolve a conflict: ``code`` (more_seats, lower_assurance, second_session, lower_target), a number, P(target)."""

    code: str
    number: float
    p_reach: float


def remedies(probs: Sequence[float], wish: Wish) -> tuple[Remedy, ...]:
    """Return what would resolve the conflict of a session that cannot be had as asked; empty when it can.

    more_seats: how many seats more let n_lo people be invited; lower_assurance: the assurance that n_hi people give;
    lower_target: the greatest target they reach as asked; second_session: people to invite to each of two equal sessions.
    """
    found = bounds_in_order(probs, wish)
    if found.status == "ok":
        return ()
    laws = prefix_laws(probs)
    largest = laws[found.n_hi]
    p_largest = at_least(largest, wish.still_wanted)
    rows = [Remedy("lower_assurance", p_largest, p_largest)]
    for target in range(wish.still_wanted - 1, 0, -1):
        if at_least(largest, target) >= wish.assurance - SLACK:
            rows.append(Remedy("lower_target", target + wish.guaranteed, at_least(largest, target)))
            break
    if found.n_lo is not None and wish.free_seats is not None:
        law, seats = laws[found.n_lo], wish.free_seats
        enough = next(s for s in range(seats, len(law) + seats) if more_than(law, s) <= wish.risk + SLACK)
        rows.insert(0, Remedy("more_seats", enough - seats, found.p_reach))
        rows += _two_sessions(probs, wish)
    return tuple(rows)


def _two_sessions(probs: Sequence[float], wish: Wish) -> list[Remedy]:
    """Return how many to invite to each of two equal sessions so that both together reach the target and each keeps its room."""
    laws = prefix_laws(probs)
    seats = wish.free_seats or 0
    for n in range(2, len(probs) + 1, 2):
        reach = at_least(laws[n], wish.still_wanted)
        if reach >= wish.assurance - SLACK:
            halves = prefix_laws(probs[0:n:2])[-1], prefix_laws(probs[1:n:2])[-1]
            fits = all(more_than(half, seats) <= wish.risk + SLACK for half in halves)
            return [Remedy("second_session", n // 2, reach)] if fits else []
    return []
