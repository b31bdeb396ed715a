"""Interviewers' own entries, changes of what was announced, and time zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Message
from recruit.permissions import Role
from scheduling.services import changes, replies
from scheduling.services.blocks import sync_blocks
from scheduling.services.sessions import cancel_session
from tests.recruit import world
from tests.scheduling.ics.lints import lint
from tests.scheduling.world import DAY_BEFORE, OPENS, by, interviewer, invited, opened, recruiter

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def igor(name="Igor", *, role=None):
    person = interviewer(name)
    person.email = f"{name.lower()}@staff.test"
    person.user = world.user(role, language="en") if role else None
    person.save()
    return person


def events(messages):
    return [(m.to_address, m.calendar_method, Calendar.from_ical(m.calendar).events[0]) for m in messages]


def told(session, **fields):
    return [
        (to, method, event["SEQUENCE"]) for to, method, event in events(sync_blocks(session, at=DAY_BEFORE, **fields))
    ]


def test_a_block_is_sent_once_and_again_only_when_time_place_or_name_change():
    session = opened(interviewers=[igor()])

    first, again = told(session), told(session)
    invited(session)
    numbers = told(session)
    changes.change_session(session, at=DAY_BEFORE, actor=by(recruiter()), title="Shift two")

    assert (first, again, numbers) == ([("igor@staff.test", "REQUEST", 0)], [], [])
    assert told(session) == [("igor@staff.test", "REQUEST", 1)]


def test_the_day_before_new_numbers_come_with_the_same_sequence_and_a_newer_stamp():
    session = opened(interviewers=[igor()])
    before = events(sync_blocks(session, at=DAY_BEFORE))[0][2]
    invited(session)

    after = events(sync_blocks(session, at=DAY_BEFORE, with_numbers=True))[0][2]

    assert (after["SEQUENCE"], after["DTSTAMP"].dt > before["DTSTAMP"].dt, after["UID"]) == (0, True, before["UID"])
    assert str(after["DESCRIPTION"]).startswith("1 invited, 0 ± ")


def test_who_leaves_the_session_is_called_off_and_who_joins_is_asked():
    first, second = igor(), igor("Anna")
    session = opened(interviewers=[first])
    told(session)
    changes.replace_interviewer(session, first, second, at=DAY_BEFORE)

    assert sorted(told(session)) == [("anna@staff.test", "REQUEST", 0), ("igor@staff.test", "CANCEL", 1)]
    changes.replace_interviewer(session, second, first, at=DAY_BEFORE)
    assert sorted(told(session)) == [("anna@staff.test", "CANCEL", 1), ("igor@staff.test", "REQUEST", 2)]


def test_a_session_that_is_called_off_and_reinstated_tells_its_interviewers():
    session = opened(interviewers=[igor()])
    told(session)
    cancel_session(session, at=DAY_BEFORE, by=recruiter())
    off = told(session)
    changes.reinstate_session(session, at=DAY_BEFORE, actor=by(recruiter()))

    assert (off, told(session)) == ([("igor@staff.test", "CANCEL", 1)], [("igor@staff.test", "REQUEST", 2)])


@pytest.mark.parametrize(("role", "named"), [(Role.INTERVIEWER, True), (None, False), (Role.DESK, False)])
def test_names_stand_in_the_block_of_those_alone_who_may_see_them(role, named):
    session = opened(interviewers=[igor(role=role)])
    invited(session, "Anna Petrova")

    text = sync_blocks(session, at=DAY_BEFORE)[0]

    assert ("Anna Petrova" in text.body, "Anna Petrova" in text.calendar) == (named, named)


def test_an_interviewer_without_an_address_and_a_draft_get_nothing():
    assert told(opened(interviewers=[interviewer("Oleg")])) == []


# -- changes ----------------------------------------------------------------------------------------------------------


def test_a_person_is_called_off_and_reinstated_with_rising_numbers():
    invitation = invited(opened(), email="anna@mail.test")
    actor = by(recruiter())

    changes.cancel_invitation(invitation, at=DAY_BEFORE + HOUR, actor=actor)
    invitation.refresh_from_db()
    changes.reinstate_invitation(invitation, at=DAY_BEFORE + 2 * HOUR, actor=actor)

    sent = Message.objects.filter(candidate=invitation.application.candidate).order_by("pk")
    assert [(m.calendar_method, Calendar.from_ical(m.calendar).events[0]["SEQUENCE"]) for m in sent] == [
        ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2),
    ]  # fmt: skip


def test_nobody_is_reinstated_who_is_invited_elsewhere_or_whose_session_is_over():
    session, actor = opened(), by(recruiter())
    invitation = invited(session)
    changes.cancel_invitation(invitation, at=DAY_BEFORE, actor=actor)
    invitation.refresh_from_db()

    with pytest.raises(TransitionRefusedError):
        changes.reinstate_invitation(invitation, at=OPENS + 9 * HOUR, actor=actor)
    from scheduling.services.waves import invite_one

    other = opened(vacancies=list(session.vacancies.all()))
    invite_one(invitation.application, other, band=other.bands.first(), at=DAY_BEFORE, by=recruiter())
    with pytest.raises(ConflictError):
        changes.reinstate_invitation(invitation, at=DAY_BEFORE, actor=actor)


def test_another_link_keeps_the_answer_and_another_time_asks_anew():
    session, actor = opened(), by(recruiter())
    invitation = invited(session, email="anna@mail.test")
    replies.confirm(invitation, at=DAY_BEFORE, actor=actor)

    changes.change_session(session, at=DAY_BEFORE, actor=actor, online_link="https://meet.test/1")
    invitation.refresh_from_db()
    kept = (invitation.state, invitation.sequence)
    changes.change_session(session, at=DAY_BEFORE, actor=actor, starts_at=OPENS - HOUR)
    invitation.refresh_from_db()

    assert (kept, invitation.state, invitation.sequence) == (("confirmed", 1), "sent", 2)
    with pytest.raises(InvalidInputError):
        changes.change_session(session, at=DAY_BEFORE, actor=actor, starts_at=DAY_BEFORE - HOUR)
    with pytest.raises(InvalidInputError):
        changes.reinstate_session(session, at=OPENS + 99 * HOUR, actor=actor)


# -- time zones -------------------------------------------------------------------------------------------------------

ZONES = {
    "Europe/Moscow": "UTC+3", "Asia/Bangkok": "UTC+7", "Europe/Berlin": "UTC+1", "America/New_York": "UTC-5",
    "Asia/Kolkata": "UTC+5:30", "Asia/Kathmandu": "UTC+5:45", "Pacific/Auckland": "UTC+13", "America/St_Johns": "UTC-3:30",
}  # fmt: skip


@pytest.mark.attack("A154")
@pytest.mark.attack("A157")
@pytest.mark.attack("A158")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "local",
    [
        datetime(2026, 12, 31, 22, 30),  # over the year's end, in some zones in UTC alone
        datetime(2026, 3, 29, 9, 0),  # the day the clocks change in Europe
        datetime(2026, 11, 1, 9, 0),  # and in America
    ],
    ids=str,
)
def test_the_object_is_in_utc_and_the_words_on_the_clock_of_the_office(zone, local):
    start = local.replace(tzinfo=ZoneInfo(zone))
    session = opened(office=world.office(time_zone=zone, city="Town"), starts_at=start, ends_at=start + HOUR, target=1)
    invitation = invited(session, "Somchai", email="s@mail.test", language="en")

    message = Message.objects.get(candidate=invitation.application.candidate)
    event = Calendar.from_ical(message.calendar).events[0]

    assert event["DTSTART"].to_ical() == start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode()
    assert (lint(message.calendar), f"{local:%H:%M}" in message.body) == ([], True)
    minutes = int(start.utcoffset().total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    offset = f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
    assert f"on the clock of Town ({offset})" in message.body
    if local.month == 12:
        assert offset == ZONES[zone]
