"""Inviting, calling, watching a group and deciding, as people do it in a browser."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from recruit.models import Application, Candidate, ContactPoint, Message, Source, User, Vacancy
from recruit.permissions import Role
from recruit.services.applications import triage
from recruit.states import Stage
from scheduling.models import Interviewer, InterviewSession, Invitation, PhoneCall, Scorecard
from scheduling.services import desk, scorecards
from scheduling.services.actors import Actor
from scheduling.services.sessions import SessionWish, change_session_state, create_session
from scheduling.services.waves import invite_one
from scheduling.states import Answer, InvitationState, SessionEvent, SessionFormat
from tests.browser.staff import PASSWORD, Staff
from tests.browser.world import make_day

pytestmark = [pytest.mark.browser, pytest.mark.both, pytest.mark.django_db(transaction=True)]
MOST_CLICKS = 5


def _shortlist(count: int) -> list[Application]:
    """Let Triage take ``count`` new people with a telephone."""
    rita, vacancy, source = User.objects.get(name="Rita"), Vacancy.objects.get(), Source.objects.get()
    rows = []
    for number in range(count):
        person = Candidate.objects.create(name=f"Person {number:02d}", language="en")
        phone = f"+7900666{number:04d}"
        ContactPoint.objects.create(candidate=person, kind="phone", value=phone, normalised=phone, tail=phone[-4:])
        row = Application.objects.create(candidate=person, vacancy=vacancy, source=source)
        triage(row, "yes", at=timezone.now(), by=rita)
        rows.append(row)
    return rows


def _rita(staff: Staff) -> Page:
    User.objects.filter(name="Rita").update(role=Role.ADMIN)
    return staff.sign_in("rita@company.example")


def test_twenty_people_are_invited_in_at_most_five_clicks(staff: Staff, site: str) -> None:
    make_day([])
    _shortlist(20)
    page, clicks = _rita(staff), 0

    def click(what: str, name: str | re.Pattern[str]) -> None:
        nonlocal clicks
        clicks += 1
        page.get_by_role(what, name=name).first.click()  # type: ignore[arg-type]

    click("link", re.compile("^Plan$"))
    click("link", "Plan a session")
    click("button", "See the plan")
    click("button", re.compile("^Approve"))
    expect(page.get_by_text("As three of them will read it")).to_be_visible()
    click("button", re.compile("^Invite .* people now"))
    expect(page.get_by_text(re.compile("people are invited"))).to_be_visible()

    assert Invitation.objects.filter(state=InvitationState.SENT).count() == 20
    assert clicks <= MOST_CLICKS


def test_a_control_answers_at_once_lives_in_the_address_and_can_be_undone(staff: Staff, site: str) -> None:
    make_day([])
    _shortlist(3)
    page = _rita(staff)
    session = InterviewSession.objects.get()
    page.goto(f"{site}/sessions/{session.pk}/plan/")

    page.get_by_label("Held at least: more").click()

    expect(page.get_by_text("before the last change")).to_be_visible()
    expect(page).to_have_url(re.compile("target=4"))
    assert "csrf" not in page.url
    page.get_by_role("link", name="Undo").click()
    expect(page.get_by_role("spinbutton", name="Held at least")).to_have_value("3")


def _tomorrow(session: InterviewSession) -> None:
    """Move the day to tomorrow noon: at any hour of the test its calls are worth something."""
    zone = session.office.zone
    day = timezone.localtime(timezone.now(), zone).date() + timedelta(days=1)
    shift = datetime.combine(day, time(13), tzinfo=zone) - session.starts_at
    for band in session.bands.all():
        band.starts_at, band.ends_at = band.starts_at + shift, band.ends_at + shift
        band.save()
    session.starts_at, session.ends_at = session.starts_at + shift, session.ends_at + shift
    session.save()


def _press(page: Page, code: str, key: str) -> None:
    """Press a physical key that types ``key``, as a Russian keyboard does."""
    page.wait_for_load_state("load")
    page.evaluate(
        "([code, key]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key, bubbles: true}))",
        [code, key],
    )


def test_digits_and_letters_of_a_russian_keyboard_work_the_call_list(staff: Staff, site: str) -> None:
    session = make_day(["Anna Petrova", "Boris Ivanov", "Chen Wei"])
    _tomorrow(session)
    page = _russian(staff, site)
    page.goto(f"{site}/calls/")
    name = page.locator("h2.name")
    first = name.inner_text()

    _press(page, "Digit1", "1")
    expect(page.get_by_text("Сделано")).to_be_visible()
    expect(name).not_to_have_text(first)
    second = name.inner_text()
    _press(page, "Digit5", "5")
    expect(page.locator("section", has_text="Сделано").get_by_text(second)).to_be_visible()
    # U of the keyboard types "г" on a Russian layout: it opens the last person again, to mend the outcome.
    _press(page, "KeyU", "г")
    expect(name).to_have_text(second)
    _press(page, "Digit4", "4")
    expect(name).not_to_have_text(second)

    found = {row.application.candidate.name: row for row in Invitation.objects.select_related("application__candidate")}
    assert found[first].answer == Answer.CONFIRMED
    assert (found[second].answer, found[second].calls) == (Answer.DECLINED, 1)
    assert list(PhoneCall.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "comes",
        "no_answer",
        "not_coming",
    ]


def _russian(staff: Staff, site: str) -> Page:
    User.objects.filter(name="Rita").update(role=Role.ADMIN, language="en")
    page = staff.sign_in("rita@company.example")
    User.objects.filter(name="Rita").update(language="ru")
    page.goto(site)
    return page


def _group(count: int) -> tuple[InterviewSession, list[str]]:
    """Seat ``count`` people in a group that two interviewers watch; return the session and their log-ins."""
    stream = make_day([])
    rita = User.objects.get(name="Rita")
    watching = []
    for name in ("olga", "kim"):
        user = User.objects.create_user(f"{name}@company.example", PASSWORD, name=name.title(), role=Role.INTERVIEWER)
        watching.append(Interviewer.objects.create(name=name.title(), user=user))
    session = _made(stream, watching, rita)
    for row in _shortlist(count):
        invitation = invite_one(row, session, band=session.bands.first(), at=timezone.now(), by=rita)
        desk.check_in(invitation, at=timezone.now(), actor=Actor.of(rita, "desk"))
    return session, ["olga@company.example", "kim@company.example"]


def _made(stream: InterviewSession, watching: list[Interviewer], rita: User) -> InterviewSession:
    starts = timezone.now() + timedelta(minutes=5)
    session = create_session(
        wish=SessionWish(
            format=SessionFormat.GROUP,
            office=stream.office,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=90),
            vacancies=list(stream.vacancies.all()),
            target=2,
            seats=8,
            minutes_each=90,
            observers=watching,
        ),
        by=rita,
    )
    return change_session_state(session, SessionEvent.OPEN)


def _mark(page: Page, point: str, mark: int) -> None:
    page.locator(".seat-card:not([hidden])").get_by_role("group", name=point).get_by_role(
        "radio", name=str(mark)
    ).check(force=True)


def test_two_observers_mark_blind_without_a_network_then_see_each_other(staff: Staff, site: str) -> None:
    session, (olga, kim) = _group(2)
    pages = [staff.sign_in(email, width=390, height=844) for email in (olga, kim)]
    for page in pages:
        page.goto(f"{site}/sessions/{session.pk}/room/")
    first, second = pages
    seat = first.locator(".seats .seat").first
    seat.click()
    second.locator(".seats .seat").first.click()
    _mark(second, "Motivation", 5)

    first.context.set_offline(True)
    _mark(first, "Motivation", 2)
    _mark(first, "Ability", 4)
    expect(first.get_by_text("No network: kept on this device")).to_be_visible()
    assert Scorecard.objects.filter(author__name="Olga").exclude(marks={}).count() == 0
    first.context.set_offline(False)
    expect(first.get_by_text("No network: kept on this device")).to_be_hidden()
    first.reload()
    first.get_by_role("button", name="Submit my marks").click()
    expect(first.get_by_role("heading", name="Talk first")).to_be_visible()
    expect(first.locator(".matrix .apart-mark")).to_have_count(0)
    assert "2" not in second.locator(".room-main").get_by_role("radio", checked=True).evaluate_all(
        "(marks) => marks.map((mark) => mark.value)"
    )

    second.get_by_role("button", name="Submit my marks").click()
    expect(second.locator(".matrix .apart-mark")).to_have_count(2)
    wide = second.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    marks = {card.author.name: card.marks for card in Scorecard.objects.select_related("author")}
    assert (wide, marks) == (True, {"Olga": {"motivation": 2, "ability": 4}, "Kim": {"motivation": 5}})


def test_decisions_are_counted_shown_and_saved(staff: Staff, site: str) -> None:
    make_day(["Anna Petrova", "Boris Ivanov", "Chen Wei"])
    now, rita = timezone.now(), User.objects.get(name="Rita")
    Invitation.objects.update(state=InvitationState.FINISHED, arrived_at=now, finished_at=now, settled_at=now)
    author = scorecards.interviewer_of(rita)
    for row, mark in zip(Invitation.objects.order_by("pk"), (5, 3, 2), strict=True):
        scorecards.save_scorecard(row, author, marks={"motivation": mark, "ability": mark}, at=now, submit=True)
    page = _rita(staff)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Compare").click()
    order = page.locator(".compare thead .title").all_inner_texts()
    page.get_by_label("Decision on Anna Petrova").select_option(label="Offer")
    page.get_by_label("Decision on Chen Wei").select_option(label="No: Marks")

    page.get_by_role("button", name="Save 2…").click()
    expect(page.get_by_text("We would like to work with you.")).to_be_visible()
    page.get_by_role("button", name="Save 2 decisions").click()
    expect(page.get_by_text("2 decisions saved.")).to_be_visible()

    stages = {row.candidate.name: row.stage for row in Application.objects.select_related("candidate")}
    assert order == ["Anna Petrova", "Boris Ivanov", "Chen Wei"]
    assert stages == {"Anna Petrova": Stage.OFFER, "Boris Ivanov": Stage.INTERVIEW, "Chen Wei": Stage.REJECTED}
    assert Message.objects.filter(kind="answer").count() == 2
