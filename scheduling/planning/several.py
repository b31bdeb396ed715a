"""Several group sessions together: who is asked to which, and which sessions to merge or split.

People are dealt out in the recruiter's order. Chances of different sessions are taken as independent given the laws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.arrivals import more_than
from scheduling.planning.checks import check_probabilities
from scheduling.planning.groups import MOST_INVITED, SLACK, Wish
from scheduling.planning.laws import Vector
from scheduling.planning.mixture import at_least


@dataclass(frozen=True, slots=True)
class Spread:
    """``sessions[i]`` is the session of person i (None: nobody needs them); ``p_reach`` and ``p_over`` by session."""

    sessions: tuple[int | None, ...]
    p_reach: tuple[float, ...]
    p_over: tuple[float, ...]


def spread_over_sessions(
    probs: Sequence[float], wishes: Sequence[Wish], *, possible: Sequence[Sequence[int]] | None = None
) -> Spread:
    """Deal people out over sessions: each in turn goes where the target is least likely, among those that still keep their room.

    ``possible[i]`` lists the sessions person i can come to (all when None). Sessions that have their assurance get nobody more.
    Raises ``ValueError`` naming the argument.
    """
    check_probabilities("probs", probs)
    if len(probs) > MOST_INVITED:
        raise ValueError(f"probs: {len(probs)} people are more than {MOST_INVITED}")
    if possible is not None and len(possible) != len(probs):
        raise ValueError(f"possible: {len(possible)} lists for {len(probs)} people")
    laws = [np.ones(1) for _ in wishes]
    chosen: list[int | None] = []
    for person, p in enumerate(probs):
        open_to = range(len(wishes)) if possible is None else possible[person]
        if any(not 0 <= session < len(wishes) for session in open_to):
            raise ValueError(f"possible: person {person} names a session that does not exist")
        grown = {session: np.convolve(laws[session], (1.0 - p, p)) for session in open_to}
        useful = [
            s for s in grown if _reach(laws[s], wishes[s]) < wishes[s].assurance - SLACK and _fits(grown[s], wishes[s])
        ]
        best = min(useful, key=lambda s: (_reach(laws[s], wishes[s]), s), default=None)
        if best is not None:
            laws[best] = grown[best]
        chosen.append(best)
    pairs = list(zip(laws, wishes, strict=True))
    return Spread(
        tuple(chosen), tuple(_reach(law, wish) for law, wish in pairs), tuple(_over(law, wish) for law, wish in pairs)
    )


def _reach(law: Vector, wish: Wish) -> float:
    return at_least(law, wish.still_wanted)


def _over(law: Vector, wish: Wish) -> float:
    return 0.0 if wish.free_seats is None else more_than(law, wish.free_seats)


def _fits(law: Vector, wish: Wish) -> bool:
    return _over(law, wish) <= wish.risk + SLACK


@dataclass(frozen=True, slots=True)
class Proposal:
    """``merge``: take the people of ``session`` into session ``into``; ``split``: open ``number`` sessions in place of it.

    ``before`` and ``after`` are P(the minimum comes) for a merge, P(more come than seats) for a split (the fullest part).
    """

    code: str
    session: int
    into: int | None
    number: int
    before: float
    after: float


def merge_or_split(
    forecasts: Sequence[Vector],
    *,
    minimum: Sequence[int],
    seats: Sequence[int],
    assurance: float = 0.8,
    risk: float = 0.05,
) -> tuple[Proposal, ...]:
    """Propose what to do with sessions that will be too small to run or too full, given the laws of who comes.

    A session whose minimum is less likely than ``assurance`` is merged into the session that then keeps its room best; one that is
    overfull with more than ``risk`` is split in the fewest parts that are not, each person going to one part at random.
    """
    if not len(forecasts) == len(minimum) == len(seats):
        raise ValueError("forecasts: as many laws, minimum and seats are needed")
    check_probabilities("assurance", (assurance,))
    check_probabilities("risk", (risk,))
    found: list[Proposal] = []
    gone: set[int] = set()
    for session, law in enumerate(forecasts):
        runs = at_least(law, minimum[session])
        full = more_than(law, seats[session])
        if full > risk + SLACK:
            found.append(_split(session, law, seats[session], risk))
        elif runs < assurance - SLACK:
            proposal = _merge(session, forecasts, minimum, seats, risk, gone)
            if proposal is not None:
                found.append(proposal)
                gone |= {session, proposal.into if proposal.into is not None else session}
    return tuple(found)


def _merge(
    session: int, forecasts: Sequence[Vector], minimum: Sequence[int], seats: Sequence[int], risk: float, gone: set[int]
) -> Proposal | None:
    before = at_least(forecasts[session], minimum[session])
    options = []
    for other, law in enumerate(forecasts):
        if other != session and other not in gone and session not in gone:
            both = np.convolve(forecasts[session], law)
            if more_than(both, seats[other]) <= risk + SLACK:
                options.append((-at_least(both, minimum[other]), other))
    if not options:
        return None
    runs, other = min(options)
    return Proposal("merge", session, other, 1, before, -runs)


def _split(session: int, law: Vector, seats: int, risk: float) -> Proposal:
    number = 2
    while number < len(law):
        if more_than(thinned(law, 1.0 / number), seats) <= risk + SLACK:
            break
        number += 1
    return Proposal("split", session, None, number, more_than(law, seats), more_than(thinned(law, 1.0 / number), seats))


def thinned(law: Vector, share: float) -> Vector:
    """Return the law of those who remain when each of the people who come stays with probability ``share``.

    Horner's rule on the generating function: one convolution a place, positive terms only.
    """
    check_probabilities("share", (share,))
    out = np.zeros(len(law))
    for mass in law[::-1]:
        out = np.convolve(out, (1.0 - share, share))[: len(law)]
        out[0] += mass
    return out
