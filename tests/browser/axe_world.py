"""Look at the pages with axe-core, each once loaded, in light and in dark.

Two files of tests take half of the pages each, so that two processes share them.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser

from recruit.management.page_walk import find_pages
from recruit.models import Application, ImportRun, User
from recruit.services import imports
from recruit.states import Stage
from scheduling.models import InterviewSession, Invitation, Plan
from scheduling.services import desk, plans
from scheduling.services.actors import Actor
from scheduling.services.links import path_of
from scheduling.services.room import keep_places
from scheduling.services.sessions import change_session_state
from scheduling.services.waves import invite_one
from scheduling.states import EXPECTED, LIVE, SessionEvent, SessionState

GRAVE = {"serious", "critical"}
# Of rules that pass, one place each is enough: it halves the time of a page.
# Targets of 24 px or far enough apart (WCAG 2.2) are a rule that axe leaves off unless it is asked for.
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# What is wrong in any colour is found in light already.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
# Pages that a walk over the links must have found, or it proves little.
MUST_HAVE = {
    "today", "triage", "calls", "sessions", "session-new", "plan", "live", "desk", "close", "invitation", "my-queue",
    "calendar", "offers", "vacancies", "vacancy", "vacancy-edit", "vacancy-people", "compare", "statistics", "imports", "outbox", "message",
    "candidate", "candidate-short", "score", "import", "settings", "settings-keys", "settings-audit", "settings-permissions", "profile",
}  # fmt: skip


def make_pages() -> tuple[dict[str, str], str]:
    """Return every page of a small demo world with the cookie of its administrator."""
    call_command("demo", scale=0.1, days=10, verbosity=0)
    admin = User.objects.get(email="admin@demo.example")
    client = Client()
    client.force_login(admin, "recruit.backends.PasswordBackend")
    plan, run = _busy(admin)
    group = _group(admin)
    others = {
        "search": reverse("search") + "?q=a",
        "approve": reverse("approve", args=[plan.pk]),
        "import-columns": reverse("import-columns", args=[run.pk]),
        "score-room": reverse("score-room", args=[group]),
        "room-badges": reverse("room-badges", args=[group]),
        "session-repeat": reverse("session-repeat", args=[plan.session_id]),
        "invitation": reverse("invitation", args=[_asked().pk]),
        "candidate-short": path_of(_asked()),
        "not-found": "/no-such-page/",
    }
    return find_pages(admin) | others, client.cookies[settings.SESSION_COOKIE_NAME].value


def _busy(admin: User) -> tuple[Plan, ImportRun]:
    """Let two people come today, one of them be in an interview; propose a plan; hand in a file."""
    now, actor = timezone.now(), Actor.of(admin, "desk")
    session = InterviewSession.objects.filter(state=SessionState.OPEN).order_by("starts_at").first()
    assert session is not None
    here = list(session.invitations.filter(state__in=EXPECTED).order_by("pk")[:2])
    for invitation in here:
        desk.check_in(invitation, at=now, actor=actor)
    desk.call_next(session, at=now, actor=actor)
    draft = InterviewSession.objects.filter(state=SessionState.DRAFT, format="streamed").order_by("starts_at").first()
    assert draft is not None
    plan = plans.propose_plan(draft, by=admin, at=now)
    data = b"Name,Phone\nAnna Petrova,+79005550001\n,\n"
    upload = imports.receive(data=data, filename="people.csv", kind="responses", by=admin, options={})
    return plan, upload.run


def _asked() -> Invitation:
    """Return somebody who is invited to today's session."""
    return Invitation.objects.filter(session__state__in=["open", "running"]).order_by("pk")[0]


def _group(admin: User) -> int:
    """Seat two people in tomorrow's group, so that its room has marks to give; return the session."""
    session = InterviewSession.objects.filter(format="group", state=SessionState.DRAFT)[0]
    change_session_state(session, SessionEvent.OPEN)
    free = Application.objects.filter(stage=Stage.NEW).exclude(invitations__state__in=LIVE).order_by("pk")
    for application in free[:2]:
        row = invite_one(application, session, band=session.bands.first(), at=timezone.now(), by=admin)
        desk.check_in(row, at=timezone.now(), actor=Actor.of(admin, "desk"))
    keep_places(session)
    return session.pk


def grave_faults(found: Any) -> list[str]:
    """Return the grave faults as short lines: rule, first place."""
    assert found.response["passes"], "axe looked at nothing"
    return [
        f"{fault['id']}: {fault['nodes'][0]['target'][0]} ({len(fault['nodes'])}) {fault['nodes'][0]['html'][:120]}"
        for fault in found.response["violations"]
        if fault["impact"] in GRAVE
    ]


def half_of(pages: dict[str, str], half: int) -> dict[str, str]:
    """Return the first (0) or the second (1) half of ``pages``: every other name of their sorted list."""
    return {name: pages[name] for name in sorted(pages)[half::2]}


def look_at(chromium: Browser, site: str, *, half: int) -> dict[str, list[str]]:
    """Return the grave faults of one half of the pages, by page and theme; pages without one are left out."""
    pages, cookie = make_pages()
    assert sorted(MUST_HAVE - set(pages)) == []
    axe, faults = Axe(), {}
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    for name, path in {"sign-in": "/sign-in/", **half_of(pages, half)}.items():
        page.emulate_media(color_scheme="light")
        page.goto(site + path)
        faults[f"{name} light"] = grave_faults(axe.run(page, options=EVERYTHING))
        page.emulate_media(color_scheme="dark")
        faults[f"{name} dark"] = grave_faults(axe.run(page, options=COLOURS))
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    context.close()
    return {place: lines for place, lines in faults.items() if lines}
