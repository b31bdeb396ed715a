"""The demo's people sign in where their public password does no harm, and nowhere else."""

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from recruit.backends import PasswordBackend
from recruit.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "demo-turnout"


def sign_in(email, *, address="127.0.0.1"):
    request = RequestFactory().post("/sign-in/", REMOTE_ADDR=address)
    return PasswordBackend().authenticate(request, username=email, password=PASSWORD)


@pytest.fixture
def demo_user():
    return User.objects.create_user("desk@demo.example", PASSWORD, name="Dina")


@pytest.mark.parametrize(
    ("demo", "address", "gets_in"),
    [(True, "127.0.0.1", True), (True, "::1", True), (True, "192.0.2.7", False), (False, "127.0.0.1", False)],
)
def test_a_demo_person_signs_in_in_demo_mode_from_this_machine(demo_user, settings, demo, address, gets_in):
    settings.DEMO = demo

    assert (sign_in(demo_user.email, address=address) is not None) == gets_in


def test_a_demo_session_ends_with_demo_mode(demo_user, settings):
    settings.DEMO = True
    assert PasswordBackend().get_user(demo_user.pk) == demo_user

    settings.DEMO = False

    assert PasswordBackend().get_user(demo_user.pk) is None


def test_other_people_sign_in_in_every_mode_and_from_everywhere(settings):
    settings.DEMO = False
    user = User.objects.create_user("rita@company.example", PASSWORD, name="Rita")

    assert sign_in(user.email, address="192.0.2.7") == user
    assert PasswordBackend().get_user(user.pk) == user


def test_the_demo_does_not_listen_to_the_world(settings):
    settings.DEMO = True

    with pytest.raises(CommandError, match=r"127\.0\.0\.1 only"):
        call_command("up", host="192.0.2.1", port=8999)
