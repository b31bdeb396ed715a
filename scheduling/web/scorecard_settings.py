"""Settings: what interviewers and observers mark, each point from 1 to 5."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from recruit.web.locking import Locked
from scheduling.models import ScorecardTemplate
from scheduling.services import scorecards
from scheduling.web.points import points_of

MOST_POINTS = 6


class ScorecardForm(Locked, forms.Form):
    """The company's scorecard: its name and up to six points; an empty point is left out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)

    def __init__(self, *args: Any, template: ScorecardTemplate, **kwargs: Any) -> None:
        self.template = template
        points = points_of(template)
        initial = {
            "name": ", ".join(point["label"] for point in points)
            if template.name == scorecards.SHIPPED_NAME
            else template.name
        }
        for number in range(1, MOST_POINTS + 1):
            point = points[number - 1] if number <= len(points) else {}
            initial |= {f"label{number}": point.get("label", ""), f"hint{number}": point.get("hint", "")}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for number in range(1, MOST_POINTS + 1):
            self.fields[f"label{number}"] = forms.CharField(
                label=_("Point %(number)s") % {"number": number}, max_length=60, required=False
            )
            self.fields[f"hint{number}"] = forms.CharField(
                label=_("What a 5 is, point %(number)s") % {"number": number}, max_length=200, required=False
            )

    def stored(self) -> dict[str, Any]:
        """Return the scorecard as it stands."""
        return dict(self.initial)

    def row(self) -> ScorecardTemplate:
        """Return the scorecard."""
        return self.template

    def clean(self) -> dict[str, Any]:
        """Refuse a scorecard without points, two points of one name, and what another person changed meanwhile."""
        data = super().clean() or {}
        labels = [data.get(f"label{number}", "").casefold() for number in range(1, MOST_POINTS + 1)]
        named = [label for label in labels if label]
        if not named:
            self.add_error("label1", _("A scorecard has at least one point."))
        elif len(named) != len(set(named)):
            self.add_error("label1", _("Two points have one name."))
        self.refuse_lost_changes(data)
        return data

    def points(self) -> list[dict[str, str]]:
        """Return the points; one that is changed keeps its code, and with it the marks that were given."""
        data, codes = self.cleaned_data, [point["code"] for point in self.template.criteria]
        taken, found = set(codes), []
        for number in range(1, MOST_POINTS + 1):
            label = data[f"label{number}"]
            code = (
                codes[number - 1]
                if number <= len(codes)
                else next(one for one in (f"point{tried}" for tried in range(1, 99)) if one not in taken)
            )
            taken.add(code)
            if label:
                found.append({"code": code, "label": label, "hint": data[f"hint{number}"]})
        return found


@allowed(Action.EDIT_SETTINGS)
def scorecard(request: SignedIn) -> HttpResponse:
    """Write the company's scorecard, or go back to the shipped one."""
    template = scorecards.default_template()
    if request.method == "POST" and request.POST.get("what") == "shipped":
        audit.note(request.user, "settings.scorecard", scorecards.go_back_to_shipped())
        messages.success(request, _("The shipped scorecard is used again."))
        return redirect("settings-scorecard")
    form = ScorecardForm(request.POST or None, template=template)
    if request.method == "POST" and form.is_valid():
        kept = scorecards.keep_template(template, name=form.cleaned_data["name"], criteria=form.points())
        audit.note(request.user, "settings.scorecard", kept, fields=form.changed_data)
        messages.success(request, _("Saved. New marks use it; marks that were given stay."))
        return redirect("settings-scorecard")
    return render(
        request,
        "scheduling/settings_scorecard.html",
        {"form": form, "is_shipped": template.name == scorecards.SHIPPED_NAME, "rows": _rows(form)},
        status=422 if form.errors else 200,
    )


def _rows(form: ScorecardForm) -> list[dict[str, Any]]:
    return [{"label": form[f"label{number}"], "hint": form[f"hint{number}"]} for number in range(1, MOST_POINTS + 1)]
