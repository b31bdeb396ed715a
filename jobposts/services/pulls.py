"""Reading a whole account as a run: every list of every posting, counted against the board's own numbers.

A run is cut into pages of one transaction each: rows, counts and the list of what is done are written together, and
only by whoever still holds the run (``cursor`` grows with each page). Killed at any moment it goes on where it was;
done twice it changes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jobposts.errors import BoardError
from jobposts.models import BoardAccount, CollectionCheck, Posting
from jobposts.protocol import JobBoard, ResponseBatch
from jobposts.records import moment
from jobposts.services import accounts
from jobposts.services.responses_in import write_responses
from jobposts.services.vacancies_in import keep_vacancies
from jobposts.states import PostingState
from recruit.errors import TransitionRefusedError
from recruit.models import ImportRun, RowProblem, User
from recruit.queue import enqueue
from recruit.services.imports import PROBLEMS_KEPT
from recruit.states import IMPORT_MOVES, ImportEvent, ImportState, step

KIND = "pull"
# Items move between the pages while they are read: a quick look goes back this far behind the newest change.
OVERLAP = timedelta(hours=2)
# Archived postings still get responses for a while, and theirs are reconciled too.
ARCHIVED_FOR = timedelta(days=30)
# A run that shows no sign of life for so long was cut off; it is taken up again.
SILENT = timedelta(minutes=3)
# Of these nothing else of the account can be read either.
_STOPPING = frozenset({"reconnect_needed", "captcha", "rate_limited", "payment_needed", "wrong_side"})


def start(account: BoardAccount, *, full: bool, by: User | None = None) -> ImportRun:
    """Begin reading ``account``, or take up the run of it that was cut off; the worker does it.

    Raises ``TransitionRefusedError`` while a run of the account is going on.
    """
    with transaction.atomic():
        last = ImportRun.objects.filter(kind=KIND, options__account=account.pk).order_by("-pk").first()
        now = timezone.now()
        if last is not None and last.state == ImportState.RUNNING and last.beat_at > now - SILENT:
            msg = "This account is being read already."
            raise TransitionRefusedError(msg)
        run = last if last is not None and _goes_on(last, full=full) else None
        if run is None:
            run = ImportRun.objects.create(
                kind=KIND,
                file_name=account.name[:200],
                options={"account": account.pk, "full": full, "done": [], "vacancies": False},
                started_by=by,
            )
        elif run.state == ImportState.FAILED:
            new = step(IMPORT_MOVES, ImportState.FAILED, ImportEvent.RESUME)
            ImportRun.objects.filter(pk=run.pk, state=ImportState.FAILED).update(state=new, error="", beat_at=now)
        enqueue("recruit.tasks.run_import", run_id=run.pk)
    run.refresh_from_db()
    return run


def _goes_on(last: ImportRun, *, full: bool) -> bool:
    """Whether a run that did not end is still worth ending: of the same kind, and not from yesterday."""
    young = last.started_at > timezone.now() - timedelta(hours=12)
    return last.state != ImportState.DONE and young and bool(last.options.get("full")) == full


def run_pull(run: ImportRun) -> ImportRun:
    """Do a run, from where it stands to its end."""
    account = BoardAccount.objects.select_related("source").filter(pk=run.options.get("account")).first()
    if account is None:
        return _end(run, "This account is gone.")
    if not account.is_on:
        return _end(run, "This account is switched off.")
    try:
        with accounts.opened(account, rate=run.options.get("rate", accounts.RATE)) as board:
            failures = _Pull(run, account, board).work()
    except BoardError as error:
        accounts.note_error(account, error)
        return _end(run, str(error))
    except _LostRunError:
        return run
    if failures:
        return _end(run, f"{failures[0]} ({len(failures)})" if len(failures) > 1 else failures[0])
    now = timezone.now()
    accounts.note_success(account)
    if run.options.get("full"):
        BoardAccount.objects.filter(pk=account.pk).update(last_full_at=now)
    return _end(run, "")


class _LostRunError(Exception):
    """Another worker has taken the run over."""


class _Pull:
    """One worker's turn at a run."""

    def __init__(self, run: ImportRun, account: BoardAccount, board: JobBoard) -> None:
        self.run, self.account, self.board = run, account, board
        self.done: set[str] = set(run.options.get("done", []))
        self.full = bool(run.options.get("full"))

    def work(self) -> list[str]:
        """Read everything; return what could not be read of single postings. ``BoardError``: nothing more can."""
        if not self.run.options.get("vacancies"):
            self._vacancies()
        failures, postings = [], self._postings()
        expected = sum(int(one.counters.get("responses") or 0) for one in postings) if self.full else 0
        ImportRun.objects.filter(pk=self.run.pk, rows_total__lt=expected).update(rows_total=expected)
        for posting in postings:
            try:
                self._posting(posting)
            except BoardError as error:
                if error.code in _STOPPING:
                    raise
                failures.append(f"{posting.title}: {error}")
                self._problem(posting, error)
        return failures

    def _vacancies(self) -> None:
        """Keep the board's vacancies; a quick look does it as well, for a new one may have responses already."""
        for page in self.board.vacancies() if self.full else self._active():
            keep_vacancies(self.account, page.items)
            self._count({}, options={"vacancies": False})
        self._count({}, options={"vacancies": True})

    def _active(self) -> Iterator[Any]:
        active = getattr(self.board, "active_vacancies", None)
        return active() if active is not None else self.board.vacancies()

    def _postings(self) -> list[Posting]:
        recent = Q(state=PostingState.ARCHIVED, seen_at__gte=timezone.now() - ARCHIVED_FOR)
        wanted = Q(state=PostingState.LIVE) | recent if self.full else Q(state=PostingState.LIVE)
        rows = self.account.postings.filter(wanted, vacancy__isnull=False).exclude(external_id="")
        return list(rows.select_related("vacancy", "link", "account").order_by("pk"))

    def _posting(self, posting: Posting) -> None:
        since = None if self.full else posting.read_until
        newest = None
        for batch in self.board.responses(
            posting.external_id, skip=lambda name: f"{posting.pk}/{name}" in self.done, since=since
        ):
            self._batch(posting, batch)
            times = [moment(item.updated_at) or moment(item.created_at) for item in batch.page.items]
            newest = max((at for at in (newest, *times) if at is not None), default=None)
        if newest is not None:
            until = max(filter(None, (posting.read_until, newest - OVERLAP)))
            Posting.objects.filter(pk=posting.pk).update(read_until=until)

    def _batch(self, posting: Posting, batch: ResponseBatch) -> None:
        """Write one page with its counts, in one transaction."""
        name = f"{posting.pk}/{batch.count.collection}"
        with transaction.atomic():
            written = write_responses(self.account, posting, batch.page.items)
            if batch.last and not batch.count.limited:
                _check(posting, batch, self.run)
            if batch.last:
                self.done.add(name)
            self._count(
                {
                    "seen": len(batch.page.items) + len(batch.page.failed),
                    "created": written.created,
                    "updated": written.updated,
                    "skipped": written.skipped,
                    "failed": len(batch.page.failed),
                },
                options={"done": sorted(self.done)} if batch.last else {},
            )
            if batch.page.failed and self.run.failed < PROBLEMS_KEPT:
                RowProblem.objects.bulk_create(
                    [
                        RowProblem(
                            run=self.run,
                            row=self.run.seen - number,
                            column=f"{posting.title}: {batch.count.name or batch.count.collection}"[:200],
                            code="unreadable",
                            message=why[:300],
                        )
                        for number, (_raw, why) in enumerate(batch.page.failed)
                    ],
                    ignore_conflicts=True,
                )

    def _count(self, more: dict[str, int], *, options: dict[str, Any]) -> None:
        """Write counts and options if the run is still ours; ``_LostRunError`` rolls the page back if not."""
        run = self.run
        changes: dict[str, Any] = {name: getattr(run, name) + value for name, value in more.items()}
        changes |= {"cursor": run.cursor + 1, "beat_at": timezone.now()}
        if options:
            changes["options"] = run.options | options
        if not ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING, cursor=run.cursor).update(**changes):
            raise _LostRunError
        for name, value in changes.items():
            setattr(run, name, value)

    def _problem(self, posting: Posting, error: BoardError) -> None:
        RowProblem.objects.get_or_create(
            run=self.run,
            row=posting.pk % 2_000_000_000,
            column=posting.title[:200],
            code=error.code[:64],
            defaults={"message": str(error)[:300]},
        )


def _check(posting: Posting, batch: ResponseBatch, run: ImportRun) -> None:
    count = batch.count
    CollectionCheck.objects.update_or_create(
        posting=posting,
        collection=count.collection[:64],
        defaults={
            "name": count.name[:120],
            "found": count.found,
            "seen": count.seen,
            "failed": count.failed,
            "twice": count.twice,
            "run": run,
            "at": timezone.now(),
        },
    )


def _end(run: ImportRun, error: str) -> ImportRun:
    event = ImportEvent.FAIL if error else ImportEvent.FINISH
    new = step(IMPORT_MOVES, ImportState.RUNNING, event)
    ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING, cursor=run.cursor).update(
        state=new, error=error[:300], ended_at=timezone.now(), rows_total=run.seen
    )
    run.refresh_from_db()
    return run


def poll_due() -> int:
    """Begin a run for every account that is due; of two schedulers that see it, one moves its time on and wins."""
    now, begun = timezone.now(), 0
    for account in BoardAccount.objects.due(now):
        full = account.last_full_at is None or account.last_full_at <= now - timedelta(hours=account.full_hours)
        claimed = BoardAccount.objects.filter(pk=account.pk, next_poll_at=account.next_poll_at).update(
            next_poll_at=now + timedelta(minutes=account.poll_minutes)
        )
        if not claimed:
            continue
        try:
            start(account, full=full)
        except TransitionRefusedError:
            continue
        begun += 1
    return begun
