"""Load, move or wipe the demo world."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from recruit import contrib
from recruit.demo.options import DemoOptions
from recruit.models import Candidate, Company
from recruit.services.demo_dates import move_demo


class Command(BaseCommand):
    """``manage.py demo --seed N --days D --scale S --start DATE``: a seeded month of mass hiring."""

    help = "Load the demo world: invented people, vacancies, interviews and their outcomes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world")
        parser.add_argument("--days", type=int, default=30, help="length in days; the last one is today")
        parser.add_argument("--scale", type=float, default=1.0, help="1 is 4,000 resumes in 30 days")
        parser.add_argument("--start", type=date.fromisoformat, default=None, help="first day, YYYY-MM-DD")
        parser.add_argument("--now", type=datetime.fromisoformat, default=None, help="moment at which the world stands")
        parser.add_argument("--wipe", action="store_true", help="remove the demo world and load nothing")
        parser.add_argument("--to-today", action="store_true", help="move every date of it, so that it ends today")

    def handle(self, **options: Any) -> None:
        company = Company.objects.filter(pk=1).first()
        if options["wipe"]:
            self._wipe(company)
            return
        if options["to_today"]:
            self._move(company, options["now"] or timezone.now())
            return
        if company is not None and company.is_demo:
            raise CommandError("The demo world is loaded already; wipe it first with: manage.py demo --wipe")
        if Candidate.objects.exists():
            raise CommandError("There are real candidates here; the demo world is loaded into an empty database only.")
        if options["days"] < 1 or not 0 < options["scale"] <= 100:
            raise CommandError("Ask for at least one day and a scale from 0 to 100.")
        now = options["now"] or timezone.now()
        if timezone.is_naive(now):
            raise CommandError("--now needs a time zone, for example 2026-05-12T09:20:00+03:00")
        start = options["start"] or timezone.localdate(now) - timedelta(days=options["days"] - 1)
        wanted = DemoOptions(seed=options["seed"], days=options["days"], scale=options["scale"], start=start, now=now)
        for step in contrib.demo_steps:
            step.load(wanted, Random(f"{wanted.seed}:{step.name}"))
            if options["verbosity"] > 0:
                self.stdout.write(f"  {step.name}")
        self.stdout.write(
            self.style.SUCCESS(f"Demo world: {Candidate.objects.count()} candidates, {wanted.days} days.")
        )

    def _move(self, company: Company | None, now: datetime) -> None:
        if company is None or not company.is_demo:
            raise CommandError("There is no demo world here.")
        days = move_demo(to=timezone.localdate(now))
        self.stdout.write(self.style.SUCCESS(f"The demo world moved by {days} days."))

    def _wipe(self, company: Company | None) -> None:
        if company is None or not company.is_demo:
            raise CommandError("There is no demo world here.")
        for step in reversed(list(contrib.demo_steps)):
            step.wipe()
        self.stdout.write(self.style.SUCCESS("The demo world is gone."))
