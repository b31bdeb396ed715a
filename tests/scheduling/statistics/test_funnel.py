import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.statistics.funnel import STEPS, cost_per, durations, funnel, reached


def test_yields_of_the_step_before_and_of_the_start():
    steps = funnel([("viewed", 100), ("invited", 20), ("arrived", 5)])

    assert [(step.name, step.count) for step in steps] == [("viewed", 100), ("invited", 20), ("arrived", 5)]
    assert steps[0].passed is None
    assert [step.passed.value for step in steps[1:]] == [0.2, 0.25]
    assert [step.overall.value for step in steps] == [1.0, 0.2, 0.05]


def test_a_growing_step_is_refused():
    with pytest.raises(InvalidInputError, match="More people in “invited”"):
        funnel([("viewed", 1), ("invited", 2)])


@given(st.dictionaries(st.sampled_from(STEPS), st.integers(0, 50)))
def test_who_stopped_later_also_reached_what_came_before(furthest):
    found = reached(furthest)

    assert [name for name, _ in found] == list(STEPS)
    assert found[0][1] == sum(furthest.values())
    assert funnel(found)[-1].count == furthest.get("hired", 0)


def test_an_unknown_step_is_refused():
    with pytest.raises(InvalidInputError):
        reached({"daydreaming": 1})


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_quantiles_are_those_of_the_listed_durations(days):
    histogram = {day: days.count(day) for day in days}
    found = durations(histogram)
    ordered = sorted(days)

    assert found.people == len(days)
    for value, share in ((found.median, 0.5), (found.low, 0.1), (found.high, 0.9)):
        assert sum(day <= value for day in ordered) >= share * len(days) - 1e-9
        assert sum(day < value for day in ordered) < share * len(days)


def test_nobody_has_no_durations():
    assert durations({}).median is None


def test_cost_of_one_of_each():
    found = cost_per(1000, {"responses": 50, "arrived": 4, "hired": 0}, ("responses", "arrived", "hired"))

    assert found.per == {"responses": 20.0, "arrived": 250.0, "hired": None}


def test_negative_money_is_refused():
    with pytest.raises(InvalidInputError):
        cost_per(-1, {})
