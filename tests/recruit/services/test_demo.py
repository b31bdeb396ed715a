"""The demo world: the same seed gives the same one, and nothing of it stays."""

from datetime import date, datetime
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from recruit import contrib
from recruit.models import (
    Application,
    Candidate,
    Company,
    ContactPoint,
    Message,
    Office,
    Resume,
    Source,
    StageMove,
    Team,
    User,
    Vacancy,
)
from recruit.services.demo import DEMO_PASSWORD
from recruit.states import Stage
from scheduling.models import InterviewSession, Invitation
from tests.recruit.world import candidate

pytestmark = pytest.mark.django_db
NOW = "2026-05-12T09:20:00+03:00"
# What belongs to the machinery, and the scorecard that every installation has.
KEPT = {
    "contenttypes.ContentType",
    "auth.Permission",
    "recruit.Schedule",
    "django_tasks_database.DBTaskResult",
    "scheduling.ScorecardTemplate",
}


def load(**options):
    call_command("demo", **{"days": 6, "scale": 0.15, "now": datetime.fromisoformat(NOW), "verbosity": 0, **options})


def picture():
    """Return what a person would see of the world: no primary keys, no random links."""
    people = Candidate.objects.order_by("pk").values_list(
        "name", "city", "applications__stage", "applications__applied_at", "applications__source__code",
        "applications__closing_reason", "applications__salary_wish",
    )  # fmt: skip
    invitations = Invitation.objects.order_by("pk").values_list(
        "application__candidate__name", "session__starts_at", "state", "answer", "arrived_at"
    )
    contacts = ContactPoint.objects.order_by("pk").values_list("normalised", flat=True)
    resumes = Resume.objects.order_by("pk").values_list("digest", flat=True)
    return list(people), list(invitations), list(contacts), list(resumes)


def rows_left():
    return {
        model._meta.label: model.objects.count()
        for model in apps.get_models()
        if model._meta.label not in KEPT and model.objects.exists()
    }


def test_the_same_seed_gives_the_same_world_and_another_seed_another():
    load(seed=7)
    first = picture()
    call_command("demo", wipe=True, verbosity=0)
    load(seed=7)
    again = picture()
    call_command("demo", wipe=True, verbosity=0)
    load(seed=8)

    assert [len(part) > 0 for part in first] == [True] * 4
    assert again == first
    assert picture()[0] != first[0]


def test_wiping_leaves_nothing():
    before = rows_left()
    load()

    call_command("demo", wipe=True, verbosity=0)

    assert rows_left() == before


def test_the_scale_is_that_of_the_responses():
    load(days=5, scale=0.3)

    # 40 a day for four days, and a quarter of a day on the morning that is today.
    assert Application.objects.count() == 4 * 40 + 10


def test_the_last_day_is_today_and_undecided():
    load()

    now = datetime.fromisoformat(NOW)
    today = date(2026, 5, 12)
    new = Application.objects.filter(stage=Stage.NEW)
    assert {at.astimezone(ZoneInfo("Europe/Moscow")).date() for at in new.values_list("applied_at", flat=True)} == {
        today
    }
    assert Application.objects.filter(applied_at__gt=now).count() == 0
    assert InterviewSession.objects.filter(starts_at__date=today).exists()


def test_every_decision_is_an_event():
    load()

    decided = Application.objects.exclude(stage=Stage.NEW)
    moved = StageMove.objects.values_list("application", flat=True).distinct()
    assert set(decided.values_list("pk", flat=True)) == set(moved)


def test_shortlisted_share_is_that_of_the_law():
    load(days=10, scale=0.5)

    first = StageMove.objects.filter(old=Stage.NEW)
    share = fmean(move.new == Stage.SHORTLIST for move in first)
    # 0.18, four standard errors of about 600 decisions either way.
    assert 0.18 - 0.063 < share < 0.18 + 0.063


def test_the_staff_can_sign_in_and_mail_goes_nowhere_real():
    load()

    assert User.objects.get(email="recruiter@demo.example").check_password(DEMO_PASSWORD)
    mail = ContactPoint.objects.filter(kind="email").values_list("value", flat=True)
    # example.com is reserved (RFC 2606), and no operator gives out numbers of +7 000 and +66 00.
    assert {address.rpartition("@")[2] for address in mail} == {"example.com"}
    phones = ContactPoint.objects.filter(kind="phone").values_list("value", flat=True)
    assert [phone for phone in phones if not phone.startswith(("+7000", "+6600"))] == []
    assert Message.objects.filter(state="sending").count() == 0


def test_the_company_says_that_it_is_a_demo():
    load()

    assert (Company.current().is_demo, Office.objects.count() > 0, Team.objects.count()) == (
        True, True, Office.objects.count(),
    )  # fmt: skip
    assert (Vacancy.objects.filter(recruiter=None).count(), Source.objects.count() > 3) == (0, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"days": 0}, "at least one day"),
        ({"scale": 0.0}, "a scale from 0 to 100"),
        ({"scale": 101.0}, "a scale from 0 to 100"),
        ({"now": datetime(2026, 5, 12)}, "needs a time zone"),
    ],
)
def test_impossible_wishes_are_refused_with_a_sentence(options, words):
    with pytest.raises(CommandError, match=words):
        load(**options)

    assert Company.objects.count() == 0


def test_the_demo_is_not_loaded_twice():
    load()

    with pytest.raises(CommandError, match="loaded already"):
        load()


def test_the_demo_is_not_loaded_over_real_people():
    candidate()

    with pytest.raises(CommandError, match="real candidates"):
        load()

    assert Candidate.objects.count() == 1


def test_a_real_company_is_not_wiped():
    Company.current()
    candidate()

    with pytest.raises(CommandError, match="no demo world"):
        call_command("demo", wipe=True)

    assert Candidate.objects.count() == 1


def test_a_demo_may_be_set_in_the_past():
    load(start=date(2026, 4, 1), now=datetime.fromisoformat("2026-04-06T09:20:00+03:00"))

    first = Application.objects.order_by("applied_at").first()
    assert first.applied_at.date() in {date(2026, 4, 1), date(2026, 3, 31)}


def test_the_demo_says_what_it_loads(capsys):
    load(verbosity=1, days=2, scale=0.05)
    call_command("demo", wipe=True, verbosity=1)

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        *(step.name for step in contrib.demo_steps),
        f"Demo world: {7 + 1} candidates, 2 days.",
        "The demo world is gone.",
    ]
