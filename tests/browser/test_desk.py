"""The desk on the tablet: two helpers at once, and targets for a thumb."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from recruit.models import Team, User
from scheduling.models import InterviewSession, Invitation, LedgerEntry
from scheduling.services.lobby import lobby_token
from scheduling.states import LedgerKind
from tests.browser.staff import Staff, all_saved
from tests.browser.world import make_day

pytestmark = [pytest.mark.browser, pytest.mark.both, pytest.mark.django_db(transaction=True)]
LEAST_TARGET = 56


def _at_the_desk(staff: Staff, who: str) -> Page:
    page = staff.sign_in(f"{who}@company.example", width=1024, height=768)
    page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Desk")).click()
    expect(page.get_by_role("region", name="Expected")).to_be_visible()
    # Modules run before the page counts as loaded: from here on the script answers every press.
    page.wait_for_load_state("load")
    expect(page.locator("[data-net]")).to_contain_text("synced")
    return page


def _here(page: Page, name: str) -> None:
    """Press "Here" as a thumb does, and do not wait for what comes of it."""
    row = page.get_by_role("region", name="Expected").locator(".person").filter(has_text=name)
    row.get_by_role("button", name="Here").evaluate("(button) => { setTimeout(() => button.click(), 0); }")


def test_two_desks_note_one_arrival(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova", "Boris Ivanov"])
    Invitation.objects.update(answer="confirmed", state="confirmed")
    desks = [_at_the_desk(staff, "dina"), _at_the_desk(staff, "dan")]

    for desk in desks:
        _here(desk, "Anna Petrova")

    for desk in desks:
        here = desk.get_by_role("region", name="Here", exact=True).locator(".person")
        expect(here).to_have_count(1)
        expect(here).to_contain_text("Anna Petrova")
        all_saved(desk)
    anna = Invitation.objects.get(application__candidate__name="Anna Petrova")
    assert (anna.state, anna.number) == ("arrived", 1)
    assert LedgerEntry.objects.filter(invitation=anna, kind=LedgerKind.ARRIVED).count() == 1
    assert InterviewSession.objects.get().last_number == 1


def test_targets_are_wide_enough_for_a_thumb(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova", "Boris Ivanov", "Chen Wei"])
    Invitation.objects.update(answer="confirmed", state="confirmed")
    desk = _at_the_desk(staff, "dina")
    for count in (1, 2):
        desk.get_by_role("region", name="Expected").get_by_role("button", name="Here").first.click()
        expect(desk.get_by_role("region", name="Here", exact=True).locator(".person")).to_have_count(count)
    desk.get_by_role("button", name=re.compile("Call next")).click()
    expect(desk.get_by_role("button", name="Done")).to_be_visible()
    desk.get_by_role("region", name="Here", exact=True).locator("summary").first.click()

    small = desk.evaluate(
        "(least) => [...document.querySelectorAll('.desk button, .desk input:not([type=hidden]), .desk a, .desk summary, .desk select')]"
        ".filter((one) => one.offsetParent !== null).map((one) => [one.textContent.trim(), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < least || box.width < least).map(([text, box]) => [text, box.width, box.height])",
        LEAST_TARGET,
    )

    assert small == []
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_who_comes_is_called_in_two_clicks(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova"])
    Invitation.objects.update(answer="confirmed", state="confirmed")
    desk = _at_the_desk(staff, "dina")

    desk.get_by_role("region", name="Expected").get_by_role("button", name="Here").click()
    expect(desk.get_by_text("Anna Petrova is number 01")).to_be_visible()
    desk.get_by_role("button", name=re.compile("Call next: 01 Anna Petrova")).click()

    expect(desk.get_by_role("region", name="In interview").get_by_role("button", name="Done")).to_be_visible()
    expect(desk.locator(".pending")).to_have_count(0)
    assert Invitation.objects.get().state == "in_interview"


def test_a_network_cut_loses_nothing_and_doubles_nothing(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova", "Boris Ivanov", "Chen Wei"])
    Invitation.objects.update(answer="confirmed", state="confirmed")
    desk = _at_the_desk(staff, "dina")
    expected, here = (desk.get_by_role("region", name=name, exact=True) for name in ("Expected", "Here"))

    desk.context.set_offline(True)
    for name in ("Anna Petrova", "Boris Ivanov"):
        expected.locator(".person").filter(has_text=name).get_by_role("button", name="Here").click()
    expect(here.locator(".person")).to_have_count(2)
    desk.locator("form[data-next] button").click()
    desk.get_by_role("button", name="+ Walk-in").click()
    desk.locator("#walk-in [name=name]").fill("Vera Walkin")
    desk.get_by_role("button", name="Take them in").click()
    expect(desk.locator("[data-net]")).to_have_text("offline, 4 actions waiting")
    assert Invitation.objects.filter(arrived_at=None).count() == 3
    desk.context.set_offline(False)

    expect(desk.locator("[data-net]")).to_contain_text("synced")
    expect(desk.locator(".pending")).to_have_count(0)
    rows = dict(Invitation.objects.values_list("application__candidate__name", "state"))
    assert rows == {
        "Anna Petrova": "in_interview",
        "Boris Ivanov": "arrived",
        "Chen Wei": "confirmed",
        "Vera Walkin": "arrived",
    }
    assert LedgerEntry.objects.filter(kind__in=[LedgerKind.ARRIVED, LedgerKind.STARTED]).count() == 4
    assert sorted(Invitation.objects.exclude(number=None).values_list("number", flat=True)) == [1, 2, 3]


def test_a_press_whose_answer_was_lost_is_sent_again_and_counts_once(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova", "Boris Ivanov"])
    Invitation.objects.update(answer="confirmed", state="confirmed")
    desk = _at_the_desk(staff, "dina")
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(str(route.fetch().status))
        route.abort()

    desk.route("**/desk/act/", lose_the_first_answer)
    desk.get_by_role("region", name="Expected").get_by_role("button", name="Here").first.click()

    expect(desk.locator(".pending")).to_have_count(0)
    expect(desk.get_by_role("region", name="Here", exact=True).locator(".person")).to_have_count(1)
    assert lost == ["200"]
    assert LedgerEntry.objects.filter(kind=LedgerKind.ARRIVED).count() == 1
    assert InterviewSession.objects.get().last_number == 1


def test_what_the_desk_could_not_send_is_sent_before_the_day_is_closed(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova", "Boris Ivanov"])
    Invitation.objects.update(answer="confirmed", state="confirmed")
    User.objects.get(email="rita@company.example").teams.add(Team.objects.get())
    desk = _at_the_desk(staff, "rita")
    desk.route("**/desk/act/", lambda route: route.abort())
    _here(desk, "Anna Petrova")
    expect(desk.locator("[data-net]")).to_have_text("offline, 1 action waiting")

    desk.unroute("**/desk/act/")
    desk.goto(f"{site}{reverse('close', args=[InterviewSession.objects.get().pk])}")

    anna = desk.get_by_role("row").filter(has_text="Anna Petrova")
    expect(anna.get_by_role("button", name="Left unseen")).to_be_visible()
    assert sorted(Invitation.objects.values_list("state", flat=True)) == ["arrived", "confirmed"]


def test_the_lobby_screen_shows_numbers_and_no_names(staff: Staff, site: str) -> None:
    session = make_day(["Anna Petrova", "Boris Ivanov"])
    Invitation.objects.update(answer="confirmed", state="confirmed")
    desk = _at_the_desk(staff, "dina")
    screen = staff.window(width=1024, height=768)
    screen.goto(f"{site}/lobby/{lobby_token(session.office_id)}/")
    expect(screen.get_by_text("Your number will stand here.")).to_be_visible()

    desk.get_by_role("region", name="Expected").get_by_role("button", name="Here").first.click()
    desk.get_by_role("button", name=re.compile("Call next: 01")).click()

    expect(screen.locator("li.first")).to_contain_text("01")
    content = screen.content()
    assert [word for word in ("Anna", "Petrova", "Boris", "Ivanov", "Courier") if word in content] == []
