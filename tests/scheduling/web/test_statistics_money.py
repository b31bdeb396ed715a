"""Promotions, budgets, and what became of hires: pages and tables."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recruit.models import Spend
from recruit.permissions import Role
from scheduling.models import (
    Employment,
    PromotionBudget,
)
from scheduling.services import reports
from scheduling.services.reports.after_hire import note_employment, stay_lines
from tests.recruit import world
from tests.scheduling.web.days import a_hire
from tests.scheduling.world import OPENS

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = world.user(Role.ADMIN)
    client.force_login(user, backend="recruit.backends.PasswordBackend")
    return user


def test_a_promotion_is_noted_and_shown(client, admin):
    vacancy = world.vacancy()
    source = world.source()
    wanted = {
        "source": source.pk,
        "vacancy": vacancy.pk,
        "amount": "1900",
        "starts_on": "2026-05-06",
        "ends_on": "2026-05-10",
    }

    assert client.post(reverse("statistics-promotion-add"), wanted).status_code == 302

    spend = Spend.objects.get()
    assert (spend.amount, spend.vacancy, spend.starts_on) == (1900, vacancy, date(2026, 5, 6))
    answer = client.get(reverse("statistics-promotions"))
    assert [one.spend for one, _plot in answer.context["found"]] == [spend]
    assert client.get(reverse("statistics-promotion-plot", args=[spend.pk])).status_code == 200
    assert client.get(reverse("statistics-promotion-plot", args=[spend.pk + 1])).status_code == 404


def test_a_promotion_that_ends_before_it_begins_is_refused_at_its_field(client, admin):
    wanted = {
        "source": world.source().pk,
        "vacancy": world.vacancy().pk,
        "amount": "1900",
        "starts_on": "2026-05-06",
        "ends_on": "2026-05-01",
    }

    answer = client.post(reverse("statistics-promotion-add"), wanted)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_on"])
    assert not Spend.objects.exists()


def test_a_budget_that_is_overdrawn_is_shown_as_such(client, admin):
    today = datetime.now(UTC).date()
    client.post(reverse("statistics-budget"), {"vacancy": "", "amount": "1000"})
    Spend.objects.create(
        source=world.source(), vacancy=world.vacancy(), amount=1500, starts_on=today, ends_on=today, note="promotion"
    )

    state = client.get(reverse("statistics-promotions")).context["budgets"][0]

    assert (state.spent, state.left, state.is_over) == (1500.0, -500.0, True)
    assert client.post(reverse("statistics-budget"), {"amount": "-1"}).status_code == 422
    assert PromotionBudget.objects.get().amount == 1000


def test_a_hire_is_followed_by_hand(client, admin):
    hire = a_hire()
    prefix = f"h{hire.pk}"

    client.post(
        reverse("statistics-employment", args=[hire.pk]),
        {f"{prefix}-started_on": "2026-01-10", f"{prefix}-seen_on": "2026-02-20", f"{prefix}-rating": "4"},
    )

    total = client.get(reverse("statistics-after-hire")).context["total"]
    assert (total.hired, total.started.count, total.rating) == (1, 1, 4)
    assert {months: (rate.count, rate.of) for months, rate in total.stayed.items()} == {1: (1, 1), 3: (0, 0), 6: (0, 0)}


def test_who_leaves_before_the_start_is_refused_at_the_field(client, admin):
    hire = a_hire()
    prefix = f"h{hire.pk}"

    answer = client.post(
        reverse("statistics-employment", args=[hire.pk]),
        {f"{prefix}-started_on": "2026-01-10", f"{prefix}-left_on": "2026-01-01"},
    )

    assert answer.status_code == 422
    assert not Employment.objects.exists()


def test_hires_are_followed_by_a_table(client, admin):
    hire, other = a_hire(), world.application()
    lines = (
        "application,started_on,left_on,rating\n"
        f"{hire.pk},2026-01-10,2026-03-01,5\n{other.pk},2026-01-10,,\nx,,,\n{hire.pk},,,9\n{hire.pk},tomorrow,,\n"
    )
    file = SimpleUploadedFile("hires.csv", lines.encode())

    answer = client.post(reverse("statistics-employment-import"), {"file": file})

    known = Employment.objects.get()
    assert (known.application, known.started_on, known.left_on, known.rating) == (
        hire, date(2026, 1, 10), date(2026, 3, 1), 5,
    )  # fmt: skip
    assert [(one.number, one.column) for one in answer.context["problems"]] == [
        (3, "application"), (4, "application"), (5, "rating"), (6, "started_on"),
    ]  # fmt: skip


def test_a_table_without_its_column_is_refused_beside_the_file(client, admin):
    file = SimpleUploadedFile("hires.csv", b"name\nAnna\n")

    answer = client.post(reverse("statistics-employment-import"), {"file": file})

    assert (answer.status_code, list(answer.context["table"].errors)) == (422, ["file"])
    assert client.post(reverse("statistics-employment-import"), {}).status_code == 422


def test_the_table_of_hires_can_be_handed_in_again(client, admin):
    hire = a_hire()
    note_employment(hire, at=OPENS, by=None, started_on=date(2026, 1, 10))

    table = client.get(reverse("statistics-employment-export")).content
    answer = client.post(reverse("statistics-employment-import"), {"file": SimpleUploadedFile("h.csv", table)})

    assert answer.status_code == 302
    assert Employment.objects.get().started_on == date(2026, 1, 10)


@pytest.mark.parametrize(
    ("days", "left", "expected"),
    [(30, None, (1, 1)), (29, None, (0, 0)), (30, 30, (1, 1)), (29, 29, (0, 1))],
)
def test_a_month_counts_from_its_very_day(admin, days, left, expected):
    start = date(2026, 1, 10)
    note_employment(
        a_hire(),
        at=OPENS,
        by=None,
        started_on=start,
        seen_on=start + timedelta(days=days),
        left_on=start + timedelta(days=left) if left else None,
    )

    stayed = stay_lines(reports.Slice(user=admin))[-1].stayed[1]

    assert (stayed.count, stayed.of) == expected
