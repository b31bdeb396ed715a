"""Forms of the boards' pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobposts.models import BoardAccount, BoardSystem, Posting
from jobposts.states import PromotionKind
from recruit.models import User, Vacancy
from recruit.web.locking import LockedForm


class AccountForm(LockedForm):
    """How often an account is read, and what is fetched of it."""

    class Meta:
        model = BoardAccount
        fields = ["name", "poll_minutes", "full_hours", "fetches_files", "manager_account_id"]
        labels = {
            "name": _("Name"),
            "poll_minutes": _("Look for new responses every, minutes"),
            "full_hours": _("Count everything against the board every, hours"),
            "fetches_files": _("Fetch the PDF of each resume"),
            "manager_account_id": _("Work account on hh.ru"),
        }
        help_texts = {
            "fetches_files": _("Each file costs one of the day's resume views."),
            "manager_account_id": _("Only where the manager has several; empty otherwise."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.system != BoardSystem.HEADHUNTER:
            del self.fields["manager_account_id"]
        elif self.instance.work_accounts:
            known = [(one["id"], one["name"]) for one in self.instance.work_accounts]
            chosen = self.instance.manager_account_id
            if chosen and chosen not in dict(known):
                known.append((chosen, chosen))
            self.fields["manager_account_id"] = forms.ChoiceField(
                label=_("Work account on hh.ru"),
                choices=[("", _("The manager's own")), *known],
                required=False,
                help_text=_("As hh.ru named them at the last log-in."),
            )


class DraftForm(forms.Form):
    """A vacancy as it goes to a board."""

    account = forms.ModelChoiceField(label=_("Board account"), queryset=BoardAccount.objects.none())
    title = forms.CharField(label=_("Title"), max_length=100)
    description = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("hh.ru wants at least 200 characters and no phone or e-mail in it."),
    )
    salary_from = forms.IntegerField(label=_("Pay from, a month"), min_value=0, required=False)
    salary_to = forms.IntegerField(label=_("Pay to, a month"), min_value=0, required=False)
    place = forms.CharField(
        label=_("Number of the place"),
        max_length=12,
        help_text=_("As the board numbers places: Moscow is 1 on hh.ru and 4 on SuperJob."),
    )
    role = forms.CharField(
        label=_("Number of the occupation"),
        max_length=12,
        help_text=_("hh.ru: professional role; SuperJob: catalogue."),
    )

    def __init__(self, *args: Any, vacancy: Vacancy | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = BoardAccount.objects.working()
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        if vacancy is not None and not self.is_bound:
            self.initial.update(first_text(vacancy))
            self.initial["account"] = accounts.first()

    def clean(self) -> dict[str, Any]:
        """Check the order of the pay."""
        data = super().clean() or {}
        low, high = data.get("salary_from") or 0, data.get("salary_to") or 0
        if high and high < low:
            self.add_error("salary_to", _("The pay ends below where it begins."))
        return data


class EditForm(forms.Form):
    """What is changed of a posting; what is left empty stays as it is."""

    title = forms.CharField(label=_("Title"), max_length=100, required=False)
    description = forms.CharField(
        label=_("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Left empty, the text stays as it is."),
    )
    salary_from = forms.IntegerField(label=_("Pay from, a month"), min_value=0, required=False)
    salary_to = forms.IntegerField(label=_("Pay to, a month"), min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        """Check the order of the pay, and that something is changed."""
        data = super().clean() or {}
        low, high = data.get("salary_from") or 0, data.get("salary_to") or 0
        if high and high < low:
            self.add_error("salary_to", _("The pay ends below where it begins."))
        if not self.errors and not any(data.values()):
            self.add_error(None, _("Nothing is changed."))
        return data


def first_text(vacancy: Vacancy) -> dict[str, Any]:
    """Return what a new posting of the vacancy begins with: its job description."""
    parts = [vacancy.general, vacancy.duties, vacancy.requirements, vacancy.conditions]
    return {
        "title": vacancy.title,
        "description": "\n\n".join(part.strip() for part in parts if part.strip()),
        "salary_from": vacancy.salary_from or None,
        "salary_to": vacancy.salary_to or None,
    }


class TieForm(forms.Form):
    """Which of our vacancies a posting is."""

    vacancy = forms.ModelChoiceField(label=_("Vacancy"), queryset=Vacancy.objects.none())

    def __init__(self, *args: Any, user: User, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vacancy"].queryset = Vacancy.objects.visible_to(user)  # type: ignore[attr-defined]
        self.initial["vacancy"] = posting.vacancy_id


class CostForm(forms.Form):
    """What a paid step costs."""

    amount = forms.DecimalField(label=_("Cost"), min_value=Decimal(0), max_digits=12, decimal_places=2, required=False)


class PromotionForm(forms.Form):
    """A promotion that was bought elsewhere."""

    kind = forms.ChoiceField(label=_("What was bought"), choices=PromotionKind.choices, initial=PromotionKind.RAISING)
    amount = forms.DecimalField(label=_("Cost"), min_value=Decimal(0), max_digits=12, decimal_places=2)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate().isoformat()
        self.initial = {"starts_on": today, "ends_on": today, "currency": "RUB", **(self.initial or {})}
