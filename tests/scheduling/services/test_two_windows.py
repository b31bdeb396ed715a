"""Two windows of one moment, each with what it read before the other pressed; and answers on the person's own page."""

import pytest
import time_machine
from django.test import Client

from recruit.errors import ConflictError, TransitionRefusedError
from scheduling.models import Invitation
from scheduling.services import changes, desk, replies, self_service, waves
from scheduling.services.links import token_of
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, OPENS, by, invited, kinds, opened, person, recruiter

pytestmark = pytest.mark.django_db


def stale_copy(row: Invitation) -> Invitation:
    return Invitation.objects.select_related("session", "band", "application").get(pk=row.pk)


def test_the_second_of_two_first_arrivals_finds_the_session_running():
    session, actor = opened(), by(recruiter())
    anna, boris = (stale_copy(invited(session, name)) for name in ("Anna", "Boris"))

    first = desk.check_in(anna, at=OPENS, actor=actor)
    second = desk.check_in(boris, at=OPENS, actor=actor)

    assert [(one.state, one.number, one.session.state) for one in (first, second)] == [
        ("arrived", 1, "running"), ("arrived", 2, "running"),
    ]  # fmt: skip


def test_a_yes_pressed_twice_at_once_is_one_yes_and_a_yes_after_a_no_elsewhere_is_refused():
    session = opened()
    sure, torn = invited(session, "Anna"), invited(session, "Boris")
    stale, other = stale_copy(sure), stale_copy(torn)
    replies.confirm(sure, at=DAY_BEFORE, actor=person())
    replies.decline(torn, at=DAY_BEFORE, actor=person())

    again = replies.confirm(stale, at=DAY_BEFORE, actor=person())
    with pytest.raises(TransitionRefusedError, match="changed by someone else"):
        replies.confirm(other, at=DAY_BEFORE, actor=person())

    assert (again.state, kinds(sure), kinds(torn)) == ("confirmed", ["invited", "confirmed"], ["invited", "declined"])


def test_nobody_has_two_open_invitations_by_taking_a_cancelled_one_back():
    vacancy = world.vacancy()
    here, there = (opened(vacancies=[vacancy]) for _ in range(2))
    old = invited(here)
    changes.cancel_invitation(old, at=DAY_BEFORE, actor=by(recruiter()))
    waves.invite_one(old.application, there, band=there.bands.first(), at=DAY_BEFORE, by=recruiter())

    with pytest.raises(ConflictError, match="another invitation"):
        changes.reinstate_invitation(stale_copy(old), at=DAY_BEFORE, actor=by(recruiter()))
    with pytest.raises(ConflictError, match="another open invitation"):
        waves.invite_one(old.application, opened(vacancies=[vacancy]), band=None, at=DAY_BEFORE, by=recruiter())

    assert list(old.application.invitations.order_by("pk").values_list("state", flat=True)) == ["cancelled", "sent"]


@pytest.mark.parametrize(
    ("press", "state", "late"),
    [
        ({"what": "confirm"}, "confirmed", None),
        ({"what": "late", "minutes": "15"}, "confirmed", 15),
        ({"what": "decline", "reason": "other"}, "declined", None),
    ],
)
def test_an_answer_on_the_page_is_the_persons_answer(press, state, late):
    row, client = invited(opened()), Client()
    with time_machine.travel(DAY_BEFORE, tick=False):
        answer = client.post(f"/i/{token_of(row)}/", press)

    row.refresh_from_db()
    assert (answer.status_code, row.state, row.late_minutes) == (302, state, late)


def test_a_kept_time_is_taken_on_the_page():
    row, client = invited(opened()), Client()
    with time_machine.travel(DAY_BEFORE, tick=False):
        offer = self_service.offers(row, at=DAY_BEFORE)[0]
        kept = client.post(f"/i/{token_of(row)}/", {"what": "keep", "offer": offer.key})
        taken = client.post(f"/i/{token_of(row)}/", {"what": "take", "offer": offer.key})

    row.refresh_from_db()
    assert (kept.headers["Location"], taken.status_code) == (f"/i/{token_of(row)}/kept/", 302)
    assert (row.band, row.state) == (offer.band, "confirmed")
