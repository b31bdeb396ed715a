"""One-time links of the demo."""

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from recruit.errors import NotAllowedError
from recruit.models import User
from recruit.services.sign_in import MAX_AGE_SECONDS, one_time_token, user_of
from tests.recruit.world import HOUR, NINE, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def _demo(settings):
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.recruit.demo_urls"


@pytest.mark.usefixtures("_demo")
def test_a_link_signs_its_user_in():
    who = user()

    assert user_of(one_time_token(who)) == who


def test_links_exist_in_demo_mode_only(settings):
    settings.DEMO = True
    token = one_time_token(user())
    settings.DEMO = False

    with pytest.raises(NotAllowedError, match="demo mode only"):
        one_time_token(user())
    with pytest.raises(NotAllowedError):
        user_of(token)


@pytest.mark.usefixtures("_demo")
def test_a_link_is_used_once():
    who = user()
    token = one_time_token(who)
    User.objects.filter(pk=who.pk).update(last_login=timezone.now())

    with pytest.raises(NotAllowedError, match="used already"):
        user_of(token)


@pytest.mark.usefixtures("_demo")
def test_the_page_of_a_link_signs_in_once(client):
    url = reverse("sign-in-once", args=[one_time_token(user())])

    client.get(url)
    signed_in = "_auth_user_id" in client.session
    client.logout()
    client.get(url)

    assert (signed_in, "_auth_user_id" in client.session) == (True, False)


@pytest.mark.usefixtures("_demo")
def test_a_link_works_from_this_machine_only(client):
    answer = client.get(reverse("sign-in-once", args=[one_time_token(user())]), REMOTE_ADDR="203.0.113.7")

    assert (answer.status_code, "_auth_user_id" in client.session) == (403, False)


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(("after", "works"), [(MAX_AGE_SECONDS - 5, True), (MAX_AGE_SECONDS + 5, False)])
def test_a_link_expires(after, works):
    who = user()
    with time_machine.travel(NINE, tick=False) as clock:
        token = one_time_token(who)
        clock.shift(after)

        if works:
            assert user_of(token) == who
        else:
            with pytest.raises(NotAllowedError, match="too old"):
                user_of(token)


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize(
    "token",
    ["", "x", signing.dumps([1, ""]), signing.dumps(7, salt="recruit.sign-in-once")],
    ids=["empty", "a letter", "another salt", "another shape"],
)
def test_a_forged_or_foreign_token_signs_nobody_in(token):
    user(last_login=NINE + HOUR)

    with pytest.raises(NotAllowedError):
        user_of(token)


@pytest.mark.usefixtures("_demo")
def test_somebody_who_left_is_not_signed_in():
    who = user()
    token = one_time_token(who)
    User.objects.update(is_active=False)

    with pytest.raises(NotAllowedError):
        user_of(token)
