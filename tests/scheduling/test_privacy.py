"""Five people are asked to one arrival time, and none of them can find out: not of the others, not that there are any.

Everything that candidate A can reach (mails, texts, pages, the file, the API, feeds) is searched for traces of B to E, and
compared with what A would see alone: the bytes are the same.
"""

import email
import email.policy
import inspect
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from recruit.messaging.mail import as_mail
from recruit.models import Application, Candidate, Message, Office, Vacancy
from recruit.models.append_only import rewriting
from scheduling.models import Feed, FeedDetail, FeedKind, InterviewSession, Invitation
from scheduling.services import changes, feeds, incoming
from scheduling.services.feed_addresses import path_of as feed_path
from scheduling.services.links import path_of
from scheduling.services.notices import post_notice
from scheduling.services.reply_addresses import reply_address
from scheduling.web import candidate_answers
from scheduling.web.candidate import STEPS
from tests.recruit import world
from tests.recruit.world import user
from tests.scheduling.world import DAY_BEFORE, by, invited, opened

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OTHERS = ("Boris Bykov", "Clara Zetkina", "Dmitri Donskoy", "Elena Prekrasnaya")
# Every press there is, in an order in which each is possible.
PRESSES = (
    ("confirm", {}),
    ("late", {"minutes": "15"}),
    ("wish", {"wish": "later"}),
    ("keep", {"offer": ""}),
    ("take", {"offer": ""}),
    ("no such press", {}),
)
LAST_PRESSES = (("decline", {"reason": "too_far"}), ("withdraw", {}))
# What answers somebody with A's link and no log-in. A new address that does is looked through here first, then listed.
REACHED = {
    "candidate-short", "candidate-page", "candidate-step", "candidate-calendar", "candidate-my-data",
    "healthz", "readyz", "sign-in", "password-forgotten", "password-new", "jobs", "jobs-feed",
}  # fmt: skip
OVERBOOKING = re.compile(
    r"overbook|over-book|capacity|quota|\bseats?\b|expected|show rate|forecast|assurance|\bof 5\b|\b5 invited|"
    r"other candidates|queue of|перебронир|ёмкост|ожидается \d|другие кандидат|จองเกิน",
    re.IGNORECASE,
)


def reached_by_a(client, others):
    """Return everything that A can reach, by name, when ``others`` are asked to the same time; and the traces of them."""
    office = world.office(name="Office North", city="Moscow", address="Tverskaya 1", phone="+74950000000")
    session = opened(office=office, vacancies=[world.vacancy(title="Courier")], rooms=[])
    a = invited(session, "Anna Petrova", email="anna.petrova@mail.test", phone="+79990000001")
    rest = [
        invited(session, name, email=f"{name.split()[0].lower()}@secret.test", phone=f"+7999111000{index}")
        for index, name in enumerate(others)
    ]
    office_feed = feeds.create_feed(
        owner=user("admin"), kind=FeedKind.OFFICE, subject=office, detail=FeedDetail.PEOPLE, at=DAY_BEFORE
    )
    own = {}
    actor = by(user("admin"))
    mail = f"From: anna.petrova@mail.test\r\nTo: {reply_address(a.uid)}\r\nContent-Type: text/calendar; method=REFRESH\r\n\r\n"
    body = f"BEGIN:VCALENDAR\r\nMETHOD:REFRESH\r\nBEGIN:VEVENT\r\nUID:{a.uid}\r\nATTENDEE:mailto:anna.petrova@mail.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    incoming.read(incoming.receive((mail + body).encode(), source="test", at=DAY_BEFORE), at=DAY_BEFORE)
    own |= pages_of(client, a)
    own |= presses_of(client, a, PRESSES)
    # What everybody else does must not be heard either.
    for index, other in enumerate(rest):
        changes.cancel_invitation(other, at=DAY_BEFORE + index * MINUTE, actor=actor)
    a.refresh_from_db()
    post_notice(a, "update", at=DAY_BEFORE, again="once more")
    post_notice(a, "cancellation", at=DAY_BEFORE)
    post_notice(a, "time_stays", at=DAY_BEFORE, sequence=0)
    for number, message in enumerate(Message.objects.filter(candidate=a.application.candidate).order_by("pk")):
        own[f"message {number}"] = decoded(message)
    own |= presses_of(client, a, LAST_PRESSES)
    own |= every_address(client, a)
    secrets = [office_feed.public_id, feed_path(office_feed)]
    for other in rest:
        who = other.application.candidate
        secrets += [who.name, *who.name.split(), other.uid, other.public_id, path_of(other), reply_address(other.uid)]
        secrets += list(who.contacts.values_list("value", flat=True))
    return {name: normalised(text, a) for name, text in own.items()}, secrets


def headers_of(answer):
    return "".join(
        f"{name}: {value}\n" for name, value in answer.headers.items() if name not in {"X-Request-ID", "Content-Length"}
    )


def answered(answer):
    """Return all that an answer tells: status, headers, body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.status_code}\n{headers_of(answer)}{body.decode(errors='replace')}"


def pages_of(client, a):
    """Return A's pages at every step and in every language, and the file for A's calendar."""
    found = {}
    for language in ("en", "ru", "th"):
        for step in (
            "",
            "/",
            "/interview.ics",
            "/my-data/",
            *(f"/{step}/" for step in sorted(STEPS | {"confirm"}) if step),
        ):
            found[f"{language}{step}"] = answered(client.get(f"{path_of(a)}{step}?lang={language}"))
    return found


def presses_of(client, a, presses):
    """Return what A gets for each press, and the page it leads to."""
    found = {}
    for what, given in presses:
        data = dict(given)
        if "offer" in data:
            page = client.get(f"{path_of(a)}/move/").content.decode()
            data |= {"offer": re.search(r'name="offer" value="(\d+-\d+)"', page)[1]}
        answer = client.post(f"{path_of(a)}/", {"what": what, **data}, follow=True)
        found[f"press {what}"] = f"{[code for _path, code in answer.redirect_chain]}{answered(answer)}"
    return found


def routes():
    """Yield name and route of every address there is."""

    def walk(patterns, before):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or "", route
            else:
                yield from walk(pattern.url_patterns, route)

    yield from walk(get_resolver().url_patterns, "/")


def filled(route, a):
    """Return an address of a route made of A's own words: the secret, and numbers that A may guess to be theirs."""
    numbers = {"sessions": a.session_id, "candidates": a.application.candidate_id, "applications": a.application_id}
    number = str(numbers.get(route.split("/")[1], a.pk))
    plain = re.sub(r"\(\?P<\w+>[^)]*\)", number, route).translate(str.maketrans("", "", "^$")).replace("\\Z", "")
    words = {"int": number, "str": path_of(a).rpartition("/")[2], "slug": "way", "path": "x", "uuid": "0" * 32}
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: words[found[1] or "str"], plain)


def every_address(client, a):
    """Return what every address answers to somebody without a log-in, tried with A's own words, by the route's name."""
    found = {}
    for name, route in sorted(set(routes())):
        cache.clear()
        found[f"address {name} {route}"] = answered(client.get(filled(route, a)))
    return found


def decoded(message):
    """Return a message as its reader could take it apart: headers, parts, folded lines."""
    if message.channel != "email":
        return f"{message.to_address}\n{message.subject}\n{message.body}"
    raw = as_mail(message).as_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.SMTP)
    texts = [raw.decode(), *(f"{name}: {value}" for name, value in mail.items())]
    for part in mail.walk():
        if not part.is_multipart():
            texts.append(part.get_payload(decode=True).decode().replace("\r\n ", ""))
    return "\n".join(texts)


def normalised(text, a):
    """Return the text with A's own secrets named alike, and without what is drawn by lot for each answer."""
    text = re.sub(r"[A-Za-z0-9+/=\r\n]{120,}", "BASE64", text)
    text = re.sub(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])", "DIGEST", text)
    text = re.sub(r"request_id\W+[0-9a-f]{32}", "REQUEST", text)
    text = re.sub(r'("X-CSRFToken": |csrfmiddlewaretoken" value=)"[^"]*"', "LOT", text)
    text = re.sub(r'(csrf|nonce)[^"]*"[^"]*"', "LOT", text, flags=re.IGNORECASE)
    for secret, name in ((path_of(a), "LINK"), (reply_address(a.uid), "REPLY"), (a.uid, "UID")):
        text = text.replace(secret, name)
    text = text.replace(path_of(a).rpartition("/")[2], "TOKEN")
    # The code shown at the desk is a picture of the link.
    text = re.sub(r'd="M[^"]{200,}"', "PICTURE", text)
    # Numbers in the addresses that the test itself asked for.
    text = re.sub(r"/\d+(?=[/.])", "/N", text)
    return re.sub(r'value="\d+(-\d+)?"', 'value="N"', text)


@pytest.fixture
def worlds(client, settings):
    settings.REPLY_ADDRESS = "hr@turnout.test"
    # From outside: figures for machines are given to machines of the house alone.
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    with time_machine.travel(DAY_BEFORE, tick=False):
        full, secrets = reached_by_a(client, OTHERS)
        clear()
        alone, _none = reached_by_a(client, ())
    return full, alone, secrets


def clear():
    """Leave the second world nothing of the first."""
    with rewriting():
        for model in (Message, Feed, Invitation, InterviewSession, Application, Candidate, Vacancy, Office):
            model.objects.all().delete()


def test_nothing_that_a_can_reach_has_a_trace_of_the_others_or_of_overbooking(worlds):
    full, _alone, secrets = worlds

    assert len(full) > 40
    assert {name for name in full if name.startswith("message")} == {f"message {number}" for number in range(6)}
    for name, text in full.items():
        assert [secret for secret in secrets if secret and secret in text] == [], name
        # The law wants everybody told, and asked, whether their own coming is forecast; that says nothing of others.
        told = re.sub(r"Forecasting who comes|Do not use my data for forecasts|value=\"forecast\"", "", text)
        assert OVERBOOKING.search(told) is None, (name, OVERBOOKING.search(told))


def test_every_address_that_answers_a_is_listed(worlds):
    full, _alone, _secrets = worlds

    answering = {
        name.split()[1] for name, text in full.items() if name.startswith("address ") and text[:3] in {"200", "409"}
    }

    assert answering == REACHED


def test_every_press_of_the_page_is_tried():
    source = inspect.getsource(candidate_answers.answer)

    assert {what for what, _data in PRESSES + LAST_PRESSES} - {"no such press"} == set(
        re.findall(r'what == "(\w+)"', source)
    )


def test_a_sees_the_same_bytes_whether_alone_or_one_of_five(worlds):
    full, alone, _secrets = worlds

    assert set(full) == set(alone)
    for name, text in full.items():
        assert text == alone[name], name
