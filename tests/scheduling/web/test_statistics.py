"""The pages of statistics: what they show, to whom, and what they refuse."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from recruit.models import AuditEntry, Source, Spend
from recruit.permissions import Role
from scheduling.services import checks
from scheduling.services.reports.dimensions import DIMENSIONS
from scheduling.services.reports.measures import MEASURES, RATE_WORDS
from scheduling.web.statistics.common import PAGES
from tests.recruit import world
from tests.scheduling.web.days import a_day
from tests.scheduling.world import OPENS

pytestmark = pytest.mark.django_db
LISTED = [name for _group, pages in PAGES for name, _word in pages]


@pytest.fixture
def admin(client):
    user = world.user(Role.ADMIN)
    client.force_login(user, backend="recruit.backends.PasswordBackend")
    return user


@pytest.mark.parametrize("name", LISTED)
def test_every_page_opens_with_nothing_at_all(client, admin, name):
    assert client.get(reverse(name)).status_code == 200


def test_every_page_opens_with_a_day_behind_it(client, admin):
    a_day()
    checks.check_sessions(at=OPENS + timedelta(days=1))

    for name in LISTED:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert b"<style" not in answer.content
        assert b' style="' not in answer.content


def test_statements_do_not_grow_with_the_rows(client, admin):
    def statements(name):
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(name))
        return len(found)

    a_day()
    checks.check_sessions(at=OPENS + timedelta(days=1))
    few = {name: statements(name) for name in LISTED if statements(name)}
    for _ in range(3):
        a_day(6)
    checks.check_sessions(at=OPENS + timedelta(days=1))

    assert {name: statements(name) - few[name] for name in LISTED if statements(name) > few[name] + 1} == {}
    assert max(few.values()) <= 50


def test_rates_by_every_dimension(client, admin):
    a_day()

    for dimension in DIMENSIONS:
        for rate in ("show", "late"):
            answer = client.get(reverse("statistics"), {"by": dimension, "rate": rate})
            assert answer.status_code == 200
            assert sum(line.counts["invited"] for line in answer.context["lines"]) == 4


def test_every_count_leads_to_its_rows(client, admin):
    a_day()
    source = Source.objects.get()
    shown = client.get(reverse("statistics")).context["counts"]

    for what in MEASURES:
        answer = client.get(reverse("statistics-rows"), {"by": "source", "key": source.pk, "what": what})
        expected = shown["arrived"] + shown["no_show"] if what == "settled" else shown[what]
        assert answer.context["count"] == expected, what


def test_rows_are_paged(client, admin):
    a_day(60)

    answer = client.get(reverse("statistics-rows"), {"what": "invited"})

    assert (answer.context["count"], len(answer.context["page"])) == (60, 50)
    assert len(client.get(reverse("statistics-rows"), {"what": "invited", "page": 2}).context["page"]) == 10


@pytest.mark.parametrize(
    "query",
    [{"what": "nonsense"}, {"by": "nonsense", "key": "1"}, {"step": "nonsense"}],
)
def test_rows_of_no_figure_are_not_found(client, admin, query):
    assert client.get(reverse("statistics-rows"), query).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"days": "-1"},
        {"days": "999999999999"},
        {"from": "2026-99-99", "to": "yesterday"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"by": "nonsense", "rate": "nonsense"},
        {"by": "band", "key": "x:y"},
        {"page": "-7"},
    ],
)
def test_an_address_that_is_not_understood_is_no_error(client, admin, query):
    a_day()

    assert client.get(reverse("statistics"), query).status_code == 200
    assert (
        client.get(
            reverse("statistics-rows"), {"what": "arrived", **{k: v for k, v in query.items() if k != "by"}}
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("dimension", "key"), [("week", "nonsense"), ("band", "x"), ("hour", "99"), ("posting", "a-b"), ("lead", "x")]
)
def test_a_group_that_is_not_there_has_no_rows(client, admin, dimension, key):
    a_day()

    answer = client.get(reverse("statistics-rows"), {"by": dimension, "key": key, "what": "arrived"})

    assert (answer.status_code, answer.context["count"]) == (200, 0)


def test_a_person_sees_figures_and_rows_of_their_own_offices_alone(client):
    a_day()
    own = world.office()
    team = world.team()
    team.offices.add(own)
    lead = world.user(Role.LEAD, teams=(team,))
    client.force_login(lead, backend="recruit.backends.PasswordBackend")

    assert client.get(reverse("statistics")).context["counts"]["invited"] == 0
    assert client.get(reverse("statistics-rows"), {"what": "arrived"}).context["count"] == 0
    a_day(office=own)
    assert client.get(reverse("statistics")).context["counts"]["invited"] == 4


def test_a_session_of_another_office_is_not_found(client):
    session, _user = a_day()
    client.force_login(world.user(Role.LEAD), backend="recruit.backends.PasswordBackend")

    assert client.get(reverse("statistics-session", args=[session.pk])).status_code == 404
    assert client.get(reverse("statistics-plot", args=["fan"]), {"session": session.pk}).status_code == 404


def test_files_hold_every_count_and_no_formula(client, admin):
    a_day()
    Source.objects.update(name="=HYPERLINK(1)")

    csv = client.get(reverse("statistics-export")).content.decode("utf-8-sig").splitlines()
    book = load_workbook(BytesIO(client.get(reverse("statistics-export-as", args=["xlsx"])).content))
    rows = list(book.active.values)

    assert csv[0].split(",")[:3] == ["source", "invited", "arrived"]
    assert csv[1].split(",")[:3] == ["'=HYPERLINK(1)", "4", "2"]
    assert rows[1][:3] == ("'=HYPERLINK(1)", 4, 2)
    assert AuditEntry.objects.filter(action="statistics.exported").count() == 2
    assert client.get(reverse("statistics-export-as", args=["exe"])).status_code == 404


def test_costs_are_given_as_a_file(client, admin):
    a_day()
    Spend.objects.create(source=Source.objects.get(), amount=100, starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 10))

    rows = client.get(reverse("statistics-sources-export", args=["csv"])).content.decode("utf-8-sig").splitlines()

    found = dict(zip(rows[0].split(","), rows[1].split(","), strict=True))
    assert (found["money"], found["arrived"], found["per_arrived"]) == ("100.0", "2", "50.0")


@pytest.mark.parametrize("name", ["trend", "funnel", "reliability", "quadrant", "waits"])
def test_plots_are_files_that_stand_alone(client, admin, name):
    a_day()

    answer = client.get(reverse("statistics-plot", args=[name]))

    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"')
    assert client.get(reverse("statistics-plot", args=["nonsense"])).status_code == 404


def test_a_session_shows_how_its_forecast_moved(client, admin):
    session, _user = a_day()
    checks.check_sessions(at=OPENS + timedelta(days=1))

    answer = client.get(reverse("statistics-session", args=[session.pk]))

    fan = answer.context["plots"][0]
    assert fan.name == "fan"
    assert len(fan.rows) == 12
    assert answer.context["check"].came == 2


def test_every_rate_has_a_word_and_every_page_an_address():
    assert set(RATE_WORDS) == {
        "show",
        "confirm",
        "decline",
        "cancel_in_time",
        "cancel_late",
        "late",
        "left_unseen",
        "turned_away",
        "held",
    }
    assert len({reverse(name) for name in LISTED}) == len(LISTED)
