"""The company's scorecard is written in Settings; the shipped one stays as it is, and marks keep their points."""

import pytest
from django.urls import reverse

from recruit.permissions import Role
from scheduling.models import ScorecardTemplate
from scheduling.services import scorecards
from tests.recruit import world

pytestmark = pytest.mark.django_db
PATH = reverse("settings-scorecard")
FOUR = {"name": "Sales", "label1": "Motivation", "label2": "Selling", "label3": "Adequacy", "label4": "Way to work"}


@pytest.fixture
def admin(client):
    user = world.user(Role.ADMIN)
    client.force_login(user, "recruit.backends.PasswordBackend")
    return user


def codes():
    return [(point["code"], point["label"]) for point in scorecards.default_template().criteria]


def test_the_shipped_points_are_shown_and_a_copy_is_kept_with_their_codes(client, admin):
    shown = client.get(PATH).context["form"].initial

    client.post(PATH, FOUR)

    assert [shown[f"label{n}"] for n in range(1, 7)] == ["Motivation", "Ability", "Adequacy", "", "", ""]
    assert codes() == [
        ("motivation", "Motivation"),
        ("ability", "Selling"),
        ("adequacy", "Adequacy"),
        ("point1", "Way to work"),
    ]
    assert ScorecardTemplate.objects.get(name=scorecards.SHIPPED_NAME).criteria == scorecards.SHIPPED_CRITERIA


def test_a_point_that_is_taken_out_and_one_put_in_never_share_a_code(client, admin):
    client.post(PATH, FOUR)

    client.post(PATH, {**FOUR, "label4": "", "label5": "Night shifts"})

    assert codes()[3:] == [("point2", "Night shifts")]


def test_the_shipped_one_comes_back_and_the_companys_stays_for_old_marks(client, admin):
    client.post(PATH, FOUR)

    client.post(PATH, {"what": "shipped"})

    assert [code for code, _label in codes()] == ["motivation", "ability", "adequacy"]
    assert ScorecardTemplate.objects.filter(name="Sales", is_default=False).count() == 1


@pytest.mark.parametrize(
    ("change", "field"), [({f"label{n}": "" for n in range(1, 5)}, "label1"), ({"label2": "motivation"}, "label1")]
)
def test_no_points_and_two_of_one_name_are_refused(client, admin, change, field):
    answer = client.post(PATH, {**FOUR, **change})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert ScorecardTemplate.objects.exclude(name=scorecards.SHIPPED_NAME).count() == 0


def test_what_another_wrote_meanwhile_is_told_and_kept(client, admin):
    seen = client.get(PATH).context["form"].seen_value
    client.post(PATH, {**FOUR, "seen": seen})

    refused = client.post(PATH, {**FOUR, "label2": "Patience", "seen": seen})

    assert f"{admin} changed this meanwhile: Point 2" in refused.content.decode()
    assert codes()[1] == ("ability", "Selling")


def test_only_who_may_change_settings_writes_it(client):
    client.force_login(world.user(Role.INTERVIEWER), "recruit.backends.PasswordBackend")

    assert client.post(PATH, FOUR).status_code == 403
