"""Settings of the interview day: rooms, and who interviews."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recruit.models import Office, User
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from recruit.web.locking import LockedForm
from scheduling.models import Interviewer, Room


class RoomForm(LockedForm):
    """A room of an office."""

    class Meta:
        model = Room
        fields = ["office", "name", "seats"]
        labels = {"office": gettext_lazy("Office"), "name": gettext_lazy("Name"), "seats": gettext_lazy("Seats")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.visible_to(user)  # type: ignore[attr-defined]


class InterviewerForm(LockedForm):
    """Somebody who interviews or observes; the log-in may be left out, invitations go to the e-mail."""

    class Meta:
        model = Interviewer
        fields = ["name", "email", "user", "offices", "is_active"]
        labels = {
            "name": gettext_lazy("Name"),
            "email": gettext_lazy("E-mail"),
            "user": gettext_lazy("Log-in"),
            "offices": gettext_lazy("Offices"),
            "is_active": gettext_lazy("Interviews now"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offices"].queryset = Office.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


@allowed(Action.EDIT_SETTINGS)
@require_GET
def people_and_rooms(request: SignedIn) -> HttpResponse:
    """List the rooms by office, and everybody who interviews."""
    offices = Office.objects.visible_to(request.user)
    return render(
        request,
        "scheduling/settings_people.html",
        {
            "rooms": Room.objects.filter(office__in=offices).select_related("office"),
            "people": Interviewer.objects.visible_to(request.user).select_related("user").prefetch_related("offices"),
        },
    )


@allowed(Action.EDIT_SETTINGS)
def room(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Write a new room or change one."""
    rows = Room.objects.filter(office__in=Office.objects.visible_to(request.user))
    row = get_object_or_404(rows, pk=pk) if pk else None
    form = RoomForm(request.POST or None, instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.note(request.user, "settings.room", saved, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-people")
    return render(request, "recruit/settings_form.html", {"form": form, "title": _("Room")})


@allowed(Action.EDIT_SETTINGS)
def interviewer(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Write a new interviewer or change one; who no longer interviews is switched off, their marks stay."""
    row = get_object_or_404(Interviewer.objects.visible_to(request.user), pk=pk) if pk else None
    form = InterviewerForm(request.POST or None, instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.note(request.user, "settings.interviewer", saved, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-people")
    return render(request, "recruit/settings_form.html", {"form": form, "title": _("Interviewer")})
