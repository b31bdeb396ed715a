"""Sending invitations: rows, ledger and messages in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from recruit.errors import ConflictError
from recruit.messaging.outbox import choose_channel
from recruit.models import Application, Channel, User
from recruit.services.applications import move_stage
from recruit.states import Stage
from scheduling.models import ArrivalBand, InterviewSession, Invitation, Plan
from scheduling.services.actors import Actor
from scheduling.services.attendance import applicants_of, chances_of, current_model
from scheduling.services.links import new_public_id
from scheduling.services.moves import record, touch
from scheduling.services.notices import post_notice
from scheduling.services.uids import new_uid
from scheduling.states import LIVE, InvitationState, LedgerKind


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Somebody whom a plan would invite: who, when, how."""

    application: Application
    band: ArrivalBand | None
    channel: Channel
    guaranteed: bool = False


def wave_of(plan: Plan) -> list[Invitee]:
    """Return whom the plan invites now, in the recruiter's order; people who were invited elsewhere meanwhile are left out."""
    bands: list[ArrivalBand] = list(plan.session.bands.all())
    places: list[int | None] = plan.outputs["assignment"]
    if len(places) < len(plan.people):
        # A group's guaranteed people stand first and outside the forecast: their seat is certain.
        places = [*([0] * (len(plan.people) - len(places))), *places]
    sure = set(plan.guaranteed)
    rows = {
        row.pk: row
        for row in Application.objects.filter(pk__in=plan.people)
        .exclude(invitations__state__in=LIVE)
        .exclude(candidate__do_not_contact=True)
        .with_people()
    }
    wave = []
    for number, place in zip(plan.people, places, strict=True):
        if place is None or number not in rows:
            continue
        application = rows[number]
        wave.append(
            Invitee(
                application=application,
                band=bands[place] if place < len(bands) else None,
                channel=choose_channel(application.candidate),
                guaranteed=number in sure,
            )
        )
    return wave


def channels_of(wave: list[Invitee]) -> dict[str, int]:
    """Count the wave by channel, for the approve step."""
    return dict(Counter(str(one.channel) for one in wave))


@transaction.atomic
def send_wave(plan: Plan, *, at: datetime, by: User) -> list[Invitation]:
    """Invite everybody of the plan's wave; must run in the transaction that approves it."""
    wave = wave_of(plan)
    session = plan.session
    invitees = applicants_of([one.application for one in wave], session, at=at)
    chances = chances_of(current_model(), invitees).mean.tolist() if wave else []
    sent = [
        _invite(session, one, at=at, by=by, priority=index, chance=float(p))
        for index, (one, p) in enumerate(zip(wave, chances, strict=True))
    ]
    quotas = Counter(one.band.pk for one in wave if one.band is not None)
    for band in session.bands.all():
        if quotas[band.pk]:
            ArrivalBand.objects.filter(pk=band.pk).update(quota=band.quota + quotas[band.pk])
    touch(session.pk)
    return sent


def _invite(
    session: InterviewSession,
    one: Invitee,
    *,
    at: datetime,
    by: User | None,
    priority: int,
    chance: float,
    source: str = "plan",
) -> Invitation:
    """Write one invitation with its ledger event, its stage move and its message."""
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                application=one.application,
                session=session,
                band=one.band,
                state=InvitationState.SENT,
                uid=new_uid(),
                public_id=new_public_id(),
                dtstamp=at.replace(microsecond=0),
                channel=one.channel,
                invited_at=at,
                priority=priority,
                guaranteed=one.guaranteed,
                show_prob=round(chance, 6),
                created_at=at,
            )
    except IntegrityError as error:
        msg = f"{one.application.candidate.display_name} has another open invitation; make the plan again."
        raise ConflictError(msg) from error
    actor = Actor.of(by, source) if by else Actor.system("standby")
    record(invitation, LedgerKind.INVITED, at=at, actor=actor, data={"channel": str(one.channel)})
    if one.application.stage == Stage.SHORTLIST:
        move_stage(one.application, Stage.INTERVIEW, at=at, by=by)
    post_notice(invitation, "invitation", at=at)
    return invitation


def invite_one(
    application: Application,
    session: InterviewSession,
    *,
    band: ArrivalBand | None,
    at: datetime,
    by: User | None,
    source: str = "plan",
    guaranteed: bool = False,
) -> Invitation:
    """Invite one person outside a plan: on the phone, or as a top-up on the day; ``source`` is the page it came from."""
    chance = float(chances_of(current_model(), applicants_of([application], session, at=at)).mean[0])
    channel = choose_channel(application.candidate)
    with transaction.atomic():
        invitation = _invite(
            session,
            Invitee(application=application, band=band, channel=channel, guaranteed=guaranteed),
            at=at,
            by=by,
            priority=session.invitations.count(),
            chance=chance,
            source=source,
        )
        touch(session.pk)
    return invitation
