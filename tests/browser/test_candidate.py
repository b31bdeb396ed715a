"""The invited person's page on a small phone: light, without script, in three languages; looking changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from playwright.sync_api import expect

from recruit.models import Candidate
from scheduling.models import Invitation
from scheduling.services.links import path_of
from tests.browser.staff import Staff
from tests.browser.world import make_day

pytestmark = [pytest.mark.browser, pytest.mark.both, pytest.mark.django_db(transaction=True)]
LONG_NAME = "Anastasia-Aleksandra Konstantinopolskaya-Rozhdestvenskaya"
STEPS = ("", "way", "late", "change", "move", "kept", "cannot", "withdraw")
LANGUAGES = ("en", "ru", "th")
MOST_BYTES = 30_000


def _rows() -> dict[str, str]:
    """Return every row of our tables as text, but for when the link was first loaded."""
    rows = {}
    for model in [*apps.get_app_config("recruit").get_models(), *apps.get_app_config("scheduling").get_models()]:
        found = list(model._default_manager.order_by("pk"))
        for one in found:
            if isinstance(one, Invitation):
                one.link_loaded_at = None
        rows[model._meta.label] = serializers.serialize("json", found)
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_fits_a_small_phone_and_is_light(staff: Staff, site: str, language: str) -> None:
    make_day([LONG_NAME], language=language)
    path = path_of(Invitation.objects.get())
    for step in STEPS:
        phone = staff.phone("about:blank", language=language)
        weights: list[int] = []
        phone.on("response", lambda answer, weights=weights: weights.append(len(answer.body())))

        phone.goto(f"{site}{path}/{step}/" if step else f"{site}{path}/")

        wide = phone.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert (step, wide) == (step, [320, 320])
        assert phone.locator("script").count() == 0
        assert phone.locator("html").get_attribute("lang") == language
        assert 0 < sum(weights) <= MOST_BYTES
        small = phone.evaluate(
            "[...document.querySelectorAll('main button, main a.button, main a.row')]"
            ".filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent)"
        )
        assert small == []
        phone.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_confirming_needs_no_script(staff: Staff, site: str, language: str) -> None:
    make_day([LONG_NAME], language=language)
    invitation = Invitation.objects.get()
    phone = staff.phone(f"{site}{path_of(invitation)}")

    phone.locator("main form button.main").click()

    expect(phone.locator(".done")).to_be_visible()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.answer) == ("confirmed", "confirmed")


def test_the_first_screen_holds_what_matters(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova"])
    invitation = Invitation.objects.get()
    phone = staff.phone(f"{site}{path_of(invitation)}")
    below = (
        "(words) => words.filter((word) => { const one = [...document.querySelectorAll('main *')]"
        ".find((each) => each.children.length < 2 && each.textContent.includes(word));"
        " return !one || one.getBoundingClientRect().bottom > 568; })"
    )

    before = phone.evaluate(below, ["Lesnaya 5", "I will come", "Another time", "I cannot come", "Salary"])
    phone.get_by_role("button", name="I will come").click()
    expect(phone.get_by_role("heading", name="We expect you, Anna")).to_be_visible()
    after = phone.evaluate(below, ["How to get there", "I am late", "Change or cancel"])

    assert (before, after) == ([], [])
    assert phone.get_by_role("img", name="Code of your visit").count() == 1


def test_another_time_is_kept_and_taken_without_script(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova"])
    invitation = Invitation.objects.select_related("band").get()
    assert invitation.band is not None
    phone = staff.phone(f"{site}{path_of(invitation)}/move/")

    phone.get_by_role("radio").last.check()
    phone.get_by_role("button", name="Choose").click()
    expect(phone.get_by_text("Kept for you until")).to_be_visible()
    phone.get_by_role("button", name="Yes, I will come then").click()

    expect(phone.get_by_role("heading", name="We expect you, Anna")).to_be_visible()
    moved = Invitation.objects.select_related("band").get()
    assert moved.band is not None
    assert (moved.state, moved.sequence, moved.band.starts_at > invitation.band.starts_at) == ("confirmed", 1, True)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(site: str, method: str) -> None:
    make_day(["Anna Petrova"])
    path = path_of(Invitation.objects.get())
    before = _rows()
    client = Client(SERVER_NAME="127.0.0.1")
    answers: list[Any] = [client.generic(method, f"{path}/{step}/" if step else f"{path}/") for step in STEPS]
    answers.append(client.generic(method, f"{path}/interview.ics"))

    assert [answer.status_code for answer in answers] == [200] * (len(STEPS) + 1)
    assert _rows() == before
    assert Candidate.objects.count() == 1
