"""The demo world grows old: every date in it is moved by the same number of days, and nothing else of it changes."""

from __future__ import annotations

from datetime import date, timedelta

from django.apps import apps
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Cast

from recruit.errors import InvalidInputError
from recruit.models import Company
from recruit.models.append_only import rewriting

APPS = ("recruit", "scheduling", "jobposts")
# What belongs to the machine and its people, not to the world; a closing day is a date of the calendar.
STAYS = frozenset(
    {"recruit.Schedule", "recruit.WorkerBeat", "recruit.IdempotencyKey", "recruit.ClosingDay", "recruit.User"}
)


@transaction.atomic
def move_demo(*, to: date) -> int:
    """Move every date and time of the demo world so that ``to`` is the day it takes for today; return the days moved.

    Raises ``InvalidInputError`` where no demo world is loaded. Moving it twice to the same day changes nothing.
    """
    company = Company.objects.select_for_update().get(pk=1)
    if not company.is_demo or company.demo_day is None:
        raise InvalidInputError("There is no demo world here.")
    days = (to - company.demo_day).days
    if days:
        with rewriting():
            for label in APPS:
                for model in apps.get_app_config(label).get_models():
                    if model._meta.label not in STAYS:
                        _move(model, timedelta(days=days))
    return days


def _move(model: type[models.Model], by: timedelta) -> None:
    """Move the dates of one table (``demo_day`` of the company is one of them)."""
    # A date plus a length is a moment in SQL: it is made a date again.
    moved = {
        field.name: F(field.name) + by
        if isinstance(field, models.DateTimeField)
        else Cast(F(field.name) + by, models.DateField())
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField)
    }
    if moved:
        model._base_manager.update(**moved)
