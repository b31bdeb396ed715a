"""The table of permissions is whole: every action is allowed to somebody and has words for the page that shows it."""

from recruit.permissions import ACTION_WORDS, ALLOWED, Action, Role, may


def test_every_action_stands_in_the_table_and_has_words():
    assert set(ALLOWED) == set(Action)
    assert set(ACTION_WORDS) == set(Action)


def test_every_action_is_allowed_to_the_administrator_or_to_programs():
    assert [action for action in Action if not may(Role.ADMIN, action)] == []


def test_the_desk_sees_neither_pay_nor_notes():
    assert [may(Role.DESK, action) for action in (Action.SEE_SALARY, Action.SEE_NOTES)] == [False, False]
