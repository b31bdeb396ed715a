"""Two thin groups made one: proposed where it helps and both fit, refused where somebody would be asked twice."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.permissions import Role
from scheduling.services import merging
from scheduling.states import SessionState
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, OPENS, draft, group, invited, recruiter

pytestmark = pytest.mark.django_db
LATER = {"starts_at": OPENS + timedelta(days=1), "ends_at": OPENS + timedelta(days=1, hours=3)}


def outcome(law, p_minimum):
    return SimpleNamespace(p_minimum=p_minimum, now_arrivals=SimpleNamespace(law=np.asarray(law)))


def thin_pair(**fields):
    office, vacancy = world.office(), world.vacancy()
    first = group(office=office, vacancies=[vacancy], seats=12, target=3, minimum=3, **fields)
    second = group(office=office, vacancies=[vacancy], seats=12, target=3, minimum=3, **LATER)
    for name in ("Anna", "Boris", "Chen", "Dina"):
        invited(second, name)
    return first, second


# Nobody for sure, one or two perhaps: three of them come never.
THIN = [0.3, 0.4, 0.3]


def test_a_near_group_is_proposed_where_its_people_make_the_minimum_likelier():
    first, second = thin_pair()
    group(seats=12, target=3)
    group(office=first.office, seats=12, target=3)
    invited(draft(office=first.office, vacancies=[second.vacancies.first()]), "Streamed")

    (found,) = merging.proposals(first, user=world.user(Role.ADMIN), outcome=outcome(THIN, 0.0), at=DAY_BEFORE)

    assert (found.other, found.people, found.before) == (second, 4, 0.0)
    assert 0.2 < found.after < 1.0


def test_nothing_is_proposed_where_the_minimum_is_likely_or_the_seats_do_not_hold_both():
    first, _second = thin_pair()
    small, _other = thin_pair()
    type(small).objects.filter(pk=small.pk).update(seats=3, overflow_risk=0.01)
    small.refresh_from_db()
    admin = world.user(Role.ADMIN)

    likely = merging.proposals(first, user=admin, outcome=outcome(THIN, first.assurance), at=DAY_BEFORE)
    full = merging.proposals(small, user=admin, outcome=outcome([0.0, 0.0, 1.0], 0.0), at=DAY_BEFORE)
    stranger = merging.proposals(first, user=recruiter(), outcome=outcome(THIN, 0.0), at=DAY_BEFORE)

    assert (likely, full, stranger) == ([], [], [])


def test_a_draft_that_takes_the_people_of_another_group_is_opened():
    office, vacancy = world.office(), world.vacancy()
    into = draft(office=office, vacancies=[vacancy], format="group", seats=8, target=3)
    other = group(office=office, vacancies=[vacancy], **LATER)
    row = invited(other)

    moved = merging.merge_sessions(other, into=into, at=DAY_BEFORE, by=recruiter())

    row.refresh_from_db()
    into.refresh_from_db()
    assert (moved, row.session, row.sequence, into.state) == (1, into, 1, SessionState.OPEN)


def test_nobody_is_moved_into_a_group_that_has_begun_nor_into_itself():
    first, second = thin_pair()

    with pytest.raises(TransitionRefusedError, match="has begun"):
        merging.merge_sessions(second, into=first, at=first.starts_at, by=recruiter())
    with pytest.raises(InvalidInputError) as refused:
        merging.merge_sessions(first, into=first, at=DAY_BEFORE, by=recruiter())

    assert refused.value.field == "other"
    assert second.invitations.filter(state="sent", sequence=0).count() == 4


def test_an_office_that_is_closed_for_three_weeks_has_no_second_session():
    from recruit.models import ClosingDay

    session = group()
    first = session.starts_at.date()
    for ahead in range(1, 22):
        ClosingDay.objects.create(office=session.office, day=first + timedelta(days=ahead))

    with pytest.raises(InvalidInputError, match="three weeks"):
        merging.second_session(session, by=recruiter())
