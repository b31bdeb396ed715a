"""The steps of a reminder ladder as a person writes them: of the company, or of one vacancy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError
from recruit.models import Channel, User, Vacancy
from recruit.services import audit
from scheduling.models import LadderStep, ReminderLadder, StepText
from scheduling.services.ladders import company_ladder, ladder_for

MOST_STEPS = 12
MOST_HOURS = 24 * 30


@dataclass(frozen=True, kw_only=True)
class StepWish:
    """One step as it is wanted; ``pk`` names the one it changes, None makes a new one; ``minutes`` 0 to 30 days."""

    says: StepText
    counted_from: str
    minutes: int
    channel: str = ""
    only_silent: bool = False
    pk: int | None = None


def ladder_of(vacancy: Vacancy | None) -> ReminderLadder:
    """Return the ladder that holds for ``vacancy``: its own, else the company's; that of the company for None."""
    own = ReminderLadder.objects.filter(vacancy=vacancy).first() if vacancy is not None else None
    return own or company_ladder()


@transaction.atomic
def write_ladder(
    vacancy: Vacancy | None,
    steps: Sequence[StepWish],
    *,
    is_on: bool,
    quiet_from: time,
    quiet_to: time,
    by: User,
) -> ReminderLadder:
    """Write the ladder of ``vacancy`` (its own is made first where it has none) or of the company, and return it.

    A step that is changed keeps its code: whoever was reminded by it is not reminded again. Steps that are not named are
    removed. ``InvalidInputError`` for a call that is no call, a message that is one, and two steps that are the same.
    """
    _check(steps)
    ladder = ladder_for(vacancy) if vacancy is not None else company_ladder()
    ladder.is_on, ladder.quiet_from, ladder.quiet_to = is_on, quiet_from, quiet_to
    ladder.save(update_fields=["is_on", "quiet_from", "quiet_to"])
    standing = {step.pk: step for step in LadderStep.objects.select_for_update().filter(ladder=ladder)}
    if any(wish.pk is not None and wish.pk not in standing for wish in steps):
        raise InvalidInputError(_("Somebody has changed these steps meanwhile; look again."), field="steps")
    kept = {wish.pk for wish in steps if wish.pk is not None}
    ladder.steps.exclude(pk__in=kept).delete()
    for wish in steps:
        step = standing.get(wish.pk or 0) or LadderStep(ladder=ladder, code=_new_code(ladder, wish))
        step.says, step.counted_from, step.minutes = wish.says, wish.counted_from, wish.minutes
        step.channel, step.only_silent = wish.channel, wish.only_silent
        step.save()
    audit.note(by, "settings.reminders", ladder, steps=len(steps), on=is_on, vacancy=vacancy.pk if vacancy else None)
    return ladder


def _check(steps: Sequence[StepWish]) -> None:
    if len(steps) > MOST_STEPS:
        raise InvalidInputError(_("Twelve steps are the most."), field="steps")
    seen = set()
    for wish in steps:
        if (wish.says == StepText.CALL) != (wish.channel == Channel.CALL):
            raise InvalidInputError(_("A call goes to the call list, and nothing else does."), field="steps")
        if not 0 <= wish.minutes <= 60 * MOST_HOURS:
            raise InvalidInputError(_("From 0 hours to 30 days."), field="steps")
        key = (wish.says, wish.counted_from, wish.minutes, wish.channel)
        if key in seen:
            raise InvalidInputError(_("Two steps are the same."), field="steps")
        seen.add(key)


def _new_code(ladder: ReminderLadder, wish: StepWish) -> str:
    """Return a code that no step of the ladder has, nor had as long as its row is the newest."""
    newest = LadderStep.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    taken = set(ladder.steps.values_list("code", flat=True))
    number = newest + 1
    while f"{wish.says}-{number}" in taken:
        number += 1
    return f"{wish.says}-{number}"


@transaction.atomic
def drop_ladder(vacancy: Vacancy, *, by: User) -> None:
    """Let the company's ladder hold for ``vacancy`` again."""
    for ladder in ReminderLadder.objects.filter(vacancy=vacancy):
        ladder.delete()
        audit.note(by, "settings.reminders", vacancy, own=False)
