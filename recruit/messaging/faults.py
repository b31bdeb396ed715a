"""What may go wrong when a message is handed over."""

from __future__ import annotations


class DeliveryError(Exception):
    """A message could not be handed over; ``permanent`` says whether trying again is of any use.

    ``retry_after`` are the seconds that the other side asks to wait, None where it asks nothing.
    """

    def __init__(self, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


class NotKnownError(Exception):
    """Nobody knows whether the other side took the message: it is not sent again by itself."""
