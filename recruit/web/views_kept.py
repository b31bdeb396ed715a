"""Kept filters: a name for a query string, each person their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recruit.models import SavedView
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from recruit.web.filters import PeopleFilter

PAGES = {"triage": "triage", "people": "people"}


@allowed(Action.SEE_VACANCIES)
@require_POST
def keep(request: SignedIn) -> HttpResponse:
    """Keep the filter of a page under a name; the same name is written over."""
    page, name = request.POST.get("page", ""), request.POST.get("name", "").strip()[:60]
    query = PeopleFilter.read(request.POST).query
    if page not in PAGES or not name:
        messages.error(request, _("Give the view a name."))
        return redirect("today")
    SavedView.objects.update_or_create(user=request.user, page=page, name=name, defaults={"query": query[:500]})
    messages.success(request, _("Kept as “%(name)s”.") % {"name": name})
    return redirect(f"{reverse(PAGES[page])}?{query}")


@allowed(Action.SEE_VACANCIES)
@require_POST
def forget(request: SignedIn, pk: int) -> HttpResponse:
    """Throw a kept view away."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    page = view.page
    view.delete()
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return redirect(PAGES[page])
