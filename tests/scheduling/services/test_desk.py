"""The front desk: arrivals, the fair queue, calls, and taking them back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.states import Stage
from scheduling.models import Invitation, Room
from scheduling.services import desk
from scheduling.services.moves import move
from scheduling.services.replies import confirm
from scheduling.services.sessions import cancel_session
from scheduling.services.waves import invite_one
from scheduling.states import InvitationEvent, InvitationState, LedgerKind, SessionState
from tests.recruit import world
from tests.scheduling.world import (
    MINUTE,
    OPENS,
    by,
    draft,
    group,
    interviewer,
    invited,
    kinds,
    opened,
    recruiter,
    shortlisted,
)

pytestmark = pytest.mark.django_db


def test_the_first_arrival_starts_the_session_and_takes_number_one():
    session, actor = opened(), by(recruiter())
    first, second = invited(session, "Anna"), invited(session, "Boris")

    one = desk.check_in(first, at=OPENS, actor=actor, document_missing=True)
    two = desk.check_in(second, at=OPENS + MINUTE, actor=actor)
    session.refresh_from_db()

    assert session.state == SessionState.RUNNING
    assert (one.state, one.number, one.arrived_at, one.document_missing) == ("arrived", 1, OPENS, True)
    assert (two.number, two.document_missing) == (2, False)
    assert kinds(one) == ["invited", "arrived"]


@pytest.mark.attack("A130")
def test_of_two_desks_that_check_the_same_person_in_one_wins():
    session, actor = opened(), by(recruiter())
    pressed = invited(session)
    pressed_elsewhere = Invitation.objects.get(pk=pressed.pk)

    desk.check_in(pressed, at=OPENS, actor=actor)
    with pytest.raises(TransitionRefusedError):
        desk.check_in(pressed_elsewhere, at=OPENS, actor=actor)

    assert kinds(pressed) == ["invited", "arrived"]


def test_nobody_is_received_by_a_cancelled_session():
    session, user = opened(), recruiter()
    application = shortlisted(session, "Boris")
    cancel_session(session, at=OPENS, by=user)

    with pytest.raises(TransitionRefusedError, match="over"):
        desk.add_walk_in(application, session, at=OPENS, actor=by(user))

    assert not session.invitations.exists()


def test_a_draft_receives_nobody():
    session = draft()

    with pytest.raises(TransitionRefusedError, match="draft"):
        desk.add_walk_in(shortlisted(session), session, at=OPENS, actor=by(recruiter()))

    assert not session.invitations.exists()


def test_an_arrival_taken_back_restores_the_answer_and_keeps_both_in_the_ledger():
    session, actor = opened(), by(recruiter())
    silent, sure = invited(session, "Anna"), invited(session, "Boris")
    confirm(sure, at=OPENS - timedelta(hours=5), actor=actor)
    arrivals = [desk.check_in(one, at=OPENS, actor=actor) for one in (silent, sure)]

    back = [desk.undo_check_in(one, at=OPENS + MINUTE, actor=actor) for one in arrivals]

    assert [one.state for one in back] == [InvitationState.SENT, InvitationState.CONFIRMED]
    assert [one.arrived_at for one in back] == [None, None]
    assert kinds(silent) == ["invited", "arrived", "corrected"]
    assert silent.ledger.get(kind="corrected").corrects == silent.ledger.get(kind="arrived")


def test_who_comes_after_a_no_show_was_noted_keeps_the_earlier_invitation_alone():
    session, later, user = (
        opened(),
        opened(starts_at=OPENS + timedelta(days=2), ends_at=OPENS + timedelta(days=2.1)),
        recruiter(),
    )
    late = invited(session)
    move(late, InvitationEvent.CLOSE, at=OPENS, actor=by(user), kind=LedgerKind.NO_SHOW)
    newer = invite_one(late.application, later, band=later.bands.first(), at=OPENS, by=user)

    came = desk.check_in(late, at=OPENS + timedelta(hours=4), actor=by(user))
    newer.refresh_from_db()

    assert came.state == InvitationState.ARRIVED
    assert came.ledger.get(kind="arrived").data == {"late_entry": True}
    assert (newer.state, newer.sequence) == (InvitationState.CANCELLED, 1)


def test_a_walk_in_is_received_and_moves_to_the_interview_stage():
    session, actor = opened(), by(recruiter())
    application = shortlisted(session)

    walk_in = desk.add_walk_in(application, session, at=OPENS, actor=actor)
    application.refresh_from_db()

    assert (walk_in.state, walk_in.is_walk_in, walk_in.number) == (InvitationState.ARRIVED, True, 1)
    assert application.stage == Stage.INTERVIEW
    assert walk_in.ledger.get().data == {"walk_in": True}


def test_somebody_who_is_invited_is_no_walk_in():
    session, actor = opened(), by(recruiter())
    invitation = invited(session)

    with pytest.raises(ConflictError, match="check them in"):
        desk.add_walk_in(invitation.application, session, at=OPENS, actor=actor)

    assert session.invitations.count() == 1


def test_a_group_with_all_seats_taken_takes_no_walk_in():
    session, actor = group(seats=3), by(recruiter())
    for name in ("Anna", "Boris", "Clara"):
        desk.add_walk_in(shortlisted(session, name), session, at=OPENS, actor=actor)

    with pytest.raises(ConflictError, match="All 3 seats"):
        desk.add_walk_in(shortlisted(session, "Dan"), session, at=OPENS, actor=actor)

    assert session.invitations.came().count() == 3


def test_the_queue_calls_by_the_later_of_asked_and_come_and_guaranteed_people_first():
    session, actor = opened(), by(recruiter())
    early = invited(session, "Early for ten thirty", band=1)
    on_time = invited(session, "On time for ten", band=0)
    late = invited(session, "Late for ten", band=0)
    promised = invited(session, "Promised for eleven", band=2)
    Invitation.objects.filter(pk=promised.pk).update(guaranteed=True)
    promised.refresh_from_db()
    for invitation, minutes in ((early, -10), (on_time, 0), (late, 40), (promised, 41)):
        desk.check_in(invitation, at=OPENS + minutes * MINUTE, actor=actor)
    walk_in = desk.add_walk_in(shortlisted(session, "From the street"), session, at=OPENS + 35 * MINUTE, actor=actor)

    queue = desk.waiting(session)

    assert [one.pk for one in queue] == [promised.pk, on_time.pk, early.pk, walk_in.pk, late.pk]


def test_calling_out_of_turn_needs_a_reason_and_the_ledger_keeps_it():
    session, actor = opened(), by(recruiter())
    first, second = invited(session, "Anna"), invited(session, "Boris")
    for minutes, one in enumerate((first, second)):
        desk.check_in(one, at=OPENS + minutes * MINUTE, actor=actor)

    with pytest.raises(InvalidInputError) as refusal:
        desk.start(second, at=OPENS + 2 * MINUTE, actor=actor, reason=" ")
    called = desk.start(second, at=OPENS + 2 * MINUTE, actor=actor, reason="with a child")

    assert refusal.value.field == "reason"
    assert called.ledger.get(kind="started").data == {"interviewer": None, "jumped": True, "reason": "with a child"}


def test_the_next_person_goes_to_the_interviewer_who_is_free_longest():
    room, people, actor = None, [interviewer("Igor"), interviewer("Inna")], by(recruiter())
    office = world.office()
    room = Room.objects.create(office=office, name="1")
    session = opened(office=office, interviewers=people, rooms=[room])
    ones = [invited(session, name) for name in ("Anna", "Boris", "Clara", "Dan")]
    for minutes, one in enumerate(ones):
        desk.check_in(one, at=OPENS + minutes * MINUTE, actor=actor)

    first = desk.call_next(session, at=OPENS + 5 * MINUTE, actor=actor)
    second = desk.call_next(session, at=OPENS + 6 * MINUTE, actor=actor)
    with pytest.raises(ConflictError, match="busy"):
        desk.call_next(session, at=OPENS + 7 * MINUTE, actor=actor)
    desk.finish(second, at=OPENS + 20 * MINUTE, actor=actor)
    desk.finish(first, at=OPENS + 25 * MINUTE, actor=actor)
    third = desk.call_next(session, at=OPENS + 26 * MINUTE, actor=actor)

    assert [one.interviewer for one in (first, second, third)] == [people[0], people[1], people[1]]
    assert [one.room for one in (first, second)] == [room, None]
    assert first.pk == ones[0].pk


def test_an_empty_queue_has_no_next_person():
    session = opened()

    with pytest.raises(ConflictError, match="Nobody is waiting"):
        desk.call_next(session, at=OPENS, actor=by(recruiter()))


def test_a_call_without_named_interviewers_names_none():
    session, actor = opened(), by(recruiter())
    desk.check_in(invited(session), at=OPENS, actor=actor)

    called = desk.call_next(session, at=OPENS, actor=actor)

    assert (called.state, called.interviewer) == (InvitationState.IN_INTERVIEW, None)


def test_a_call_taken_back_puts_the_person_into_the_old_place():
    session, actor = opened(), by(recruiter())
    first, second = invited(session, "Anna"), invited(session, "Boris")
    for one in (first, second):
        desk.check_in(one, at=OPENS, actor=actor)
    called = desk.call_next(session, at=OPENS + MINUTE, actor=actor)

    desk.undo_start(called, at=OPENS + 2 * MINUTE, actor=actor)

    assert [one.pk for one in desk.waiting(session)] == [first.pk, second.pk]
    assert kinds(first) == ["invited", "arrived", "started", "corrected"]


@pytest.mark.parametrize(
    ("verb", "state", "kind"),
    [(desk.leave, "left_unseen", "left_unseen"), (desk.turn_away, "turned_away", "turned_away")],
    ids=["leave", "turn_away"],
)
def test_who_is_here_may_leave_or_be_sent_away_unseen(verb, state, kind):
    session, actor = opened(), by(recruiter())
    here = desk.check_in(invited(session), at=OPENS, actor=actor)

    gone = verb(here, at=OPENS + 50 * MINUTE, actor=actor)

    assert (gone.state, gone.settled_at) == (state, OPENS + 50 * MINUTE)
    assert kinds(gone) == ["invited", "arrived", kind]


def test_the_last_press_of_a_person_is_taken_back_newest_first():
    session, user = opened(), recruiter()
    here = desk.check_in(invited(session), at=timezone.now(), actor=by(user))
    desk.call_next(session, at=timezone.now(), actor=by(user))

    states = [desk.undo_last(session, by=user).state for _ in range(2)]

    assert states == [InvitationState.ARRIVED, InvitationState.SENT]
    assert kinds(here) == ["invited", "arrived", "started", "corrected", "corrected"]
    with pytest.raises(ConflictError, match="nothing to take back"):
        desk.undo_last(session, by=user)


def test_nobody_takes_back_what_another_person_pressed():
    session = opened()
    here = desk.check_in(invited(session), at=OPENS, actor=by(recruiter()))

    with pytest.raises(ConflictError):
        desk.undo_last(session, by=recruiter())

    here.refresh_from_db()
    assert here.state == InvitationState.ARRIVED
