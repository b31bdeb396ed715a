"""One base of every error that a person can be told of.

Each error has a ``code`` (stable, for programs) and a message (for people). The API handler and the
form mix-in turn them into one JSON shape and one sentence at the field; nothing else is shown.
"""

from __future__ import annotations


class RecruitError(Exception):
    """Something that was asked for cannot be done, and why, in words a user understands.

    Attributes:
        code: stable short name of the reason.
        status: HTTP status that an API answers with.
        field: name of the input that is wrong, or "" when it is none in particular.
    """

    code = "error"
    status = 400

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInputError(RecruitError):
    """An input is missing, out of range or cannot be read."""

    code = "invalid"


class TransitionRefusedError(RecruitError):
    """The state machine has no such move, or somebody else moved the row first."""

    code = "transition_refused"
    status = 409


class ConflictError(RecruitError):
    """The change collides with something that stands (a duplicate, a full session)."""

    code = "conflict"
    status = 409


class NotAllowedError(RecruitError):
    """This person may not do this."""

    code = "not_allowed"
    status = 403


class NotFoundError(RecruitError):
    """There is no such thing, or this person may not know of it."""

    code = "not_found"
    status = 404


class FileRefusedError(RecruitError):
    """A file cannot be read: empty, too large, of another type, broken."""

    code = "file_refused"
