"""Feeds: what they show to whom, stable bytes, conditional requests, rotation, who reads them."""

import gzip
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from recruit.errors import InvalidInputError, NotAllowedError
from recruit.models import Company, Office
from recruit.permissions import Role
from scheduling.ics.lines import unescape
from scheduling.models import Feed, FeedCopy, FeedDetail, FeedKind, FeedReader, Room, SessionEvent
from scheduling.services import changes, feed_copies, feeds
from scheduling.services.feed_addresses import path_of, webcal_of
from scheduling.services.sessions import cancel_session
from tests.calendar_tools import errors_of_libical
from tests.recruit import world
from tests.scheduling.ics.lints import lint
from tests.scheduling.world import DAY_BEFORE, OPENS, by, group, interviewer, invited, opened, recruiter

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(DAY_BEFORE, tick=False) as traveller:
        yield traveller


def staff(office, role=Role.RECRUITER):
    team = world.team()
    team.offices.add(office)
    return world.user(role, teams=(team,))


def feed_of_office(office, *, detail=FeedDetail.COUNTS, role=Role.RECRUITER, **fields):
    return feeds.create_feed(
        owner=staff(office, role),
        kind=FeedKind.OFFICE,
        subject=office,
        detail=detail,
        at=DAY_BEFORE,
        language="en",
        **fields,
    )


def events(body):
    return Calendar.from_ical(bytes(body)).events


def read(feed, *, at=DAY_BEFORE):
    return events(feed_copies.current_copy(feed, at=at).body)


def test_a_feed_names_sessions_numbers_and_nobody():
    office = world.office(name="Main", address="Tverskaya 1")
    session = opened(office=office, rooms=[Room.objects.create(office=office, name="A")])
    invited(session, "Anna Petrova", email="anna@mail.test")

    event = read(feed_of_office(office))[0]

    assert (event.start, event.end, str(event["LOCATION"])) == (
        session.starts_at, session.ends_at, "Main, Tverskaya 1, A",
    )  # fmt: skip
    assert str(event["SUMMARY"]) == "Interviews: Courier"
    assert str(event["DESCRIPTION"]).split("\n")[0].startswith("1 invited, 0 ± ")
    assert "Petrova" not in str(event["DESCRIPTION"])


def test_names_stand_only_where_the_owner_may_see_them_now():
    office = world.office()
    invited(opened(office=office), "Anna Petrova")
    feed = feed_of_office(office, detail=FeedDetail.PEOPLE)

    before = str(read(feed)[0]["DESCRIPTION"])
    feed.owner.role = Role.DESK
    feed.owner.save()
    feed.refresh_from_db()
    after = str(read(feed)[0]["DESCRIPTION"])

    assert ("Anna Petrova" in before, "Anna Petrova" in after) == (True, False)


def test_an_overbooked_session_is_one_opaque_block_for_those_who_may_see_no_more():
    office = world.office()
    session = group(office=office)
    for name in ("Anna", "Boris", "Clara", "Dmitri", "Elena"):
        invited(session, name)
    room = Room.objects.create(office=office, name="Blue")
    session.rooms.add(room)
    feed = feeds.create_feed(
        owner=staff(office), kind=FeedKind.ROOM, subject=room, detail=FeedDetail.BUSY, at=DAY_BEFORE, language="en"
    )

    body = bytes(feed_copies.current_copy(feed, at=DAY_BEFORE).body).decode()

    assert body.count("BEGIN:VEVENT") == 1
    assert [line for line in body.split("\r\n") if line.startswith(("SUMMARY", "DESCRIPTION", "LOCATION", "URL"))] == [
        "SUMMARY:Taken"
    ]


def test_each_kind_shows_its_own_sessions():
    office, elsewhere = world.office(), world.office()
    igor, room, job = interviewer("Igor"), Room.objects.create(office=office, name="A"), world.vacancy()
    igor.offices.add(office)
    with_all = opened(office=office, interviewers=[igor], rooms=[room], vacancies=[job])
    plain = opened(office=office)
    opened(office=elsewhere)
    owner = staff(office)

    def shown(kind, subject=None):
        feed = feeds.create_feed(owner=owner, kind=kind, subject=subject, at=DAY_BEFORE)
        return set(feeds.sessions_of(feed, at=DAY_BEFORE).values_list("pk", flat=True))

    both = {with_all.pk, plain.pk}
    assert [shown(FeedKind.RECRUITER), shown(FeedKind.OFFICE, office)] == [both, both]
    assert [shown(FeedKind.INTERVIEWER, igor), shown(FeedKind.ROOM, room), shown(FeedKind.VACANCY, job)] == [
        {with_all.pk}, {with_all.pk}, {with_all.pk},
    ]  # fmt: skip


def test_nobody_makes_a_feed_of_what_they_cannot_see():
    owner = staff(world.office())

    with pytest.raises(NotAllowedError):
        feeds.create_feed(owner=owner, kind=FeedKind.OFFICE, subject=world.office(), at=DAY_BEFORE)
    with pytest.raises(InvalidInputError):
        feeds.create_feed(owner=owner, kind=FeedKind.OFFICE, at=DAY_BEFORE)
    with pytest.raises(InvalidInputError):
        feeds.create_feed(owner=world.user(Role.DESK), kind=FeedKind.RECRUITER, detail=FeedDetail.PEOPLE, at=DAY_BEFORE)
    assert Feed.objects.count() == 0


def test_the_same_feed_is_made_once():
    office = world.office()
    owner = staff(office)
    made = [feeds.create_feed(owner=owner, kind=FeedKind.OFFICE, subject=office, at=DAY_BEFORE) for _ in range(2)]

    assert made[0] == made[1]


def test_the_same_calendar_gives_the_same_bytes_an_hour_later():
    office = world.office()
    invited(opened(office=office))
    feed = feed_of_office(office)

    first = feed_copies.current_copy(feed, at=DAY_BEFORE)
    body = bytes(first.body)
    with time_machine.travel(DAY_BEFORE + HOUR, tick=False):
        again = feed_copies.current_copy(feed, at=DAY_BEFORE + HOUR)
        FeedCopy.objects.all().delete()
        anew = feed_copies.current_copy(feed, at=DAY_BEFORE + HOUR)

    assert (again.etag, anew.etag, bytes(anew.body)) == (first.etag, first.etag, body)


def test_move_call_off_and_reinstatement_raise_the_sequence_and_keep_the_uid():
    office = world.office()
    session, user = opened(office=office), recruiter()
    feed = feed_of_office(office)
    seen = [read(feed)[0]]

    changes.change_session(session, at=DAY_BEFORE + HOUR, actor=by(user), starts_at=OPENS + HOUR)
    seen.append(read(feed, at=DAY_BEFORE + HOUR)[0])
    session.refresh_from_db()
    cancel_session(session, at=DAY_BEFORE + 2 * HOUR, by=user)
    seen.append(read(feed, at=DAY_BEFORE + 2 * HOUR)[0])
    changes.reinstate_session(session, at=DAY_BEFORE + 3 * HOUR, actor=by(user))
    seen.append(read(feed, at=DAY_BEFORE + 3 * HOUR)[0])

    assert len({str(event["UID"]) for event in seen}) == 1
    assert [event["SEQUENCE"] for event in seen] == [0, 1, 2, 3]
    assert [str(event["STATUS"]) for event in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [event["DTSTAMP"].dt for event in seen] == sorted({event["DTSTAMP"].dt for event in seen})


def test_a_session_that_was_called_off_stays_for_thirty_days():
    office = world.office()
    session = opened(office=office)
    feed = feed_of_office(office)
    read(feed)
    cancel_session(session, at=DAY_BEFORE, by=recruiter())

    assert [len(read(feed, at=DAY_BEFORE + days * DAY)) for days in (0, 29, 31)] == [1, 1, 0]


def test_a_new_answer_moves_the_dtstamp_and_not_the_sequence():
    office = world.office()
    session = opened(office=office)
    feed = feed_of_office(office)
    first = read(feed)[0]
    invited(session)

    second = read(feed, at=DAY_BEFORE + HOUR)[0]

    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 0)
    assert second["DTSTAMP"].dt == DAY_BEFORE + HOUR


def test_the_feed_has_names_hints_and_no_uid_of_its_own():
    Company.objects.update_or_create(pk=1, defaults={"name": "A; B, C"})
    calendar = Calendar.from_ical(
        bytes(feed_copies.current_copy(feed_of_office(world.office(name="Main")), at=DAY_BEFORE).body)
    )

    names = ("METHOD", "NAME", "X-WR-CALNAME", "COLOR", "X-PUBLISHED-TTL")
    assert [unescape(str(calendar[name])) for name in names] == [
        "PUBLISH",
        "Main · A; B, C",
        "Main · A; B, C",
        "teal",
        "PT1H",
    ]
    assert (calendar["REFRESH-INTERVAL"].params["VALUE"], calendar.get("UID")) == ("DURATION", None)


def test_a_feed_costs_the_same_statements_for_one_and_many_sessions():
    office, counts = world.office(), []
    for number in range(3):
        invited(opened(office=office), f"Person {number}")
        feed = feed_of_office(office)
        with CaptureQueriesContext(connection) as seen:
            feed_copies.current_copy(feed, at=DAY_BEFORE)
        SessionEvent.objects.all().delete()
        counts.append(len(seen))

    assert counts[1] == counts[2]


# -- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def feed():
    office = world.office()
    invited(opened(office=office))
    return feed_of_office(office)


@pytest.mark.attack("A043")
def test_the_answer_has_no_cookie_and_the_right_headers(client, feed):
    answer = client.get(path_of(feed), headers={"user-agent": "Google-Calendar-Importer"})

    assert (answer.status_code, answer.headers["Content-Type"], dict(answer.cookies)) == (
        200, "text/calendar; charset=utf-8", {},
    )  # fmt: skip
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert FeedReader.objects.get().name == "Google Calendar"
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_head_says_what_get_says_without_a_body(client, feed):
    head, get = client.head(path_of(feed)), client.get(path_of(feed))

    names = ("ETag", "Last-Modified", "Content-Length", "Content-Type", "Cache-Control", "Vary")
    assert [head.headers[name] for name in names] == [get.headers[name] for name in names]
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.attack("A043")
def test_either_tag_matches_and_a_304_repeats_tag_and_date(client, feed):
    plain = client.get(path_of(feed))
    packed = client.get(path_of(feed), headers={"accept-encoding": "gzip, br"})
    tags = [plain.headers["ETag"], packed.headers["ETag"]]

    assert (tags[1], packed.headers["Content-Encoding"]) == (tags[0][:-1] + '-gz"', "gzip")
    assert gzip.decompress(packed.content) == plain.content
    for given in (*tags, f'"other", {tags[0]}', f"W/{tags[1]}", "*"):
        answer = client.get(path_of(feed), headers={"if-none-match": given})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tags[0])
        assert answer.headers["Last-Modified"] == plain.headers["Last-Modified"]


def test_a_tag_that_does_not_match_wins_over_a_date_that_does(client, feed):
    date = client.get(path_of(feed)).headers["Last-Modified"]

    assert client.get(path_of(feed), headers={"if-modified-since": date}).status_code == 304
    both = client.get(path_of(feed), headers={"if-modified-since": date, "if-none-match": '"other"'})
    assert both.status_code == 200
    assert (
        client.get(
            path_of(feed), headers={"if-none-match": client.get(path_of(feed)).headers["ETag"].strip('"')}
        ).status_code
        == 200
    )


@pytest.mark.parametrize("coding", ["gzip;q=0", "identity", "br"])
def test_nobody_gets_gzip_who_did_not_ask(client, feed, coding):
    assert "Content-Encoding" not in client.get(path_of(feed), headers={"accept-encoding": coding}).headers


def test_gzip_can_be_switched_off(client, feed):
    Feed.objects.update(gzip=False)

    assert "Content-Encoding" not in client.get(path_of(feed), headers={"accept-encoding": "gzip"}).headers


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_other_methods_are_not_allowed(client, feed, method):
    assert getattr(client, method)(path_of(feed)).status_code == 405


def test_any_accept_header_is_fine(client, feed):
    assert client.get(path_of(feed), headers={"accept": "application/json"}).status_code == 200


@pytest.mark.attack("A041")
def test_a_rotated_address_says_so_then_is_gone_and_the_new_one_works(client, feed, clock):
    old = path_of(feed)
    feeds.rotate(feed, at=DAY_BEFORE)

    said = client.get(old)
    assert (said.status_code, [str(event["SUMMARY"]) for event in events(said.content)]) == (
        200, ["This calendar address was replaced"],
    )  # fmt: skip
    assert client.get(old).content == said.content
    assert client.get(path_of(feed)).status_code == 200
    clock.move_to(DAY_BEFORE + 15 * DAY)
    assert client.get(old).status_code == 410


@pytest.mark.attack("A041")
def test_an_unknown_word_a_revoked_feed_and_one_of_who_left_answer_alike(client, feed):
    unknown = client.get("/feeds/" + "x" * 38 + ".ics")
    tampered = client.get(path_of(feed)[:-5] + "x.ics")
    feed.owner.is_active = False
    feed.owner.save()
    left = client.get(path_of(feed))
    feed.owner.is_active = True
    feed.owner.save()
    feeds.revoke(feed, at=DAY_BEFORE)
    revoked = client.get(path_of(feed))

    assert {(a.status_code, a.content) for a in (unknown, tampered, left, revoked)} == {(404, unknown.content)}


def test_the_feed_of_an_interviewer_who_left_is_gone(client):
    office = world.office()
    igor = interviewer("Igor")
    igor.offices.add(office)
    feed = feeds.create_feed(owner=staff(office), kind=FeedKind.INTERVIEWER, subject=igor, at=DAY_BEFORE)
    igor.is_active = False
    igor.save()

    assert client.get(path_of(feed)).status_code == 404


def test_who_reads_is_kept_once_a_minute(client, feed, clock):
    for seconds in (0, 10, 70):
        clock.move_to(DAY_BEFORE + timedelta(seconds=seconds))
        client.get(path_of(feed), headers={"user-agent": "Mac OS X/10.16 CalendarAgent/957"})
    client.get(path_of(feed))

    rows = [(row.name, row.polls, row.last_at) for row in FeedReader.objects.order_by("pk")]
    assert rows == [
        ("Apple Calendar", 2, DAY_BEFORE + timedelta(seconds=70)),
        ("?", 1, DAY_BEFORE + timedelta(seconds=70)),
    ]


def test_a_304_asks_the_database_few_things(client, feed):
    tag = client.get(path_of(feed)).headers["ETag"]

    with CaptureQueriesContext(connection) as seen:
        assert client.get(path_of(feed), headers={"if-none-match": tag}).status_code == 304

    assert len(seen) <= 6


def test_free_and_busy_tells_times_and_nothing_else(client, feed):
    answer = client.get(path_of(feed, "ifb"))

    busy = Calendar.from_ical(answer.content).walk("VFREEBUSY")[0]
    assert (answer.status_code, answer.content.count(b"FREEBUSY;FBTYPE=BUSY:20260512T070000Z/20260512T100000Z")) == (
        200,
        1,
    )
    assert busy.get("SUMMARY") is None
    assert client.get(path_of(feed, "ifb"), headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/feeds/no.ifb").status_code == 404


def test_free_and_busy_is_sound_and_hides_how_many_sessions_there_are(client, feed):
    opened(office=feed.office, starts_at=OPENS + HOUR, ends_at=OPENS + 5 * HOUR)
    opened(office=feed.office, starts_at=OPENS + 100 * DAY, ends_at=OPENS + 100 * DAY + HOUR)

    text = client.get(path_of(feed, "ifb")).content.decode()

    assert (lint(text), errors_of_libical(text)) == ([], [])
    assert [line for line in text.split("\r\n") if line.startswith("FREEBUSY")] == [
        "FREEBUSY;FBTYPE=BUSY:20260512T070000Z/20260512T120000Z"
    ]


def test_the_webcal_link_is_that_of_the_public_address(feed, settings):
    settings.PUBLIC_URL = "https://turnout.test"

    assert webcal_of(feed) == "webcal://turnout.test" + path_of(feed)


def test_the_forecast_of_the_coming_days_is_written_anew_without_need():
    office = Office.objects.create(name="O")
    invited(opened(office=office))
    feed = feed_of_office(office)
    first = feed_copies.current_copy(feed, at=DAY_BEFORE)

    assert feed_copies.refresh_coming(at=DAY_BEFORE) == 0
    assert feed_copies.current_copy(feed, at=DAY_BEFORE).etag == first.etag
