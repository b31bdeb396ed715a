"""What the buttons of the plan page do: propose, keep the costs, split into two sessions, merge with another."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.models import Company
from recruit.permissions import Action
from recruit.services import audit
from recruit.web import locking
from recruit.web.access import SignedIn, allowed
from scheduling.models import ArrivalBand, InterviewSession, SessionVacancy
from scheduling.services import merging, plans, sessions
from scheduling.web import what_if
from scheduling.web.forms import COSTS, WhatIfForm
from scheduling.web.plan import COST_WORDS, session_of
from scheduling.web.what_if import WhatIf


@allowed(Action.APPROVE_PLAN)
@require_POST
def propose(request: SignedIn, pk: int) -> HttpResponse:
    """Keep the controls on the session and store the proposal; then show what approving would do."""
    session = session_of(request, pk)
    state = what_if.read(request.POST, session, is_fixed=session.invitations.exists())
    back = f"{reverse('plan', args=[pk])}?{_query_of(request.POST)}"
    if state.error is not None:
        messages.error(request, _("The plan has a value that cannot be."))
        return redirect(back)
    stored = what_if.stored_wishes(session)
    sent = what_if.wishes_of(
        state.session, dict.fromkeys([row.vacancy_id for row in session.session_vacancies.all()]) | state.targets
    )
    stale = what_if.changed_meanwhile(request.POST, stored, sent)
    if stale:
        messages.error(request, locking.told(session, stale))
        return redirect(back)
    try:
        with transaction.atomic():
            if locking.digests(stored) != locking.digests(sent):
                audit.note(request.user, "session.changed", session)
            _keep(state)
            proposed = plans.propose_plan(
                state.session,
                by=request.user,
                at=timezone.now(),
                overrides=state.overrides,
                costs=state.costs,
                guaranteed=state.sure,
            )
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect(back)
    return redirect("approve", pk=proposed.pk)


def _query_of(data: QueryDict) -> str:
    kept = data.copy()
    for name in ("csrfmiddlewaretoken", "seen"):
        kept.pop(name, None)
    return kept.urlencode()


def _keep(state: WhatIf) -> None:
    """Save the session's wishes; its bands are made anew while nobody is invited to them."""
    session = state.session
    session.save()
    for row in SessionVacancy.objects.filter(session=session):
        target = state.targets.get(row.vacancy_id)
        if row.target != target:
            SessionVacancy.objects.filter(pk=row.pk).update(target=target)
    if not session.invitations.exists():
        ArrivalBand.objects.filter(session=session).delete()
        sessions.make_bands(session)
        # The bands that came with the page are no longer there: read the session anew, with what it was just given.
        state.session = InterviewSession.objects.select_related("office").get(pk=session.pk)


@allowed(Action.EDIT_SETTINGS)
@require_POST
def keep_costs(request: SignedIn, pk: int) -> HttpResponse:
    """Make the costs of this page the company's."""
    session_of(request, pk)
    form = WhatIfForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A cost is a number from 0."))
    else:
        changed = {
            f"cost_{name}": form.cleaned_data[f"cost_{name}"]
            for name in COSTS
            if form.cleaned_data.get(f"cost_{name}") is not None
        }
        company = Company.current()
        stored = {name: getattr(company, name) for name in changed}
        stale = locking.lost(locking.read_digests(request.POST.get("seen", "")), stored, changed)
        if stale:
            words = [COST_WORDS[name.removeprefix("cost_")]() for name in stale]
            messages.error(request, locking.told(company, words))
            return redirect(f"{reverse('plan', args=[pk])}?{_query_of(request.POST)}")
        Company.objects.filter(pk=company.pk).update(**changed)
        audit.note(request.user, "settings.company", company, fields=sorted(changed))
        messages.success(request, _("These are the company's costs now."))
    return redirect(f"{reverse('plan', args=[pk])}?{_query_of(request.POST)}")


@allowed(Action.PLAN_SESSION)
@require_POST
def split(request: SignedIn, pk: int) -> HttpResponse:
    """Make a second session like this one, on the next day the office is open."""
    session = session_of(request, pk)
    try:
        second = merging.second_session(session, by=request.user)
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("plan", pk=pk)
    messages.success(request, _("A second session was made; this is its plan."))
    return redirect("plan", pk=second.pk)


@allowed(Action.PLAN_SESSION)
@require_POST
def merge(request: SignedIn, pk: int) -> HttpResponse:
    """Take the people of another group session into this one, and call the other off."""
    session = session_of(request, pk)
    other = get_object_or_404(
        InterviewSession.objects.visible_to(request.user),
        pk=request.POST.get("other", "0") if request.POST.get("other", "").isdigit() else 0,
    )
    try:
        moved = merging.merge_sessions(other, into=session, at=timezone.now(), by=request.user)
        messages.success(request, _("Merged: %(count)s people are told the new time.") % {"count": moved})
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("plan", pk=pk)
