from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.statistics.experiments import ArmCount, draw_arm, results


def test_arms_are_drawn_evenly():
    rng = Random(1)
    drawn = [draw_arm(["usual", "warm", "short"], rng) for _ in range(3000)]

    assert {arm: 900 < drawn.count(arm) < 1100 for arm in set(drawn)} == {"usual": True, "warm": True, "short": True}


@pytest.mark.parametrize("arms", [[], ["one"], ["one", "one"]])
def test_an_experiment_has_different_arms(arms):
    with pytest.raises(InvalidInputError):
        draw_arm(arms, Random(1))


def test_a_trial_of_equal_arms_is_rarely_stopped_however_often_somebody_looks():
    rng, wrong = Random(7), 0
    for _ in range(300):
        came, people = [0, 0], [0, 0]
        for _look in range(40):
            # People of a day share its weather; both arms have the same days.
            day = min(max(rng.gauss(0.25, 0.07), 0.02), 0.9)
            for arm in (0, 1):
                for _person in range(12):
                    people[arm] += 1
                    came[arm] += rng.random() < day
            counts = [ArmCount("usual", people[0], came[0]), ArmCount("same", people[1], came[1])]
            if results(counts)[1].is_sure:
                wrong += 1
                break

    assert wrong / 300 <= 0.05 + 0.025


@pytest.mark.parametrize(("arms", "alpha"), [(2, 0.05), (3, 0.05), (2, 0.2)])
def test_drawn_arms_that_are_the_same_keep_the_error_rate(arms, alpha):
    """An A/A test as it runs: everybody draws an arm, a look after every day, stopped at the first certain one."""
    names, rng, wrong, runs = [f"arm {number}" for number in range(arms)], Random(11), 0, 250
    for _ in range(runs):
        people, came = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
        for _day in range(40):
            for _person in range(20):
                arm = draw_arm(names, rng)
                people[arm] += 1
                came[arm] += rng.random() < 0.25
            found = results([ArmCount(arm, people[arm], came[arm]) for arm in names], alpha=alpha)
            if any(one.is_sure for one in found):
                wrong += 1
                break

    # Two standard errors of so many runs above the promise at most.
    assert wrong / runs <= alpha + 2 * (alpha * (1 - alpha) / runs) ** 0.5


def test_an_ordinary_test_looked_at_every_day_would_be_wrong_far_more_often():
    rng, wrong = Random(7), 0
    for _ in range(150):
        came, people = [0, 0], [0, 0]
        for _look in range(40):
            for arm in (0, 1):
                people[arm] += 12
                came[arm] += sum(rng.random() < 0.25 for _ in range(12))
            shares = [c / n for c, n in zip(came, people, strict=True)]
            spread = sum(p * (1 - p) / n for p, n in zip(shares, people, strict=True)) ** 0.5
            if spread and abs(shares[1] - shares[0]) > 1.96 * spread:
                wrong += 1
                break

    assert wrong / 150 > 0.15


def test_a_true_difference_is_found_and_its_range_holds_it():
    found = results([ArmCount("usual", 400, 80), ArmCount("call", 400, 140)])[1]

    assert found.is_sure
    assert found.difference == pytest.approx(0.15)
    assert found.low < 0.15 < found.high
    assert found.low > 0


def test_few_people_prove_nothing():
    assert results([ArmCount("usual", 19, 0), ArmCount("call", 19, 19)])[1].p_value == 1.0
    assert results([ArmCount("usual", 0, 0), ArmCount("call", 0, 0)])[1].difference is None
    assert results([]) == []


def test_more_arms_ask_for_more():
    two = results([ArmCount("usual", 400, 80), ArmCount("call", 400, 110)])
    three = results([ArmCount("usual", 400, 80), ArmCount("call", 400, 110), ArmCount("sms", 400, 80)])

    assert three[1].p_value == pytest.approx(min(1.0, 2 * two[1].p_value))


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_range_holds_the_difference_seen(first, second, data):
    counts = [
        ArmCount("usual", first, data.draw(st.integers(0, first))),
        ArmCount("other", second, data.draw(st.integers(0, second))),
    ]

    found = results(counts)[1]

    assert found.low <= found.difference <= found.high
    assert 0 <= found.p_value <= 1


@pytest.mark.parametrize("bad", [{"alpha": 0.0}, {"alpha": 1.0}, {"effect_sd": 0.0}])
def test_impossible_settings_are_refused(bad):
    with pytest.raises(InvalidInputError):
        results([ArmCount("usual", 10, 1)], **bad)


def test_impossible_counts_are_refused():
    with pytest.raises(InvalidInputError):
        ArmCount("usual", 1, 2)
