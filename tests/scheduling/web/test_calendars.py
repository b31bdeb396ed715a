"""The pages of calendars: addresses, busy times, hours, mail, a session's time and people."""

from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruit import contrib
from recruit.permissions import Role
from scheduling.models import BusyCalendar, BusyTime, Feed, IncomingMail, MailRules, OfficeHours, OwnHours, Room
from scheduling.services.clashes import look_for_clashes
from scheduling.services.feed_addresses import path_of, url_of
from scheduling.services.sessions import cancel_session
from scheduling.web.calendar_tiles import find_alarms
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, OPENS, interviewer, invited, opened

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(DAY_BEFORE, tick=False):
        yield


@pytest.fixture
def office():
    return world.office(name="Main")


@pytest.fixture
def staff(client, office):
    team = world.team()
    team.offices.add(office)
    user = world.user(Role.LEAD, teams=(team,), language="en", time_zone="Europe/Moscow")
    client.force_login(user)
    return user


def igor_of(office, **fields):
    person = interviewer("Igor")
    person.offices.add(office)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


def test_an_address_is_made_shown_with_a_code_rotated_and_revoked(client, staff, office):
    made = client.post(
        reverse("calendar-new"), {"subject": f"office:{office.pk}", "detail": "people", "color": "olive"}
    )
    feed = Feed.objects.get()
    page = client.get(made.headers["Location"])

    assert (feed.office, feed.detail, feed.color, feed.owner) == (office, "people", "olive", staff)
    assert (url_of(feed) in page.content.decode(), page.content.count(b"<svg") > 1) == (True, True)
    old = path_of(feed)
    client.post(reverse("calendar-act", args=[feed.pk]), {"what": "rotate"})
    feed.refresh_from_db()
    assert (feed.version, path_of(feed) != old) == (1, True)
    client.post(reverse("calendar-act", args=[feed.pk]), {"what": "gzip"})
    client.post(reverse("calendar-act", args=[feed.pk]), {"what": "revoke"})
    assert (client.get(path_of(feed)).status_code, Feed.objects.get().gzip) == (404, False)
    assert client.get(reverse("calendars")).context["feeds"].count() == 0


@pytest.mark.parametrize("subject", ["office:999", "nonsense", "", "interviewer:1"])
def test_an_address_of_what_one_cannot_see_is_refused_at_its_field(client, staff, subject):
    answer = client.post(reverse("calendar-new"), {"subject": subject, "detail": "counts", "color": "teal"})

    assert (answer.status_code, list(answer.context["form"].errors), Feed.objects.count()) == (422, ["subject"], 0)


def test_nobody_opens_the_address_of_somebody_else(client, staff, office):
    client.post(reverse("calendar-new"), {"subject": "recruiter", "detail": "busy", "color": "teal"})
    feed = Feed.objects.get()
    client.force_login(world.user(Role.ADMIN))

    assert client.get(reverse("calendar-how-to", args=[feed.pk])).status_code == 404
    assert client.post(reverse("calendar-act", args=[feed.pk]), {"what": "revoke"}).status_code == 404


def test_an_interviewer_sees_their_own_calendars_alone(client, office):
    person = world.user(Role.INTERVIEWER)
    own, other = igor_of(office, user=person), igor_of(office)
    client.force_login(person)

    added = client.post(
        reverse("busy-calendar-new"), {"owner": f"interviewer:{own.pk}", "url": "webcal://cal.test/a.ics"}
    )
    refused = client.post(
        reverse("busy-calendar-new"), {"owner": f"interviewer:{other.pk}", "url": "https://cal.test/b"}
    )

    assert (added.status_code, refused.status_code) == (302, 422)
    assert list(BusyCalendar.objects.values_list("interviewer", "url")) == [(own.pk, "https://cal.test/a.ics")]
    assert client.get(reverse("own-hours", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("url", ["ftp://x/y", "javascript:alert(1)", "https://a b", "x"])
def test_what_is_no_web_address_is_refused(client, staff, office, url):
    answer = client.post(reverse("busy-calendar-new"), {"owner": f"interviewer:{igor_of(office).pk}", "url": url})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["url"])
    assert BusyCalendar.objects.count() == 0


def test_the_page_of_busy_calendars_shows_the_host_and_never_the_secret(client, staff, office):
    row = BusyCalendar.objects.create(
        interviewer=igor_of(office), url="https://calendar.test/private-abc/basic.ics", next_read_at=OPENS,
        error="The address answers 500.", remarks=[{"what": "zone", "name": "Mars/Base", "count": 2}],
    )  # fmt: skip

    page = client.get(reverse("busy-calendars")).content.decode()

    assert ("calendar.test" in page, "private-abc" in page, "Mars/Base" in page, "answers 500" in page) == (
        True, False, True, True,
    )  # fmt: skip
    client.post(reverse("busy-calendar-act", args=[row.pk]), {"what": "switch"})
    assert BusyCalendar.objects.get().is_on is False
    client.post(reverse("busy-calendar-act", args=[row.pk]), {"what": "read"})
    client.post(reverse("busy-calendar-act", args=[row.pk]), {"what": "forget"})
    assert BusyCalendar.objects.count() == 0


def test_hours_are_written_and_wrong_ones_refused_at_their_day(client, staff, office):
    person = igor_of(office)
    own, shared = reverse("own-hours", args=[person.pk]), reverse("office-hours", args=[office.pk])

    wrong = client.post(own, {"from1": "18:00", "to1": "09:00", "from2": "09:00"})
    client.post(own, {"from1": "09:00", "to1": "18:00"})
    client.post(shared, {"from4": "10:00", "to4": "16:30"})

    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (422, ["to1", "to2"])
    assert list(OwnHours.objects.values_list("weekday", "starts", "ends")) == [(1, time(9), time(18))]
    assert list(OfficeHours.objects.values_list("weekday", "opens", "closes")) == [(4, time(10), time(16, 30))]
    assert client.get(own).context["form"].days()[1]["start"].value() == time(9)


def test_hours_that_another_wrote_meanwhile_are_not_written_over(client, staff, office):
    person = igor_of(office)
    path = reverse("own-hours", args=[person.pk])
    seen = client.get(path).context["form"].seen_value
    client.post(path, {"from1": "09:00", "to1": "18:00", "from2": "10:00", "to2": "12:00", "seen": seen})

    refused = client.post(path, {"from1": "08:00", "to1": "18:00", "seen": seen})
    kept = list(person.hours.values_list("weekday", "starts", "ends"))
    again = refused.context["form"].seen_value
    client.post(path, {"from1": "08:00", "to1": "18:00", "seen": again})

    assert f"{staff} changed this meanwhile: Monday: From." in refused.content.decode().replace("Tuesday", "Monday")
    assert kept == [(1, time(9), time(18)), (2, time(10), time(12))]
    assert list(person.hours.values_list("weekday", "starts", "ends")) == [(1, time(8), time(18))]


def test_a_change_of_a_session_by_another_is_told_and_kept(client, staff, office):
    session = opened(office=office)
    path = reverse("session-people", args=[session.pk])
    seen = client.get(path).context["form"].seen_value
    client.post(path, change(session, title="Theirs", seen=seen))

    refused = client.post(path, change(session, title="Ours", seen=seen))
    session.refresh_from_db()

    assert (refused.status_code, session.title) == (422, "Theirs")
    assert f"{staff} changed this meanwhile: Title." in refused.content.decode()


def test_the_mail_page_shows_outcomes_and_keeps_the_rule(client, staff, office):
    invitation = invited(opened(office=office))
    IncomingMail.objects.create(digest="a", source="imap", received_at=DAY_BEFORE, outcome="bounce", invitation=invitation, words="No such user")  # fmt: skip
    IncomingMail.objects.create(digest="b", source="imap", received_at=DAY_BEFORE, outcome="letter", words="of nobody")

    page = client.get(reverse("settings-mail")).content.decode()
    client.post(reverse("settings-mail"), {"accept_free_times": "on"})

    assert ("No such user" in page, "of nobody" in page, MailRules.current().accept_free_times) == (True, False, True)


def change(session, **fields):
    return {"title": session.title, "day": "2026-05-12", "starts": "10:00", "online_link": "", **fields}


def test_a_session_is_moved_and_staffed_on_its_page(client, staff, office):
    person, room = igor_of(office), Room.objects.create(office=office, name="A")
    session = opened(office=office)
    invitation = invited(session, email="anna@mail.test")

    client.post(
        reverse("session-people", args=[session.pk]),
        change(session, starts="11:30", interviewers=[person.pk], rooms=[room.pk]),
    )
    session.refresh_from_db()
    invitation.refresh_from_db()

    assert (session.starts_at, session.ends_at) == (OPENS + 1.5 * HOUR, OPENS + 4.5 * HOUR)
    assert (list(session.interviewers.all()), list(session.rooms.all()), invitation.sequence) == ([person], [room], 1)
    assert invitation.band.starts_at == OPENS + 1.5 * HOUR


def test_a_time_in_the_past_is_refused_at_its_field(client, staff, office):
    session = opened(office=office)

    answer = client.post(reverse("session-people", args=[session.pk]), change(session, day="2020-01-01"))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["day"])


def busy(person, start, end):
    calendar = BusyCalendar.objects.create(interviewer=person, url="https://calendar.test/x", next_read_at=OPENS)
    BusyTime.objects.create(calendar=calendar, starts_at=start, ends_at=end)


def alarms_of(rf, user):
    request = rf.get("/")
    request.user = user
    look_for_clashes(at=DAY_BEFORE)
    return [str(alarm.text) for alarm in find_alarms(request, DAY_BEFORE)]


def test_a_clash_after_the_fact_raises_an_alarm_and_is_replaced_with_one_press(client, rf, staff, office):
    igor, anna = igor_of(office), igor_of(office, name="Anna")
    session = opened(office=office, interviewers=[igor])
    before = alarms_of(rf, staff)
    busy(igor, OPENS, OPENS + HOUR)
    raised = alarms_of(rf, staff)

    page = client.get(reverse("session-people", args=[session.pk]))
    client.post(reverse("session-replace", args=[session.pk]), {"what": "person", "old": igor.pk, "new": anna.pk})

    assert (before, raised) == ([], ["Igor, 12.05 10:00: taken, says the calendar. Free instead: Anna."])
    assert "Anna instead" in page.content.decode()
    assert (list(session.interviewers.all()), alarms_of(rf, staff)) == ([anna], [])


def test_a_room_is_replaced_too(client, staff, office):
    first, second = (Room.objects.create(office=office, name=name) for name in "AB")
    session = opened(office=office, rooms=[first])

    client.post(reverse("session-replace", args=[session.pk]), {"what": "room", "old": first.pk, "new": second.pk})
    again = client.post(reverse("session-replace", args=[session.pk]), {"what": "room", "old": "x", "new": "y"})

    assert (list(session.rooms.all()), again.status_code) == ([second], 404)


def test_a_refusal_and_a_delegation_of_an_interviewer_raise_alarms(rf, staff, office):
    igor = igor_of(office)
    session = opened(office=office, interviewers=[igor])
    session.blocks.create(interviewer=igor, uid="x@turnout", dtstamp=DAY_BEFORE, core="", digest="", answer="declined")
    declined = alarms_of(rf, staff)
    session.blocks.update(answer="delegated", delegate="olga@x.test")

    assert declined == ["Igor declined the session of 12.05 10:00."]
    assert alarms_of(rf, staff) == ["Igor wants olga@x.test to interview instead, 12.05 10:00."]


def test_a_person_who_sends_somebody_else_raises_one_alarm_until_they_were_spoken_to(client, rf, staff, office):
    invitation = invited(opened(office=office), email="anna@mail.test")
    for number in range(2):
        IncomingMail.objects.create(
            digest=str(number), source="x", received_at=DAY_BEFORE, invitation=invitation, outcome="delegated",
            facts={"delegate": "boris@x.test"},
        )  # fmt: skip
    raised = alarms_of(rf, staff)

    page = client.get(reverse("invitation", args=[invitation.pk])).content.decode()
    with time_machine.travel(DAY_BEFORE + HOUR, tick=False):
        client.post(reverse("answer-for", args=[invitation.pk]), {"what": "confirm"})
        settled = alarms_of(rf, staff)

    words = "wants boris@x.test to come to the interview of 12.05 10:00 instead: ask what is meant."
    assert (raised, settled) == ([f"Anna Petrova {words}"], [])
    assert "Wants somebody else to come: boris@x.test" in page


def test_calendars_that_stay_silent_raise_one_alarm(rf, staff, office):
    BusyCalendar.objects.create(interviewer=igor_of(office), url="https://x.test", next_read_at=OPENS, failures=3)

    assert len(alarms_of(rf, staff)) == 1
    assert any(source.name == "calendars" for source in contrib.alarms)


def test_a_session_that_was_called_off_is_reinstated_on_its_page(client, staff, office):
    session = opened(office=office)
    invitation = invited(session, email="anna@mail.test")
    cancel_session(session, at=DAY_BEFORE, by=staff)

    page = client.get(reverse("session-people", args=[session.pk]))
    client.post(reverse("session-reinstate", args=[session.pk]))
    invitation.refresh_from_db()
    again = client.post(reverse("session-reinstate", args=[session.pk]))

    assert (page.context["can_reinstate"], invitation.state, invitation.sequence) == (True, "sent", 2)
    assert again.status_code == 302


@pytest.mark.parametrize("name", ["calendars", "busy-calendars", "settings-mail"])
def test_a_page_costs_the_same_statements_for_one_and_many_rows(client, staff, office, name):
    counts = []
    for number in range(4):
        person = igor_of(office, name=f"P{number}")
        busy(person, OPENS, OPENS + HOUR)
        client.post(reverse("calendar-new"), {"subject": f"interviewer:{person.pk}", "detail": "busy", "color": "teal"})
        invitation = invited(opened(office=office), f"Person {number}")
        IncomingMail.objects.create(digest=f"{name}{number}", source="x", received_at=DAY_BEFORE, invitation=invitation)
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(name))
        counts.append(len(seen))

    assert counts[1] == counts[3]


def test_a_page_of_another_office_is_not_found(client, staff):
    session = opened(office=world.office())

    assert client.get(reverse("session-people", args=[session.pk])).status_code == 404
    assert client.get(reverse("office-hours", args=[session.office_id])).status_code == 404


# -- the door for mail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "given", "status"), [("", "", 404), ("s3cret", "wrong", 404), ("s3cret", "s3cret", 202)]
)
def test_mail_is_taken_from_those_who_know_the_secret(client, settings, secret, given, status):
    settings.INBOUND_SECRET = secret

    answer = client.post(reverse("inbound-mail"), b"From: a@b.test\r\n\r\nHi", content_type="message/rfc822", headers={"x-turnout-secret": given})  # fmt: skip

    assert (answer.status_code, IncomingMail.objects.count()) == (status, int(status == 202))


def test_mail_in_a_form_is_taken_and_an_empty_one_refused(client, settings):
    settings.INBOUND_SECRET = "s3cret"
    headers = {"authorization": "Bearer s3cret"}

    taken = client.post(reverse("inbound-mail"), {"body-mime": "From: a@b.test\r\n\r\nHi"}, headers=headers)
    empty = client.post(reverse("inbound-mail"), {"other": "x"}, headers=headers)

    assert (taken.status_code, empty.status_code, IncomingMail.objects.get().source) == (202, 400, "hook")
