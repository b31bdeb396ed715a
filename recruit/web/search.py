"""The search box, and the palette that opens over any page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from recruit import contrib
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed


@allowed(Action.SEE_TODAY)
@require_GET
def search(request: SignedIn) -> HttpResponse:
    """Find people, vacancies and sessions by name, digits of a phone, e-mail or title; pages by their word."""
    query = " ".join(request.GET.get("q", "").split())[:100]
    short = request.GET.get("palette") == "1"
    groups = [
        {"label": source.label, "hits": source.find(request.user, query, 5 if short else 10)}
        for source in contrib.search
        if len(query) >= 2 and request.user.may(source.action)
    ]
    context = {"query": query, "groups": [one for one in groups if one["hits"]]}
    return render(request, "recruit/_palette.html" if short else "recruit/search.html", context)
