"""Tables of the statistics pages: the same figures as on the page, as CSV and XLSX and through the API."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from rest_framework.test import APIClient

from recruit.models import AuditEntry, Source, Spend, Vacancy
from recruit.permissions import Role
from scheduling.services import checks
from scheduling.web.statistics.files import FILES
from tests.recruit import world
from tests.scheduling.web.days import a_day
from tests.scheduling.world import OPENS

pytestmark = pytest.mark.django_db
PERIODS = {"a1": "2026-05-01", "a2": "2026-05-11", "b1": "2026-05-12", "b2": "2026-05-13"}
QUERY = {"periods": PERIODS, "week": {"from": "2026-05-12"}}
API = "/api/v1/statistics/"


@pytest.fixture
def admin(client):
    user = world.user(Role.ADMIN)
    client.force_login(user, backend="recruit.backends.PasswordBackend")
    return user


@pytest.fixture
def api(admin):
    caller = APIClient()
    caller.force_authenticate(admin)
    return caller


def table(client, name, **query):
    answer = client.get(reverse("statistics-table", args=[name, "csv"]), {**QUERY.get(name, {}), **query})
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def a_promotion():
    return Spend.objects.create(
        source=Source.objects.get(), vacancy=Vacancy.objects.order_by("pk")[0], amount=1900,
        starts_on=date(2026, 5, 6), ends_on=date(2026, 5, 10), note="promotion",
    )  # fmt: skip


def test_times_are_those_of_the_page(client, admin):
    a_day()

    shown = {one.code: one.hours for one in client.get(reverse("statistics-time")).context["stays"]}

    found = {row["step"]: row for row in table(client, "time")}
    assert {code: int(row["people"]) for code, row in found.items()} == {c: hours.people for c, hours in shown.items()}
    assert float(found["invited"]["median_hours"]) == shown["invited"].median == 24.0


def test_waits_are_those_of_the_page(client, admin):
    session, _user = a_day()

    (row,) = table(client, "waits")

    (line,) = client.get(reverse("statistics-waits")).context["lines"]
    assert (row["session"], row["came"], row["seen"]) == (str(session.pk), "2", str(line.seen))
    assert (row["left_unseen"], row["idle_minutes"]) == (str(line.left_unseen), str(line.idle))


def test_periods_are_those_of_the_page(client, admin):
    a_day(30)

    rows = table(client, "periods")

    shown = client.get(reverse("statistics-periods"), PERIODS).context["changes"]
    assert [(row["rate"], row["after_count"], row["after_of"]) for row in rows] == [
        (one["change"].name, str(one["change"].comparison.after.count), str(one["change"].comparison.after.of))
        for one in shown
    ]
    assert (rows[0]["rate"], rows[0]["after_count"], rows[0]["verdict"]) == ("show", "15", "too_few")


def test_periods_that_overlap_give_an_empty_table(client, admin):
    assert table(client, "periods", b1="2026-05-05") == []


def test_promotions_are_those_of_the_page(client, admin):
    a_day()
    spend = a_promotion()

    (row,) = table(client, "promotions")

    ((one, _plot),) = client.get(reverse("statistics-promotions")).context["found"]
    assert (row["money"], row["first_day"], row["days_during"]) == ("1900.0", "2026-05-06", "5")
    assert (row["responses_before"], row["responses_after"]) == (str(sum(one.before)), str(sum(one.after)))
    assert one.spend == spend


def test_the_week_is_that_of_the_page(client, admin):
    a_day()

    rows = table(client, "week")

    assert [(row["source"], row["invited"], row["arrived"]) for row in rows] == [("hh", "4", "2"), ("All", "4", "2")]


@pytest.mark.parametrize("name", FILES)
def test_a_workbook_has_the_same_cells(client, admin, name):
    a_day()
    a_promotion()

    book = load_workbook(
        BytesIO(client.get(reverse("statistics-table", args=[name, "xlsx"]), QUERY.get(name, {})).content)
    )

    rows = table(client, name)
    assert [cell for cell in next(book.active.values) if cell] == list(rows[0])
    assert len(list(book.active.values)) == len(rows) + 1
    assert AuditEntry.objects.filter(action="statistics.exported").count() == 2


@pytest.mark.parametrize("address", [("nonsense", "csv"), ("time", "exe")])
def test_a_table_that_is_none_is_not_found(client, admin, address):
    assert client.get(reverse("statistics-table", args=address)).status_code == 404


def test_who_may_not_export_is_refused(client):
    client.force_login(world.user(Role.DESK), backend="recruit.backends.PasswordBackend")

    assert client.get(reverse("statistics-table", args=["time", "csv"])).status_code == 403


def test_the_api_tells_waits_as_the_page_does(api, client):
    a_day()

    answer = api.get(f"{API}waits/").json()

    (line,) = client.get(reverse("statistics-waits")).context["lines"]
    assert [(one["came"], one["idle"]) for one in answer["sessions"]] == [(2, line.idle)]
    assert answer["lengths"]["people"] == sum(answer["people_by_minute"].values())


def test_the_api_compares_two_periods(api):
    a_day(30)
    query = {f"{side}_{end}": f"2026-05-{day}T00:00:00Z" for side, end, day in (
        ("before", "start", "01"), ("before", "end", "12"), ("after", "start", "12"), ("after", "end", "14"),
    )}  # fmt: skip

    found = {one["rate"]: one for one in api.get(f"{API}periods/", query).json()}

    assert (found["show"]["after"]["count"], found["show"]["after"]["of"], found["show"]["is_sure"]) == (15, 30, False)
    overlap = api.get(f"{API}periods/", {**query, "after_start": "2026-05-02T00:00:00Z"})
    assert (overlap.status_code, list(overlap.json()["error"]["fields"])) == (400, ["after_start"])
    turned = api.get(f"{API}periods/", {**query, "after_end": "2026-05-02T00:00:00Z"})
    assert list(turned.json()["error"]["fields"]) == ["after_end"]


def test_the_api_tells_promotions_and_the_week(api):
    a_day()
    spend = a_promotion()

    (promotion,) = api.get(f"{API}promotions/").json()
    week = api.get(f"{API}week/", {"day": "2026-05-12"}).json()

    assert (promotion["spend"], promotion["money"], len(promotion["during"])) == (spend.pk, 1900.0, 5)
    assert (week["monday"], week["total"]["counts"]["arrived"]) == ("2026-05-11", 2)
    assert api.get(f"{API}week/", {"day": "0001-01-01"}).status_code == 400


def test_the_api_has_no_replay_before_the_first(api):
    checks.check_sessions(at=OPENS + timedelta(days=1))

    assert api.get(f"{API}replays/").json() == {"at": None, "goal": None, "found": None}
