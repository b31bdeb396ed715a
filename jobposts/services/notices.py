"""The inbox of boards' notices: kept at once, answered at once, worked off later.

A notice is a hint without a signature: what it tells of is read from the board again. Notices come twice, late or
never, so polling goes on beside them.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobposts.boards.readers import read
from jobposts.errors import BoardError
from jobposts.models import BoardAccount, BoardNotice, BoardResponse
from jobposts.protocol import JobBoard
from jobposts.records import WebhookRecord
from jobposts.services import accounts
from jobposts.services.responses_in import write_responses
from jobposts.services.vacancies_in import keep_vacancy, known
from jobposts.states import NoticeState
from recruit.errors import InvalidInputError
from recruit.queue import enqueue

MOST_BYTES = 64 * 1024
MOST_TRIES = 5
AT_ONCE = 200


def take_notice(account: BoardAccount, body: bytes) -> bool:
    """Keep a notice; False if it was here before. Two statements, so that the board has its answer in milliseconds.

    Raises ``InvalidInputError`` for what is no notice.
    """
    if len(body) > MOST_BYTES:
        raise InvalidInputError("This is larger than a notice is.")
    try:
        (record,) = read(system=account.system, kind="webhook", body=body)
    except (BoardError, ValueError) as error:
        raise InvalidInputError("This is no notice.") from error
    if not isinstance(record, WebhookRecord) or record.id is None or not record.event:
        raise InvalidInputError("The notice has no id or no type.")
    try:
        with transaction.atomic():
            BoardNotice.objects.create(
                account=account,
                kind=str(record.event)[:64],
                external_id=str(record.id)[:128],
                payload=record.raw if isinstance(record.raw, dict) else {},
            )
            enqueue("jobposts.tasks.process_notices")
    except IntegrityError:
        return False
    return True


def process_notices() -> int:
    """Work off what is in the inbox, account by account; return how many were done."""
    done = 0
    waiting = BoardNotice.objects.filter(state=NoticeState.NEW, account__in=BoardAccount.objects.working())
    for number in list(waiting.values_list("account_id", flat=True).distinct()):
        account = BoardAccount.objects.select_related("source").get(pk=number)
        rows = list(waiting.filter(account=account).order_by("pk")[:AT_ONCE])
        try:
            with accounts.opened(account) as board:
                done += sum(_process(account, board, row) for row in rows)
        except BoardError as error:
            accounts.note_error(account, error)
    return done


def _process(account: BoardAccount, board: JobBoard, row: BoardNotice) -> bool:
    """Read again what the notice tells of. What fails stays and is tried again; polling finds it in any case."""
    try:
        (record,) = read(system=account.system, kind="webhook", body=_bytes(row.payload))
        assert isinstance(record, WebhookRecord)  # noqa: S101 - take_notice has looked
        _read_again(account, board, record)
    except BoardError as error:
        tries = row.tries + 1
        final = error.permanent or tries >= MOST_TRIES
        BoardNotice.objects.filter(pk=row.pk, state=NoticeState.NEW).update(
            state=NoticeState.FAILED if final else NoticeState.NEW,
            tries=tries,
            error=str(error)[:200],
            done_at=timezone.now() if final else None,
        )
        if error.code in {"reconnect_needed", "captcha", "rate_limited"}:
            raise
        return False
    BoardNotice.objects.filter(pk=row.pk, state=NoticeState.NEW).update(state=NoticeState.DONE, done_at=timezone.now())
    return True


def _bytes(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload).encode()


def _read_again(account: BoardAccount, board: JobBoard, record: WebhookRecord) -> None:
    posting = known(account, record.vacancy_id) if record.vacancy_id is not None else None
    if record.vacancy_id is not None and (posting is None or record.negotiation_id is None):
        posting = keep_vacancy(account, board.vacancy(record.vacancy_id))
    if record.negotiation_id is None or not hasattr(board, "response"):
        return
    response = board.response(record.negotiation_id)
    if posting is None:
        row = BoardResponse.objects.filter(account=account, external_id=str(record.negotiation_id)).first()
        number = response.vacancy_id if row is None else row.posting.external_id
        posting = known(account, number) or keep_vacancy(account, board.vacancy(number))
    if posting is None or posting.vacancy_id is None:
        raise BoardError("The notice tells of a vacancy that is not here.", permanent=True, code="not_found")
    with transaction.atomic():
        write_responses(account, posting, [response])
