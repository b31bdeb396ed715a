"""Five people are asked to one arrival time, and none of them can find out: not of the others, not that there are any.

Everything that candidate A can reach (mails, texts, pages, the file, the API, feeds) is searched for traces of B to E, and
compared with what A would see alone: the bytes are the same.
"""

import email
import email.policy
import re
from datetime import timedelta

import pytest
import time_machine

from recruit.messaging.mail import as_mail
from recruit.models import Application, Candidate, Message, Office, Vacancy
from scheduling.models import Feed, FeedDetail, FeedKind, InterviewSession, Invitation
from scheduling.services import changes, feeds, incoming
from scheduling.services.feed_addresses import path_of as feed_path
from scheduling.services.links import path_of
from scheduling.services.notices import post_notice
from scheduling.services.reply_addresses import reply_address
from tests.recruit import world
from tests.recruit.world import user
from tests.scheduling.world import DAY_BEFORE, by, invited, opened

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OTHERS = ("Boris Bykov", "Clara Zetkina", "Dmitri Donskoy", "Elena Prekrasnaya")
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
    page = path_of(a)
    for language in ("en", "ru", "th"):
        for step in ("", "/", "/confirm/", "/decline/", "/late/", "/move/", "/interview.ics"):
            answer = client.get(f"{page}{step}?lang={language}")
            own[f"{language}{step}"] = headers_of(answer) + answer.content.decode()
    for what in (
        {"what": "confirm"},
        {"what": "late", "minutes": "15"},
        {"what": "move", "wish": "later"},
        {"what": "decline"},
        {"what": "no"},
    ):
        own[f"post {what['what']}"] = headers_of(answer := client.post(f"{page}/", what)) + answer.content.decode()
    # What everybody else does must not be heard either.
    for index, other in enumerate(rest):
        changes.cancel_invitation(other, at=DAY_BEFORE + index * MINUTE, actor=actor)
    a.refresh_from_db()
    post_notice(a, "update", at=DAY_BEFORE, again="once more")
    post_notice(a, "cancellation", at=DAY_BEFORE)
    post_notice(a, "time_stays", at=DAY_BEFORE, sequence=0)
    for number, message in enumerate(Message.objects.filter(candidate=a.application.candidate).order_by("pk")):
        own[f"message {number}"] = decoded(message)
    own |= strangers_doors(client, a)
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


def strangers_doors(client, a):
    """Return what every address answers to somebody without a log-in, tried with A's own words."""
    found = {}
    token = path_of(a).rpartition("/")[2]
    paths = (
        "/", "/sessions/", f"/sessions/{a.session_id}/live/", f"/sessions/{a.session_id}/desk/", f"/invitations/{a.pk}/",
        f"/invitations/{a.pk + 1}/", "/api/v1/", "/api/v1/invitations/", f"/api/v1/invitations/{a.pk}/", "/api/v1/sessions/",
        "/api/v1/candidates/", "/api/v1/schema/", f"/feeds/{token}.ics", f"/feeds/{token}.ifb", f"/feeds/{a.uid}.ics", "/calendars/",
        f"/i/{token[:-1]}x/", f"/i/{token}/interview.ics/", "/hooks/mail/", "/healthz",
    )  # fmt: skip
    for number, path in enumerate(paths):
        answer = client.get(path)
        found[f"door {number}"] = f"{answer.status_code}{headers_of(answer)}{answer.content.decode()}"
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
    text = re.sub(r'(csrf|nonce)[^"]*"[^"]*"', "LOT", text, flags=re.IGNORECASE)
    for secret, name in ((path_of(a), "LINK"), (reply_address(a.uid), "REPLY"), (a.uid, "UID")):
        text = text.replace(secret, name)
    text = text.replace(path_of(a).rpartition("/")[2], "TOKEN")
    # The code shown at the desk is a picture of the link.
    text = re.sub(r'd="M[^"]{200,}"', "PICTURE", text)
    # Numbers in the addresses that the test itself asked for.
    text = re.sub(r"/\d+(?=/)", "/N", text)
    return re.sub(r'value="\d+(-\d+)?"', 'value="N"', text)


@pytest.fixture
def worlds(client, settings):
    settings.REPLY_ADDRESS = "hr@turnout.test"
    with time_machine.travel(DAY_BEFORE, tick=False):
        full, secrets = reached_by_a(client, OTHERS)
        clear()
        alone, _none = reached_by_a(client, ())
    return full, alone, secrets


def clear():
    """Leave the second world nothing of the first."""
    for model in (Message, Feed, Invitation, InterviewSession, Application, Candidate, Vacancy, Office):
        model.objects.all().delete()


def test_nothing_that_a_can_reach_has_a_trace_of_the_others_or_of_overbooking(worlds):
    full, _alone, secrets = worlds

    assert len(full) > 40
    assert {name for name in full if name.startswith("message")} == {f"message {number}" for number in range(5)}
    for name, text in full.items():
        assert [secret for secret in secrets if secret and secret in text] == [], name
        assert OVERBOOKING.search(text) is None, (name, OVERBOOKING.search(text))


def test_a_sees_the_same_bytes_whether_alone_or_one_of_five(worlds):
    full, alone, _secrets = worlds

    assert set(full) == set(alone)
    for name, text in full.items():
        assert text == alone[name], name
