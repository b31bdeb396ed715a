"""Triage and the board in a real browser: at once on the screen, saved behind it, and back when the save fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from recruit.models import Application
from recruit.states import Stage
from tests.recruit import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_MILLISECONDS = 50


def _responses(count: int) -> list[Application]:
    to = world.vacancy(title="Courier", requirements="CRM")
    return [world.application(who=world.candidate(f"Person {n}"), to=to) for n in range(count)]


@pytest.fixture
def page(chromium, site, client):
    from django.conf import settings

    person = world.user()
    client.force_login(person, "recruit.backends.PasswordBackend")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": site,
            }
        ]
    )
    opened = context.new_page()
    yield opened
    context.close()


def test_a_decision_shows_the_next_person_before_it_is_saved(page, site) -> None:
    _responses(6)
    page.goto(f"{site}/triage/", wait_until="networkidle")
    first = page.locator("article h2").inner_text()

    milliseconds = page.evaluate(
        """() => { const name = () => document.querySelector("article h2").textContent, was = name(), at = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", {code: "KeyY", key: "н", bubbles: true}));
        return name() === was ? 1e9 : performance.now() - at; }"""
    )

    assert milliseconds <= MOST_MILLISECONDS
    expect(page.get_by_text(f"last: {first}, Shortlist")).to_be_visible()
    assert Application.objects.get(candidate__name=first).stage == Stage.SHORTLIST


def test_a_failed_save_comes_back_with_its_person_and_the_note(page, site) -> None:
    _responses(3)
    page.goto(f"{site}/triage/", wait_until="networkidle")
    first = page.locator("article h2").inner_text()
    page.locator("textarea[name=note]").fill("ask about the licence")
    page.locator("textarea[name=note]").blur()
    page.context.set_offline(True)

    page.keyboard.press("y")

    expect(page.locator("article h2")).to_have_text(first)
    expect(page.locator("[data-error]")).to_contain_text("Not saved")
    expect(page.locator("textarea[name=note]")).to_have_value("ask about the licence")
    page.context.set_offline(False)
    page.keyboard.press("y")
    expect(page.get_by_text(f"last: {first}, Shortlist")).to_be_visible()
    assert Application.objects.get(candidate__name=first).comments.get().text == "ask about the licence"


def test_a_card_is_moved_by_the_keyboard_and_by_its_menu(page, site) -> None:
    row = _responses(1)[0]
    page.goto(f"{site}/vacancies/{row.vacancy_id}/", wait_until="networkidle")
    card = page.locator(".card a")
    card.focus()
    page.keyboard.press("]")

    expect(page.locator('[data-stage="screening"] .card')).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Screening")
    page.locator("[data-move]").click()
    page.locator("#move button[value=offer]").click()

    expect(page.locator('[data-stage="offer"] .card')).to_be_visible()
    row.refresh_from_db()
    assert row.stage == Stage.OFFER


def test_the_palette_finds_a_person_from_any_page(page, site) -> None:
    world.application(who=world.candidate("Zarina Alimova", name_key="alimova zarina"))
    page.goto(f"{site}/triage/", wait_until="networkidle")

    page.keyboard.press("Control+k")
    page.locator("#palette-words").fill("zari")
    expect(page.locator("#palette-found a")).to_contain_text("Zarina Alimova")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Zarina Alimova", level=1)).to_be_visible()
