"""A whole day in one test: two recruiters, two desks, three interviewers and ten candidates, acting in turns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from recruit.models import Application, Candidate, Company, ContactPoint, Office, Source, Team, User, Vacancy
from recruit.permissions import Role
from recruit.states import Stage
from scheduling.models import Interviewer, InterviewSession, Invitation, LedgerEntry, Room, Scorecard
from scheduling.services import plans
from scheduling.services.links import path_of
from scheduling.services.sessions import SessionWish, create_session
from scheduling.states import LedgerKind, SessionFormat, SessionState
from tests.browser.staff import PASSWORD, Staff, all_saved, let_the_worker_work
from tests.browser.test_main_job import zone_of_noon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INVITED, MOST_CLICKS_TO_INVITE, MOST_CLICKS_TO_CALL = 20, 5, 2
RECRUITERS, DESKS, INTERVIEWERS = ("rita", "ron"), ("dina", "dan"), ("olga", "kim", "noi")


@dataclass
class Clicks:
    """Presses buttons and links of one page, and counts them."""

    page: Page
    count: int = field(default=0)

    def on(self, what: Locator) -> None:
        self.count += 1
        what.click()


def _world() -> InterviewSession:
    """Write the company, its people, twenty who were shortlisted, and today's session: planned, nobody invited."""
    company = Company.current()
    company.name = "Real Company"
    company.save()
    office = Office.objects.create(name="Lesnaya 5", city="Moscow", address="Lesnaya 5", time_zone=zone_of_noon())
    team = Team.objects.create(name="Moscow")
    team.offices.add(office)
    for names, role in ((RECRUITERS, Role.RECRUITER), (DESKS, Role.DESK), (INTERVIEWERS, Role.INTERVIEWER)):
        for name in names:
            User.objects.create_user(f"{name}@company.example", PASSWORD, name=name.title(), role=role).teams.add(team)
    seats = [
        Interviewer.objects.create(name=name.title(), user=User.objects.get(name=name.title())) for name in INTERVIEWERS
    ]
    vacancy = Vacancy.objects.create(title="Courier", office=office, team=team, openings=3)
    _shortlist(vacancy)
    starts = timezone.now() + timedelta(minutes=20)
    wish = SessionWish(
        format=SessionFormat.STREAMED,
        office=office,
        starts_at=starts,
        ends_at=starts + timedelta(hours=4),
        vacancies=[vacancy],
        target=3,
        interviewers=seats,
        rooms=[Room.objects.create(office=office, name=f"Room {number}") for number in (1, 2, 3)],
    )
    return create_session(wish=wish, by=User.objects.get(name="Rita"))


def _shortlist(vacancy: Vacancy) -> None:
    source, now = Source.objects.create(code="board", name="Board"), timezone.now()
    for number in range(INVITED):
        person = Candidate.objects.create(name=f"Person {number:02d}", language="en")
        phone = f"+7900555{number:04d}"
        ContactPoint.objects.create(candidate=person, kind="phone", value=phone, normalised=phone, tail=phone[-4:])
        Application.objects.create(
            candidate=person, vacancy=vacancy, source=source, stage=Stage.SHORTLIST, applied_at=now, stage_since=now
        )


def _invite(page: Page, session: InterviewSession) -> None:
    """Invite all twenty, and count the clicks from the first page on."""
    clicks = Clicks(page)
    clicks.on(page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Plan( |$)")))
    clicks.on(page.locator(f'main a[href="{reverse("plan", args=[session.pk])}"]').first)
    clicks.on(page.get_by_role("button", name=re.compile("^Approve")))
    clicks.on(page.get_by_role("button", name=f"Invite {INVITED} people now"))
    expect(page.get_by_text(f"{INVITED} people are invited.")).to_be_visible()
    assert clicks.count <= MOST_CLICKS_TO_INVITE
    let_the_worker_work()


def _answer(staff: Staff, site: str, people: list[Invitation]) -> None:
    """Nine answer on their phones: seven come, one of them late, one at another time; one has found another job."""
    *come, late, moves, declines = people
    for one in (*come, late):
        phone = staff.phone(f"{site}{path_of(one)}")
        phone.get_by_role("button", name="I will come").click()
        expect(phone.locator(".done")).to_be_visible()
        if one != late:
            phone.context.close()
    phone.get_by_role("link", name="I am late").click()
    phone.get_by_role("button", name="15 min").click()
    expect(phone.get_by_text("Noted: about 15 minutes late.")).to_be_visible()
    phone = staff.phone(f"{site}{path_of(moves)}/move/")
    phone.get_by_role("radio").last.check()
    phone.get_by_role("button", name="Choose").click()
    phone.get_by_role("button", name="Yes, I will come then").click()
    expect(phone.locator(".done")).to_be_visible()
    phone = staff.phone(f"{site}{path_of(declines)}/cannot/")
    phone.get_by_role("radio").first.check()
    phone.get_by_role("button", name="I cannot come").click()
    expect(phone.get_by_text("You told us that you cannot come.")).to_be_visible()


def _call(page: Page) -> str:
    """Call who is worth it most; the person says yes. Return the name."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Calls")).click()
    called = page.locator("h2.name").inner_text()
    page.wait_for_load_state("load")
    page.keyboard.press("1")
    expect(page.locator("section", has_text="Done").get_by_text(called)).to_be_visible()
    return called


def _at_the_desk(staff: Staff, who: str) -> Page:
    page = staff.sign_in(f"{who}@company.example", width=1024, height=768)
    page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Desk")).click()
    page.wait_for_load_state("load")
    expect(page.locator("[data-net]")).to_contain_text("synced")
    return page


def _arrive(page: Page, name: str) -> Locator:
    """Find a person as a helper does, by name; press Here. Return who are here."""
    search = page.get_by_role("searchbox")
    search.fill(name)
    search.press("Enter")
    found = page.get_by_role("region", name="Expected").locator(".person:visible").filter(has_text=name)
    found.get_by_role("button", name="Here", exact=True).click()
    here = page.get_by_role("region", name="Here", exact=True).locator(".person")
    expect(here.filter(has_text=name)).to_be_visible()
    expect(page.locator(".pending")).to_have_count(0)
    return here


def _call_next(page: Page, *, talking: int) -> None:
    """Call the next person once the page shows what the other desk has done: ``talking`` are in interview."""
    done = page.get_by_role("region", name="In interview", exact=True).get_by_role("button", name="Done")
    expect(done).to_have_count(talking)
    page.get_by_role("button", name=re.compile("^Call next")).click()
    expect(done).to_have_count(talking + 1)
    expect(page.locator(".pending")).to_have_count(0)


def _check_in_and_call(page: Page, name: str) -> None:
    """Take in who comes to an empty lobby and send them on, and count the clicks."""
    clicks = Clicks(page)
    row = page.get_by_role("region", name="Expected").locator(".person:visible").filter(has_text=name)
    clicks.on(row.get_by_role("button", name="Here", exact=True))
    clicks.on(page.get_by_role("button", name=re.compile(f"^Call next: .*{name}")))
    expect(page.get_by_role("region", name="In interview").get_by_role("button", name="Done")).to_have_count(1)
    expect(page.locator(".pending")).to_have_count(0)
    assert clicks.count <= MOST_CLICKS_TO_CALL


def _mark(page: Page, mark: str) -> None:
    """Mark the person who is with this interviewer now."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^My queue")).click()
    page.locator("main, header").locator("a.button.main").click()
    for point in page.get_by_role("group").filter(has=page.get_by_role("radio", name="5", exact=True)).all():
        point.get_by_role("radio", name=mark, exact=True).check(force=True)
    page.get_by_role("group", name="I would").get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="Submit my marks").click()
    expect(page.get_by_text("Marks submitted.")).to_be_visible()


def _done(page: Page, *, left: int) -> None:
    talking = page.get_by_role("region", name="In interview", exact=True).get_by_role("button", name="Done")
    talking.first.click()
    expect(talking).to_have_count(left)
    expect(page.locator(".pending")).to_have_count(0)


def _close(page: Page, site: str, session: InterviewSession) -> list[int]:
    """Settle who is left, one by one, close the day, and return its figures: invited, came, held."""
    page.goto(f"{site}{reverse('close', args=[session.pk])}")
    came = page.get_by_role("button", name="Came", exact=True)
    for left in range(came.count() - 1, -1, -1):
        # Who is expected did not come; who still waits was turned away.
        page.get_by_role("button", name=re.compile("^(Did not come|Turned away)$")).first.click()
        expect(came).to_have_count(left)
    page.get_by_role("button", name="Close the day").click()
    expect(page.get_by_text("The day is closed.", exact=True)).to_be_visible()
    return [
        int(page.locator(f"dl.day dt:text-is('{word}') + dd b").first.inner_text())
        for word in ("Invited", "Came", "Held")
    ]


def test_a_whole_day_of_two_recruiters_two_desks_three_interviewers_and_ten_candidates(
    staff: Staff, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The day begins in twenty minutes, and all of its times are planned.
    monkeypatch.setattr(plans, "NOTICE", timedelta(0))
    session = _world()
    rita, ron = (staff.sign_in(f"{name}@company.example") for name in RECRUITERS)
    _invite(rita, session)
    people = list(session.invitations.order_by("band__starts_at", "pk").select_related("application__candidate"))[:9]
    names = [one.application.candidate.name for one in people]
    _answer(staff, site, people)
    called = _call(ron)
    dina, dan = (_at_the_desk(staff, name) for name in DESKS)
    rooms = [staff.sign_in(f"{name}@company.example") for name in INTERVIEWERS]

    # The first comes to an empty lobby; two more at either desk; each desk calls one of them.
    _check_in_and_call(dina, names[0])
    _arrive(dan, names[1])
    _arrive(dina, names[2])
    _call_next(dan, talking=1)
    _call_next(dina, talking=2)
    for page, mark in zip(rooms, ("5", "4", "3"), strict=True):
        _mark(page, mark)
    _arrive(dan, names[3])
    # The late one, the one who moved and the one who was called come too; the talks end and two go on.
    for desk, name in ((dina, names[6]), (dan, names[7]), (dina, called)):
        _arrive(desk, name)
    for left in (2, 1, 0):
        _done(dina, left=left)
    _call_next(dina, talking=0)
    _call_next(dina, talking=1)
    expect(dan.get_by_role("region", name="In interview").get_by_role("button", name="Done")).to_have_count(2)
    _done(dan, left=1)
    _done(dan, left=0)
    all_saved(dan)
    figures = _close(ron, site, session)
    let_the_worker_work()

    rows = Invitation.objects.filter(session=session)
    session.refresh_from_db()
    assert session.state == SessionState.CLOSED
    assert figures == [INVITED, 7, 5]
    assert [rows.count(), rows.exclude(arrived_at=None).count(), rows.filter(state="finished").count()] == figures
    assert LedgerEntry.objects.filter(invitation__session=session, kind=LedgerKind.ARRIVED).count() == 7
    assert sorted(rows.exclude(number=None).values_list("number", flat=True)) == [*range(1, 8)]
    assert {state: rows.filter(state=state).count() for state in ("turned_away", "declined", "no_show")} == {
        "turned_away": 2,
        "declined": 1,
        "no_show": 12,
    }
    assert Scorecard.objects.exclude(submitted_at=None).count() == 3
    rita.goto(f"{site}{reverse('close', args=[session.pk])}")
    expect(rita.get_by_role("heading", name="Day report")).to_be_visible()
