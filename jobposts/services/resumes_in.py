"""Full resumes and their files behind responses; each costs one of the day's views, so the newest go first."""

from __future__ import annotations

import json
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from jobposts.boards.readers import read
from jobposts.errors import BoardError
from jobposts.models import BoardAccount, BoardResponse
from jobposts.protocol import JobBoard
from jobposts.records import ResponseRecord, ResumeRecord
from jobposts.services import accounts
from jobposts.services.responses_in import fields_of, learn, person_of, text_of
from jobposts.services.vacancies_in import digest_of
from jobposts.states import PostingState, ResumeState
from recruit.models import Company, Resume
from recruit.services.people import fill_blanks
from recruit.services.resume_files import keep_file, read_file

MOST_TRIES = 4
AT_ONCE = 40


def stored_response(row: BoardResponse) -> ResponseRecord:
    """Return a stored response as the adapter's record; the board may offer other steps by now."""
    body = json.dumps(row.payload).encode()
    (record,) = read(system=row.account.system, kind="negotiation", body=body)
    assert isinstance(record, ResponseRecord)  # noqa: S101 - the reader of this kind gives nothing else
    return replace(record, vacancy_id=row.posting.external_id)


def fetch_resumes() -> int:
    """Fetch what is wanted in every account that may be asked now; return how many came."""
    fetched = 0
    for account in BoardAccount.objects.working().select_related("source"):
        if account.paused_until is not None and account.paused_until > timezone.now():
            continue
        fetched += fetch_for(account)
    return fetched


def fetch_for(account: BoardAccount, *, most: int = AT_ONCE) -> int:
    """Fetch at most ``most`` resumes of one account, newest first; stops where the day's views are spent."""
    wanted = account.responses.filter(
        resume_state=ResumeState.WANTED, posting__state=PostingState.LIVE, candidate__erased_at=None
    )
    rows = list(wanted.select_related("account", "posting", "candidate", "application").order_by("-pk")[:most])
    if not rows:
        return 0
    fetched = 0
    try:
        with accounts.opened(account) as board:
            for row in rows:
                fetched += _fetch(account, board, row)
            limits = getattr(board, "limits", None)
            if limits is not None:
                BoardAccount.objects.filter(pk=account.pk).update(views_left=limits().views_left)
    except BoardError as error:
        accounts.note_error(account, error)
    return fetched


def _fetch(account: BoardAccount, board: JobBoard, row: BoardResponse) -> bool:
    try:
        record = stored_response(row)
        resume = board.resume(record)
        file = _file(account, board, resume)
    except BoardError as error:
        _failed(row, error)
        if error.code in {"view_limit", "reconnect_needed", "captcha", "rate_limited"}:
            raise
        return False
    _keep(account, row, replace(record, resume=resume), resume, file)
    return True


def _failed(row: BoardResponse, error: BoardError) -> None:
    """Note why a resume did not come; what passes by itself is tried again a few times."""
    if error.code in {"view_limit", "reconnect_needed", "captcha", "rate_limited"}:
        return
    tries = row.resume_tries + 1
    state = ResumeState.WANTED
    if error.code == "not_found":
        state = ResumeState.GONE
    elif error.code in {"refused", "payment_needed"}:
        state = ResumeState.HIDDEN
    elif error.permanent or tries >= MOST_TRIES:
        state = ResumeState.FAILED
    BoardResponse.objects.filter(pk=row.pk).update(
        resume_state=state, resume_tries=tries, resume_error=str(error)[:200]
    )


def _file(account: BoardAccount, board: JobBoard, resume: ResumeRecord) -> bytes | None:
    """Return the PDF where the board has one; a file that fails does not hold the record back."""
    download = getattr(board, "resume_file", None)
    if not account.fetches_files or download is None or "pdf" not in resume.files:
        return None
    try:
        body: bytes = download(resume, "pdf")
    except BoardError as error:
        if error.code in {"view_limit", "reconnect_needed", "captcha"}:
            raise
        return None
    return body


def _keep(
    account: BoardAccount, row: BoardResponse, record: ResponseRecord, resume: ResumeRecord, file: bytes | None
) -> None:
    """Write record and file; names and contacts that the full resume shows are added to the person."""
    parsed = read_file(file, filename=f"{resume.id}.pdf", region=Company.current().region) if file else None
    raw = resume.raw if isinstance(resume.raw, dict) else {}
    with transaction.atomic():
        candidate = row.candidate
        if candidate is None:
            return
        kept, _ = Resume.objects.get_or_create(
            candidate=candidate,
            digest=digest_of(raw),
            defaults={
                "application": row.application,
                "title": (resume.title or "")[:200],
                "text": text_of(resume),
                "parsed": fields_of(resume),
                "payload": raw,
            },
        )
        learn(account.system, [(row, record)])
        fill_blanks(candidate, person_of(account.system, row.external_id, record))
        if parsed is not None:
            keep_file(candidate, parsed, application=row.application)
        BoardResponse.objects.filter(pk=row.pk).update(
            resume=kept, resume_state=ResumeState.FETCHED, resume_error="", resume_tries=0
        )
