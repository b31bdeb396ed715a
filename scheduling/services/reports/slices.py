"""What a report is about: whose rows, from when to when, of which vacancy, office or source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from recruit.models import Application, Source, SourceKind, User, Vacancy
from recruit.permissions import SEES_ALL
from scheduling.models import Invitation
from scheduling.models.invitation import InvitationQuerySet
from scheduling.states import InvitationState


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What a report is about; every row in it is one that ``user`` may see.

    ``start`` (included) and ``end`` (not included) bound the beginning of the session for invitations, and the moment
    of the response for applications.
    """

    user: User
    start: datetime | None = None
    end: datetime | None = None
    vacancy: int | None = None
    office: int | None = None
    source: int | None = None

    def invitations(self) -> InvitationQuerySet:
        """Invitations of sessions in the slice; walk-ins left out."""
        rows = Invitation.objects.visible_to(self.user).filter(is_walk_in=False).exclude(state=InvitationState.DRAFT)
        if self.start is not None:
            rows = rows.filter(session__starts_at__gte=self.start)
        if self.end is not None:
            rows = rows.filter(session__starts_at__lt=self.end)
        if self.vacancy is not None:
            rows = rows.filter(application__vacancy_id=self.vacancy)
        if self.office is not None:
            rows = rows.filter(session__office_id=self.office)
        if self.source is not None:
            rows = rows.filter(application__source_id=self.source)
        return rows

    def applications(self) -> QuerySet[Application]:
        """Applications of the slice; imported history is left out, nothing is known of it before the interview."""
        return Application.objects.filter(self.of_application())

    def of_application(self, path: str = "") -> Q:
        """Return the condition of ``applications`` for rows that reach an application by ``path`` ("application__")."""
        found = ~Q(**{f"{path}closing_reason": "history"})
        if self.user.role not in SEES_ALL:
            found &= Q(**{f"{path}vacancy__in": Vacancy.objects.visible_to(self.user)})
        walk_ins = list(Source.objects.filter(kind=SourceKind.WALK_IN).values_list("pk", flat=True))
        if walk_ins:
            found &= ~Q(**{f"{path}source__in": walk_ins})
        bounds = {
            "applied_at__gte": self.start,
            "applied_at__lt": self.end,
            "vacancy_id": self.vacancy,
            "vacancy__office_id": self.office,
            "source_id": self.source,
        }
        for name, value in bounds.items():
            if value is not None:
                found &= Q(**{f"{path}{name}": value})
        return found
