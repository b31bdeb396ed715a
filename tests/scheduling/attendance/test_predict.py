from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.attendance import (
    ANSWER_STATES,
    TEXTS,
    Invitee,
    arrivals_law,
    day_nodes,
    fit,
    forecast_session,
    predict,
    predict_many,
    session_sd,
    usual_day,
)
from scheduling.attendance.special import expit, logit
from tests.scheduling.attendance.world import MONDAY, counted, history

MODEL = fit(history(1500, offices=2), as_of=MONDAY + timedelta(days=99))
ASKED = fit(
    [
        row
        for n in range(10)
        for row in (
            *counted(9, 12, day=MONDAY + timedelta(days=n), source="hh", answer="confirmed", answers={"letter": "yes"}),
            *counted(3, 12, day=MONDAY + timedelta(days=n), source="hh", answer="confirmed", answers={"letter": "no"}),
        )
    ],
    as_of=MONDAY + timedelta(days=99),
)
invitees = st.builds(
    Invitee,
    source=st.sampled_from(["", "hh", "avito", "never seen"]),
    office=st.sampled_from(["", "office 0", "office 1", "never seen"]),
    vacancy=st.sampled_from(["", "vacancy 0", "never seen"]),
    lead_hours=st.none() | st.floats(0, 500),
    hours_left=st.floats(0, 200),
    same_day=st.booleans(),
    weekday=st.none() | st.integers(0, 6),
    hour=st.none() | st.integers(0, 23),
    reminders=st.integers(0, 5),
    delivered=st.none() | st.booleans(),
    link_loaded=st.booleans(),
    answer=st.sampled_from(ANSWER_STATES),
    earlier_shows=st.integers(0, 5),
    earlier_no_shows=st.integers(0, 5),
    answers=st.sampled_from([{}, {"letter": "yes"}, {"letter": "unknown"}, {"other": "no"}]),
)


@given(st.lists(invitees, min_size=1, max_size=5))
def test_many_are_forecast_as_one_by_one(people):
    for model in (MODEL, ASKED):
        many = predict_many(model, people)
        for number, person in enumerate(people):
            one = predict(model, person)
            assert (one.mean, one.low, one.high, one.typical) == pytest.approx(
                (many.mean[number], many.low[number], many.high[number], many.typical[number]), rel=1e-9
            )


@given(invitees)
def test_the_range_holds_the_chance_and_both_are_chances(person):
    one = predict(MODEL, person)

    assert 0 < one.low <= one.mean <= one.high < 1
    assert {reason.text for reason in one.reasons} <= set(TEXTS)
    for reason in one.reasons:
        assert TEXTS[reason.text] % reason.params
        assert (reason.odds_factor > 1, reason.odds_factor < 1) == (reason.sign > 0, reason.sign < 0)


def test_nobody_has_no_forecast():
    assert predict_many(MODEL, []).mean.tolist() == []
    assert session_sd(MODEL, []) == MODEL.day_sd


def test_confirming_raises_the_chance_and_declining_lowers_it():
    base = Invitee(source="hh", office="office 0", lead_hours=24)
    chance = {
        one: predict(MODEL, replace(base, answer=one)).mean for one in ("not_asked", "confirmed", "silent", "declined")
    }

    assert chance["confirmed"] > chance["not_asked"] > chance["silent"] > chance["declined"]


def test_silence_weighs_more_the_less_time_is_left():
    def at(left):
        return predict(MODEL, Invitee(source="hh", lead_hours=48, hours_left=left, answer="silent")).mean

    nothing_said_yet = predict(MODEL, Invitee(source="hh", lead_hours=48)).mean
    assert at(48) == pytest.approx(nothing_said_yet)
    assert at(48) > at(24) > at(0)


def test_confirming_counts_at_once():
    early, late = (
        predict(MODEL, Invitee(source="hh", lead_hours=48, hours_left=left, answer="confirmed")).mean
        for left in (48, 0)
    )

    assert early == late


def test_the_strongest_reason_comes_first():
    reasons = predict(MODEL, Invitee(source="avito", office="office 0", lead_hours=24, answer="confirmed")).reasons

    assert (reasons[0].text, reasons[0].sign) == ("answer.confirmed", 1)
    sizes = [max(reason.odds_factor, 1 / reason.odds_factor) for reason in reasons]
    assert sizes == sorted(sizes, reverse=True)


def test_a_source_whose_people_come_less_often_is_a_reason():
    days = [MONDAY + timedelta(days=n) for n in range(8)]
    rows = [
        row for day in days for row in (*counted(9, 15, day=day, source="hh"), *counted(2, 15, day=day, source="avito"))
    ]
    model = fit(rows, as_of=days[-1])

    found = {source: predict(model, Invitee(source=source)).reasons for source in ("hh", "avito")}

    assert [(r.text, r.sign, dict(r.params)) for r in found["avito"]] == [("source", -1, {"source": "avito"})]
    assert [(r.text, r.sign, dict(r.params)) for r in found["hh"]] == [("source", 1, {"source": "hh"})]


def test_a_question_answered_yes_is_a_reason():
    reasons = predict(ASKED, Invitee(source="hh", answer="confirmed", answers={"letter": "yes"})).reasons

    assert ("question.yes", {"question": "letter"}) in [(reason.text, dict(reason.params)) for reason in reasons]


def test_questions_weigh_only_where_they_were_asked():
    yes, no, unasked = (
        predict(ASKED, Invitee(source="hh", answer="confirmed", answers=answers)).mean
        for answers in ({"letter": "yes"}, {"letter": "no"}, {})
    )

    assert no < unasked < yes


def test_what_was_never_seen_gets_the_typical_chance_and_a_wider_range():
    known, stranger = (predict(MODEL, Invitee(source=source)) for source in ("hh", "never seen"))

    assert stranger.typical == pytest.approx(MODEL.tree.root.mean)
    assert stranger.high - stranger.low > known.high - known.low


@given(st.lists(st.floats(0, 1), max_size=20), st.floats(0, 1.5))
def test_the_mean_of_the_law_is_the_sum_of_the_chances(chances, sd):
    law = arrivals_law(chances, sd)

    assert law.sum() == pytest.approx(1.0)
    assert (np.arange(law.size) @ law) == pytest.approx(sum(chances), abs=1e-6)


@given(st.floats(0.001, 0.999), st.floats(0, 2))
def test_averaging_the_usual_days_chance_over_days_gives_the_mean(p, sd):
    centre = logit(usual_day(np.array([p]), sd))
    average = sum(weight * expit(centre + shift) for shift, weight in day_nodes(sd, nodes=15))

    assert average[0] == pytest.approx(p, abs=1e-9)


def test_a_day_effect_widens_the_law():
    def variance(sd):
        law = arrivals_law([0.2] * 40, sd)
        return (np.arange(41) - 8) ** 2 @ law

    assert variance(0.0) == pytest.approx(6.4)
    assert variance(0.46) == pytest.approx(6.4 + 40 * 39 * 0.0054, rel=0.15)


@settings(max_examples=20)
@given(st.lists(invitees, min_size=1, max_size=12))
def test_a_sessions_forecast_is_made_of_its_peoples(people):
    forecast = forecast_session(MODEL, people)

    assert forecast.mean == pytest.approx(predict_many(MODEL, people).mean.sum())
    assert 0 <= forecast.low <= forecast.median <= forecast.high <= len(people)
    assert sum(forecast.pmf[: forecast.low]) < 0.05 + 1e-9 <= sum(forecast.pmf[: forecast.low + 1]) + 1e-6


def test_a_sessions_forecast_moves_with_every_answer():
    people = [Invitee(source="hh", office="office 0", lead_hours=48, answer="silent")] * 20

    before, after = (
        forecast_session(MODEL, people),
        forecast_session(MODEL, [replace(people[0], answer="confirmed"), *people[1:]]),
    )

    assert after.mean > before.mean + 0.3


def test_a_negative_day_effect_is_refused():
    with pytest.raises(InvalidInputError):
        day_nodes(-0.1)


def test_time_of_day_and_reminders_are_named():
    days = [MONDAY + timedelta(days=n) for n in range(30)]
    rows = [
        row
        for day in days
        for row in (
            *counted(9, 10, day=day, source="hh", hour=9, reminders=0),
            *counted(1, 10, day=day, source="hh", hour=19, reminders=3),
        )
    ]

    reasons = predict(fit(rows, as_of=days[-1]), Invitee(source="hh", hour=19, reminders=3)).reasons

    found = {reason.text: dict(reason.params) for reason in reasons}
    assert found["hour"] == {"band": "after 18"}
    assert found["reminders"] == {"count": 3}


def test_a_yes_is_worth_what_it_was_worth_for_that_kind_of_appointment():
    days = [MONDAY + timedelta(days=n) for n in range(15)]
    rows = [
        row
        for day in days
        for row in (
            *counted(9, 10, day=day, answer="confirmed", interview_type="scheduled"),
            *counted(3, 10, day=day, answer="unsure", interview_type="scheduled"),
            *counted(4, 10, day=day, answer="confirmed", interview_type="walk_in"),
            *counted(3, 10, day=day, answer="unsure", interview_type="walk_in"),
        )
    ]
    model = fit(rows, as_of=days[-1])

    found = [
        predict(model, Invitee(answer=answer, interview_type=kind)).mean
        for answer in ("confirmed", "unsure")
        for kind in ("scheduled", "walk_in")
    ]

    assert found == pytest.approx([0.9, 0.4, 0.3, 0.3], abs=0.07)
