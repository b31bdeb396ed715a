"""Standby: free places of a session put to several people, and what became of the offers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.models import InterviewSession, StandbyRound
from scheduling.services import standby
from scheduling.services.pool import invitable
from scheduling.web.scope import at_desk, session_of

# People shown to choose from; the recruiter's order decides who they are.
SHOWN = 100


class RoundForm(forms.Form):
    """How many places, at which time, until when."""

    places = forms.IntegerField(label=gettext_lazy("Free places"), min_value=1, max_value=200, initial=1)
    band = forms.ChoiceField(label=gettext_lazy("Arrival time"), required=False)
    hours = forms.IntegerField(
        label=gettext_lazy("Hours to answer"),
        min_value=1,
        max_value=72,
        initial=3,
        help_text=gettext_lazy("Whoever answers first has a place; then, or when the time is over, the offers end."),
    )

    def __init__(self, *args: Any, session: InterviewSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = session.office.zone
        self.bands = {str(band.pk): band for band in session.bands.all()}
        if session.is_group or not self.bands:
            del self.fields["band"]
        else:
            self.fields["band"] = forms.ChoiceField(
                label=gettext_lazy("Arrival time"),
                choices=[(key, f"{timezone.localtime(one.starts_at, zone):%H:%M}") for key, one in self.bands.items()],
            )


@allowed(Action.APPROVE_PLAN)
def rounds(request: SignedIn, pk: int) -> HttpResponse:
    """Show the offers of a session, and put free places to people of the shortlist."""
    session, now = session_of(request, pk), timezone.now()
    people = invitable(session, most=SHOWN)
    form = RoundForm(request.POST or None, session=session)
    chosen = {int(one) for one in request.POST.getlist("people") if one.isdecimal() and len(one) < 18}
    if request.method == "POST" and form.is_valid():
        wanted = [one for one in people if one.pk in chosen]
        data = form.cleaned_data
        try:
            if not wanted:
                form.add_error(None, _("Choose at least one person."))
            else:
                made = standby.open_round(
                    session,
                    wanted,
                    places=data["places"],
                    expires_at=min(now + timedelta(hours=data["hours"]), session.ends_at),
                    at=now,
                    by=request.user,
                    band=form.bands.get(data.get("band", "")),
                )
                audit.note(request.user, "standby.offered", made, people=made.offers.count(), places=made.places)
                count = made.offers.count()
                words = ngettext("%(count)s person is asked.", "%(count)s people are asked.", count)
                messages.success(request, words % {"count": count})
                return redirect("standby-rounds", pk=pk)
        except RecruitError as error:
            form.add_error(None, error.message)
    rows = StandbyRound.objects.filter(session=session).select_related("band", "made_by")
    return render(
        request,
        "scheduling/standby_rounds.html",
        {
            "session": session,
            "zone": session.office.zone,
            "form": form,
            "people": [{"row": one, "on": one.pk in chosen} for one in people],
            "rounds": rows.prefetch_related("offers__application__candidate"),
            "is_open": at_desk(session) and session.ends_at > now,
            "now": now,
        },
    )


@allowed(Action.APPROVE_PLAN)
@require_POST
def end(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """End the offers of one round that nobody has answered."""
    session = session_of(request, pk)
    row = get_object_or_404(StandbyRound.objects.filter(session=session), pk=number)
    standby.end_round(row, at=timezone.now())
    audit.note(request.user, "standby.ended", row)
    messages.success(request, _("The offers have ended."))
    return redirect("standby-rounds", pk=pk)
