"""A small demo world, loaded once for the tests of this folder and removed after them."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from recruit.models import User
from recruit.permissions import Role

NOW = datetime(2026, 5, 12, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("demo", scale=0.6, days=14, now=NOW, verbosity=0)
        yield NOW
        call_command("demo", wipe=True, verbosity=0)
        # What the demo's day has queued belongs to no world and would stand in the next test's queue.
        DBTaskResult.objects.all().delete()


@pytest.fixture
def admin(demo, db):
    return User.objects.filter(role=Role.ADMIN).order_by("pk")[0]
