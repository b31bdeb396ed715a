"""SQL statements, time and size of every page on the demo company that this process is connected to."""

from __future__ import annotations

import time
from statistics import median

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from recruit.benchmarks import Row, row
from recruit.models import Vacancy
from recruit.permissions import Role
from scheduling.models import InterviewSession

# Pages without a row in their address, and those about one vacancy or one session.
PAGES = (
    "today", "triage", "vacancies", "search", "imports", "outbox", "settings", "settings-offices", "settings-sources",
    "settings-audit", "sessions", "my-queue", "calls", "compare", "statistics",
)  # fmt: skip
OF_VACANCY = ("vacancy", "vacancy-people")
OF_SESSION = ("plan", "live", "desk", "close")
# What is measured of a page: words, issue, unit and limit, in the order of ``_page``.
FIGURES = (
    ("SQL statements", 2, "SQL", 30),
    ("median time at the server", 5, "ms", 150),
    ("size of the HTML", 5, "kB", 150),
)


def rows() -> list[Row]:
    """Return three rows per page: its statements, the median milliseconds of 5 answers, and the bytes of its HTML."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        measured = {page: _page(client, path) for client, page, path in _addresses()}
    return [
        row(f"page {page}: {what}", value, unit, limit, issue=issue, group="pages")
        for page, values in measured.items()
        for (what, issue, unit, limit), value in zip(FIGURES, values, strict=True)
    ]


def _addresses() -> list[tuple[Client, str, str]]:
    client = Client()
    client.force_login(get_user_model().objects.filter(role=Role.ADMIN)[0], backend="recruit.backends.PasswordBackend")
    vacancy = Vacancy.objects.order_by("pk")[0]
    session = InterviewSession.objects.filter(is_history=False, state="open").order_by("pk")[0]
    return [
        *((client, name, reverse(name)) for name in PAGES),
        *((client, name, reverse(name, args=[vacancy.pk])) for name in OF_VACANCY),
        *((client, name, reverse(name, args=[session.pk])) for name in OF_SESSION),
    ]


def _page(client: Client, path: str) -> tuple[int, float, float]:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        times.append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            msg = f"{path} answered {answer.status_code}"
            raise RuntimeError(msg)
    return len(queries), round(median(times), 1), round(len(answer.content) / 1000, 1)
