"""Imports as runs: a dry run first, then batches that can be cut off and go on where they were."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db import connection, transaction
from django.utils import timezone

from recruit import contrib
from recruit.errors import InvalidInputError, RecruitError, TransitionRefusedError
from recruit.models import ImportRun, RowProblem, SavedMap, User
from recruit.queue import enqueue
from recruit.services import import_files
from recruit.services.import_files import opened, opened_table
from recruit.states import IMPORT_MOVES, ImportEvent, ImportState, step
from recruit.tables import ColumnMap, RowError, map_from_json, recognise, suggest

# SQLite has one writer at a time: an import writes little at once and lets others in between.
BATCH = 200
PAUSE_SECONDS = 0.02
# Dry runs of larger files than this are left to the worker.
AT_ONCE_BYTES = 1_000_000
# More refused rows than this are counted and no longer listed one by one.
PROBLEMS_KEPT = 5_000


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that was handed in and can be read as a table."""

    run: ImportRun
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    columns: ColumnMap | None
    is_known: bool


def kind_of(code: str) -> contrib.ImportKind:
    """Return the registered kind of import; ``InvalidInputError`` for any other word."""
    for kind in contrib.import_kinds:
        if kind.code == code:
            return kind
    raise InvalidInputError("Choose what the file holds.", field="kind")


def any_kind(code: str) -> contrib.ImportKind | contrib.RunKind | None:
    """Return the registered kind of a run, with or without a file; None for one that is no longer there."""
    return next((kind for kind in [*contrib.import_kinds, *contrib.run_kinds] if kind.code == code), None)


def header_digest(header: Iterable[str]) -> str:
    """Return what a remembered map is found by."""
    return hashlib.sha256("\x1f".join(title.strip().casefold() for title in header).encode()).hexdigest()


def map_for(header: tuple[str, ...], kind: str) -> tuple[ColumnMap, bool]:
    """Return the map for this header and whether it is certain: remembered, built in, else the best guess."""
    saved = SavedMap.objects.filter(header_digest=header_digest(header), kind=kind).order_by("-pk").first()
    if saved is not None:
        return map_from_json(to_json(saved.columns)), True
    known = recognise(header)
    if known is not None and known.kind == kind:
        return known, True
    guess = suggest(header)
    if guess.kind != kind:
        guess = ColumnMap(name="table", kind="history" if kind == "history" else "responses", columns={})
    return guess, False


def to_json(columns: dict[str, Any]) -> str:
    """Return a stored map as the JSON text that ``map_from_json`` reads."""
    return json.dumps(columns, ensure_ascii=False)


def receive(
    *, data: bytes | File[Any], filename: str, kind: str, by: User | None, options: dict[str, Any] | None = None
) -> Upload:
    """Keep an uploaded file and look at its header; ``FileRefusedError`` says what is wrong with the file.

    Nothing is imported yet. The file is kept even when its columns are not understood; it is never held whole.
    """
    meant, file = kind_of(kind), import_files.as_file(data)
    import_files.check_size(file, meant)
    run = ImportRun(kind=kind, file_name=filename[:200], options=options or {}, dry_run=True, started_by=by)
    import_files.keep(run, file)
    try:
        header, sample, columns, is_known = _look(run, meant)
    except RecruitError:
        run.file.delete(save=False)
        raise
    if not meant.map_kind:
        run.rows_total = 0  # lines of JSON are no rows
    run.columns = _plain(columns) if columns is not None else {}
    run.save()
    return Upload(run=run, header=header, sample=sample, columns=columns, is_known=is_known)


def _look(
    run: ImportRun, meant: contrib.ImportKind
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], ColumnMap | None, bool]:
    """Read the beginning of a file: its titles, a few rows, the map and whether it is certain."""
    with opened(run, meant, limit=5) as source:
        if not meant.map_kind:
            list(source)
            return (), (), None, True
        sample = tuple(cells for _, cells in source.rows)
    columns, is_known = map_for(source.header, meant.map_kind)
    return source.header, sample, columns, is_known


def _plain(columns: ColumnMap) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(columns.to_json())
    return plain


@transaction.atomic
def choose_columns(run: ImportRun, columns: ColumnMap, *, remember: bool = True) -> None:
    """Use ``columns`` for the run, and remember them for every file with this header."""
    with opened_table(run) as table:
        header = table.header
    missing = columns.missing_fields()
    if missing:
        raise InvalidInputError(f"Choose a column for: {', '.join(missing)}.", field="columns")
    run.columns = _plain(columns)
    run.save(update_fields=["columns"])
    if remember:
        digest = header_digest(header)
        SavedMap.objects.update_or_create(
            name=f"{columns.name} {digest[:8]}",
            defaults={"kind": columns.kind, "header_digest": digest, "columns": run.columns},
        )


def start(run: ImportRun, *, dry_run: bool, wait: bool = False) -> ImportRun:
    """Begin the run anew, in the worker; a dry run of a small file is done at once, with ``wait`` that of any."""
    RowProblem.objects.filter(run=run).delete()
    zero = dict.fromkeys(["seen", "created", "updated", "skipped", "failed", "cursor"], 0)
    now = timezone.now()
    ImportRun.objects.filter(pk=run.pk).update(
        state=ImportState.RUNNING, dry_run=dry_run, error="", ended_at=None, started_at=now, beat_at=now, **zero
    )
    run.refresh_from_db()
    if dry_run and (wait or not run.file or run.file.size <= AT_ONCE_BYTES):
        return run_now(run)
    with transaction.atomic():
        enqueue("recruit.tasks.run_import", run_id=run.pk, dry_run=run.dry_run)
    return run


def resume(run: ImportRun) -> ImportRun:
    """Let a failed run go on at its cursor."""
    new = step(IMPORT_MOVES, ImportState(run.state), ImportEvent.RESUME)
    with transaction.atomic():
        if not ImportRun.objects.filter(pk=run.pk, state=run.state).update(state=new, error=""):
            msg = "This import is running already."
            raise TransitionRefusedError(msg)
        enqueue("recruit.tasks.run_import", run_id=run.pk, dry_run=run.dry_run)
    run.refresh_from_db()
    return run


def run_now(run: ImportRun) -> ImportRun:
    """Do the run, from its cursor to the end, in batches of one transaction each.

    Cut off at any moment, it loses nothing and doubles nothing: counts, cursor and rows are written together.
    """
    alone = next((kind for kind in contrib.run_kinds if kind.code == run.kind), None)
    if alone is not None:
        return alone.work(run)
    kind = kind_of(run.kind)
    try:
        columns = map_from_json(to_json(run.columns)) if kind.map_kind else None
        dropped = columns.dropped if columns is not None else {}
        run.dropped = [{"column": title, "reason": reason} for title, reason in dropped.items()]
        run.save(update_fields=["dropped"])
        with opened(run, kind) as source:
            for batch in _batches(kind.read(source, columns), after=run.cursor, most=min(kind.batch, BATCH)):
                if not _write(run, kind, batch):
                    return run
                _let_others_write(run)
        ImportRun.objects.filter(pk=run.pk).update(rows_total=run.seen)
    except RecruitError as error:
        return _end(run, ImportEvent.FAIL, error=error.message)
    except Exception:
        _end(run, ImportEvent.FAIL, error="The import stopped on a fault of ours; it can be resumed.")
        raise
    return _end(run, ImportEvent.FINISH)


def _let_others_write(run: ImportRun) -> None:
    """Wait a moment between two transactions: who wants SQLite's lock asks for it only every so often."""
    if connection.vendor == "sqlite" and run.seen > BATCH:
        time.sleep(PAUSE_SECONDS)


def _batches(rows: Iterable[Any], *, after: int, most: int = BATCH) -> Iterator[list[Any]]:
    """Yield the rows below the cursor in pieces of ``most``; all errors of one row stay in one piece."""
    piece: list[Any] = []
    for row in rows:
        if row.row <= after:
            continue
        if len(piece) >= most and row.row != piece[-1].row:
            yield piece
            piece = []
        piece.append(row)
    if piece:
        yield piece


def _write(run: ImportRun, kind: contrib.ImportKind, batch: list[Any]) -> bool:
    """Write one batch with its counts; False when somebody else has taken the run over."""
    records = [row for row in batch if not isinstance(row, RowError)]
    refused = [(row.row, row.column, row.code, row.message) for row in batch if isinstance(row, RowError)]
    with transaction.atomic():
        result = kind.write(run, records)
        problems = [*refused, *result.problems]
        failed = len({number for number, *_ in problems})
        changes = {
            "seen": run.seen + len({row.row for row in batch}),
            "created": run.created + result.created,
            "updated": run.updated + result.updated,
            "skipped": run.skipped + result.skipped,
            "failed": run.failed + failed,
            "cursor": batch[-1].row,
            "beat_at": timezone.now(),
        }
        claimed = ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING, cursor=run.cursor).update(**changes)
        if not claimed:
            transaction.set_rollback(True)
            return False
        if run.failed < PROBLEMS_KEPT:
            RowProblem.objects.bulk_create(
                [
                    RowProblem(run=run, row=row, column=column[:200], code=code[:64], message=message[:300])
                    for row, column, code, message in [*problems, *result.notes]
                ],
                ignore_conflicts=True,
            )
    for name, value in changes.items():
        setattr(run, name, value)
    return True


def _end(run: ImportRun, event: ImportEvent, *, error: str = "") -> ImportRun:
    new = step(IMPORT_MOVES, ImportState.RUNNING, event)
    ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING).update(
        state=new, error=error[:300], ended_at=timezone.now()
    )
    run.refresh_from_db()
    return run


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of a text: the same document is stored once per person."""
    return hashlib.sha256(text.encode()).hexdigest()
