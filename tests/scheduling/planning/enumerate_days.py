"""Plain enumeration of every pattern of show and no-show: the slow, obvious judge of the exact recursions."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Truth:
    """Expected sums over all patterns; times in slots."""

    arrivals: float = 0.0
    wait: float = 0.0
    idle: float = 0.0
    overtime: float = 0.0
    tardiness: float = 0.0
    done: float = 0.0
    p_target: float = 0.0
    shortfall: float = 0.0
    late: float = 0.0
    lobby_over: float = 0.0
    done_law: dict[int, float] = field(default_factory=dict)


def truth(
    bands: Sequence[Sequence[float]],
    crew: Sequence[int],
    *,
    target: int = 0,
    waiting: int = 0,
    promised: int = 0,
    lobby_cap: int = 10**9,
) -> Truth:
    """Walk through every pattern, person by person, slot by slot."""
    people = [(slot, p) for slot, band in enumerate(bands) for p in band]
    closing = next(c for c in reversed(crew) if c)
    out = Truth()
    for pattern in itertools.product((False, True), repeat=len(people)):
        weight = 1.0
        for came, (_, p) in zip(pattern, people, strict=True):
            weight *= p if came else 1 - p
        if weight == 0:
            continue
        queue = [-1] * waiting
        done = finish = fullest = slot = 0
        while slot < len(crew) or queue:
            seats = crew[slot] if slot < len(crew) else closing
            if slot < len(crew):
                queue += [slot for came, (at, _) in zip(pattern, people, strict=True) if came and at == slot]
            seen, queue = queue[:seats], queue[seats:]
            out.wait += weight * len(queue)
            out.late += weight * sum(at >= 0 and slot - at > promised for at in seen)
            if slot < len(crew):
                out.idle += weight * (seats - len(seen))
                done += len(seen)
                fullest = max(fullest, len(queue))
            else:
                out.overtime += weight * len(seen)
                finish = slot + 1 - len(crew)
            slot += 1
        out.arrivals += weight * sum(pattern)
        out.tardiness += weight * finish
        out.done += weight * done
        out.p_target += weight * (done >= target)
        out.shortfall += weight * max(target - done, 0)
        out.lobby_over += weight * (fullest > lobby_cap)
        out.done_law[done] = out.done_law.get(done, 0.0) + weight
    return out
