"""Is there still room for one person more, and at which times: what a person who moves may be offered."""

from __future__ import annotations

from collections.abc import Sequence

from scheduling.planning.checks import Nodes
from scheduling.planning.laws import ONE_NODE
from scheduling.planning.mixture import mixed_law
from scheduling.planning.waits import WaitProfile, wait_profile

# Of the people of an arrival time, at most this share may wait longer than was promised.
LATE_SHARE = 0.1
# A day whose lobby is too full as it stands gets nobody out of it by refusing moves: this much more is no more risk.
NO_WORSE = 0.01


def times_with_room(
    slots: Sequence[Sequence[float]],
    wanted: Sequence[int],
    chance: float,
    *,
    interviewers: int,
    minutes_each: float,
    promised_minutes: float,
    lobby: int | None = None,
    lobby_risk: float = 0.05,
    nodes: Nodes = ONE_NODE,
    waiting: int = 0,
) -> list[bool]:
    """Return for each slot of ``wanted`` whether one more person of ``chance`` keeps every promise of a streamed day.

    ``slots`` are the chances of those who are expected in each remaining slot of ``minutes_each``. Kept is a promise
    when of the people of that slot at most ``LATE_SHARE`` wait longer than ``promised_minutes``, and more than ``lobby``
    people wait at once with at most ``lobby_risk``, or hardly more than without this person. Raises ``ValueError`` for a slot or a chance out of range.
    """

    def profile(bands: Sequence[Sequence[float]]) -> WaitProfile:
        return wait_profile(
            bands,
            interviewers,
            promised=promised_minutes,
            slot_minutes=minutes_each,
            nodes=nodes,
            waiting=waiting,
            lobby_cap=lobby,
        )

    most_over = max(lobby_risk, profile(slots).lobby_over + NO_WORSE)
    found = []
    for slot in wanted:
        if not 0 <= slot < len(slots):
            raise ValueError(f"wanted: slot {slot} of {len(slots)}")
        bands = [list(band) for band in slots]
        bands[slot].append(chance)
        told = profile(bands)
        found.append(told.band_shares_over[slot] <= LATE_SHARE and told.lobby_over <= most_over)
    return found


def seat_free(
    chances: Sequence[float], chance: float, *, seats: int, risk: float, came: int = 0, nodes: Nodes = ONE_NODE
) -> bool:
    """Return whether one more person of ``chance`` leaves P(more come than ``seats``) within ``risk``.

    ``chances`` are those of the people still expected, ``came`` how many are in the room already.
    """
    law = mixed_law((*chances, chance), nodes)
    return float(sum(law[max(seats - came + 1, 0) :])) <= risk
