"""Every page of statistics on the demo of 100,000 resumes: time at the server, and rows loaded for it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from recruit.benchmarks import row
from recruit.models import Spend, Vacancy
from recruit.permissions import Role
from scheduling.models import InterviewSession
from scheduling.services.reports import DIMENSIONS

MOST_MS = 400.0
MOST_STATEMENTS = 50
_PAGES = (
    "time",
    "waits",
    "sources",
    "promotions",
    "after-hire",
    "periods",
    "right",
    "backtest",
    "replays",
    "model",
    "fairness",
    "experiments",
    "ahead",
    "week",
)


def rows() -> list[dict[str, Any]]:
    """Return two rows a page: the best of five answers in milliseconds, and its SQL statements."""
    client = Client()
    client.force_login(get_user_model().objects.filter(role=Role.ADMIN)[0], backend="recruit.backends.PasswordBackend")
    found = []
    with override_settings(ALLOWED_HOSTS=["*"]):
        for name, path in _addresses():
            best, statements = _measure(client, path)
            found.append(row(f"page statistics: {name}", round(best, 1), "ms", MOST_MS, issue=4, group="statistics"))
            found.append(
                row(
                    f"page statistics: {name}, statements",
                    statements,
                    "SQL",
                    MOST_STATEMENTS,
                    issue=4,
                    group="statistics",
                )
            )
    return found


def _addresses() -> list[tuple[str, str]]:
    front, behind = reverse("statistics"), reverse("statistics-rows")
    promotion = Spend.objects.exclude(vacancy=None).order_by("-starts_on").values_list("pk", flat=True)[0]
    vacancy = Vacancy.objects.open().values_list("pk", flat=True)[0]
    in_a_month = (timezone.localdate() + timedelta(days=30)).isoformat()
    session = InterviewSession.objects.filter(state="closed", is_history=False).order_by("-pk")[0]
    return [
        *((f"who came by {name}", f"{front}?by={name}") for name in DIMENSIONS),
        *((name, reverse(f"statistics-{name}")) for name in _PAGES),
        ("one session", reverse("statistics-session", args=[session.pk])),
        ("rows of a source", f"{behind}?by=source&key=1&what=arrived"),
        ("rows of a weekday", f"{behind}?by=weekday&key=2&what=settled"),
        ("rows of a step", f"{behind}?step=shortlisted"),
        ("rows of a length", f"{behind}?stay=viewed"),
        ("rows of a wait", f"{behind}?wait=all&least=41"),
        ("rows of a promotion", f"{behind}?promotion={promotion}&part=all"),
        ("rows of money", f"{behind}?paid=1"),
        ("ahead for one vacancy", f"{reverse('statistics-ahead')}?hires=10&by={in_a_month}&vacancy={vacancy}"),
    ]


def _measure(client: Client, path: str) -> tuple[float, int]:
    """Return the milliseconds of the best of five answers and the number of statements of one."""
    times, statements = [], 0
    for _ in range(5):
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        times.append(1000 * (time.perf_counter() - started))
        statements = len(queries)
        if answer.status_code != 200:
            msg = f"{path} answered {answer.status_code}"
            raise RuntimeError(msg)
    return min(times), statements
