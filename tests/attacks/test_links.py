"""The candidate's secret link: forged, guessed, loaded by machines, out of date; and what it must never tell."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import string
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client

from recruit.models import AuditEntry, Message
from recruit.services import rates, sign_ins
from scheduling.models import InterviewSession, Invitation, LedgerEntry
from scheduling.services.forecasts import session_forecast
from scheduling.services.links import invitation_of, token_of
from tests.recruit import world
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db
STEPS = ("", "move/", "cannot/", "late/", "way/", "my-data/", "interview.ics")
BROWSER = {
    "user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130",
    "accept": "text/html",
    "sec-fetch-mode": "navigate",
}


@pytest.fixture
def invitation():
    return day.invited(day.opened(), "Anna Petrova", email="anna@mail.test")


@pytest.fixture
def clock():
    with time_machine.travel(day.DAY_BEFORE, tick=False) as travelled:
        yield travelled


# -- forged and guessed --------------------------------------------------------------------------------------------------


@pytest.mark.attack("A032")
def test_a_token_with_any_character_changed_is_not_there_and_all_answers_are_alike(invitation):
    token, client = token_of(invitation), Client()
    forged = [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))]
    forged += ["", "x", token[:-1], token + "x", token.swapcase(), token[:8] * 2, token[8:] + token[:8], "%00" * 16]
    texts = set()

    for word in forged:
        if word == token:
            continue
        answer = client.get(f"/i/{word}/" if word else "/i//")
        assert answer.status_code == 404
        if word:
            texts.add(answer.content)

    assert len(texts) == 1


@pytest.mark.attack("A032")
def test_a_token_of_another_purpose_opens_nothing(invitation, settings):
    who = world.user()
    settings.DEMO = True
    from recruit.services.sign_in import one_time_token

    others = [
        sign_ins.reset_tokens.make_token(who),
        one_time_token(who),
        signing.dumps(invitation.pk),
        invitation.uid[:16],
        Message.objects.get().message_id[:16],
    ]

    for word in others:
        assert Client().get(f"/i/{word[:16]}/").status_code == 404
        assert Client().get(f"/i/{word}/").status_code == 404
    # And a candidate's link is no link for a password.
    token = token_of(invitation)
    assert Client().get(f"/password/{token[:8]}/{token}/").context["validlink"] is False


@pytest.mark.attack("A033")
def test_a_link_cannot_be_computed_from_what_is_known_outside(invitation, settings):
    """96 bits: 48 random ones that stand only in the link, 48 of a MAC under the installation's key."""
    token = token_of(invitation)
    message = Message.objects.get()
    known = [
        str(invitation.pk),
        invitation.uid,
        message.message_id,
        "anna@mail.test",
        str(invitation.invited_at),
        message.calendar,
    ]
    guesses = set()
    for text in known:
        for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            guesses.add(base64.urlsafe_b64encode(digest(text.encode()).digest())[:16].decode())
            guesses.add(digest(text.encode()).hexdigest()[:16])
            guesses.add(base64.urlsafe_b64encode(hmac.new(b"", text.encode(), digest).digest())[:16].decode())

    assert token not in guesses
    assert len(set(token[:8]) & set(string.ascii_letters + string.digits + "-_")) == len(set(token[:8]))
    settings.SECRET_KEY = "another installation"
    assert token_of(invitation)[8:] != token[8:]


@pytest.mark.attack("A033")
def test_the_database_alone_opens_no_link(invitation):
    token = token_of(invitation)

    stored = str(list(Invitation.objects.values())) + str(list(LedgerEntry.objects.values()))

    assert token[:8] in stored
    assert token[8:] not in stored


@pytest.mark.attack("A039")
@pytest.mark.attack("A095")
def test_links_tried_in_bulk_are_slowed_down_and_written_down_once(caplog, clock):
    client = Client()

    answers = [client.get(f"/i/{number:016d}/") for number in range(rates.UNKNOWN_LINK.most + 5)]

    assert [one.status_code for one in answers[-5:]] == [429] * 5
    assert {one.content for one in answers[: rates.UNKNOWN_LINK.most]} == {answers[0].content}
    assert answers[-1].headers["Retry-After"].isdigit()
    assert sum("guess" in row.message for row in caplog.records) == 1
    # Somebody else is not slowed down with them.
    assert Client(REMOTE_ADDR="203.0.113.5").get("/i/0000000000000000/").status_code == 404


@pytest.mark.attack("A037")
@pytest.mark.parametrize("days", [-1, 0, 2, 400])
def test_a_link_after_its_day_or_with_a_wrong_clock_is_a_page_and_no_fault(invitation, days):
    client, token = Client(), token_of(invitation)

    with time_machine.travel(day.OPENS + timedelta(days=days), tick=False):
        answers = [client.get(f"/i/{token}/{step}").status_code for step in STEPS]
        pressed = client.post(f"/i/{token}/", {"what": "confirm"}).status_code

    assert answers == [200] * len(STEPS)
    assert pressed in {302, 409}


@pytest.mark.attack("A037")
def test_a_settled_visit_takes_no_answer(invitation):
    from scheduling.services.closing import settle

    settle(invitation, "no_show", at=day.OPENS, by=day.recruiter())

    answer = Client().post(f"/i/{token_of(invitation)}/", {"what": "confirm"})

    assert (answer.status_code, Invitation.objects.get().state) == (409, "no_show")


# -- machines that open links --------------------------------------------------------------------------------------------


@pytest.mark.attack("A170")
@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["robot", "browser"])
def test_fifty_loads_of_every_page_change_no_answer_no_state_and_no_forecast(invitation, headers, clock):
    client, token = Client(headers=headers), token_of(invitation)
    rows = Invitation.objects.values(
        "state", "answer", "opened_at", "answered_at", "sequence", "reminders", "late_minutes"
    )
    session = InterviewSession.objects.get()
    before = (list(rows), list(LedgerEntry.objects.values()), session.version)
    forecast = session_forecast(session, at=day.DAY_BEFORE)

    for number in range(50):
        for step in STEPS if number < 5 else STEPS[:1]:
            assert client.get(f"/i/{token}/{step}").status_code == 200
            assert client.head(f"/i/{token}/{step}").status_code == 200
        client.get(f"/i/{token}/?what=decline&reason=other&minutes=5")

    assert (list(rows), list(LedgerEntry.objects.values()), InterviewSession.objects.get().version) == before
    assert session_forecast(InterviewSession.objects.get(), at=day.DAY_BEFORE).mean == pytest.approx(
        forecast.mean, abs=0.02
    )
    assert Invitation.objects.get().link_loaded_at is not None
    client.post(f"/i/{token}/", {"what": "confirm"})
    assert Invitation.objects.get().state == "confirmed"


@pytest.mark.attack("A003")
@pytest.mark.parametrize("headers", [{"x-http-method-override": "DELETE"}, {"x-method-override": "PUT"}, {}])
def test_a_method_in_a_header_or_field_is_ignored(invitation, headers):
    client, token = Client(headers=headers), token_of(invitation)

    client.post(f"/i/{token}/", {"_method": "DELETE", "what": "", "X-HTTP-Method-Override": "DELETE"})
    client.generic("GET", f"/i/{token}/", "what=decline", content_type="application/x-www-form-urlencoded")

    assert (Invitation.objects.get().state, LedgerEntry.objects.filter(kind="declined").exists()) == ("sent", False)


@pytest.mark.attack("A003")
def test_a_method_in_a_header_is_ignored_by_pages_of_colleagues(client):
    client.force_login(world.user("recruiter"))
    who = world.vacancy()

    for headers in ({"x-http-method-override": "POST"}, {"x-http-method-override": "DELETE"}):
        client.get(f"/vacancies/{who.pk}/move/?event=close", headers=headers)

    who.refresh_from_db()
    assert who.state == "open"


@pytest.mark.attack("A071")
@pytest.mark.parametrize(
    ("press", "kind"),
    [({"what": "confirm"}, "confirmed"), ({"what": "decline", "reason": "other"}, "declined")],
)  # fmt: skip
def test_a_press_recorded_and_sent_again_has_one_effect(invitation, press, kind, clock):
    client, token = Client(), token_of(invitation)

    first = client.post(f"/i/{token}/", press)
    for _ in range(9):
        again = client.post(f"/i/{token}/", press)
    clock.shift(timedelta(hours=25) if kind != "asked_to_move" else timedelta(hours=1))
    later = client.post(f"/i/{token}/", press)

    assert [first.status_code, again.status_code, later.status_code] == [302, 302, 302]
    most = 1 if kind != "asked_to_move" else 11
    assert 1 <= LedgerEntry.objects.filter(kind=kind).count() <= most
    assert Invitation.objects.get().move_requests.count() == (kind == "asked_to_move")


# -- what a candidate must never see -------------------------------------------------------------------------------------

TELLTALES = (
    "overbook",
    "quota",
    "capacity",
    "forecast",
    "show_prob",
    "probability",
    "seats",
    "lobby",
    "invited:",
    "score",
)


@pytest.mark.attack("A122")
@pytest.mark.parametrize("make", [day.opened, day.group], ids=["stream", "group"])
def test_nothing_a_candidate_gets_tells_of_the_others_or_of_the_plan(make, clock):
    session = make()
    one = day.invited(session, "Anna Petrova", email="anna@mail.test")
    other = day.invited(session, "Boris Otherman", email="boris@mail.test")
    token, client = token_of(one), Client()

    shown = [client.get(f"/i/{token}/{step}").content.decode() for step in STEPS if step != "my-data/"]
    shown += [client.get(f"/i/{token}/?lang={code}").content.decode() for code in ("ru", "th")]
    shown.append(client.post(f"/i/{token}/", {"what": "late", "minutes": "999"}).content.decode())
    for row in Message.objects.filter(candidate=one.application.candidate):
        shown += [row.subject, row.body, row.calendar]

    for text in shown:
        for word in ("Boris", "Otherman", "boris@", token_of(other), other.uid, *TELLTALES):
            assert word.lower() not in text.lower(), word


@pytest.mark.attack("A122")
def test_two_candidates_of_one_time_see_the_same_page_whoever_else_comes(clock):
    session = day.opened()
    alone = day.invited(session, "Anna Petrova", email="anna@mail.test")
    client = Client()

    def page():
        text = client.get(f"/i/{token_of(alone)}/move/").content.decode()
        return re.sub(r'value="\d+"', "", text)

    before = page()
    for number in range(6):
        day.invited(session, f"Somebody {number}", email=f"s{number}@mail.test")

    assert page() == before


@pytest.mark.attack("A114")
def test_the_secret_is_not_handed_on(invitation):
    answer = Client().get(f"/i/{token_of(invitation)}/")

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEntry.objects.count() == 0
    assert invitation_of(token_of(invitation)) == invitation
