"""Records that may be one person: side by side, decided, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recruit.errors import RecruitError
from recruit.models import Candidate, DuplicatePair, Merge, User
from recruit.permissions import Action
from recruit.services import audit
from recruit.services.merging import keep_apart, merge_candidates
from recruit.web.access import SignedIn, allowed

PAIRS_A_PAGE = 50
WORDS = {
    "same_external_id": gettext_lazy("same number on a job board"),
    "same_email": gettext_lazy("same e-mail"),
    "same_phone": gettext_lazy("same phone"),
    "same_birth_date": gettext_lazy("same day of birth"),
    "near_phone": gettext_lazy("phones differ in one figure"),
    "same_city": gettext_lazy("same town"),
    "other_birth_date": gettext_lazy("different days of birth"),
    "like_name": gettext_lazy("the names are alike"),
    "near_name": gettext_lazy("the names may be the same"),
    "other_name": gettext_lazy("the names differ"),
    "no_name": gettext_lazy("a name is missing"),
}
AGAINST = frozenset({"other_birth_date", "other_name"})


def open_pairs(user: User) -> int | None:
    """Count the pairs that wait for a decision; None for none."""
    return DuplicatePair.objects.open().visible_to(user).count() or None


def reasons_of(codes: list[str]) -> list[dict[str, Any]]:
    """Return the reasons in words, each with whether it speaks against one person."""
    return [{"text": WORDS.get(code, code.replace("_", " ")), "against": code in AGAINST} for code in codes]


@allowed(Action.MERGE)
@require_GET
def duplicate_list(request: SignedIn) -> HttpResponse:
    """List what is to be decided, likeliest first, and the last merges with their way back."""
    rows = DuplicatePair.objects.open().visible_to(request.user).select_related("first", "second")
    page = Paginator(rows.order_by("-score", "pk"), PAIRS_A_PAGE).get_page(request.GET.get("page"))
    mine = Candidate.objects.visible_to(request.user)
    merges = Merge.objects.filter(kept__in=mine).select_related("kept", "gone", "by", "undone_by")[:20]
    return render(
        request,
        "recruit/duplicates.html",
        {
            "page": page,
            "pairs": [{"row": row, "reasons": reasons_of(row.reasons)} for row in page],
            "merges": merges,
        },
    )


@allowed(Action.MERGE)
def pair(request: SignedIn, pk: int) -> HttpResponse:
    """Show two records side by side, and take the decision."""
    rows = DuplicatePair.objects.visible_to(request.user).select_related("first", "second")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        return _decide(request, row)
    people = list(
        Candidate.objects.filter(pk__in=[row.first_id, row.second_id])
        .prefetch_related("contacts", "identities", "applications__vacancy", "applications__source", "resumes")
        .order_by("pk")
    )
    audit.note(request.user, "candidate.compared", None, first=row.first_id, second=row.second_id)
    following = DuplicatePair.objects.open().visible_to(request.user).exclude(pk=pk).order_by("-score", "pk").first()
    return render(
        request,
        "recruit/duplicate.html",
        {
            "pair": row,
            "people": people,
            "lines": _lines(people),
            "reasons": reasons_of(row.reasons),
            "is_open": DuplicatePair.objects.open().filter(pk=pk).exists(),
            "following": following,
        },
    )


def _decide(request: SignedIn, row: DuplicatePair) -> HttpResponse:
    what = request.POST.get("decision", "")
    try:
        if what == "apart":
            keep_apart(row, by=request.user)
            messages.success(request, _("They stay two people."))
        elif what in {"first", "second"}:
            kept, gone = (row.first, row.second) if what == "first" else (row.second, row.first)
            merge_candidates(kept, gone, by=request.user, reasons=tuple(row.reasons))
            messages.success(request, _("One person now. The list below takes it back."))
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("duplicate", pk=row.pk)
    following = DuplicatePair.objects.open().visible_to(request.user).order_by("-score", "pk").first()
    return redirect("duplicate", pk=following.pk) if following is not None else redirect("duplicates")


def _lines(people: list[Candidate]) -> list[dict[str, Any]]:
    """Return what is compared, a line each: label, a cell per record, whether the cells say the same."""
    contacts = [[one.normalised for one in person.contacts.all()] for person in people]
    shared = set(contacts[0]) & set(contacts[1]) if len(contacts) == 2 else set()
    plain = [
        (_("Name"), [[person.name or "–"] for person in people]),
        (_("Town"), [[person.city or "–"] for person in people]),
        (_("Born"), [[person.birth_date.isoformat() if person.birth_date else "–"] for person in people]),
    ]
    lines = [
        {"label": label, "cells": [[{"text": text, "same": False} for text in cell] for cell in cells],
         "same": cells[0] == cells[-1] and cells[0] != ["–"]}
        for label, cells in plain
    ]  # fmt: skip
    lines.append(
        {
            "label": _("Contacts"),
            "cells": [
                [{"text": one.value, "same": one.normalised in shared} for one in person.contacts.all()]
                for person in people
            ],
            "same": False,
        }
    )
    lines.append(
        {
            "label": _("Applications"),
            "cells": [
                [
                    {"text": f"{one.vacancy}: {one.get_stage_display()}, {one.source}", "same": False}
                    for one in person.applications.all()
                ]
                for person in people
            ],
            "same": False,
        }
    )
    lines.append(
        {
            "label": _("Known on"),
            "cells": [[{"text": str(one), "same": False} for one in person.identities.all()] for person in people],
            "same": False,
        }
    )
    return lines
