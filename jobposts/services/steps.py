"""Steps on a response at the board: whatever the board offers for it now, never a list of ours."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from jobposts.boards.payload import text
from jobposts.errors import BoardError
from jobposts.models import BoardResponse
from jobposts.records import Action
from jobposts.services import accounts
from jobposts.services.responses_in import write_responses
from jobposts.services.resumes_in import stored_response
from recruit.models import User
from recruit.services import audit


def offered(row: BoardResponse) -> tuple[Action, ...]:
    """Return the steps the board offered when the response was read last; hidden and blocked ones are left out."""
    try:
        record = stored_response(row)
    except BoardError:
        return ()
    return tuple(action for action in record.actions if action.enabled and not action.hidden and action.url)


def state_name(row: BoardResponse) -> str:
    """Return the board's name of the state, in its words."""
    return text(row.payload, "employer_state", "name") or row.state


def take_step(row: BoardResponse, action_id: str, arguments: Mapping[str, str], *, by: User) -> BoardResponse:
    """Take one step at the board and keep the response as it is read back.

    The board is asked for its offer first. ``BoardError``: "refused" (no longer offered, an argument is missing) or
    "unknown_outcome" (look at the board before doing it again).
    """
    with accounts.opened(row.account) as board:
        after = board.act(stored_response(row), action_id, arguments)
    with transaction.atomic():
        write_responses(row.account, row.posting, [after])
        audit.note(by, "board.step", row, step=action_id)
    row.refresh_from_db()
    return row
