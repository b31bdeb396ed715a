"""People in front of a browser: sign in by the form, open a phone, let the worker work."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from recruit.worker import Worker

PASSWORD = "a-long-password-for-tests"
PATIENCE = 20_000  # milliseconds
PHONE = {"width": 320, "height": 568}


class Staff:
    """Opens windows, and closes them at the end."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser = browser
        self._site = site
        self._open: list[BrowserContext] = []

    def sign_in(self, email: str, *, password: str = PASSWORD, width: int = 1440, height: int = 900) -> Page:
        """Open the site and sign in by the form; every script error of the page fails the test."""
        page = self._window(viewport={"width": width, "height": height}, locale="en-GB")
        page.goto(self._site)
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Today", exact=True).wait_for()
        page.wait_for_load_state("load")
        return page

    def phone(self, link: str, *, language: str = "en") -> Page:
        """Follow a candidate's link on a small phone without JavaScript."""
        page = self._window(viewport=PHONE, java_script_enabled=False, locale=language, has_touch=True)
        page.goto(link)
        return page

    def window(self, *, width: int = 1024, height: int = 768) -> Page:
        """Open a window that nobody is signed in to."""
        return self._window(viewport={"width": width, "height": height}, locale="en-GB")

    def _window(self, **options: object) -> Page:
        context = self._browser.new_context(**options, reduced_motion="reduce")  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        self._open.append(context)
        page = context.new_page()
        page.on("pageerror", _fail)
        return page

    def close(self) -> None:
        """Close every window."""
        for context in self._open:
            context.close()


def _fail(error: object) -> None:
    raise AssertionError(f"a script of the page failed: {error} {getattr(error, 'stack', '')}")


def all_saved(desk: Page) -> None:
    """Wait until no press is kept in the browser: the desk shows it before it is saved."""
    for _ in range(90):
        kept = desk.evaluate(
            "Object.entries(localStorage).filter(([key]) => key.startsWith('desk:')).map(([, list]) => list)"
        )
        if all(one == "[]" for one in kept):
            return
        desk.wait_for_timeout(100)
    pytest.fail(f"still waiting: {kept}")


def let_the_worker_work(*, most: int = 500) -> int:
    """Run everything that is queued, as ``manage.py work`` would; return how many tasks ran."""
    worker, done = Worker(stop_when_empty=True), 0
    while done < most and worker.work_once():
        done += 1
    return done
