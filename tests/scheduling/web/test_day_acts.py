"""What is pressed on the day: the phone at the desk, calls of the recruiter, wishes, the guard's list, the close."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from recruit.models import Message
from recruit.parsing.normalise import name_key
from recruit.permissions import Role
from scheduling.models import Invitation, MoveRequest, PassDesk, PhoneCall, SessionInterviewer, SessionRole
from scheduling.services import closing, desk, replies
from scheduling.services.links import token_of
from scheduling.services.sessions import seat_people
from scheduling.web.desk.rows import matches
from tests.recruit import world
from tests.recruit.web.pages import signed, toasts
from tests.scheduling.world import (
    DAY_BEFORE,
    MINUTE,
    OPENS,
    by,
    interviewer,
    invited,
    kinds,
    opened,
    person,
    recruiter,
    shortlisted,
)

pytestmark = pytest.mark.django_db
PHONE = "+79161234567"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(DAY_BEFORE + MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client():
    return signed(Role.ADMIN)[0]


# -- the phone at the desk -----------------------------------------------------------------------------------------------


def test_a_caller_is_found_by_digits_name_or_code_and_one_alone_is_opened(client):
    session = opened()
    anna = invited(session, "Anna Petrova", phone=PHONE)
    boris = invited(session, "Boris Petrov", phone="+79169994567")
    type(boris.application.candidate).objects.filter(pk=boris.application.candidate_id).update(
        name_key=name_key("Boris Petrov")
    )
    page = reverse("desk-phone", args=[session.pk])

    def asked(query):
        context = client.get(page, {"q": query}).context
        return [one["row"].pk for one in context["found"]], context["chosen"]

    assert asked("4567") == ([anna.pk, boris.pk], None)
    assert asked("234 567") == ([anna.pk], anna)
    assert asked("8 (916) 123-45-67") == ([anna.pk], anna)
    assert asked("petr") == ([anna.pk, boris.pk], None)
    assert asked("Борис") == ([boris.pk], boris)
    assert asked("p") == ([], None)
    assert asked(f"https://turnout.test/i/{token_of(boris)}") == ([boris.pk], boris)


def test_who_was_invited_long_ago_or_by_another_team_is_not_found(client, clock):
    session = opened(office=world.office())
    row = invited(session, "Anna Petrova", phone=PHONE)
    stranger, _user = signed(Role.DESK)
    page = reverse("desk-phone", args=[session.pk])

    refused = stranger.get(page, {"who": row.pk}).status_code
    clock.move_to(OPENS + timedelta(hours=31))
    late = client.get(page, {"q": "4567"}).context["found"]

    assert (refused, late) == (404, [])
    assert client.get(page, {"who": row.pk}).context["chosen"] == row


@pytest.mark.parametrize(
    ("press", "state", "said"),
    [
        ({"what": "comes"}, "confirmed", ["Noted."]),
        ({"what": "late", "minutes": "15"}, "confirmed", ["Noted: about 15 minutes late."]),
        ({"what": "late", "minutes": "x"}, "sent", ["Say how many minutes, from 1 to 480."]),
        ({"what": "decline", "reason": "other"}, "declined", ["Noted: not coming."]),
        ({"what": "move", "offer": "x"}, "sent", ["Choose one of the times."]),
        ({"what": "again"}, "sent", ["Sent again to anna@mail.test."]),
        ({"what": "dance"}, "sent", []),
    ],
)
def test_the_desk_does_what_the_caller_asks(client, press, state, said):
    session = opened()
    row = invited(session, "Anna Petrova", email="anna@mail.test")
    page = client.post(reverse("desk-phone-act", args=[session.pk, row.pk]), press, follow=True)

    row.refresh_from_db()
    assert (row.state, toasts(page), page.context["chosen"]) == (state, said, row)


def test_the_desk_moves_a_caller_to_a_time_that_is_offered(client):
    session = opened()
    row = invited(session, "Anna Petrova", email="anna@mail.test")
    offer = client.get(reverse("desk-phone", args=[session.pk]), {"who": row.pk}).context["offers"][0]

    client.post(reverse("desk-phone-act", args=[session.pk, row.pk]), {"what": "move", "offer": offer.key})

    row.refresh_from_db()
    assert (row.band, row.state, row.sequence) == (offer.band, "confirmed", 1)


def test_the_way_is_sent_again_once_a_minute_by_the_way_the_person_can_be_reached(client):
    office = world.office(address="Lenina 1", directions="From the station to the left.")
    session = opened(office=office)
    by_mail, by_text, nobody = (
        invited(session, name, **contact)
        for name, contact in (("Anna", {"email": "a@mail.test"}), ("Boris", {"phone": PHONE}), ("Chen", {}))
    )

    said = [
        toasts(client.post(reverse("desk-phone-act", args=[session.pk, row.pk]), {"what": "again"}, follow=True))
        for row in (by_mail, by_mail, by_text, nobody)
    ]

    sent = {row.to_address: row for row in Message.objects.filter(kind="directions")}
    assert said == [
        ["Sent again to a@mail.test."],
        ["Sent again to a@mail.test."],
        [f"Sent again to {PHONE}."],
        ["No e-mail and no mobile number is known: read it aloud."],
    ]
    assert sorted(sent) == [PHONE, "a@mail.test"]
    assert sent["a@mail.test"].body.startswith("Lenina 1\n\nFrom the station to the left.\n\n")
    assert sent["a@mail.test"].subject.startswith("How to get there: Courier, ")


def test_nothing_is_sent_again_about_a_visit_that_is_settled(client):
    session = opened()
    row = replies.decline(invited(session, email="a@mail.test"), at=DAY_BEFORE, actor=person())

    page = client.post(reverse("desk-phone-act", args=[session.pk, row.pk]), {"what": "again"}, follow=True)

    assert toasts(page) == ["This visit is settled: there is nothing to send."]
    assert not Message.objects.filter(kind="directions").exists()


@pytest.mark.parametrize(
    ("words", "query", "found"),
    [
        ("anna petrova 07 79161234567", "4567", True),
        ("anna petrova 07 79161234567", "7", True),
        ("anna petrova 07 79161234567", "8", False),
        ("anna petrova 07 79161234567", "Petr ann", True),
        ("anna petrova 07 79161234567", "petr boris", False),
        ("anna petrova ab12cd34", "http://x.test/i/AB12cd34ffffffff", True),
        ("anna petrova ab12cd34", "http://x.test/i/AB12cd35ffffffff", False),
    ],
)
def test_a_row_of_the_desk_is_found_by_parts_of_the_name_the_number_or_the_last_digits(words, query, found):
    assert matches(words, query) is found


def test_the_list_of_the_desk_is_narrowed_by_what_is_typed(client):
    session = opened()
    invited(session, "Anna Petrova", phone=PHONE)
    invited(session, "Boris Ivanov", phone="+79169990000")

    page = client.get(reverse("desk", args=[session.pk]), {"q": "petr"})

    shown = [one.name for group in page.context["groups"] for one in (*group["rows"], *group["silent"])]
    assert shown == ["Anna Petrova"]


# -- calls and wishes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("press", "state", "answer", "said"),
    [
        ({"what": "confirm"}, "confirmed", "confirmed", "Noted."),
        ({"what": "unsure"}, "sent", "unsure", "Noted."),
        ({"what": "no_answer"}, "sent", "silent", "Noted."),
        ({"what": "decline", "reason": "other"}, "declined", "declined", "Noted."),
        ({"what": "another_job"}, "declined", "declined", "Noted."),
        ({"what": "decline", "reason": "x"}, "sent", "silent", "Choose one of the reasons."),
    ],
)
def test_what_somebody_said_on_the_phone_is_noted_by_the_recruiter(client, press, state, answer, said):
    row = invited(opened())

    page = client.post(reverse("answer-for", args=[row.pk]), press, follow=True)

    row.refresh_from_db()
    assert (row.state, row.answer, toasts(page)) == (state, answer, [said])


def test_a_wish_is_granted_with_a_time_of_its_session_or_refused(client):
    session, other = opened(), opened()
    rows = [invited(session, name) for name in ("Anna", "Boris", "Chen")]
    wishes = [replies.ask_to_move(row, at=DAY_BEFORE, actor=person(), wish="later") for row in rows]
    band, foreign = session.bands.all()[2], other.bands.all()[0]

    def decide(wish, **data):
        return client.post(reverse("move-decide", args=[wish.pk]), data, follow=True)

    decide(wishes[0], what="accept", band=band.pk)
    decide(wishes[1], what="refuse")
    strange = decide(wishes[2], what="accept", band=foreign.pk)
    without = decide(wishes[2], what="accept")

    assert list(MoveRequest.objects.order_by("pk").values_list("state", flat=True)) == ["accepted", "refused", "open"]
    assert Invitation.objects.get(pk=rows[0].pk).band == band
    assert (strange.status_code, toasts(without)) == (404, ["Choose the new time first."])


def test_calls_of_the_day_are_one_line_with_the_forecast_before_and_after(client):
    session, caller = opened(), recruiter()
    rows = [invited(session, name) for name in ("Anna", "Boris")]
    for row, outcome, before, after in zip(rows, ("comes", "no_answer"), (2.0, 2.5), (2.5, 2.2), strict=True):
        PhoneCall.objects.create(
            application=row.application,
            invitation=row,
            by=caller,
            at=DAY_BEFORE,
            outcome=outcome,
            mean_before=before,
            mean_after=after,
        )

    page = client.get(reverse("live", args=[session.pk]))
    part = client.get(reverse("live", args=[session.pk]), headers={"HX-Request": "true"})

    assert page.context["done_steps"] == [
        {"kind": "called", "at": DAY_BEFORE, "count": 2, "yes": 1, "vain": 1, "before": 2.0, "after": 2.2}
    ]
    assert ("<html" in page.content.decode(), "<html" in part.content.decode()) == (True, False)


# -- steps of the day ----------------------------------------------------------------------------------------------------


def test_an_interviewer_who_joins_sits_in_a_free_room_and_once(client):
    from recruit.errors import ConflictError, InvalidInputError
    from scheduling.models import Room
    from scheduling.services import top_up

    session = opened()
    rooms = [Room.objects.create(office=session.office, name=name) for name in ("Blue", "Red")]
    session.rooms.set(rooms)
    kim, lee = interviewer("Kim"), interviewer("Lee")
    for one in (kim, lee):
        one.offices.add(session.office)
    seat_people(session, [kim], SessionRole.INTERVIEWER, rooms[:1])
    taken = SessionInterviewer.objects.get(interviewer=kim).room

    seat = top_up.let_join(session, lee.pk)

    assert (seat.role, {taken, seat.room}) == (SessionRole.INTERVIEWER, set(rooms))
    with pytest.raises(ConflictError, match="already"):
        top_up.let_join(session, lee.pk)
    with pytest.raises(InvalidInputError):
        top_up.set_free(session, 0, at=OPENS)


def test_nobody_more_is_invited_where_nobody_is_left_or_the_session_is_over():
    from recruit.errors import ConflictError
    from scheduling.services import top_up

    session = opened()
    more = {"band": session.bands.first(), "count": 1, "at": DAY_BEFORE, "by": recruiter()}

    with pytest.raises(ConflictError, match="Nobody of the shortlist is left"):
        top_up.invite_more(session, **more)
    shortlisted(session)
    type(session).objects.filter(pk=session.pk).update(state="closed")
    with pytest.raises(ConflictError, match="not open"):
        top_up.invite_more(session, **more)

    assert session.invitations.count() == 0


# -- the guard and the close ---------------------------------------------------------------------------------------------


def test_the_guard_gets_the_list_at_the_address_that_was_written(client):
    session = opened()
    invited(session, "Anna Petrova")
    page = reverse("desk-pass-list", args=[session.pk])

    missing = client.post(page)
    wrong = client.post(page, {"email": "guard at door"})
    sent = client.post(page, {"email": "guard@door.test"}, follow=True)

    assert (missing.context["error"], wrong.context["error"]) == (
        "Write the address of the guard first.",
        "Enter a valid email address.",
    )
    assert toasts(sent) == ["The list goes to guard@door.test."]
    assert PassDesk.objects.get().email == "guard@door.test"
    assert "Anna Petrova" in Message.objects.get(to_address="guard@door.test").body


def test_people_who_did_not_come_are_invited_again_from_the_close_and_who_cannot_be_is_named(client, clock):
    vacancy = world.vacancy()
    session, later = (
        opened(vacancies=[vacancy], starts_at=OPENS + timedelta(days=n), ends_at=OPENS + timedelta(days=n, hours=3))
        for n in (0, 2)
    )
    anna, boris = (invited(session, name, email=f"{name}@mail.test") for name in ("Anna", "Boris"))
    clock.move_to(OPENS + timedelta(hours=4))
    for row in (anna, boris):
        closing.settle(row, "no_show", at=OPENS + timedelta(hours=4), by=recruiter())
    page = reverse("close", args=[session.pk])
    key = f"{later.pk}-{later.bands.first().pk}"

    said = client.post(
        page, {"outcome": "again", "who": [f"{anna.pk}:{key}", f"{boris.pk}:nonsense", "x:y"]}, follow=True
    )

    again = Invitation.objects.get(session=later)
    assert (again.application, again.state) == (anna.application, "sent")
    assert [text.partition(":")[0] for text in toasts(said)] == ["Boris", "1 person is invited again."]
    assert kinds(boris)[-1] == "no_show"


def test_an_outcome_that_does_not_fit_is_refused_at_the_close(client):
    session = opened()
    row = desk.check_in(invited(session), at=OPENS, actor=by(recruiter()))

    page = client.post(reverse("close", args=[session.pk]), {"invitation": row.pk, "outcome": "no_show"}, follow=True)

    row.refresh_from_db()
    assert (row.state, len(toasts(page))) == ("arrived", 1)
