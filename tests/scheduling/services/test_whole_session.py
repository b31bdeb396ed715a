"""A session gets another time in one way, whatever page asks for it."""

from datetime import timedelta

import pytest

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.messaging.outbox import post
from recruit.models import Channel, Message, MessageKind
from scheduling.models import InterviewSession, Invitation
from scheduling.services import changes, desk, replies, whole_session
from scheduling.services.sessions import change_session_state
from scheduling.states import SessionEvent, SessionState
from tests.scheduling.world import DAY_BEFORE, MINUTE, OPENS, by, draft, invited, opened, recruiter

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def from_live(session, start, at=DAY_BEFORE):
    return whole_session.move_session(session, starts_at=start, at=at, actor=by(recruiter()))


def from_form(session, start, at=DAY_BEFORE):
    return changes.change_session(session, starts_at=start, at=at, actor=by(recruiter()), title="Second shift")


both = pytest.mark.parametrize("move", [from_live, from_form])


@both
def test_a_move_from_either_page_leaves_the_same_behind(move):
    session = opened()
    invitation = invited(session, email="anna@mail.test")
    replies.confirm(invitation, at=DAY_BEFORE, actor=by(recruiter()))
    InterviewSession.objects.filter(pk=session.pk).update(answer_by=OPENS.date())

    told = move(session, OPENS + HOUR)

    invitation.refresh_from_db()
    session.refresh_from_db()
    entry = invitation.ledger.order_by("pk").last()
    assert told == whole_session.Changed(moved=(invitation.pk,))
    assert (session.starts_at, session.answer_by) == (OPENS + HOUR, None)
    assert (invitation.state, invitation.answer, invitation.sequence) == ("sent", "silent", 1)
    assert (entry.kind, entry.data) == ("moved", {"minutes": 60})
    assert list(Message.objects.order_by("pk").values_list("kind", "calendar_method")) == [
        ("invitation", "REQUEST"),
        ("update", "REQUEST"),
    ]


@both
def test_a_reminder_of_the_old_time_that_still_waits_is_dropped(move):
    session = opened()
    invitation = invited(session, email="anna@mail.test")
    reminder = post(
        effect_key="r", kind=MessageKind.REMINDER, channel=Channel.EMAIL, candidate=invitation.application.candidate,
        about="scheduling.Invitation", about_id=invitation.pk, subject="r", body="r", not_before=OPENS,
    )  # fmt: skip

    move(session, OPENS + HOUR)

    reminder.refresh_from_db()
    assert (reminder.state, reminder.error) == ("dropped", "moved")


def test_two_moves_within_a_second_have_a_rising_sequence_and_a_rising_dtstamp():
    session = opened()
    invitation = invited(session, email="anna@mail.test")
    seen = [(invitation.sequence, invitation.dtstamp)]

    for hours in (1, 2):
        from_live(session, OPENS + hours * HOUR)
        invitation.refresh_from_db()
        seen.append((invitation.sequence, invitation.dtstamp))

    first = seen[0][1]
    assert seen == [(0, first), (1, first + timedelta(seconds=1)), (2, first + timedelta(seconds=2))]


def test_a_running_session_moves_while_nobody_has_come():
    session = opened()
    invitation = invited(session)
    change_session_state(session, SessionEvent.START)

    from_live(session, OPENS + 2 * HOUR, at=OPENS + MINUTE)

    assert (session.state, session.starts_at) == (SessionState.RUNNING, OPENS + 2 * HOUR)
    assert Invitation.objects.get(pk=invitation.pk).sequence == 1
    desk.check_in(Invitation.objects.get(), at=OPENS + 2 * HOUR, actor=by(recruiter()))
    with pytest.raises(ConflictError):
        from_live(session, OPENS + 4 * HOUR, at=OPENS + 2 * HOUR)


def test_a_draft_moves_with_its_arrival_times():
    session = draft()
    before = list(session.bands.values_list("starts_at", flat=True))

    from_live(session, OPENS + 30 * MINUTE)

    assert list(session.bands.values_list("starts_at", flat=True)) == [one + 30 * MINUTE for one in before]


def test_what_is_over_or_called_off_does_not_move():
    session = opened()
    change_session_state(session, SessionEvent.CANCEL)

    with pytest.raises(TransitionRefusedError):
        from_live(session, OPENS + HOUR)


@pytest.mark.parametrize("hours", [0, -48])
def test_the_same_start_and_one_that_has_passed_are_refused_at_the_field(hours):
    with pytest.raises(InvalidInputError) as refused:
        from_live(opened(), OPENS + hours * HOUR)

    assert refused.value.field == "starts_at"
