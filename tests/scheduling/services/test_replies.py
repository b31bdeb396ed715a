"""What invited people answer, and what it changes."""

from datetime import timedelta

import pytest

from recruit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from scheduling.models import Invitation
from scheduling.services import replies
from scheduling.services.links import invitation_of, path_of, token_of, url_of
from scheduling.states import Answer, InvitationState, MoveRequestEvent, MoveRequestState
from tests.scheduling.world import DAY_BEFORE, OPENS, by, invited, kinds, opened, person, recruiter

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_confirmation_pressed_twice_is_one():
    invitation = invited(opened())

    first = replies.confirm(invitation, at=DAY_BEFORE + HOUR, actor=person())
    again = replies.confirm(first, at=DAY_BEFORE + 2 * HOUR, actor=person())

    assert (again.state, again.answer, again.answered_at) == ("confirmed", "confirmed", DAY_BEFORE + HOUR)
    assert kinds(again) == ["invited", "confirmed"]
    assert again.application.first_contact_at == DAY_BEFORE + HOUR


def test_a_decline_takes_a_reason_then_or_later():
    invitation = invited(opened())

    declined = replies.decline(invitation, at=DAY_BEFORE + HOUR, actor=person())
    replies.decline(declined, at=DAY_BEFORE + HOUR, actor=person())
    with_reason = replies.decline(declined, at=DAY_BEFORE + HOUR, actor=person(), reason="too_far")

    assert (with_reason.state, with_reason.answer, with_reason.decline_reason) == ("declined", "declined", "too_far")
    assert kinds(with_reason) == ["invited", "declined", "declined"]


def test_an_unknown_reason_is_refused():
    invitation = invited(opened())

    with pytest.raises(InvalidInputError) as refusal:
        replies.decline(invitation, at=DAY_BEFORE, actor=person(), reason="rain")

    invitation.refresh_from_db()
    assert (refusal.value.field, invitation.state) == ("reason", InvitationState.SENT)


@pytest.mark.parametrize(("hours", "kind"), [(3, "cancelled_in_time"), (2.9, "cancelled_late")])
def test_who_had_confirmed_cancels_in_time_or_late(hours, kind):
    invitation = invited(opened())
    replies.confirm(invitation, at=DAY_BEFORE + HOUR, actor=person())

    gone = replies.decline(invitation, at=OPENS - hours * HOUR, actor=person())

    assert kinds(gone) == ["invited", "confirmed", kind]
    assert gone.state == InvitationState.DECLINED


def test_who_declined_may_confirm_after_all():
    invitation = invited(opened())
    replies.decline(invitation, at=DAY_BEFORE + HOUR, actor=person(), reason="too_far")

    back = replies.confirm(invitation, at=DAY_BEFORE + 2 * HOUR, actor=person())

    assert (back.state, back.answer, back.decline_reason) == ("confirmed", "confirmed", "")


def test_unsure_and_unreached_people_stay_invited():
    invitation = invited(opened())

    replies.called(invitation, at=DAY_BEFORE + HOUR, actor=by(recruiter()))
    after = replies.unsure(invitation, at=DAY_BEFORE + 2 * HOUR, actor=person())

    assert (after.state, after.answer, after.calls) == ("sent", "unsure", 1)
    assert kinds(after) == ["invited", "called", "unsure"]


def test_running_late_confirms_too_and_names_the_minutes():
    invitation = invited(opened())

    late = replies.running_late(invitation, minutes=25, at=OPENS - HOUR, actor=person())

    assert (late.state, late.late_minutes) == ("confirmed", 25)
    assert kinds(late) == ["invited", "confirmed", "running_late"]
    assert late.ledger.get(kind="running_late").data == {"minutes": 25}


@pytest.mark.parametrize("minutes", [0, 481])
def test_impossible_minutes_are_refused_and_nothing_is_confirmed(minutes):
    invitation = invited(opened())

    with pytest.raises(InvalidInputError):
        replies.running_late(invitation, minutes=minutes, at=OPENS - HOUR, actor=person())

    assert kinds(invitation) == ["invited"]


def test_a_settled_invitation_takes_no_more_notes():
    invitation = invited(opened())
    replies.decline(invitation, at=DAY_BEFORE + HOUR, actor=person())

    with pytest.raises(TransitionRefusedError, match="no longer open"):
        replies.unsure(invitation, at=DAY_BEFORE + 2 * HOUR, actor=person())

    assert kinds(invitation) == ["invited", "declined"]


def test_a_wish_for_another_time_is_replaced_by_the_next_wish_and_decided_once():
    session, user = opened(), recruiter()
    invitation, later = invited(session), session.bands.all()[2]

    replies.ask_to_move(invitation, at=DAY_BEFORE + HOUR, actor=person(), wish="evening")
    request = replies.ask_to_move(invitation, at=DAY_BEFORE + 2 * HOUR, actor=person(), band=later)
    decided = replies.decide_move(request, MoveRequestEvent.ACCEPT, at=DAY_BEFORE + 3 * HOUR, actor=by(user))
    invitation.refresh_from_db()

    assert invitation.move_requests.count() == 1
    assert (decided.state, decided.decided_by) == (MoveRequestState.ACCEPTED, user)
    assert (invitation.band, invitation.sequence, invitation.answer) == (later, 1, Answer.SILENT)
    with pytest.raises(TransitionRefusedError):
        replies.decide_move(decided, MoveRequestEvent.REFUSE, at=DAY_BEFORE + 4 * HOUR, actor=by(user))


def test_of_two_who_decide_on_a_wish_one_wins():
    invitation, user = invited(opened()), recruiter()
    request = replies.ask_to_move(invitation, at=DAY_BEFORE + HOUR, actor=person(), wish="evening")
    read_before = type(request).objects.get(pk=request.pk)
    replies.decide_move(request, MoveRequestEvent.REFUSE, at=DAY_BEFORE + HOUR, actor=by(user))

    with pytest.raises(TransitionRefusedError, match="already"):
        replies.decide_move(read_before, MoveRequestEvent.EXPIRE, at=DAY_BEFORE + HOUR, actor=by(user))

    request.refresh_from_db()
    assert request.state == MoveRequestState.REFUSED


def test_a_time_of_another_session_is_refused():
    invitation, other = invited(opened()), opened()

    with pytest.raises(InvalidInputError) as refusal:
        replies.move_to_band(invitation, other.bands.first(), at=DAY_BEFORE, actor=by(recruiter()))

    assert refusal.value.field == "band"


def test_loading_and_opening_the_page_are_noted_once():
    invitation = invited(opened())

    for hours in (1, 2):
        replies.link_loaded(invitation, at=DAY_BEFORE + hours * HOUR)
        replies.opened(invitation, at=DAY_BEFORE + hours * HOUR, actor=person())
    invitation.refresh_from_db()

    assert (invitation.link_loaded_at, invitation.opened_at) == (DAY_BEFORE + HOUR, DAY_BEFORE + HOUR)
    assert kinds(invitation) == ["invited", "opened"]


def test_a_link_opens_its_own_invitation_until_it_is_renewed(settings):
    settings.PUBLIC_URL = "https://turnout.example"
    invitation, other = invited(opened(), "Anna"), invited(opened(), "Boris")
    token = token_of(invitation)

    found = invitation_of(token)

    assert (found.pk, len(path_of(invitation))) == (invitation.pk, 19)
    assert url_of(invitation) == f"https://turnout.example/i/{token}"
    for wrong in ("", token[:-1], token[:8] + token_of(other)[8:], token[::-1]):
        with pytest.raises(NotFoundError, match="This link is not valid"):
            invitation_of(wrong)
    Invitation.objects.filter(pk=invitation.pk).update(link_version=2)
    with pytest.raises(NotFoundError):
        invitation_of(token)
