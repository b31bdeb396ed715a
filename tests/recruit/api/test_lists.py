"""Lists: cursor pages, the same number of statements whatever the number of rows, pay only for those who may see it."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recruit.models import ImportRun, Offer
from recruit.permissions import Role
from recruit.services import api_calls
from tests.recruit import world
from tests.recruit.api.routes import ROUTES

pytestmark = pytest.mark.django_db
LISTS = sorted({route.name for route in ROUTES if route.operation == "list"})


def test_pages_follow_each_other_without_a_gap_or_a_double(caller):
    made = [world.office().pk for _ in range(120)]
    client, seen, sizes = caller(), [], []
    address = reverse("api-office-list")

    while address:
        page = client.get(address).json()
        sizes.append(len(page["results"]))
        seen += [row["id"] for row in page["results"]]
        address = page["next"]

    assert sizes == [50, 50, 20]
    assert seen == sorted(made, reverse=True)


@pytest.mark.parametrize(("asked", "given"), [("1", 1), ("200", 200), ("201", 200), ("0", 50), ("-1", 50), ("x", 50)])
def test_a_page_has_at_most_200_rows(asked, given, caller):
    for _ in range(201):
        world.office()

    answer = caller().get(reverse("api-office-list"), {"page_size": asked})

    assert len(answer.json()["results"]) == given


def test_a_cursor_that_is_none_is_refused(caller):
    answer = caller().get(reverse("api-office-list"), {"cursor": "moon"})

    assert (answer.status_code, sorted(answer.json())) == (404, ["error", "request_id"])


def one_more() -> None:
    """Write one row of everything that the pipeline lists."""
    world.office()
    application = world.application(
        who=world.candidate(email=f"{world.user().pk}@mail.test"), to=world.vacancy(office=world.office())
    )
    Offer.objects.create(application=application, pay=50_000, currency="RUB", made_at=world.NINE)
    ImportRun.objects.create(kind="responses", file_name="a.csv", digest="0" * 64)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.RECRUITER])
def test_a_list_costs_the_same_with_one_row_and_with_five(name, role, caller, request, monkeypatch):
    # Every so many calls old ones are dropped, whoever calls.
    monkeypatch.setattr(api_calls, "TRIMMED_EVERY", 10**9)
    # The clock stands: a new window of the rate limit, a minute later, would cost a statement more.
    clock = time_machine.travel(timezone.now(), tick=False)
    clock.start()
    request.addfinalizer(clock.stop)
    client = caller(role)
    one_more()
    client.get(reverse(name))  # the first call of a key writes down its use
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(name))
    for _ in range(4):
        one_more()

    with CaptureQueriesContext(connection) as five:
        answer = client.get(reverse(name))

    assert answer.status_code == 200
    assert len(five) == len(one)


def test_pay_is_hidden_from_those_who_may_not_see_it(caller):
    office = world.office()
    team = world.team()
    team.offices.add(office)
    application = world.application(
        to=world.vacancy(salary_from=5, salary_to=9, office=office, team=team), salary_wish=7
    )
    vacancy_path = reverse("api-vacancy-detail", kwargs={"pk": application.vacancy_id})
    path = reverse("api-application-detail", kwargs={"pk": application.pk})
    pay = {"salary_from", "salary_to", "salary_wish"}

    shown = {
        role: pay
        & {*caller(role, teams=(team,)).get(vacancy_path).json(), *caller(role, teams=(team,)).get(path).json()}
        for role in (Role.ADMIN, Role.RECRUITER, Role.CALLER)
    }

    assert shown == {Role.ADMIN: pay, Role.RECRUITER: pay, Role.CALLER: set()}
