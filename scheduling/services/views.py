"""What one recipient may know: every message, page and calendar object of a candidate is built from this alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from recruit.models import Company
from scheduling.models import Invitation
from scheduling.services.links import url_of
from scheduling.services.replies import arrival_time
from scheduling.states import Answer, InvitationState, SessionState


@dataclass(frozen=True, kw_only=True)
class CandidateView:
    """One candidate's own visit. It holds no row of the database and so no way to anybody else's.

    Times are aware; ``zone`` is the office's. ``window_end`` is the end of the arrival window, ``wait_minutes`` the
    longest wait that is promised, ``minutes`` the length of the interview.
    """

    company: str
    name: str
    greeting: str
    language: str
    vacancy: str
    starts_at: datetime
    window_end: datetime
    wait_minutes: int
    minutes: int
    is_group: bool
    ends_at: datetime
    zone: ZoneInfo
    # The person's own clock, where it is known and shows another hour than that of the office at that time.
    own_zone: ZoneInfo | None
    city: str
    office: str
    address: str
    directions: str
    phone: str
    contact_person: str
    bring: str
    online_link: str
    latitude: float | None
    longitude: float | None
    salary_from: int
    salary_to: int
    currency: str
    hours: str
    link: str
    uid: str
    sequence: int
    dtstamp: datetime
    state: InvitationState
    answer: Answer
    late_minutes: int | None
    answer_due_on: object
    # The day by which everybody who comes hears from us, as it is promised before the visit.
    answer_promise: date
    session_is_off: bool
    is_over: bool

    @property
    def place(self) -> str:
        """Whose clock the times are on: the town of the office, else its name."""
        return self.city or self.office

    @property
    def offset(self) -> str:
        """The distance of the office's clock from UTC at the visit."""
        return utc_offset(self.starts_at, self.zone)

    @property
    def own_offset(self) -> str:
        """The distance of the person's own clock from UTC at the visit; "" where it is not known or the same."""
        return utc_offset(self.starts_at, self.own_zone) if self.own_zone else ""

    @property
    def own_place(self) -> str:
        """The town after which the person's own zone is named."""
        return self.own_zone.key.rpartition("/")[2].replace("_", " ") if self.own_zone else ""

    @property
    def calendar_ends_at(self) -> datetime:
        """How long the person should keep free: the window, the longest wait, the interview."""
        if self.is_group:
            return self.ends_at
        return self.starts_at + timedelta(minutes=self.wait_minutes + self.minutes)


def utc_offset(moment: datetime, zone: ZoneInfo) -> str:
    """Return the distance of a clock from UTC at ``moment``, as ``UTC+7`` or ``UTC+5:30``."""
    minutes = int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def _other_clock(name: str, zone: ZoneInfo, moment: datetime) -> ZoneInfo | None:
    """Return the zone called ``name`` where its clock shows another hour than that of ``zone`` at ``moment``."""
    try:
        own = ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
    return own if own and moment.astimezone(own).utcoffset() != moment.astimezone(zone).utcoffset() else None


def candidate_view(invitation: Invitation) -> CandidateView:
    """Return what the invited person may see and be told; the invitation must come with its session and application."""
    session, application = invitation.session, invitation.application
    office, vacancy, candidate = session.office, application.vacancy, application.candidate
    company = Company.current()
    starts_at = arrival_time(invitation)
    window_end = invitation.band.ends_at if invitation.band is not None else starts_at
    return CandidateView(
        company=company.name,
        name=candidate.name,
        greeting=candidate.first_word,
        language=candidate.language or company.language,
        vacancy=vacancy.title,
        starts_at=starts_at,
        window_end=min(window_end, session.ends_at),
        wait_minutes=session.promised_wait_minutes,
        minutes=session.window_minutes if session.is_group else session.minutes_each,
        is_group=session.is_group,
        ends_at=session.ends_at,
        zone=office.zone,
        own_zone=_other_clock(candidate.time_zone, office.zone, starts_at),
        city=office.city,
        office=office.name,
        address=office.address,
        directions=office.directions,
        phone=office.phone,
        contact_person=office.contact_person,
        bring=office.bring,
        online_link=session.online_link,
        latitude=office.latitude,
        longitude=office.longitude,
        salary_from=vacancy.salary_from,
        salary_to=vacancy.salary_to,
        currency=vacancy.currency,
        hours=vacancy.hours,
        link=url_of(invitation),
        uid=invitation.uid,
        sequence=invitation.sequence,
        dtstamp=invitation.dtstamp,
        state=InvitationState(invitation.state),
        answer=Answer(invitation.answer),
        late_minutes=invitation.late_minutes,
        answer_due_on=application.answer_due_on,
        answer_promise=session.answer_by
        or timezone.localdate(session.ends_at, office.zone) + timedelta(days=company.answer_within_days),
        session_is_off=session.state == SessionState.CANCELLED,
        is_over=session.state in {SessionState.CLOSED, SessionState.CANCELLED},
    )
