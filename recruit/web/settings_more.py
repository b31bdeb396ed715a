"""Settings: teams, pipelines, the company's own wording of messages, pictures of maps."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.messaging.sms import sms_size
from recruit.messaging.wording import PLACEHOLDERS, filled
from recruit.models import Channel, ClosingDay, Company, MessageKind, MessageTemplate, Office, PipelineTemplate, Team
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from recruit.web.office_forms import ClosingDayForm, MessagesForm, PipelineForm, TeamForm, WordingForm

# What can be worded: kinds that go to candidates, on the channels that carry text.
KINDS = (MessageKind.INVITATION, MessageKind.UPDATE, MessageKind.CANCELLATION)
CHANNELS = (Channel.EMAIL, Channel.SMS)


@allowed(Action.MANAGE_USERS)
@require_GET
def teams(request: SignedIn) -> HttpResponse:
    """List the teams with their people, offices and vacancies."""
    rows = Team.objects.prefetch_related("users", "offices", "vacancies")
    return render(request, "recruit/settings_teams.html", {"teams": rows})


@allowed(Action.MANAGE_USERS)
def team(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Write a new team or change one."""
    row = get_object_or_404(Team, pk=pk) if pk else None
    form = TeamForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.note(request.user, "settings.team", saved, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-teams")
    return render(request, "recruit/settings_form.html", {"form": form, "title": row.name if row else _("New team")})


@allowed(Action.EDIT_SETTINGS)
@require_GET
def pipelines(request: SignedIn) -> HttpResponse:
    """List the pipeline templates."""
    rows = PipelineTemplate.objects.prefetch_related("vacancies")
    return render(request, "recruit/settings_pipelines.html", {"pipelines": rows})


@allowed(Action.EDIT_SETTINGS)
def pipeline(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Write a new pipeline template or change one."""
    row = get_object_or_404(PipelineTemplate, pk=pk) if pk else None
    form = PipelineForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.note(request.user, "settings.pipeline", saved, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-pipelines")
    title = row.name if row else _("New pipeline")
    return render(request, "recruit/settings_form.html", {"form": form, "title": title})


@allowed(Action.EDIT_SETTINGS)
@require_POST
def closing_day(request: SignedIn, pk: int) -> HttpResponse:
    """Add a day on which an office is shut, or take one away."""
    office = get_object_or_404(Office.objects.visible_to(request.user), pk=pk)
    gone = request.POST.get("remove", "")
    if gone.isdigit():
        ClosingDay.objects.filter(office=office, pk=gone).delete()
        messages.success(request, _("Removed."))
        return redirect("settings-office", pk=pk)
    form = ClosingDayForm(request.POST, instance=ClosingDay(office=office))
    if form.is_valid():
        try:
            with transaction.atomic():
                form.save()
            messages.success(request, _("Saved."))
        except IntegrityError:
            messages.error(request, _("This day is there already."))
    else:
        messages.error(request, _("Name the day."))
    return redirect("settings-office", pk=pk)


@allowed(Action.SEE_TODAY)
@require_GET
def map_picture(request: SignedIn, pk: int) -> HttpResponseBase:
    """Give the picture of an office's map."""
    office = get_object_or_404(Office.objects.visible_to(request.user), pk=pk)
    if not office.map_picture:
        raise Http404
    kind = "image/png" if str(office.map_picture.name).endswith(".png") else "image/jpeg"
    answer = FileResponse(office.map_picture.open("rb"), content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@allowed(Action.EDIT_SETTINGS)
def messages_leave(request: SignedIn) -> HttpResponse:
    """How fast and when messages leave."""
    form = MessagesForm(request.POST or None, instance=Company.current())
    if request.method == "POST" and form.is_valid():
        form.save()
        audit.note(request.user, "settings.messages", form.instance, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-messages")
    title = _("Messages: pace and quiet hours")
    return render(request, "recruit/settings_form.html", {"form": form, "title": title})


@allowed(Action.EDIT_SETTINGS)
@require_GET
def wordings(request: SignedIn) -> HttpResponse:
    """List the messages that can be worded, with the languages that have a text of the company's own."""
    own = {(row.kind, row.channel, row.language): row for row in MessageTemplate.objects.select_related("updated_by")}
    rows = [
        {
            "kind": kind,
            "channel": channel,
            "languages": [
                {"code": code, "name": name, "own": own.get((kind, channel, code))} for code, name in settings.LANGUAGES
            ],
        }
        for kind in KINDS
        for channel in CHANNELS
    ]
    return render(request, "recruit/settings_wordings.html", {"rows": rows})


def _example() -> dict[str, str]:
    """Return what the preview puts in the place of each name."""
    office = Office.objects.first()
    return {
        "name": _("Anna"),
        "vacancy": _("Sales assistant"),
        "company": Company.current().name,
        "day": _("Tuesday 12 May"),
        "start": "14:00",
        "end": "14:30",
        "wait": "40",
        "minutes": "20",
        "address": (office.address if office else "") or _("Lesnaya 5"),
        "directions": office.directions if office else "",
        "bring": (office.bring if office else "") or _("passport"),
        "person": office.contact_person if office else "",
        "phone": office.phone if office else "",
        "link": f"{settings.PUBLIC_URL}/i/8Tfoc8oeZkTR",
    }


@allowed(Action.EDIT_SETTINGS)
def wording(request: SignedIn, kind: str, channel: str, language: str) -> HttpResponse:
    """Write the company's own text of a message, look at it filled in, or go back to the shipped one."""
    if kind not in KINDS or channel not in CHANNELS or language not in dict(settings.LANGUAGES):
        raise Http404
    row = MessageTemplate.objects.filter(kind=kind, channel=channel, language=language).first()
    form = WordingForm(
        request.POST or None,
        instance=row or MessageTemplate(kind=kind, channel=channel, language=language),
        needs_link=kind != MessageKind.CANCELLATION,
        has_subject=channel == Channel.EMAIL,
    )
    if request.method == "POST" and request.POST.get("what") == "drop":
        if row is not None:
            row.delete()
            audit.note(request.user, "settings.wording", None, kind=kind, channel=channel, language=language)
        messages.success(request, _("The shipped text goes out again."))
        return redirect("settings-wordings")
    valid = request.method == "POST" and form.is_valid()
    if valid and request.POST.get("what") != "preview":
        saved = form.save(commit=False)
        saved.updated_at, saved.updated_by = timezone.now(), request.user
        saved.save()
        audit.note(request.user, "settings.wording", saved)
        messages.success(request, _("Saved."))
        return redirect("settings-wording", kind=kind, channel=channel, language=language)
    data: dict[str, Any] = form.cleaned_data if valid else {"subject": row.subject, "body": row.body} if row else {}
    example = _example()
    body = filled(data.get("body", ""), example)
    length, parts = sms_size(body)
    return render(
        request,
        "recruit/settings_wording.html",
        {
            "form": form,
            "kind": MessageKind(kind),
            "channel": Channel(channel),
            "language": language,
            "language_name": dict(settings.LANGUAGES)[language],
            "row": row,
            "subject": filled(data.get("subject", ""), example),
            "body": body,
            "length": length,
            "parts": parts,
            "cost": parts * Company.current().cost_sms_part,
            "company_currency": Company.current().currency,
            "placeholders": [{"name": name, "example": example[name]} for name in PLACEHOLDERS],
        },
    )
