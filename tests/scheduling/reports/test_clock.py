"""Days and seconds that SQL counts, against Python's own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F, Value

from recruit.models import Office
from scheduling.services.reports.clock import Seconds, local_day

FIRST, LAST = date(2026, 3, 20), date(2026, 4, 10)


@pytest.fixture
def office(db):
    return Office.objects.create(name="North", time_zone="Europe/Berlin")


# Berlin turns to summer time on 29 March, Lord Howe by half an hour on 5 April at 15:00 UTC; Tokyo never turns.
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Tokyo", "UTC"])
def test_every_quarter_of_an_hour_falls_on_the_day_of_its_own_clock(zone, office):
    clock = ZoneInfo(zone)
    start = datetime.combine(FIRST, datetime.min.time(), tzinfo=clock).astimezone(UTC)
    moments = [start + timedelta(minutes=15 * number) for number in range(96 * ((LAST - FIRST).days + 1) - 8)]
    rows = Office.objects.filter(pk=office.pk)

    told = []
    for at in moments[::7]:
        day = rows.annotate(at=Value(at)).annotate(day=local_day("at", clock, first=FIRST, last=LAST))
        told.append(FIRST + timedelta(days=day.values_list("day", flat=True)[0]))

    assert told == [at.astimezone(clock).date() for at in moments[::7]]


@pytest.mark.parametrize("milliseconds", [0, 1, 299_999, 300_000, 300_001, -5, 86_400_000])
def test_seconds_are_right_to_the_millisecond(milliseconds, office):
    start = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
    rows = Office.objects.annotate(first=Value(start), second=Value(start + timedelta(milliseconds=milliseconds)))

    assert rows.annotate(n=Seconds(F("first"), F("second"))).values_list("n", flat=True)[0] == milliseconds / 1000
