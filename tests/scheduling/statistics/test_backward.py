import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.attendance import Belief
from scheduling.statistics.backward import PRIOR_YIELDS, STEPS, Effort, Pipeline, learned, needs, outlook

SURE = {step: Belief(0.5, 1e7) for step in STEPS[1:]}


def _rng():
    return np.random.default_rng(1)


def test_without_history_the_sayings_of_recruiters_lie_in_the_priors():
    low, high = PRIOR_YIELDS["invited"].interval()
    assert low < 0.15
    assert high > 0.20
    low, high = PRIOR_YIELDS["held"].interval()
    assert low < 5 / 20
    assert high > 5 / 15
    assert PRIOR_YIELDS["offers"].mean == 0.2


def test_known_yields_multiply():
    found = needs(20, _rng(), yields=SURE, draws=20_000)

    assert found.people["hires"].median == 20
    for doubled, step in enumerate(reversed(STEPS[:-1]), start=1):
        assert found.people[step].median == pytest.approx(20 * 2**doubled, rel=0.05)
        assert found.people[step].low < found.people[step].median < found.people[step].high


def test_doubt_about_the_yields_widens_the_range():
    sure, doubtful = (
        needs(10, _rng(), yields={**SURE, "held": Belief(0.5, weight)}).people["invited"] for weight in (1e7, 4)
    )

    assert doubtful.high - doubtful.low > 1.5 * (sure.high - sure.low)


def test_history_replaces_the_prior():
    known = learned({"held": (400, 2000), "offers": (0, 0)})

    assert known["held"].mean == pytest.approx(0.2, abs=0.01)
    assert known["offers"] == PRIOR_YIELDS["offers"]
    with pytest.raises(InvalidInputError):
        learned({"daydreams": (1, 2)})


def test_work_follows_from_people():
    effort = Effort(view_minutes=3, invite_minutes=0, interview_minutes=30, money_per_response=10)
    found = needs(20, _rng(), yields=SURE, effort=effort, days=10)

    assert found.recruiter_hours_per_day.median == pytest.approx(found.people["viewed"].median * 3 / 60 / 10)
    assert found.interviewer_hours_per_day.median == pytest.approx(found.people["held"].median * 30 / 60 / 10)
    assert found.money.high == pytest.approx(found.people["responses"].high * 10)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 50))
def test_more_hires_take_more_of_everything(hires):
    fewer, more = (needs(number, _rng(), draws=500) for number in (hires, hires + 10))

    for step in STEPS:
        assert fewer.people[step].median < more.people[step].median


def test_no_hires_need_nothing():
    assert {needs(0, _rng()).people[step].high for step in STEPS} == {0.0}


@pytest.mark.parametrize(("hires", "days"), [(-1, 5), (1, 0)])
def test_impossible_goals_are_refused(hires, days):
    with pytest.raises(InvalidInputError):
        needs(hires, _rng(), days=days)


def _pipeline(**changes):
    known = {
        "waiting": {"held": 40, "offers": 10},
        "hired": 2,
        "days_left": 10,
        "responses_per_day": 0,
        "response_days": 10,
    }
    return Pipeline(**(known | changes))


def test_a_pipeline_on_its_way_is_forecast_and_what_is_missing_told():
    found = outlook(20, _pipeline(), _rng(), yields=SURE, draws=20_000)

    # 2 made, 10 offers and half of 40 held, each accepted by one in two.
    assert found.hires.median == pytest.approx(17, abs=1)
    assert found.missed_by.median == pytest.approx(3, abs=1)
    assert found.missed_by.low < found.missed_by.high
    assert 0.05 < found.chance < 0.3


def test_who_comes_too_late_does_not_count():
    lags = {"offers": 6, "hires": 6}

    assert outlook(20, _pipeline(lag_days=lags), _rng(), yields=SURE).hires.high <= 2 + 10
    assert outlook(20, _pipeline(lag_days=lags, days_left=5), _rng(), yields=SURE).hires.high == 2


def test_responses_to_come_count_for_the_days_that_are_useful():
    lags = dict.fromkeys(STEPS[1:], 1.0)
    none, some = (
        outlook(
            20,
            _pipeline(waiting={}, responses_per_day=64, response_days=1000, lag_days=lags, days_left=days),
            _rng(),
            yields=SURE,
        )
        for days in (5, 15)
    )

    assert none.hires.high == 2
    assert some.hires.median == pytest.approx(2 + 64 * 10 / 32, abs=1.5)


def test_the_best_lever_comes_first():
    found = outlook(20, _pipeline(), _rng(), yields=SURE)

    assert found.levers[0].name == "hires"
    assert found.levers[0].hires == pytest.approx(0.1 * 15)
    assert [lever.hires for lever in found.levers] == sorted((lever.hires for lever in found.levers), reverse=True)


@pytest.mark.parametrize("wrong", [{"hired": -1}, {"waiting": {"hires": 3}}, {"lag_days": {"responses": 1}}])
def test_impossible_pipelines_are_refused(wrong):
    with pytest.raises(InvalidInputError):
        _pipeline(**wrong)
