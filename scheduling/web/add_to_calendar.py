"""The visit as a file, for people whose mail has no calendar."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings

from scheduling.ics import Meeting, cancel_bytes, publish_bytes
from scheduling.services.notices import where_of
from scheduling.services.views import CandidateView
from scheduling.states import InvitationState


def title_of(view: CandidateView) -> str:
    """Return what the entry is called."""
    return f"{view.vacancy}, {view.company}"


def file_of(view: CandidateView) -> bytes:
    """Return the visit as a calendar file: the same UID and SEQUENCE as in the mail, and nobody asked to answer by mail.

    A visit that was called off gives a CANCEL, which takes it out of the calendar again.
    """
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    is_off = view.state in {InvitationState.CANCELLED, InvitationState.DECLINED}
    meeting = Meeting(
        uid=view.uid,
        sequence=view.sequence,
        dtstamp=view.dtstamp,
        start=view.starts_at,
        end=view.calendar_ends_at,
        summary=title_of(view),
        location=where_of(view),
        url=view.link,
        organizer_name=view.company,
        organizer_email=sender,
        attendee_name=view.name,
        attendee_email=sender,
    )
    return cancel_bytes(meeting) if is_off else publish_bytes(meeting)
