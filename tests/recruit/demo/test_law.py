"""The law of the demo world."""

import math
from datetime import UTC, date, datetime
from random import Random
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.demo import law
from recruit.demo.options import DemoOptions
from recruit.demo.people import draw_person

chances = st.floats(0.01, 0.99)


@given(chances, st.floats(0.1, 10))
def test_odds_are_multiplied(p, factor):
    q = law.odds_times(p, factor)

    assert math.isclose(q / (1 - q), factor * p / (1 - p), rel_tol=1e-9)


@given(
    st.sampled_from(sorted(law.ANSWER_SHARES)),
    st.sampled_from(sorted(law.SOURCE_ODDS)),
    st.integers(0, 20),
    st.floats(-3, 3),
)
def test_a_show_probability_is_a_probability_and_grows_with_the_day(answer, source, lead, effect):
    p = law.show_probability(answer=answer, source=source, lead_days=lead, day_effect=effect)
    better = law.show_probability(answer=answer, source=source, lead_days=lead, day_effect=effect + 0.5)

    assert 0 < p < better < 1


def test_one_in_five_comes():
    mean = sum(share * law.SHOW_BY_ANSWER[answer] for answer, share in law.ANSWER_SHARES.items())

    assert mean == pytest.approx(law.MEAN_SHOW, abs=0.001)


def test_late_invitees_do_not_depend_on_answer_or_lead():
    args = {"source": "referral", "day_effect": 0.0, "late": True}

    first = law.show_probability(answer="silent", lead_days=0, **args)

    assert first == law.show_probability(answer="confirmed", lead_days=8, **args)
    assert first == pytest.approx(law.odds_times(0.2, 1.4))


def test_the_nearest_lead_time_counts():
    def at(days):
        return law.show_probability(answer="silent", source="hh", lead_days=days, day_effect=0.0)

    assert (at(0), at(5), at(30)) == (at(1), at(4), at(8))


def test_interviews_last_as_the_law_says():
    rng = Random(1)

    lengths = [law.interview_minutes(rng) for _ in range(4000)]

    assert fmean(lengths) == pytest.approx(20, abs=0.5)
    assert pstdev(lengths) == pytest.approx(7, abs=0.5)
    assert min(lengths) >= 4


def test_walk_ins_are_poisson():
    rng = Random(2)

    counts = [law.walk_ins(rng) for _ in range(4000)]

    assert fmean(counts) == pytest.approx(0.6, abs=0.05)
    assert pstdev(counts) ** 2 == pytest.approx(0.6, abs=0.07)


def test_most_come_early_and_nobody_by_more_than_half_an_hour():
    rng = Random(3)

    minutes = [law.lateness_minutes(rng) for _ in range(4000)]

    assert fmean(minute < 0 for minute in minutes) == pytest.approx(0.75 * math.exp(-0.5 / 6), abs=0.03)
    assert min(minutes) == -30


def test_visits_follow_the_shares_and_only_who_declines_has_a_reason():
    rng = Random(4)

    visits = [law.draw_visit(rng, source="hh", lead_days=2, day_effect=0.0) for _ in range(5000)]

    assert fmean(v.came_after_minutes is not None for v in visits) == pytest.approx(0.2, abs=0.025)
    assert fmean(v.answer == "declined" for v in visits) == pytest.approx(0.15, abs=0.02)
    assert {v.answer for v in visits if v.decline_reason} == {"declined"}
    assert [v for v in visits if v.answer == "declined" and not v.decline_reason] == []


@given(st.integers(1, 60), st.floats(0.01, 5))
def test_options_count_days_and_responses(days, scale):
    options = DemoOptions(seed=1, days=days, scale=scale, start=date(2026, 1, 1), now=datetime(2026, 1, 1, tzinfo=UTC))

    assert (options.today - options.start).days == days - 1
    assert options.resumes_a_day == max(1, round(scale * 4000 / 30))


@pytest.mark.parametrize("language", ["ru", "en", "th"])
def test_a_person_is_drawn_from_the_seed_alone(language):
    def draw(seed, serial):
        return draw_person(
            Random(seed), serial, field_of_work=field, language=language, city="Perm", pay=60_000, year=2026
        )

    from recruit.demo import company

    field = company.VACANCIES[0].field_of_work

    assert draw(5, 1) == draw(5, 1)
    assert draw(5, 1) != draw(6, 1)
    assert draw(5, 1).name != ""
