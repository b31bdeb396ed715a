"""Looking ahead and back: goals, promises, drift, trials, groups, two periods, the week."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recruit.models import AuditEntry, Message
from recruit.permissions import Role
from scheduling.models import (
    Finding,
    ForecastCheck,
    GroupRecord,
    ReminderExperiment,
)
from scheduling.services import findings, week_mail
from tests.recruit import world
from tests.scheduling.web.days import a_day
from tests.scheduling.world import OPENS

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = world.user(Role.ADMIN)
    client.force_login(user, backend="recruit.backends.PasswordBackend")
    return user


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
