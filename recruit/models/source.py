"""Where applications come from, and what that cost."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    """What kind of source it is."""

    BOARD = "board", _("Job board")
    REFERRAL = "referral", _("Referral")
    WALK_IN = "walk_in", _("Walk-in")
    AGENCY = "agency", _("Agency")
    CAREERS = "careers", _("Careers page")
    IMPORT = "import", _("Import")


class Source(models.Model):
    """A source of applications; kept from the first link to the hire."""

    code = models.SlugField(max_length=64, unique=True, allow_unicode=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=SourceKind.choices, default=SourceKind.BOARD)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=SourceKind.values), name="source_kind_known")]

    def __str__(self) -> str:
        return self.name


class SourceLink(models.Model):
    """One way into a vacancy: a posting on a board, a feed, a link in an advertisement.

    Its ``token`` travels in the address of the careers page; every application that came this way points here, so
    that money spent on the way can be divided by responses, arrivals and hires of the way.
    """

    token = models.SlugField(max_length=24, unique=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="links")
    vacancy = models.ForeignKey("recruit.Vacancy", models.CASCADE, null=True, blank=True, related_name="links")
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or str(self.source)


class Spend(models.Model):
    """Money paid for a source or a promotion, over some days.

    ``kind`` is empty for a budget entered by hand, else what was bought (publication, prolongation …);
    ``reference`` names the row of the app above that wrote it, so that it is written once.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="spends")
    vacancy = models.ForeignKey("recruit.Vacancy", models.SET_NULL, null=True, blank=True, related_name="spends")
    amount = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3, default="RUB")
    starts_on = models.DateField()
    ends_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    link = models.ForeignKey(SourceLink, models.SET_NULL, null=True, blank=True, related_name="spends")
    kind = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="spend_not_negative"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="spend_days_in_order"),
            models.UniqueConstraint(
                fields=["reference"], condition=~models.Q(reference=""), name="spend_once_per_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount} {self.currency}"
