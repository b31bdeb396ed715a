"""Triage: the next people are in the page, a decision is one call, everything can be taken back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from recruit.models import Application, ContactPoint, Resume, SavedView
from recruit.states import Stage
from tests.recruit.web.pages import signed, toasts
from tests.recruit.world import application, candidate, source, vacancy

pytestmark = pytest.mark.django_db
SCRIPT = {"headers": {"X-Triage": "1"}}


def responses(count, to=None):
    to = to or vacancy(requirements="CRM\nDriving licence", salary_from=50_000, salary_to=60_000)
    rows = [application(who=candidate(f"Person {n}", phone=f"+7916000000{n}"), to=to) for n in range(count)]
    for n, row in enumerate(rows):
        Application.objects.filter(pk=row.pk).update(applied_at=timezone.now() - timedelta(hours=n))
        Resume.objects.create(candidate=row.candidate, text=f"CRM of company {n}", digest=f"{n:064}")
    return rows


def cards(html):
    return [int(number) for number in re.findall(r'class="grid triage-card" data-card="(\d+)"', html)]


def test_the_newest_is_on_the_screen_and_the_next_three_wait_in_the_page():
    rows, (client, _) = responses(6), signed()

    html = client.get("/triage/").content.decode()

    assert cards(html) == [row.pk for row in rows[:4]]
    assert html.count("<template data-next>") == 3


def test_a_decision_answers_with_the_cards_that_the_page_has_not():
    rows, (client, person) = responses(6), signed()

    answer = client.post(
        f"/triage/{rows[0].pk}/",
        {"decision": "yes", "have": ",".join(str(row.pk) for row in rows[:4]), "ahead": "3"},
        **SCRIPT,
    )

    assert cards(answer.content.decode()) == [rows[4].pk]
    assert "<b>5</b> new" in answer.content.decode()
    row = Application.objects.get(pk=rows[0].pk)
    assert (row.stage, row.triaged_by) == (Stage.SHORTLIST, person)


@pytest.mark.parametrize(
    ("sent", "stage", "reason"),
    [({"decision": "yes"}, "shortlist", ""), ({"decision": "no"}, "rejected", ""), ({"reason": "far"}, "rejected", "far"),
     ({"decision": "later"}, "new", "")],
)  # fmt: skip
def test_every_decision_is_taken_back_by_undo(sent, stage, reason):
    (row,), (client, _) = responses(1), signed()

    client.post(f"/triage/{row.pk}/", sent)
    row.refresh_from_db()
    done = (row.stage, row.closing_reason, row.postponed_at is not None)
    answer = client.post(f"/triage/undo/{row.pk}/", {}, **SCRIPT)
    row.refresh_from_db()

    assert done == (stage, reason, stage == "new")
    assert (row.stage, row.triaged_at, row.postponed_at, cards(answer.content.decode())) == (
        "new",
        None,
        None,
        [row.pk],
    )


def test_whoever_is_slower_learns_who_decided():
    (row,), (client, first), (other, _) = responses(1), signed(), signed()
    client.post(f"/triage/{row.pk}/", {"decision": "yes"})

    answer = other.post(f"/triage/{row.pk}/", {"decision": "no"}, **SCRIPT)

    assert (answer.status_code, answer.content.decode()) == (
        409,
        f"{first} moved this person to “Shortlist” a moment ago.",
    )


def test_the_card_tells_requirements_wish_against_pay_and_who_it_may_be():
    (row,), (client, _) = responses(1), signed()
    Application.objects.filter(pk=row.pk).update(salary_wish=75_000)
    known = candidate("Anna Petrova")
    ContactPoint.objects.create(candidate=known, kind="phone", value="+79160000000", normalised="+79160000000")

    answer = client.get("/triage/")
    (card,) = answer.context["cards"]

    assert [(one.line, one.result) for one in card.requirements] == [("CRM", "found"), ("Driving licence", "unsure")]
    assert (card.pay, card.wish_tone) == ((50_000, 60_000), "warn")
    assert [one.contact.candidate for one in card.same] == [known]
    assert f"/candidates/{row.candidate_id}/compare/{known.pk}/" in answer.content.decode()


def test_no_card_shows_age_or_birth_date():
    (row,), (client, _) = responses(1), signed()
    row.candidate.birth_date = "1985-03-17"
    row.candidate.save()

    html = client.get("/triage/").content.decode()

    assert [word for word in ("1985", "birth", "gender", "<img") if word in html] == []


def test_filters_narrow_the_queue_and_are_kept_under_a_name():
    rows, (client, person) = responses(3), signed()
    Application.objects.filter(pk=rows[1].pk).update(distance_km=4, salary_wish=55_000)
    Application.objects.filter(pk=rows[2].pk).update(distance_km=40, salary_wish=55_000)

    found = cards(client.get("/triage/?km=10&pay=within").content.decode())
    client.post("/views/keep/", {"page": "triage", "name": "near", "km": "10", "pay": "within"})

    assert found == [rows[1].pk]
    assert list(SavedView.objects.values_list("user", "name", "query")) == [(person.pk, "near", "km=10&pay=within")]
    assert 'href="?km=10&amp;pay=within"' in client.get("/triage/").content.decode()


@pytest.mark.parametrize(
    "query", ["km=abc", "vacancy=999999999999", "days=-1", "source=%3Cx", "words=%27%22", "after=x"]
)
def test_a_filter_that_cannot_be_read_breaks_nothing(query):
    client, _ = signed()

    assert client.get(f"/triage/?{query}").status_code == 200


def test_several_are_decided_in_the_list_and_one_undo_takes_all_back():
    rows, (client, _) = responses(3), signed()

    answer = client.post(
        "/triage/many/", {"people": [rows[0].pk, rows[1].pk], "decision": "no", "reason": "far"}, follow=True
    )
    refused = Application.objects.filter(stage="rejected", closing_reason="far").count()
    undo = re.search(r'action="(/bulk/\d+/undo/)"', answer.content.decode())[1]
    client.post(undo)

    assert (toasts(answer), refused) == (["No to 2 people."], 2)
    assert Application.objects.filter(stage="new", triaged_by=None).count() == 3


def test_the_statements_do_not_grow_with_the_people(django_assert_max_num_queries):
    client, _ = signed()
    to = vacancy(requirements="CRM")
    responses(1, to)
    client.get("/triage/")
    application(who=candidate("Somebody Else"), to=to)
    for n in range(20):
        application(who=candidate(f"Other {n}"), to=to)
    source("superjob")

    with django_assert_max_num_queries(24):
        client.get("/triage/list/")
    with django_assert_max_num_queries(24):
        client.get("/triage/")
