"""The group room: seats, steps, marks that stay blind, second marks after the talk."""

from datetime import timedelta

import pytest

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.permissions import Role
from scheduling.models import RoomSeat, Scorecard, SessionInterviewer
from scheduling.services import desk, room
from scheduling.services.matrix import matrix_of
from scheduling.services.scorecards import SHIPPED_CRITERIA
from tests.recruit import world
from tests.scheduling.world import MINUTE, OPENS, by, group, interviewer, invited, recruiter

pytestmark = pytest.mark.django_db


def watched(*names: str, observers: int = 2):
    """Return a group session, the people who came, and its observers."""
    watching = [interviewer(f"Observer {number}") for number in range(observers)]
    session = group(seats=9, observers=watching)
    people = [
        desk.check_in(invited(session, name), at=OPENS + index * MINUTE, actor=by(recruiter()))
        for index, name in enumerate(names)
    ]
    return session, people, watching


def mark(row, who, stamp=1, **marks):
    return room.save_marks(row, who, card={"marks": marks, "notes": {}}, stamp=stamp, at=OPENS)


def test_everybody_sits_once_and_the_main_people_are_shared_evenly():
    session, people, watching = watched(*"ABCDEFG")

    places = room.keep_places(session)

    assert [place.seat for place in places] == [1, 2, 3, 4, 5, 6, 7]
    assert [sum(place.observer_id == one.pk for place in places) for one in watching] == [4, 3]
    assert RoomSeat.objects.filter(session=session).count() == len(people)


def test_a_late_arrival_gets_the_next_seat_and_nobody_moves():
    session, _people, _watching = watched("A", "B")
    before = {place.invitation.pk: place.seat for place in room.keep_places(session)}
    desk.check_in(invited(session, "C"), at=OPENS + 9 * MINUTE, actor=by(recruiter()))

    after = {
        place.invitation.pk: place.seat for place in room.go_to_step(session, 0, at=OPENS) and room.keep_places(session)
    }

    assert {pk: after[pk] for pk in before} == before
    assert sorted(after.values()) == [1, 2, 3]


def test_an_older_save_that_comes_late_changes_nothing():
    session, (person,), (one, _two) = watched("A")
    del session
    mark(person, one, stamp=20, motivation=4)

    mark(person, one, stamp=10, motivation=1)
    mark(person, one, stamp=20, motivation=5)

    assert Scorecard.objects.get().marks == {"motivation": 4}


def test_marks_are_seen_by_others_only_after_both_have_shown_theirs():
    session, (person,), (one, two) = watched("A")
    mark(person, one, motivation=4)
    mark(person, two, motivation=2)
    user = world.user(Role.INTERVIEWER)

    room.show_marks(session, one, at=OPENS)

    assert room.may_see_marks(session, one, user, decides=False) is True
    assert room.may_see_marks(session, two, user, decides=False) is False
    assert Scorecard.objects.get(author=two).submitted_at is None


def test_who_only_decides_sees_the_marks_once_all_observers_have_shown_theirs():
    session, (person,), watching = watched("A")
    seen = []
    for one in watching:
        seen.append(room.may_see_marks(session, None, recruiter(), decides=True))
        mark(person, one, motivation=4)
        room.show_marks(session, one, at=OPENS)

    assert [*seen, room.may_see_marks(session, None, recruiter(), decides=True)] == [False, False, True]


def test_after_seeing_the_others_a_first_mark_is_refused_and_a_second_one_kept_beside():
    session, (person,), (one, _two) = watched("A")
    mark(person, one, stamp=1, motivation=4)
    room.show_marks(session, one, at=OPENS)

    with pytest.raises(TransitionRefusedError):
        mark(person, one, stamp=2, motivation=1)
    card = room.second_mark(Scorecard.objects.get(), code="motivation", mark="3", at=OPENS)

    assert (card.marks, card.second_marks, card.standing["motivation"]) == ({"motivation": 4}, {"motivation": 3}, 3)


def test_submitting_again_after_a_lost_answer_changes_nothing():
    session, (person,), (one, _two) = watched("A")
    mark(person, one, motivation=4)

    counts = [room.show_marks(session, one, at=OPENS + index * MINUTE) for index in range(2)]

    assert counts == [1, 0]
    assert SessionInterviewer.objects.get(interviewer=one).marks_in_at == OPENS


def test_a_save_sent_again_after_submitting_is_answered_not_refused():
    session, (person,), (one, _two) = watched("A")
    mark(person, one, stamp=5, motivation=4)
    room.show_marks(session, one, at=OPENS)

    assert mark(person, one, stamp=5, motivation=4).marks == {"motivation": 4}


def test_nothing_can_be_submitted_without_a_mark():
    session, _people, (one, _two) = watched("A")

    with pytest.raises(InvalidInputError):
        room.show_marks(session, one, at=OPENS)

    assert SessionInterviewer.objects.get(interviewer=one).marks_in_at is None


def test_the_talk_once_closed_takes_no_second_marks():
    session, (person,), (one, _two) = watched("A")
    mark(person, one, motivation=4)
    room.show_marks(session, one, at=OPENS)
    room.close_talk(session, at=OPENS + timedelta(hours=1))

    with pytest.raises(TransitionRefusedError):
        room.second_mark(Scorecard.objects.get(), code="motivation", mark=3, at=OPENS)


@pytest.mark.parametrize(("minutes", "field"), [({"case": "0"}, "case"), ({"self": "soon"}, "self")])
def test_a_step_of_no_length_is_refused_at_its_field(minutes, field):
    session, _people, _watching = watched("A")

    with pytest.raises(InvalidInputError) as refused:
        room.go_to_step(session, 0, at=OPENS, minutes=minutes)

    assert refused.value.field == field


def test_marks_two_apart_are_outlined_and_the_mean_counts_second_marks():
    session, (person,), (one, two) = watched("A")
    for who, value in ((one, 5), (two, 2)):
        mark(person, who, motivation=value)
        room.show_marks(session, who, at=OPENS)
    cards = list(Scorecard.objects.select_related("author").order_by("author"))
    before = matrix_of([person], cards, SHIPPED_CRITERIA, authors=[one, two])[0]
    room.second_mark(cards[1], code="motivation", mark=4, at=OPENS)

    after = matrix_of(
        [person],
        list(Scorecard.objects.select_related("author").order_by("author")),
        SHIPPED_CRITERIA,
        authors=[one, two],
    )[0]

    assert [(m.value, m.is_apart) for m in before.cells[0].marks] == [(5, True), (2, True)]
    assert [(m.value, m.first, m.is_apart) for m in after.cells[0].marks] == [(5, None, False), (4, 2, False)]
    assert (before.mean, after.mean) == (3.5, 4.5)
    assert [m.value for m in after.cells[1].marks] == [None, None]
