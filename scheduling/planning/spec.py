"""What is asked of a plan and what a plan says: frozen records that go to JSON and back unchanged.

All lengths are minutes, all chances and shares lie in [0, 1], all costs are in one currency. ``ValueError`` names the
argument that is out of range. Plan rows store these records; the command line and the API speak them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, TypeVar

from scheduling.planning.checks import check_non_negative, check_probabilities

R = TypeVar("R")
MOST_PEOPLE = 5_000


def _whole(name: str, value: object, *, least: int, most: int = 100_000) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name}: {value!r} must be a whole number from {least} to {most}")


def _share(name: str, value: float, *, inside: bool = False) -> None:
    check_probabilities(name, (value,))
    if inside and value in (0.0, 1.0):
        raise ValueError(f"{name}: {value!r} must lie between 0 and 1, both left out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of people not named yet: mean show rate and the number of people that knowledge is worth."""

    mean: float = 0.2
    weight: float = 10.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        _share("typical.mean", self.mean, inside=True)
        check_non_negative("typical.weight", self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a day costs, per minute or per person; all 0 or more."""

    waiting_minute: float = 2.0
    idle_minute: float = 15.0
    overtime_minute: float = 25.0
    missing_interview: float = 1500.0
    turned_away: float = 500.0
    invitation: float = 15.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        for entry in fields(self):
            check_non_negative(f"costs.{entry.name}", getattr(self, entry.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedSpec:
    """A streamed session that is to be planned.

    ``show_probs`` are the chances of the people chosen, in the recruiter's order; people beyond them are ``typical``.
    ``spread`` is the standard deviation on the logit of what all share (the day, the error of the estimates); None
    takes it from ``day_correlation`` and the weight of ``typical``. ``invite`` fixes the number by hand, ``bands`` the
    number of each band; ``already`` holds the chances of those who were invited to each band before: ``invite`` counts
    the people beyond them.
    """

    target: int
    assurance: float = 0.9
    overflow_risk: float = 0.05
    interviewers: int = 2
    minutes_each: int = 20
    window: int = 240
    band_minutes: int = 30
    lobby: int | None = 14
    promised_wait: int | None = None
    show_probs: tuple[float, ...] = ()
    typical: Belief = field(default_factory=Belief)
    day_correlation: float = 0.034
    spread: float | None = None
    costs: Costs = field(default_factory=Costs)
    invite: int | None = None
    bands: tuple[int, ...] | None = None
    already: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        """Check every argument and the session as a whole."""
        _whole("target", self.target, least=0, most=1000)
        _share("assurance", self.assurance, inside=True)
        _share("overflow_risk", self.overflow_risk)
        _whole("interviewers", self.interviewers, least=1, most=50)
        _whole("minutes_each", self.minutes_each, least=1, most=960)
        _whole("window", self.window, least=1, most=1440)
        _whole("band_minutes", self.band_minutes, least=1, most=1440)
        if self.minutes_each > self.window:
            raise ValueError(f"minutes_each: {self.minutes_each} is longer than the day of {self.window} minutes")
        if self.target > self.capacity:
            raise ValueError(f"target: {self.target} is above the {self.capacity} interviews that fit into the day")
        _people(self)
        for name in ("lobby", "promised_wait", "invite"):
            if getattr(self, name) is not None:
                _whole(name, getattr(self, name), least=0, most=MOST_PEOPLE)
        _share("day_correlation", self.day_correlation)
        if self.spread is not None:
            check_non_negative("spread", self.spread)
        self._check_bands()

    def _check_bands(self) -> None:
        for count in self.bands or ():
            _whole("bands", count, least=0, most=MOST_PEOPLE)
        for band in self.already:
            if not isinstance(band, tuple | list):
                raise ValueError(f"already: {band!r} is not the list of chances of a band")  # noqa: TRY004 - as above
            check_probabilities("already", band)
        for name in ("bands", "already"):
            given = getattr(self, name)
            if given and len(given) != len(self.starts):
                raise ValueError(f"{name}: {len(given)} entries for {len(self.starts)} bands")

    @property
    def capacity(self) -> int:
        """Interviews that fit into the day."""
        return self.interviewers * (self.window // self.minutes_each)

    @property
    def starts(self) -> tuple[int, ...]:
        """Minutes from the start to each band; the last one leaves room for an interview."""
        return tuple(range(0, self.window - self.minutes_each + 1, self.band_minutes))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSpec:
    """A group session that is to be planned; see ``StreamedSpec`` for what both share.

    ``minimum`` is the fewest worth starting with; ``guaranteed`` people have a seat for certain and stand outside the forecast.
    """

    target: int
    seats: int
    minimum: int | None = None
    assurance: float = 0.9
    overflow_risk: float = 0.05
    show_probs: tuple[float, ...] = ()
    typical: Belief = field(default_factory=Belief)
    day_correlation: float = 0.034
    spread: float | None = None
    costs: Costs = field(default_factory=Costs)
    invite: int | None = None
    guaranteed: int = 0
    already: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check every argument and the session as a whole."""
        _whole("target", self.target, least=0, most=1000)
        _whole("seats", self.seats, least=1, most=1000)
        if self.target > self.seats:
            raise ValueError(f"target: {self.target} is above the {self.seats} seats")
        if self.minimum is not None:
            _whole("minimum", self.minimum, least=0, most=self.target)
        _share("assurance", self.assurance, inside=True)
        _share("overflow_risk", self.overflow_risk)
        _people(self)
        if self.invite is not None:
            _whole("invite", self.invite, least=0, most=MOST_PEOPLE)
        _whole("guaranteed", self.guaranteed, least=0, most=self.seats)
        check_probabilities("already", self.already)
        _share("day_correlation", self.day_correlation)
        if self.spread is not None:
            check_non_negative("spread", self.spread)


def _people(spec: StreamedSpec | GroupSpec) -> None:
    if len(spec.show_probs) > MOST_PEOPLE:
        raise ValueError(f"show_probs: at most {MOST_PEOPLE} people, not {len(spec.show_probs)}")
    check_probabilities("show_probs", spec.show_probs)


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
    the target with the assurance on average over its rows (None: no number does).
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


def to_json(record: Any) -> dict[str, Any]:
    """Return a record as JSON-able data; ``from_json`` gives an equal record back."""
    plain: dict[str, Any] = asdict(record)
    return plain


_NESTED: dict[str, Any] = {"typical": Belief, "costs": Costs, "arrivals": Arrivals, "now_arrivals": Arrivals}
_LISTS = frozenset({"show_probs", "bands", "already", "assignment", "law"})
_NESTED_LISTS: dict[str, Any] = {"choices": Choice, "if_wrong": IfWrong}


def from_json(kind: type[R], data: Mapping[str, Any]) -> R:
    """Return the record of type ``kind`` that ``data`` describes; ``ValueError`` names what is unknown or missing."""
    return _record(kind, data, "")


def _record(kind: type[R], data: Any, at: str) -> R:
    """Return the record that ``data`` describes; ``at`` is where it stands in the whole, with a dot behind it."""
    if not isinstance(data, Mapping):
        raise ValueError(f"{at.rstrip('.') or kind.__name__}: an object is needed")  # noqa: TRY004 - one error for all bad input
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(str(name) for name in set(data) - set(known))
    if unknown:
        raise ValueError(f"{at}{unknown[0]}: there is no such field")
    for name, entry in known.items():
        if name not in data and entry.default is MISSING and entry.default_factory is MISSING:
            raise ValueError(f"{at}{name}: this field is needed")
    return kind(**{name: _value(kind, name, value, at) for name, value in data.items()})


def _value(kind: type[Any], name: str, value: Any, at: str) -> Any:
    where = at + name
    if name in _NESTED:
        return _record(_NESTED[name], value, f"{where}.")
    if value is None:
        return None
    if name in _NESTED_LISTS or (name == "bands" and kind is Plan):
        return tuple(_record(_NESTED_LISTS.get(name, Band), one, f"{where}.") for one in _listed(where, value))
    if name == "conflict":
        return _record(Conflict, value, f"{where}.")
    if name == "remedies":
        return tuple((str(code), int(number), float(chance)) for code, number, chance in value)
    depth = 2 if (kind, name) == (StreamedSpec, "already") else int(name in _LISTS)
    return _plain(where, value, depth)


def _listed(name: str, value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name}: a list is needed, not {value!r}")  # noqa: TRY004 - one error for all bad input
    return value


def _plain(name: str, value: Any, depth: int) -> Any:
    """Return numbers, words and lists of lists of them ``depth`` deep."""
    if depth:
        return tuple(_plain(name, one, depth - 1) for one in _listed(name, value))
    if isinstance(value, list | tuple | Mapping):
        raise ValueError(f"{name}: one value is needed, not {value!r}")  # noqa: TRY004 - one error for all bad input
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name}: {value!r} is not finite")
    return value
