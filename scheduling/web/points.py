"""The points of a scorecard in the viewer's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from scheduling.models import ScorecardTemplate
from scheduling.services.scorecards import SHIPPED_NAME


def points_of(template: ScorecardTemplate) -> list[dict[str, str]]:
    """Return the points of ``template``; those of the shipped one are translated, a company's own stay as written."""
    if template.name != SHIPPED_NAME:
        return [dict(point) for point in template.criteria]
    words = {
        "motivation": (_("Motivation"), _("Wants this work and knows what it is.")),
        "ability": (_("Ability"), _("Can do it, or can learn it soon.")),
        "adequacy": (_("Adequacy"), _("Hears questions, keeps to the point, takes a no.")),
    }
    return [
        {
            **point,
            "label": words.get(point["code"], (point["label"],))[0],
            "hint": words.get(point["code"], ("", point.get("hint", "")))[1],
        }
        for point in template.criteria
    ]
