"""The reminders as a person sets them: of the company, and of a vacancy that has its own."""

from __future__ import annotations

from datetime import time

import pytest

from recruit.models import AuditEntry, Channel, Vacancy
from recruit.permissions import Role
from scheduling.models import LadderStep, ReminderLadder, StepText
from scheduling.services.ladder_steps import ladder_of
from scheduling.services.ladders import SHIPPED, company_ladder
from tests.recruit import world

pytestmark = pytest.mark.django_db
COMPANY = "/settings/reminders/company/"


@pytest.fixture
def admin(client):
    client.force_login(world.user(Role.ADMIN))
    return client


def page_of(vacancy: Vacancy) -> str:
    return f"/settings/reminders/{vacancy.pk}/"


def form(*rows: dict, **fields) -> dict[str, str]:
    """Return what the page sends: ``rows`` are steps as its fields name them."""
    data = {"is_on": "on", "quiet_from": "21:00", "quiet_to": "08:00", **fields}
    data |= {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in {"counted_from": "arrival", **row}.items()}
    return {name: str(value) for name, value in data.items()}


def steps(ladder: ReminderLadder) -> list[tuple]:
    return sorted(ladder.steps.values_list("says", "counted_from", "minutes", "channel", "only_silent"))


def test_the_shipped_steps_stand_on_the_page(admin):
    overview, page = admin.get("/settings/reminders/").content.decode(), admin.get(COMPANY)

    assert all(step.get_says_display() in overview for step in company_ladder().steps.all())
    assert [one["hours"].value() for one in page.context["rows"].forms[: len(SHIPPED)]] == ["24", "20", "3", "0"]


def test_steps_are_changed_removed_and_added_and_a_changed_one_keeps_its_code(admin):
    day, call = (company_ladder().steps.get(code=code) for code in ("day-before", "call"))
    answer = admin.post(
        COMPANY,
        form(
            {"pk": day.pk, "says": "day", "hours": "48", "channel": "sms"},
            {"pk": call.pk, "says": "call", "hours": "20", "channel": "call", "gone": "on"},
            {"says": "way", "hours": "1.5", "only_silent": "on"},
            {},
            quiet_from="22:30",
        ),
    )

    ladder = company_ladder()
    assert (answer.status_code, ladder.quiet_from) == (302, time(22, 30))
    assert steps(ladder) == [("day", "arrival", 2880, "sms", False), ("way", "arrival", 90, "", True)]
    assert ladder.steps.get(says="day").code == "day-before"
    assert AuditEntry.objects.get(action="settings.reminders").data == {"steps": 2, "on": True, "vacancy": None}


def test_a_vacancy_begins_with_the_steps_of_the_company_and_goes_its_own_way(admin):
    vacancy, other = world.vacancy(state="open"), world.vacancy(state="open")
    before = steps(company_ladder())
    shown = admin.get(page_of(vacancy))

    admin.post(page_of(vacancy), form({"says": "day", "hours": "12"}))

    assert [one["pk"].value() for one in shown.context["rows"].forms if one["says"].value()] == [None] * len(SHIPPED)
    assert steps(ladder_of(vacancy)) == [("day", "arrival", 720, "", False)]
    assert (steps(ladder_of(other)), steps(company_ladder())) == (before, before)
    assert "its own" in admin.get("/settings/reminders/").content.decode()


def test_the_company_holds_again_once_the_own_ladder_is_dropped(admin):
    vacancy = world.vacancy(state="open")
    admin.post(page_of(vacancy), form({"says": "day", "hours": "12"}))

    answer = admin.post(f"{page_of(vacancy)}drop/")

    assert (answer.status_code, ReminderLadder.objects.count()) == (302, 1)
    assert steps(ladder_of(vacancy)) == steps(company_ladder())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"says": "call", "hours": "20", "channel": "sms"}], "A call goes to the call list"),
        ([{"says": "day", "hours": "20", "channel": "call"}], "A call goes to the call list"),
        ([{"says": "day", "hours": ""}], "How many hours?"),
        ([{"says": "day", "hours": "721"}], "less than or equal to 720"),
        ([{"says": "day", "hours": "-1"}], "greater than or equal to 0"),
        ([{"says": "day", "hours": "24"}] * 2, "Two steps are the same"),
        ([{"pk": "999999", "says": "day", "hours": "24"}], "Somebody has changed these steps"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(admin, rows, words):
    before = steps(company_ladder())

    answer = admin.post(COMPANY, form(*rows))

    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert (steps(company_ladder()), AuditEntry.objects.filter(action="settings.reminders").count()) == (before, 0)


def test_no_more_than_twelve_steps(admin):
    company_ladder()

    answer = admin.post(COMPANY, form(*({"says": "day", "hours": str(n)} for n in range(13))))

    assert (answer.status_code, LadderStep.objects.count()) == (200, len(SHIPPED))


def test_a_step_of_another_ladder_is_not_changed_through_this_one(admin):
    vacancy = world.vacancy(state="open")
    admin.post(page_of(vacancy), form({"says": "day", "hours": "12"}))
    theirs = company_ladder().steps.get(code="day-before")

    answer = admin.post(page_of(vacancy), form({"pk": theirs.pk, "says": "way", "hours": "1"}))

    theirs.refresh_from_db()
    assert (answer.status_code, theirs.says, theirs.minutes) == (200, StepText.DAY, 1440)


def test_switched_off_it_says_so_and_a_call_keeps_its_channel(admin):
    data = form({"says": "call", "hours": "20", "channel": Channel.CALL})
    del data["is_on"]

    admin.post(COMPANY, data)

    assert (company_ladder().is_on, steps(company_ladder())) == (False, [("call", "arrival", 1200, "call", False)])
    assert "switched off" in admin.get("/settings/reminders/").content.decode()


def test_who_may_not_change_settings_and_vacancies_of_others_stay_out(client):
    vacancy = world.vacancy(state="open", team=world.team())
    client.force_login(world.user(Role.RECRUITER))
    assert client.get("/settings/reminders/").status_code == 403
    client.force_login(world.user(Role.LEAD, teams=(world.team(),)))

    assert (client.get(page_of(vacancy)).status_code, client.post(f"{page_of(vacancy)}drop/").status_code) == (404, 404)
