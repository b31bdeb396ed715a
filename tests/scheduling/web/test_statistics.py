"""The pages of statistics: what they show, to whom, and what they refuse."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from recruit.models import AuditEntry, Message, Source, Spend
from recruit.permissions import Role
from recruit.states import Stage
from scheduling.models import (
    Employment,
    Finding,
    ForecastCheck,
    GroupRecord,
    PromotionBudget,
    ReminderExperiment,
)
from scheduling.services import checks, closing, findings, reports, week_mail
from scheduling.services.reports.after_hire import note_employment, stay_lines
from scheduling.services.reports.dimensions import DIMENSIONS
from scheduling.services.reports.measures import MEASURES, RATE_WORDS
from scheduling.web.statistics.common import PAGES
from tests.recruit import world
from tests.scheduling.world import MINUTE, OPENS, invited, opened

pytestmark = pytest.mark.django_db
LISTED = [name for _group, pages in PAGES for name, _word in pages]


def a_day(people=4, **fields):
    """Close a session to which ``people`` were invited; the first half came."""
    session, user = opened(**fields), world.user(Role.ADMIN)
    for number in range(people):
        row = invited(session, f"Person {number}", band=number % 3)
        closing.settle(row, "came" if number < people // 2 else "no_show", at=OPENS + 170 * MINUTE, by=user)
    closing.close_session(session, at=OPENS + 200 * MINUTE, by=user)
    return session, user


def a_hire(**fields):
    application = world.application(**fields)
    type(application).objects.filter(pk=application.pk).update(stage=Stage.HIRED, stage_since=world.NINE)
    application.refresh_from_db()
    return application


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


def test_periods_that_overlap_are_not_compared(client, admin):
    answer = client.get(
        reverse("statistics-periods"), {"a1": "2026-05-01", "a2": "2026-05-10", "b1": "2026-05-05", "b2": "2026-05-20"}
    )

    assert answer.context["changes"] == []
    assert answer.context["wrong"].startswith("The periods overlap")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_left_out(client, admin, day):
    assert client.get(reverse("statistics-week"), {"from": day}).status_code == 200
    assert client.get(reverse("statistics-periods"), {"b1": day, "b2": day}).status_code == 200


def test_two_periods_are_compared(client, admin):
    a_day(30)
    query = {"a1": "2026-05-01", "a2": "2026-05-11", "b1": "2026-05-12", "b2": "2026-05-13"}

    changes = client.get(reverse("statistics-periods"), query).context["changes"]

    show = changes[0]["change"].comparison
    assert (show.before.of, show.after.count, show.after.of, show.verdict) == (0, 15, 30, "too_few")


def test_looking_ahead_says_by_how_many_the_goal_is_missed(client, admin):
    world.vacancy()
    day = (datetime.now(UTC) + timedelta(days=20)).date()

    answer = client.get(reverse("statistics-ahead"), {"hires": 10, "by": day.isoformat()})

    assert answer.context["found"].outlook.missed_by.median > 0
    assert "You will miss by" in answer.content.decode()


@pytest.mark.parametrize("query", [{"hires": "0", "by": "2030-01-01"}, {"hires": "x", "by": "yesterday"}])
def test_a_goal_that_is_none_is_refused_at_its_field(client, admin, query):
    answer = client.get(reverse("statistics-ahead"), query)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"hires", "by"}


def test_a_broken_promise_stands_in_red_with_its_remedy(client, admin):
    for _ in range(25):
        session, _user = a_day(2)
        ForecastCheck.objects.create(
            session=session, day=date(2026, 5, 12), people=40, came=1, mean=12.0, variance=6.0, below=0.0,
            exactly=0.001, target=5, promised=0.9, checked_at=OPENS,
        )  # fmt: skip

    answer = client.get(reverse("statistics-right"))

    broken = [one for one in answer.context["promises"] if one["promise"].is_broken]
    assert len(broken) == 4
    assert [str(one["remedy"])[:23] for one in broken if one["is_target"]] == ["Targets are missed more"]
    assert answer.content.count(b'class="alarm ill"') == 4


def test_a_drift_is_an_alarm_on_today(client, admin):
    source = world.source()
    Finding.objects.create(
        name=findings.DRIFT,
        at=OPENS,
        payload={
            "alarms": [
                {"dimension": "source", "code": str(source.pk), "direction": -1, "since": "2026-05-12",
                 "expected": 40.0, "came": 12, "people": 200}
            ]
        },
    )  # fmt: skip

    assert "fewer people come than forecast (12, 40 were expected)" in client.get(reverse("today")).content.decode()


def test_the_backtest_and_the_model_are_started_in_the_background(client, admin):
    assert client.post(reverse("statistics-backtest-run")).status_code == 302
    assert client.post(reverse("statistics-model-learn")).status_code == 302
    assert AuditEntry.objects.filter(action="model.learned").count() == 1


def test_an_experiment_runs_and_ends(client, admin):
    wanted = {"name": "By text", "subject": "channel", "arms": "email, sms"}

    assert client.post(reverse("statistics-experiment-start"), wanted).status_code == 302
    trial = ReminderExperiment.objects.get()
    assert (trial.arms, trial.stopped_at) == (["email", "sms"], None)
    assert client.post(reverse("statistics-experiment-start"), wanted).status_code == 422
    assert client.post(reverse("statistics-experiment-start"), {**wanted, "arms": "email"}).status_code == 422
    assert client.post(reverse("statistics-experiment-start"), {**wanted, "arms": "email, fax"}).status_code == 422
    # Other subjects may run at the same time, each with arms of its own.
    assert client.post(reverse("statistics-experiment-start"), {**wanted, "subject": "time"}).status_code == 422
    of_time = {"name": "By hour", "subject": "time", "arms": "24, 3"}
    assert client.post(reverse("statistics-experiment-start"), of_time).status_code == 302
    page = client.get(reverse("statistics-experiments"))
    assert [word for _one, arms in page.context["found"] for _result, word in arms] == [
        "24 h before",
        "3 h before",
        "E-mail",
        "SMS",
    ]

    client.post(reverse("statistics-experiment-stop", args=[trial.pk]))
    client.post(reverse("statistics-experiment-stop", args=[trial.pk]))

    trial.refresh_from_db()
    assert trial.stopped_at is not None


def test_groups_are_recorded_shown_and_forgotten_by_administrators_alone(client, admin):
    session, _user = a_day(50)
    people = [row.application.candidate_id for row in session.invitations.all()]
    table = "candidate,group\n" + "".join(f"{pk},{'a' if number % 2 else 'b'}\n" for number, pk in enumerate(people))

    answer = client.post(
        reverse("statistics-groups"), {"trait": "gender", "file": SimpleUploadedFile("g.csv", table.encode())}
    )

    assert answer.status_code == 302
    lines = client.get(reverse("statistics-fairness")).context["lines"]
    assert sorted((line.group, line.came, line.is_small) for line in lines) == [("a", 12, True), ("b", 13, True)]
    client.post(reverse("statistics-groups"), {"forget": "gender"})
    assert not GroupRecord.objects.exists()


@pytest.mark.parametrize("table", [b"name\nx\n", b"candidate,group\nx,a\n", b"candidate,group\n999999,a\n"])
def test_a_table_of_groups_that_is_none_is_refused(client, admin, table):
    answer = client.post(reverse("statistics-groups"), {"trait": "gender", "file": SimpleUploadedFile("g.csv", table)})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert not GroupRecord.objects.exists()


def test_the_week_is_mailed_once_to_administrators_and_leads_on_mondays(admin):
    world.user(Role.LEAD)
    world.user(Role.RECRUITER)
    a_day()
    monday = datetime(2026, 5, 18, 8, tzinfo=UTC)

    before = Message.objects.filter(effect_key__startswith="week:").count()
    written = week_mail.mail_week(at=monday)

    rows = Message.objects.filter(effect_key__startswith="week:2026-05-11:")
    assert (before, written, rows.count()) == (0, 3, 3)
    assert "Came: 2" in rows[0].body
    assert week_mail.mail_week(at=monday + timedelta(hours=1)) == 0
    assert week_mail.mail_week(at=monday + timedelta(days=3)) == 0


def test_the_week_counts_what_happened_in_it(client, admin):
    a_day()

    week = client.get(reverse("statistics-week"), {"from": "2026-05-12"}).context["week"]

    assert (week.monday, week.total.counts["arrived"], week.total.counts["invited"]) == (date(2026, 5, 11), 2, 4)
    assert 1 <= len(week.sentences) <= 3
    assert week.proposal


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
