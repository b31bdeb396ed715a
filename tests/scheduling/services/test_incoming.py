"""Mail that comes in: who is believed, in which order, and what it changes."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar

from recruit.errors import InvalidInputError
from recruit.models import ContactPoint, Message
from scheduling.models import IncomingMail, InterviewerBlock, MailRules
from scheduling.services import incoming, mailboxes, replies
from scheduling.services.reply_addresses import events_of, reply_address
from scheduling.services.wishes import settle_wish
from scheduling.states import MoveRequestEvent
from tests.scheduling.world import DAY_BEFORE, OPENS, by, interviewer, invited, kinds, opened, recruiter

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ANNA = "anna@mail.test"
STATE = ("state", "answer", "sequence", "answered_at", "reply_sequence", "reply_dtstamp", "band_id")


@pytest.fixture(autouse=True)
def _address(settings):
    settings.REPLY_ADDRESS = "hr@turnout.test"


def anna(**fields):
    return invited(opened(), "Anna Petrova", email=ANNA, **fields)


def state_of(invitation):
    invitation.refresh_from_db()
    return [getattr(invitation, name) for name in STATE]


def ics(
    uid,
    *,
    method="REPLY",
    partstat="ACCEPTED",
    attendee=ANNA,
    sequence=0,
    stamp=DAY_BEFORE + HOUR,
    extra=(),
    organizer="",
):
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//X//Y//EN", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}",
        *([f"SEQUENCE:{sequence}"] if sequence is not None else []),
        *([f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"] if stamp else []),
        *([f"ORGANIZER:mailto:{organizer}"] if organizer else []),
        *([f"ATTENDEE;PARTSTAT={partstat}:mailto:{attendee}"] if attendee else []),
        *extra, "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def mail(body="", *, to, sender=ANNA, headers=(), kind="calendar", **params):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Re: interview"
    for name, value in headers:
        message[name] = value
    message.set_content("Yes")
    if body:
        message.add_alternative(body.encode(), maintype="text", subtype=kind, params=params or {"method": "REPLY"})
    return message.as_bytes()


def arrives(raw, *, at=DAY_BEFORE + 2 * HOUR):
    return incoming.read(incoming.receive(raw, source="test", at=at), at=at)


def answer(invitation, *, at=DAY_BEFORE + 2 * HOUR, to=None, sender=ANNA, headers=(), **fields):
    return arrives(
        mail(ics(invitation.uid, **fields), to=to or reply_address(invitation.uid), sender=sender, headers=headers),
        at=at,
    )


@pytest.mark.parametrize(
    ("partstat", "state", "kind"),
    [("ACCEPTED", "confirmed", "confirmed"), ("DECLINED", "declined", "declined"), ("tentative", "sent", "unsure")],
)
def test_a_proven_answer_is_taken(partstat, state, kind):
    invitation = anna()

    read = answer(invitation, partstat=partstat)

    assert (read.outcome, read.invitation, bytes(read.raw)) == ("applied", invitation, b"")
    assert (state_of(invitation)[0], kinds(invitation)[-1]) == (state, kind)
    assert invitation.ledger.last().actor_kind == "mail"


def test_an_answer_without_dtstamp_sequence_and_organizer_is_taken():
    invitation = anna()

    assert answer(invitation, sequence=None, stamp=None).outcome == "applied"


def test_the_signed_address_may_stand_in_the_organizer_alone():
    invitation = anna()

    read = answer(invitation, to="somebody@else.test", organizer=reply_address(invitation.uid).upper())

    assert read.outcome == "applied"


@pytest.mark.attack("A067")
def test_the_same_mail_from_two_boxes_is_one():
    invitation = anna()
    raw = mail(ics(invitation.uid), to=reply_address(invitation.uid))

    first, again = arrives(raw), arrives(raw)

    assert (first.pk, again.outcome, kinds(invitation)) == (again.pk, "applied", ["invited", "confirmed"])


@pytest.mark.attack("A067")
def test_the_same_answer_under_another_message_id_is_one_change():
    invitation = anna()
    stamp = DAY_BEFORE + HOUR

    answer(invitation, stamp=stamp, headers=[("Message-ID", "<one@mail.test>")])
    taken = state_of(invitation)
    answer(invitation, stamp=stamp, headers=[("Message-ID", "<two@mail.test>")])

    assert (state_of(invitation), kinds(invitation)) == (taken, ["invited", "confirmed"])


@pytest.mark.attack("A141")
@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"to": "hr@turnout.test"}, "forged"),
        ({"to": "hr+0123456789abcdef.aaaaaaaaaaaaaaaa@turnout.test"}, "forged"),
        ({"attendee": "crasher@x.test"}, "stranger"),
        ({"attendee": ""}, "letter"),
        ({"headers": [("Auto-Submitted", "auto-replied")]}, "automatic"),
        ({"headers": [("Authentication-Results", "mx.test; spf=pass; dmarc=fail header.from=mail.test")]}, "forged"),
        ({"extra": ["RECURRENCE-ID:20260512T070000Z"]}, "unknown"),
        ({"partstat": "NEEDS-ACTION"}, "letter"),
        ({"partstat": 'DELEGATED;DELEGATED-TO="mailto:b@x.test"'}, "delegated"),
        ({"method": "PUBLISH"}, "letter"),
    ],
)  # fmt: skip
def test_what_does_not_prove_itself_changes_nothing(fields, outcome):
    invitation = anna()
    before = state_of(invitation)

    read = answer(invitation, **fields)

    assert (read.outcome, state_of(invitation)[:4], kinds(invitation)) == (outcome, before[:4], ["invited"])


def test_an_answer_of_another_event_opens_nothing():
    mine, other = anna(), invited(opened(), "Oleg", email="oleg@mail.test")
    before = state_of(other)

    read = answer(other, to=reply_address(mine.uid), attendee="oleg@mail.test")

    assert (read.outcome, state_of(other)) == ("forged", before)


@pytest.mark.attack("A064")
def test_a_lower_sequence_and_an_older_dtstamp_change_nothing():
    invitation = anna()
    answer(invitation, stamp=DAY_BEFORE + 90 * MINUTE)
    taken = state_of(invitation)

    older = answer(invitation, partstat="DECLINED", stamp=DAY_BEFORE + HOUR)
    settled = state_of(invitation)
    request = replies.ask_to_move(
        invitation, at=DAY_BEFORE + 3 * HOUR, actor=by(recruiter()), band=invitation.session.bands.all()[2]
    )
    settle_wish(request, MoveRequestEvent.ACCEPT, at=DAY_BEFORE + 3 * HOUR, actor=by(recruiter()))
    moved = state_of(invitation)
    lower = answer(invitation, partstat="DECLINED", stamp=DAY_BEFORE + 4 * HOUR, sequence=0, at=DAY_BEFORE + 5 * HOUR)

    assert (older.outcome, taken) == ("stale", settled)
    assert (lower.outcome, state_of(invitation)) == ("stale", moved)
    assert answer(invitation, sequence=1, stamp=DAY_BEFORE + 4 * HOUR, at=DAY_BEFORE + 5 * HOUR).outcome == "applied"


@pytest.mark.attack("A064")
def test_two_answers_that_overtook_each_other_on_the_way_leave_the_later_one():
    invitation = anna()
    answer(invitation, partstat="DECLINED", stamp=DAY_BEFORE + 61 * MINUTE, at=DAY_BEFORE + 2 * HOUR)

    late = answer(invitation, partstat="ACCEPTED", stamp=DAY_BEFORE + 60 * MINUTE, at=DAY_BEFORE + 3 * HOUR)
    newer = answer(invitation, partstat="ACCEPTED", stamp=DAY_BEFORE + 62 * MINUTE, at=DAY_BEFORE + 3 * HOUR)

    assert (late.outcome, newer.outcome, state_of(invitation)[0]) == ("stale", "applied", "confirmed")


def test_an_answer_older_than_one_given_on_the_page_is_old():
    invitation = anna()
    replies.decline(invitation, at=DAY_BEFORE + 2 * HOUR, actor=by(recruiter()))

    assert answer(invitation, stamp=DAY_BEFORE + HOUR, at=DAY_BEFORE + 3 * HOUR).outcome == "stale"


def test_a_clock_that_runs_ahead_does_not_shut_out_later_answers():
    invitation = anna()
    answer(invitation, stamp=DAY_BEFORE + 900 * HOUR, at=DAY_BEFORE + 2 * HOUR)

    assert (
        answer(invitation, partstat="DECLINED", stamp=DAY_BEFORE + 4 * HOUR, at=DAY_BEFORE + 4 * HOUR).outcome
        == "applied"
    )


def test_an_answer_after_the_day_comes_too_late():
    invitation = anna()
    replies.move(invitation, "cancel", at=DAY_BEFORE + HOUR, actor=by(recruiter()), kind="cancelled_by_us")

    read = answer(invitation)

    assert (read.outcome, state_of(invitation)[0]) == ("refused", "cancelled")


def counter(invitation, start, **fields):
    body = ics(
        invitation.uid, method="COUNTER", extra=[f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "COMMENT:Later\\, please"], **fields
    )
    return arrives(mail(body, to=reply_address(invitation.uid), method="COUNTER"))


def test_a_counter_becomes_a_wish_that_a_person_refuses_by_declinecounter():
    invitation = anna()

    read = counter(invitation, invitation.session.bands.all()[2].starts_at)
    wish = invitation.move_requests.get()
    settle_wish(wish, MoveRequestEvent.REFUSE, at=DAY_BEFORE + 3 * HOUR, actor=by(recruiter()))

    assert (read.outcome, wish.band, wish.counter_sequence) == ("proposal", invitation.session.bands.all()[2], 0)
    assert wish.wish == "2026-05-12 11:00 · Later, please"
    sent = Message.objects.get(calendar_method="DECLINECOUNTER")
    event = Calendar.from_ical(sent.calendar).events[0]
    assert (str(event["UID"]), event["SEQUENCE"], sent.to_address) == (invitation.uid, 0, ANNA)
    assert state_of(invitation)[2] == 0


def test_a_counter_that_is_accepted_is_answered_with_a_higher_request():
    invitation = anna()
    band = invitation.session.bands.all()[2]
    counter(invitation, band.starts_at)

    settle_wish(
        invitation.move_requests.get(), MoveRequestEvent.ACCEPT, at=DAY_BEFORE + 3 * HOUR, actor=by(recruiter())
    )

    sent = Message.objects.get(kind="update")
    event = Calendar.from_ical(sent.calendar).events[0]
    assert (sent.calendar_method, event["SEQUENCE"], event.start) == ("REQUEST", 1, band.starts_at)


def test_a_rule_accepts_a_free_time_of_the_same_session():
    MailRules.objects.create(pk=1, accept_free_times=True)
    invitation = anna()

    counter(invitation, invitation.session.bands.all()[1].starts_at)

    assert (state_of(invitation)[2], invitation.band) == (1, invitation.session.bands.all()[1])
    assert invitation.move_requests.get().state == "accepted"


def test_a_time_outside_the_session_stays_a_wish_in_words():
    MailRules.objects.create(pk=1, accept_free_times=True)
    invitation = anna()

    counter(invitation, OPENS + 48 * HOUR)

    assert (invitation.move_requests.get().state, invitation.move_requests.get().band) == ("open", None)


def test_a_refresh_sends_the_invitation_again_to_the_invited_person_alone():
    invitation = anna()
    body = ics(invitation.uid, method="REFRESH")

    first = arrives(mail(body, to=reply_address(invitation.uid), method="REFRESH"))
    crasher = arrives(mail(body.replace(ANNA, "c@x.test"), to=reply_address(invitation.uid), method="REFRESH"))

    assert (first.outcome, crasher.outcome) == ("refreshed", "stranger")
    assert list(Message.objects.filter(kind="update").values_list("to_address", flat=True)) == [ANNA]


def bounce(invitation, *, status="5.1.1", to=ANNA, reply_to=None):
    original = (
        f"Message-ID: <x@y>\r\nReply-To: {reply_to or reply_address(invitation.uid)}\r\n"
        f"Content-Type: text/calendar; method=REPLY\r\n\r\n{ics(invitation.uid, partstat='DECLINED')}"
    )
    return (
        "From: MAILER-DAEMON@mx.test\r\nTo: hr@turnout.test\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n--b--\r\n"
    ).encode()


@pytest.mark.attack("A141")
def test_a_bounce_is_shown_marks_the_address_and_is_never_an_answer():
    invitation = anna()
    before = state_of(invitation)

    read = arrives(bounce(invitation))

    assert (read.outcome, read.invitation, read.facts["bounce"]["status"]) == ("bounce", invitation, "5.1.1")
    assert (state_of(invitation), kinds(invitation)) == (before, ["invited"])
    assert ContactPoint.objects.get(value=ANNA).bad_since == DAY_BEFORE + 2 * HOUR


@pytest.mark.parametrize("fields", [{"status": "4.4.7"}, {"to": "other@x.test"}, {"reply_to": "hr+0123456789abcdef.aaaaaaaaaaaaaaaa@turnout.test"}])  # fmt: skip
def test_a_bounce_that_proves_nothing_marks_no_address(fields):
    invitation = anna()

    assert arrives(bounce(invitation, **fields)).outcome == "bounce"
    assert ContactPoint.objects.get(value=ANNA).bad_since is None


def test_an_interviewer_answers_their_own_entry():
    block = InterviewerBlock.objects.create(
        session=opened(),
        interviewer=interviewer("Igor"),
        uid=f"{'ab' * 16}@turnout",
        dtstamp=DAY_BEFORE,
        core="",
        digest="",
    )
    block.interviewer.email = "igor@x.test"
    block.interviewer.save()

    read = answer(block, attendee="igor@x.test", partstat='DELEGATED;DELEGATED-TO="mailto:Olga@x.test"')
    block.refresh_from_db()

    assert (read.outcome, read.block, block.answer, block.delegate) == ("delegated", block, "delegated", "olga@x.test")
    assert answer(block, attendee="igor@x.test", stamp=DAY_BEFORE + 90 * MINUTE).outcome == "applied"


def test_a_letter_to_the_address_of_an_invitation_is_kept_beside_it():
    invitation = anna()

    read = arrives(mail(to=f"Turnout <{reply_address(invitation.uid)}>"))

    assert (read.outcome, read.invitation, read.words) == ("letter", invitation, "Yes")


def test_addresses_of_another_box_or_host_are_nobodys():
    invitation = anna()
    tag = reply_address(invitation.uid).partition("+")[2].partition("@")[0]

    assert events_of([f"HR+{tag.upper()}@Turnout.test"]) == [invitation]
    assert events_of([f"x+{tag}@turnout.test", f"hr+{tag}@evil.test", f"hr+{tag[:-1]}a@turnout.test"]) == []


def test_without_an_address_for_answers_the_sender_is_the_organizer(settings):
    settings.REPLY_ADDRESS = ""

    assert reply_address(f"{'ab' * 16}@turnout") == "interviews@turnout.invalid"


@pytest.mark.parametrize("raw", [b"", b" \r\n", b"x" * (incoming.MOST_BYTES + 1)], ids=["empty", "blank", "large"])
def test_an_empty_or_too_large_mail_is_refused(raw):
    with pytest.raises(InvalidInputError):
        incoming.receive(raw, source="test", at=DAY_BEFORE)

    assert IncomingMail.objects.count() == 0


def test_a_mail_that_cannot_be_read_is_kept_as_such():
    body, kind = "x", "text/plain"
    for number in range(30):
        body, kind = (
            f"--b{number}\r\nContent-Type: {kind}\r\n\r\n{body}\r\n--b{number}--\r\n",
            f"multipart/mixed; boundary=b{number}",
        )

    assert arrives(f"From: a@b.test\r\nContent-Type: {kind}\r\n\r\n{body}".encode()).outcome == "unreadable"


def test_a_maildir_is_taken_over_once(tmp_path):
    invitation = anna()
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.host").write_bytes(mail(ics(invitation.uid), to=reply_address(invitation.uid)))

    counts = [mailboxes.fetch_maildir(tmp_path, at=DAY_BEFORE + HOUR) for _ in range(2)]

    assert (counts, [path.name for path in (tmp_path / "cur").iterdir()]) == ([1, 0], ["1.host:2,S"])
    assert incoming.read_waiting() == 1
    assert IncomingMail.objects.get().outcome == "applied"
    assert mailboxes.fetch_maildir(tmp_path / "none", at=DAY_BEFORE) == 0


def test_old_mails_are_forgotten():
    arrives(mail(to="hr@turnout.test"))

    assert (
        incoming.forget_old(at=DAY_BEFORE + 100 * 24 * HOUR),
        incoming.forget_old(at=DAY_BEFORE + 190 * 24 * HOUR),
    ) == (0, 1)


# -- somebody else is sent ---------------------------------------------------------------------------------------------

DELEGATE = "boris@x.test"
TO = f'DELEGATED-TO="mailto:{DELEGATE}"'
FROM = f'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:{ANNA}":mailto:{DELEGATE}'


@pytest.mark.parametrize(
    ("fields", "delegate"),
    [
        ({"partstat": f"DELEGATED;{TO}"}, DELEGATE),
        ({"partstat": f"ACCEPTED;{TO}"}, DELEGATE),
        ({"partstat": f"DECLINED;{TO}", "extra": [FROM]}, DELEGATE),
        ({"partstat": f'DELEGATED;{TO},"mailto:c@x.test"'}, DELEGATE),
        ({"partstat": "DELEGATED"}, ""),
        ({"partstat": "ACCEPTED", "extra": [FROM]}, DELEGATE),
        ({"attendee": "", "extra": [FROM]}, DELEGATE),
        ({"attendee": "", "extra": [FROM], "sender": DELEGATE}, DELEGATE),
        ({"method": "COUNTER", "partstat": f"ACCEPTED;{TO}"}, DELEGATE),
    ],
)
def test_whom_a_person_sends_is_shown_and_never_counted_as_their_answer(fields, delegate):
    invitation = anna()
    before = state_of(invitation)

    read = answer(invitation, **fields)

    assert (read.outcome, read.invitation, read.facts["delegate"]) == ("delegated", invitation, delegate)
    assert (state_of(invitation)[:4], kinds(invitation)) == (before[:4], ["invited"])
    assert not invitation.move_requests.exists()


def test_the_answer_of_the_other_person_shuts_out_none_of_the_invited_one():
    invitation = anna()
    answer(invitation, attendee="", extra=[FROM], sender=DELEGATE, stamp=DAY_BEFORE + 90 * MINUTE)

    own = answer(invitation, stamp=DAY_BEFORE + HOUR)

    assert (own.outcome, state_of(invitation)[:2]) == ("applied", ["confirmed", "confirmed"])


def test_somebody_who_names_a_stranger_as_the_one_they_come_for_is_a_stranger():
    invitation = anna()

    read = answer(invitation, attendee="", extra=[FROM.replace(ANNA, "nobody@x.test")])

    assert read.outcome == "stranger"
