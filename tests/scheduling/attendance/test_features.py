from dataclasses import FrozenInstanceError, fields

import pytest

from recruit.errors import InvalidInputError
from scheduling.attendance import (
    ALLOWED_FEATURES,
    PROTECTED,
    Invitee,
    ProtectedFeatureError,
    allowed_answers,
    refuse_protected,
)
from scheduling.attendance.model import FEATURE_OF_TERM, check_terms
from scheduling.attendance.terms import ANSWER, BEFORE, Term


def test_the_record_has_the_allowed_fields_and_no_other():
    assert {entry.name for entry in fields(Invitee)} == ALLOWED_FEATURES
    assert set() == ALLOWED_FEATURES & PROTECTED


@pytest.mark.parametrize("word", sorted(PROTECTED))
def test_every_protected_word_is_refused_as_a_question(word):
    with pytest.raises(ProtectedFeatureError):
        Invitee(answers={f"your_{word}": "yes"})


@pytest.mark.parametrize("key", ["Marital Status", "GENDER", "age-group", "native_place", "Возраст"])
def test_protected_words_are_found_in_any_spelling(key):
    with pytest.raises(ProtectedFeatureError, match="must not be weighed"):
        refuse_protected([key])


def test_words_that_only_hold_a_protected_word_pass():
    assert refuse_protected(["package", "message", "essexroad", "letter_shared", "agency"]) is None


@pytest.mark.parametrize("field", ["gender", "age", "photo", "name"])
def test_a_protected_field_cannot_be_given(field):
    with pytest.raises(TypeError):
        Invitee(**{field: "x"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": "perhaps"},
        {"interview_type": "zoom"},
        {"answers": {"letter_shared": "free text of a person"}},
        {"lead_hours": -1},
        {"lead_hours": float("inf")},
        {"lead_hours": float("nan")},
        {"hours_left": -1},
        {"hours_left": float("nan")},
        {"weekday": 7},
        {"hour": 24},
        {"reminders": -1},
        {"earlier_shows": -1},
        {"earlier_no_shows": -1},
    ],
)
def test_values_outside_the_lists_are_refused(wrong):
    with pytest.raises(InvalidInputError):
        Invitee(**wrong)


def test_an_invitee_cannot_be_changed():
    person = Invitee(answers={"letter_shared": "yes"})

    with pytest.raises(FrozenInstanceError):
        person.source = "hh"
    with pytest.raises(TypeError):
        person.answers["letter_shared"] = "no"


def test_later_changes_of_the_given_mapping_do_not_reach_the_record():
    answers = {"letter_shared": "yes"}
    person = Invitee(answers=answers)

    answers["gender"] = "female"

    assert dict(person.answers) == {"letter_shared": "yes"}


def test_every_term_of_the_model_is_made_of_an_allowed_feature():
    terms = (*BEFORE, ANSWER)

    check_terms(terms)

    assert {FEATURE_OF_TERM.get(term.name, term.name) for term in terms} <= ALLOWED_FEATURES


@pytest.mark.parametrize("name", ["gender", "nationality", "question:marital_status", "shoe_size"])
def test_a_term_of_something_else_is_refused(name):
    with pytest.raises(InvalidInputError):
        check_terms((Term(name, ("",), (0.0,), 1.0),))


def test_answers_from_anywhere_are_cut_down_to_what_may_be_known():
    known = {"letter_shared": "yes", "Marital Status": "yes", "why": "I live near", "venue_clear": "unknown"}

    assert allowed_answers(known) == {"letter_shared": "yes", "venue_clear": "unknown"}
    assert dict(Invitee(answers=allowed_answers(known)).answers) == {"letter_shared": "yes", "venue_clear": "unknown"}
