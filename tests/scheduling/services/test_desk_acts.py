"""Presses that count once, PINs, lists, the lobby's screen, and polls that cost one statement."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recruit.errors import InvalidInputError, NotAllowedError, TransitionRefusedError
from recruit.models import Message
from recruit.permissions import Role
from scheduling.models import DeskAct, PassDesk, SessionInterviewer, SessionRole
from scheduling.services import desk, desk_queue, lobby, passes, pins
from scheduling.services.desk_acts import Press, press
from scheduling.services.replies import confirm, decline
from scheduling.services.sessions import seat_people
from scheduling.web.poll import poll_query
from tests.recruit import world
from tests.scheduling.world import MINUTE, OPENS, by, interviewer, invited, kinds, opened, person, recruiter

pytestmark = pytest.mark.django_db


def test_a_press_that_comes_twice_counts_once():
    session, actor = opened(), by(recruiter())
    one = Press(what="arrive", at=OPENS, invitation=invited(session), key="k1")

    first, second = press(session, one, actor=actor), press(session, one, actor=actor)

    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert second.invitation == first.invitation
    assert kinds(first.invitation) == ["invited", "arrived"]
    assert DeskAct.objects.count() == 1


def test_a_refused_press_leaves_no_key_behind():
    session, actor = opened(), by(recruiter())
    row = invited(session)

    with pytest.raises(TransitionRefusedError):
        press(session, Press(what="finish", at=OPENS, invitation=row, key="k1"), actor=actor)

    assert DeskAct.objects.count() == 0


@pytest.mark.parametrize("what", ["", "explode", "finish"])
def test_a_press_without_sense_is_refused(what):
    with pytest.raises(InvalidInputError):
        press(opened(), Press(what=what, at=OPENS), actor=by(recruiter()))


def test_who_was_called_while_the_network_was_away_needs_no_reason():
    session, actor = opened(), by(recruiter())
    first, second = (desk.check_in(invited(session, name), at=OPENS, actor=actor) for name in ("Anna", "Boris"))

    with pytest.raises(InvalidInputError):
        press(session, Press(what="start", at=OPENS, invitation=second), actor=actor)
    late = Press(what="next", at=OPENS, invitation=second, key="k2", waited_seconds=120)
    called = press(session, late, actor=actor).invitation

    assert called.pk == second.pk
    assert called.ledger.get(kind="started").data["reason"] == "offline"
    assert [one.pk for one in desk.waiting(session)] == [first.pk]


def test_a_free_text_is_no_reason_to_jump_the_queue():
    session, actor = opened(), by(recruiter())
    desk.check_in(invited(session, "Anna"), at=OPENS, actor=actor)
    second = desk.check_in(invited(session, "Boris"), at=OPENS, actor=actor)

    with pytest.raises(InvalidInputError) as refused:
        press(session, Press(what="start", at=OPENS, invitation=second, reason="because of Boris"), actor=actor)

    assert refused.value.field == "reason"
    assert press(session, Press(what="start", at=OPENS, invitation=second, reason="unwell"), actor=actor).invitation


def test_who_is_put_aside_keeps_the_place_but_is_not_called():
    session, actor = opened(), by(recruiter())
    first, second = (desk.check_in(invited(session, name), at=OPENS, actor=actor) for name in ("Anna", "Boris"))
    desk.put_aside(first, at=OPENS, actor=actor)

    called = desk.call_next(session, at=OPENS, actor=actor)
    back = desk.call_back(first, at=OPENS, actor=actor)

    assert (called.pk, back.on_hold) == (second.pk, False)
    assert kinds(first) == ["invited", "arrived", "put_aside", "called_back"]
    assert [one.pk for one in desk.waiting(session)] == [first.pk]


def test_an_interview_is_handed_over_and_goes_on():
    session, actor = opened(), by(recruiter())
    seat_people(session, [interviewer("Kim"), interviewer("Orlova")], SessionRole.INTERVIEWER, ())
    row = desk.check_in(invited(session), at=OPENS, actor=actor)
    desk.call_next(session, at=OPENS, actor=actor)
    row.refresh_from_db()
    other = SessionInterviewer.objects.filter(session=session).exclude(interviewer=row.interviewer).get()

    given = desk.hand_over(row, at=OPENS + MINUTE, actor=actor, to=other)

    assert (given.state, given.interviewer_id) == ("in_interview", other.interviewer_id)
    assert given.ledger.get(kind="handed_over").data["to"] == other.interviewer_id


def test_who_comes_hears_about_how_long_it_takes():
    session, actor = opened(), by(recruiter())
    seat_people(session, [interviewer("Kim")], SessionRole.INTERVIEWER, ())
    rows = [desk.check_in(invited(session, name), at=OPENS, actor=actor) for name in ("Anna", "Boris", "Chen")]

    told = [desk_queue.wait_of(row, at=OPENS).minutes for row in rows]

    assert told == [0, 20, 40]


def test_a_pin_is_four_digits_and_needs_the_password():
    user = recruiter()
    user.set_password("a-long-password")
    for pin, password, field in [
        ("12", "a-long-password", "pin"),
        ("1234", "a-long-password", "pin"),
        ("7291", "x", "password"),
    ]:
        with pytest.raises(InvalidInputError) as refused:
            pins.set_pin(user, pin, password=password, at=OPENS)
        assert refused.value.field == field

    row = pins.set_pin(user, "7291", password="a-long-password", at=OPENS)

    assert "7291" not in row.pin
    assert pins.check_pin(user, "7291", at=OPENS) == user


def test_after_five_wrong_pins_even_the_right_one_waits_a_quarter_of_an_hour():
    user = recruiter()
    user.set_password("a-long-password")
    pins.set_pin(user, "7291", password="a-long-password", at=OPENS)
    for _ in range(5):
        with pytest.raises(NotAllowedError, match="not right"):
            pins.check_pin(user, "0001", at=OPENS)

    with pytest.raises(NotAllowedError, match="Too many"):
        pins.check_pin(user, "7291", at=OPENS)
    with pytest.raises(NotAllowedError, match="Too many"):
        pins.check_pin(user, "7291", at=OPENS + 14 * MINUTE)
    assert pins.check_pin(user, "7291", at=OPENS + 16 * MINUTE) == user


def test_a_pin_changes_the_name_in_the_ledger_and_nobodys_rights(client):
    team = world.team()
    office = world.office()
    team.offices.add(office)
    session = opened(office=office)
    tablet, dina = world.user(Role.DESK, teams=(team,)), world.user(Role.DESK, teams=(team,))
    dina.set_password("a-long-password")
    dina.save()
    pins.set_pin(dina, "7291", password="a-long-password", at=timezone.now())
    client.force_login(tablet)
    row = invited(session)

    wrong = client.post(f"/sessions/{session.pk}/desk/switch/", {"who": dina.pk, "pin": "0007"})
    right = client.post(f"/sessions/{session.pk}/desk/switch/", {"who": dina.pk, "pin": "7291"})
    client.post(f"/sessions/{session.pk}/desk/act/", {"what": "arrive", "invitation": row.pk})

    assert (wrong.status_code, right.status_code) == (403, 302)
    assert row.ledger.get(kind="arrived").actor == dina
    assert client.session["_auth_user_id"] == str(tablet.pk)


def test_the_guards_list_is_mailed_the_evening_before_and_after_each_change_only():
    session = opened()
    PassDesk.objects.create(office=session.office, email="guard@building.test")
    rows = [invited(session, name) for name in ("Anna Petrova", "Boris Ivanov")]
    lists = Message.objects.filter(about=passes.ABOUT)
    noon, evening = OPENS - timedelta(hours=22), OPENS - timedelta(hours=15)

    passes.mail_due_lists(at=noon)
    before = lists.count()
    for _ in range(2):
        passes.mail_due_lists(at=evening)
    once = lists.count()
    confirm(rows[0], at=evening, actor=person())
    passes.mail_due_lists(at=evening + MINUTE)
    same = lists.count()
    decline(rows[1], at=evening, actor=person())
    passes.mail_due_lists(at=evening + 2 * MINUTE)

    assert (before, once, same, lists.count()) == (0, 1, 1, 2)
    newest = lists.order_by("-pk")[0]
    assert ("Anna Petrova" in newest.body, "Boris Ivanov" in newest.body) == (True, False)
    assert newest.to_address == "guard@building.test"


def test_the_lobby_shows_numbers_and_rooms_and_its_secret_opens_one_office(client):
    session, actor = opened(), by(recruiter())
    desk.check_in(invited(session), at=OPENS, actor=actor)
    desk.call_next(session, at=OPENS, actor=actor)
    office = session.office

    screen = lobby.lobby_screen(office, at=OPENS + MINUTE)
    token = lobby.lobby_token(office.pk)

    assert [call.number for call in screen.calls] == [1]
    assert client.get(f"/lobby/{token}/").status_code == 200
    assert client.post(f"/lobby/{token}/").status_code == 405
    assert client.get(f"/lobby/{token[:-1]}x/").status_code == 404
    assert client.get(f"/lobby/{office.pk + 1}{token[token.index('-') :]}/").status_code == 404


def test_a_poll_that_saw_everything_costs_one_statement_and_no_session(client, django_assert_num_queries):
    session = opened()
    client.force_login(world.user(Role.ADMIN))
    path = f"/sessions/{session.pk}/desk/"
    query = poll_query("desk", session, at=timezone.now())

    with django_assert_num_queries(1):
        same = client.get(f"{path}?{query}")
    invited(session)
    changed = client.get(f"{path}?{query}", headers={"X-Desk": "1"})

    assert (same.status_code, same.content) == (204, b"")
    assert "set-cookie" not in {name.lower() for name in same.headers}
    assert changed.status_code == 200


@pytest.mark.parametrize("query", ["poll=x&seen=0", "poll=&seen=0", "seen=0"])
def test_a_poll_without_the_pages_word_goes_the_long_way(query):
    session = opened()

    answer = Client().get(f"/sessions/{session.pk}/desk/?{query}")

    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["desk/", "live/", "close/", "pass-list/", "desk/paper/", "desk/phone/?q=Anna"])
def test_pages_of_the_day_take_as_many_statements_for_many_people_as_for_one(
    client, path, django_assert_max_num_queries
):
    session, actor = opened(), by(recruiter())
    client.force_login(world.user(Role.ADMIN))
    desk.check_in(invited(session, "Anna 0", phone="+79000000000"), at=OPENS, actor=actor)
    client.get(f"/sessions/{session.pk}/{path}")
    with django_assert_max_num_queries(30) as few:
        client.get(f"/sessions/{session.pk}/{path}")
    for number in range(1, 8):
        row = invited(session, f"Anna {number}", band=number % 3, phone=f"+7900000000{number}")
        if number % 2:
            desk.check_in(row, at=OPENS, actor=actor)

    with django_assert_max_num_queries(30) as many:
        answer = client.get(f"/sessions/{session.pk}/{path}")

    assert answer.status_code == 200
    assert len(many) <= len(few) + 3
