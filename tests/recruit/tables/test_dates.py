"""Dates as people type them."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.tables.dates import DateError, Moment, parse_clock, parse_date, parse_moment
from recruit.tables.months import MONTHS, THAI_MONTHS

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2049, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25 - apr-16", date(2016, 4, 25)),
        ("25 – Apr-16", date(2016, 4, 25)),
        ("22 -Apr -16", date(2016, 4, 22)),
        ("15 Apr 16", date(2016, 4, 15)),
        ("21.4.16", date(2016, 4, 21)),
        ("30.1.16 ", date(2016, 1, 30)),
        ("18.03.2014", date(2014, 3, 18)),
        ("05/02/15", date(2015, 2, 5)),
        ("30-1-2016", date(2016, 1, 30)),
        ("12 03 2026", date(2026, 3, 12)),
        ("2026-03-12", date(2026, 3, 12)),
        ("20260312", date(2026, 3, 12)),
        ("Apr 15, 2016", date(2016, 4, 15)),
        ("Mon, 15 Apr 2016", date(2016, 4, 15)),
        ("12 марта 2026 г.", date(2026, 3, 12)),
        ("пн 12 мар. 26", date(2026, 3, 12)),
        ("1 มี.ค. 2569", date(2026, 3, 1)),
        ("1 มีนาคม พ.ศ. 2569", date(2026, 3, 1)),
        ("1 มีนาคม 69", date(2026, 3, 1)),
        ("๑๒/๐๓/๒๕๖๙", date(2026, 3, 12)),
        ("29.02.2567", date(2024, 2, 29)),
        ("1.1.49", date(2049, 1, 1)),
        ("1.1.50", date(1950, 1, 1)),
        ("42475", date(2016, 4, 15)),
    ],
)
def test_reads_a_day(text, day):
    assert parse_moment(text) == Moment(day)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("28.08.2016 & 11.30 AM", Moment(date(2016, 8, 28), time(11, 30))),
        ("12.05.2016 9 am", Moment(date(2016, 5, 12), time(9))),
        ("12.05.2016 12.30 Pm", Moment(date(2016, 5, 12), time(12, 30))),
        ("12.05.2016 12:10 a.m.", Moment(date(2016, 5, 12), time(0, 10))),
        ("12 марта 2026 г. в 14:05", Moment(date(2026, 3, 12), time(14, 5))),
        ("25.06.2569 เวลา 10:30 น.", Moment(date(2026, 6, 25), time(10, 30))),
        ("2026-11-20T10:00:00+0300", Moment(date(2026, 11, 20), time(10), 180)),
        ("2026-11-20 10:00:07.123Z", Moment(date(2026, 11, 20), time(10, 0, 7), 0)),
        ("2026-11-20 10:00-03:30", Moment(date(2026, 11, 20), time(10), -210)),
        ("42475.5", Moment(date(2016, 4, 15), time(12))),
    ],
)
def test_reads_a_time_behind_the_day(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no date"),
        ("31.02.2016", "there is no day 31 in month 2 of 2016"),
        ("29.02.2015", "there is no day 29 in month 2 of 2015"),
        ("13/25/2016", "there is no month 25"),
        ("12.03.2300", "the year 2300 is out of range"),
        ("12.03.2016 25:00", "there is no time 25:00"),
        ("12.03.2016 14:00 pm", "there is no hour 14 before or after noon"),
        ("2026-11-20 10:00+23:00", "there is no time zone +23:00"),
        ("12.03.2016 or later", "“or later” behind the date is not a time"),
        ("99999-99-99", "not a date"),
        ("12 foo 2016", "not a date"),
        ("Candidate 956", "not a date"),
        ("11:00 AM", "not a date"),
        ("12345678901", "not a date"),
        ("1" * 81, "too long for a date"),
    ],
)
def test_says_why_it_is_no_date(text, reason):
    with pytest.raises(DateError) as caught:
        parse_moment(text)

    assert str(caught.value) == reason


def test_month_first_is_a_setting_and_does_not_turn_iso_dates():
    assert parse_date("05/02/15", day_first=False) == date(2015, 5, 2)
    assert parse_date("2015-05-02", day_first=False) == date(2015, 5, 2)


def test_two_figures_can_be_buddhist():
    assert parse_moment("12/03/69", buddhist=True).day == date(2026, 3, 12)
    assert parse_moment("12/03/69").day == date(1969, 3, 12)


@given(
    DAYS,
    st.sampled_from(
        ["{d}.{m}.{y}", "{d:02}/{m:02}/{yy:02}", "{y}-{m:02}-{d:02}", "{d} - {m} - {b}", "{y}{m:02}{d:02}"]
    ),
)
def test_every_spelling_of_a_day_gives_the_day(day, spelling):
    text = spelling.format(d=day.day, m=day.month, y=day.year, yy=day.year % 100, b=day.year + 543)

    assert parse_date(text) == day


@given(DAYS, st.sampled_from(sorted(MONTHS.items())))
def test_month_names_give_the_month(day, month):
    day = day.replace(day=1, month=month[1])

    assert parse_date(f"1 {month[0].title()} {day.year}") == day


@given(DAYS, st.sampled_from(sorted(THAI_MONTHS.items())))
def test_thai_month_names_give_the_month(day, month):
    day = day.replace(day=1, month=month[1])

    assert parse_date(f"1 {month[0]} {day.year + 543}") == day


@given(st.integers(20_000, 60_000))
def test_excel_serials_count_days(serial):
    assert parse_date(str(serial)) == date(1899, 12, 30) + timedelta(days=serial)


@given(st.text(max_size=90))
def test_any_text_is_a_day_or_a_date_error(text):
    try:
        moment = parse_moment(text)
    except DateError:
        return
    assert date(1900, 1, 1) <= moment.day <= date(2119, 1, 10)


@pytest.mark.parametrize(
    ("text", "clock"),
    [("10.30 Am", time(10, 30)), ("9:00", time(9)), ("12.30 Pm", time(12, 30)), ("12", None), ("21.4.16", None),
     ("Oracle", None), ("25:00", None), ("1" * 90, None)],
)  # fmt: skip
def test_reads_a_time_of_day_alone(text, clock):
    assert parse_clock(text) == clock
