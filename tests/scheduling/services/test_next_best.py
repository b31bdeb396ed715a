"""What the live page proposes, and the whole session changed: everybody told once, nobody a no-show."""

from datetime import timedelta

import pytest
from django.test import override_settings

from recruit.errors import ConflictError, InvalidInputError
from recruit.models import Message
from scheduling.models import Invitation, SessionInterviewer, SessionRole
from scheduling.services import desk, top_up, whole_session
from scheduling.services.next_best import next_best
from scheduling.services.sessions import seat_people
from tests.scheduling.world import (
    DAY_BEFORE,
    MINUTE,
    OPENS,
    by,
    group,
    interviewer,
    invited,
    kinds,
    opened,
    recruiter,
    shortlisted,
)

pytestmark = pytest.mark.django_db


def kinds_of(advice):
    return [step.kind for step in advice.steps]


def test_a_session_that_falls_short_is_topped_up_with_the_next_of_the_shortlist():
    session = opened(target=3)
    people = [shortlisted(session, name) for name in ("Boris", "Chen", "Dina")]

    advice = next_best(session, at=OPENS)

    step = advice.steps[kinds_of(advice).index("invite")]
    assert set(step.people) <= {one.pk for one in people}
    assert step.gain > 0
    assert step.low <= step.gain <= step.high
    assert step.messages == step.count
    assert step.band is not None
    assert step.band.starts_at >= OPENS + timedelta(minutes=90)
    assert step.p_target is not None
    assert step.p_target > advice.p_target
    assert kinds_of(advice)[-1] == "stop"


def test_nothing_below_the_set_gain_is_proposed():
    session = opened(target=3)
    shortlisted(session, "Boris")

    with override_settings(LEAST_GAIN_HELD=50.0):
        advice = next_best(session, at=OPENS)

    assert kinds_of(advice) == ["stop"]


def test_without_anybody_to_invite_nothing_is_proposed():
    advice = next_best(opened(), at=OPENS)

    assert (kinds_of(advice), advice.held, advice.p_target) == (["stop"], 0.0, 0.0)


def test_a_group_is_topped_up_within_its_seats():
    session = group(seats=4, target=3, overflow_risk=0.05)
    for name in ("Boris", "Chen", "Dina", "Egor", "Faina", "Gleb"):
        shortlisted(session, name)

    advice = next_best(session, at=DAY_BEFORE)

    assert advice.best.kind == "invite"
    assert 1 <= advice.best.count <= 5


def test_an_over_session_gets_no_advice():
    session = opened()

    assert next_best(session, at=session.ends_at) is None


def test_one_click_invites_in_the_recruiters_order():
    session = opened()
    first, second, _third = (shortlisted(session, name) for name in ("Boris", "Chen", "Dina"))
    band = session.bands.all()[4]

    done = top_up.invite_more(session, band=band, count=2, at=OPENS, by=recruiter())

    assert [one.application_id for one in done] == [first.pk, second.pk]
    assert {one.band_id for one in done} == {band.pk}
    assert [entry.source for entry in done[0].ledger.all()] == ["live"]
    with pytest.raises(InvalidInputError):
        top_up.invite_more(session, band=session.bands.all()[0], count=1, at=OPENS + MINUTE, by=recruiter())


def test_the_last_interviewer_is_never_set_free():
    session = opened()
    seat_people(session, [interviewer("Kim"), interviewer("Orlova")], SessionRole.INTERVIEWER, ())
    kim, orlova = SessionInterviewer.objects.filter(session=session)

    freed = top_up.set_free(session, kim.pk, at=OPENS + 60 * MINUTE)

    assert freed.until == OPENS + 60 * MINUTE
    with pytest.raises(ConflictError):
        top_up.set_free(session, orlova.pk, at=OPENS + 90 * MINUTE)


def test_a_moved_session_takes_everybody_along_and_tells_each_once():
    session = opened()
    rows = [invited(session, name, band=band) for band, name in enumerate(("Anna", "Boris"))]
    Message.objects.all().delete()

    told = whole_session.move_session(
        session, starts_at=OPENS + timedelta(days=1), at=DAY_BEFORE, actor=by(recruiter())
    )

    moved = list(Invitation.objects.select_related("band", "session").order_by("pk"))
    assert told.told == 2
    assert [row.band.starts_at for row in moved] == [row.band.starts_at + timedelta(days=1) for row in rows]
    assert [(row.state, row.sequence) for row in moved] == [("sent", 1)] * 2
    assert sorted(Message.objects.values_list("about_id", "kind")) == [(row.pk, "update") for row in rows]
    assert moved[0].session.starts_at == OPENS + timedelta(days=1)


def test_a_session_that_somebody_came_to_is_not_moved():
    session = opened()
    desk.check_in(invited(session), at=OPENS, actor=by(recruiter()))

    with pytest.raises(ConflictError):
        whole_session.move_session(session, starts_at=OPENS + timedelta(days=1), at=OPENS, actor=by(recruiter()))


def test_a_shorter_session_calls_off_only_who_falls_away():
    session = opened()
    stays, falls = invited(session, "Anna", band=0), invited(session, "Boris", band=4)
    Message.objects.all().delete()

    told = whole_session.shrink_session(session, ends_at=OPENS + 90 * MINUTE, at=OPENS + MINUTE, by=recruiter())

    stays.refresh_from_db()
    falls.refresh_from_db()
    assert told.called_off == (falls.pk,)
    assert (stays.state, falls.state, kinds(falls)[-1]) == ("sent", "cancelled", "cancelled_by_us")
    assert list(Message.objects.values_list("about_id", "kind")) == [(falls.pk, "cancellation")]
    assert session.ends_at == OPENS + 90 * MINUTE
    assert max(band.starts_at for band in session.bands.filter(invitations=None)) < session.ends_at


@pytest.mark.parametrize("minutes", [-10, 10, 180, 200])
def test_an_end_that_cannot_be_is_refused(minutes):
    session = opened()

    with pytest.raises(InvalidInputError) as refused:
        whole_session.shrink_session(session, ends_at=OPENS + minutes * MINUTE, at=OPENS, by=recruiter())

    assert refused.value.field == "ends_at"


def test_a_session_called_off_makes_nobody_a_no_show():
    session = opened()
    here = desk.check_in(invited(session, "Anna"), at=OPENS, actor=by(recruiter()))
    away = invited(session, "Boris", band=3)

    told = whole_session.call_off(session, at=OPENS + MINUTE, by=recruiter())

    assert told.called_off == (away.pk,)
    assert sorted(Invitation.objects.values_list("state", flat=True)) == ["cancelled", "turned_away"]
    assert Message.objects.filter(about_id=away.pk, kind="cancellation").count() == 1
    assert not Message.objects.filter(about_id=here.pk, kind="cancellation").exists()
