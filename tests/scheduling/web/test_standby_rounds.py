"""Standby as a recruiter sees it: places put to people of the shortlist, and what became of the offers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recruit.models import AuditEntry, Candidate, Message
from recruit.permissions import Role
from scheduling.models import StandbyOffer, StandbyRound
from scheduling.services import standby
from scheduling.states import StandbyState
from tests.recruit import world
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def session():
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + 30 * HOUR
    return day.opened(starts_at=starts_at, ends_at=starts_at + 3 * HOUR)


@pytest.fixture
def admin(client):
    client.force_login(world.user(Role.ADMIN))
    return client


def page_of(session) -> str:
    return f"/sessions/{session.pk}/standby/"


def people(session, count: int):
    return [day.shortlisted(session, f"Person {n}", email=f"p{n}@mail.test") for n in range(count)]


def offered(client, session, rows, **fields):
    band = session.bands.all()[1]
    data = {"places": 1, "band": band.pk, "hours": 3, "people": [row.pk for row in rows], **fields}
    return client.post(page_of(session), data)


def test_places_are_put_to_the_people_who_were_ticked(admin, session):
    first, second, _other = people(session, 3)

    answer = offered(admin, session, [first, second], places=2)

    made = StandbyRound.objects.get()
    assert (answer.status_code, made.places, made.band) == (302, 2, session.bands.all()[1])
    assert sorted(made.offers.values_list("application_id", flat=True)) == sorted([first.pk, second.pk])
    assert Message.objects.filter(about="scheduling.StandbyOffer").count() == 2
    assert AuditEntry.objects.get(action="standby.offered").data == {"people": 2, "places": 2}
    assert "0 of 2 taken" in admin.get(page_of(session)).content.decode()


def test_the_page_tells_who_took_a_place_and_offers_it_to_nobody_again(admin, session):
    first, second = people(session, 2)
    offered(admin, session, [first, second])
    standby.accept(StandbyOffer.objects.get(application=first), at=timezone.now())

    page = admin.get(page_of(session))

    assert ("1 of 1 taken" in page.content.decode(), [one["row"] for one in page.context["people"]]) == (True, [second])


def test_offers_are_ended_before_their_time_and_a_late_press_gets_nothing(admin, session):
    (first,) = people(session, 1)
    offered(admin, session, [first])
    made = StandbyRound.objects.get()

    admin.post(f"{page_of(session)}{made.pk}/end/")

    offer = StandbyOffer.objects.get()
    assert (offer.state, StandbyRound.objects.get().expires_at <= timezone.now()) == (StandbyState.EXPIRED, True)
    late = admin.post(f"/s/{standby.token_of(offer)}", {"what": "accept"})
    assert (late.status_code, session.invitations.count()) == (409, 0)


def test_an_ended_round_leaves_the_others_of_other_sessions_open(admin, session):
    people_here = people(session, 2)
    offered(admin, session, people_here[:1])
    offered(admin, session, people_here[1:])
    older = StandbyRound.objects.order_by("pk").first()

    admin.post(f"{page_of(session)}{older.pk}/end/")

    assert sorted(StandbyOffer.objects.values_list("state", flat=True)) == ["expired", "offered"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"people": []}, "Choose at least one person"), ({"places": 0}, "greater than or equal to 1"),
     ({"hours": 100}, "less than or equal to 72"), ({"band": "7777777"}, "not one of the available choices")],
)  # fmt: skip
def test_what_cannot_be_offered_is_said_and_nobody_is_told(admin, session, fields, words):
    answer = offered(admin, session, people(session, 1), **fields)

    assert (words in answer.content.decode(), StandbyRound.objects.count()) == (True, 0)


def test_strangers_silent_people_and_people_of_other_vacancies_cannot_be_ticked(admin, session):
    silent, other = people(session, 1)[0], world.application()
    Candidate.objects.filter(pk=silent.candidate_id).update(do_not_contact=True)

    answer = offered(admin, session, [silent, other])

    assert ("Choose at least one person" in answer.content.decode(), StandbyOffer.objects.count()) == (True, 0)


def test_the_page_belongs_to_who_may_invite_and_sees_the_session(client, session):
    team = world.team()
    session.vacancies.update(team=team)
    session.office.teams.add(team)
    client.force_login(world.user(Role.DESK, teams=(team,)))
    assert client.get(page_of(session)).status_code == 403
    client.force_login(world.user(Role.RECRUITER, teams=(world.team(),)))

    assert (client.get(page_of(session)).status_code, client.post(page_of(session)).status_code) == (404, 404)


def test_more_offers_take_no_more_statements(admin, session):
    counts = []
    for count in (1, 8):
        rows = [day.shortlisted(session, f"P{count} {n}", email=f"q{count}{n}@mail.test") for n in range(count)]
        offered(admin, session, rows)
        with CaptureQueriesContext(connection) as statements:
            admin.get(page_of(session))
        counts.append(len(statements))

    assert counts[0] == counts[1]
