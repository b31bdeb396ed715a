"""A session as its staff may read it in a calendar: plain texts, built once per amount of detail and language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recruit.models import Office, User
from recruit.permissions import Action, Role
from recruit.templatetags.parts import clock
from scheduling.models import FeedDetail, InterviewSession, Invitation, SessionVacancy
from scheduling.services.forecasts import SessionForecast, session_forecasts
from scheduling.services.replies import arrival_time
from scheduling.states import CAME, EXPECTED, InvitationState, SessionState

_PLANNED = (SessionState.DRAFT, SessionState.OPEN, SessionState.RUNNING)


@dataclass(frozen=True, kw_only=True)
class SessionText:
    """What a calendar entry of a session says; ``is_off``: called off."""

    summary: str
    description: str
    location: str
    url: str
    starts_at: datetime
    ends_at: datetime
    is_off: bool


def may_see_names(user: User | None, *, interviewer: bool = False) -> bool:
    """Return whether names of candidates may stand in this person's calendar: their pages would show them too."""
    if user is None or not user.is_active:
        return False
    if user.role == Role.INTERVIEWER or interviewer:
        return user.may(Action.SCORE)
    return user.may(Action.SEE_CANDIDATES)


def plus_minus(forecast: SessionForecast) -> tuple[int, int]:
    """Return (expected, half width): the range of 5 % to 95 % lies within expected ± half width."""
    middle = round(forecast.mean)
    return middle, max(forecast.q95 - middle, middle - forecast.q05, 0)


def session_texts(
    sessions: Sequence[InterviewSession], *, detail: str, language: str, at: datetime
) -> dict[int, SessionText]:
    """Return the texts of ``sessions`` by id; the number of statements does not depend on how many they are.

    Offices, vacancies and rooms are asked for here, in bulk and by their names alone.
    """
    if detail == FeedDetail.BUSY:
        with translation.override(language):
            return {one.pk: _busy(one) for one in sessions}
    coming = [one for one in sessions if one.state in _PLANNED and one.ends_at > at]
    asked = set(
        Invitation.objects.filter(session__in=coming)
        .exclude(state=InvitationState.DRAFT)
        .values_list("session_id", flat=True)
    )
    # Whole rows for the forecast; the others may have come with the few columns that a text needs.
    with_people = list(InterviewSession.objects.filter(pk__in=asked).prefetch_related("bands"))
    forecasts = session_forecasts(with_people, at=at) if with_people else {}
    counts: dict[int, Mapping[str, int]] = {
        row["session_id"]: {"invited": row["invited"], "came": row["came"]}
        for row in Invitation.objects.filter(session__in=sessions)
        .exclude(state=InvitationState.DRAFT)
        .values("session_id")
        .annotate(
            invited=Count("pk", filter=Q(is_walk_in=False) & ~Q(state=InvitationState.CANCELLED)),
            came=Count("pk", filter=Q(state__in=CAME)),
        )
    }
    names = _names(coming) if detail == FeedDetail.PEOPLE else {}
    places = _places(sessions)
    # Looked up once and not for each of thousands.
    head, tail = reverse("live", args=[0]).split("0")
    page = (settings.PUBLIC_URL + head, tail)
    with translation.override(language):
        return {
            one.pk: _text(
                one, places[one.pk], forecasts.get(one.pk), counts.get(one.pk, {}), names.get(one.pk, ()), page
            )
            for one in sessions
        }


@dataclass(frozen=True)
class _Place:
    office: Office
    vacancies: str
    rooms: str


def _places(sessions: Sequence[InterviewSession]) -> dict[int, _Place]:
    """Return where and for what each session is held."""
    ids = [one.pk for one in sessions]
    offices = Office.objects.in_bulk({one.office_id for one in sessions})
    titles: dict[int, list[str]] = defaultdict(list)
    served = SessionVacancy.objects.filter(session__in=ids).order_by("pk")
    for pk, title in served.values_list("session_id", "vacancy__title"):
        titles[pk].append(title)
    rooms: dict[int, list[str]] = defaultdict(list)
    through = InterviewSession.rooms.through.objects.filter(interviewsession__in=ids)
    for pk, name in through.order_by("room__name").values_list("interviewsession_id", "room__name"):
        rooms[pk].append(name)
    return {
        one.pk: _Place(offices[one.office_id], ", ".join(titles[one.pk]), ", ".join(rooms[one.pk])) for one in sessions
    }


def _names(sessions: Sequence[InterviewSession]) -> dict[int, list[tuple[datetime, str]]]:
    """Return by session who is expected or here: (arrival time, name), in order."""
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    rows = Invitation.objects.filter(session__in=sessions, state__in=[*EXPECTED, *CAME]).select_related(
        "application__candidate", "band", "session"
    )
    for row in rows:
        found[row.session_id].append((arrival_time(row), row.application.candidate.display_name))
    return {pk: sorted(people) for pk, people in found.items()}


def _busy(session: InterviewSession) -> SessionText:
    return SessionText(
        summary=_("Taken"),
        description="",
        location="",
        url="",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_off=session.state == SessionState.CANCELLED,
    )


def _text(
    session: InterviewSession,
    place: _Place,
    forecast: SessionForecast | None,
    counts: Mapping[str, int],
    names: Sequence[tuple[datetime, str]],
    page: tuple[str, str],
) -> SessionText:
    office = place.office
    zone = office.zone
    head = session.title or _("Interviews")
    numbers = ""
    invited = counts.get("invited", 0)
    if session.state == SessionState.CLOSED:
        numbers = _("%(invited)s invited, %(came)s came") % {"invited": invited, "came": counts.get("came", 0)}
    elif forecast is not None and session.state != SessionState.CANCELLED:
        middle, half = plus_minus(forecast)
        numbers = ngettext(
            "%(invited)s invited, %(expected)s ± %(half)s expected",
            "%(invited)s invited, %(expected)s ± %(half)s expected",
            forecast.invited,
        ) % {"invited": forecast.invited, "expected": middle, "half": half}
    lines = [
        numbers,
        _("%(start)s–%(end)s on the clock of %(office)s")
        % {"start": clock(session.starts_at, zone), "end": clock(session.ends_at, zone), "office": office.name},
    ]
    if names:
        lines += ["", *(f"{clock(when, zone)}  {name}" for when, name in names)]
    address = ", ".join(filter(None, [office.name, office.address, place.rooms]))
    return SessionText(
        summary=f"{head}: {place.vacancies}" if place.vacancies else head,
        description="\n".join(lines).strip(),
        location=session.online_link or address,
        url=f"{page[0]}{session.pk}{page[1]}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_off=session.state == SessionState.CANCELLED,
    )
