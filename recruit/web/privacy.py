"""Data protection for the people who run it: rules, requests, exports, erasures, the audit as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import (
    AuditEntry,
    Candidate,
    Erasure,
    Notice,
    PrivacyRequest,
    RetentionRule,
    RetentionRun,
    User,
)
from recruit.permissions import Action
from recruit.services import audit, notices, privacy, retention
from recruit.states import PrivacyRequestEvent, PrivacyRequestState
from recruit.tables.exported import safe_cell
from recruit.web.access import SignedIn, allowed
from recruit.web.forms import NoticeForm, RuleForm


@allowed(Action.ERASE)
@require_GET
def overview(request: SignedIn) -> HttpResponse:
    """Show what is asked for, the rules, the last passes, the erasures and the texts."""
    notices.ensure_shipped()
    retention.rule_for_all()
    return render(
        request,
        "recruit/settings_privacy.html",
        {
            "requests": PrivacyRequest.objects.filter(state=PrivacyRequestState.OPEN).select_related("candidate")[:100],
            "today": timezone.localdate(),
            "rules": RetentionRule.objects.select_related("office").order_by("office__name"),
            "runs": RetentionRun.objects.select_related("by")[:8],
            "erasures": Erasure.objects.select_related("by")[:20],
            "notices": Notice.objects.all()[:40],
        },
    )


@allowed(Action.ERASE)
def rule(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Change a rule, or give an office one of its own."""
    row = get_object_or_404(RetentionRule, pk=pk) if pk else None
    form = RuleForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.note(request.user, "retention.rule", saved, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-privacy")
    return render(request, "recruit/settings_form.html", {"form": form, "title": _("How long people are kept")})


@allowed(Action.ERASE)
@require_POST
def retention_try(request: SignedIn) -> HttpResponse:
    """Say who would be erased now; erases nobody."""
    report = retention.run(at=timezone.now(), by=request.user, is_dry_run=True)
    return redirect("settings-retention-run", pk=report.pk)


@allowed(Action.ERASE)
@require_GET
def retention_report(request: SignedIn, pk: int) -> HttpResponse:
    """Show one pass: whom it would erase, or that it did."""
    report = get_object_or_404(RetentionRun, pk=pk)
    people = Candidate.objects.filter(pk__in=report.candidate_ids[:200])
    return render(request, "recruit/settings_retention.html", {"report": report, "people": people})


@allowed(Action.ERASE)
@require_POST
def request_decide(request: SignedIn, pk: int) -> HttpResponse:
    """Do or refuse what a person asked for; to erase is to do it at once."""
    row = get_object_or_404(PrivacyRequest.objects.select_related("candidate"), pk=pk)
    what, now = request.POST.get("what", ""), timezone.now()
    try:
        if what == "do" and row.kind == PrivacyRequest.Kind.ERASE:
            privacy.erase_person(row.candidate, at=now, by=request.user, reason=Erasure.Reason.REQUEST)
        elif what in PrivacyRequestEvent.values:
            privacy.decide(row, PrivacyRequestEvent(what), at=now, by=request.user)
        messages.success(request, _("Noted."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("settings-privacy")


@allowed(Action.ERASE)
def notice(request: SignedIn) -> HttpResponse:
    """Publish a new version of a text."""
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            notices.publish(
                purpose=given["purpose"],
                version=given["version"],
                basis=given["basis"],
                texts={given["language"]: (given["title"], given["body"])},
                by=request.user,
                at=timezone.now(),
            )
        except RecruitError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("Published."))
            return redirect("settings-privacy")
    return render(request, "recruit/settings_form.html", {"form": form, "title": _("A new text")})


@allowed(Action.EXPORT)
@require_POST
def export(request: SignedIn, pk: int) -> HttpResponse:
    """Give everything that is held of a person as a zip."""
    person = get_object_or_404(Candidate.objects.visible_to(request.user), pk=pk)
    data = privacy.export_person(person, at=timezone.now(), by=request.user)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="person-{person.pk}.zip"'
    return response


@allowed(Action.ERASE)
def erase(request: SignedIn, pk: int) -> HttpResponse:
    """Ask once more, then erase."""
    person = get_object_or_404(Candidate.objects.visible_to(request.user), pk=pk, erased_at=None)
    if request.method == "POST":
        privacy.erase_person(person, at=timezone.now(), by=request.user, reason=Erasure.Reason.REQUEST)
        messages.success(request, _("Erased. The proof is in Settings, Data protection."))
        return redirect("settings-privacy")
    return render(request, "recruit/erase.html", {"person": person})


class _Echo:
    """A file that gives back what is written to it: rows are streamed, not kept."""

    def write(self, value: str) -> str:
        """Return the line."""
        return value


@allowed(Action.SEE_AUDIT)
@require_GET
def audit_file(request: SignedIn) -> StreamingHttpResponse:
    """Give the whole audit as CSV, oldest first; that it was taken is in it."""
    audit.note(request.user, "audit.exported")
    writer = csv.writer(_Echo())
    head = ["at", "actor_id", "action", "object_type", "object_id", "data"]

    def lines() -> Iterator[Any]:
        yield writer.writerow(head)
        for row in AuditEntry.objects.order_by("at", "pk").iterator(chunk_size=2000):
            yield writer.writerow(
                [row.at.isoformat(), row.actor_id, safe_cell(row.action), row.object_type, row.object_id, row.data]
            )

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def panel(person: Candidate, user: User) -> dict[str, Any]:
    """Return what the data-protection panel of a person's page needs."""
    return {
        "person": person,
        "consents": list(person.consents.all()[:6]),
        "requests": list(person.privacy_requests.all()[:4]),
        "may_erase": user.may(Action.ERASE),
    }
