"""The demo world's part that only statistics read: checked forecasts, hires that stayed or left, money, a trial."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random

from django.utils import timezone

from recruit.demo.options import DemoOptions
from recruit.models import Application, Company, Source, Spend, User, Vacancy
from recruit.states import Stage
from scheduling.models import (
    ArmAssignment,
    Employment,
    Finding,
    ForecastCheck,
    Invitation,
    PromotionBudget,
    ReminderExperiment,
)
from scheduling.services import backtests, checks, goals

STARTS_SHARE = 0.9
LEAVES_SHARE = 0.15
BACKTEST_UP_TO_SCALE = 2.0
# Money a day that the sources cost beside promotions, in the demo's currency.
DAILY_MONEY = {"hh": 900, "superjob": 420, "avito": 260, "agency": 700}


def load(options: DemoOptions, rng: Random) -> None:
    """Write what is known after the hire, the money of the sources, a budget, a trial; then check the forecasts."""
    _employments(options, rng)
    _money(options)
    _trial(options, rng)
    while checks.check_sessions(at=options.now):
        pass
    checks.look_for_drift(at=options.now)
    goals.look_for_misses(at=options.now)
    if options.scale <= BACKTEST_UP_TO_SCALE:
        backtests.run_backtest(at=options.now)
        backtests.run_replays(at=options.now, folds=2)


def _employments(options: DemoOptions, rng: Random) -> None:
    rows = []
    for application in Application.objects.filter(stage=Stage.HIRED).order_by("pk"):
        starts = timezone.localdate(application.stage_since) + timedelta(days=rng.randint(1, 5))
        if starts >= options.today or rng.random() > STARTS_SHARE:
            continue
        left = starts + timedelta(days=rng.randint(2, 60)) if rng.random() < LEAVES_SHARE else None
        is_gone = left is not None and left < options.today
        rows.append(
            Employment(
                application=application,
                started_on=starts,
                left_on=left if is_gone else None,
                seen_on=left if is_gone else options.today - timedelta(days=1),
                rating=rng.choices([2, 3, 4, 5], weights=[1, 3, 5, 2])[0] if rng.random() < 0.6 else None,
                noted_at=options.now,
            )
        )
    Employment.objects.bulk_create(rows, batch_size=500)


def _money(options: DemoOptions) -> None:
    """Write what the sources cost by the week, and the month's budget of promotions."""
    currency = Company.current().currency
    for code, daily in DAILY_MONEY.items():
        source = Source.objects.filter(code=code).first()
        if source is None:
            continue
        first = options.start
        while first < options.today:
            last = min(first + timedelta(days=6), options.today)
            amount = round(daily * ((last - first).days + 1) * max(options.scale, 0.2))
            Spend.objects.create(
                source=source, amount=amount, currency=currency, starts_on=first, ends_on=last, note="subscription"
            )
            first = last + timedelta(days=1)
    first_vacancy = Vacancy.objects.order_by("pk").first()
    if first_vacancy is not None:
        PromotionBudget.objects.create(vacancy=None, amount=20_000, currency=currency)


def _trial(options: DemoOptions, rng: Random) -> None:
    """Write a trial of two channels over the last days; the law knows no channel, so nothing is to be found."""
    since = datetime.combine(max(options.today - timedelta(days=14), options.start), time(), tzinfo=UTC)
    trial = ReminderExperiment.objects.create(
        code="sms-or-mail",
        name="Reminder by SMS instead of e-mail",
        subject=ReminderExperiment.Subject.CHANNEL,
        arms=["email", "sms"],
        started_at=since,
        started_by=User.objects.order_by("pk").first(),
    )
    invited = Invitation.objects.filter(invited_at__gte=since, is_walk_in=False).order_by("pk")
    ArmAssignment.objects.bulk_create(
        (
            ArmAssignment(experiment=trial, invitation_id=pk, arm=rng.choice(trial.arms), at=at or since)
            for pk, at in invited.values_list("pk", "invited_at").iterator(chunk_size=2000)
        ),
        batch_size=1000,
    )


def wipe() -> None:
    """Remove what only statistics read; what hangs on a session or an application goes with it."""
    ReminderExperiment.objects.all().delete()
    PromotionBudget.objects.all().delete()
    ForecastCheck.objects.all().delete()
    Employment.objects.all().delete()
    Finding.objects.all().delete()
