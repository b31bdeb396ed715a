"""How long people are kept: rules per office, a dry run, and a report of each pass."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from recruit.models import Application, Candidate, Consent, Erasure, Purpose, RetentionRule, RetentionRun, User
from recruit.services import audit, privacy
from recruit.states import LIVE_STAGES

# People erased in one pass of the worker; the next pass takes the next ones.
AT_ONCE = 500


def rule_for_all() -> RetentionRule:
    """Return the rule of the company, made with its defaults where there is none: it is on unless somebody says no."""
    found = RetentionRule.objects.filter(office=None).first()
    return found or RetentionRule.objects.create(office=None)


def due(*, at: datetime) -> QuerySet[Candidate]:
    """Return people whose time is over: no application is live, and nothing happened for as long as their rule says.

    The rule of the office of the last application counts, else the company's. Whoever agreed to be asked about other
    vacancies is kept for the longer time. Hired people belong to personnel, not to recruitment: they are due like others.
    """
    company = rule_for_all()
    mine = Application.objects.filter(candidate=OuterRef("pk"))
    agreed = Consent.objects.filter(candidate=OuterRef("pk"), purpose=Purpose.POOL, is_consent=True, withdrawn_at=None)
    rows = (
        Candidate.objects.filter(erased_at=None, merged_into=None)
        .exclude(Exists(mine.filter(stage__in=[str(stage) for stage in LIVE_STAGES])))
        .annotate(
            in_pool=Exists(agreed),
            office=Subquery(mine.order_by("-applied_at", "-pk").values("vacancy__office_id")[:1]),
            last=Greatest(
                "created_at",
                Coalesce(Max("applications__stage_since"), "created_at"),
                Coalesce(Max("applications__applied_at"), "created_at"),
            ),
        )
    )
    return rows.filter(_over(company, at)).order_by("pk")


def _over(company: RetentionRule, at: datetime) -> Q:
    own = {rule.office_id: rule for rule in RetentionRule.objects.exclude(office=None)}
    over = Q(pk__in=[])
    if company.is_on:
        over |= (Q(office=None) | ~Q(office__in=list(own))) & _older(company, at)
    for office, rule in own.items():
        if rule.is_on:
            over |= Q(office=office) & _older(rule, at)
    return over


def _older(rule: RetentionRule, at: datetime) -> Q:
    return Q(in_pool=False, last__lt=at - timedelta(days=rule.days)) | Q(
        in_pool=True, last__lt=at - timedelta(days=rule.pool_days)
    )


def run(*, at: datetime, by: User | None = None, is_dry_run: bool = False, at_once: int = AT_ONCE) -> RetentionRun:
    """Erase everybody who is due, at most ``at_once``, or only say who would be; the report is kept.

    Each person is a transaction of its own: a pass that was cut off is simply run again and finds the rest.
    """
    numbers = list(due(at=at).values_list("pk", flat=True)[:at_once])
    report = RetentionRun.objects.create(at=at, by=by, is_dry_run=is_dry_run, candidate_ids=numbers)
    audit.note(by, "retention.tried" if is_dry_run else "retention.run", report, people=len(numbers))
    if is_dry_run:
        RetentionRun.objects.filter(pk=report.pk).update(ended_at=at)
    else:
        for number in numbers:
            _erase_if_due(number, report, at=at, by=by)
        RetentionRun.objects.filter(pk=report.pk).update(ended_at=at)
    report.refresh_from_db()
    return report


def _erase_if_due(number: int, report: RetentionRun, *, at: datetime, by: User | None) -> None:
    with transaction.atomic():
        # Somebody may have applied again since the list was made.
        row = due(at=at).filter(pk=number).first()
        if row is None:
            return
        privacy.erase_person(row, at=at, by=by, reason=Erasure.Reason.RETENTION)
        RetentionRun.objects.filter(pk=report.pk).update(erased=report.erased + 1)
        report.erased += 1
