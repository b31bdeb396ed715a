"""Imports: hand in a file, map its columns once, look at a dry run, watch the real one."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit import contrib
from recruit.errors import RecruitError
from recruit.models import ImportRun
from recruit.permissions import Action
from recruit.services import audit, import_files, imports, rates
from recruit.states import ImportState
from recruit.tables import ColumnMap
from recruit.tables.exported import safe_cell
from recruit.tables.maps import FIELDS
from recruit.web.access import SignedIn, allowed
from recruit.web.forms import UploadForm
from recruit.web.throttle import too_many


@allowed(Action.IMPORT)
def import_list(request: SignedIn) -> HttpResponse:
    """Show the runs, and take a new file."""
    kinds = [(kind.code, kind.label) for kind in contrib.import_kinds]
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        file, vacancy = form.cleaned_data["file"], form.cleaned_data["vacancy"]
        try:
            rates.hit(rates.UPLOAD, f"user:{request.user.pk}", at=timezone.now())
            upload = imports.receive(
                data=file,
                filename=file.name,
                kind=form.cleaned_data["kind"],
                by=request.user,
                options={"vacancy": vacancy.pk if vacancy else None, "source": form.cleaned_data["source"]},
            )
        except rates.TooManyError as error:
            return too_many(request, error)
        except RecruitError as error:
            form.add_error("file", error.message)
        else:
            if upload.is_known:
                imports.start(upload.run, dry_run=True)
                return redirect("import", pk=upload.run.pk)
            return redirect("import-columns", pk=upload.run.pk)
    runs = ImportRun.objects.visible_to(request.user).select_related("started_by")[:50]
    return render(request, "recruit/imports.html", {"form": form, "runs": runs, "kinds": list(contrib.import_kinds)})


@allowed(Action.IMPORT)
def columns(request: SignedIn, pk: int) -> HttpResponse:
    """Say which column is what; remembered for every file with this header."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    kind = imports.kind_of(run.kind)
    with import_files.opened_table(run, limit=4) as table:
        header = table.header
        sample = [cells for _number, cells in table.rows]
    current, _known = imports.map_for(header, kind.map_kind)
    if run.columns and run.columns.get("columns"):
        from recruit.tables import map_from_json

        current = map_from_json(imports.to_json(run.columns))
    error = ""
    if request.method == "POST":
        chosen = _chosen(request, current, kind.map_kind)
        try:
            imports.choose_columns(run, chosen)
            imports.start(run, dry_run=True)
            return redirect("import", pk=run.pk)
        except RecruitError as refused:
            error, current = refused.message, chosen
    fields = [
        {"name": name, "label": name.replace("_", " "), "chosen": current.columns.get(name, ())}
        for name in FIELDS[kind.map_kind]
    ]
    return render(
        request,
        "recruit/columns.html",
        {
            "run": run,
            "kind": kind,
            "fields": fields,
            "header": header,
            "sample": sample,
            "error": error,
            "map": current,
        },
    )


def _chosen(request: SignedIn, current: ColumnMap, kind: str) -> ColumnMap:
    picked = {name: tuple(title for title in request.POST.getlist(name) if title) for name in FIELDS[kind]}
    return ColumnMap(
        name=current.name,
        kind=current.kind,
        columns={name: titles for name, titles in picked.items() if titles},
        answers=current.answers,
        dropped=current.dropped,
        day_first=request.POST.get("day_first", "1") == "1",
        buddhist_years=current.buddhist_years,
    )


@allowed(Action.IMPORT)
@require_GET
def import_run(request: SignedIn, pk: int) -> HttpResponse:
    """Show a run: the dry run's findings, the progress, the result."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("started_by"), pk=pk)
    context: dict[str, Any] = {
        "run": run,
        "kind": imports.any_kind(run.kind),
        "problems": run.problems.all()[:50],
        "is_running": run.state == ImportState.RUNNING,
        "is_done": run.state == ImportState.DONE,
        "is_failed": run.state == ImportState.FAILED,
    }
    template = "recruit/_import_progress.html" if request.htmx else "recruit/import.html"
    return render(request, template, context)


@allowed(Action.IMPORT)
@require_POST
def import_start(request: SignedIn, pk: int) -> HttpResponse:
    """Do the import for real."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    try:
        if run.state == ImportState.FAILED:
            imports.resume(run)
        elif run.dry_run and run.state == ImportState.DONE:
            imports.start(run, dry_run=False)
        else:
            messages.error(
                request,
                _("This import is running already.")
                if run.state == ImportState.RUNNING
                else _("This file was imported already."),
            )
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("import", pk=pk)


@allowed(Action.IMPORT)
@require_GET
def problems(request: SignedIn, pk: int) -> HttpResponse:
    """Give the refused rows as a table."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    audit.note(request.user, "import.problems", run)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rows-refused-{run.pk}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["row", "column", "reason"])
    for problem in run.problems.iterator():
        writer.writerow([problem.row, safe_cell(problem.column), safe_cell(problem.message)])
    return response
