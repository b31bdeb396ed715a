"""Take a picture of every page: three widths, light and dark. A command for developers; it needs Playwright."""

from __future__ import annotations

import shutil
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application
from django.test import Client

from recruit.management.page_walk import find_pages
from recruit.models import Company, User
from recruit.permissions import Role

SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
THEMES = ("light", "dark")
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing of single requests."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve the installation on a free port of 127.0.0.1 and give its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.set_app(get_internal_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Command(BaseCommand):
    """``manage.py screenshots [--only WORD] [--size desktop] [--theme light]``."""

    help = "Write a picture of every page to var/screenshots/ (demo data only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", default="", help="take pages whose name holds this word")
        parser.add_argument("--size", choices=SIZES, default=None)
        parser.add_argument("--theme", choices=THEMES, default=None)
        parser.add_argument("--to", type=Path, default=settings.VAR_DIR / "screenshots")

    def handle(self, **options: Any) -> None:
        if not Company.objects.filter(pk=1, is_demo=True).exists():
            raise CommandError("Pictures are taken of demo data only; load it first with: manage.py demo")
        user = User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk").first()
        if user is None:
            raise CommandError("There is no administrator to sign in as.")
        pages = {name: path for name, path in find_pages(user).items() if options["only"] in name}
        client = Client()
        client.force_login(user, "recruit.backends.PasswordBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        looks = [
            (size, theme)
            for size, theme in product(SIZES, THEMES)
            if options["size"] in {None, size} and options["theme"] in {None, theme}
        ]
        with serving() as address:
            for size, theme in looks:
                folder = options["to"] / f"{size}-{theme}"
                folder.mkdir(parents=True, exist_ok=True)
                wide = _take(address, cookie, pages, size=size, theme=theme, folder=folder)
                self.stdout.write(
                    f"{folder}: {len(pages)} pages" + (f"; wider than the screen: {wide}" if wide else "")
                )


def _take(address: str, cookie: str, pages: dict[str, str], *, size: str, theme: str, folder: Path) -> list[str]:
    """Write one picture for each page; return the pages that scroll sideways."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise CommandError("Playwright is missing; install requirements-dev.lock.") from error
    width, height = SIZES[size]
    wide = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=list(CHROMIUM_ARGS)
        )
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
        page = context.new_page()
        for name, path in pages.items():
            page.goto(address + path, wait_until="load")
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append(name)
        browser.close()
    return wide
