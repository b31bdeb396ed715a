"""From rows to what the attendance model may know, and back: fitting, current version, chances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone

from recruit.errors import InvalidInputError
from recruit.models import Application, Company
from recruit.once import once
from scheduling.attendance import (
    FittedModel,
    Forecasts,
    Invitee,
    Outcome,
    allowed_answers,
    fit,
    flat,
    predict_many,
    prior_model,
)
from scheduling.attendance.features import AnswerState
from scheduling.models import AttendanceModel, InterviewSession, Invitation
from scheduling.states import CAME, SETTLED, Answer, InvitationState

_ANSWERS: dict[str, AnswerState] = {
    Answer.SILENT: "silent",
    Answer.CONFIRMED: "confirmed",
    Answer.UNSURE: "unsure",
    Answer.ASKED_TO_MOVE: "asked_to_move",
    Answer.DECLINED: "declined",
}


@lru_cache(maxsize=8)
def _fitted(version: str) -> FittedModel:
    """Return a stored version; versions never change, so they are kept in memory."""
    return FittedModel.from_dict(AttendanceModel.objects.get(version=version).payload)


def current_model() -> FittedModel:
    """Return the newest version; the stated prior where nothing was learned; the flat rate where it is switched off."""
    company = Company.current()
    if not company.learns_attendance:
        return flat(min(max(company.flat_show_rate, 0.001), 0.999))
    for version in once(
        "attendance versions", lambda: list(AttendanceModel.objects.values_list("version", flat=True)[:3])
    ):
        try:
            return _fitted(version)
        except InvalidInputError:
            # Written by another release; the next fit replaces it, until then an older one or the prior speaks.
            continue
    return prior_model()


_FIELDS = (
    "application__source__code",
    "application__vacancy_id",
    "session__office_id",
    "session__office__time_zone",
    "band__starts_at",
    "session__starts_at",
    "invited_at",
    "reminders",
    "link_loaded_at",
    "opened_at",
    "answer",
    "application__answers",
    "application__candidate_id",
    "session__is_history",
    "state",
    "application__candidate__no_forecast",
)
# Who objected to forecasts is to the model somebody of whom nothing is known: the company's usual rate.
NOTHING_KNOWN = Invitee()


def _invitee(row: Sequence[object], *, at: datetime | None, shows: int, no_shows: int) -> Invitee:
    """Build the record of one invitation as it stands at ``at`` (None: as it was when the day began)."""
    (
        source,
        vacancy,
        office,
        zone,
        band,
        start,
        invited,
        reminders,
        loaded,
        opened,
        answer,
        answers,
        _person,
        history,
        _state,
        objected,
    ) = row
    if objected:
        return NOTHING_KNOWN
    arrival = cast("datetime", band or start)
    local = timezone.localtime(arrival, ZoneInfo(str(zone)))
    said = cast("dict[str, str]", answers or {})
    asked = {key: value for key, value in said.items() if key != "interview_type"} if history else {}
    questions = allowed_answers(asked)
    lead = (arrival - cast("datetime", invited)).total_seconds() / 3600 if invited else None
    return Invitee(
        source=str(source),
        vacancy=str(vacancy),
        office=str(office),
        lead_hours=max(lead, 0.0) if lead is not None else None,
        hours_left=max((arrival - at).total_seconds() / 3600, 0.0) if at is not None else 0.0,
        same_day=lead is not None
        and timezone.localtime(cast("datetime", invited), ZoneInfo(str(zone))).date() == local.date(),
        weekday=local.weekday(),
        hour=local.hour if not history else None,
        reminders=int(cast("int", reminders)),
        link_loaded=loaded is not None,
        answer="opened" if opened and answer == Answer.SILENT else _ANSWERS[str(answer)],
        earlier_shows=shows,
        earlier_no_shows=no_shows,
        interview_type=str(said.get("interview_type", "")) if history else "",
        answers=questions,
    )


def outcomes(*, before: datetime) -> Iterator[Outcome]:
    """Yield every invitation whose end is known, in the order of the days, with what was known of the person before.

    The forecast is about people who are invited: one who declined did not come, and counts as that here. Who objected
    to forecasts is left out.
    """
    seen: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = (
        Invitation.objects.answered_by_coming()
        .filter(session__starts_at__lt=before, application__candidate__no_forecast=False)
        .order_by("session__starts_at", "pk")
        .values_list(*_FIELDS)
    )
    for row in rows.iterator(chunk_size=5000):
        person, state = int(row[12]), str(row[14])
        shows, no_shows = seen[person]
        came = state in CAME
        invitee = _invitee(row, at=None, shows=shows, no_shows=no_shows)
        day = timezone.localtime(row[4] or row[5], ZoneInfo(str(row[3]))).date()
        yield Outcome(invitee=invitee, day=day, came=came)
        if state in SETTLED:
            seen[person][0 if came else 1] += 1


def refit(*, as_of: datetime) -> AttendanceModel | None:
    """Fit a new version to everything settled before ``as_of`` and keep it; None when nothing was ever settled."""
    rows = list(outcomes(before=as_of))
    if not rows:
        return None
    model = fit(rows, as_of=as_of.date())
    return AttendanceModel.objects.get_or_create(
        version=model.version,
        defaults={"fitted_at": timezone.now(), "as_of": as_of, "rows": len(rows), "payload": model.to_dict()},
    )[0]


def _history(people: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return how often each person came and did not come before.

    It begins at the applications of these people: a database that begins at the settled invitations reads all of them.
    """
    counted = Q(invitations__is_walk_in=False)
    rows = (
        Application.objects.filter(candidate__in=set(people))
        .order_by()
        .values_list("candidate_id")
        .annotate(
            shows=Count("invitations", filter=counted & Q(invitations__state__in=CAME)),
            no_shows=Count("invitations", filter=counted & Q(invitations__state=InvitationState.NO_SHOW)),
        )
    )
    return {person: (shows, no_shows) for person, shows, no_shows in rows if shows or no_shows}


def invitees_of(invitations: Sequence[Invitation], *, at: datetime) -> list[Invitee]:
    """Return what the model may know of these invitations at ``at``, in their order."""
    rows = {
        row[0]: row[1:]
        for row in Invitation.objects.filter(pk__in=[one.pk for one in invitations]).values_list("pk", *_FIELDS)
    }
    past = _history(int(row[12]) for row in rows.values())
    found = []
    for one in invitations:
        shows, no_shows = past.get(int(rows[one.pk][12]), (0, 0))
        found.append(_invitee(rows[one.pk], at=at, shows=shows, no_shows=no_shows))
    return found


def applicants_of(applications: Sequence[Application], session: InterviewSession, *, at: datetime) -> list[Invitee]:
    """Return what the model may know of people who are about to be invited to ``session``."""
    past = _history(one.candidate_id for one in applications)
    local = timezone.localtime(session.starts_at, session.office.zone)
    lead = max((session.starts_at - at).total_seconds() / 3600, 0.0)
    return [
        NOTHING_KNOWN
        if one.candidate.no_forecast
        else Invitee(
            source=one.source.code,
            vacancy=str(one.vacancy_id),
            office=str(session.office_id),
            lead_hours=lead,
            hours_left=lead,
            same_day=timezone.localtime(at, session.office.zone).date() == local.date(),
            weekday=local.weekday(),
            hour=local.hour,
            earlier_shows=past.get(one.candidate_id, (0, 0))[0],
            earlier_no_shows=past.get(one.candidate_id, (0, 0))[1],
        )
        for one in applications
    ]


def chances_of(model: FittedModel, invitees: Sequence[Invitee]) -> Forecasts:
    """Return the chances of many people; see ``scheduling.attendance.predict_many``."""
    return predict_many(model, list(invitees))
