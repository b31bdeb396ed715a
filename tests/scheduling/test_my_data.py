"""The page of one's rights behind the secret link: everything by POST, nothing of anybody else."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from recruit.models import Candidate, Consent, PrivacyRequest
from recruit.services.rates import MY_DATA
from scheduling.services.links import token_of
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    return day.invited(day.opened(), "Anna Petrova", email="anna@mail.test")


@pytest.fixture
def page(invitation):
    return f"/i/{token_of(invitation)}/my-data/"


@pytest.mark.parametrize(("language", "words"), [("en", "My data"), ("ru", "Мои данные"), ("th", "ข้อมูลของฉัน")])
def test_the_page_speaks_the_persons_language_and_shows_every_text(client, page, language, words):
    answer = client.get(page, {"lang": language})

    assert (answer.status_code, words in answer.content.decode(), len(answer.context["texts"])) == (200, True, 4)
    assert (answer.headers["Referrer-Policy"], "no-store" in answer.headers["Cache-Control"]) == ("no-referrer", True)


@pytest.mark.attack("A170")
@pytest.mark.parametrize("method", ["get", "head"])
def test_loading_the_page_changes_nothing(client, page, method):
    for _ in range(5):
        assert getattr(client, method)(page).status_code == 200

    assert (PrivacyRequest.objects.count(), Consent.objects.count()) == (0, 0)


@pytest.mark.attack("A117")
def test_the_copy_is_the_persons_own(client, page):
    day.invited(day.opened(), "Somebody Else", email="else@mail.test")

    answer = client.post(page, {"what": "download"})

    data = zipfile.ZipFile(io.BytesIO(answer.content)).read("person.json").decode()
    assert (answer.headers["Content-Type"], "anna@mail.test" in data, "else@mail.test" in data) == (
        "application/zip", True, False,
    )  # fmt: skip
    assert json.loads(data)["person"][0]["name"] == "Anna Petrova"


def test_agreeing_needs_a_tick_and_is_taken_back_as_easily(client, page):
    assert client.post(page, {"what": "agree"}).status_code == 400
    client.post(page, {"what": "agree", "tick": "1"})
    given = Consent.objects.get(purpose="pool")
    client.post(page, {"what": "withdraw"})

    assert (given.is_consent, given.withdrawn_at) == (True, None)
    assert Consent.objects.get(purpose="pool").withdrawn_at is not None
    # That the other texts were shown is written down as well, without any tick.
    assert set(Consent.objects.filter(is_consent=False).values_list("purpose", flat=True)) == {
        "recruitment", "messages", "forecast",
    }  # fmt: skip


@pytest.mark.attack("A121")
def test_a_person_asks_for_a_review_and_objects_to_the_forecast(client, page):
    client.post(page, {"what": "review", "text": "Why was I refused?"})
    client.post(page, {"what": "object"})

    assert dict(PrivacyRequest.objects.values_list("kind", "state")) == {"review": "open", "object": "done"}
    assert Candidate.objects.get().no_forecast is True
    assert "Asked for" in client.get(page, {"lang": "en"}).content.decode()


def test_messages_can_be_stopped(client, page):
    client.post(page, {"what": "stop"})

    assert Candidate.objects.get().do_not_contact is True


def test_an_unknown_press_is_refused(client, page):
    assert client.post(page, {"what": "delete everything"}).status_code == 400
    assert PrivacyRequest.objects.count() == 0


@pytest.mark.attack("A095")
def test_presses_without_end_are_stopped(client, page):
    answers = [client.post(page, {"what": "withdraw"}).status_code for _ in range(MY_DATA.most + 1)]

    assert answers[-2:] == [302, 429]


def test_a_wrong_link_opens_nothing(client, page):
    assert client.get(page.replace("/my-data", "x/my-data")).status_code == 404
