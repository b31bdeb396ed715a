"""A day to simulate, described and checked; ``simulate`` runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduling.planning.checks import (
    MAX_SHIFT,
    check_listed,
    check_non_negative,
    check_number,
    check_probabilities,
    check_whole,
)
from scheduling.planning.laws import MAX_INVITED, MAX_SLOTS, check_bands

Law = Sequence[tuple[float, float]]
LONGEST_DAY = 10_000.0


@dataclass(frozen=True, kw_only=True)
class SimulatedDay:
    """A day to simulate; times in minutes from the opening.

    ``starts`` the arrival times and ``bands`` the show probabilities of the people asked to each; ``window`` the length of the day;
    ``service``, ``lateness`` laws as (minutes, share) pairs, lateness may be negative; ``day_sd`` the standard deviation of the day's
    common shift on the logit; ``walk_ins_per_hour`` over the window; ``patience`` None: nobody leaves. ``shifts`` are (from, to) minutes
    of each interviewer where they do not all work all day, ``breaks`` (from, to) in which no interview begins.
    """

    starts: Sequence[float]
    bands: Sequence[Sequence[float]]
    interviewers: int
    window: float
    service: Law
    lateness: Law = ((0.0, 1.0),)
    day_sd: float = 0.0
    walk_ins_per_hour: float = 0.0
    patience: float | None = None
    target: int = 0
    lobby: int | None = None
    promised_wait: float | None = None
    shifts: Sequence[tuple[float, float]] | None = None
    breaks: Sequence[tuple[float, float]] = ()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` naming the field that is out of range."""
        self._check_people()
        self._check_numbers()
        _check_law("service", self.service, least=0.0)
        _check_law("lateness", self.lateness, least=-1440.0)
        if self.shifts is not None and len(self.shifts) != self.interviewers:
            raise ValueError(f"shifts: {len(self.shifts)} for {self.interviewers} interviewers")
        for name, spans in (("shifts", self.shifts or ()), ("breaks", self.breaks)):
            _check_spans(name, spans)

    def _check_people(self) -> None:
        check_bands(self.bands)
        if len(self.starts) != len(self.bands) or not 1 <= len(self.starts) <= MAX_SLOTS:
            raise ValueError(f"bands: {len(self.bands)} bands for {len(self.starts)} starts")
        for start in self.starts:
            check_non_negative("starts", start)

    def _check_numbers(self) -> None:
        check_whole("interviewers", self.interviewers, least=1, most=100)
        check_whole("target", self.target, most=MAX_INVITED)
        if self.lobby is not None:
            check_whole("lobby", self.lobby)
        for name, most in (("window", LONGEST_DAY), ("day_sd", MAX_SHIFT), ("walk_ins_per_hour", MAX_INVITED)):
            check_non_negative(name, getattr(self, name))
            if getattr(self, name) > most:
                raise ValueError(f"{name}: {getattr(self, name)!r} is above {most:g}")
        for name in ("patience", "promised_wait"):
            if getattr(self, name) is not None:
                check_non_negative(name, getattr(self, name))


def _check_spans(name: str, spans: Sequence[tuple[float, float]]) -> None:
    """Raise ``ValueError`` unless every span is (from, to) in minutes, from before to."""
    for begin, end in spans:
        check_non_negative(name, begin)
        check_non_negative(name, end)
        if not begin < end <= LONGEST_DAY:
            raise ValueError(f"{name}: {begin!r} to {end!r} is no span of minutes within {LONGEST_DAY}")


def _check_law(name: str, law: Law, *, least: float) -> None:
    check_listed(name, law)
    for minutes, _ in law:
        check_number(name, minutes)
    if not law or any(not least <= minutes <= 10_000 for minutes, _ in law):
        raise ValueError(f"{name}: (minutes, share) pairs with minutes from {least:g} to 10000 are needed")
    check_probabilities(name, [share for _, share in law])
    if abs(sum(share for _, share in law) - 1.0) > 1e-9:
        raise ValueError(f"{name}: the shares must sum to 1")
