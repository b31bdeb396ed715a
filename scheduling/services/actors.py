"""Who makes something happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from recruit.models import User
from scheduling.models import ActorKind


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person or a program, and the page or channel it came by."""

    kind: ActorKind
    user: User | None = None
    source: str = ""

    @classmethod
    def of(cls, user: User, source: str) -> Self:
        """A signed-in person."""
        return cls(kind=ActorKind.USER, user=user, source=source)

    @classmethod
    def candidate(cls, source: str = "link") -> Self:
        """The invited person."""
        return cls(kind=ActorKind.CANDIDATE, source=source)

    @classmethod
    def system(cls, source: str) -> Self:
        """The product itself."""
        return cls(kind=ActorKind.SYSTEM, source=source)
