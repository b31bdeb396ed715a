"""The plan page and what stands around it: what-if, ghost, locked bands, approve, sessions, calendar, repeats."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from recruit.messaging.sms import sms_size
from recruit.models import Company
from recruit.permissions import Role
from scheduling.models import ArrivalBand, InterviewSession, Invitation, Plan, SessionTemplate
from scheduling.services import plans
from scheduling.states import InvitationState
from tests.recruit import world
from tests.scheduling.web import soon

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def admin(client):
    user = world.user(Role.ADMIN)
    client.force_login(user, "recruit.backends.PasswordBackend")
    return user


def people(session: InterviewSession, count: int, **contacts):
    return [
        soon.taken(session.vacancies.first(), f"Person {n:02d}", email=f"p{n}@mail.test", **contacts)
        for n in range(count)
    ]


def ask(client, session, **controls):
    return client.get(reverse("plan", args=[session.pk]), controls)


def test_a_control_changes_the_plan_and_not_the_session(client, admin):
    session = soon.session(target=3)
    people(session, 5)

    answer = ask(client, session, target=2, assurance=80)

    session.refresh_from_db()
    assert (answer.context["session"].target, answer.context["session"].assurance) == (2, 0.8)
    assert session.target == 3
    assert answer.context["plan"].invite < ask(client, session).context["plan"].invite


def test_the_state_before_the_last_change_is_shown_with_its_way_back(client, admin):
    session = soon.session(target=2)
    before = f"http://testserver{reverse('plan', args=[session.pk])}?target=2&assurance=90"

    answer = client.get(
        reverse("plan", args=[session.pk]), {"target": "2", "assurance": "80"}, HTTP_HX_CURRENT_URL=before, **HTMX
    )

    ghost = answer.context["ghost"]
    assert ghost["invite"] > answer.context["plan"].invite
    assert ghost["words"] == "assurance, % 90"
    assert parse_qs(urlsplit(ghost["url"]).query) == {"target": ["2"], "assurance": ["90"]}


def test_numbers_changed_by_hand_lock_the_bands(client, admin):
    session = soon.session(target=2, band_minutes=60)
    shown = ask(client, session).context["shown"]

    answer = ask(client, session, band=["4", "3", "2"], shown=shown)

    assert [band.invited for band in answer.context["plan"].bands] == [4, 3, 2]
    assert answer.context["state"].is_locked is True


def test_numbers_of_other_bands_are_let_go_when_the_bands_change(client, admin):
    session = soon.session(target=2, band_minutes=60)

    answer = ask(client, session, band=["4", "3", "2"], shown="4,3,2", lock="1", band_minutes=30)

    assert answer.context["state"].is_locked is False
    assert len(answer.context["plan"].bands) == 6


def test_trying_a_choice_and_taking_a_remedy_are_addresses_of_the_page(client, admin):
    session = soon.session(target=3)
    people(session, 4)
    page = ask(client, session)

    for row in page.context["choices"]:
        if row["url"]:
            tried = client.get(reverse("plan", args=[session.pk]) + row["url"])
            wanted = row["row"].interviewers if row["row"].code == "one_more_interviewer" else row["row"].invite
            found = (
                tried.context["session"].interviewers_planned
                if row["row"].code == "one_more_interviewer"
                else tried.context["plan"].invite
            )
            assert (row["row"].code, found) == (row["row"].code, wanted)
    codes = {code for code, _number, _chance in page.context["plan"].conflict.remedies}
    assert codes == {"more_people", "accept_target", "accept_assurance"}
    assert all(remedy["url"] for remedy in page.context["remedies"])


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        ({"target": "0"}, "held at least"),
        ({"assurance": "100"}, "assurance"),
        ({"starts": "17:00", "ends": "13:00"}, "ends before it begins"),
        ({"ends": "never"}, "to:"),
    ],
)
def test_a_value_that_cannot_be_is_named(client, admin, controls, words):
    session = soon.session()

    answer = ask(client, session, **controls)

    assert words in answer.context["refused"]


def test_several_vacancies_have_a_chance_and_a_need_each(client, admin):
    office = world.office()
    first, second = world.vacancy(office=office), world.vacancy(title="Driver", office=office)
    session = soon.session(vacancy=first, target=2)
    session.session_vacancies.create(vacancy=second)
    people(session, 6)

    parts = ask(client, session, **{f"t-{first.pk}": "1", f"t-{second.pk}": "1"}).context["parts"]

    assert [(part.vacancy.pk, part.people, part.target) for part in parts] == [(first.pk, 6, 1), (second.pk, 0, 1)]
    assert parts[0].p_target > parts[1].p_target == 0.0
    assert parts[1].more > 0


def test_a_guaranteed_seat_of_a_group_stands_outside_the_forecast_and_goes_out_first(client, admin):
    session = soon.group(target=2)
    rows = people(session, 4)

    page = ask(client, session, sure=str(rows[3].pk))
    client.post(reverse("propose", args=[session.pk]), {"sure": str(rows[3].pk), "target": "2", "assurance": "50"})
    plan = Plan.objects.get()
    plans.approve_plan(plan, by=admin, at=timezone.now())

    assert page.context["plan"].arrivals.q05 >= 1
    assert (plan.guaranteed, plan.people[0]) == ([rows[3].pk], rows[3].pk)
    assert Invitation.objects.get(application=rows[3]).guaranteed is True


def test_costs_are_changed_for_this_page_or_kept_as_the_companys(client, admin):
    session = soon.session(target=2)
    usual = Company.current().cost_invitation

    page = ask(client, session, cost_invitation="99")
    after_look = Company.current().cost_invitation
    client.post(reverse("plan-costs", args=[session.pk]), {"cost_invitation": "99"})

    assert (page.context["state"].costs.invitation, after_look) == (99.0, usual)
    assert Company.current().cost_invitation == 99.0


def test_costs_that_another_changed_meanwhile_are_told_and_kept(client, admin):
    session = soon.session(target=2)
    path, seen = reverse("plan-costs", args=[session.pk]), ask(client, session).context["seen"]
    client.post(path, {"cost_invitation": "70", "seen": seen})

    answer = client.post(path, {"cost_invitation": "99", "seen": seen}, follow=True)
    kept = Company.current().cost_invitation
    client.post(path, {"cost_invitation": "99", "seen": answer.context["seen"]})

    assert f"{admin} changed this meanwhile: An invitation." in answer.content.decode()
    assert (kept, Company.current().cost_invitation) == (70.0, 99.0)


def test_a_plan_is_not_proposed_over_wishes_that_another_changed_meanwhile(client, admin):
    session = soon.session(target=2)
    people(session, 4)
    path, seen = reverse("propose", args=[session.pk]), ask(client, session).context["seen"]
    client.post(path, {"target": "3", "seen": seen})

    answer = client.post(path, {"target": "2", "lobby": "30", "seen": seen}, follow=True)
    session.refresh_from_db()
    kept = (session.target, session.lobby)
    client.post(path, {"target": "2", "lobby": "30", "seen": answer.context["seen"]})
    session.refresh_from_db()

    assert f"{admin} changed this meanwhile: held at least." in answer.content.decode()
    assert (kept[0], session.target, session.lobby) == (3, 2, 30)
    assert kept[1] != 30


def test_times_are_fixed_once_somebody_is_invited(client, admin):
    session = soon.session(is_open=True)
    soon.invited(session, "Anna", email="anna@mail.test")
    starts = session.starts_at

    answer = ask(client, session, starts="09:00", band_minutes="15", target="2")

    shown = answer.context["session"]
    assert (shown.starts_at, shown.band_minutes, shown.target) == (starts, session.band_minutes, 2)


def test_approving_shows_three_messages_and_the_second_click_sends(client, admin):
    session = soon.session(target=1)
    people(session, 4)
    reverse_of = client.post(reverse("propose", args=[session.pk]), {"target": "1", "assurance": "60"})

    sheet = client.get(reverse_of["Location"])
    before = Invitation.objects.count()
    client.post(reverse_of["Location"])

    assert len(sheet.context["previews"]) == 3
    assert all("Person" in one.body for one in sheet.context["previews"])
    assert (before, Invitation.objects.filter(state=InvitationState.SENT).count()) == (0, len(sheet.context["wave"]))


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 160, 1), ("a" * 161, 2), ("я" * 70, 1), ("я" * 135, 3), ("€" * 81, 2)]
)
def test_parts_of_an_sms(text, parts):
    assert sms_size(text)[1] == parts


def test_merge_and_split_are_buttons_that_do_it(client, admin):
    office = world.office()
    vacancy = world.vacancy(office=office)
    into = soon.group(vacancy=vacancy, is_open=True)
    other = soon.group(vacancy=vacancy, is_open=True, days=3)
    soon.invited(other, "Anna", email="anna@mail.test")

    client.post(reverse("session-merge", args=[into.pk]), {"other": str(other.pk)})
    client.post(reverse("session-split", args=[into.pk]))

    other.refresh_from_db()
    assert (Invitation.objects.get().session_id, other.state) == (into.pk, "cancelled")
    assert InterviewSession.objects.filter(format="group").count() == 3


def test_repeating_shows_the_days_first_and_makes_them_at_the_button(client, admin):
    session = soon.session(days=2)
    address = reverse("session-repeat", args=[session.pk])

    page = client.get(address)
    form = page.context["form"]
    data = {"weekdays": form["weekdays"].value(), "first": form["first"].value(), "last": form["last"].value()}
    made = page.context["count"]
    client.post(address, {**data, "holidays_of": form["holidays_of"].value(), "name": "Afternoons"})

    assert made > 0
    assert InterviewSession.objects.exclude(pk=session.pk).count() == made
    assert list(SessionTemplate.objects.values_list("name", flat=True)) == ["Afternoons"]


def test_an_interviewer_may_neither_plan_nor_merge(client):
    session = soon.session()
    client.force_login(world.user(Role.INTERVIEWER), "recruit.backends.PasswordBackend")

    codes = [
        client.post(reverse(name, args=[session.pk])).status_code
        for name in ("session-merge", "session-split", "propose")
    ]

    assert codes == [403, 403, 403]


def test_another_teams_session_is_not_there(client):
    session = soon.session()
    client.force_login(world.user(Role.RECRUITER, teams=(world.team(),)), "recruit.backends.PasswordBackend")

    codes = [
        client.get(reverse("plan", args=[session.pk])).status_code,
        client.get(reverse("session-repeat", args=[session.pk])).status_code,
        client.get(reverse("score-room", args=[session.pk])).status_code,
    ]

    assert codes == [404, 404, 404]


def counted(client, django_assert_max_num_queries, path) -> int:
    with django_assert_max_num_queries(30) as seen:
        assert client.get(path).status_code == 200
    return len(seen.captured_queries)


@pytest.mark.parametrize("name", ["plan", "sessions", "calendar"])
def test_statements_do_not_grow_with_rows(client, admin, django_assert_max_num_queries, name):
    office = world.office()
    vacancy = world.vacancy(office=office)
    session = soon.session(vacancy=vacancy, target=1)
    people(session, 1)
    path = reverse(name, args=[session.pk] if name == "plan" else [])
    counted(client, django_assert_max_num_queries, path)
    few = counted(client, django_assert_max_num_queries, path)

    for days in (2, 3):
        soon.session(vacancy=vacancy, days=days)
    for number in range(6):
        soon.taken(vacancy, f"More {number}", email=f"more{number}@mail.test")

    assert counted(client, django_assert_max_num_queries, path) == few
    assert ArrivalBand.objects.count() == 18


def test_rooms_and_interviewers_are_written_in_settings(client, admin):
    office = world.office()

    client.post(reverse("settings-room-new"), {"office": office.pk, "name": "Hall", "seats": "12"})
    client.post(reverse("settings-interviewer-new"), {"name": "Olga", "offices": [office.pk], "is_active": "on"})
    twice = client.post(reverse("settings-room-new"), {"office": office.pk, "name": "Hall", "seats": "3"})

    page = client.get(reverse("settings-people"))
    assert [(row.name, row.seats) for row in page.context["rooms"]] == [("Hall", 12)]
    assert [(one.name, [place.pk for place in one.offices.all()]) for one in page.context["people"]] == [
        ("Olga", [office.pk])
    ]
    assert twice.context["form"].errors != {}
