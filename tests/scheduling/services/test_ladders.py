"""The reminder ladder: each step once, at its time, never by night, never after a decline, anew after a move."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recruit.models import Channel, Company, Message, MessageKind
from scheduling.models import Interviewer, Invitation, LadderMark, Scorecard
from scheduling.services import ladders
from scheduling.services.closing import settle
from scheduling.services.experiments import Trials
from scheduling.services.ladders import climb, company_ladder, due_at, ladder_for, remind_of_marks
from scheduling.services.replies import confirm, decline, move_to_band
from scheduling.services.scorecards import default_template
from tests.recruit import world
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MAIL, PHONE = "anna@mail.test", "+79990001122"


@pytest.fixture
def invitation():
    """Invited yesterday at ten for today at ten (Moscow)."""
    return day.invited(day.opened(), email=MAIL, phone=PHONE)


def steps() -> list[str]:
    return sorted(LadderMark.objects.values_list("code", flat=True))


def sent() -> list[tuple[str, str]]:
    rows = Message.objects.filter(kind=MessageKind.REMINDER).order_by("created_at", "effect_key")
    return [(row.effect_key.rpartition(":")[2], row.channel) for row in rows]


def test_the_whole_ladder_of_a_silent_person_step_by_step(invitation):
    for hours in range(26):
        climb(at=day.DAY_BEFORE + hours * HOUR)

    assert sorted(sent()) == [("ask", "sms"), ("call", "call"), ("day-before", "email"), ("on-your-way", "sms")]
    due = [mark.at for mark in LadderMark.objects.order_by("at")]
    assert due == [day.DAY_BEFORE, day.DAY_BEFORE, day.DAY_BEFORE + 4 * HOUR, day.DAY_BEFORE + 22 * HOUR]
    invitation.refresh_from_db()
    assert (invitation.reminders, day.kinds(invitation).count("reminded")) == (3, 3)


def test_a_step_is_done_once_however_often_it_is_looked_for(invitation):
    for _ in range(5):
        climb(at=day.DAY_BEFORE)

    assert steps() == ["ask", "day-before"]
    assert Message.objects.filter(kind=MessageKind.REMINDER).count() == 2


def test_of_two_workers_who_see_the_same_step_one_does_it(invitation):
    step = company_ladder().steps.get(code="ask")
    stale = Invitation.objects.select_related("session__office", "band", "application__candidate").get()

    assert [ladders._do(step, one, Trials({}), at=day.DAY_BEFORE) for one in (stale, stale)] == [1, 0]


def test_who_confirmed_is_neither_asked_nor_called_but_reminded(invitation):
    confirm(invitation, at=day.DAY_BEFORE, actor=day.person())

    for hours in range(26):
        climb(at=day.DAY_BEFORE + hours * HOUR)

    assert sorted(name for name, _ in sent()) == ["day-before", "on-your-way"]


def test_nobody_is_reminded_after_a_decline_and_what_waits_is_dropped(invitation):
    climb(at=day.DAY_BEFORE)
    decline(invitation, at=day.DAY_BEFORE, actor=day.person())

    for hours in range(1, 26):
        climb(at=day.DAY_BEFORE + hours * HOUR)

    assert steps() == ["ask", "day-before"]
    rows = Message.objects.filter(kind=MessageKind.REMINDER)
    assert set(rows.values_list("state", "error")) == {("dropped", "declined")}


def test_a_decline_at_the_very_moment_wins(invitation):
    step = company_ladder().steps.get(code="day-before")
    stale = Invitation.objects.select_related("session__office", "band", "application__candidate").get()
    decline(invitation, at=day.DAY_BEFORE, actor=day.person())

    assert (ladders._do(step, stale, Trials({}), at=day.DAY_BEFORE), sent()) == (0, [])


def test_a_moved_person_climbs_anew_with_the_new_time(invitation):
    climb(at=day.DAY_BEFORE)
    band = invitation.session.bands.all()[2]
    moved = move_to_band(invitation, band, at=day.DAY_BEFORE + HOUR, actor=day.person())

    climb(at=day.DAY_BEFORE + 2 * HOUR)

    assert set(LadderMark.objects.values_list("code", "sequence")) == {
        ("ask", 0),
        ("day-before", 0),
        ("ask", 1),
        ("day-before", 1),
    } - (
        set() if due_at(company_ladder().steps.get(code="day-before"), moved) >= moved.dtstamp else {("day-before", 1)}
    )
    waiting = Message.objects.filter(kind=MessageKind.REMINDER, state="new")
    assert {row.effect_key.split(":")[2] for row in waiting} == {"1"}


@pytest.mark.parametrize(("hour", "waits"), [(20, 0), (21, 11), (23, 9), (2, 6), (7, 1), (8, 0)])
def test_what_falls_into_the_night_waits_for_the_morning_of_the_office(invitation, hour, waits):
    moscow = invitation.session.office.zone
    moment = day.DAY_BEFORE.astimezone(moscow).replace(hour=hour)

    assert ladders.after_quiet(moment, company_ladder(), invitation) - moment == waits * HOUR


def test_a_step_that_was_missed_by_hours_is_left_out(invitation):
    climb(at=day.DAY_BEFORE + 6 * HOUR)

    assert steps() == ["call"]


def test_who_is_invited_late_gets_only_the_steps_that_are_still_ahead():
    session = day.opened()
    application = day.shortlisted(session, email=MAIL, phone=PHONE)
    from scheduling.services.waves import invite_one

    invite_one(application, session, band=session.bands.last(), at=day.OPENS - 2 * HOUR, by=day.recruiter())

    climb(at=day.OPENS - 2 * HOUR)

    assert [name for name, _ in sent()] == ["ask"]


def test_a_person_without_a_phone_is_not_asked_twice_by_mail_and_one_without_anything_is_called():
    session = day.opened()
    day.invited(session, "Only Mail", email=MAIL)
    day.invited(session, "Nothing", band=1)

    for hours in range(26):
        climb(at=day.DAY_BEFORE + hours * HOUR)

    assert sorted(sent()) == [("call", "call"), ("call", "call"), ("day-before", "email"), ("on-your-way", "email")]


def test_a_vacancy_has_a_ladder_of_its_own_and_may_switch_it_off(invitation):
    own = ladder_for(invitation.application.vacancy)
    assert own.steps.count() == company_ladder().steps.count()
    own.is_on = False
    own.save()

    climb(at=day.DAY_BEFORE)

    assert (sent(), ladder_for(invitation.application.vacancy).pk) == ([], own.pk)


@pytest.mark.parametrize("language", ["en", "ru", "th"])
@pytest.mark.parametrize("says", ladders.StepText.values)
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS, Channel.CALL])
def test_every_text_is_there_in_every_language_with_the_persons_own_link(invitation, language, says, channel):
    from dataclasses import replace

    from scheduling.services.views import candidate_view

    view = replace(candidate_view(invitation), language=language)

    subject, body = ladders.reminder_text(view, ladders.StepText(says), channel)

    assert (len(subject) > 5, len(body) > 20, "{" in body) == (True, True, False)
    assert (view.link in body) is (channel != Channel.CALL)


def test_what_fell_due_between_a_backup_and_its_restore_is_not_sent_again(invitation):
    Company.objects.update(backup_made_at=day.DAY_BEFORE - HOUR, restored_at=day.DAY_BEFORE + HOUR)

    climb(at=day.DAY_BEFORE + 2 * HOUR)

    assert sent() == []


def test_climbing_costs_the_same_for_one_and_for_many(django_assert_max_num_queries):
    session = day.opened()
    for number in range(4):
        day.invited(session, f"P {number}", email=f"p{number}@mail.test")
    company_ladder()

    with django_assert_max_num_queries(8):
        climb(at=day.DAY_BEFORE - HOUR)


# -- marks ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(invitation):
    user = world.user("interviewer")
    interviewer = Interviewer.objects.create(name="Igor", user=user)
    settle(invitation, "came", at=day.OPENS, by=day.recruiter())
    Invitation.objects.update(interviewer=interviewer, finished_at=day.OPENS)
    return interviewer


def test_an_interviewer_is_reminded_of_missing_marks_once(held):
    reminded = [remind_of_marks(at=day.OPENS + hours * HOUR) for hours in (1, 3, 4, 30)]

    assert reminded == [0, 1, 0, 0]
    row = Message.objects.get(user=held.user)
    assert (row.to_address, row.kind) == (held.user.email, "reminder")


def test_who_has_written_the_marks_is_left_alone(held):
    Scorecard.objects.create(
        invitation=Invitation.objects.get(), author=held, template=default_template(), submitted_at=day.OPENS
    )

    assert remind_of_marks(at=day.OPENS + 3 * HOUR) == 0
