"""Another time, chosen by the invited person: what is offered, what is kept, and who gets the last seat."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Message
from scheduling.models import Invitation, SeatHold
from scheduling.services import desk, self_service
from scheduling.services.sessions import cancel_session
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, MINUTE, OPENS, by, group, invited, kinds, opened, person, recruiter

pytestmark = pytest.mark.django_db


def starts(offers):
    return [offer.starts_at for offer in offers]


def test_at_most_five_times_are_offered_and_never_the_persons_own():
    session = opened()
    mine = invited(session)

    found = self_service.offers(mine, at=DAY_BEFORE)

    own = session.bands.all()[0].starts_at
    assert len(found) == 5
    assert own not in starts(found)
    assert starts(found) == sorted(starts(found))


def test_a_time_that_would_break_the_promised_wait_is_not_offered():
    session = opened(interviewers_planned=1, promised_wait_minutes=20)
    mine = invited(session)
    for name in ("Boris", "Chen", "Dina", "Egor", "Faina", "Gleb"):
        other = invited(session, name, band=1)
        Invitation.objects.filter(pk=other.pk).update(answer="confirmed", state="confirmed")

    found = self_service.offers(mine, at=DAY_BEFORE)

    assert session.bands.all()[1].starts_at not in starts(found)
    assert found


def test_another_office_is_offered_beside_the_own():
    vacancy = world.vacancy()
    here, there = opened(vacancies=[vacancy]), opened(vacancies=[vacancy])
    mine = invited(here)

    found = self_service.offers(mine, at=DAY_BEFORE)

    assert {offer.office.pk for offer in found} == {here.office_id, there.office_id}
    assert sum(offer.is_other_office for offer in found) == 2


def test_a_session_of_another_vacancy_is_not_offered():
    here = opened()
    opened()

    found = self_service.offers(invited(here), at=DAY_BEFORE)

    assert {offer.session.pk for offer in found} == {here.pk}


def test_a_taken_time_moves_confirms_and_tells_once():
    session = opened()
    mine = invited(session)
    offer = self_service.offers(mine, at=DAY_BEFORE)[0]
    self_service.keep(mine, offer.key, at=DAY_BEFORE)

    moved = self_service.take(mine, offer.key, at=DAY_BEFORE + MINUTE, actor=person())

    assert (moved.state, moved.answer, moved.sequence, moved.band) == ("confirmed", "confirmed", 1, offer.band)
    assert kinds(moved) == ["invited", "moved", "confirmed"]
    assert Message.objects.filter(about_id=moved.pk, kind="update").count() == 1
    assert not SeatHold.objects.exists()


def test_a_move_to_another_session_keeps_the_link():
    vacancy = world.vacancy()
    here, there = (
        opened(vacancies=[vacancy]),
        opened(vacancies=[vacancy], starts_at=OPENS + timedelta(days=1), ends_at=OPENS + timedelta(days=1, hours=3)),
    )
    mine = invited(here)
    key = f"{there.pk}-{there.bands.all()[0].pk}"

    moved = self_service.take(mine, key, at=DAY_BEFORE, actor=person())

    assert (moved.session_id, moved.public_id, moved.uid) == (there.pk, mine.public_id, mine.uid)
    there.refresh_from_db()
    here.refresh_from_db()
    assert there.version > 0 < here.version


def test_a_kept_time_counts_as_a_person_until_it_runs_out():
    session = group(seats=3, target=1, overflow_risk=0.0)
    vacancy = session.vacancies.first()
    stream = opened(vacancies=[vacancy], office=session.office)
    people = [invited(stream, name) for name in ("Anna", "Boris", "Chen", "Dina")]
    key = f"{session.pk}-0"
    for one in people[:3]:
        self_service.keep(one, key, at=DAY_BEFORE)

    with pytest.raises(ConflictError, match="gone"):
        self_service.keep(people[3], key, at=DAY_BEFORE + 9 * MINUTE)
    late = self_service.keep(people[3], key, at=DAY_BEFORE + 11 * MINUTE)

    assert late.until == DAY_BEFORE + 21 * MINUTE


def test_a_time_that_is_gone_is_refused_and_nothing_moves():
    session = opened()
    mine = invited(session)
    band = session.bands.all()[2]

    with pytest.raises(ConflictError, match="gone"):
        self_service.take(mine, f"{session.pk}-{band.pk}", at=band.starts_at - 30 * MINUTE, actor=person())
    with pytest.raises(InvalidInputError):
        self_service.take(mine, "no such time", at=DAY_BEFORE, actor=person())

    mine.refresh_from_db()
    assert (mine.band, mine.sequence) == (session.bands.all()[0], 0)


def test_who_is_here_moves_no_more():
    session = opened()
    mine = desk.check_in(invited(session), at=OPENS, actor=by(recruiter()))

    with pytest.raises(TransitionRefusedError):
        self_service.keep(mine, f"{session.pk}-{session.bands.all()[3].pk}", at=OPENS)


def test_after_a_session_was_called_off_its_people_choose_another():
    vacancy = world.vacancy()
    off, other = opened(vacancies=[vacancy]), opened(vacancies=[vacancy])
    mine = invited(off)
    cancel_session(off, at=DAY_BEFORE, by=recruiter())
    mine = Invitation.objects.select_related("session", "band", "application").get(pk=mine.pk)

    offers = self_service.offers(mine, at=DAY_BEFORE)
    moved = self_service.take(mine, offers[0].key, at=DAY_BEFORE, actor=person())

    assert {offer.session.pk for offer in offers} == {other.pk}
    assert (moved.state, moved.session_id) == ("confirmed", other.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_seat_one_gets_it():
    session = group(seats=1, target=1, overflow_risk=0.0)
    stream = opened(vacancies=[session.vacancies.first()], office=session.office)
    people = [invited(stream, name) for name in ("Anna", "Boris")]
    start, outcomes = threading.Barrier(2), []

    def want(one):
        start.wait()
        try:
            self_service.take(one, f"{session.pk}-0", at=DAY_BEFORE, actor=person())
            outcomes.append("got it")
        except ConflictError:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["got it", "too late"]
    assert session.invitations.count() == 1
