"""What is asked of a plan: frozen records that go to JSON and back unchanged (``spec_json``); what it says is in ``plan_record``.

All lengths are minutes, all chances and shares lie in [0, 1], all costs are in one currency. ``ValueError`` names the
argument that is out of range. Plan rows store these records; the command line and the API speak them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from scheduling.planning.checks import check_non_negative, check_positive, check_probabilities
from scheduling.planning.spec_day import LISTS, MOST_PEOPLE, capacity_of, check_people, check_timetable, frozen


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
        check_positive("typical.weight", self.weight)


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

    The day: ``staff`` the interviewers at work from each band on (none given: ``interviewers`` all day), ``breaks`` (from, to)
    minutes in which no interview begins, ``walk_ins_per_hour`` people nobody invited, ``guaranteed`` (minute, chance) of people
    with a fixed time, who are called before everybody else, ``room_cap`` the most who can wait: others are turned away.

    The people: ``availability`` the bands each of ``show_probs`` can make (None: any), ``priority`` a rank for each (the
    smallest first, ties as given), ``invited_elsewhere`` the places of those who have a live invitation already: they get no
    second one; ``earliest_band`` the first that leaves enough notice (``first_usable_band``), ``closed_bands`` take nobody more.
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
    staff: tuple[int, ...] = ()
    breaks: tuple[tuple[int, int], ...] = ()
    walk_ins_per_hour: float = 0.0
    guaranteed: tuple[tuple[int, float], ...] = ()
    room_cap: int | None = None
    availability: tuple[tuple[int, ...] | None, ...] = ()
    priority: tuple[int, ...] = ()
    invited_elsewhere: tuple[int, ...] = ()
    earliest_band: int = 0
    closed_bands: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check every argument and the session as a whole."""
        for name in LISTS:
            if getattr(self, name) is not None or name != "bands":
                object.__setattr__(self, name, frozen(name, getattr(self, name)))
        self._check_shape()
        _people(self)
        for name in ("lobby", "promised_wait", "invite"):
            if getattr(self, name) is not None:
                _whole(name, getattr(self, name), least=0, most=MOST_PEOPLE)
        _share("day_correlation", self.day_correlation)
        if self.spread is not None:
            check_non_negative("spread", self.spread)
        self._check_bands()
        check_people(self)

    def _check_shape(self) -> None:
        _whole("target", self.target, least=0, most=1000)
        _share("assurance", self.assurance, inside=True)
        _share("overflow_risk", self.overflow_risk)
        _whole("interviewers", self.interviewers, least=1, most=50)
        _whole("minutes_each", self.minutes_each, least=1, most=960)
        _whole("window", self.window, least=1, most=1440)
        _whole("band_minutes", self.band_minutes, least=1, most=1440)
        if self.minutes_each > self.window:
            raise ValueError(f"minutes_each: {self.minutes_each} is longer than the day of {self.window} minutes")
        check_timetable(self)
        if self.target > self.capacity:
            raise ValueError(f"target: {self.target} is above the {self.capacity} interviews that fit into the day")

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
        if self.bands is not None and self.invite not in (None, sum(self.bands)):
            raise ValueError(f"bands: {sum(self.bands)} people in all, invite says {self.invite}")

    @property
    def capacity(self) -> int:
        """Interviews that fit into the day."""
        return capacity_of(self)

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
        object.__setattr__(self, "show_probs", frozen("show_probs", self.show_probs))
        object.__setattr__(self, "already", frozen("already", self.already))
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
