"""Lists on paper: the guard's pass list, and the desk's own list for the day the network stays away."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from recruit.models import Message
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import PassDesk
from scheduling.services.passes import ABOUT, mail_pass_list, pass_list
from scheduling.services.replies import arrival_time
from scheduling.states import EXPECTED, InvitationState
from scheduling.web.scope import session_of


@allowed(Action.WORK_DESK)
@require_http_methods(["GET", "POST"])
def pass_list_page(request: SignedIn, pk: int) -> HttpResponse:
    """Show names and times for the guard; a POST sets the guard's address or mails the list now."""
    session, now = session_of(request, pk), timezone.now()
    guard = PassDesk.objects.filter(office=session.office).first()
    error, typed = "", request.POST.get("email", "").strip()
    if request.method == "POST":
        try:
            if typed:
                validate_email(typed)
                guard, _new = PassDesk.objects.update_or_create(office=session.office, defaults={"email": typed})
            if guard is not None:
                mail_pass_list(session, at=now)
                messages.success(request, _("The list goes to %(address)s.") % {"address": guard.email})
                return redirect("desk-pass-list", pk=session.pk)
            error = _("Write the address of the guard first.")
        except ValidationError as refused:
            error = " ".join(refused.messages)
    last = Message.objects.filter(about=ABOUT, about_id=session.pk).order_by("-pk").first()
    context = {
        "session": session,
        "zone": session.office.zone,
        "passes": pass_list(session),
        "guard": guard,
        "typed": typed,
        "error": error,
        "last": last,
        "now": now,
    }
    return render(request, "scheduling/desk/pass_list.html", context, status=400 if error else 200)


@allowed(Action.WORK_DESK)
@require_GET
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """Show the list to print before the day: times, names, empty boxes for number, came, room and end."""
    session, now = session_of(request, pk), timezone.now()
    rows = session.invitations.exclude(state=InvitationState.DRAFT).with_people()
    listed = [row for row in rows if row.state in EXPECTED or row.number is not None]
    listed.sort(key=lambda row: (arrival_time(row), row.priority))
    context = {
        "session": session,
        "zone": session.office.zone,
        "rows": [{"row": row, "at": arrival_time(row)} for row in listed],
        "blank": range(8),
        "now": now,
    }
    return render(request, "scheduling/desk/paper.html", context)
