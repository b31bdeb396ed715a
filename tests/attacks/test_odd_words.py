"""Words that look like a token or a number and are none: refused like any other wrong word, never a fault of ours."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from recruit.errors import NotFoundError
from recruit.permissions import Role
from scheduling.ics.busy import read_busy
from scheduling.models import FeedKind
from scheduling.services import feeds, standby
from scheduling.services.feed_addresses import path_of
from scheduling.services.links import token_of
from scheduling.services.lobby import lobby_token, office_of
from scheduling.web.poll import poll_query
from tests.recruit import world
from tests.recruit.web.pages import signed
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db
# A letter that is no ASCII, one that PostgreSQL cannot store, and digits that are no number.
ODD = ("я", "\x00", "²", "๔")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(day.DAY_BEFORE, tick=False) as traveller:
        yield traveller


def with_tail(token: str, letter: str, *, stored: int) -> list[str]:
    """Return ``token`` with its computed half, its stored half and the whole of it made of ``letter``."""
    tail = len(token) - stored
    return [token[:stored] + letter * tail, letter * stored + token[stored:], letter * len(token)]


@pytest.mark.attack("A032")
@pytest.mark.parametrize("letter", ODD)
def test_a_link_with_odd_letters_is_answered_like_any_unknown_one(letter):
    session = day.opened()
    visit = token_of(day.invited(session, email="a@mail.test"))
    made = standby.open_round(
        session,
        [day.shortlisted(session, "Boris", email="b@mail.test")],
        places=1,
        expires_at=session.starts_at,
        at=day.DAY_BEFORE,
        by=None,
        band=session.bands.first(),
    )
    offer = standby.token_of(made.offers.get())
    client = Client()

    answers = [
        *(client.get(f"/i/{word}/") for word in with_tail(visit, letter, stored=8)),
        *(client.get(f"/s/{word}") for word in with_tail(offer, letter, stored=8)),
    ]

    unknown = client.get("/i/0000000000000000/")
    assert [one.status_code for one in answers] == [404] * 6
    assert {one.content for one in answers} == {unknown.content}


@pytest.mark.attack("A032")
@pytest.mark.parametrize("letter", ODD)
def test_a_calendar_address_with_odd_letters_is_not_there(letter):
    office = world.office()
    admin = world.user(Role.ADMIN)
    feed = feeds.create_feed(owner=admin, kind=FeedKind.OFFICE, subject=office, at=day.DAY_BEFORE, language="en")
    token = path_of(feed).removeprefix("/feeds/").removesuffix(".ics")
    client = Client()

    answers = [client.get(f"/feeds/{word}.ics").status_code for word in with_tail(token, letter, stored=16)]

    assert answers == [404] * 3


@pytest.mark.attack("A032")
@pytest.mark.parametrize("number", ["", "²", "๔", "-1", "9" * 5000, "9" * 9])
def test_a_lobby_screen_of_an_odd_office_is_not_there(number):
    word = lobby_token(world.office().pk).partition("-")[2]

    with pytest.raises(NotFoundError):
        office_of(f"{number}-{word}")
    assert Client().get(f"/lobby/{number[:50]}-{word}/").status_code == 404


@pytest.mark.attack("A092")
@pytest.mark.parametrize("number", ["²", "๔", "9" * 5000])
def test_a_time_with_an_odd_number_is_no_time(number):
    invitation = day.invited(day.opened(), email="a@mail.test")
    client = Client()

    for key in (f"{number}-0", f"{invitation.session_id}-{number}"):
        answer = client.post(f"/i/{token_of(invitation)}/", {"what": "keep", "offer": key})
        assert (answer.status_code, answer.context["error"]) == (409, "Choose one of the times.")


@pytest.mark.attack("A092")
@pytest.mark.parametrize(
    ("number", "compare", "poll"),
    # A name of 5,000 letters is refused by Django's own reader of forms, a lone odd digit by our middleware.
    [("²", 302, 400), ("๔", 302, 400), ("9" * 5000, 400, 200)],
    ids=["superscript", "Thai", "too long"],
)
def test_pages_of_the_staff_take_an_odd_number_for_none(number, compare, poll):
    client, _user = signed(Role.ADMIN)
    session = day.group()
    query = poll_query("desk", session, at=day.DAY_BEFORE)
    seen = query.partition("&seen=")[0] + "&seen="
    json = {"content_type": "application/json"}

    codes = {
        "triage": client.post(
            f"/triage/{world.application().pk}/",
            {"decision": "no", "have": f"{number},x"},
            headers={"X-Triage": "1"},
        ).status_code,
        "compare": client.post(reverse("compare-decide"), {f"decision-{number}": "reject"}).status_code,
        "call": client.post(reverse("call-outcome"), {"person": f"i{number}", "outcome": "comes"}).status_code,
        "step": client.post(reverse("room-step", args=[session.pk]), {"step": f"-{number}"}).status_code,
        "marks": client.post(
            reverse("room-marks", args=[session.pk]), {"invitation": number, "stamp": 1}, **json
        ).status_code,
        "poll": client.get(f"/sessions/{session.pk}/desk/?{seen}{number[:9]}").status_code,
    }

    assert codes == {"triage": 200, "compare": compare, "call": 404, "step": 302, "marks": 400, "poll": poll}


@pytest.mark.parametrize("interval", ["²", "๔", "9" * 5000, "0", "-1", ""])
def test_a_rule_that_repeats_every_odd_number_of_days_is_remarked_on_and_not_followed(interval):
    body = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260512T100000Z\nDURATION:PT1H\n"
        f"RRULE:FREQ=DAILY;INTERVAL={interval}\nEND:VEVENT\nEND:VCALENDAR\n"
    )

    read = read_busy(
        body.encode(), start="2026-05-12T00:00:00+00:00", end="2026-05-15T00:00:00+00:00", zone="Asia/Bangkok"
    )

    assert [one["what"] for one in read["remarks"]] == ["rule"]
    assert len(read["periods"]) == 1
