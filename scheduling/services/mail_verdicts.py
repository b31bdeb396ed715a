"""What an incoming mail is and what it may do.

A calendar answer counts when (1) it came to, or names as organizer, the signed address of that very event, (2) its
attendee is the person who was invited, (3) no mail server found it forged, and (4) by (SEQUENCE, DTSTAMP) it is newer than
what is known (RFC 5546, 2.1.5; RFC 6047, 2.2.1). Everything else is kept and shown, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from recruit.errors import RecruitError, TransitionRefusedError
from recruit.models import ContactKind, ContactPoint, Message
from scheduling.ics.reply import stamp_of
from scheduling.models import ActorKind, IncomingMail, InterviewerBlock, Invitation, MailOutcome, MailRules
from scheduling.services import replies
from scheduling.services.actors import Actor
from scheduling.services.notices import post_notice
from scheduling.services.reply_addresses import events_of
from scheduling.services.wishes import band_at, settle_wish
from scheduling.states import EXPECTED, MoveRequestEvent

_ACTOR = Actor(kind=ActorKind.MAIL, source="mail")
# The more an outcome says, the earlier it stands: one mail may hold several objects.
_WEIGHT = (
    MailOutcome.APPLIED,
    MailOutcome.PROPOSAL,
    MailOutcome.DELEGATED,
    MailOutcome.REFRESHED,
    MailOutcome.REFUSED,
    MailOutcome.STALE,
    MailOutcome.STRANGER,
    MailOutcome.FORGED,
    MailOutcome.UNKNOWN,
    MailOutcome.LETTER,
)
Event = Invitation | InterviewerBlock


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a mail is, the event it is about, and what is shown of it."""

    outcome: MailOutcome
    event: Event | None = None
    words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def invitation(self) -> Invitation | None:
        """The invitation the mail is about."""
        return self.event if isinstance(self.event, Invitation) else None

    @property
    def block(self) -> InterviewerBlock | None:
        """The interviewer's entry the mail is about."""
        return self.event if isinstance(self.event, InterviewerBlock) else None


def judge(facts: Mapping[str, Any], row: IncomingMail) -> Verdict:
    """Return what a mail is, after doing what it asks for where it may ask."""
    if facts["bounce"] is not None:
        return _bounce(facts["bounce"], at=row.received_at)
    addressed = events_of(facts["to"])
    first = addressed[0] if addressed else None
    if facts["automatic"]:
        return Verdict(outcome=MailOutcome.AUTOMATIC, event=first)
    method = next((word for word in facts["method"] if word in {"REPLY", "COUNTER", "REFRESH"}), "")
    # One visit never repeats: an answer to one occurrence of something is an answer to something else.
    items = [one for one in facts["items"] if one["component"] == "VEVENT" and not one["recurrence_id"]]
    if not method or not items:
        has_answer = bool(facts["items"]) and bool(method)
        return Verdict(outcome=MailOutcome.UNKNOWN if has_answer else MailOutcome.LETTER, event=first)
    verdicts = [_answer(method, item, facts, addressed, row) for item in items[:20]]
    return min(verdicts, key=lambda verdict: _WEIGHT.index(verdict.outcome))


def _answer(
    method: str, item: Mapping[str, Any], facts: Mapping[str, Any], addressed: list[Event], row: IncomingMail
) -> Verdict:
    uid = item["uid"] or ""
    event = _event(uid)
    if event is None:
        return Verdict(outcome=MailOutcome.UNKNOWN)
    proven = addressed + events_of([item["organizer"] or ""])
    if event not in proven or facts.get("forged"):
        return Verdict(outcome=MailOutcome.FORGED, event=event)
    mine = _known_addresses(event)
    said = next((one for one in item["attendees"] if one["attendee"] in mine), None)
    delegate = delegate_in(item["attendees"], mine)
    if said is None and delegate is not None:
        # The other person answers by themselves: shown, and no answer of the invited one.
        outcome = MailOutcome.DELEGATED if (item["sequence"] or 0) >= event.sequence else MailOutcome.STALE
        return Verdict(outcome=outcome, event=event, words=_one_line(item), facts={"delegate": delegate})
    if said is None:
        outcome = MailOutcome.STRANGER if item["attendees"] else MailOutcome.LETTER
        who = item["attendees"][0]["attendee"] if item["attendees"] else ""
        return Verdict(outcome=outcome, event=event, facts={"who": (who or "")[:254]})
    if method == "REFRESH":
        return _refresh(event, at=row.received_at)
    # A clock that is wrong must not shut out later answers.
    stamp = min(stamp_of(item["dtstamp"]) or row.received_at, row.received_at)
    sequence = item["sequence"] or 0
    if _is_old(event, sequence, stamp):
        return Verdict(outcome=MailOutcome.STALE, event=event, facts={"sequence": sequence})
    try:
        with transaction.atomic():
            if delegate is not None:
                verdict = _delegated(event, item, delegate, stamp=stamp)
            else:
                verdict = _do(method, event, item, said, sequence=sequence, stamp=stamp, at=row.received_at)
            # The person's own clock orders their answers; ours says when we heard.
            heard: dict[str, Any] = {"reply_sequence": sequence, "reply_dtstamp": stamp}
            if verdict.outcome in {MailOutcome.APPLIED, MailOutcome.PROPOSAL}:
                heard["answered_at"] = stamp
            rows = InterviewerBlock.objects if isinstance(event, InterviewerBlock) else Invitation.objects
            rows.filter(pk=event.pk, sequence=event.sequence).update(**heard)
    except RecruitError as error:
        return Verdict(outcome=MailOutcome.REFUSED, event=event, words=error.message)
    return verdict


def _event(uid: str) -> Event | None:
    invitation = (
        Invitation.objects.select_related("application__candidate", "session__office", "band").filter(uid=uid).first()
    )
    return invitation or InterviewerBlock.objects.select_related("interviewer", "session").filter(uid=uid).first()


def _known_addresses(event: Event) -> set[str]:
    """Return the addresses of the invited person: their contacts, and where the event was sent to."""
    if isinstance(event, InterviewerBlock):
        about, own = "scheduling.InterviewerBlock", [event.interviewer.email]
    else:
        about = "scheduling.Invitation"
        contacts = ContactPoint.objects.filter(candidate=event.application.candidate_id, kind=ContactKind.EMAIL)
        own = list(contacts.values_list("normalised", flat=True))
    sent = (
        Message.objects.filter(about=about, about_id=event.pk).exclude(calendar="").values_list("to_address", flat=True)
    )
    return {address.strip().lower() for address in (*own, *sent) if address}


def _is_old(event: Event, sequence: int, stamp: datetime) -> bool:
    """Return whether an answer is to an earlier time, or older than the last thing we heard."""
    if sequence < event.sequence:
        return True
    heard = (event.reply_sequence, event.reply_dtstamp)
    if heard[0] is not None and heard[1] is not None and (sequence, stamp) <= heard:
        return True
    return event.answered_at is not None and stamp < event.answered_at.replace(microsecond=0)


def _do(
    method: str,
    event: Event,
    item: Mapping[str, Any],
    said: Mapping[str, Any],
    *,
    sequence: int,
    stamp: datetime,
    at: datetime,
) -> Verdict:
    """Do what a proven answer says."""
    comment = _one_line(item)
    partstat = said["partstat"]
    if method == "COUNTER":
        return _counter(event, item, comment, sequence=sequence, at=at)
    if partstat not in {"ACCEPTED", "DECLINED", "TENTATIVE"}:
        return Verdict(outcome=MailOutcome.LETTER, event=event, words=comment)
    if isinstance(event, InterviewerBlock):
        InterviewerBlock.objects.filter(pk=event.pk).update(answer=partstat.lower(), delegate="", answered_at=stamp)
    elif partstat == "ACCEPTED":
        replies.confirm(event, at=at, actor=_ACTOR)
    elif partstat == "DECLINED":
        replies.decline(event, at=at, actor=_ACTOR)
    else:
        replies.unsure(event, at=at, actor=_ACTOR)
    return Verdict(outcome=MailOutcome.APPLIED, event=event, words=comment, facts={"partstat": partstat})


def _one_line(item: Mapping[str, Any]) -> str:
    return " ".join((item["comment"] or "").split())


def delegate_in(attendees: Sequence[Mapping[str, Any]], mine: Collection[str]) -> str | None:
    """Return whom the invited person sends instead ("" where nobody is named), None where an answer delegates nothing.

    The person names somebody (DELEGATED-TO, whatever PARTSTAT says), or somebody names the person as the one they come for
    (DELEGATED-FROM). ``mine`` are the addresses of the invited person.
    """
    for one in attendees:
        if one["attendee"] in mine and (one["partstat"] == "DELEGATED" or one.get("delegated_to")):
            return str(one.get("delegated_to") or "")[:254]
    for one in attendees:
        if one["attendee"] not in mine and one.get("delegated_from") in mine:
            return str(one["attendee"] or "")[:254]
    return None


def _delegated(event: Event, item: Mapping[str, Any], delegate: str, *, stamp: datetime) -> Verdict:
    """Keep whom an interviewer sends; nobody can send somebody else to their own interview: a person is told and decides."""
    if isinstance(event, InterviewerBlock):
        InterviewerBlock.objects.filter(pk=event.pk).update(answer="delegated", delegate=delegate, answered_at=stamp)
    return Verdict(outcome=MailOutcome.DELEGATED, event=event, words=_one_line(item), facts={"delegate": delegate})


def _counter(event: Event, item: Mapping[str, Any], comment: str, *, sequence: int, at: datetime) -> Verdict:
    """Keep a proposal as a wish to move; a rule may accept one that is another arrival time of the same session."""
    start = datetime.fromisoformat(item["starts_at"]) if item["starts_at"] else None
    facts = {"starts_at": item["starts_at"]}
    if isinstance(event, InterviewerBlock):
        return Verdict(outcome=MailOutcome.PROPOSAL, event=event, words=comment, facts=facts)
    if event.state not in EXPECTED:
        msg = "This invitation is no longer open."
        raise TransitionRefusedError(msg)
    zone = event.session.office.zone
    wish = " · ".join(filter(None, [f"{start.astimezone(zone):%Y-%m-%d %H:%M}" if start else "", comment]))
    band = band_at(event, start) if start is not None and start > at else None
    request = replies.ask_to_move(event, at=at, actor=_ACTOR, band=band, wish=wish)
    request.counter_sequence = sequence
    request.save(update_fields=["counter_sequence"])
    if band is not None and MailRules.current().accept_free_times:
        settle_wish(request, MoveRequestEvent.ACCEPT, at=at, actor=Actor.system("mail rule"))
        facts["accepted"] = "rule"
    return Verdict(outcome=MailOutcome.PROPOSAL, event=event, words=wish, facts=facts)


def _refresh(event: Event, *, at: datetime) -> Verdict:
    """Send the invitation once more to the invited person, at most once an hour."""
    if isinstance(event, Invitation) and event.state in EXPECTED:
        post_notice(event, "update", at=at, again=f"refresh{at:%Y%m%d%H}")
        return Verdict(outcome=MailOutcome.REFRESHED, event=event)
    return Verdict(outcome=MailOutcome.REFUSED, event=event)


def _bounce(bounce: Mapping[str, Any], *, at: datetime) -> Verdict:
    """Note that an address does not work, where the report gives our own signed mail back; it is never an answer."""
    event = next(iter(events_of(bounce["reply_to"])), None)
    facts = {key: bounce[key] for key in ("recipient", "status", "action", "diagnostic")}
    known = isinstance(event, Invitation) and bounce["recipient"] in _known_addresses(event)
    final = bounce["action"] in {"failed", ""} and bounce["status"].startswith("5.")
    if isinstance(event, Invitation) and known and final:
        ContactPoint.objects.filter(
            candidate=event.application.candidate_id,
            kind=ContactKind.EMAIL,
            normalised=bounce["recipient"],
            bad_since=None,
        ).update(bad_since=at)
    return Verdict(outcome=MailOutcome.BOUNCE, event=event, words=bounce["diagnostic"], facts=facts)
