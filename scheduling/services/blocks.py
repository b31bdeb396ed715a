"""The calendar entries of interviewers: one block a session, mailed, updated and called off like any invitation."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from recruit.messaging.outbox import post
from recruit.models import Channel, Company, Message, MessageKind
from scheduling.ics import Meeting, cancel_bytes, request_bytes
from scheduling.models import FeedDetail, Interviewer, InterviewerBlock, InterviewSession
from scheduling.services.reply_addresses import reply_address
from scheduling.services.session_texts import SessionText, may_see_names, session_texts
from scheduling.services.uids import new_uid
from scheduling.states import SessionState

_TOLD = (SessionState.OPEN, SessionState.RUNNING)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def _language(person: Interviewer, company: Company) -> str:
    return (person.user.language if person.user is not None else "") or company.language


def sync_blocks(session: InterviewSession, *, at: datetime, with_numbers: bool = False) -> list[Message]:
    """Bring the entries of a session's interviewers up to date and return the mails that were written.

    Somebody new gets a REQUEST; a new time, place or name of the session one with a higher SEQUENCE; who left the session,
    and everybody when it is called off, a CANCEL. Numbers and people of the text alone are no reason for a mail, except
    ``with_numbers`` (the day before): then the same SEQUENCE goes out with a newer DTSTAMP. Calling it twice changes nothing.
    """
    session = (
        InterviewSession.objects.select_related("office")
        .prefetch_related("session_interviewers__interviewer__user")
        .get(pk=session.pk)
    )
    if session.state == SessionState.DRAFT or session.is_history:
        return []
    seated = {seat.interviewer_id: seat.interviewer for seat in session.session_interviewers.all()}
    sent: list[Message] = []
    with transaction.atomic():
        kept = {
            block.interviewer_id: block
            for block in session.blocks.select_for_update(of=("self",)).select_related("interviewer__user")
        }
        if session.state in _TOLD and session.ends_at > at:
            for person in seated.values():
                sent += _tell(session, person, kept.get(person.pk), at=at, with_numbers=with_numbers)
        for block in kept.values():
            leaves = block.interviewer_id not in seated or session.state == SessionState.CANCELLED
            if leaves and not block.is_off and session.ends_at > at:
                sent += _call_off(session, block, at=at)
    return sent


def _text_for(session: InterviewSession, person: Interviewer, language: str, *, at: datetime) -> SessionText:
    detail = FeedDetail.PEOPLE if may_see_names(person.user, interviewer=True) else FeedDetail.COUNTS
    return session_texts([session], detail=detail, language=language, at=at)[session.pk]


def _tell(
    session: InterviewSession, person: Interviewer, block: InterviewerBlock | None, *, at: datetime, with_numbers: bool
) -> list[Message]:
    if not person.email:
        return []
    company = Company.current()
    language = _language(person, company)
    text = _text_for(session, person, language, at=at)
    core = _digest(text.starts_at, text.ends_at, text.location, text.summary)
    digest = _digest(core, text.description)
    stamp = at.replace(microsecond=0)
    if block is None:
        block = InterviewerBlock.objects.create(
            session=session, interviewer=person, uid=new_uid(), dtstamp=stamp, core=core, digest=digest
        )
    elif block.is_off or block.core != core:
        block.sequence, block.is_off = block.sequence + 1, False
        block.answer, block.delegate, block.answered_at = "", "", None
        block.dtstamp = _later(block, stamp)
    elif with_numbers and block.digest != digest:
        block.dtstamp = _later(block, stamp)
    else:
        return []
    block.core, block.digest = core, digest
    block.save()
    return [_post(block, person, text, language=language, company=company, off=False)]


def _later(block: InterviewerBlock, stamp: datetime) -> datetime:
    """Return a DTSTAMP that is newer than the last one, whatever the clock says."""
    return max(stamp, block.dtstamp + timedelta(seconds=1))


def _call_off(session: InterviewSession, block: InterviewerBlock, *, at: datetime) -> list[Message]:
    person, company = block.interviewer, Company.current()
    language = _language(person, company)
    text = session_texts([session], detail=FeedDetail.COUNTS, language=language, at=at)[session.pk]
    block.sequence, block.is_off = block.sequence + 1, True
    block.dtstamp = _later(block, at.replace(microsecond=0))
    block.save()
    return [_post(block, person, text, language=language, company=company, off=True)] if person.email else []


def _post(
    block: InterviewerBlock, person: Interviewer, text: SessionText, *, language: str, company: Company, off: bool
) -> Message:
    meeting = Meeting(
        uid=block.uid,
        sequence=block.sequence,
        dtstamp=block.dtstamp,
        start=text.starts_at,
        end=text.ends_at,
        summary=text.summary,
        description=text.description,
        location=text.location,
        url=text.url,
        organizer_name=company.name,
        organizer_email=reply_address(block.uid),
        attendee_name=person.name,
        attendee_email=person.email,
    )
    with translation.override(language):
        subject = _("Called off: %(what)s") % {"what": text.summary} if off else text.summary
    stamp = f"{block.dtstamp:%Y%m%d%H%M%S}"
    return post(
        effect_key=f"block:{block.pk}:{block.sequence}:{stamp}:{'off' if off else 'on'}",
        kind=MessageKind.BLOCK,
        channel=Channel.EMAIL,
        subject=subject,
        body=f"{text.summary}\n{text.description}\n{text.location}\n",
        user=person.user,
        about="scheduling.InterviewerBlock",
        about_id=block.pk,
        language=language,
        calendar=(cancel_bytes(meeting) if off else request_bytes(meeting)).decode(),
        calendar_method="CANCEL" if off else "REQUEST",
        reply_to=reply_address(block.uid),
        to_name=person.name,
        to_address=person.email,
        not_after=text.ends_at,
    )
