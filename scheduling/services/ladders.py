"""The reminder ladder: each step once per invitation as it stands, in the person's language, never by night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from recruit.messaging import pace
from recruit.messaging.outbox import choose_channel, contact_for, post
from recruit.models import Candidate, Channel, Company, MessageKind, Vacancy
from recruit.templatetags.parts import day
from scheduling.models import (
    Interviewer,
    Invitation,
    LadderMark,
    LadderStep,
    ReminderLadder,
    Scorecard,
    StepText,
)
from scheduling.services.actors import Actor
from scheduling.services.experiments import Subject, Trials, running_trials
from scheduling.services.moves import record
from scheduling.services.notices import times_of
from scheduling.services.replies import arrival_time
from scheduling.services.views import CandidateView, candidate_view
from scheduling.states import Answer, InvitationState, LedgerKind, SessionState

# (code, what it says, counted from, minutes, channel, only to the silent)
SHIPPED: tuple[tuple[str, StepText, str, int, str, bool], ...] = (
    ("ask", StepText.ASK, LadderStep.From.INVITED, 0, Channel.SMS, True),
    ("day-before", StepText.DAY, LadderStep.From.ARRIVAL, 24 * 60, "", False),
    ("call", StepText.CALL, LadderStep.From.ARRIVAL, 20 * 60, Channel.CALL, True),
    ("on-your-way", StepText.WAY, LadderStep.From.ARRIVAL, 180, Channel.SMS, False),
)
# A step that is later than this was missed (the worker was down): it is left out, not sent at a wrong time.
GRACE = timedelta(hours=4)
# Nearer to the arrival nothing is sent any more.
LAST_WORD = timedelta(minutes=30)
AHEAD = timedelta(days=31)
# Time for an interviewer to write the marks before being reminded of them.
MARKS_AFTER = timedelta(hours=2)
MARKS_WITHIN = timedelta(days=3)


def company_ladder() -> ReminderLadder:
    """Return the company's ladder, with the shipped steps where nobody has made one."""
    found = ReminderLadder.objects.filter(vacancy=None).first()
    if found is not None:
        return found
    with transaction.atomic():
        ladder = ReminderLadder.objects.create(vacancy=None)
        _write_steps(ladder)
    return ladder


def ladder_for(vacancy: Vacancy) -> ReminderLadder:
    """Return the vacancy's own ladder, made as a copy of the company's where it has none."""
    found = ReminderLadder.objects.filter(vacancy=vacancy).first()
    if found is not None:
        return found
    general = company_ladder()
    with transaction.atomic():
        ladder = ReminderLadder.objects.create(
            vacancy=vacancy, quiet_from=general.quiet_from, quiet_to=general.quiet_to
        )
        for step in general.steps.all():
            step.pk, step.ladder = None, ladder
            step._state.adding = True  # noqa: SLF001
            step.save()
    return ladder


def _write_steps(ladder: ReminderLadder) -> None:
    LadderStep.objects.bulk_create(
        LadderStep(
            ladder=ladder,
            code=code,
            says=says,
            counted_from=counted,
            minutes=minutes,
            channel=channel,
            only_silent=silent,
        )
        for code, says, counted, minutes, channel, silent in SHIPPED
    )


def due_at(step: LadderStep, invitation: Invitation, *, hours: int | None = None) -> datetime:
    """Return when a step falls due, quiet hours left out; times are those of the office.

    ``hours`` before the arrival stand instead of the step's own minutes while an experiment about times runs.
    """
    arrival = arrival_time(invitation)
    if step.counted_from == LadderStep.From.INVITED:
        # DTSTAMP is renewed by every move: a moved person is asked again.
        moment = max(invitation.dtstamp, invitation.invited_at or invitation.dtstamp) + timedelta(minutes=step.minutes)
    else:
        moment = arrival - timedelta(minutes=step.minutes if hours is None else 60 * hours)
    return after_quiet(moment, step.ladder, invitation)


def after_quiet(moment: datetime, ladder: ReminderLadder, invitation: Invitation) -> datetime:
    """Return ``moment``, or the end of the quiet hours it falls into, on the clock of the office."""
    return pace.after_quiet(moment, ladder.quiet_from, ladder.quiet_to, invitation.session.office.zone)


def _is_meant(step: LadderStep, invitation: Invitation, trials: Trials, *, at: datetime, company: Company) -> bool:
    """Return whether this step is to be done now."""
    is_tried = step.says == StepText.DAY and step.counted_from == LadderStep.From.ARRIVAL
    hours = trials.hours(invitation, step.minutes / 60, at=at) if is_tried else None
    due, arrival = due_at(step, invitation, hours=hours), arrival_time(invitation)
    if not due <= at <= due + GRACE or at > arrival - LAST_WORD:
        return False
    if step.counted_from == LadderStep.From.ARRIVAL and due < max(invitation.dtstamp, invitation.invited_at or due):
        # The invitation itself came later than this step.
        return False
    if step.only_silent and invitation.answer != Answer.SILENT:
        return False
    if step.says == StepText.ASK and not _asks_elsewhere(step, invitation):
        return False
    # What fell due between a backup and its restore may have left already.
    made, restored = company.backup_made_at, company.restored_at
    return not (made and restored and made <= due <= restored)


def _asks_elsewhere(step: LadderStep, invitation: Invitation) -> bool:
    """Return whether asking adds a way to the invitation, which asked already: another channel, or a later hour."""
    return step.minutes > 0 or (step.channel or invitation.channel) != invitation.channel


def climb(*, at: datetime) -> int:
    """Do every step that is due and return how many were done. Two workers at once do each step once."""
    company, general = Company.current(), company_ladder()
    own = {one.vacancy_id: one for one in ReminderLadder.objects.exclude(vacancy=None)}
    steps: dict[int, list[LadderStep]] = {}
    for step in LadderStep.objects.select_related("ladder"):
        steps.setdefault(step.ladder_id, []).append(step)
    done = 0
    rows = _open_invitations(at)
    trials = running_trials(rows)
    marks = set(LadderMark.objects.filter(invitation__in=rows).values_list("invitation_id", "sequence", "code"))
    for invitation in rows:
        ladder = own.get(invitation.application.vacancy_id, general)
        for step in steps.get(ladder.pk, []) if ladder.is_on else []:
            if (invitation.pk, invitation.sequence, step.code) in marks:
                continue
            if _is_meant(step, invitation, trials, at=at, company=company):
                done += _do(step, invitation, trials, at=at)
    return done


def _open_invitations(at: datetime) -> Sequence[Invitation]:
    return list(
        Invitation.objects.expected()
        .filter(
            is_walk_in=False,
            session__state__in=[SessionState.OPEN, SessionState.RUNNING],
            session__ends_at__gt=at,
            session__starts_at__lt=at + AHEAD,
        )
        .exclude(application__candidate__do_not_contact=True)
        .select_related("session__office", "band", "application__vacancy", "application__candidate")
        .prefetch_related("application__candidate__contacts")
    )


def _channel(step: LadderStep, candidate: Candidate) -> Channel | None:
    """Return how the step reaches the person; None where it cannot."""
    if not step.channel:
        chosen = choose_channel(candidate)
        return chosen if chosen != Channel.CALL else None
    wanted = Channel(step.channel)
    if wanted in {Channel.CALL, Channel.HAND} or contact_for(candidate, wanted) is not None:
        return wanted
    # No number for a text: the person is still reminded, by mail.
    return Channel.EMAIL if contact_for(candidate, Channel.EMAIL) is not None else None


def _tried(
    step: LadderStep, invitation: Invitation, trials: Trials, usual: Channel | None, *, at: datetime
) -> Channel | None:
    """Return the channel of the person's arm while an experiment about channels runs; the usual one else.

    The arm is drawn and logged even where the person cannot be reached by it: people are compared as they were drawn.
    """
    if usual is None or step.says == StepText.CALL:
        return usual
    arm = trials.arm(invitation, Subject.CHANNEL, at=at)
    if arm not in {Channel.EMAIL, Channel.SMS}:
        return usual
    wanted = Channel(arm)
    return wanted if contact_for(invitation.application.candidate, wanted) is not None else usual


def _do(step: LadderStep, invitation: Invitation, trials: Trials, *, at: datetime) -> int:
    """Claim the step, write its message and its ledger event; 0 where somebody else did or nobody can be reached."""
    candidate = invitation.application.candidate
    channel = _tried(step, invitation, trials, _channel(step, candidate), at=at)
    if channel is None or (step.says == StepText.ASK and step.minutes == 0 and channel == invitation.channel):
        return 0
    try:
        with transaction.atomic():
            LadderMark.objects.create(invitation=invitation, sequence=invitation.sequence, code=step.code, at=at)
            # Claimed against an answer that comes at this very moment: nobody is reminded after a decline.
            still = Invitation.objects.expected().filter(pk=invitation.pk, sequence=invitation.sequence)
            if step.only_silent:
                still = still.filter(answer=Answer.SILENT)
            is_reminder = step.says != StepText.CALL
            if not still.update(reminders=F("reminders") + (1 if is_reminder else 0)):
                return 0
            is_text = step.says == StepText.DAY and channel != Channel.CALL
            manner = (trials.arm(invitation, Subject.TEXT, at=at) if is_text else None) or "usual"
            _post(step, invitation, channel, manner, at=at)
            if is_reminder:
                data = {"step": step.code, "channel": str(channel), "text": manner}
                record(invitation, LedgerKind.REMINDED, at=at, actor=Actor.system("ladder"), data=data)
    except IntegrityError:
        return 0
    return 1


def _post(step: LadderStep, invitation: Invitation, channel: Channel, manner: str, *, at: datetime) -> None:
    view = candidate_view(invitation)
    subject, body = reminder_text(view, StepText(step.says), channel, manner)
    post(
        effect_key=f"ladder:{invitation.pk}:{invitation.sequence}:{step.code}",
        kind=MessageKind.REMINDER,
        channel=channel,
        candidate=invitation.application.candidate,
        about="scheduling.Invitation",
        about_id=invitation.pk,
        language=view.language,
        subject=subject,
        body=body,
        not_before=at,
        not_after=min(at + GRACE, view.starts_at - LAST_WORD) if channel != Channel.CALL else view.starts_at,
    )


def reminder_text(view: CandidateView, says: StepText, channel: Channel, manner: str = "usual") -> tuple[str, str]:
    """Return subject and body of a step in the person's language; times are those of the office.

    ``manner`` is a key of ``experiments.TEXTS``.
    """
    with translation.override(view.language):
        name = {Channel.EMAIL: "email", Channel.CALL: "call"}.get(channel, "sms")
        context = times_of(view, is_short=name != "email") | {
            "is_personal": manner == "personal",
            "person": view.contact_person or view.company,
        }
        body = render_to_string(f"scheduling/messages/reminder_{says}.{name}.txt", context).strip()
        subject = _("Your interview: %(day)s") % {"day": f"{context['short_day']}, {context['start']}"}
        return subject, body + "\n"


def remind_of_marks(*, at: datetime) -> int:
    """Remind each interviewer of missing marks, once per session; return how many were reminded."""
    held = Invitation.objects.filter(
        state=InvitationState.FINISHED,
        finished_at__lte=at - MARKS_AFTER,
        finished_at__gt=at - MARKS_WITHIN,
        interviewer__isnull=False,
    ).select_related("interviewer__user", "session__office")
    written = set(
        Scorecard.objects.filter(invitation__in=held)
        .exclude(submitted_at=None)
        .values_list("invitation_id", "author_id")
    )
    missing: dict[tuple[int, int], list[Invitation]] = {}
    for one in held:
        if (one.pk, one.interviewer_id) not in written:
            missing.setdefault((one.session_id, one.interviewer_id or 0), []).append(one)
    return sum(_remind(rows, at=at) for rows in missing.values())


def _remind(rows: list[Invitation], *, at: datetime) -> int:
    interviewer, session = rows[0].interviewer, rows[0].session
    if not isinstance(interviewer, Interviewer) or interviewer.user is None:
        # Without a log-in there is no page to write the marks on.
        return 0
    key = f"marks:{session.pk}:{interviewer.pk}"
    user = interviewer.user
    with translation.override(user.language or Company.current().language):
        when = day(session.starts_at, session.office.zone)
        body = render_to_string(
            "scheduling/messages/marks.email.txt", {"count": len(rows), "day": when, "name": interviewer.name}
        )
        message = post(
            effect_key=key,
            kind=MessageKind.REMINDER,
            channel=Channel.EMAIL,
            user=user,
            about="scheduling.InterviewSession",
            about_id=session.pk,
            language=user.language,
            subject=_("Marks are missing: %(day)s") % {"day": when},
            body=body.strip() + "\n",
            not_before=at,
        )
    return int(message.not_before == at)
