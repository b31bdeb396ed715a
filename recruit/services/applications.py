"""Moving applications along the pipeline; every move is an event and every event can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.messaging import webhooks
from recruit.models import Application, Candidate, Source, StageMove, User, Vacancy
from recruit.states import Stage, stage_after


@transaction.atomic
def move_stage(
    application: Application,
    stage: Stage,
    *,
    at: datetime,
    by: User | None,
    reason: str = "",
    undoes: StageMove | None = None,
) -> StageMove:
    """Move an application to ``stage`` and note who, when, from where, why.

    ``TransitionRefusedError`` where the pipeline has no such move or somebody else moved the row first;
    ``ConflictError`` where the candidate already has a live application for the vacancy.
    """
    old = application.stage
    new = stage_after(old, stage)
    try:
        with transaction.atomic():
            claimed = Application.objects.filter(pk=application.pk, stage=old).update(
                stage=new, stage_since=at, closing_reason=reason if new in {Stage.REJECTED, Stage.WITHDRAWN} else ""
            )
    except IntegrityError as error:
        msg = _("This person has another open application for the vacancy.")
        raise ConflictError(msg) from error
    if not claimed:
        raise TransitionRefusedError(who_moved(application))
    moved = StageMove.objects.create(
        application=application, old=old, new=new, at=at, actor=by, reason=reason, undoes=undoes
    )
    application.refresh_from_db()
    webhooks.append(
        "application.hired" if new == Stage.HIRED else "application.stage_changed",
        {
            "application": application.pk,
            "candidate": application.candidate_id,
            "vacancy": application.vacancy_id,
            "external_id": application.external_id,
            "from": str(old),
            "to": str(new),
            "reason": reason,
            "at": at.isoformat(),
        },
    )
    return moved


def who_moved(application: Application) -> str:
    """Say who moved an application last, where to, and when: what the slower of two people is told."""
    last = application.moves.select_related("actor").order_by("-pk").first()
    if last is None:
        return str(_("This application was changed by someone else; look again."))
    return str(_("%(who)s moved this person to “%(stage)s” a moment ago.")) % {
        "who": last.actor or _("The system"),
        "stage": Stage(last.new).label,
    }


@transaction.atomic
def undo_move(move: StageMove, *, at: datetime, by: User) -> StageMove:
    """Take back a move, as a new event; refused when the application has moved on since or it was undone already."""
    application = move.application
    last = application.moves.order_by("-pk").first()
    if last is None or last.pk != move.pk:
        msg = _("The application has moved on since; move it by hand.")
        raise TransitionRefusedError(msg)
    undone = move_stage(application, Stage(move.old), at=at, by=by, undoes=move)
    if move.old == Stage.NEW:
        Application.objects.filter(pk=application.pk).update(triaged_at=None, triaged_by=None, postponed_at=None)
        application.refresh_from_db()
    return undone


def triage(application: Application, decision: str, *, at: datetime, by: User, reason: str = "") -> StageMove | None:
    """Decide on a new response: ``yes`` (shortlist), ``no`` (rejected, with a reason or none) or ``later``.

    Returns the move that Undo takes back; None for ``later``, which only sends the person to the end of the queue.
    """
    if decision == "later":
        claimed = Application.objects.filter(pk=application.pk, stage=Stage.NEW).update(postponed_at=at)
        if not claimed:
            raise TransitionRefusedError(who_moved(application))
        return None
    if decision not in {"yes", "no"}:
        raise InvalidInputError(_("The decision is yes, no or later."), field="decision")
    if application.stage != Stage.NEW:
        raise TransitionRefusedError(who_moved(application))
    with transaction.atomic():
        move = move_stage(
            application, Stage.SHORTLIST if decision == "yes" else Stage.REJECTED, at=at, by=by, reason=reason
        )
        note_triage(application, at=at, by=by)
    return move


def note_triage(application: Application, *, at: datetime, by: User) -> None:
    """Note who decided on a new response; the order of the shortlist is the order of the decisions."""
    top = 0
    if application.stage == Stage.SHORTLIST:
        rows = Application.objects.filter(vacancy_id=application.vacancy_id)
        top = (rows.aggregate(top=Max("priority"))["top"] or 0) + 1
    Application.objects.filter(pk=application.pk).update(triaged_at=at, triaged_by=by, postponed_at=None, priority=top)
    application.refresh_from_db()


def undo_triage(application: Application, *, at: datetime, by: User) -> None:
    """Take back the last decision of Triage on an application: a yes, a no, or a later."""
    last = application.moves.order_by("-pk").first()
    if last is not None and last.old == Stage.NEW and application.stage == last.new:
        undo_move(last, at=at, by=by)
        return
    if application.stage != Stage.NEW:
        raise TransitionRefusedError(who_moved(application))
    bring_back(application)


def bring_back(application: Application) -> None:
    """Undo a ``later``."""
    Application.objects.filter(pk=application.pk, stage=Stage.NEW).update(postponed_at=None)


def move_many(
    applications: Iterable[Application], stage: Stage, *, at: datetime, by: User | None, reason: str = ""
) -> int:
    """Move all of ``applications`` that may move to ``stage`` and return how many did; the others stay as they are."""
    moved = 0
    for application in applications:
        if application.stage == stage:
            continue
        try:
            move_stage(application, stage, at=at, by=by, reason=reason)
        except (TransitionRefusedError, ConflictError):
            continue
        moved += 1
    return moved


def apply(
    candidate: Candidate,
    vacancy: Vacancy,
    source: Source,
    *,
    at: datetime,
    external_id: str = "",
    **fields: object,
) -> tuple[Application, bool]:
    """Return the application of ``candidate`` for ``vacancy`` and whether it is new.

    The same response (source, external id) or a live application of the same person finds the row that is there;
    a person who applies again after a decision gets a new application.
    """
    if external_id:
        found = Application.objects.filter(source=source, external_id=external_id).first()
        if found is not None:
            return found, False
    live = Application.objects.live().filter(candidate=candidate, vacancy=vacancy).first()
    if live is not None:
        return live, False
    try:
        with transaction.atomic():
            return (
                Application.objects.create(
                    candidate=candidate,
                    vacancy=vacancy,
                    source=source,
                    external_id=external_id,
                    applied_at=at,
                    stage_since=at,
                    **fields,
                ),
                True,
            )
    except IntegrityError:
        found = Application.objects.live().filter(candidate=candidate, vacancy=vacancy).first()
        if found is None:
            found = Application.objects.get(source=source, external_id=external_id)
        return found, False
