"""Deciding after the interview: the move, the reason, and the answer that each person gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruit.errors import InvalidInputError, RecruitError
from recruit.messaging.outbox import choose_channel, drop, post
from recruit.models import Application, Channel, Company, Message, MessageKind, StageMove, User
from recruit.services.applications import move_stage, undo_move
from recruit.states import MessageState, Stage

# The answer waits as long as a decision can be taken back without a trace.
ANSWER_DELAY = timedelta(minutes=15)


class Decision(models.TextChoices):
    """What is decided about somebody who was seen."""

    OFFER = "offer", gettext_lazy("Offer")
    RESERVE = "reserve", gettext_lazy("Reserve")
    SECOND = "second", gettext_lazy("Second talk")
    NO = "no", gettext_lazy("No")


class NoReason(models.TextChoices):
    """Why not; kept with the application and never sent."""

    MARKS = "marks", gettext_lazy("Marks")
    SALARY = "salary", gettext_lazy("Salary wish")
    EXPERIENCE = "experience", gettext_lazy("Experience")
    DISTANCE = "distance", gettext_lazy("Distance")
    FILLED = "filled", gettext_lazy("Places are filled")
    OTHER = "other", gettext_lazy("Other")


_STAGES = {
    Decision.OFFER: Stage.OFFER,
    Decision.RESERVE: Stage.SHORTLIST,
    Decision.SECOND: Stage.SHORTLIST,
    Decision.NO: Stage.REJECTED,
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One decision: for a no also its reason."""

    application: Application
    decision: Decision
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person will be told, how and when."""

    choice: Choice
    channel: Channel
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What was done: ids to take it back, and what could not be done (name, why)."""

    moves: tuple[int, ...]
    messages: tuple[int, ...]
    refused: tuple[tuple[str, str], ...]


def read_choice(application: Application, word: str) -> Choice:
    """Return the choice that a form's word names: ``offer``, ``reserve``, ``second`` or ``no:<reason>``."""
    code, _colon, reason = word.partition(":")
    if code not in Decision.values:
        raise InvalidInputError("Choose one of the decisions.", field="decision")
    if code == Decision.NO and reason not in NoReason.values:
        raise InvalidInputError("Say why not.", field="decision")
    return Choice(application=application, decision=Decision(code), reason=reason if code == Decision.NO else "")


def answer_to(choice: Choice, *, at: datetime) -> Answer:
    """Return the answer in the person's language; it goes out ``ANSWER_DELAY`` after ``at``."""
    application = choice.application
    candidate = application.candidate
    channel = choose_channel(candidate)
    office = application.vacancy.office
    with translation.override(candidate.language or Company.current().language):
        context = {
            "decision": str(choice.decision),
            "greeting": candidate.first_word,
            "vacancy": application.vacancy.title,
            "company": Company.current().name,
            "phone": office.phone if office is not None else "",
        }
        subject = _("After your interview: %(vacancy)s") % {"vacancy": application.vacancy.title}
        body = render_to_string("scheduling/messages/answer.txt", context).strip() + "\n"
    return Answer(choice=choice, channel=channel, subject=subject, body=body, at=at + ANSWER_DELAY)


def save_decisions(choices: Sequence[Choice], *, at: datetime, by: User) -> Saved:
    """Move everybody and write their answers; what is refused for one person does not stop the others."""
    moves, written, refused = [], [], []
    for choice in choices:
        try:
            with transaction.atomic():
                move = move_stage(choice.application, _STAGES[choice.decision], at=at, by=by, reason=choice.reason)
                answer = answer_to(choice, at=at)
                message = post(
                    effect_key=f"answer:{choice.application.pk}:{move.pk}",
                    kind=MessageKind.ANSWER,
                    channel=answer.channel,
                    candidate=choice.application.candidate,
                    about="recruit.Application",
                    about_id=choice.application.pk,
                    language=choice.application.candidate.language or Company.current().language,
                    subject=answer.subject,
                    body=answer.body,
                    not_before=answer.at,
                )
                Application.objects.filter(pk=choice.application.pk).update(answered_at=at)
        except RecruitError as error:
            refused.append((choice.application.candidate.display_name, error.message))
            continue
        moves.append(move.pk)
        written.append(message.pk)
    return Saved(moves=tuple(moves), messages=tuple(written), refused=tuple(refused))


def undo_decisions(moves: Sequence[int], messages: Sequence[int], *, at: datetime, by: User) -> int:
    """Take decisions back whose answers have not left yet; return how many were."""
    undone = 0
    for move, message in zip(
        StageMove.objects.filter(pk__in=moves).select_related("application__candidate").order_by("pk"),
        Message.objects.filter(pk__in=messages).order_by("pk"),
        strict=False,
    ):
        try:
            with transaction.atomic():
                if message.state == MessageState.NEW:
                    drop(message, reason="decision taken back")
                undo_move(move, at=at, by=by)
                Application.objects.filter(pk=move.application_id).update(answered_at=None)
        except RecruitError:
            continue
        undone += 1
    return undone
