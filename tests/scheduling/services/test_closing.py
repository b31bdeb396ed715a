"""The end of the day: everybody is settled by a person, and the next plan has learned."""

from datetime import timedelta

import pytest

from recruit.errors import ConflictError, InvalidInputError
from recruit.models import Company
from scheduling.models import AttendanceModel, Invitation
from scheduling.services import attendance, closing, desk, plans
from scheduling.services.forecasts import session_forecast
from scheduling.services.replies import decline
from scheduling.states import InvitationState, SessionState
from tests.recruit import world
from tests.scheduling.world import (
    DAY_BEFORE,
    MINUTE,
    OPENS,
    by,
    draft,
    invited,
    kinds,
    opened,
    person,
    recruiter,
    shortlisted,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("outcome", "state", "last"),
    [
        ("no_show", "no_show", "no_show"),
        ("cancelled", "cancelled", "cancelled_in_time"),
        ("came", "finished", "finished"),
    ],
)
def test_an_unmarked_person_is_settled_by_what_a_person_says(outcome, state, last):
    invitation, user = invited(opened()), recruiter()

    settled = closing.settle(invitation, outcome, at=OPENS + 180 * MINUTE, by=user)

    assert (settled.state, settled.settled_at) == (state, OPENS + 180 * MINUTE)
    assert kinds(settled)[-1] == last


@pytest.mark.parametrize(
    ("outcome", "state"), [("left", "left_unseen"), ("turned_away", "turned_away"), ("came", "finished")]
)
def test_somebody_who_waits_is_settled_too(outcome, state):
    invitation, user = invited(opened()), recruiter()
    here = desk.check_in(invitation, at=OPENS, actor=by(user))

    assert closing.settle(here, outcome, at=OPENS + 180 * MINUTE, by=user).state == state


def test_an_unknown_outcome_is_refused():
    invitation = invited(opened())

    with pytest.raises(InvalidInputError) as refusal:
        closing.settle(invitation, "perhaps", at=OPENS, by=recruiter())

    assert refusal.value.field == "outcome"


def test_the_day_closes_only_when_everybody_is_settled_and_counts_true():
    session, user = opened(), recruiter()
    seen, gone, refused = (invited(session, name) for name in ("Anna", "Boris", "Clara"))
    decline(refused, at=DAY_BEFORE, actor=person())
    desk.check_in(seen, at=OPENS, actor=by(user))
    desk.call_next(session, at=OPENS + 12 * MINUTE, actor=by(user))
    desk.add_walk_in(shortlisted(session, "Dan"), session, at=OPENS + 20 * MINUTE, actor=by(user))

    assert {one.application.candidate.name for one in closing.unmarked(session)} == {"Anna", "Boris", "Dan"}
    with pytest.raises(ConflictError, match="3 people"):
        closing.close_session(session, at=session.ends_at, by=user)
    closing.settle(Invitation.objects.get(pk=gone.pk), "no_show", at=session.ends_at, by=user)
    for one in closing.unmarked(session):
        closing.settle(one, "came", at=session.ends_at, by=user)
    session.refresh_from_db()
    report = closing.close_session(session, at=session.ends_at, by=user)
    seen.application.refresh_from_db()

    assert (session.state, session.closed_by) == (SessionState.CLOSED, user)
    assert report == closing.DayReport(
        invited=3, came=1, held=2, walk_ins=1, no_shows=1, declined=1, cancelled=0, left_unseen=0, turned_away=0,
        longest_wait_minutes=160, forecast=None, forecast_low=None, forecast_high=None,
    )  # fmt: skip
    promised = (session.ends_at + timedelta(days=Company.current().answer_within_days)).date()
    assert seen.application.answer_due_on == promised


def test_the_report_holds_the_day_against_its_plan():
    session, user = draft(target=1), recruiter()
    for number in range(4):
        shortlisted(session, f"Person {number}")
    plan = plans.approve_plan(plans.propose_plan(session, by=user, at=DAY_BEFORE), by=user, at=DAY_BEFORE)

    report = closing.day_report(session)

    arrivals = plan.outputs["now_arrivals"] or plan.outputs["arrivals"]
    assert (report.forecast, report.forecast_low, report.forecast_high) == (
        arrivals["mean"],
        arrivals["q05"],
        arrivals["q95"],
    )


def days_when_nobody_came(vacancy, office, *, days, each, user):
    """Close ``days`` days on each of which one of ``each`` people came."""
    for day in range(days):
        start = OPENS - timedelta(days=30 - day)
        session = opened(office=office, vacancies=[vacancy], starts_at=start, ends_at=start + timedelta(hours=3))
        rows = [invited(session, f"Person {day} {number}") for number in range(each)]
        for number, row in enumerate(rows):
            closing.settle(row, "came" if number == 0 else "no_show", at=session.ends_at, by=user)
        session.refresh_from_db()
        closing.close_session(session, at=session.ends_at, by=user)


def test_the_next_plan_invites_more_people_after_days_on_which_few_came():
    office, vacancy, user = world.office(), world.vacancy(), recruiter()
    session = draft(office=office, vacancies=[vacancy], target=1)
    everybody = [shortlisted(session, f"Candidate {number}") for number in range(70)]
    before = plans.propose_plan(session, by=user, at=DAY_BEFORE)
    days_when_nobody_came(vacancy, office, days=8, each=10, user=user)

    model = attendance.refit(as_of=DAY_BEFORE)
    after = plans.propose_plan(session, by=user, at=DAY_BEFORE)

    def planned(plan):
        return sum(place is not None for place in plan.outputs["assignment"])

    assert (model.rows, after.model_version, after.people) == (80, model.version, [one.pk for one in everybody])
    assert before.model_version != after.model_version
    assert planned(after) > planned(before)


def test_a_refit_of_the_same_rows_is_the_same_version():
    office, vacancy, user = world.office(), world.vacancy(), recruiter()
    assert attendance.refit(as_of=DAY_BEFORE) is None
    days_when_nobody_came(vacancy, office, days=2, each=4, user=user)

    first, second = attendance.refit(as_of=DAY_BEFORE), attendance.refit(as_of=DAY_BEFORE)

    assert first == second
    assert AttendanceModel.objects.count() == 1


def test_a_company_that_does_not_learn_is_forecast_with_its_flat_rate():
    company = Company.current()
    company.learns_attendance, company.flat_show_rate = False, 0.4
    company.save()
    session = opened()
    invited(session, "Anna")
    invited(session, "Boris")

    forecast = session_forecast(session, at=DAY_BEFORE)

    assert (forecast.invited, forecast.silent, forecast.arrived) == (2, 2, 0)
    assert forecast.more_mean == pytest.approx(0.8, abs=0.05)


def test_the_forecast_of_a_running_day_counts_who_came_for_sure():
    session, user = opened(target=1), recruiter()
    here, gone, open_one = (invited(session, name) for name in ("Anna", "Boris", "Clara"))
    desk.check_in(here, at=OPENS, actor=by(user))
    decline(gone, at=OPENS, actor=person())

    forecast = session_forecast(session, at=OPENS)

    assert (forecast.arrived, forecast.waiting, forecast.declined, forecast.p_target) == (1, 1, 1, 1.0)
    assert forecast.mean == 1 + forecast.more_mean
    assert (forecast.bands[0].invited, forecast.bands[0].arrived) == (3, 1)
    assert open_one.state == InvitationState.SENT


def test_a_stored_model_of_another_release_is_passed_over():
    AttendanceModel.objects.create(
        version="old", fitted_at=OPENS, as_of=OPENS, rows=1, payload={"format": "from another release"}
    )

    assert attendance.current_model().version == attendance.prior_model().version
