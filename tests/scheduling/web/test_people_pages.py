"""Calls, the group room, My queue, Compare and Offers, as pages."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from recruit.models import Message, Offer
from recruit.permissions import Role
from recruit.states import OfferState, Stage
from scheduling.models import Interviewer, Invitation, PhoneCall, Scorecard, SessionInterviewer, SessionRole
from scheduling.services import desk, scorecards
from scheduling.states import InvitationState
from tests.recruit import world
from tests.scheduling.web import soon
from tests.scheduling.world import by, interviewer

pytestmark = pytest.mark.django_db
BACKEND = "recruit.backends.PasswordBackend"


def sign_in(client, role=Role.ADMIN):
    user = world.user(role)
    client.force_login(user, BACKEND)
    return user


def held(session, name: str, **marks) -> Invitation:
    """Return somebody who was seen, marked by one interviewer."""
    row = soon.invited(session, name, email=f"{name.split(maxsplit=1)[0].lower()}@mail.test")
    now = timezone.now()
    Invitation.objects.filter(pk=row.pk).update(
        state=InvitationState.FINISHED, arrived_at=now, started_at=now, finished_at=now, settled_at=now
    )
    row.refresh_from_db()
    author = Interviewer.objects.first() or interviewer()
    if marks:
        scorecards.save_scorecard(row, author, marks=marks, at=now, submit=True)
    return row


def group_with(client, count: int, *, observers: int = 2):
    users = [world.user(Role.INTERVIEWER) for _ in range(observers)]
    seats = [Interviewer.objects.create(name=user.name, user=user) for user in users]
    session = soon.group(is_open=True, observers=seats)
    actor = by(world.user(Role.RECRUITER))
    people = [
        desk.check_in(soon.invited(session, f"Person {n}", email=f"p{n}@mail.test"), at=timezone.now(), actor=actor)
        for n in range(count)
    ]
    del client
    return session, people, users


def save(client, session, row, stamp=1, **marks):
    body = {"invitation": row.pk, "stamp": stamp, "marks": marks, "notes": {"quick": ["led"]}}
    return client.post(reverse("room-marks", args=[session.pk]), json.dumps(body), content_type="application/json")


def test_a_call_is_recorded_and_the_toast_tells_what_it_did(client):
    sign_in(client)
    row = soon.invited(soon.session(is_open=True), "Anna Petrova", phone="+79005550101")

    answer = client.post(reverse("call-outcome"), {"person": f"i{row.pk}", "outcome": "comes"}, follow=True)

    call = PhoneCall.objects.get()
    assert (call.outcome, call.invitation_id) == ("comes", row.pk)
    assert call.mean_after > call.mean_before
    assert str(next(iter(answer.context["messages"]))).startswith("Anna Petrova: Comes")


def test_one_tap_books_a_time_for_somebody_triage_has_taken(client):
    sign_in(client)
    session = soon.session(is_open=True)
    row = soon.taken(session.vacancies.first(), "Anna Petrova", phone="+79005550101")
    page = client.get(reverse("calls"))

    client.post(reverse("call-outcome"), {"person": f"a{row.pk}", "band": page.context["offers"][0].value})

    invitation = Invitation.objects.get()
    assert (page.context["due"].key, len(page.context["offers"])) == (f"a{row.pk}", 3)
    assert (invitation.state, invitation.band) == ("confirmed", page.context["offers"][0].band)


@pytest.mark.parametrize("data", [{"outcome": "perhaps"}, {"outcome": "call_at", "call_at": "noon"}, {"band": "9:9"}])
def test_a_call_that_makes_no_sense_writes_nothing(client, data):
    sign_in(client)
    row = soon.invited(soon.session(is_open=True), "Anna Petrova", phone="+79005550101")

    client.post(reverse("call-outcome"), {"person": f"i{row.pk}", **data})

    assert PhoneCall.objects.count() == 0


def test_a_caller_does_not_reach_people_of_other_teams(client):
    client.force_login(world.user(Role.CALLER, teams=(world.team(),)), BACKEND)
    row = soon.invited(soon.session(is_open=True), "Anna Petrova", phone="+79005550101")

    codes = [
        client.post(reverse("call-outcome"), {"person": f"i{row.pk}", "outcome": "comes"}).status_code,
        len(client.get(reverse("calls"), {"person": f"i{row.pk}"}).context["queue"]),
    ]

    assert codes == [404, 0]


def test_looking_at_the_room_seats_nobody(client):
    session, _people, users = group_with(client, 3)
    client.force_login(users[0], BACKEND)

    page = client.get(reverse("score-room", args=[session.pk]))

    assert [seat["place"].seat for seat in page.context["seats"]] == [1, 2, 3]
    assert session.room_seats.count() == 0


def test_marks_of_others_are_nowhere_on_the_page_until_mine_are_submitted(client):
    session, people, users = group_with(client, 1)
    client.force_login(users[1], BACKEND)
    save(client, session, people[0], motivation=5)
    client.post(reverse("room-submit", args=[session.pk]))
    client.force_login(users[0], BACKEND)
    address = reverse("score-room", args=[session.pk])

    blind = client.get(address)
    save(client, session, people[0], motivation=2)
    client.post(reverse("room-submit", args=[session.pk]))
    open_page = client.get(address)

    assert "rows" not in blind.context
    assert [[mark.value for mark in one["row"].cells[0].marks] for one in open_page.context["rows"]] == [[2, 5]]
    assert len(open_page.context["talk"]) == 1


def test_a_save_without_a_network_comes_twice_and_counts_once(client):
    session, people, users = group_with(client, 1)
    client.force_login(users[0], BACKEND)

    answers = [save(client, session, people[0], stamp=7, motivation=4) for _ in range(2)]

    assert [answer.json() for answer in answers] == [
        {"invitation": people[0].pk, "stamp": 7, "marks": {"motivation": 4}}
    ] * 2
    assert Scorecard.objects.get().notes == {"quick": ["led"]}


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"invitation": "x", "stamp": 1}',
        '{"invitation": 1, "stamp": "now"}',
        '{"invitation": 1, "stamp": -1}',
    ],
)
def test_marks_that_cannot_be_read_are_refused(client, body):
    session, _people, users = group_with(client, 1)
    client.force_login(users[0], BACKEND)

    answer = client.post(reverse("room-marks", args=[session.pk]), body, content_type="application/json")

    assert (answer.status_code, Scorecard.objects.count()) == (400, 0)


def test_a_mark_out_of_range_is_refused(client):
    session, people, users = group_with(client, 1)
    client.force_login(users[0], BACKEND)

    assert (
        save(client, session, people[0], motivation=6).status_code,
        Scorecard.objects.exclude(marks={}).count(),
    ) == (400, 0)


def test_only_who_leads_moves_the_steps_and_closes_the_talk(client):
    session, _people, users = group_with(client, 2)
    client.force_login(users[0], BACKEND)
    step, close = reverse("room-step", args=[session.pk]), reverse("room-close-talk", args=[session.pk])
    refused = [client.post(step, {"step": "0"}).status_code, client.post(close).status_code]
    SessionInterviewer.objects.filter(interviewer__user=users[0]).update(role=SessionRole.FACILITATOR)

    client.post(step, {"step": "0", "minutes-greeting": "7"})

    session.refresh_from_db()
    assert refused == [403, 403]
    assert (session.room_state.step, session.room_state.steps[0]["minutes"], session.room_seats.count()) == (0, 7, 2)


def test_badges_show_a_seat_for_everybody_expected(client):
    sign_in(client)
    session = soon.group(is_open=True)
    for name in ("Anna", "Boris"):
        soon.invited(session, name, email=f"{name.lower()}@mail.test")
    address = reverse("room-badges", args=[session.pk])

    before = client.get(address).context["unseated"]
    client.post(address)

    assert (before, [(p["seat"], p["name"]) for p in client.get(address).context["places"]]) == (
        2,
        [(1, "Anna"), (2, "Boris")],
    )


def test_a_talk_is_marked_with_what_was_asked_in_it(client):
    user = sign_in(client)
    row = held(soon.session(is_open=True), "Anna")
    data = {"motivation": "4", "self_rating": "5", "other_offers": "one", "what": "submit"}

    client.post(reverse("score", args=[row.pk]), data)

    row.application.refresh_from_db()
    assert row.application.answers == {"self_rating": 5, "other_offers": "one"}
    assert Scorecard.objects.get(author__user=user).marks == {"motivation": 4}


def test_a_fact_that_cannot_be_keeps_the_marks_from_being_half_saved(client):
    sign_in(client)
    row = held(soon.session(is_open=True), "Anna")

    answer = client.post(
        reverse("score", args=[row.pk]), {"motivation": "4", "travel_minutes": "far", "what": "submit"}
    )

    assert (answer.status_code, Scorecard.objects.count()) == (200, 0)
    assert answer.context["points"][0]["mark"] == "4"


def test_compare_says_where_there_is_no_evidence_and_never_nought(client):
    sign_in(client)
    session = soon.session(is_open=True)
    held(session, "Anna", motivation=4, ability=2)
    held(session, "Boris")

    page = client.get(reverse("compare"))

    assert [(row.person.application.candidate.name, row.mean) for row in page.context["rows"]] == [
        ("Anna", 3.0),
        ("Boris", None),
    ]
    assert {cell["own"] for cell in page.context["lines"][4]["cells"]} == {None}


def test_decisions_show_the_answers_first_then_save_and_can_be_taken_back(client):
    sign_in(client)
    session = soon.session(is_open=True)
    anna, boris = held(session, "Anna", motivation=4), held(session, "Boris", motivation=2)
    data = {f"decision-{anna.application_id}": "offer", f"decision-{boris.application_id}": "no:marks"}

    review = client.post(reverse("compare-decide"), data)
    untouched = Message.objects.filter(kind="answer").count()
    client.post(reverse("compare-decide"), {**data, "what": "save"})
    stages = [row.application.__class__.objects.get(pk=row.application_id).stage for row in (anna, boris)]
    client.post(reverse("compare-undo"))

    assert [one.choice.decision for one, _reason in review.context["answers"]] == ["offer", "no"]
    assert (untouched, stages) == (0, [Stage.OFFER, Stage.REJECTED])
    assert {row.application.__class__.objects.get(pk=row.application_id).stage for row in (anna, boris)} == {
        Stage.INTERVIEW
    }
    assert set(Message.objects.filter(kind="answer").values_list("state", flat=True)) == {"dropped"}


def test_somebody_who_did_not_come_is_asked_again_once(client):
    sign_in(client)
    session = soon.session(is_open=True)
    held(session, "Anna", motivation=4)
    row = soon.invited(session, "Boris", phone="+79005550102")
    Invitation.objects.filter(pk=row.pk).update(state=InvitationState.NO_SHOW, settled_at=timezone.now())

    absent = client.get(reverse("compare")).context["absent"]
    client.post(reverse("ask-again", args=[row.application_id]))

    row.application.refresh_from_db()
    assert [(one["row"].pk, one["may_ask"]) for one in absent] == [(row.pk, True)]
    assert 0 < absent[0]["chance"]["low"] < absent[0]["chance"]["high"] < 1
    assert row.application.stage == Stage.SHORTLIST


def test_an_offer_is_made_answered_and_its_decline_has_a_reason(client):
    sign_in(client)
    row = held(soon.session(is_open=True), "Anna", motivation=4).application
    row.__class__.objects.filter(pk=row.pk).update(stage=Stage.OFFER)
    client.post(reverse("offer-new", args=[row.pk]), {"pay": "65000"})
    offer = Offer.objects.get()

    client.post(reverse("offer-answer", args=[offer.pk]), {"event": "decline"})
    offer.refresh_from_db()
    without = offer.state
    client.post(reverse("offer-answer", args=[offer.pk]), {"event": "decline", "reason": "salary"})

    offer.refresh_from_db()
    assert (without, offer.state, offer.decline_reason) == (OfferState.MADE, OfferState.DECLINED, "salary")
    assert client.get(reverse("offers")).context["ended"][0]["reason"] == "Pay"


def counted(client, django_assert_max_num_queries, path) -> int:
    with django_assert_max_num_queries(30) as seen:
        assert client.get(path).status_code == 200
    return len(seen.captured_queries)


@pytest.mark.parametrize("name", ["calls", "compare", "offers", "my-queue"])
def test_statements_do_not_grow_with_people(client, django_assert_max_num_queries, name):
    sign_in(client)
    session = soon.session(is_open=True)

    def more(count: int, start: int) -> None:
        for n in range(start, start + count):
            soon.invited(session, f"Silent {n}", phone=f"+790055506{n:02d}")
            soon.taken(session.vacancies.first(), f"New {n}", phone=f"+790055507{n:02d}")
            held(session, f"Held{n}", motivation=3)
            offered = soon.taken(session.vacancies.first(), f"Offered {n}", email=f"o{n}@mail.test")
            offered.__class__.objects.filter(pk=offered.pk).update(stage=Stage.OFFER)

    more(1, 0)
    path = reverse(name)
    counted(client, django_assert_max_num_queries, path)
    few = counted(client, django_assert_max_num_queries, path)
    more(4, 1)

    assert counted(client, django_assert_max_num_queries, path) == few


def test_statements_of_the_room_do_not_grow_with_people(client, django_assert_max_num_queries):
    counts = []
    for people in (1, 6):
        session, rows, users = group_with(client, people)
        client.force_login(users[0], BACKEND)
        path = reverse("score-room", args=[session.pk])
        counted(client, django_assert_max_num_queries, path)
        blind = counted(client, django_assert_max_num_queries, path)
        for row in rows:
            save(client, session, row, motivation=4)
        client.post(reverse("room-submit", args=[session.pk]))
        counts.append((blind, counted(client, django_assert_max_num_queries, path)))

    assert counts[0] == counts[1]
