"""Telling an invited person: the text, the calendar object, the outbox row - built from that person's view alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from recruit.messaging.outbox import choose_channel, contact_for, post
from recruit.messaging.wording import own_words
from recruit.models import Channel, Message, MessageKind
from recruit.templatetags.parts import clock, day, long_day
from scheduling.ics import Meeting, cancel_bytes, declinecounter_bytes, request_bytes
from scheduling.models import Invitation
from scheduling.services.reply_addresses import reply_address
from scheduling.services.views import CandidateView, candidate_view

_METHODS = {
    "invitation": "REQUEST",
    "update": "REQUEST",
    "cancellation": "CANCEL",
    # The refusal of a proposed time; the number is that of the proposal (RFC 5546, 3.2.8).
    "time_stays": "DECLINECOUNTER",
}
_RENDER = {"REQUEST": request_bytes, "CANCEL": cancel_bytes, "DECLINECOUNTER": declinecounter_bytes}
_KINDS = {"time_stays": MessageKind.UPDATE}
_TEMPLATE_CHANNEL = {Channel.EMAIL: "email", Channel.SMS: "sms", Channel.HAND: "sms", Channel.CALL: "call"}


def times_of(view: CandidateView, *, is_short: bool) -> dict[str, Any]:
    """Return what the texts of a visit are made of: its times on the office's clock, and on the person's own.

    A mail has a line that names the clock; what ``is_short`` names it in the time itself, where the person lives by another.
    """
    suffix = f" ({view.offset})" if is_short and view.own_zone else ""
    return {
        "view": view,
        "day": long_day(view.starts_at, view.zone),
        "short_day": day(view.starts_at, view.zone),
        "start": clock(view.starts_at, view.zone),
        "window": clock(view.window_end, view.zone) + suffix,
        "end": clock(view.ends_at, view.zone) + suffix,
        "own_day": long_day(view.starts_at, view.own_zone) if view.own_zone else "",
        "own_start": clock(view.starts_at, view.own_zone) if view.own_zone else "",
    }


def wording(view: CandidateView, kind: str, channel: str) -> tuple[str, str]:
    """Return subject and body in the person's language; times are those of the office."""
    with translation.override(view.language):
        name = _TEMPLATE_CHANNEL[Channel(channel)]
        context = times_of(view, is_short=name != "email")
        body = render_to_string(f"scheduling/messages/{kind}.{name}.txt", context).strip()
        subjects = {
            "invitation": _("Interview: %(vacancy)s, %(day)s"),
            "update": _("New time of your interview: %(vacancy)s, %(day)s"),
            "cancellation": _("Your interview is off: %(vacancy)s, %(day)s"),
            "time_stays": _("The time of your interview stays: %(vacancy)s, %(day)s"),
        }
        subject = subjects[kind] % {"vacancy": view.vacancy, "day": f"{context['short_day']}, {context['start']}"}
        own = own_words(kind=kind, channel=name, language=view.language, values=_values(view, context))
        return (own[0] or subject, own[1]) if own else (subject, body + "\n")


def _values(view: CandidateView, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the placeholders of the company's own texts stand for; all of it from this person's view alone."""
    return {
        "name": view.greeting,
        "vacancy": view.vacancy,
        "company": view.company,
        "day": context["day"],
        "start": context["start"],
        "end": context["end"] if view.is_group else context["window"],
        "wait": view.wait_minutes,
        "minutes": view.minutes,
        "address": view.online_link or view.address,
        "directions": view.directions,
        "bring": view.bring,
        "person": view.contact_person,
        "phone": view.phone,
        "link": view.link,
    }


def where_of(view: CandidateView) -> str:
    """Return the place of a visit: the link of an online one, else the address."""
    return view.online_link or view.address


def calendar_of(
    view: CandidateView, kind: str, *, address: str, summary: str, description: str, sequence: int | None = None
) -> str:
    """Return the iCalendar object of a notice: the invited person's own event and nobody else's."""
    meeting = Meeting(
        uid=view.uid,
        sequence=view.sequence if sequence is None else sequence,
        dtstamp=view.dtstamp,
        start=view.starts_at,
        end=view.calendar_ends_at,
        summary=summary,
        description=description,
        location=where_of(view),
        url=view.link,
        organizer_name=view.company,
        organizer_email=reply_address(view.uid),
        attendee_name=view.name,
        attendee_email=address,
    )
    return _RENDER[_METHODS[kind]](meeting).decode()


def post_notice(
    invitation: Invitation, kind: str, *, at: datetime, sequence: int | None = None, again: str = ""
) -> Message:
    """Write the outbox row of one notice, in the caller's transaction.

    ``kind`` is ``invitation``, ``update``, ``cancellation`` or ``time_stays`` (which needs the ``sequence`` of the proposal
    it refuses). The effect key holds invitation, SEQUENCE, kind and recipient: asking twice writes one row, unless
    ``again`` names why the same is sent once more.
    """
    invitation = Invitation.objects.select_related(
        "session__office", "band", "application__vacancy", "application__candidate"
    ).get(pk=invitation.pk)
    candidate = invitation.application.candidate
    view = candidate_view(invitation)
    channel = choose_channel(candidate)
    subject, body = wording(view, kind, channel)
    contact = contact_for(candidate, channel)
    with translation.override(view.language):
        summary = _("Interview: %(vacancy)s, %(company)s") % {"vacancy": view.vacancy, "company": view.company}
    calendar = ""
    if channel == Channel.EMAIL and contact is not None:
        calendar = calendar_of(view, kind, address=contact.value, summary=summary, description=body, sequence=sequence)
    return post(
        effect_key=f"invitation:{invitation.pk}:{invitation.sequence}:{kind}:{candidate.pk}{again and f':{again}'}",
        kind=_KINDS.get(kind) or MessageKind(kind),
        channel=channel,
        candidate=candidate,
        about="scheduling.Invitation",
        about_id=invitation.pk,
        language=view.language,
        subject=subject,
        body=body,
        calendar=calendar,
        calendar_method=_METHODS[kind] if calendar else "",
        reply_to=reply_address(view.uid) if channel == Channel.EMAIL else "",
        not_before=at,
        # An invitation that arrives after the hour it names only confuses.
        not_after=view.starts_at - timedelta(minutes=30) if kind != "cancellation" else view.ends_at,
    )
