"""Marks: kept while they are written, seen by others once submitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import User
from scheduling.models import Interviewer, Invitation, Scorecard, ScorecardTemplate
from scheduling.services.moves import touch
from scheduling.states import CAME

SHIPPED_NAME = "Motivation, ability, adequacy"
SHIPPED_CRITERIA: list[dict[str, str]] = [
    {"code": "motivation", "label": "Motivation", "hint": "Wants this work and knows what it is."},
    {"code": "ability", "label": "Ability", "hint": "Can do it, or can learn it soon."},
    {"code": "adequacy", "label": "Adequacy", "hint": "Hears questions, keeps to the point, takes a no."},
]


def default_template() -> ScorecardTemplate:
    """Return the company's scorecard, the shipped one where none was chosen."""
    found = ScorecardTemplate.objects.filter(is_default=True).first()
    if found is not None:
        return found
    return ScorecardTemplate.objects.get_or_create(
        name=SHIPPED_NAME, defaults={"criteria": SHIPPED_CRITERIA, "is_default": True}
    )[0]


@transaction.atomic
def keep_template(template: ScorecardTemplate, *, name: str, criteria: list[dict[str, str]]) -> ScorecardTemplate:
    """Keep the company's scorecard and return it; the shipped one is never changed, a copy takes its place.

    A point keeps its code when its words change, so that marks given before still count under it.
    """
    if template.name != SHIPPED_NAME:
        template.name, template.criteria = _free_name(name, template), criteria
        template.save(update_fields=["name", "criteria"])
        return template
    ScorecardTemplate.objects.filter(is_default=True).update(is_default=False)
    return ScorecardTemplate.objects.create(name=_free_name(name), criteria=criteria, is_default=True)


def _free_name(name: str, template: ScorecardTemplate | None = None) -> str:
    """Return ``name``, with a number behind where the shipped or another scorecard has it."""
    others = ScorecardTemplate.objects.exclude(pk=template.pk) if template else ScorecardTemplate.objects.all()
    taken = {SHIPPED_NAME, *others.values_list("name", flat=True)}
    return next(one for one in (name, *(f"{name} {number}" for number in range(2, 1000))) if one not in taken)


@transaction.atomic
def go_back_to_shipped() -> ScorecardTemplate:
    """Use the shipped scorecard again and return it; the company's own stays for the marks given by it."""
    ScorecardTemplate.objects.filter(is_default=True).update(is_default=False)
    shipped = ScorecardTemplate.objects.get_or_create(name=SHIPPED_NAME, defaults={"criteria": SHIPPED_CRITERIA})[0]
    shipped.is_default = True
    shipped.save(update_fields=["is_default"])
    return shipped


def interviewer_of(user: User) -> Interviewer:
    """Return the interviewer that ``user`` is, made on first use."""
    found = Interviewer.objects.filter(user=user).first()
    if found is not None:
        return found
    return Interviewer.objects.get_or_create(user=user, defaults={"name": user.name, "email": user.email})[0]


def check_marks(template: ScorecardTemplate, marks: dict[str, Any]) -> dict[str, int]:
    """Return the marks as whole numbers 1 to 5; ``InvalidInputError`` names the criterion that is wrong."""
    known = {criterion["code"] for criterion in template.criteria}
    clean: dict[str, int] = {}
    for code, value in marks.items():
        if code not in known:
            raise InvalidInputError(f"The scorecard has no point called “{code}”.", field="marks")
        if value in (None, ""):
            continue
        try:
            mark = int(value)
        except (TypeError, ValueError):
            mark = 0
        if not 1 <= mark <= 5:
            raise InvalidInputError("Marks go from 1 to 5.", field=code)
        clean[code] = mark
    return clean


# One-tap words beside the marks; a company's own observers read them in their language.
QUICK_NOTES = ("listened", "led", "helped", "silent", "rude")


def check_notes(template: ScorecardTemplate, notes: dict[str, Any]) -> dict[str, Any]:
    """Return the notes that may be kept: known quick words, and a short line for each point."""
    quick = notes.get("quick") or []
    if not isinstance(quick, list):
        raise InvalidInputError("The quick notes are a list of words.", field="notes")
    clean: dict[str, Any] = {"quick": [word for word in QUICK_NOTES if word in quick]}
    for criterion in template.criteria:
        text = str(notes.get(criterion["code"]) or "").strip()
        if text:
            clean[criterion["code"]] = text[:200]
    return clean


@transaction.atomic
def save_scorecard(
    invitation: Invitation,
    author: Interviewer,
    *,
    marks: dict[str, Any],
    at: datetime,
    advice: str = "",
    comment: str = "",
    submit: bool = False,
    notes: dict[str, Any] | None = None,
    stamp: int | None = None,
) -> Scorecard:
    """Save the author's marks, and with ``submit`` show them to the others; submitted marks stay as they are.

    ``stamp`` (milliseconds of the writing device) makes a save that is sent again, or that comes late, change nothing:
    only a greater stamp than the kept one is written.
    """
    if invitation.state not in CAME:
        msg = "Only somebody who came can be marked."
        raise TransitionRefusedError(msg)
    if advice and advice not in Scorecard.Advice.values:
        raise InvalidInputError("Choose one of the three.", field="advice")
    template = default_template()
    clean = check_marks(template, marks)
    if submit and not clean:
        raise InvalidInputError("Mark at least one point before you submit.", field="marks")
    card, _ = Scorecard.objects.get_or_create(
        invitation=invitation, author=author, defaults={"template": template, "created_at": at}
    )
    open_card = Scorecard.objects.filter(pk=card.pk, submitted_at=None)
    changes: dict[str, Any] = {"marks": clean, "advice": advice, "comment": comment[:4000]}
    if notes is not None:
        changes["notes"] = check_notes(template, notes)
    if stamp is not None:
        changes["stamp"] = stamp
        open_card = open_card.filter(stamp__lt=stamp)
    claimed = open_card.update(**changes, submitted_at=at if submit else None)
    if not claimed and stamp is not None and Scorecard.objects.filter(pk=card.pk, stamp__gte=stamp).exists():
        # Said already, or overtaken by a newer word of the same person.
        card.refresh_from_db()
        return card
    if not claimed:
        msg = "These marks were submitted already."
        raise TransitionRefusedError(msg)
    touch(invitation.session_id)
    card.refresh_from_db()
    return card
