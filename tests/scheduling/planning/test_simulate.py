"""The simulated day where formulas do not reach: lateness, patience, shifts, breaks, walk-ins."""

from typing import Any

import pytest

from scheduling.planning.arrivals import mean_and_variance, shared_law
from scheduling.planning.mixture import day_sd
from scheduling.planning.simulate import Simulated, simulate
from scheduling.planning.simulated_day import SimulatedDay


def day(**changes: Any) -> SimulatedDay:
    values: dict[str, Any] = {
        "starts": [0.0, 30.0],
        "bands": [[1.0, 1.0], [1.0]],
        "interviewers": 1,
        "window": 60.0,
        "service": ((20.0, 1.0),),
    }
    return SimulatedDay(**(values | changes))


def sums(found: Simulated) -> tuple[float, ...]:
    return tuple(
        round(getattr(found, name).mean, 3) for name in ("arrivals", "wait", "idle", "overtime", "done", "left")
    )


def test_a_day_without_chance_by_hand() -> None:
    # 0-20, 20-40 (waits 20), 40-60 (waits 10).
    assert sums(simulate(day(), days=3)) == (3.0, 30.0, 0.0, 0.0, 3.0, 0.0)


def test_lateness_moves_the_arrivals() -> None:
    # All come 10 late: 10-30, 30-50 (waits 20), 50-70 (comes at 40, waits 10).
    assert sums(simulate(day(lateness=((10.0, 1.0),)), days=3)) == (3.0, 30.0, 10.0, 10.0, 2.0, 0.0)


def test_the_impatient_leave_when_their_patience_ends() -> None:
    # The second would wait 20: leaves after 15; the third is taken at once.
    assert sums(simulate(day(patience=15.0), days=3)) == (3.0, 15.0, 20.0, 0.0, 2.0, 1.0)


def test_nobody_is_called_in_a_break() -> None:
    # 0-20, break, second 40-60 (waits 40), third 60-80 (waits 30).
    assert sums(simulate(day(breaks=[(20.0, 40.0)]), days=3)) == (3.0, 70.0, 0.0, 20.0, 2.0, 0.0)


def test_an_interviewer_who_comes_later_takes_people_then() -> None:
    found = simulate(day(interviewers=2, shifts=[(0.0, 60.0), (10.0, 60.0)]), days=3)

    # 0-20; 10-30 (waits 10); 30-50.
    assert sums(found) == (3.0, 10.0, 50.0, 0.0, 3.0, 0.0)


def test_an_interviewer_who_leaves_takes_nobody_after() -> None:
    found = simulate(day(interviewers=2, shifts=[(0.0, 60.0), (0.0, 25.0)]), days=3)

    assert sums(found) == (3.0, 0.0, 25.0, 0.0, 3.0, 0.0)


def test_the_lobby_counts_those_who_wait_at_once() -> None:
    found = simulate(day(bands=[[1.0] * 4, []], lobby=2), days=3)

    assert (found.lobby_q95, found.p_over_lobby.mean) == (3, 1.0)
    assert simulate(day(bands=[[1.0] * 4, []], lobby=3), days=3).p_over_lobby.mean == 0.0


def test_walk_ins_come_at_their_rate() -> None:
    found = simulate(day(bands=[[], []], walk_ins_per_hour=4.0), days=20_000, seed=3)

    assert abs(found.arrivals.mean - 4.0) <= 5 * found.arrivals.error


def test_the_day_effect_widens_the_number_that_come_as_the_law_says() -> None:
    sd = day_sd(0.034, 0.2)
    law_mean, law_variance = mean_and_variance(shared_law([0.2] * 40, correlation=0.034))
    found = simulate(day(bands=[[0.2] * 40, []], day_sd=sd), days=40_000, seed=5)
    variance = (found.arrivals.error**2) * 40_000

    # The simulation moves the odds around p itself; the law keeps the mean, so it starts a little lower.
    assert found.arrivals.mean == pytest.approx(law_mean, rel=0.08)
    assert variance == pytest.approx(law_variance, rel=0.12)


def test_the_same_seed_gives_the_same_figures() -> None:
    asked = day(bands=[[0.3] * 5, [0.4] * 5], lateness=((-5.0, 0.5), (9.0, 0.5)), walk_ins_per_hour=1.0)

    assert simulate(asked, days=500, seed=9) == simulate(asked, days=500, seed=9)
    assert simulate(asked, days=500, seed=9) != simulate(asked, days=500, seed=10)


def test_an_empty_day_is_all_idle() -> None:
    assert sums(simulate(day(bands=[[], []]), days=5)) == (0.0, 0.0, 60.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("bands", {"bands": [[0.1]]}),
        ("bands", {"bands": [[float("nan")], []]}),
        ("interviewers", {"interviewers": 0}),
        ("window", {"window": float("inf")}),
        ("patience", {"patience": -1.0}),
        ("service", {"service": ((20.0, 0.9),)}),
        ("lateness", {"lateness": ()}),
        ("shifts", {"shifts": [(0.0, 60.0)] * 3}),
    ],
)
def test_nonsense_names_the_field(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=name):
        day(**values)


@pytest.mark.parametrize("days", [1, 10**7])
def test_too_few_or_too_many_days_are_refused(days: int) -> None:
    with pytest.raises(ValueError, match="days"):
        simulate(day(), days=days)
