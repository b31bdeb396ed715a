"""Whatever happens to an interview, every object that is sent or published can be read by other programs, and by one person."""

import email
import email.policy
from collections import defaultdict
from datetime import UTC, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from recruit.errors import RecruitError
from recruit.messaging.mail import as_mail
from recruit.models import Company, Message
from scheduling.models import FeedDetail, FeedKind, InterviewerBlock, InterviewSession, Invitation
from scheduling.services import changes, feed_copies, feeds, replies, whole_session
from scheduling.services.blocks import sync_blocks
from scheduling.services.notices import post_notice
from scheduling.services.sessions import cancel_session
from scheduling.services.views import candidate_view
from scheduling.web.add_to_calendar import file_of
from tests.calendar_tools import errors_of_libical, read_by_node
from tests.recruit import world
from tests.recruit.world import user
from tests.scheduling.ics.lints import lint, method_of
from tests.scheduling.world import DAY_BEFORE, OPENS, by, group, interviewer, invited, opened

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PEOPLE = (
    ("Анна Ильина", "anna.one@mail.test"),
    ("Борис; Оглы, мл.", "boris.two@mail.test"),
    ("ชัยวัฒน์ ศรี", "chai.three@mail.test"),
)
TITLES = ("Собеседования: склад, смена 2", "สัมภาษณ์งาน; ด่วน", 'Say "hello"\\ to, us', "x" * 120)
STEPS = (
    "move",
    "shift",
    "whole",
    "rename",
    "link",
    "cancel",
    "reinstate",
    "confirm",
    "call_off",
    "take_back",
    "blocks",
)

steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=1, max_size=8)


def setting():
    """Return an open session with three people and an interviewer who has an address."""
    office = world.office(address="Дом 5; корпус 2, вход «Б»\nэтаж 3", time_zone="Asia/Bangkok", city="กรุงเทพ")
    igor = interviewer("Игорь, старший")
    igor.email = f"igor{igor.pk}@staff.test"
    igor.save()
    session = opened(office=office, interviewers=[igor])
    people = [
        invited(session, name, email=f"{session.pk}.{address}", band=index)
        for index, (name, address) in enumerate(PEOPLE)
    ]
    return session, people


def do(step, number, session, people, actor, at):
    """Do one thing that may happen; what the state machines refuse does not happen."""
    session.refresh_from_db()
    one = Invitation.objects.select_related("session", "band").get(pk=people[number % 3].pk)
    bands = list(session.bands.all())
    if step == "move":
        replies.move_to_band(one, bands[number % len(bands)], at=at, actor=actor)
        post_notice(one, "update", at=at)
    elif step == "shift":
        changes.change_session(session, at=at, actor=actor, starts_at=session.starts_at + (number - 2) * HOUR)
    elif step == "whole":
        whole_session.move_session(session, starts_at=session.starts_at + (number - 2) * HOUR, at=at, actor=actor)
    elif step == "rename":
        changes.change_session(session, at=at, actor=actor, title=TITLES[number % 4])
    elif step == "link":
        changes.change_session(session, at=at, actor=actor, online_link=f"https://meet.test/{number}")
    elif step == "cancel":
        changes.cancel_invitation(one, at=at, actor=actor)
    elif step == "reinstate":
        changes.reinstate_invitation(one, at=at, actor=actor)
    elif step == "confirm":
        replies.confirm(one, at=at, actor=actor)
    elif step == "call_off":
        for pk in cancel_session(session, at=at, by=actor.user):
            post_notice(Invitation.objects.get(pk=pk), "cancellation", at=at)
    elif step == "take_back":
        changes.reinstate_session(session, at=at, actor=actor)
    sync_blocks(session, at=at)


def run(history):
    Company.objects.update_or_create(pk=1, defaults={"name": 'ООО "Ромашка"; Bangkok, Ltd'})
    session, people = setting()
    actor = by(user("admin"))
    feed = feeds.create_feed(
        owner=actor.user,
        kind=FeedKind.OFFICE,
        subject=session.office,
        detail=FeedDetail.COUNTS,
        at=DAY_BEFORE,
        language="ru",
    )
    published = []
    with time_machine.travel(DAY_BEFORE, tick=False) as clock:
        sync_blocks(session, at=DAY_BEFORE)
        for index, (step, number) in enumerate(history):
            # Two things may happen within one second.
            at = DAY_BEFORE + (index // 2 + 1) * MINUTE
            clock.move_to(at)
            try:
                do(step, number, session, people, actor, at)
            except RecruitError:
                continue
            published.append(bytes(feed_copies.current_copy(feed, at=at).body).decode())
    ids = [one.pk for one in people]
    blocks = list(InterviewerBlock.objects.filter(session=session).values_list("pk", flat=True))
    mails = list(
        Message.objects.filter(about="scheduling.Invitation", about_id__in=ids).order_by("pk").exclude(calendar="")
    ) + list(Message.objects.filter(about="scheduling.InterviewerBlock", about_id__in=blocks).order_by("pk"))
    return session, people, mails, published


OBJECTS = []


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps)
def test_every_object_of_every_history_is_sound(history):
    _session, people, mails, published = run(history)

    revisions = defaultdict(list)
    for message in mails:
        event = Calendar.from_ical(message.calendar).events[0]
        revisions[str(event["UID"])].append((event["SEQUENCE"], event["DTSTAMP"].dt))
        assert lint(message.calendar) == []
        assert errors_of_libical(message.calendar) == []
        assert_one_mail(message)
        assert_nobody_else(message, people)
    for seen in revisions.values():
        for known in zip(*seen, strict=True):
            assert list(known) == sorted(set(known))
    for body in published:
        assert lint(body) == []
        assert errors_of_libical(body) == []
        assert [name for name, address in PEOPLE if name in body or address in body] == []
    OBJECTS.extend([message.calendar for message in mails] + published[-1:])


def assert_one_mail(message):
    """The mail around the object: METHOD equals the parameter, no disposition, and the same bytes an hour later."""
    with time_machine.travel(DAY_BEFORE, tick=False):
        raw = as_mail(message).as_bytes()
    with time_machine.travel(DAY_BEFORE + HOUR, tick=False):
        assert as_mail(message).as_bytes() == raw
    parts = [part for part in email.message_from_bytes(raw, policy=email.policy.SMTP).walk() if not part.is_multipart()]
    part = next(part for part in parts if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == method_of(message.calendar) == message.calendar_method
    assert (part.get_param("charset"), part["Content-Disposition"], part["Content-ID"]) == ("UTF-8", None, None)
    assert part.get_payload(decode=True) == message.calendar.encode()


def everything(message):
    """Return the mail with every part decoded, headers and folded lines too."""
    mail = email.message_from_bytes(as_mail(message).as_bytes(), policy=email.policy.SMTP)
    texts = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        if not part.is_multipart():
            texts.append(part.get_payload(decode=True).decode().replace("\r\n ", ""))
    return "\n".join(texts)


def assert_nobody_else(message, people):
    text = everything(message)
    own = message.about_id if message.about == "scheduling.Invitation" else None
    for one in people:
        if one.pk == own:
            continue
        candidate = one.application.candidate
        traces = [candidate.name, *candidate.contacts.values_list("value", flat=True), one.uid, one.public_id]
        assert [trace for trace in traces if trace in text] == []


def test_libical_finds_what_is_wrong():
    _session, _people, mails, _published = run([])
    good = mails[0].calendar

    assert errors_of_libical(good) == []
    assert errors_of_libical(good.replace("ORGANIZER", "X-ORGANIZER")) != []
    assert lint(good.replace("BEGIN:VEVENT", "UID:1\r\nBEGIN:VEVENT")) == ["a UID of the calendar itself"]


def test_the_second_readers_read_the_same():
    """Runs after the histories, over their objects, in one process of node."""
    if not OBJECTS:
        _session, _people, mails, published = run([("shift", 3), ("cancel", 0), ("reinstate", 0), ("link", 1)])
        OBJECTS.extend([message.calendar for message in mails] + published[-1:])

    for text, (first, second) in zip(OBJECTS, read_by_node(OBJECTS), strict=True):
        ours = sorted(
            [
                str(event["UID"]),
                int(event.start.astimezone(UTC).timestamp() * 1000),
                event["SEQUENCE"],
                sorted(str(who).lower().removeprefix("mailto:") for who in event.attendees),
            ]
            for event in Calendar.from_ical(text).events
        )
        assert first == ours
        assert second == ours


@pytest.mark.parametrize("session_of", [opened, group])
def test_the_file_of_the_page_is_sound_too(session_of):
    invitation = invited(session_of(), email="anna@mail.test")

    texts = [file_of(candidate_view(invitation)).decode()]
    changes.cancel_invitation(invitation, at=DAY_BEFORE, actor=by(user("admin")))
    texts.append(file_of(candidate_view(invitation)).decode())

    assert [method_of(text) for text in texts] == ["PUBLISH", "CANCEL"]
    for text in texts:
        assert (lint(text), errors_of_libical(text), "ATTENDEE" in text) == ([], [], "METHOD:CANCEL" in text)


def test_cancelling_one_does_not_touch_the_numbers_of_another():
    session = opened()
    anna, boris = invited(session, "Anna", email="a@x.test"), invited(session, "Boris", email="b@x.test")

    changes.cancel_invitation(anna, at=DAY_BEFORE, actor=by(user("admin")))
    boris.refresh_from_db()

    assert (boris.sequence, Message.objects.filter(about_id=boris.pk).count()) == (0, 1)
    assert InterviewSession.objects.get().starts_at == OPENS
