"""Forms of a vacancy: what is offered, the job description, the pay by city and level."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, PayRange, User, Vacancy
from recruit.web.locking import LockedForm

SECTIONS = ("general", "requirements", "duties", "rights", "responsibility", "conditions")


class VacancyForm(LockedForm):
    """A vacancy and its job description."""

    class Meta:
        model = Vacancy
        fields = [
            "title",
            "openings",
            "office",
            "team",
            "city",
            "salary_from",
            "salary_to",
            "currency",
            "hours",
            "wanted_shortlist",
            "promised_by",
            "pipeline",
            *SECTIONS,
        ]
        labels = {
            "title": _("Title"),
            "openings": _("Openings"),
            "office": _("Office"),
            "team": _("Team"),
            "city": _("City"),
            "salary_from": _("Pay from, a month"),
            "salary_to": _("Pay to, a month"),
            "currency": _("Currency"),
            "hours": _("Hours"),
            "wanted_shortlist": _("People wanted on the shortlist"),
            "promised_by": _("Promised by"),
            "pipeline": _("Pipeline"),
            "general": _("General part"),
            "requirements": _("Requirements"),
            "duties": _("Duties"),
            "rights": _("Rights"),
            "responsibility": _("Responsibility"),
            "conditions": _("Conditions"),
        }
        help_texts = {"wanted_shortlist": ""}
        widgets = {
            "promised_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{name: forms.Textarea(attrs={"rows": 5, "data-draft": name}) for name in SECTIONS},
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["team"].queryset = user.teams.all()  # type: ignore[attr-defined]
        self.fields["pipeline"].empty_label = _("All stages")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check the order of the pay."""
        data = super().clean()
        low, high = data.get("salary_from") or 0, data.get("salary_to") or 0
        if high and high < low:
            self.add_error("salary_to", _("The pay ends below where it begins."))
        return data

    def terms(self) -> list[Any]:
        """The fields beside the job description."""
        return [field for field in self.visible_fields() if field.name not in SECTIONS]

    def sections(self) -> list[Any]:
        """The fields of the job description."""
        return [self[name] for name in SECTIONS]


class PayRangeForm(forms.ModelForm[PayRange]):
    """Pay of one city and level."""

    class Meta:
        model = PayRange
        fields = ["city", "level", "low", "high"]
        labels = {"city": _("City"), "level": _("Level"), "low": _("From, a month"), "high": _("To, a month")}

    def clean(self) -> dict[str, Any]:
        """Check the order of the pay, and that the row says for whom it is."""
        data = super().clean() or {}
        if (data.get("high") or 0) < (data.get("low") or 0):
            self.add_error("high", _("The pay ends below where it begins."))
        if not data.get("city") and not data.get("level"):
            self.add_error("city", _("Name a city or a level."))
        return data
