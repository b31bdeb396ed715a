"""A vacancy's own pages: writing it, the job description with its versions, the pay."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.models import PayRange, Vacancy, VacancyVersion
from recruit.permissions import Action
from recruit.services import audit
from recruit.services.job_templates import job_templates
from recruit.services.vacancies import changed_fields, keep_version, lacks_of, pay_standing, section_labels
from recruit.web.access import SignedIn, allowed
from recruit.web.vacancy_forms import PayRangeForm, VacancyForm


@allowed(Action.EDIT_VACANCY)
def vacancy_edit(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Write a new vacancy, from a shipped description if wanted, or change one."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk) if pk else None
    templates = job_templates(get_language() or "en")
    chosen = request.GET.get("template", "")
    initial: dict[str, Any] = dict(templates.get(chosen, {})) if vacancy is None else {}
    form = VacancyForm(request.POST or None, instance=vacancy, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save(commit=False)
            saved.recruiter = saved.recruiter or request.user
            saved.save()
            keep_version(saved, at=timezone.now(), by=request.user)
            audit.note(request.user, "vacancy.changed", saved, fields=form.changed_data)
        messages.success(request, _("Saved: %(title)s") % {"title": saved.title})
        return redirect("vacancy", pk=saved.pk)
    return render(
        request,
        "recruit/vacancy_edit.html",
        {"form": form, "vacancy": vacancy, "templates": templates, "chosen": chosen},
    )


def _sections(data: dict[str, str]) -> list[dict[str, Any]]:
    """Return the sections of a description that say something, each line an entry."""
    return [
        {"name": name, "label": label, "lines": [line for line in data.get(name, "").splitlines() if line.strip()]}
        for name, label in section_labels().items()
        if data.get(name, "").strip()
    ]


@allowed(Action.SEE_VACANCIES)
@require_GET
def vacancy_about(request: SignedIn, pk: int) -> HttpResponse:
    """Show the job description as it is given to people, what it lacks, and how the pay stands."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user).select_related("office"), pk=pk)
    versions = list(vacancy.versions.select_related("by")[:30])
    labels = {**section_labels(), "title": _("Title"), "city": _("City"), "hours": _("Hours")}
    pay = {"salary_from": _("Pay"), "salary_to": _("Pay"), "currency": _("Currency")}
    history = [
        {
            "row": row,
            "changed": list(dict.fromkeys(str({**labels, **pay}[name]) for name in changed_fields(older, row))),
        }
        for row, older in zip(versions, [*versions[1:], None], strict=False)
    ]
    standing = pay_standing(vacancy) if request.user.may(Action.SEE_SALARY) else None
    top = max([standing.high * 1.15, vacancy.salary_to * 1.1] if standing else [1.0])
    return render(
        request,
        "recruit/vacancy_about.html",
        {
            "vacancy": vacancy,
            "sections": _sections({name: getattr(vacancy, name) for name in section_labels()}),
            "lacks": lacks_of(vacancy),
            "standing": standing,
            "top": top,
            "ranges": vacancy.pay_ranges.all(),
            "pay_form": PayRangeForm(),
            "history": history,
            "may_edit": request.user.may(Action.EDIT_VACANCY),
        },
    )


@allowed(Action.SEE_VACANCIES)
@require_GET
def vacancy_version(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """Show the description as it stood at one version."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk)
    version = get_object_or_404(VacancyVersion.objects.select_related("by"), vacancy=vacancy, number=number)
    return render(
        request,
        "recruit/vacancy_version.html",
        {"vacancy": vacancy, "version": version, "sections": _sections(version.data)},
    )


@allowed(Action.EDIT_VACANCY)
@require_POST
def pay_new(request: SignedIn, pk: int) -> HttpResponse:
    """Add the pay of a city and level."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk)
    form = PayRangeForm(request.POST, instance=PayRange(vacancy=vacancy))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("vacancy-about", pk=pk)
    try:
        with transaction.atomic():
            form.save()
        audit.note(request.user, "vacancy.changed", vacancy, fields=["pay_ranges"])
        messages.success(request, _("Saved."))
    except IntegrityError:
        messages.error(request, _("There is a row for this city and level; remove it first."))
    return redirect("vacancy-about", pk=pk)


@allowed(Action.EDIT_VACANCY)
@require_POST
def pay_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove the pay of a city and level."""
    row = get_object_or_404(PayRange.objects.filter(vacancy__in=Vacancy.objects.visible_to(request.user)), pk=pk)
    vacancy = row.vacancy
    row.delete()
    audit.note(request.user, "vacancy.changed", vacancy, fields=["pay_ranges"])
    messages.success(request, _("Removed."))
    return redirect("vacancy-about", pk=vacancy.pk)
