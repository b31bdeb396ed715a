"""Test keys: what an integrator tries out goes into a vacancy of its own and is wiped."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from recruit.models import ApiKey, Application, Candidate, ExternalIdentity, InboundRecord, Resume, Vacancy
from recruit.models.append_only import rewriting
from recruit.states import VacancyState

KEPT = timedelta(days=1)


def system_of(key: ApiKey) -> str:
    """Return the system under which a test key's people are known; no real person is ever found by it."""
    return f"test-key:{key.pk}"


@transaction.atomic
def vacancy_of(key: ApiKey) -> Vacancy:
    """Return the vacancy that a test key's people go to: a draft, which no page of work shows."""
    if key.test_vacancy is None:
        key.test_vacancy = Vacancy.objects.create(title=f"Test: {key.name}"[:200], state=VacancyState.DRAFT)
        ApiKey.objects.filter(pk=key.pk).update(test_vacancy=key.test_vacancy)
    return key.test_vacancy


@transaction.atomic
def wipe(key: ApiKey, *, before_days: int | None = None) -> int:
    """Delete the people a test key has sent (all, or those older than so many days); return how many.

    Raises ``ValueError`` for a key that is not a test key.
    """
    if not key.is_test:
        msg = "only the data of a test key is wiped"
        raise ValueError(msg)
    people = Candidate.objects.filter(identities__system=system_of(key))
    if before_days is not None:
        people = people.filter(created_at__lt=timezone.now() - timedelta(days=before_days))
    numbers = list(people.values_list("pk", flat=True))
    InboundRecord.objects.filter(candidate__in=numbers).delete()
    for resume in Resume.objects.filter(candidate__in=numbers).exclude(file=""):
        resume.file.delete(save=False)
    # Visits that a program tried out go with their people, events and all.
    with rewriting():
        Application.objects.filter(candidate__in=numbers).delete()
        ExternalIdentity.objects.filter(candidate__in=numbers).delete()
        Candidate.objects.filter(pk__in=numbers).delete()
    return len(numbers)


def wipe_due() -> int:
    """Wipe what test keys sent more than a day ago."""
    return sum(wipe(key, before_days=KEPT.days) for key in ApiKey.objects.filter(is_test=True))
