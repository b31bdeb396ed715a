"""Who works at the tablet: chosen by PIN, without signing out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recruit.errors import InvalidInputError, NotAllowedError
from recruit.models import User
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import DeskPin
from scheduling.services.pins import check_pin, people_at, set_pin
from scheduling.web.desk.page import PERSON_KEY, desk_person
from scheduling.web.scope import session_of


@sensitive_post_parameters("pin")
@allowed(Action.WORK_DESK)
@require_http_methods(["GET", "POST"])
def switch(request: SignedIn, pk: int) -> HttpResponse:
    """Change who works at this desk; the rights stay those of the account that is signed in."""
    session = session_of(request, pk)
    people, error, number = people_at(session), "", request.POST.get("who", "")
    if request.method == "POST":
        error = _take_over(request, people, number)
        if not error:
            messages.success(request, _("%(name)s is at the desk now.") % {"name": desk_person(request).name})
            return redirect("desk", pk=session.pk)
    context = {
        "session": session,
        "people": people,
        "person": desk_person(request),
        "chosen": number,
        "error": error,
        "has_pin": DeskPin.objects.filter(user=request.user).exists(),
    }
    return render(request, "scheduling/desk/switch.html", context, status=403 if error else 200)


def _take_over(request: SignedIn, people: list[User], number: str) -> str:
    """Let the chosen person take over; return what is wrong, or ""."""
    if number == str(request.user.pk):
        # The account's own name needs no PIN: it is signed in.
        request.session.pop(PERSON_KEY, None)
        return ""
    chosen = next((one for one in people if str(one.pk) == number), None)
    if chosen is None:
        return _("Choose who takes over.")
    try:
        check_pin(chosen, request.POST.get("pin", ""), at=timezone.now())
    except NotAllowedError as refused:
        return str(refused.message)
    request.session[PERSON_KEY] = chosen.pk
    return ""


@sensitive_post_parameters("pin", "password")
@allowed(Action.WORK_DESK)
@require_http_methods(["GET", "POST"])
def my_pin(request: SignedIn) -> HttpResponse:
    """Give oneself a PIN for shared tablets; the password says who asks."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            set_pin(
                request.user,
                request.POST.get("pin", ""),
                password=request.POST.get("password", ""),
                at=timezone.now(),
            )
            messages.success(request, _("Your PIN is set."))
            return redirect("desk-home")
        except InvalidInputError as refused:
            errors[refused.field] = str(refused.message)
    has_pin = DeskPin.objects.filter(user=request.user).exists()
    return render(
        request,
        "scheduling/desk/my_pin.html",
        {"errors": errors, "has_pin": has_pin},
        status=400 if errors else 200,
    )
