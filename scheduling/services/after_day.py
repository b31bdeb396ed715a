"""After the day: one guaranteed time for who came and was not seen, a second invitation for who did not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError
from recruit.models import User
from recruit.states import LIVE_STAGES
from scheduling.models import InterviewSession, Invitation
from scheduling.services.self_service import Offer, open_offers, target_of
from scheduling.services.waves import invite_one
from scheduling.states import InvitationState, SessionState

# Who did not come so often is not asked a third time by the program; a person may still do it.
MOST_NO_SHOWS = 2
OWED = (InvitationState.LEFT_UNSEEN, InvitationState.TURNED_AWAY)


@dataclass(frozen=True, kw_only=True)
class Again:
    """Somebody to be asked again, and the time that is proposed (None: no open session has room)."""

    invitation: Invitation
    offer: Offer | None


def _later(row: Invitation) -> bool:
    """Return whether the person has been asked again since."""
    return any(other.created_at > row.created_at for other in row.application.invitations.all() if other.pk != row.pk)


def _proposed(rows: Sequence[Invitation], *, at: datetime) -> list[Again]:
    """Propose a time to each: the times of one vacancy are looked for once and dealt out in turn."""
    times: dict[int, list[Offer]] = {}
    used: dict[int, int] = {}
    found = []
    for row in rows:
        vacancy = row.application.vacancy_id
        if vacancy not in times:
            times[vacancy] = open_offers(row.application, at=at)
            used[vacancy] = 0
        asked = {other.session_id for other in row.application.invitations.all()}
        fits = [offer for offer in times[vacancy] if offer.session.pk not in asked]
        offer = fits[used[vacancy] % len(fits)] if fits else None
        used[vacancy] += 1
        found.append(Again(invitation=row, offer=offer))
    return found


def _rows(session: InterviewSession, states: Q) -> list[Invitation]:
    rows = (
        session.invitations.filter(
            states, application__stage__in=LIVE_STAGES, application__candidate__do_not_contact=False
        )
        .with_people()
        .prefetch_related("application__invitations")
        .order_by("number", "priority", "pk")
    )
    return [row for row in rows if not _later(row)]


def owed_times(session: InterviewSession, *, at: datetime) -> list[Again]:
    """Return everybody who came and was not seen, each with one time to be guaranteed."""
    return _proposed(_rows(session, Q(state__in=OWED)), at=at)


def second_invitations(session: InterviewSession, *, at: datetime) -> list[Again]:
    """Return who did not come and is worth asking again: those who had said yes first; not who stayed away before."""
    rows = _rows(session, Q(state=InvitationState.NO_SHOW))
    kept = [
        row
        for row in rows
        if sum(one.state == InvitationState.NO_SHOW for one in row.application.invitations.all()) <= MOST_NO_SHOWS
    ]
    kept.sort(key=lambda row: (row.answer != "confirmed", row.opened_at is None, row.priority))
    return _proposed(kept, at=at)


@transaction.atomic
def ask_again(invitation: Invitation, key: str, *, at: datetime, by: User) -> Invitation:
    """Invite the person of a settled invitation to another session; who came and was not seen is guaranteed the time.

    ``ConflictError`` where they were asked since or the session is not open any more: pressing twice invites once.
    """
    if invitation.state not in {*OWED, InvitationState.NO_SHOW}:
        raise InvalidInputError(_("This person is not to be asked again."), field="invitation")
    session_pk, band_pk = target_of(key)
    session = (
        InterviewSession.objects.select_for_update()
        .filter(pk=session_pk, vacancies=invitation.application.vacancy_id)
        .first()
    )
    if session is None or session.state not in {SessionState.OPEN, SessionState.RUNNING}:
        raise ConflictError(_("This time is gone. Please choose another."))
    band = session.bands.filter(pk=band_pk).first()
    if (band is None) != session.is_group or (band.starts_at if band else session.starts_at) <= at:
        raise ConflictError(_("This time is gone. Please choose another."))
    if Invitation.objects.filter(application=invitation.application_id, created_at__gt=invitation.created_at).exists():
        raise ConflictError(_("This person has been asked again already."))
    return invite_one(
        invitation.application,
        session,
        band=band,
        at=at,
        by=by,
        source="close",
        guaranteed=invitation.state in OWED,
    )
