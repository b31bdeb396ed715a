"""Making sessions, and calling them off."""

from datetime import timedelta

import pytest

from recruit.errors import InvalidInputError, TransitionRefusedError
from scheduling.models import InterviewSession, Room, SessionRole
from scheduling.services import desk
from scheduling.services.replies import confirm
from scheduling.services.sessions import cancel_session, change_session_state, create_session
from scheduling.states import InvitationState, SessionEvent, SessionFormat, SessionState
from tests.recruit import world
from tests.scheduling.world import OPENS, by, draft, group, interviewer, invited, kinds, opened, person, recruiter, wish

pytestmark = pytest.mark.django_db


def test_a_stream_has_a_band_wherever_a_whole_interview_still_fits():
    session = draft(minutes_each=20, band_minutes=30)

    bands = list(session.bands.values_list("starts_at", "ends_at"))

    starts = [OPENS + timedelta(minutes=30 * number) for number in range(6)]
    assert [start for start, _ in bands] == starts
    assert [end for _, end in bands] == [*starts[1:], session.ends_at]
    assert session.state == SessionState.DRAFT


def test_a_group_meets_at_one_time():
    session = group()

    assert list(session.bands.values_list("starts_at", "ends_at")) == [(session.starts_at, session.ends_at)]


def test_interviewers_and_observers_are_seated_with_the_rooms_there_are():
    office = world.office()
    room = Room.objects.create(office=office, name="1")
    igor, inna, olga = (interviewer(name) for name in ("Igor", "Inna", "Olga"))
    vacancy = world.vacancy()

    session = draft(
        office=office,
        vacancies=[vacancy],
        interviewers=[igor, inna],
        observers=[olga],
        rooms=[room],
        interviewers_planned=1,
        vacancy_targets={vacancy.pk: 2},
    )

    seats = list(session.session_interviewers.order_by("pk").values_list("interviewer", "role", "room"))
    assert seats == [
        (igor.pk, SessionRole.INTERVIEWER, room.pk),
        (inna.pk, SessionRole.INTERVIEWER, None),
        (olga.pk, SessionRole.OBSERVER, None),
    ]
    assert session.interviewers_planned == 2
    assert list(session.session_vacancies.values_list("target", flat=True)) == [2]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": OPENS}, "ends_at"),
        ({"ends_at": OPENS + timedelta(hours=17)}, "ends_at"),
        ({"vacancies": ()}, "vacancies"),
        ({"target": 0}, "target"),
        ({"target": 19}, "target"),
        ({"assurance": 1.0}, "assurance"),
        ({"overflow_risk": 1.0}, "overflow_risk"),
        ({"minutes_each": 0}, "minutes_each"),
        ({"minutes_each": 181}, "minutes_each"),
        ({"band_minutes": 4}, "band_minutes"),
        ({"interviewers_planned": 0}, "interviewers_planned"),
        ({"format": SessionFormat.GROUP}, "seats"),
        ({"format": SessionFormat.GROUP, "seats": 2}, "target"),
        ({"format": SessionFormat.GROUP, "seats": 4, "minimum": 4}, "minimum"),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_is_refused_at_its_field_and_nothing_is_written(changes, field):
    asked = wish()
    asked = type(asked)(**{**asked.__dict__, **changes})

    with pytest.raises(InvalidInputError) as refusal:
        create_session(wish=asked, by=None, past_allowed=True)

    assert refusal.value.field == field
    assert not InterviewSession.objects.exists()


def test_a_session_in_the_past_is_refused():
    with pytest.raises(InvalidInputError) as refusal:
        create_session(wish=wish(starts_at=OPENS - timedelta(days=900), ends_at=OPENS - timedelta(days=899.9)), by=None)

    assert refusal.value.field == "starts_at"


def test_of_two_who_change_a_session_one_wins():
    session = draft()
    read_before = InterviewSession.objects.get(pk=session.pk)
    change_session_state(session, SessionEvent.OPEN)

    with pytest.raises(TransitionRefusedError, match="someone else"):
        change_session_state(read_before, SessionEvent.CANCEL)

    session.refresh_from_db()
    assert session.state == SessionState.OPEN


def test_calling_a_session_off_makes_nobody_a_no_show():
    session, user = opened(), recruiter()
    silent, sure, here = (invited(session, name) for name in ("Anna", "Boris", "Clara"))
    confirm(sure, at=OPENS - timedelta(hours=5), actor=person())
    desk.check_in(here, at=OPENS, actor=by(user))
    session.refresh_from_db()

    told = cancel_session(session, at=OPENS, by=user)

    for one in (silent, sure, here):
        one.refresh_from_db()
    assert sorted(told) == sorted([silent.pk, sure.pk])
    assert [one.state for one in (silent, sure, here)] == [
        InvitationState.CANCELLED,
        InvitationState.CANCELLED,
        InvitationState.TURNED_AWAY,
    ]
    assert (sure.sequence, kinds(sure)) == (1, ["invited", "confirmed", "cancelled_by_us"])
    with pytest.raises(TransitionRefusedError):
        cancel_session(session, at=OPENS, by=user)
