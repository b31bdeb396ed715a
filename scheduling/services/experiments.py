"""Reminder experiments: arms are drawn and logged before anything is sent, and may be looked at at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Channel, User
from recruit.services import audit
from scheduling.models import ArmAssignment, Invitation, ReminderExperiment
from scheduling.services.replies import arrival_time
from scheduling.states import CAME, SETTLED, Answer, InvitationState
from scheduling.statistics.experiments import ArmCount, ArmResult, draw_arm, results

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Subject = ReminderExperiment.Subject
CHANNELS = (str(Channel.EMAIL), str(Channel.SMS))
# Ways to say "tomorrow is the day". "same" is the usual text under another name: a trial of the method itself.
TEXTS: dict[str, _StrPromise] = {
    "usual": gettext_lazy("the usual text"),
    "personal": gettext_lazy("names who is waiting"),
    "same": gettext_lazy("the usual text again, to test the method"),
}
HOURS = range(1, 73)


def start_experiment(
    *, code: str, name: str, subject: str, arms: Sequence[str], at: datetime, by: User, alpha: float = 0.05
) -> ReminderExperiment:
    """Begin an experiment; the first of ``arms`` is the usual way.

    Raises:
        InvalidInputError: fewer than two different arms, an arm that is none of the subject, or no such subject.
        ConflictError: an experiment about this subject is running, or the code is taken.
    """
    plain = _arms(subject, arms)
    try:
        with transaction.atomic():
            made = ReminderExperiment.objects.create(
                code=code, name=name, subject=subject, arms=plain, alpha=alpha, started_at=at, started_by=by
            )
            audit.note(by, "experiment.started", made, subject=subject, arms=len(plain))
            return made
    except IntegrityError as error:
        msg = _("An experiment about this is running already, or its name is taken.")
        raise ConflictError(msg) from error


def _arms(subject: str, arms: Sequence[str]) -> list[str]:
    """Return the arms as they are stored."""
    if subject not in Subject.values:
        raise InvalidInputError(_("Choose what differs between the arms."), field="subject")
    plain = [arm.strip().lower() for arm in arms if arm.strip()]
    if subject == Subject.TIME:
        if not all(arm.isascii() and arm.isdigit() and int(arm[:4]) in HOURS for arm in plain):
            raise InvalidInputError(_("An arm is a number of hours, 1 to 72."), field="arms")
        plain = [str(int(arm)) for arm in plain]
    elif subject == Subject.CHANNEL and not set(plain) <= set(CHANNELS):
        raise InvalidInputError(_("An arm is email or sms."), field="arms")
    elif subject == Subject.TEXT and not set(plain) <= set(TEXTS):
        raise InvalidInputError(_("An arm is usual, personal or same."), field="arms")
    if len(plain) < 2 or len(set(plain)) != len(plain):
        raise InvalidInputError(_("An experiment has at least two different arms."), field="arms")
    return plain


def arm_word(subject: str, arm: str) -> str:
    """Return what people read for an arm."""
    if subject == Subject.TIME:
        return _("%(hours)s h before") % {"hours": arm}
    if subject == Subject.TEXT:
        return str(TEXTS.get(arm, arm))
    return str(Channel(arm).label) if arm in Channel.values else arm


def stop_experiment(experiment: ReminderExperiment, *, at: datetime, by: User) -> ReminderExperiment:
    """End an experiment; of two who stop it, one does."""
    with transaction.atomic():
        if not ReminderExperiment.objects.filter(pk=experiment.pk, stopped_at=None).update(stopped_at=at):
            msg = _("This experiment has ended already.")
            raise TransitionRefusedError(msg)
        audit.note(by, "experiment.stopped", experiment)
    experiment.refresh_from_db()
    return experiment


def assign_arm(invitation: Invitation, subject: str, *, at: datetime, rng: Random | None = None) -> str | None:
    """Return the arm of ``invitation`` in the running experiment about ``subject``; None where none is running.

    ``subject`` is one of "channel", "time", "text". Asked again, it gives the same arm: an arm is drawn once and logged.
    """
    experiment = ReminderExperiment.objects.filter(subject=subject, stopped_at=None).first()
    if experiment is None:
        return None
    known = ArmAssignment.objects.filter(experiment=experiment, invitation=invitation).first()
    if known is not None:
        return known.arm
    arm = draw_arm(experiment.arms, rng or SystemRandom())
    row, _is_new = ArmAssignment.objects.get_or_create(
        experiment=experiment, invitation=invitation, defaults={"arm": arm, "at": at}
    )
    return row.arm


@dataclass
class Trials:
    """The running experiments, subject -> experiment, and the arms that were drawn already."""

    running: dict[str, ReminderExperiment]
    drawn: dict[tuple[str, int], str] = field(default_factory=dict)

    def arm(self, invitation: Invitation, subject: str, *, at: datetime) -> str | None:
        """Return the arm of ``invitation``, drawn and logged now where it has none; None where no experiment runs."""
        if subject not in self.running:
            return None
        key = (subject, invitation.pk)
        if key not in self.drawn:
            arm = assign_arm(invitation, subject, at=at)
            if arm is None:
                return None
            self.drawn[key] = arm
        return self.drawn[key]

    def hours(self, invitation: Invitation, usual: float, *, at: datetime) -> int | None:
        """Return how many hours before the arrival the person of a time experiment is reminded; None for all others.

        ``usual``: hours that stand without an experiment. The arm is drawn at the earliest of all these moments, and
        only for people who were invited, and for whom the experiment ran, by the earliest moment of an arm: else the
        later arms alone could still be carried out, and the arms would no longer hold the same people.
        """
        experiment = self.running.get(Subject.TIME)
        if experiment is None:
            return None
        arrival, most = arrival_time(invitation), max(int(arm) for arm in experiment.arms)
        first = arrival - timedelta(hours=most)
        known = max(invitation.dtstamp, invitation.invited_at or invitation.dtstamp, experiment.started_at)
        if known > first or at < arrival - timedelta(hours=max(most, usual)):
            return None
        arm = self.arm(invitation, Subject.TIME, at=at)
        return None if arm is None else int(arm)


def running_trials(invitations: Sequence[Invitation]) -> Trials:
    """Return the running experiments with the arms of ``invitations``: two statements, one where nothing runs."""
    running = {one.subject: one for one in ReminderExperiment.objects.filter(stopped_at=None)}
    if not running:
        return Trials(running)
    rows = ArmAssignment.objects.filter(experiment__in=running.values(), invitation__in=invitations)
    drawn = {
        (subject, invitation): arm
        for subject, invitation, arm in rows.values_list("experiment__subject", "invitation_id", "arm")
    }
    return Trials(running, drawn)


def _known(path: str = "") -> Q:
    """Return the condition of an invitation that counts: its end is known, and it was an invitation."""
    called_off = Q(**{f"{path}state": InvitationState.CANCELLED, f"{path}answer": Answer.DECLINED})
    settled = Q(**{f"{path}state__in": [*SETTLED, InvitationState.DECLINED]}) | called_off
    return settled & Q(**{f"{path}is_walk_in": False})


def settled_of(experiment: ReminderExperiment, arm: str, *, came_only: bool = False) -> QuerySet[Invitation]:
    """Return the invitations of an arm that ``results_of`` counts, or those of them that came."""
    drawn = experiment.assignments.filter(arm=arm).values("invitation_id")
    found: QuerySet[Invitation] = Invitation.objects.filter(_known(), pk__in=drawn)
    return found.filter(state__in=CAME) if came_only else found


def results_of(experiment: ReminderExperiment) -> list[ArmResult]:
    """Return every arm beside the first, counted over people whose end is known; one statement."""
    rows = (
        experiment.assignments.filter(_known("invitation__"))
        .values("arm")
        .annotate(people=Count("pk"), came=Count("pk", filter=Q(invitation__state__in=CAME)))
        .order_by()
    )
    counted = {row["arm"]: ArmCount(row["arm"], row["people"], row["came"]) for row in rows}
    return results([counted.get(arm, ArmCount(arm, 0, 0)) for arm in experiment.arms], alpha=experiment.alpha)
