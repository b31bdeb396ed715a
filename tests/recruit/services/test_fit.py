"""Requirements held against a resume."""

import pytest

from recruit.services.fit import key_words, requirement_matches

TEXT = "2023–2026 Akme Trade: account manager\nNegotiations, CRM\nВодительские права категории B"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Negotiation", ("found", "Negotiations, CRM")),
        ("CRM at least 1 year", ("found", "Negotiations, CRM")),
        ("Права категории B", ("found", "Водительские права категории B")),
        ("Forklift", ("unsure", "")),
    ],
)
def test_a_requirement_is_found_with_the_words_of_the_resume(line, expected):
    match = requirement_matches([line], TEXT)[0]

    assert (match.result, match.words) == expected


@pytest.mark.parametrize(("answer", "result"), [("none", "no"), ("нет", "no"), ("B1", "found")])
def test_an_answer_to_a_question_says_more_than_the_resume(answer, result):
    match = requirement_matches(["English B1"], "English spoken", {"Your English": answer})[0]

    assert (match.result, match.words) == (result, answer)


def test_words_that_say_nothing_are_not_looked_for():
    assert key_words("At least 1 year with your own bicycle") == ["bicycle"]
