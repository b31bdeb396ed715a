"""The demo world is moved to today as it is."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from recruit.models import Application, Company, Offer, Schedule, Spend
from recruit.services.demo_dates import move_demo
from scheduling.models import ArrivalBand, InterviewSession, Invitation, LedgerEntry

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-05-12T09:20:00+03:00")
DAYS = timedelta(days=17)


@pytest.fixture
def world():
    call_command("demo", days=6, scale=0.15, now=NOW, verbosity=0)


def dates():
    """Return dates and times of every kind of row, in the order of the rows."""
    return [
        list(model.objects.order_by("pk").values_list(field, flat=True))
        for model, field in (
            (Application, "applied_at"),
            (InterviewSession, "starts_at"),
            (ArrivalBand, "starts_at"),
            (Invitation, "arrived_at"),
            (LedgerEntry, "at"),
            (Offer, "answer_by"),
            (Spend, "starts_on"),
        )
    ]


def test_every_date_moves_by_the_same_number_of_days(world):
    before = dates()

    assert move_demo(to=date(2026, 5, 29)) == 17

    assert dates() == [[moment and moment + DAYS for moment in column] for column in before]
    assert Company.current().demo_day == date(2026, 5, 29)


def test_moving_again_to_the_same_day_changes_nothing(world):
    move_demo(to=date(2026, 5, 29))
    before = dates()

    assert move_demo(to=date(2026, 5, 29)) == 0

    assert dates() == before


def test_the_machinery_keeps_its_times(world):
    Schedule.objects.create(task="a.task", every_seconds=60, next_run_at=NOW)

    move_demo(to=date(2026, 5, 29))

    assert Schedule.objects.get(task="a.task").next_run_at == NOW


def test_without_a_demo_world_nothing_is_moved():
    with pytest.raises(CommandError, match="There is no demo world here"):
        call_command("demo", to_today=True)
