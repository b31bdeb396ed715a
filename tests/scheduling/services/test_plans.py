"""Proposing and approving plans, and the wave that goes out."""

from datetime import timedelta

import pytest

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Candidate, Company, Message
from recruit.states import Stage
from scheduling.models import Plan
from scheduling.services import plans, pool, waves
from scheduling.services.sessions import cancel_session
from scheduling.states import InvitationState, PlanState, SessionState
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, OPENS, draft, group, invited, kinds, opened, recruiter, shortlisted

pytestmark = pytest.mark.django_db


def people(session, count, **contacts):
    return [shortlisted(session, f"Person {number}", **contacts) for number in range(count)]


def proposed(session, **kwargs) -> Plan:
    return plans.propose_plan(session, by=None, at=DAY_BEFORE, **kwargs)


def test_only_shortlisted_people_who_may_be_asked_are_invitable():
    session = opened()
    asked, free, quiet = people(session, 3)
    Candidate.objects.filter(pk=quiet.candidate_id).update(do_not_contact=True)
    world.application(to=session.vacancies.first())
    waves.invite_one(asked, session, band=None, at=DAY_BEFORE, by=recruiter())

    found = pool.invitable(session)

    assert [one.pk for one in found] == [free.pk]


def test_a_new_proposal_supersedes_the_one_before():
    session = draft()
    people(session, 6)

    first, second = proposed(session), proposed(session, overrides={"invite": 4})
    first.refresh_from_db()

    assert (first.revision, first.state) == (1, PlanState.SUPERSEDED)
    assert (second.revision, second.state) == (2, PlanState.PROPOSED)
    assert sum(place is not None for place in second.outputs["assignment"]) == 4


def test_people_are_planned_in_the_order_that_was_chosen():
    session = draft()
    one, two, three = people(session, 3)

    plan = proposed(session, application_ids=[three.pk, one.pk])

    assert plan.people == [three.pk, one.pk]
    assert two.pk not in plan.people


@pytest.mark.parametrize(
    ("kwargs", "field"),
    [
        ({"application_ids": [0]}, "people"),
        ({"overrides": {"colour": 1}}, "colour"),
        ({"overrides": {"show_rate": 1.0}}, "show_rate"),
        ({"overrides": {"show_rate": "many"}}, "show_rate"),
        ({"overrides": {"invite": -1}}, "invite"),
    ],
    ids=str,
)
def test_what_cannot_be_planned_is_refused_at_its_field(kwargs, field):
    session = draft()
    people(session, 2)

    with pytest.raises(InvalidInputError) as refusal:
        proposed(session, **kwargs)

    assert (refusal.value.field, session.plans.count()) == (field, 0)


def test_a_session_that_is_over_is_not_planned():
    past, off = draft(), opened()
    cancel_session(off, at=DAY_BEFORE, by=recruiter())

    with pytest.raises(InvalidInputError):
        plans.propose_plan(past, by=None, at=past.ends_at)
    with pytest.raises(TransitionRefusedError):
        proposed(off)

    assert not Plan.objects.exists()


def test_a_show_rate_by_hand_replaces_every_forecast():
    session = draft()
    everybody = people(session, 3)

    spec = plans.spec_for(session, everybody, at=DAY_BEFORE, overrides={"show_rate": 0.25})

    assert spec.show_probs == (0.25, 0.25, 0.25)
    assert spec.typical.mean == 0.25


def test_approving_invites_the_wave_once_with_everything_that_belongs_to_it():
    session, user = draft(target=2), recruiter()
    everybody = [shortlisted(session, f"Person {number}", email=f"p{number}@mail.test") for number in range(5)]
    plan = proposed(session, overrides={"invite": 5})
    read_before = Plan.objects.get(pk=plan.pk)

    sent = plans.approve_plan(plan, by=user, at=DAY_BEFORE)
    with pytest.raises(TransitionRefusedError):
        plans.approve_plan(read_before, by=user, at=DAY_BEFORE)
    session.refresh_from_db()

    invitations = list(session.invitations.order_by("priority"))
    assert (sent.state, sent.approved_by, session.state) == (PlanState.SENT, user, SessionState.OPEN)
    assert [one.application_id for one in invitations] == [one.pk for one in everybody]
    assert {one.state for one in invitations} == {InvitationState.SENT}
    assert {tuple(kinds(one)) for one in invitations} == {("invited",)}
    assert {one.application.stage for one in invitations} == {Stage.INTERVIEW}
    assert sum(band.quota for band in session.bands.all()) == 5
    assert all(0 < one.show_prob < 1 for one in invitations)
    messages = Message.objects.filter(kind="invitation")
    assert sorted(messages.values_list("to_address", flat=True)) == [f"p{number}@mail.test" for number in range(5)]
    assert {"METHOD:REQUEST" in message.calendar for message in messages} == {True}


def test_of_two_who_approve_at_the_same_time_one_wins():
    session, user = draft(), recruiter()
    people(session, 3)
    plan = proposed(session)
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.SUPERSEDED)

    with pytest.raises(TransitionRefusedError, match="already"):
        plans.approve_plan(plan, by=user, at=DAY_BEFORE)

    assert not session.invitations.exists()


def test_a_plan_is_not_approved_when_the_day_is_over():
    session = draft()
    people(session, 2)
    plan = proposed(session)

    with pytest.raises(InvalidInputError):
        plans.approve_plan(plan, by=recruiter(), at=session.ends_at)

    plan.refresh_from_db()
    assert plan.state == PlanState.PROPOSED


def test_people_who_were_invited_elsewhere_meanwhile_are_left_out_of_the_wave():
    session, other, user = (
        draft(),
        opened(starts_at=OPENS + timedelta(days=1), ends_at=OPENS + timedelta(days=1.1)),
        recruiter(),
    )
    busy, free = people(session, 2)
    plan = proposed(session, overrides={"invite": 2})
    waves.invite_one(busy, other, band=None, at=DAY_BEFORE, by=user)

    wave = waves.wave_of(plan)

    assert [one.application.pk for one in wave] == [free.pk]
    assert waves.channels_of(wave) == {str(wave[0].channel): 1}


def test_nobody_has_two_open_invitations():
    session, user = opened(), recruiter()
    first = invited(session)

    with pytest.raises(ConflictError, match="another open invitation"):
        waves.invite_one(first.application, opened(), band=None, at=DAY_BEFORE, by=user)

    assert first.application.invitations.count() == 1


def test_the_plan_counts_those_who_are_invited_already():
    session = opened(target=2)
    invited(session, "Anna", band=1)
    everybody = people(session, 3)

    spec = plans.spec_for(session, everybody, at=DAY_BEFORE)

    assert [len(band) for band in spec.already] == [0, 1, 0, 0, 0, 0]


def test_a_group_is_planned_by_its_seats():
    session = group(seats=6, target=3, minimum=2)
    everybody = people(session, 8)

    plan = proposed(session)
    spec = plans.spec_for(session, everybody, at=DAY_BEFORE)

    assert (spec.seats, spec.minimum) == (6, 2)
    assert {place for place in plan.outputs["assignment"] if place is not None} == {0}


def test_the_costs_of_the_company_reach_the_plan():
    company = Company.current()
    company.cost_waiting_minute = 3.5
    company.save()

    assert plans.company_costs().waiting_minute == 3.5


def test_a_plan_looks_at_the_first_of_a_long_shortlist(monkeypatch):
    monkeypatch.setattr(pool, "POOL", 5)
    session = draft()
    everybody = people(session, 8)

    plan = proposed(session, overrides={"invite": 4})

    assert plan.people == [one.pk for one in everybody[:5]]


def test_a_plan_that_wants_more_than_the_first_gets_the_whole_shortlist(monkeypatch):
    monkeypatch.setattr(pool, "POOL", 5)
    session = draft()
    everybody = people(session, 8)

    plan = proposed(session, overrides={"invite": 6})

    assert plan.people == [one.pk for one in everybody]


def test_whoever_is_far_down_the_shortlist_can_be_given_a_guaranteed_seat(monkeypatch):
    monkeypatch.setattr(pool, "POOL", 3)
    session = group()
    everybody = people(session, 6)

    plan = proposed(session, overrides={"invite": 2}, guaranteed=[everybody[5].pk])

    assert (plan.guaranteed, plan.people[0]) == ([everybody[5].pk], everybody[5].pk)
    assert len(plan.people) == 6


@pytest.mark.parametrize(("most", "total"), [(3, 6), (6, 6), (10, 6)])
def test_the_length_of_the_shortlist_is_told_whatever_a_plan_looks_at(monkeypatch, most, total):
    monkeypatch.setattr(pool, "POOL", most)
    session = draft()
    people(session, total)

    found = pool.pool_of(session)

    assert (len(found.people), found.total, found.suffices(most)) == (min(most, total), total, True)


@pytest.mark.parametrize(
    ("ahead", "first"),
    [(timedelta(hours=24), 0), (timedelta(minutes=90), 0), (timedelta(minutes=80), 1), (timedelta(minutes=-30), 4)],
)
def test_nobody_is_planned_for_a_time_that_they_cannot_make_any_more(ahead, first):
    session = draft()
    people(session, 12)

    plan = plans.propose_plan(session, by=None, at=OPENS - ahead)

    invited = [band["invited"] for band in plan.outputs["bands"]]
    assert (sum(invited[:first]), invited[first] > 0) == (0, True)


@pytest.mark.parametrize(("before_end", "place"), [(timedelta(minutes=75), 4), (timedelta(minutes=10), 5)])
def test_a_session_too_near_for_everybody_is_planned_for_the_next_time_to_come_or_the_last(before_end, place):
    session = draft()
    people(session, 6)

    plan = plans.propose_plan(session, by=None, at=session.ends_at - before_end)

    invited = [band["invited"] for band in plan.outputs["bands"]]
    assert (len(invited), sum(invited[:place]), sum(invited[place:]) > 0) == (6, 0, True)


def test_numbers_set_by_hand_may_name_any_time():
    session = draft()
    people(session, 6)
    bands = [2] + [0] * (session.bands.count() - 1)

    plan = plans.propose_plan(session, by=None, at=OPENS - timedelta(minutes=20), overrides={"bands": bands})

    assert [band["invited"] for band in plan.outputs["bands"]] == bands
