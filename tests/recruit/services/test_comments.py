"""Comments, and the colleagues they name."""

import pytest

from recruit.errors import InvalidInputError
from recruit.services.comments import add_comment, mentioned
from tests.recruit.world import NINE, application, team, user, vacancy

pytestmark = pytest.mark.django_db


def test_of_two_names_that_fit_the_longer_one_counts():
    olga, orlova = user(), user()
    olga.name, orlova.name = "Olga", "Olga Orlova"

    assert mentioned("ask @olga orlova", [olga, orlova]) == [orlova]


def test_a_colleague_who_may_see_the_person_is_told_and_no_other():
    ours = team()
    row = application(to=vacancy(team=ours))
    near, far = user(teams=(ours,)), user()

    comment = add_comment(row, author=user(), text=f"look @{near.name} and @{far.name}", at=NINE)

    assert list(comment.mentions.values_list("user", "seen_at")) == [(near.pk, None)]


def test_an_empty_comment_is_an_error_at_its_field():
    with pytest.raises(InvalidInputError) as caught:
        add_comment(application(), author=user(), text="  ", at=NINE)

    assert caught.value.field == "text"
