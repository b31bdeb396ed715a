"""Texts that a person sends from the own phone: opened there, and noted with who sent it, when and how."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from recruit.messaging.by_hand import openers
from recruit.models import AuditEntry, Channel, Message, Vacancy
from recruit.states import MessageState
from tests.recruit import world
from tests.recruit.world import message

pytestmark = pytest.mark.django_db
TEXT = "Anna, ждём вас! 100% & more: https://hr.test/i/8Tfoc8oe?a=1 до встречи"


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def test_the_text_opens_in_three_applications_as_it_is():
    whatsapp, line, telegram = (one.url for one in openers(TEXT, "+79161234567"))

    assert (whatsapp.partition("?")[0], asked(whatsapp)) == ("https://wa.me/79161234567", {"text": TEXT})
    assert (line.partition("?")[0], asked(line)) == ("https://line.me/R/share", {"text": TEXT})
    assert (telegram.partition("?")[0], asked(telegram)) == (
        "https://t.me/share/url",
        {"url": "https://hr.test/i/8Tfoc8oe?a=1", "text": "Anna, ждём вас! 100% & more: до встречи"},
    )


def test_without_a_number_or_a_link_they_open_all_the_same():
    whatsapp, _line, telegram = (one.url for one in openers("Come at nine\n", ""))

    assert (whatsapp, telegram) == (
        "https://wa.me/?text=Come%20at%20nine",
        "https://t.me/share/url?url=Come%20at%20nine",
    )


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_no_text_leaves_its_place_in_the_address(words):
    for one in openers(words, "+66812345678"):
        parts = urlsplit(one.url)
        assert parts.netloc in {"wa.me", "line.me", "t.me"}
        assert parts.fragment == ""
        assert set(parse_qs(parts.query, keep_blank_values=True)) <= {"text", "url"}


@pytest.fixture
def person():
    return world.application(who=world.candidate("Anna Petrova", phone="+79161234567")).candidate


def test_the_page_opens_it_and_notes_who_told_it_when_and_how(client, person):
    who = world.user("admin")
    client.force_login(who)
    row = message(channel=Channel.HAND, candidate=person, body=TEXT, to_address="")
    page = client.get(f"/outbox/{row.pk}/").content.decode()

    began = timezone.now()
    client.post(f"/outbox/{row.pk}/act/", {"what": "sent", "through": "whatsapp"})

    row.refresh_from_db()
    assert all(f'href="https://{host}' in page for host in ("wa.me/79161234567", "line.me/R/share", "t.me/share/url"))
    assert 'rel="noopener noreferrer"' in page
    assert (row.state, row.told_by, row.told_through) == (MessageState.SENT, who, "whatsapp")
    assert began <= row.sent_at <= timezone.now()
    timeline = client.get(f"/candidates/{person.pk}/").content.decode()
    assert "Other: WhatsApp, sent" in timeline
    assert who.name in timeline.split("Other: WhatsApp, sent")[1][:200]
    assert AuditEntry.objects.get(action="message.told").data == {"through": "whatsapp"}


def test_it_is_told_once_and_an_unknown_way_is_another_way(client, person):
    client.force_login(world.user("admin"))
    row = message(channel=Channel.HAND, candidate=person)

    for through in ("pigeon", "line"):
        client.post(f"/outbox/{row.pk}/act/", {"what": "sent", "through": through})

    row.refresh_from_db()
    assert (row.told_through, AuditEntry.objects.filter(action="message.told").count()) == ("other", 1)


def test_a_text_of_which_nobody_knows_whether_it_went_out_can_be_told_by_hand(client, person):
    client.force_login(world.user("admin"))
    row = message(channel=Channel.SMS, candidate=person, state=MessageState.UNKNOWN, error="the gateway did not answer")
    page = client.get(f"/outbox/{row.pk}/").content.decode()

    client.post(f"/outbox/{row.pk}/act/", {"what": "sent", "through": "telegram"})

    row.refresh_from_db()
    assert ("https://wa.me/" in page, row.state, row.told_through, row.error) == (
        True,
        MessageState.SENT,
        "telegram",
        "",
    )


def test_what_went_out_offers_nothing_to_open_and_today_counts_what_waits(client, person):
    client.force_login(world.user("admin"))
    sent = message(channel=Channel.HAND, candidate=person, state=MessageState.SENT)
    for _ in range(2):
        message(channel=Channel.HAND, candidate=person)

    assert "wa.me" not in client.get(f"/outbox/{sent.pk}/").content.decode()
    assert "texts to send by hand" in client.get("/").content.decode()
    assert "/outbox/?channel=hand&amp;state=new" in client.get("/").content.decode()


def test_a_stranger_can_tell_nothing_about_people_of_others(client, person):
    client.force_login(world.user("recruiter", teams=(world.team(),)))
    Vacancy.objects.update(team=world.team())
    row = message(channel=Channel.HAND, candidate=person)

    answer = client.post(f"/outbox/{row.pk}/act/", {"what": "sent", "through": "line"})

    assert (answer.status_code, Message.objects.get().state) == (404, MessageState.NEW)
