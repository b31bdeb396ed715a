"""Drive Debian's Chromium against the real server: the browser, the people who sign in, the worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from recruit.management.commands.screenshots import CHROMIUM_ARGS
from tests.browser.staff import PATIENCE, Staff

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; skipped, with the reason, where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    # Playwright's loop runs in this thread; the ORM is used between its calls, never inside one.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # A busy machine of two cores may take its time; only a test that fails waits so long.
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGS))
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server: Any, settings: Any, tmp_path: Path) -> str:
    """Return the address of the running server; its links, mails and files stay inside the test."""
    settings.PUBLIC_URL = live_server.url
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MEDIA_ROOT = tmp_path / "files"
    return str(live_server.url)


@pytest.fixture
def staff(chromium: Browser, site: str) -> Iterator[Staff]:
    """People of the company, each with a browser window of their own."""
    people = Staff(chromium, site)
    yield people
    people.close()
