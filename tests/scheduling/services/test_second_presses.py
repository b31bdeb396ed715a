"""Who presses second, or too late: told so, or given what the first press has got; nothing more changes."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import ContactPoint
from recruit.services import rates
from recruit.states import Stage
from scheduling.models import Invitation, MoveRequest, SessionInterviewer, SessionRole, StandbyOffer, StandbyRound
from scheduling.services import desk, replies, self_service, standby
from scheduling.services.links import token_of
from scheduling.services.sessions import cancel_session, seat_people
from scheduling.states import MoveRequestEvent, MoveRequestState, StandbyState
from tests.recruit import world
from tests.rivals import meanwhile
from tests.scheduling.world import (
    DAY_BEFORE,
    MINUTE,
    OPENS,
    by,
    interviewer,
    invited,
    kinds,
    opened,
    person,
    recruiter,
    shortlisted,
)

pytestmark = pytest.mark.django_db
UNTIL = DAY_BEFORE + timedelta(hours=3)


# -- the desk ------------------------------------------------------------------------------------------------------------


def test_an_arrival_written_down_after_the_close_leaves_the_session_closed():
    session = opened()
    declined = replies.decline(invited(session), at=DAY_BEFORE, actor=person())
    type(session).objects.filter(pk=session.pk).update(state="closed")
    declined = Invitation.objects.select_related("session").get(pk=declined.pk)

    came = desk.check_in(declined, at=OPENS, actor=by(recruiter()))

    session.refresh_from_db()
    assert (came.state, came.number, session.state) == ("arrived", 1, "closed")


def test_a_walk_in_who_is_further_along_stays_at_that_stage():
    session = opened()
    application = shortlisted(session)
    type(application).objects.filter(pk=application.pk).update(stage=Stage.SCREENING)
    application.refresh_from_db()

    walk_in = desk.add_walk_in(application, session, at=OPENS, actor=by(recruiter()))

    application.refresh_from_db()
    assert (walk_in.state, application.stage) == ("arrived", Stage.SCREENING)


def test_somebody_whom_another_desk_has_called_is_not_called_again_nor_is_the_next_in_their_place():
    session, actor = opened(), by(recruiter())
    anna, boris = (desk.check_in(invited(session, name), at=OPENS, actor=actor) for name in ("Anna", "Boris"))
    desk.call_next(session, at=OPENS, actor=actor, shown=anna)

    with pytest.raises(TransitionRefusedError, match="Number 1 has been called already"):
        desk.call_next(session, at=OPENS, actor=actor, shown=anna)

    boris.refresh_from_db()
    assert boris.state == "arrived"


def test_who_is_in_an_interview_is_not_put_aside():
    session, actor = opened(), by(recruiter())
    row = desk.check_in(invited(session), at=OPENS, actor=actor)
    stale = Invitation.objects.get(pk=row.pk)
    desk.start(row, at=OPENS, actor=actor)

    with pytest.raises(TransitionRefusedError, match="changed by someone else"):
        desk.put_aside(stale, at=OPENS, actor=actor)

    assert (Invitation.objects.get(pk=row.pk).on_hold, kinds(row)) == (False, ["invited", "arrived", "started"])


def test_a_document_that_came_later_is_noted_beside_the_arrival_it_corrects():
    session, actor = opened(), by(recruiter())
    row = desk.check_in(invited(session), at=OPENS, actor=actor, document_missing=True)

    said = [desk.document_came(row, at=OPENS + n * MINUTE, actor=actor).document_missing for n in (1, 2)]

    notes = row.ledger.filter(kind="corrected").order_by("pk")
    assert said == [False, True]
    assert [note.data for note in notes] == [{"document_missing": False}, {"document_missing": True}]
    assert {note.corrects for note in notes} == {row.ledger.get(kind="arrived")}


def test_an_interview_is_not_handed_to_somebody_of_another_session():
    session, other, actor = opened(), opened(), by(recruiter())
    seat_people(other, [interviewer("Kim")], SessionRole.INTERVIEWER, ())
    row = desk.start(desk.check_in(invited(session), at=OPENS, actor=actor), at=OPENS, actor=actor)

    with pytest.raises(InvalidInputError) as refused:
        desk.hand_over(row, at=OPENS, actor=actor, to=SessionInterviewer.objects.get(session=other))

    assert (refused.value.field, Invitation.objects.get(pk=row.pk).interviewer) == ("interviewer", None)


# -- answers -------------------------------------------------------------------------------------------------------------


def test_a_no_pressed_twice_at_once_is_one_no():
    row = invited(opened())
    stale = Invitation.objects.select_related("session", "band").get(pk=row.pk)
    replies.decline(row, at=DAY_BEFORE, actor=person())

    again = replies.decline(stale, at=DAY_BEFORE, actor=person())

    assert (again.state, kinds(row)) == ("declined", ["invited", "declined"])


def test_two_wishes_written_at_once_are_one_and_the_later_one_stands():
    row = invited(opened())

    def other_window():
        MoveRequest.objects.create(invitation=row, wish="in the morning", asked_at=DAY_BEFORE)

    with meanwhile("scheduling_moverequest", other_window):
        replies.ask_to_move(row, at=DAY_BEFORE + MINUTE, actor=person(), wish="in the evening")

    wish = MoveRequest.objects.get()
    assert (wish.wish, wish.asked_at, wish.state) == ("in the evening", DAY_BEFORE + MINUTE, MoveRequestState.OPEN)


def test_a_wish_without_a_time_cannot_be_granted():
    row = invited(opened())
    wish = replies.ask_to_move(row, at=DAY_BEFORE, actor=person(), wish="in the evening")

    with pytest.raises(InvalidInputError) as refused:
        replies.decide_move(wish, MoveRequestEvent.ACCEPT, at=DAY_BEFORE, actor=by(recruiter()))

    wish.refresh_from_db()
    assert (refused.value.field, wish.state) == ("band", MoveRequestState.OPEN)


# -- another time --------------------------------------------------------------------------------------------------------


def two_sessions():
    vacancy = world.vacancy()
    here, there = (opened(vacancies=[vacancy]) for _ in range(2))
    return invited(here), there, f"{there.pk}-{there.bands.first().pk}"


@pytest.mark.parametrize("was_kept", [True, False], ids=["kept before", "not kept"])
def test_a_time_of_a_session_that_was_called_off_is_gone_even_where_it_was_kept(was_kept):
    mine, there, key = two_sessions()
    if was_kept:
        self_service.keep(mine, key, at=DAY_BEFORE)
    cancel_session(there, at=DAY_BEFORE, by=recruiter())

    with pytest.raises(ConflictError, match="gone"):
        self_service.take(mine, key, at=DAY_BEFORE + MINUTE, actor=person())

    mine.refresh_from_db()
    assert (mine.sequence, mine.state, mine.session_id != there.pk) == (0, "sent", True)


# -- standby -------------------------------------------------------------------------------------------------------------


def standby_offer() -> StandbyOffer:
    session = opened()
    fields = {"places": 1, "expires_at": UNTIL, "at": DAY_BEFORE, "by": None, "band": session.bands.first()}
    made = standby.open_round(session, [shortlisted(session, email="a@mail.test")], **fields)
    return made.offers.get()


def test_the_only_place_pressed_twice_at_once_is_this_persons_place():
    offer = standby_offer()
    stale = StandbyOffer.objects.get()
    first = standby.accept(offer, at=DAY_BEFORE)

    second = standby.accept(stale, at=DAY_BEFORE)

    assert (second, StandbyRound.objects.get().taken, stale.state) == (first, 1, StandbyState.ACCEPTED)


def test_a_place_that_was_taken_is_not_declined_by_another_window():
    offer = standby_offer()
    stale = StandbyOffer.objects.get()
    standby.accept(offer, at=DAY_BEFORE)

    with pytest.raises(TransitionRefusedError, match="answered already"):
        standby.decline(stale, at=DAY_BEFORE)

    offer.refresh_from_db()
    assert (offer.state, Invitation.objects.get().state) == (StandbyState.ACCEPTED, "confirmed")


def test_an_offer_is_declined_on_its_page_and_a_storm_of_presses_is_slowed_down():
    offer, client = standby_offer(), Client()
    address = f"/s/{standby.token_of(offer)}"
    with time_machine.travel(DAY_BEFORE, tick=False):
        said = client.post(address, {"what": "decline"})
        odd = client.post(address, {"what": "dance"})
        for _ in range(rates.LINK_ANSWER.most):
            last = client.post(address, {"what": "decline"})

    offer.refresh_from_db()
    assert (said.status_code, said.headers["Location"], odd.status_code) == (302, address, 302)
    assert (offer.state, last.status_code) == (StandbyState.DECLINED, 429)


# -- the candidate's page ------------------------------------------------------------------------------------------------


def test_a_wish_is_written_down_and_a_press_we_do_not_know_changes_nothing():
    row, client = invited(opened(), email="a@mail.test"), Client()
    with time_machine.travel(DAY_BEFORE, tick=False):
        asked = client.post(f"/i/{token_of(row)}/", {"what": "wish", "wish": "  in the evening "})
        odd = client.post(f"/i/{token_of(row)}/", {"what": "dance"})

    row.refresh_from_db()
    assert (asked.status_code, odd.status_code, row.answer) == (302, 200, "asked_to_move")
    assert [wish.wish for wish in MoveRequest.objects.all()] == ["in the evening"]


@pytest.mark.parametrize(
    ("press", "stage", "bad"),
    [
        ({"what": "decline", "reason": "not_me"}, Stage.INTERVIEW, DAY_BEFORE),
        ({"what": "withdraw"}, Stage.WITHDRAWN, None),
    ],
)
def test_who_was_never_meant_and_who_wants_no_more_end_the_visit(press, stage, bad):
    row, client = invited(opened(), email="a@mail.test"), Client()
    with time_machine.travel(DAY_BEFORE, tick=False):
        answers = [client.post(f"/i/{token_of(row)}/", press).status_code for _ in range(2)]

    row.refresh_from_db()
    assert (answers, row.state, row.application.stage) == ([302, 302], "declined", stage)
    assert ContactPoint.objects.get(normalised="a@mail.test").bad_since == bad
