"""The clock of an office changes under people who were told a time: by a choice, and never in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from recruit.models import AuditEntry, Message, Office
from recruit.permissions import Role
from scheduling.services.zone_change import carry_out
from tests.recruit import world
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def invitation():
    starts_at = timezone.now().replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=3)
    session = day.opened(starts_at=starts_at, ends_at=starts_at + 3 * HOUR, office=world.office())
    made = day.invited(session, "Anna Petrova", email="anna@mail.test")
    Message.objects.all().delete()
    return made


def saved(client, office: Office, **fields):
    client.force_login(world.user(Role.ADMIN))
    form = {"name": office.name, "lobby_seats": 14, "time_zone": "Asia/Bangkok", **fields}
    return client.post(f"/settings/offices/{office.pk}/", form)


@pytest.mark.attack("A156")
def test_another_zone_is_refused_until_it_is_said_what_stays(client, invitation):
    office = invitation.session.office

    answer = saved(client, office)

    assert "1 person was told a time of this office" in answer.content.decode()
    assert 'name="people_told"' in answer.content.decode()
    assert (Office.objects.get().time_zone, Message.objects.count()) == ("Europe/Moscow", 0)


@pytest.mark.attack("A156")
def test_where_the_moment_stays_everybody_hears_the_time_on_the_new_clock(client, invitation):
    starts_at, sequence = invitation.session.starts_at, invitation.sequence

    answer = saved(client, invitation.session.office, people_told="moment")

    invitation.refresh_from_db()
    invitation.session.refresh_from_db()
    told = Message.objects.get(candidate=invitation.application.candidate)
    assert (answer.status_code, invitation.session.starts_at, invitation.sequence) == (302, starts_at, sequence + 1)
    assert ("14:00" in told.body, "10:00" in told.body) == (True, False)
    assert AuditEntry.objects.get(action="settings.office").data["zone"] == "moment"


@pytest.mark.attack("A156")
def test_where_the_clock_stays_sessions_move_and_everybody_is_asked_anew(client, invitation):
    starts_at, band = invitation.session.starts_at, invitation.band.starts_at

    saved(client, invitation.session.office, people_told="clock")

    invitation.refresh_from_db()
    invitation.session.refresh_from_db()
    invitation.band.refresh_from_db()
    assert (invitation.session.starts_at, invitation.band.starts_at) == (starts_at - 4 * HOUR, band - 4 * HOUR)
    assert (invitation.state, invitation.answer) == ("sent", "silent")
    assert "10:00" in Message.objects.get(candidate=invitation.application.candidate).body


@pytest.mark.attack("A156")
def test_an_office_without_people_to_come_and_one_whose_zone_stays_ask_nothing(client, invitation):
    empty = world.office()

    assert saved(client, empty).status_code == 302
    assert saved(client, invitation.session.office, time_zone="Europe/Moscow").status_code == 302
    assert Message.objects.count() == 0


@pytest.mark.attack("A156")
def test_a_session_that_would_move_into_the_past_keeps_everything_as_it_was(client, invitation):
    session = invitation.session
    soon = timezone.now().replace(microsecond=0) + HOUR
    type(session).objects.filter(pk=session.pk).update(starts_at=soon, ends_at=soon + 3 * HOUR)

    answer = saved(client, session.office, people_told="clock")

    assert "The new start has passed." in answer.content.decode()
    assert (Office.objects.get().time_zone, Message.objects.count()) == ("Europe/Moscow", 0)


def test_sessions_that_are_over_are_left_alone(invitation):
    office = invitation.session.office
    later = invitation.session.ends_at + HOUR

    assert carry_out(office, "Europe/Moscow", "moment", later, world.user(Role.ADMIN)) == 0
