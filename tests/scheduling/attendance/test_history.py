from datetime import date, time

from recruit.tables import Answer, HistoryRow, InterviewType
from recruit.tables.rows import PersonFields
from scheduling.attendance import Invitee
from scheduling.attendance.history import outcomes_of


def _row(number, who, day, *, arrived=True, intention=Answer.YES, start=None):
    return HistoryRow(
        row=number,
        key=("map", who, day.isoformat()),
        candidate_id=who,
        person=PersonFields(),
        day=day,
        start=start,
        source="hh",
        vacancy="courier",
        office="Moscow",
        interview_type=InterviewType.WALK_IN,
        intention=intention,
        arrived=arrived,
        answers={"letter_shared": Answer.NOT_YET},
    )


def test_a_row_becomes_what_was_known_and_what_happened():
    outcome = outcomes_of([_row(2, "a", date(2026, 3, 3), start=time(11, 30), intention=Answer.NOT_YET)])[0]

    assert outcome.invitee == Invitee(
        source="hh",
        vacancy="courier",
        office="Moscow",
        weekday=1,
        hour=11,
        answer="unsure",
        interview_type="walk_in",
        answers={"letter_shared": "not_yet"},
    )
    assert (outcome.day, outcome.came) == (date(2026, 3, 3), True)


def test_earlier_visits_are_those_of_earlier_days_only():
    first, second = date(2026, 3, 3), date(2026, 3, 4)
    rows = [_row(4, "a", second), _row(2, "a", first, arrived=False), _row(3, "a", first), _row(5, "b", second)]

    found = [(row.invitee.earlier_shows, row.invitee.earlier_no_shows) for row in outcomes_of(rows)]

    assert found == [(0, 0), (0, 0), (1, 1), (0, 0)]


def test_visits_of_an_earlier_file_count():
    before = [_row(2, "a", date(2026, 3, 3))]

    outcome = outcomes_of([_row(2, "a", date(2026, 3, 9))], before=before)[0]

    assert outcome.invitee.earlier_shows == 1
