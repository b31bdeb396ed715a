"""After the day: who is owed a time, who is asked a second time, and nobody twice."""

from datetime import timedelta

import pytest

from recruit.errors import ConflictError, InvalidInputError
from scheduling.models import Invitation
from scheduling.services import after_day, desk
from scheduling.services.closing import settle
from tests.recruit import world
from tests.scheduling.world import MINUTE, OPENS, by, invited, kinds, opened, recruiter

pytestmark = pytest.mark.django_db
EVENING = OPENS + timedelta(hours=4)


def two_days():
    """Return a session of today and one of the next day for the same vacancy."""
    vacancy = world.vacancy()
    tomorrow = OPENS + timedelta(days=1)
    return opened(vacancies=[vacancy]), opened(
        vacancies=[vacancy], starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=3)
    )


def test_who_came_and_was_not_seen_is_guaranteed_one_time():
    today, tomorrow = two_days()
    user = recruiter()
    here = desk.check_in(invited(today), at=OPENS, actor=by(user))
    desk.leave(here, at=OPENS + 40 * MINUTE, actor=by(user))

    (owed,) = after_day.owed_times(today, at=EVENING)
    again = after_day.ask_again(owed.invitation, owed.offer.key, at=EVENING, by=user)

    assert (again.session_id, again.guaranteed, again.state) == (tomorrow.pk, True, "sent")
    assert [entry.source for entry in again.ledger.all()] == ["close"]
    assert after_day.owed_times(today, at=EVENING) == []
    with pytest.raises(ConflictError):
        after_day.ask_again(owed.invitation, owed.offer.key, at=EVENING, by=user)


def test_second_invitations_go_first_to_who_had_said_yes_and_guarantee_nothing():
    today, _tomorrow = two_days()
    user = recruiter()
    silent, sure = invited(today, "Anna"), invited(today, "Boris")
    Invitation.objects.filter(pk=sure.pk).update(answer="confirmed", state="confirmed")
    for one in (silent, Invitation.objects.get(pk=sure.pk)):
        settle(one, "no_show", at=EVENING, by=user)

    found = after_day.second_invitations(today, at=EVENING)
    again = after_day.ask_again(found[0].invitation, found[0].offer.key, at=EVENING, by=user)

    assert [one.invitation.pk for one in found] == [sure.pk, silent.pk]
    assert again.guaranteed is False
    assert kinds(sure) == ["invited", "no_show"]


def test_without_an_open_session_nothing_is_proposed_but_nobody_is_forgotten():
    today = opened()
    user = recruiter()
    here = desk.check_in(invited(today), at=OPENS, actor=by(user))
    desk.turn_away(here, at=OPENS, actor=by(user))

    (owed,) = after_day.owed_times(today, at=EVENING)

    assert (owed.invitation.pk, owed.offer) == (here.pk, None)


def test_who_is_expected_or_was_seen_is_not_asked_again():
    today, tomorrow = two_days()

    with pytest.raises(InvalidInputError):
        after_day.ask_again(invited(today), f"{tomorrow.pk}-{tomorrow.bands.all()[0].pk}", at=EVENING, by=recruiter())
