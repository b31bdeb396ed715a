"""What every page holds to and only a browser can see: print, no stylesheet, no network, the menu of a phone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from recruit.models import User
from recruit.permissions import Role
from scheduling.models import InterviewSession, Invitation
from scheduling.services import scorecards
from scheduling.services.links import path_of
from scheduling.states import InvitationState
from tests.browser.staff import Staff
from tests.browser.world import make_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Text of every visible element that has some of its own, whose colour on white is below 4.5 : 1, or whose ground is not white.
NOT_FOR_PAPER = """() => {
  const part = (value) => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
  const own = (one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent).join("").trim();
  return [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && own(one)
      && !one.closest("svg, select, .hush, .skip"))
    .filter((one) => { const look = getComputedStyle(one); const alpha = look.backgroundColor.match(/[\\d.]+/g)[3] ?? "1";
      return 1.05 / (light(look.color) + 0.05) < 4.5 || (alpha !== "0" && light(look.backgroundColor) < 0.75); })
    .map((one) => `${one.className || one.tagName}: ${own(one).slice(0, 40)}`);
}"""
OF_THE_SCREEN = ".rail, .bottom, .top .search, .top .acts, .toasts, .no-print, .demo-strip"


def _rita(staff: Staff, **size: int) -> Page:
    User.objects.filter(name="Rita").update(role=Role.ADMIN)
    return staff.sign_in("rita@company.example", **size)


def _seen_and_marked() -> None:
    now, author = timezone.now(), scorecards.interviewer_of(User.objects.get(name="Rita"))
    Invitation.objects.update(state=InvitationState.FINISHED, arrived_at=now, finished_at=now, settled_at=now)
    for row, mark in zip(Invitation.objects.order_by("pk"), (5, 3, 2), strict=True):
        scorecards.save_scorecard(row, author, marks={"motivation": mark, "ability": mark}, at=now, submit=True)


@pytest.mark.parametrize("name", ["desk-paper", "compare", "close"])
def test_the_desks_list_compare_and_the_day_print_dark_on_white_without_the_screens_parts(
    staff: Staff, site: str, name: str
) -> None:
    make_day(["Anna Petrova", "Boris Ivanov", "Chen Wei"])
    if name != "desk-paper":
        _seen_and_marked()
    page = _rita(staff, width=1047, height=720)
    page.goto(site + reverse(name, args=[] if name == "compare" else [InterviewSession.objects.get().pk]))
    page.get_by_text("Anna").first.wait_for()

    page.emulate_media(media="print", color_scheme="dark")

    shown = page.locator(OF_THE_SCREEN).evaluate_all("(all) => all.filter((one) => one.checkVisibility()).length")
    wide = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert (shown, wide, page.evaluate(NOT_FOR_PAPER)) == (0, True, [])


def test_a_candidates_page_reads_in_order_without_its_stylesheet(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova"])
    phone = staff.phone("about:blank")
    phone.route("**/*.css", lambda route: route.abort())

    phone.goto(site + path_of(Invitation.objects.get()))

    text = phone.locator("body").inner_text()
    facts = ["Real Company", "Anna", "Courier", "Lesnaya 5", "I will come", "Another time", "I cannot come", "passport"]
    places = [text.find(fact) for fact in facts]
    assert -1 not in places, text
    assert places == sorted(places)
    phone.get_by_role("button", name="I will come").click()
    expect(phone.get_by_role("heading", name="We expect you, Anna")).to_be_visible()


def test_live_says_since_when_it_is_not_fresh_and_stops_when_it_is(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova"])
    page = _rita(staff)
    page.goto(site + reverse("live", args=[InterviewSession.objects.get().pk]))
    page.wait_for_load_state("load")
    said = page.locator("[data-fresh]")
    expect(said).to_be_hidden()

    page.context.set_offline(True)
    expect(said).to_have_text(re.compile(r"^last update \d\d:\d\d:\d\d$"))
    page.context.set_offline(False)

    expect(said).to_be_hidden()


def test_the_menu_of_a_phone_opens_over_the_page_and_goes_away(staff: Staff, site: str) -> None:
    make_day([])
    page = _rita(staff, width=320, height=640)
    rail = page.get_by_role("navigation", name="Main")
    expect(rail).to_be_hidden()

    page.get_by_role("link", name="More", exact=True).click()
    expect(rail.get_by_role("link", name="Imports")).to_be_visible()
    rail.get_by_role("link", name="Close").click()
    expect(rail).to_be_hidden()
    page.get_by_role("link", name="More", exact=True).click()
    rail.get_by_role("link", name="Imports").click()

    expect(page.get_by_role("heading", name="Imports", level=1)).to_be_visible()
    expect(rail).to_be_hidden()
