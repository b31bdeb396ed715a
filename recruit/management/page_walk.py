"""Walk through the pages as a signed-in person finds them: by their links, one page for each address pattern."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from recruit.models import User

# What the walk does not open: it answers with a file, or leaves.
LEFT_OUT = frozenset({"sign-out", "import-problems", "statistics-export", "candidate-calendar"})


class _Links(HTMLParser):
    """Collect where a page leads: its links, and the addresses that it offers to copy."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for address in (values.get("href") if tag == "a" else None, values.get("data-copy")):
            if address:
                self.found.append(address)


def find_pages(user: User, *, start: str = "/", most: int = 200) -> dict[str, str]:
    """Return the first path found of each named page that ``user`` reaches from ``start``, at most ``most`` pages.

    The steps of the candidate's own page count as pages of their own: ``candidate-step-late``.
    """
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, "recruit.backends.PasswordBackend")
    pages: dict[str, str] = {}
    waiting, seen = deque([start]), {start}
    while waiting and len(pages) < most:
        path = waiting.popleft()
        name = _name_of(path)
        if name is None or name in pages:
            continue
        response = client.get(path)
        if response.status_code in {301, 302}:
            links = [response["Location"]]
        elif response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            pages[name] = path
            parser = _Links()
            parser.feed(response.content.decode())
            links = parser.found
        else:
            continue
        for link in links:
            target = _inside(path, link)
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return pages


def _inside(path: str, link: str) -> str:
    """Return the path that ``link`` on the page ``path`` leads to, without its fragment."""
    parts = urlsplit(urljoin(path, link))
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _name_of(path: str) -> str | None:
    """Return the name of the page, or None where the path is not one of ours."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    name = match.url_name
    if name is None or name in LEFT_OUT or path.startswith("/api/"):
        return None
    return f"{name}-{match.kwargs['step']}" if "step" in match.kwargs else name
