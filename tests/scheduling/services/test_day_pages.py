"""The pages of the day from outside: steps of one click, a session changed, a day closed, an application withdrawn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recruit.models import ContactPoint
from recruit.permissions import Role
from scheduling.models import InterviewSession, Invitation
from scheduling.services import desk, withdrawals
from scheduling.services.links import path_of
from tests.recruit import world
from tests.scheduling.world import MINUTE, OPENS, by, invited, kinds, opened, person, recruiter, shortlisted

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(world.user(Role.ADMIN))
    return client


def tomorrow(**fields):
    starts = timezone.now().replace(microsecond=0) + timedelta(days=1)
    return opened(starts_at=starts, ends_at=starts + timedelta(hours=3), **fields)


def test_the_live_page_does_the_step_it_proposes(staff):
    session = tomorrow(target=3)
    for name in ("Boris", "Chen", "Dina"):
        shortlisted(session, name)
    page = staff.get(f"/sessions/{session.pk}/live/").content.decode()
    band = session.bands.all()[0]

    answer = staff.post(f"/sessions/{session.pk}/step/", {"what": "invite", "number": band.pk, "count": "2"})

    assert 'name="what" value="invite"' in page
    assert answer.status_code == 302
    assert session.invitations.filter(band=band).count() == 2
    assert "2 more invited" in staff.get(f"/sessions/{session.pk}/live/").content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"what": "invite", "count": "x"}, {"what": "open", "number": "0"}, {"what": "fly"}]
)
def test_a_step_without_sense_changes_nothing(staff, data):
    session = tomorrow()

    assert staff.post(f"/sessions/{session.pk}/step/", data).status_code == 302
    assert not session.invitations.exists()


def test_people_of_a_band_stand_in_a_sheet_with_an_address_of_its_own(staff):
    session = tomorrow()
    invited(session, "Anna Petrova", band=0)
    invited(session, "Boris Ivanov", band=1)

    page = staff.get(f"/sessions/{session.pk}/live/?band={session.bands.all()[0].pk}").content.decode()

    sheet = page[page.index("side-sheet") :]
    assert ("Anna Petrova" in sheet, "Boris Ivanov" in sheet) == (True, False)


def test_more_than_twenty_messages_are_asked_for_once(staff):
    session = tomorrow()
    for number in range(21):
        invited(session, f"Person {number}", band=number % 3)
    path = f"/sessions/{session.pk}/change/"

    asked = staff.post(path, {"what": "call_off"})
    before = InterviewSession.objects.get(pk=session.pk).state
    done = staff.post(path, {"what": "call_off", "sure": "1"})

    assert (asked.status_code, before, done.status_code) == (200, "open", 302)
    assert "21 people will be told" in asked.content.decode()
    assert set(Invitation.objects.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"what": "move", "day": "", "starts_at": "10:00"}, "starts_at"),
        ({"what": "move", "day": "2020-01-01", "starts_at": "10:00"}, "starts_at"),
        ({"what": "shrink", "ends_at": "soon"}, "ends_at"),
    ],
)
def test_a_change_that_cannot_be_says_so_at_its_field(staff, data, field):
    session = tomorrow()

    answer = staff.post(f"/sessions/{session.pk}/change/", data)

    assert (answer.status_code, answer.context["where"]) == (400, field)
    assert InterviewSession.objects.get(pk=session.pk).starts_at == session.starts_at


def test_the_closed_day_reads_as_five_lines(staff):
    session, actor = opened(), by(recruiter())
    here = desk.check_in(invited(session), at=OPENS, actor=actor)
    desk.call_next(session, at=OPENS + 10 * MINUTE, actor=actor)
    here.refresh_from_db()
    desk.finish(here, at=OPENS + 30 * MINUTE, actor=actor)
    path = f"/sessions/{session.pk}/close/"

    staff.post(path, {})
    report = staff.get(path)

    assert report.context["is_closed"]
    assert (report.context["report"].held, report.context["report"].longest_wait_minutes) == (1, 10)
    lines = report.content.decode().partition('class="part cut day"')[2].partition("</dl>")[0]
    assert lines.count("<dt>") == 5


def test_who_withdraws_ends_visit_and_application_and_hears_the_truth_on_the_link(client):
    row = invited(tomorrow())
    link = f"{path_of(row)}/"

    for _ in range(2):
        client.post(link, {"what": "withdraw"})
    row.refresh_from_db()

    assert (row.state, row.application.stage) == ("declined", "withdrawn")
    assert kinds(row).count("withdrawn") == 1
    assert "You withdrew your application." in client.get(link).content.decode()


def test_the_wrong_person_is_written_to_no_more():
    row = invited(tomorrow(), email="anna@mail.test", phone="+79000000001")

    gone = withdrawals.not_me(row, at=OPENS, actor=person())

    assert (gone.state, gone.decline_reason) == ("declined", "not_me")
    assert list(ContactPoint.objects.filter(bad_since=None).values_list("kind", flat=True)) == ["phone"]


def test_a_visit_whose_time_has_passed_says_whom_to_call(client):
    office = world.office(phone="+7 000 100-20-30")
    row = invited(
        opened(office=office, starts_at=OPENS - timedelta(days=400), ends_at=OPENS - timedelta(days=400, hours=-3))
    )

    page = client.get(f"{path_of(row)}/").content.decode()

    assert "The time of this visit has passed." in page
    assert "+7 000 100-20-30" in page
    assert "I will come" not in page
