"""Who can be invited to a session, and how many of them a plan looks at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from recruit.errors import InvalidInputError
from recruit.models import Application
from recruit.models.application import ApplicationQuerySet
from recruit.states import Stage
from scheduling.models import InterviewSession
from scheduling.states import LIVE

# A plan looks at so many people of the shortlist first. It rarely asks for more, and then it gets all of them.
POOL = 400


@dataclass(frozen=True)
class Pool:
    """The first people of the shortlist, in the recruiter's order; ``total`` is how many it has."""

    people: list[Application]
    total: int

    def suffices(self, invite: int) -> bool:
        """Return whether a plan that wants ``invite`` people would be the same with the whole shortlist."""
        return len(self.people) == self.total or invite <= len(self.people)


def _rows(session: InterviewSession) -> ApplicationQuerySet:
    return (
        Application.objects.filter(vacancy__in=session.vacancies.all(), stage=Stage.SHORTLIST)
        .exclude(invitations__state__in=LIVE)
        .exclude(invitations__session=session)
        .exclude(candidate__do_not_contact=True)
        .select_related("candidate", "vacancy", "vacancy__office", "source")
        .order_by("priority", "triaged_at", "pk")
    )


def invitable(session: InterviewSession, *, most: int | None = None) -> list[Application]:
    """Return the shortlisted people of the session's vacancies who have no open invitation, in the recruiter's order.

    ``most`` stops after so many of them. Their contacts are not read: prefetch them for those who are told something.
    """
    return list(_rows(session)[:most])


def pool_of(session: InterviewSession, guaranteed: Collection[int] = ()) -> Pool:
    """Return whom a plan looks at; all of the shortlist where somebody far down is to have a guaranteed seat."""
    rows = _rows(session)
    people = list(rows[: POOL + 1])
    if len(people) <= POOL:
        return Pool(people, len(people))
    people = people[:POOL]
    if not set(guaranteed) <= {one.pk for one in people}:
        people = list(rows)
        return Pool(people, len(people))
    return Pool(people, rows.count())


def chosen(session: InterviewSession, application_ids: Sequence[int]) -> Pool:
    """Return exactly these people in this order; ``InvalidInputError`` names one who cannot be invited."""
    found = {one.pk: one for one in _rows(session).filter(pk__in=application_ids)}
    missing = [number for number in application_ids if number not in found]
    if missing:
        raise InvalidInputError(f"Application {missing[0]} cannot be invited to this session.", field="people")
    people = [found[number] for number in application_ids]
    return Pool(people, len(people))


def guaranteed_first(people: Sequence[Application], guaranteed: Collection[int]) -> list[Application]:
    """Return the people with those who are given a guaranteed seat in front; both parts keep their order."""
    sure = set(guaranteed)
    return [one for one in people if one.pk in sure] + [one for one in people if one.pk not in sure]
