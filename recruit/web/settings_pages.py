"""Settings: company, offices, sources, keys, the table of permissions."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from recruit import contrib
from recruit.errors import RecruitError
from recruit.models import ApiKey, Application, AuditEntry, Company, Office, Source, User
from recruit.permissions import ACTION_WORDS, ALLOWED, Action, Role
from recruit.services import audit
from recruit.services.keys import new_key
from recruit.services.offices import save_office
from recruit.templatetags.audit_words import AUDIT_WORDS
from recruit.web.access import SignedIn, allowed
from recruit.web.forms import SourceForm
from recruit.web.locking import LockedForm
from recruit.web.office_forms import ClosingDayForm, OfficeForm


class CompanyForm(LockedForm):
    """The company, what its days cost, and what it promises."""

    class Meta:
        model = Company
        fields = [
            "name",
            "region",
            "currency",
            "cost_waiting_minute",
            "cost_idle_minute",
            "cost_overtime_minute",
            "cost_missing_interview",
            "cost_turned_away",
            "cost_invitation",
            "assurance",
            "overflow_risk",
            "learns_attendance",
            "flat_show_rate",
            "answer_within_days",
            "call_attempts",
        ]
        labels = {
            "name": gettext_lazy("Name"),
            "region": gettext_lazy("Country of phone numbers"),
            "currency": gettext_lazy("Currency"),
            "cost_waiting_minute": gettext_lazy("A minute a candidate waits"),
            "cost_idle_minute": gettext_lazy("A minute an interviewer is idle"),
            "cost_overtime_minute": gettext_lazy("A minute of overtime"),
            "cost_missing_interview": gettext_lazy("An interview short of the target"),
            "cost_turned_away": gettext_lazy("A person turned away"),
            "cost_invitation": gettext_lazy("An invitation"),
            "assurance": gettext_lazy("Usual assurance, a share"),
            "overflow_risk": gettext_lazy("Accepted risk of too many, a share"),
            "learns_attendance": gettext_lazy("Learn who comes"),
            "flat_show_rate": gettext_lazy("Show rate when nothing is learned, a share"),
            "answer_within_days": gettext_lazy("Days until people who came hear from us"),
            "call_attempts": gettext_lazy("Calls before a message goes instead"),
        }


@allowed(Action.EDIT_SETTINGS)
@require_GET
def settings_home(request: SignedIn) -> HttpResponse:
    """List the pages of Settings that this person may open."""
    pages = [page for page in contrib.settings_pages if request.user.may(page.action)]
    return render(request, "recruit/settings.html", {"pages": pages})


@allowed(Action.EDIT_SETTINGS)
def company(request: SignedIn) -> HttpResponse:
    """The company and its costs."""
    form = CompanyForm(request.POST or None, instance=Company.current())
    if request.method == "POST" and form.is_valid():
        form.save()
        audit.note(request.user, "settings.company", form.instance, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-company")
    return render(request, "recruit/settings_form.html", {"form": form, "title": _("Company and costs")})


@allowed(Action.EDIT_SETTINGS)
@require_GET
def offices(request: SignedIn) -> HttpResponse:
    """List the offices."""
    rows = Office.objects.visible_to(request.user).prefetch_related("teams")
    return render(request, "recruit/settings_offices.html", {"offices": rows})


@allowed(Action.EDIT_SETTINGS)
def office(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Write a new office or change one."""
    row = get_object_or_404(Office.objects.visible_to(request.user), pk=pk) if pk else None
    form = OfficeForm(request.POST or None, request.FILES or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            saved, told = save_office(
                form.save(commit=False),
                old_zone=form.old_zone,
                choice=form.cleaned_data.get("people_told", ""),
                fields=form.changed_data,
                at=timezone.now(),
                by=request.user,
            )
        except RecruitError as error:
            form.add_error("time_zone", error.message)
        else:
            if row is None:
                for team in request.user.teams.all():
                    team.offices.add(saved)
            words = ngettext("Saved; %(count)s person is told.", "Saved; %(count)s people are told.", told)
            messages.success(request, words % {"count": told} if told else _("Saved."))
            return redirect("settings-offices")
    days = row.closing_days.order_by("day") if row else []
    return render(
        request,
        "recruit/settings_office.html",
        {"form": form, "office": row, "days": days, "day_form": ClosingDayForm()},
    )


@allowed(Action.EDIT_SETTINGS)
def sources(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """List the sources with what came of them; add one, or change one."""
    row = get_object_or_404(Source, pk=pk) if pk else None
    form = SourceForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.note(request.user, "settings.source", saved, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-sources")
    counts = dict(Application.objects.order_by().values_list("source").annotate(count=Count("pk")))
    rows = [{"row": one, "count": counts.get(one.pk, 0)} for one in Source.objects.all()]
    return render(request, "recruit/settings_sources.html", {"form": form, "sources": rows, "source": row})


@allowed(Action.MANAGE_KEYS)
@require_GET
def keys(request: SignedIn) -> HttpResponse:
    """List API keys; a new one is shown once, right after it was made."""
    shown = request.session.pop("new_key", "")
    rows = ApiKey.objects.select_related("user").order_by("-pk")
    return render(request, "recruit/settings_keys.html", {"keys": rows, "shown": shown})


@allowed(Action.MANAGE_KEYS)
@require_POST
def key_new(request: SignedIn) -> HttpResponse:
    """Make an integrator key with a user of its own."""
    name = request.POST.get("name", "").strip()[:120] or _("Key")
    number = ApiKey.objects.count() + 1
    user = User.objects.create_user(
        f"key-{number}-{timezone.now():%Y%m%d%H%M%S}@keys.invalid", None, name=name, role=Role.INTEGRATOR
    )
    key, text = new_key(user=user, name=name)
    if request.POST.get("test") == "1":
        ApiKey.objects.filter(pk=key.pk).update(is_test=True)
    request.session["new_key"] = text
    audit.note(request.user, "key.made", key)
    return redirect("settings-keys")


@allowed(Action.MANAGE_KEYS)
@require_POST
def key_revoke(request: SignedIn, pk: int) -> HttpResponse:
    """Take a key back, at once and for good."""
    key = get_object_or_404(ApiKey, pk=pk)
    ApiKey.objects.filter(pk=pk, revoked_at=None).update(revoked_at=timezone.now())
    audit.note(request.user, "key.revoked", key)
    messages.success(request, _("The key no longer works."))
    return redirect("settings-keys")


@allowed(Action.EDIT_SETTINGS)
@require_GET
def permissions(request: SignedIn) -> HttpResponse:
    """Show who may do what."""
    rows = [{"action": ACTION_WORDS[action], "marks": [role in ALLOWED[action] for role in Role]} for action in Action]
    return render(request, "recruit/settings_permissions.html", {"rows": rows, "roles": Role.choices})


@allowed(Action.SEE_AUDIT)
@require_GET
def audit_log(request: SignedIn) -> HttpResponse:
    """Show who saw and changed what, newest first."""
    rows = AuditEntry.objects.select_related("actor")
    who, what = request.GET.get("who", ""), request.GET.get("what", "")[:64]
    if who.isdecimal() and len(who) < 18:
        rows = rows.filter(actor_id=int(who))
    if what:
        rows = rows.filter(action__startswith=what)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    people = User.objects.exclude(role=Role.INTEGRATOR)
    return render(
        request,
        "recruit/settings_audit.html",
        {"page": page, "people": people, "who": who, "what": what, "actions": sorted(AUDIT_WORDS)},
    )
