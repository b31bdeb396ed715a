"""Vacancies on our own careers pages."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils import timezone

from recruit.models import SourceLink, Vacancy
from recruit.states import VacancyState


class CareersQuerySet(models.QuerySet["CareersPage"]):
    """Reads over careers pages."""

    def shown(self, day: date) -> Self:
        """Pages anybody may read on ``day``: published, the vacancy open, the last day not past."""
        return self.filter(
            models.Q(valid_through=None) | models.Q(valid_through__gte=day),
            is_published=True,
            vacancy__state=VacancyState.OPEN,
        )


class CareersPage(models.Model):
    """One vacancy on the careers pages; ``slug`` never changes, so that links and feeds stay good."""

    vacancy = models.OneToOneField(Vacancy, models.CASCADE, related_name="careers_page")
    slug = models.SlugField(max_length=80, unique=True)
    link = models.ForeignKey(SourceLink, models.PROTECT, related_name="+")
    is_published = models.BooleanField(default=False)
    in_feed = models.BooleanField(default=True)
    valid_through = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    objects = CareersQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.slug
