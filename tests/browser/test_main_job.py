"""The main job in a browser: from an old table to a hire, by visible controls alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from recruit.models import Application, Company, Office, Team, User
from recruit.permissions import Role
from scheduling.models import Interviewer, InterviewSession, Invitation, Room
from scheduling.states import LIVE
from tests.browser.staff import PASSWORD, Staff, let_the_worker_work
from tests.corpora import corpus

pytestmark = [pytest.mark.browser, pytest.mark.both, pytest.mark.django_db(transaction=True)]
RECRUITER = "rita@company.example"


def zone_of_noon() -> str:
    """Return a time zone in which it is now between twelve and one: an afternoon session begins within the hour."""
    # POSIX zones count the other way round: Etc/GMT-3 is three hours ahead of Greenwich.
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


@pytest.fixture
def company() -> Company:
    """A company with one office where it is now between noon and one, two interviewers and a recruiter."""
    company = Company.current()
    company.name, company.language, company.currency = "Real Company", "en", "RUB"
    company.save()
    office = Office.objects.create(
        name="Lesnaya 5",
        city="Moscow",
        address="Lesnaya 5, entrance B",
        directions="Exit 2, then five minutes on foot.",
        phone="+7 000 100-20-30",
        time_zone=zone_of_noon(),
    )
    team = Team.objects.create(name="Moscow")
    team.offices.add(office)
    rita = User.objects.create_user(RECRUITER, PASSWORD, name="Rita", role=Role.RECRUITER)
    rita.teams.add(team)
    for number, name in enumerate(("Olga Orlova", "Sergey Kim"), start=1):
        Interviewer.objects.create(name=name).offices.add(office)
        Room.objects.create(office=office, name=f"Room {number}")
    return company


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    """A table of 100 people, as a job board gives it; every fifth has an e-mail, all have a phone."""
    path = tmp_path / "responses.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["Name", "Phone", "E-mail", "City", "Salary"])
        for number in range(100):
            mail = f"person{number}@mail.example" if number % 5 == 0 else ""
            table.writerow([f"Person {_word(number)}", f"+7 900 555 {number:04d}", mail, "Moscow", 60000 + number])
    return path


def _word(number: int) -> str:
    """Return a family name that differs in every letter that counts."""
    return "Kova" + "".join(
        ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu")[int(d)] for d in f"{number:02d}"
    )


@pytest.fixture
def page(staff: Staff, company: Company) -> Iterator[Page]:
    """The recruiter's window."""
    yield staff.sign_in(RECRUITER)


def _go(page: Page, word: str) -> None:
    """Press an entry of the rail."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile(rf"^{word}( ?\d+)?$")).click()


def _field(page: Page, word: str) -> Locator:
    """Return the field with exactly this label."""
    return page.get_by_label(re.compile(rf"^{re.escape(word)}:?$"))


def _import(page: Page, path: Path, kind: str, *, rows: int, vacancy: str = "") -> None:
    """Upload ``path``, look at the dry run, import it, and wait for the worker."""
    _go(page, "Imports")
    page.get_by_role("radio", name=kind, exact=True).check()
    _field(page, "File").set_input_files(path)
    if vacancy:
        _field(page, "Vacancy").select_option(label=vacancy)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("heading", name=re.compile(r"^(Which column is what\?|Import)$")).wait_for()
    if page.get_by_role("heading", name="Which column is what?").is_visible():
        page.get_by_role("button", name="Dry run").click()
    page.get_by_role("heading", name="Import", exact=True).wait_for()
    let_the_worker_work()
    page.get_by_role("button", name=f"Import {rows} rows").click()
    page.get_by_text(re.compile("Importing: row|Done:")).wait_for()
    let_the_worker_work()
    expect(page.get_by_text("Done:")).to_contain_text(f"Done: {rows} rows imported")


def _import_history(page: Page) -> None:
    _import(page, corpus("attendance", "interviews.csv"), "Past interviews", rows=840)
    expect(page.get_by_role("heading", name="Left out on purpose")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Marital Status")).to_be_visible()
    _go(page, "Statistics")
    page.get_by_role("link", name="All time").click()
    expect(page.get_by_role("row", name=re.compile(r"^All "))).to_contain_text("of 840")


def _make_vacancy(page: Page, title: str) -> None:
    _go(page, "Pipeline")
    page.get_by_role("link", name="New vacancy").first.click()
    _field(page, "Title").fill(title)
    _field(page, "Openings").fill("10")
    _field(page, "Office").select_option(label="Lesnaya 5")
    _field(page, "Team").select_option(label="Moscow")
    _field(page, "Pay from, a month").fill("50000")
    _field(page, "Pay to, a month").fill("70000")
    _field(page, "Requirements").fill("Own bicycle\nKnows the city")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title(re.compile(re.escape(title)))
    expect(page.get_by_role("heading", name="Pipeline", level=1)).to_be_visible()


def _press(page: Page, key: str) -> None:
    """Press a key once the page's script listens."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def _triage(page: Page) -> None:
    """Say yes to twenty by the keyboard; no, later and undo once each."""
    page.get_by_role("link", name="Triage", exact=True).last.click()
    name = page.locator("article h2")
    expect(page.get_by_text("100 new")).to_be_visible()
    refused = name.inner_text()
    _press(page, "n")
    expect(name).not_to_have_text(refused)
    _press(page, "u")
    expect(name).to_have_text(refused)
    _press(page, "1")
    expect(name).not_to_have_text(refused)
    expect(page.get_by_text(re.compile("^last: .*Rejected"))).to_be_visible()
    _press(page, "u")
    expect(name).to_have_text(refused)
    _press(page, "l")
    expect(page.get_by_text("1 later")).to_be_visible()
    for count in range(1, 21):
        _press(page, "y")
        expect(page.get_by_text(f"{count} on the shortlist")).to_be_visible()
    expect(page.get_by_text("79 new")).to_be_visible()


def _plan(page: Page, day: str) -> None:
    """Ask for five held with 90 %, read what twenty people can give, and invite them."""
    _go(page, "Plan")
    page.get_by_role("link", name="Plan a session").first.click()
    _field(page, "Office").select_option(label="Lesnaya 5")
    _field(page, "Vacancies").select_option(label="Courier, Moscow")
    for word, value in {
        "Day": day,
        "From": "13:00",
        "To": "17:00",
        "Held at least": "5",
        "Assurance, %": "90",
        "Interviewers": "2",
        "Minutes each": "20",
        "Lobby seats": "14",
    }.items():
        _field(page, word).fill(value)
    _field(page, "Who interviews").select_option(label=["Olga Orlova", "Sergey Kim"])
    page.get_by_role("button", name="See the plan").click()
    expect(page.get_by_role("heading", name="Plan", level=1)).to_be_visible()
    page.get_by_text("Set it by hand").click()
    _field(page, "Show rate, %").fill("20")
    page.keyboard.press("Tab")
    outcome = page.locator("#outcome")
    expect(page.get_by_text("set by hand")).to_be_visible()
    said = re.search(r"You have 20 people: (\d+) % that 5 are held\. (\d+) are needed, (\d+) more\.", _plain(outcome))
    assert said is not None, _plain(outcome)
    chance, needed, more = (int(number) for number in said.groups())
    assert 36 <= chance <= 40, _plain(page.locator("main"))
    assert needed == 20 + more
    expect(outcome.get_by_role("row", name=re.compile("Rule of thumb: “15 to 20”"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Approve, invite 20 now")).click()
    expect(page.get_by_role("heading", name="Approve", level=1)).to_be_visible()
    page.get_by_role("button", name="Invite 20 people now").click()
    expect(page.get_by_text("20 people are invited.")).to_be_visible()


def _plain(part: Locator) -> str:
    """Return what a part of the page says, its spaces made plain."""
    return " ".join(part.inner_text().split())


def _outbox(page: Page) -> None:
    let_the_worker_work()
    _go(page, "Outbox")
    expect(page.get_by_role("row").filter(has_text="Invitation")).to_have_count(20)
    page.get_by_role("row").filter(has_text="Invitation").first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Invitation").first).to_be_visible()


def _open_live(page: Page) -> None:
    _go(page, "Plan")
    page.get_by_role("link", name="Live", exact=True).first.click()
    expect(page.get_by_role("heading", name="Live", level=1)).to_be_visible()


def _people(page: Page) -> list[str]:
    """Return the names beside the Live page, in the order of their times."""
    page.get_by_role("link", name="All people of the session").click()
    sheet = page.get_by_role("complementary", name="People")
    expect(sheet).to_be_visible()
    return sheet.locator("li > a").all_inner_texts()


def _link_of(page: Page, name: str) -> str:
    """Read a person's secret link from the page of the invitation."""
    _open_live(page)
    page.get_by_role("link", name="All people of the session").click()
    page.get_by_role("complementary", name="People").get_by_role("link", name=name, exact=True).click()
    return page.locator("code").inner_text()


def _answer_on_phones(page: Page, staff: Staff) -> list[str]:
    """Two confirm, one of them late; one declines with a reason. Return who still comes."""
    _open_live(page)
    names = _people(page)
    assert len(names) == 20
    before = _forecast(page)
    for name in names[:2]:
        phone = staff.phone(_link_of(page, name))
        phone.get_by_role("button", name="I will come").click()
        expect(phone.get_by_role("heading", name=re.compile("^We expect you"))).to_be_visible()
    phone.get_by_role("link", name="How to get there").click()
    expect(phone.get_by_text("Exit 2, then five minutes on foot.")).to_be_visible()
    phone.get_by_role("link", name="Back").click()
    phone.get_by_role("link", name="I am late").click()
    phone.get_by_role("button", name="15 min").click()
    expect(phone.get_by_text("Noted: about 15 minutes late.")).to_be_visible()
    _open_live(page)
    risen = _forecast(page)
    assert risen > before
    phone = staff.phone(_link_of(page, names[2]))
    phone.get_by_role("link", name="I cannot come").click()
    phone.get_by_role("radio").first.check()
    phone.get_by_role("button", name="I cannot come").click()
    expect(phone.get_by_text("You told us that you cannot come.")).to_be_visible()
    _open_live(page)
    assert _forecast(page) < risen
    return [*names[:2], *names[3:]]


def _forecast(page: Page) -> float:
    """Read how many are expected at the end of the day."""
    return float(page.locator("#live .strip .predicted .huge").first.inner_text().split()[0])


def _desk(page: Page, names: list[str]) -> None:
    """Four arrive, one by mistake; one walks in; three are called, two of them seen; one leaves."""
    _go(page, "Desk")
    here = page.get_by_role("region", name="Here", exact=True)
    for name in names[:4]:
        _here(page, name).click()
        expect(here.locator(".person").filter(has_text=name)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(here.locator(".person")).to_have_count(3)
    _here(page, names[3]).click()
    page.get_by_role("button", name="+ Walk-in").click()
    _field(page, "Name").fill("Vera Walkin")
    _field(page, "Phone").fill("+7 900 777 0001")
    page.get_by_role("button", name="Take them in").click()
    expect(here.locator(".person")).to_have_count(5)
    talking = page.get_by_role("region", name="In interview", exact=True)
    for count in (1, 2):
        page.get_by_role("button", name=re.compile("Call next")).click()
        expect(talking.get_by_role("button", name="Done")).to_have_count(count)
    for count in (1, 0):
        talking.get_by_role("button", name="Done").first.click()
        expect(talking.get_by_role("button", name="Done")).to_have_count(count)
    last = here.locator(".person").last
    last.locator("summary").click()
    last.get_by_role("button", name="Left").click()
    expect(here.locator(".person")).to_have_count(2)
    _menu(page, "Today")


def _menu(page: Page, link: str) -> None:
    """Open the desk's menu and follow a link of it."""
    page.locator(".menu > summary").click()
    page.get_by_role("navigation", name="Menu").get_by_role("link", name=link, exact=True).click()


def _here(page: Page, name: str) -> Locator:
    """Return the button that notes the arrival of ``name``, as a helper finds it: by the search field."""
    search = page.get_by_role("searchbox")
    search.fill(name)
    search.press("Enter")
    found = page.get_by_role("region", name="Expected").locator(".person:visible")
    expect(found).to_have_count(1)
    return found.filter(has_text=name).get_by_role("button", name="Here")


def _mark(page: Page) -> None:
    """Mark both who were seen, from the queue of marks that are missing."""
    for left in (1, 0):
        _go(page, "My queue")
        page.get_by_role("link", name="Mark", exact=True).first.click()
        for point in page.get_by_role("group").filter(has=page.get_by_role("radio", name="5", exact=True)).all():
            point.get_by_role("radio", name="4", exact=True).check(force=True)
        page.get_by_role("group", name="I would").get_by_role("radio").first.check(force=True)
        _field(page, "Comment").fill("Clear and friendly.")
        page.get_by_role("button", name="Submit my marks").click()
        expect(page.get_by_text("Marks submitted.")).to_be_visible()
        expect(page.get_by_role("link", name="Mark", exact=True)).to_have_count(left)


def _close_the_day(page: Page) -> None:
    """Settle everybody, one by one, by a person's word; then close."""
    _go(page, "Desk")
    _menu(page, "Close the day")
    closing = page.get_by_role("button", name="Close the day")
    expect(closing).to_be_disabled()
    expect(page.get_by_text("people are not settled")).to_be_visible()
    left = page.get_by_role("button", name="Came", exact=True).count()
    while left:
        row = page.get_by_role("row").filter(has=page.get_by_role("button", name="Came", exact=True)).first
        stays_away = row.get_by_role("button", name="Did not come")
        (stays_away if stays_away.count() else row.get_by_role("button", name="Left unseen")).click()
        left -= 1
        expect(page.get_by_role("button", name="Came", exact=True)).to_have_count(left)
    expect(page.get_by_text("Everybody is settled.")).to_be_visible()
    closing.click()
    expect(page.get_by_text("The day is closed.", exact=True)).to_be_visible()
    let_the_worker_work()


def _decide_and_hire(page: Page) -> None:
    """Compare the two, take one, and note an offer that is accepted."""
    page.get_by_role("link", name="Compare and decide").click()
    table = page.locator("#decisions")
    names = table.get_by_role("columnheader").locator(".title").all_inner_texts()
    assert len(names) == 2
    _field(page, f"Decision on {names[0]}").select_option(label="Offer")
    _field(page, f"Decision on {names[1]}").select_option(label="No: Marks")
    page.get_by_role("button", name="Save 2…").click()
    expect(page.get_by_role("heading", name="What each of them is told")).to_be_visible()
    page.get_by_role("button", name="Save 2 decisions").click()
    expect(page.get_by_text("2 decisions saved.")).to_be_visible()
    _go(page, "Today")
    search = page.get_by_role("searchbox")
    search.fill(names[0])
    search.press("Enter")
    page.get_by_role("main").get_by_role("link", name=names[0]).first.click()
    page.get_by_text("Make an offer").click()
    page.get_by_label(re.compile("Pay a month")).fill("65000")
    page.get_by_role("button", name="Note the offer").click()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text(re.compile("Offer.*Accepted")).first).to_be_visible()


def _statistics(page: Page) -> None:
    """Four of the nineteen who had not declined came; one of ten places is filled."""
    _go(page, "Statistics")
    _field(page, "Cut by").select_option(label="Vacancy")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("^Courier, Moscow 4 of 19 21 %"))).to_be_visible()
    _go(page, "Pipeline")
    page.get_by_role("link", name="Courier, Moscow").click()
    expect(page.get_by_text("1 of 10 openings filled")).to_be_visible()


def test_main_job(page: Page, staff: Staff, responses: Path) -> None:
    _import_history(page)
    _make_vacancy(page, "Courier, Moscow")
    _import(page, responses, "Responses", rows=100, vacancy="Courier, Moscow")
    _triage(page)
    _plan(page, datetime.now(ZoneInfo(zone_of_noon())).date().isoformat())
    _outbox(page)
    names = _answer_on_phones(page, staff)
    _desk(page, names)
    _mark(page)
    _close_the_day(page)
    _decide_and_hire(page)
    _statistics(page)
    # The final check: what the pages said is what is kept.
    assert Application.objects.filter(stage="hired").count() == 1
    assert set(InterviewSession.objects.filter(is_history=False).values_list("state", flat=True)) == {"closed"}
    assert Invitation.objects.filter(session__is_history=False, state__in=LIVE).count() == 0
