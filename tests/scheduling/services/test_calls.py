"""Calling: who is due and in which order, what each outcome does, and that the forecast is told."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import Application, Candidate, Company, Message
from recruit.permissions import Role
from recruit.states import Stage
from scheduling.models import CallOutcome, Invitation, PhoneCall
from scheduling.services import call_outcomes, calls
from scheduling.services.bands import best_bands
from scheduling.states import Answer, InvitationState
from tests.recruit import world
from tests.scheduling.web import soon

pytestmark = pytest.mark.django_db
PHONE = "+79005550101"


def admin():
    return world.user(Role.ADMIN)


def ring(row: Invitation, outcome: str, *, at: datetime | None = None, **more) -> PhoneCall:
    return call_outcomes.record_call(
        application=row.application, invitation=row, outcome=outcome, at=at or timezone.now(), by=admin(), **more
    )


@pytest.mark.parametrize(
    ("outcome", "state", "answer", "reason"),
    [
        ("comes", InvitationState.CONFIRMED, Answer.CONFIRMED, ""),
        ("unsure", InvitationState.SENT, Answer.UNSURE, ""),
        ("moves", InvitationState.SENT, Answer.ASKED_TO_MOVE, ""),
        ("not_coming", InvitationState.DECLINED, Answer.DECLINED, ""),
        ("has_job", InvitationState.DECLINED, Answer.DECLINED, "another_job"),
        ("no_answer", InvitationState.SENT, Answer.SILENT, ""),
        ("wrong_number", InvitationState.SENT, Answer.SILENT, ""),
    ],
)
def test_each_outcome_is_an_answer_of_the_invitation(outcome, state, answer, reason):
    row = soon.invited(soon.session(is_open=True), "Anna Petrova", phone=PHONE)

    call = ring(row, outcome)

    row.refresh_from_db()
    assert (row.state, row.answer, row.decline_reason, call.outcome) == (state, answer, reason, outcome)


def test_a_yes_raises_the_forecast_and_a_no_lowers_it():
    session = soon.session(is_open=True)
    yes, no = (soon.invited(session, name, phone=f"+7900555010{n}") for n, name in enumerate(("Anna", "Boris")))

    first, second = ring(yes, "comes"), ring(no, "not_coming")

    assert first.mean_after > first.mean_before
    assert second.mean_before == pytest.approx(first.mean_after, abs=1e-3)
    assert second.mean_after < second.mean_before


def test_somebody_taken_in_triage_is_called_first_and_the_newest_of_them_before_the_others():
    session = soon.session(is_open=True)
    silent = soon.invited(session, "Anna Petrova", phone=PHONE)
    older, newer = (soon.taken(session.vacancies.first(), name, phone=f"+7900555020{n}") for n, name in enumerate("BC"))
    Application.objects.filter(pk=older.pk).update(triaged_at=timezone.now() - timedelta(hours=3))

    order = calls.dial_order(admin(), at=soon.noon(session.office, 0))

    assert [one.key for one in order] == [f"a{newer.pk}", f"a{older.pk}", f"i{silent.pk}"]


def test_nobody_is_due_who_must_not_be_contacted_or_has_no_number_that_works():
    session = soon.session(is_open=True)
    quiet = soon.invited(session, "Anna", phone=PHONE)
    wrong = soon.invited(session, "Boris", phone="+79005550202")
    soon.invited(session, "Vera", email="vera@mail.test")
    Candidate.objects.filter(pk=quiet.application.candidate_id).update(do_not_contact=True)
    ring(wrong, "wrong_number")

    assert calls.dial_order(admin(), at=timezone.now()) == []


def test_call_at_puts_the_person_off_until_then_and_in_front_from_then_on():
    session = soon.session(is_open=True)
    later, other = (soon.invited(session, name, phone=f"+7900555030{n}") for n, name in enumerate(("Anna", "Boris")))
    now = soon.noon(session.office, 0)
    ring(later, "call_at", at=now, call_at=now + timedelta(hours=2))

    before = calls.dial_order(admin(), at=now + timedelta(hours=1))
    after = calls.dial_order(admin(), at=now + timedelta(hours=3))

    assert [one.key for one in before] == [f"i{other.pk}"]
    assert [one.key for one in after] == [f"i{later.pk}", f"i{other.pk}"]


def test_call_at_needs_an_hour_that_lies_ahead_and_writes_nothing_without_one():
    row = soon.invited(soon.session(is_open=True), "Anna", phone=PHONE)

    with pytest.raises(InvalidInputError) as refused:
        ring(row, "call_at", call_at=timezone.now() - timedelta(minutes=1))

    assert refused.value.field == "call_at"
    assert PhoneCall.objects.count() == 0


def test_after_three_vain_calls_one_message_goes_and_the_person_leaves_the_list():
    session = soon.session(is_open=True)
    row = soon.invited(session, "Anna", phone=PHONE)
    Message.objects.all().delete()

    for number in range(3):
        assert Message.objects.count() == 0
        ring(row, "no_answer", at=timezone.now() + timedelta(minutes=number))
        row.refresh_from_db()

    message = Message.objects.get()
    assert (message.channel, message.candidate_id, row.calls) == ("sms", row.application.candidate_id, 3)
    assert "/i/" in message.body
    assert calls.dial_order(admin(), at=timezone.now()) == []


def test_the_number_of_vain_calls_is_the_companys():
    Company.objects.update_or_create(pk=1, defaults={"name": "Vesna", "call_attempts": 1})
    row = soon.invited(soon.session(is_open=True), "Anna", phone=PHONE)
    Message.objects.all().delete()

    ring(row, "no_answer")

    assert Message.objects.count() == 1


def test_booking_on_the_line_invites_confirms_and_sends_the_link():
    session = soon.session(is_open=True)
    row = soon.taken(session.vacancies.first(), "Anna", phone=PHONE)
    offer = best_bands(admin(), at=timezone.now(), application=row)[0]

    call = call_outcomes.record_call(
        application=row,
        invitation=None,
        outcome=CallOutcome.BOOKED,
        at=timezone.now(),
        by=admin(),
        session=offer.session,
        band=offer.band,
    )

    invitation = Invitation.objects.get()
    row.refresh_from_db()
    assert (invitation.state, invitation.band_id, call.invitation_id) == ("confirmed", offer.band.pk, invitation.pk)
    assert (row.stage, row.first_contact_at) == (Stage.INTERVIEW, call.at)
    assert Message.objects.filter(kind="invitation").count() == 1


def test_a_person_not_invited_who_says_no_leaves_the_pipeline_with_the_reason():
    session = soon.session(is_open=True)
    row = soon.taken(session.vacancies.first(), "Anna", phone=PHONE)

    call_outcomes.record_call(application=row, invitation=None, outcome="has_job", at=timezone.now(), by=admin())

    row.refresh_from_db()
    assert (row.stage, row.closing_reason) == (Stage.WITHDRAWN, "found another job")


def test_moving_on_the_line_keeps_the_link_and_tells_the_new_time():
    session = soon.session(is_open=True)
    row = soon.invited(session, "Anna", phone=PHONE)
    band = session.bands.all()[3]

    ring(row, "moves", band=band)

    public = row.public_id
    row.refresh_from_db()
    assert (row.band_id, row.answer, row.public_id, row.sequence) == (band.pk, Answer.CONFIRMED, public, 1)
    assert Message.objects.filter(kind="update").count() == 1


def test_somebody_who_must_not_be_contacted_is_refused_a_call():
    row = soon.invited(soon.session(is_open=True), "Anna", phone=PHONE)
    Candidate.objects.update(do_not_contact=True)
    row.application.candidate.refresh_from_db()

    with pytest.raises(TransitionRefusedError):
        ring(row, "comes")


def test_three_times_are_offered_where_the_most_room_is_left():
    session = soon.session(is_open=True)
    for number in range(4):
        row = soon.invited(session, f"Person {number}", band=0, phone=f"+790055504{number:02d}")
        Invitation.objects.filter(pk=row.pk).update(answer=Answer.CONFIRMED, state=InvitationState.CONFIRMED)
    new = soon.taken(session.vacancies.first(), "Anna", phone=PHONE)

    offers = best_bands(admin(), at=timezone.now(), application=new)

    bands = list(session.bands.all())
    assert [offer.band for offer in offers] == bands[1:4]


def test_the_time_to_the_first_contact_is_the_median_of_the_last_week():
    session = soon.session(is_open=True)
    now = timezone.now()
    for number, minutes in enumerate((30, 60, 600)):
        row = soon.taken(session.vacancies.first(), f"Person {number}", phone=f"+790055505{number:02d}")
        Application.objects.filter(pk=row.pk).update(applied_at=now - timedelta(minutes=minutes), first_contact_at=now)

    assert calls.first_contact_minutes(admin(), at=now) == (60.0, 3)


@pytest.mark.parametrize(("hour", "quiet"), [(8, True), (9, False), (19, False), (20, True)])
def test_nobody_is_rung_early_or_late_on_the_offices_clock(hour, quiet):
    office = world.office(time_zone="Asia/Bangkok")
    at = soon.noon(office).replace(hour=hour)

    assert calls.is_quiet(at, office.zone) is quiet
