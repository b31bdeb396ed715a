"""The rights of a person over their data: see, take along, correct, object, be forgotten."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django_tasks_db.models import DBTaskResult

from recruit import contrib
from recruit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from recruit.models import (
    Candidate,
    Erasure,
    IdempotencyKey,
    ImportRun,
    Message,
    Notice,
    PrivacyRequest,
    RowProblem,
    Suppression,
    User,
)
from recruit.services import audit, suppression
from recruit.services.rates import keyed_digest
from recruit.states import (
    PRIVACY_REQUEST_MOVES,
    ImportState,
    MessageState,
    PrivacyRequestEvent,
    PrivacyRequestState,
    step,
)

# GDPR Art. 12(3): one month. 152-FZ and the PDPA are within it.
ANSWER_WITHIN = timedelta(days=30)


def records_of(candidate: Candidate) -> list[Candidate]:
    """Return the person's record and every record that was merged into it."""
    found, todo = [candidate], [candidate]
    while todo:
        merged = list(Candidate.objects.filter(merged_into=todo.pop()))
        found += merged
        todo += merged
    return found


# -- see and take along --------------------------------------------------------------------------------------------------


def export_person(candidate: Candidate, *, at: datetime, by: User | None = None) -> bytes:
    """Return everything that is held of a person as a zip: ``person.json`` and the files (GDPR Art. 15 and 20).

    Texts of the notices that the person was shown go with it. Who asked for it is noted.
    """
    records = records_of(candidate)
    sections: dict[str, list[dict[str, Any]]] = {
        source.name: [row for record in records for row in source.export(record)] for source in contrib.personal_data
    }
    shown = {(row["purpose"], row["text_version"], row["language"]) for row in sections.get("consents", [])}
    texts = [one for one in Notice.objects.all() if (one.purpose, one.version, one.language) in shown]
    data = {
        "made_at": at,
        "candidate": candidate.pk,
        "notices": [
            {"purpose": one.purpose, "version": one.version, "title": one.title, "body": one.body} for one in texts
        ],
        **sections,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        for name, content in _files(records):
            archive.writestr(f"files/{name}", content)
    audit.note(by, "candidate.exported", candidate)
    return out.getvalue()


def _files(records: list[Candidate]) -> Iterator[tuple[str, bytes]]:
    for source in contrib.personal_data:
        for record in records if source.files else []:
            for name, content in source.files(record):  # type: ignore[misc]
                yield re.sub(r"[^\w.() -]", "_", name)[-120:].lstrip("."), content


# -- be forgotten --------------------------------------------------------------------------------------------------------


def erase_person(candidate: Candidate, *, at: datetime, by: User | None, reason: Erasure.Reason) -> Erasure:
    """Erase a person: every registered source, uploads that name them, and what lies in side tables; return the proof.

    Numbers and times stay, so statistics stay. The proof holds ids, counts and keyed digests of the contacts alone, and
    is appended to ``erasures.jsonl`` beside the backups, which a restore plays again. Erasing twice does no harm.
    """
    with transaction.atomic():
        records = records_of(Candidate.objects.select_for_update().get(pk=candidate.pk))
        words = _words_of(records)
        contacts = sorted({keyed_digest(one) for record in records for one in _contacts_of(record)})
        # The apps above come first: some of them find their rows by the contacts, which recruit deletes.
        sources = reversed(list(contrib.personal_data))
        counts = {source.name: sum(source.erase(record) for record in records) for source in sources}
        counts |= _erase_side_tables(words, at=at)
        erasure = Erasure.objects.create(
            candidate_id=candidate.pk, at=at, by=by, reason=reason, counts=counts, suppressed=contacts
        )
        PrivacyRequest.objects.filter(
            candidate__in=records, kind=PrivacyRequest.Kind.ERASE, state=PrivacyRequestState.OPEN
        ).update(
            state=step(PRIVACY_REQUEST_MOVES, PrivacyRequestState.OPEN, PrivacyRequestEvent.DO),
            decided_at=at,
            decided_by=by,
        )
        suppression.suppress_digests(contacts, reason=Suppression.Reason.ERASED, at=at)
        audit.note(by, "candidate.erased", candidate, reason=str(reason), counts=counts)
        _append(records, contacts, at=at)
    _truncate_journal()
    return erasure


def _contacts_of(candidate: Candidate) -> list[str]:
    return list(candidate.contacts.values_list("normalised", flat=True))


def _words_of(records: list[Candidate]) -> list[str]:
    """Return what would give the person away in a side table: names and contacts, of at least four characters."""
    words: set[str] = set()
    for record in records:
        words |= {record.name}
        for value, normalised in record.contacts.values_list("value", "normalised"):
            words |= {value, normalised}
    return sorted(word for word in words if len(word) >= 4)


def _erase_side_tables(words: list[str], *, at: datetime) -> dict[str, int]:
    """Take the person out of what no source owns: kept answers, refused rows, uploads, faults of tasks."""
    del at
    answers = [
        row.pk
        for row in IdempotencyKey.objects.exclude(body=None).iterator()
        if _holds(json.dumps(row.body, ensure_ascii=False), words)
    ]
    problems = [row.pk for row in RowProblem.objects.iterator() if _holds(f"{row.message} {row.column}", words)]
    RowProblem.objects.filter(pk__in=problems).update(message="")
    tasks = [row.pk for row in DBTaskResult.objects.exclude(traceback="").iterator() if _holds(row.traceback, words)]
    DBTaskResult.objects.filter(pk__in=tasks).update(traceback="")
    errors = [row.pk for row in Message.objects.exclude(error="").iterator() if _holds(row.error, words)]
    Message.objects.filter(pk__in=errors).update(error="")
    return {
        "kept answers": IdempotencyKey.objects.filter(pk__in=answers).delete()[0],
        "refused rows": len(problems),
        "faults of tasks": len(tasks),
        "uploads": _drop_uploads(words),
    }


def _holds(text: str, words: list[str]) -> bool:
    return any(word in text for word in words)


def _drop_uploads(words: list[str]) -> int:
    """Delete uploads that may name the person: nobody can take one person out of a workbook.

    Those of finished imports all go, for what they held is in the tables; of the others those that hold one of the words.
    """
    dropped = 0
    for run in ImportRun.objects.exclude(file=""):
        if run.state == ImportState.DONE or _file_holds(run, words):
            run.file.delete(save=False)
            ImportRun.objects.filter(pk=run.pk).update(file="", file_name="")
            dropped += 1
    return dropped


def _file_holds(run: ImportRun, words: list[str]) -> bool:
    """Return whether the file's bytes, or those of the parts of a workbook, hold a word in an encoding of tables."""
    try:
        with run.file.open("rb") as file:
            data = file.read()
    except OSError:
        return False
    parts = [data]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # The size is told before anything is unpacked; a part that is too large counts as holding the person.
            if any(part.file_size > 100_000_000 for part in archive.infolist()):
                return True
            parts = [archive.read(part) for part in archive.infolist()]
    wanted = {word.encode(code, "ignore") for word in words for code in ("utf-8", "cp1251", "cp874", "utf-16-le")}
    return any(word in part for part in parts for word in wanted if len(word) >= 4)


def erasure_list() -> Path:
    """Return where erasures are listed outside the database: a restored backup does not know of the later ones."""
    return Path(settings.VAR_DIR) / "erasures.jsonl"


def _append(records: list[Candidate], digests: list[str], *, at: datetime) -> None:
    path = erasure_list()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for record in records:
            line = {"candidate": record.pk, "at": at.isoformat(), "left_out": digests}
            file.write(json.dumps(line) + "\n")


def replay_erasures(path: Path, *, at: datetime, by: User | None = None) -> int:
    """Erase again whoever ``path`` lists and this database still knows; return how many were erased."""
    if not path.exists():
        return 0
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    numbers = {int(line["candidate"]) for line in lines}
    for line in lines:
        # Those whom the backup never knew are left out of imports all the same.
        moment = datetime.fromisoformat(line["at"])
        suppression.suppress_digests(line.get("left_out", ()), reason=Suppression.Reason.ERASED, at=moment)
    rows = list(Candidate.objects.filter(pk__in=numbers, erased_at=None))
    for row in rows:
        erase_person(row, at=at, by=by, reason=Erasure.Reason.REPLAY)
    return len(rows)


def _truncate_journal() -> None:
    """Empty SQLite's write-ahead log, which may hold old pages; PostgreSQL's VACUUM is the server's own work."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# -- ask -----------------------------------------------------------------------------------------------------------------


def ask(candidate: Candidate, kind: str, *, at: datetime, text: str = "") -> PrivacyRequest:
    """Write down what a person asks for; asked again while it is open, the words are renewed."""
    if kind not in PrivacyRequest.Kind.values:
        raise InvalidInputError("Choose one of the four.", field="kind")
    if kind == PrivacyRequest.Kind.OBJECT:
        # Nothing to weigh: from now on the general rate is used for this person.
        Candidate.objects.filter(pk=candidate.pk).update(no_forecast=True)
    fields = {"text": text[:1000], "asked_at": at, "due_on": (at + ANSWER_WITHIN).date()}
    try:
        with transaction.atomic():
            row = PrivacyRequest.objects.create(candidate=candidate, kind=kind, **fields)
    except IntegrityError:
        row = PrivacyRequest.objects.get(candidate=candidate, kind=kind, state=PrivacyRequestState.OPEN)
        PrivacyRequest.objects.filter(pk=row.pk, state=PrivacyRequestState.OPEN).update(text=text[:1000])
    if kind == PrivacyRequest.Kind.OBJECT:
        decide(row, PrivacyRequestEvent.DO, at=at, by=None)
    row.refresh_from_db()
    return row


def decide(row: PrivacyRequest, event: PrivacyRequestEvent, *, at: datetime, by: User | None) -> PrivacyRequest:
    """Note what became of a request."""
    new = step(PRIVACY_REQUEST_MOVES, PrivacyRequestState(row.state), event)
    claimed = PrivacyRequest.objects.filter(pk=row.pk, state=row.state).update(state=new, decided_at=at, decided_by=by)
    if not claimed:
        raise TransitionRefusedError("Somebody has decided this already.")
    audit.note(by, f"privacy_request.{new}", row)
    row.refresh_from_db()
    return row


def person_of(number: int, user: User) -> Candidate:
    """Return a person whom ``user`` may see; ``NotFoundError`` otherwise."""
    found = Candidate.objects.visible_to(user).filter(pk=number).first()
    if found is None:
        raise NotFoundError("There is no such person.")
    return found


@transaction.atomic
def stop_messages(candidate: Candidate, *, at: datetime) -> int:
    """Write to this person no more, and leave them out of imports; what waits is dropped with the reason."""
    suppression.suppress(_contacts_of(candidate), reason=Suppression.Reason.WITHDREW, at=at)
    Candidate.objects.filter(pk=candidate.pk).update(do_not_contact=True)
    return Message.objects.filter(candidate=candidate, state=MessageState.NEW).update(
        state=MessageState.DROPPED, error="do not contact"
    )
