"""What a plan says: frozen records that go to JSON and back unchanged; minutes, people, shares in [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """How many come: mean, 5 %, 50 % and 95 % quantile, and the whole law (share of days with 0, 1, 2 … people)."""

    mean: float
    q05: int
    q50: int
    q95: int
    law: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One arrival time: minutes from the start, people invited, expected, and the 5 % and 95 % quantile."""

    start: int
    invited: int
    expected: float
    q05: int
    q95: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Another way to plan the same day: ``cost`` is what it costs more than this plan (less: negative)."""

    code: str
    invite: int
    p_target: float
    wait_q90: float
    idle: float
    cost: float
    interviewers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IfWrong:
    """What happens to this plan when everybody's chance is ``factor`` times what is believed, and what should then be invited.

    ``held`` are the interviews expected inside the day, ``wait_mean`` the minutes a person waits, ``p_over`` the share of days on
    which the lobby (a group: the room) is too small.
    """

    factor: float
    show_rate: float
    p_target: float
    invite: int | None
    held: float = 0.0
    wait_mean: float = 0.0
    p_over: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why the target cannot be had as asked, and what would help, with its numbers.

    ``code``: ``people`` (too few chosen), ``day`` (the day is too short), ``room`` (more come than the room holds).
    ``remedies`` are (code, number, chance): more_people k, accept_target m, accept_assurance percent, more_interviewers c,
    more_seats k, second_session n.
    """

    code: str
    needed: int | None
    have: int
    p_target: float
    remedies: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan of a session. For a group the figures of waiting are 0 and there is one band.

    ``invite`` is how many to invite in all; ``assignment`` the band of each of ``show_probs`` (None: not invited now);
    ``now`` how many of them are invited by this plan; ``method`` how the shape was found. ``invite_for_range`` is the one number
    to invite when the chances may be anything from the least to the greatest factor of ``if_wrong``: the smallest that reaches
    the target with the assurance on average over its rows (None: no number does). ``gap`` is the most by which a cheaper placing
    of the same people could exist (None: not known); ``turned_away`` the people expected to find the room full.
    """

    format: str
    invite: int
    now: int
    bands: tuple[Band, ...]
    assignment: tuple[int | None, ...]
    arrivals: Arrivals
    now_arrivals: Arrivals
    p_target: float
    p_target_now: float
    p_minimum: float
    p_over: float
    capacity: int
    held: float
    wait_mean: float
    wait_q90: float
    p_wait_over: float
    idle: float
    overtime: float
    p_overtime_30: float
    lobby_q95: int
    cost: float
    choices: tuple[Choice, ...]
    if_wrong: tuple[IfWrong, ...]
    conflict: Conflict | None
    method: str
    invite_for_range: int | None
    show_rate: float
    show_low: float
    show_high: float
    gap: float | None = None
    turned_away: float = 0.0
