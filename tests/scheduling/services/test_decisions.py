"""Deciding after the interview: everybody hears, nobody is told the reason, and it can be taken back."""

import pytest

from recruit.errors import InvalidInputError
from recruit.models import Message
from recruit.states import MessageState, Stage
from scheduling.services import decisions
from scheduling.services.facts import note_facts
from tests.recruit import world
from tests.scheduling.world import OPENS, draft, invited, recruiter

pytestmark = pytest.mark.django_db


def seen(name: str, **fields):
    session = draft()
    row = invited(session, name, email=f"{name.lower()}@mail.test").application
    for key, value in fields.items():
        setattr(row.candidate, key, value)
    row.candidate.save()
    return row


@pytest.mark.parametrize(
    ("word", "stage", "reason"),
    [
        ("offer", Stage.OFFER, ""),
        ("reserve", Stage.SHORTLIST, ""),
        ("second", Stage.SHORTLIST, ""),
        ("no:salary", Stage.REJECTED, "salary"),
    ],
)
def test_each_decision_moves_the_person_and_writes_their_answer(word, stage, reason):
    row = seen("Anna")

    saved = decisions.save_decisions([decisions.read_choice(row, word)], at=OPENS, by=recruiter())

    row.refresh_from_db()
    answer = Message.objects.get(kind="answer")
    assert (row.stage, row.closing_reason, row.answered_at) == (stage, reason, OPENS)
    assert (answer.pk, answer.not_before, answer.channel) == (
        saved.messages[0],
        OPENS + decisions.ANSWER_DELAY,
        "email",
    )
    assert "salary" not in answer.body.lower()


@pytest.mark.parametrize("word", ["no", "no:", "no:face", "perhaps", ""])
def test_a_word_that_decides_nothing_is_refused(word):
    with pytest.raises(InvalidInputError):
        decisions.read_choice(seen("Anna"), word)


def test_the_answer_is_in_the_persons_language():
    row = seen("Anna", language="ru")

    answer = decisions.answer_to(decisions.read_choice(row, "offer"), at=OPENS)

    assert answer.subject.startswith("После собеседования")


def test_what_is_refused_for_one_person_does_not_stop_the_others():
    gone, row = seen("Anna"), seen("Boris")
    choices = [decisions.read_choice(one, "no:marks") for one in (gone, row)]
    decisions.save_decisions([choices[0]], at=OPENS, by=recruiter())

    saved = decisions.save_decisions(choices, at=OPENS, by=recruiter())

    assert [name for name, _why in saved.refused] == ["Anna"]
    assert len(saved.moves) == 1


def test_decisions_taken_back_stop_their_answers():
    row = seen("Anna")
    saved = decisions.save_decisions([decisions.read_choice(row, "no:marks")], at=OPENS, by=recruiter())

    count = decisions.undo_decisions(saved.moves, saved.messages, at=OPENS, by=recruiter())

    row.refresh_from_db()
    assert (count, row.stage, row.answered_at) == (1, Stage.INTERVIEW, None)
    assert Message.objects.get(kind="answer").state == MessageState.DROPPED


def test_facts_of_a_talk_are_kept_beside_the_answers_and_an_empty_field_forgets_nothing():
    row = world.application()
    note_facts(row, {"self_rating": "4", "other_offers": "two", "decides_on": "2026-05-15"}, at=OPENS)

    said = note_facts(row, {"self_rating": "", "travel_minutes": "40"}, at=OPENS)

    assert said == {"self_rating": 4, "other_offers": "two", "decides_on": "2026-05-15", "travel_minutes": 40}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"self_rating": "6"}, "self_rating"),
        ({"travel_minutes": "far"}, "travel_minutes"),
        ({"free_from": "soon"}, "free_from"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_at_its_field(facts, field):
    with pytest.raises(InvalidInputError) as refused:
        note_facts(world.application(), facts, at=OPENS)

    assert refused.value.field == field
