"""Addresses that were right once, or belong to what is gone."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory

from recruit.errors import NotFoundError
from recruit.permissions import Role
from scheduling.models import Feed, FeedKind
from scheduling.services import feeds
from scheduling.services.feed_addresses import feed_of, path_of
from scheduling.services.lobby import lobby_token, office_of
from scheduling.web.poll import is_unchanged, poll_query
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, MINUTE, opened

pytestmark = pytest.mark.django_db


def token(feed: Feed) -> str:
    return path_of(feed).removeprefix("/feeds/").removesuffix(".ics")


def test_only_the_last_replaced_address_says_so_older_ones_are_gone_and_the_oldest_unknown():
    office, admin = world.office(), world.user(Role.ADMIN)
    with time_machine.travel(DAY_BEFORE, tick=False):
        feed = feeds.create_feed(owner=admin, kind=FeedKind.OFFICE, subject=office, at=DAY_BEFORE, language="en")
        words = []
        for _ in range(7):
            words.append(token(feed))
            feeds.rotate(feed, at=DAY_BEFORE)
            feed.refresh_from_db()

    found = [feed_of(word, at=DAY_BEFORE + timedelta(days=1))[1] for word in words[2:]]

    assert found == ["gone", "gone", "gone", "gone", "replaced"]
    for word in words[:2]:
        with pytest.raises(NotFoundError):
            feed_of(word, at=DAY_BEFORE)


def test_the_screen_of_an_office_that_is_gone_is_not_there():
    office = world.office()
    word = lobby_token(office.pk)
    assert office_of(word) == office

    office.delete()

    with pytest.raises(NotFoundError):
        office_of(word)
    assert Client().get(f"/lobby/{word}/").status_code == 404


def asked(page: str, session, query: str):
    return RequestFactory().get(f"/sessions/{session.pk}/{page}/?{query}")


def test_a_poll_is_unchanged_only_with_its_own_word_its_version_and_on_a_live_page_its_minute():
    session = opened()
    desk, live = (poll_query(page, session, at=DAY_BEFORE) for page in ("desk", "live"))

    with time_machine.travel(DAY_BEFORE, tick=False):
        now = [is_unchanged(asked("desk", session, desk)), is_unchanged(asked("live", session, live))]
        foreign = [
            is_unchanged(asked("live", session, desk)),
            is_unchanged(asked("desk", opened(), desk)),
            is_unchanged(asked("desk", session, desk.partition("&")[0])),
            is_unchanged(asked("desk", session, desk + "x")),
            is_unchanged(asked("desk", session, desk + "9" * 9)),
            is_unchanged(RequestFactory().get(f"/sessions/{session.pk}/?{desk}")),
        ]
    with time_machine.travel(DAY_BEFORE + MINUTE, tick=False):
        later = [is_unchanged(asked("desk", session, desk)), is_unchanged(asked("live", session, live))]
    type(session).objects.update(version=session.version + 1)

    assert (now, foreign, later) == ([True, True], [False] * 6, [True, False])
    assert is_unchanged(asked("desk", session, desk)) is False
