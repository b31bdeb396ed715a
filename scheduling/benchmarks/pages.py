"""SQL statements, time and size of every page on the demo company that this process is connected to."""

from __future__ import annotations

import time
from statistics import median
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Count, Min
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from recruit.benchmarks import Row, row
from recruit.models import Application, Candidate, Vacancy
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
MOST_SEARCH_MS, MOST_BOARD_MS, ON_BOARD = 200, 300, 2000


def rows() -> list[Row]:
    """Return how long the search box and a full board take, then three rows per page: its statements, the median milliseconds of 5 answers, and the bytes of its HTML."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        client = Client()
        admin = get_user_model().objects.filter(role=Role.ADMIN)[0]
        client.force_login(admin, backend="recruit.backends.PasswordBackend")
        measured = {page: _page(client, path) for page, path in _addresses()}
        others = [*_searches(client), _board(client)]
    return others + [
        row(f"page {page}: {what}", value, unit, limit, issue=issue, group="pages")
        for page, values in measured.items()
        for (what, issue, unit, limit), value in zip(FIGURES, values, strict=True)
    ]


def _searches(client: Client) -> list[Row]:
    """Return the median milliseconds of the search box and the palette, by what is typed: of the people of this company."""
    people = Candidate.objects.current().count()
    person = Candidate.objects.exclude(name_key="").filter(contacts__kind="phone").order_by("-pk")[0]
    phone = person.contacts.filter(kind="phone")[0].normalised
    typed = {
        "three letters of a name": person.name_key.split()[-1][:3],
        "a whole name": person.name,
        "a name nobody has": "qqzzx",
        "four digits": phone[-4:],
        "a phone": phone,
        "an e-mail": "ivan@",
    }
    return [
        row(
            f"search box, {people:,} people: {what}",
            _page(client, f"{reverse('search')}?{urlencode({'q': words, 'palette': '1'})}")[1],
            "ms",
            MOST_SEARCH_MS,
            issue=5,
            group="pages",
        )
        for what, words in typed.items()
    ]


def _board(client: Client) -> Row:
    """Return the median milliseconds of a board with 2,000 people on it, gathered for the measurement alone."""
    with transaction.atomic():
        vacancy = Vacancy.objects.annotate(people=Count("applications")).order_by("-people")[0]
        there = vacancy.applications.values("candidate")
        missing = max(ON_BOARD - vacancy.applications.count(), 0)
        others = Application.objects.exclude(vacancy=vacancy).exclude(candidate__in=there).values("candidate")
        firsts = others.annotate(first=Min("pk")).order_by("candidate").values_list("first", flat=True)
        Application.objects.filter(pk__in=list(firsts[:missing])).update(vacancy=vacancy)
        count = vacancy.applications.count()
        value = _page(client, reverse("vacancy", args=[vacancy.pk]))[1]
        transaction.set_rollback(True)
    return row(f"board with {count:,} candidates", value, "ms", MOST_BOARD_MS, issue=5, group="pages")


def _addresses() -> list[tuple[str, str]]:
    vacancy = Vacancy.objects.order_by("pk")[0]
    session = InterviewSession.objects.filter(is_history=False, state="open").order_by("pk")[0]
    return [
        *((name, reverse(name)) for name in PAGES),
        *((name, reverse(name, args=[vacancy.pk])) for name in OF_VACANCY),
        *((name, reverse(name, args=[session.pk])) for name in OF_SESSION),
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
