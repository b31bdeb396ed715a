"""Marks, statistics, imported history, notices."""

from datetime import date, time, timedelta

import pytest

from recruit.contrib import BatchResult
from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import Application, Candidate, ImportRun, Message, Office
from recruit.permissions import Role
from recruit.tables import Answer as Said
from recruit.tables import HistoryRow
from recruit.tables.answers import InterviewType
from recruit.tables.rows import PersonFields
from scheduling.models import InterviewSession, Invitation
from scheduling.services import closing, desk, import_history, notices, reports, scorecards
from scheduling.services.replies import confirm, decline, move_to_band
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, MINUTE, OPENS, by, group, invited, kinds, opened, person, recruiter

pytestmark = pytest.mark.django_db
MARKS = {"motivation": 4, "ability": "5", "adequacy": ""}


def seen(session, name="Anna Petrova"):
    return closing.settle(invited(session, name), "came", at=OPENS, by=recruiter())


def test_marks_are_kept_while_they_are_written_and_fixed_once_submitted():
    invitation, author = seen(opened()), scorecards.interviewer_of(recruiter())

    kept = scorecards.save_scorecard(invitation, author, marks=MARKS, at=OPENS, comment="Polite.")
    sent = scorecards.save_scorecard(invitation, author, marks={"ability": 3}, at=OPENS, advice="yes", submit=True)

    assert (kept.marks, kept.submitted_at, kept.comment) == ({"motivation": 4, "ability": 5}, None, "Polite.")
    assert (sent.pk, sent.marks, sent.advice, sent.submitted_at) == (kept.pk, {"ability": 3}, "yes", OPENS)
    with pytest.raises(TransitionRefusedError, match="submitted already"):
        scorecards.save_scorecard(invitation, author, marks=MARKS, at=OPENS)
    sent.refresh_from_db()
    assert sent.marks == {"ability": 3}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"marks": {"height": 3}}, "marks"),
        ({"marks": {"ability": 6}}, "ability"),
        ({"marks": {"ability": "good"}}, "ability"),
        ({"marks": {}, "advice": "perhaps"}, "advice"),
        ({"marks": {"ability": None}, "submit": True}, "marks"),
    ],
    ids=str,
)
def test_a_mark_that_is_none_is_refused_at_its_field(given, field):
    invitation, author = seen(opened()), scorecards.interviewer_of(recruiter())

    with pytest.raises(InvalidInputError) as refusal:
        scorecards.save_scorecard(invitation, author, at=OPENS, **given)

    assert (refusal.value.field, invitation.scorecards.count()) == (field, 0)


def test_somebody_who_did_not_come_is_not_marked():
    with pytest.raises(TransitionRefusedError, match="who came"):
        scorecards.save_scorecard(
            invited(opened()), scorecards.interviewer_of(recruiter()), marks={"ability": 3}, at=OPENS
        )


def test_a_person_is_one_interviewer():
    user = recruiter()

    assert scorecards.interviewer_of(user) == scorecards.interviewer_of(user)


def a_day():
    """Two came, one of them confirmed; one stayed away; one declined; one walked in."""
    session, user = opened(), world.user(Role.ADMIN)
    rows = [invited(session, name, band=band) for band, name in enumerate(("Anna", "Boris", "Clara", "Dan"))]
    confirm(rows[0], at=DAY_BEFORE, actor=person())
    decline(rows[3], at=DAY_BEFORE, actor=person())
    for row, outcome in zip(rows[:3], ("came", "came", "no_show"), strict=True):
        closing.settle(row, outcome, at=OPENS + 170 * MINUTE, by=user)
    stranger = world.application(to=session.vacancies.first())
    desk.add_walk_in(stranger, session, at=OPENS + 20 * MINUTE, actor=by(user))
    return session, user


def test_totals_leave_walk_ins_out_of_the_show_rate():
    _session, user = a_day()
    piece = reports.Slice(user=user)

    rate = reports.overall(piece)

    assert reports.totals(piece) == {
        "invited": 4,
        "arrived": 2,
        "no_show": 1,
        "finished": 2,
        "left_unseen": 0,
        "turned_away": 0,
        "declined": 1,
        "cancelled_in_time": 0,
        "cancelled_late": 0,
        "confirmed": 1,
        "late": 2,
    }
    assert (rate.value, 0 < rate.low < 2 / 3 < rate.high < 1) == (2 / 3, True)


@pytest.mark.parametrize(
    ("dimension", "keys"),
    [
        ("source", ["hh"]),
        ("vacancy", ["Courier"]),
        ("answer", ["Silent", "Confirmed", "Declined"]),
        ("lead", ["12 to 24 h", "1 to 2 days"]),
        ("weekday", ["Tuesday"]),
        ("hour", ["10:00", "11:00"]),
    ],
    ids=str,
)
def test_rates_are_cut_by_every_dimension_in_one_statement(dimension, keys, django_assert_max_num_queries):
    _session, user = a_day()
    piece = reports.Slice(user=user)

    # One for the counts, at most two for the names of the groups.
    with django_assert_max_num_queries(3):
        lines = reports.rate_lines(piece, dimension)

    assert sorted(line.key for line in lines) == sorted(keys)
    assert sum(line.counts["invited"] for line in lines) == 4


def test_a_slice_holds_what_lies_in_it():
    session, user = a_day()
    inside = {"start": OPENS, "end": OPENS + MINUTE, "vacancy": session.vacancies.get().pk, "office": session.office_id}

    assert reports.totals(reports.Slice(user=user, **inside))["invited"] == 4
    for name, value in (("start", OPENS + MINUTE), ("end", OPENS), ("vacancy", 0), ("office", 0)):
        assert reports.totals(reports.Slice(user=user, **{**inside, name: value}))["invited"] == 0


def test_the_funnel_counts_people_once_and_walk_ins_as_responses_of_their_source():
    session, user = a_day()
    world.application(to=session.vacancies.first())

    steps = reports.hiring_funnel(
        reports.Slice(user=user, start=DAY_BEFORE - timedelta(days=365), end=OPENS, vacancy=session.vacancies.get().pk)
    )

    assert [(step.name, step.count) for step in steps] == [
        ("responses", 6),
        ("viewed", 5),
        ("shortlisted", 4),
        ("invited", 4),
        ("confirmed", 2),
        ("arrived", 2),
        ("finished", 2),
        ("offered", 0),
        ("hired", 0),
    ]


def test_predictions_are_held_against_who_came():
    _session, user = a_day()
    rows = Invitation.objects.exclude(show_prob=None).exclude(state="arrived")

    truth = reports.were_we_right(reports.Slice(user=user))

    assert (truth.people, truth.came) == (4, 2)
    assert truth.expected == pytest.approx(sum(row.show_prob for row in rows))
    assert sum(bin_.people for bin_ in truth.bins) == 4
    assert reports.were_we_right(reports.Slice(user=user, office=0)) == reports.Truth(
        bins=[], people=0, expected=0.0, came=0
    )


def past(candidate, *, day=date(2026, 4, 7), arrived=True, **fields) -> HistoryRow:
    return HistoryRow(
        **{
            "row": 1,
            "key": ("test", candidate, day.isoformat()),
            "candidate_id": candidate,
            "person": PersonFields(name=f"Person {candidate}"),
            "day": day,
            "start": time(9, 30),
            "source": "Agency",
            "vacancy": "Cashier",
            "office": "Tver",
            "interview_type": InterviewType.OTHER,
            "intention": Said.YES,
            "arrived": arrived,
            **fields,
        }
    )


def test_past_interviews_become_settled_invitations_once():
    world.office(name="First")
    run = ImportRun.objects.create(kind="history", started_by=recruiter())
    rows = [
        past("1", duration_minutes=15),
        past("1", day=date(2026, 4, 8), arrived=False, intention=Said.NO),
        past("2", start=None, intention=Said.UNKNOWN),
    ]

    written = [import_history.write_history(run, rows) for _ in range(2)]

    assert written == [BatchResult(created=3, skipped=0), BatchResult(created=0, skipped=3)]
    found = list(
        Invitation.objects.order_by("pk").values_list(
            "application__candidate__name", "state", "answer", "session__state", "session__title"
        )
    )
    assert found == [
        ("Person 1", "finished", "confirmed", "closed", "Tver 2026-04-07"),
        ("Person 1", "no_show", "declined", "closed", "Tver 2026-04-08"),
        ("Person 2", "finished", "silent", "closed", "Tver 2026-04-07"),
    ]
    assert [kinds(one) for one in Invitation.objects.order_by("pk")] == [
        ["invited", "confirmed", "arrived", "finished"],
        ["invited", "declined", "no_show"],
        ["invited", "arrived", "finished"],
    ]
    assert (Candidate.objects.count(), Application.objects.count(), InterviewSession.objects.count()) == (2, 3, 2)


def test_a_dry_run_promises_and_writes_nothing():
    run = ImportRun.objects.create(kind="history", dry_run=True)

    assert import_history.write_history(run, [past("1")]) == BatchResult(created=1, skipped=0)
    assert not Invitation.objects.exists()


def test_an_office_that_an_import_makes_belongs_to_the_teams_of_who_imports():
    team = world.team()
    run = ImportRun.objects.create(kind="history", started_by=world.user(teams=(team,)))

    import_history.write_history(run, [past("1")])

    assert list(Office.objects.get(name="Tver").teams.all()) == [team]


def test_a_notice_is_written_once_per_version_of_the_invitation():
    session, user = opened(), recruiter()
    invitation = invited(session, email="anna@mail.test")

    again = notices.post_notice(invitation, "invitation", at=DAY_BEFORE)
    moved = move_to_band(invitation, session.bands.all()[1], at=DAY_BEFORE + MINUTE, actor=by(user))
    update = notices.post_notice(moved, "update", at=DAY_BEFORE + MINUTE)
    off = notices.post_notice(moved, "cancellation", at=DAY_BEFORE + 2 * MINUTE)

    assert list(Message.objects.order_by("pk")) == [again, update, off]
    assert [message.calendar_method for message in (again, update, off)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert ["SEQUENCE:1" in message.calendar for message in (again, update)] == [False, True]
    assert (again.not_after, off.not_after) == (OPENS - 30 * MINUTE, session.ends_at)
    assert kinds(invitation) == ["invited", "moved"]


def test_a_person_without_an_address_is_told_by_a_text_without_a_calendar():
    invitation = invited(group(), phone="+79001002030")

    message = Message.objects.get(about_id=invitation.pk)

    assert (message.calendar, message.calendar_method) == ("", "")
    assert message.channel != "email"
    assert "10:00" in message.body
