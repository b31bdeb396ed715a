"""A person, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models.company import validate_time_zone
from recruit.permissions import SEES_ALL

if TYPE_CHECKING:
    from recruit.models.user import User


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Reads over candidates."""

    def visible_to(self, user: User) -> Self:
        """People who applied for a vacancy that this user may see."""
        from recruit.models.application import Application

        if user.role in SEES_ALL:
            return self
        mine = Application.objects.visible_to(user).filter(candidate=models.OuterRef("pk"))
        return self.filter(models.Exists(mine))

    def current(self) -> Self:
        """People who were neither merged into another record nor erased."""
        return self.filter(merged_into=None, erased_at=None)


class Candidate(models.Model):
    """A person who applies; contacts, resumes and applications hang on this row."""

    name = models.CharField(max_length=200, blank=True, help_text=_("As the person writes it."))
    # Transliterated, lower case, sorted words: what duplicates are blocked on (recruit.parsing.normalise).
    name_key = models.CharField(max_length=200, blank=True, db_index=True)
    city = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, blank=True)
    # Where it is known that the person lives by another clock than the office; "" is not known.
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    birth_date = models.DateField(null=True, blank=True)
    do_not_contact = models.BooleanField(default=False)
    # The person objected to forecasts: nothing of them is learned from, and the usual rate is taken for them.
    no_forecast = models.BooleanField(default=False)
    # Indexed where it is set: an index of all rows leads a database without statistics to read everybody.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, db_index=False, related_name="merged_from"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    objects = CandidateQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="candidate_merged_into"
            )
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def display_name(self) -> str:
        """The name, or the number of the record where the name is hidden or not known."""
        return self.name or f"#{self.pk}"

    @property
    def first_word(self) -> str:
        """How a message greets the person."""
        return self.name.split()[0] if self.name.split() else ""


class ContactKind(models.TextChoices):
    """How a person can be reached."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class ContactPoint(models.Model):
    """One e-mail address or phone number of a candidate."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=8, choices=ContactKind.choices)
    value = models.CharField(max_length=254, help_text=_("As written."))
    # E.164 for phones, the mailbox rules of recruit.parsing.normalise for e-mail.
    normalised = models.CharField(max_length=254, db_index=True)
    # Last four digits of a phone, for the front desk.
    tail = models.CharField(max_length=4, blank=True, db_index=True)
    preferred = models.BooleanField(default=False)
    bad_since = models.DateTimeField(null=True, blank=True, help_text=_("Wrong number, bounced mail."))

    class Meta:
        ordering = ["-preferred", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "kind", "normalised"], name="contact_once_per_candidate"),
            models.CheckConstraint(condition=models.Q(kind__in=ContactKind.values), name="contact_kind_known"),
        ]

    def __str__(self) -> str:
        return self.value


class ExternalIdentity(models.Model):
    """The number under which a job board or another system knows the person."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="identities")
    system = models.CharField(max_length=64)
    external_id = models.CharField(max_length=128)

    class Meta:
        verbose_name_plural = "external identities"
        constraints = [models.UniqueConstraint(fields=["system", "external_id"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.system}:{self.external_id}"


class Consent(models.Model):
    """A notice shown or a consent given: which text, when, and whether it was taken back."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=64)
    text_version = models.CharField(max_length=64)
    basis = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5, blank=True)
    # A notice that was shown needs no tick; a consent is one tick of its own.
    is_consent = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.text_version}"
