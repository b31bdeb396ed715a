"""The board and the list of people of a vacancy."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from recruit.models import Application, BulkMove, PipelineTemplate
from recruit.permissions import Role
from recruit.services.applications import move_stage
from recruit.states import Stage
from tests.recruit.web.pages import signed, toasts
from tests.recruit.world import NINE, application, candidate, user, vacancy

pytestmark = pytest.mark.django_db


def people(to, count, stage=Stage.NEW):
    rows = [application(who=candidate(f"{stage} {n}"), to=to) for n in range(count)]
    if stage != Stage.NEW:
        for row in rows:
            move_stage(row, stage, at=NINE, by=None)
    return rows


def test_a_column_shows_its_count_its_fact_seven_cards_and_how_many_more():
    to, (client, _) = vacancy(wanted_shortlist=12), signed()
    people(to, 9, Stage.SHORTLIST)

    answer = client.get(f"/vacancies/{to.pk}/")
    column = next(one for one in answer.context["columns"] if one.stage == Stage.SHORTLIST)

    assert (column.count, column.fact, len(column.cards), column.more) == (9, "of 12 wanted", 7, 2)
    assert "2 more</a>" in answer.content.decode()


def test_the_main_action_is_the_step_where_most_people_wait():
    to, (client, _) = vacancy(), signed()
    people(to, 1)
    people(to, 3, Stage.SHORTLIST)

    html = client.get(f"/vacancies/{to.pk}/").content.decode()

    assert re.findall(r'<a class="button main"[^>]*>([^<]*)', html) == ["Plan interviews for 3"]


def test_a_stage_that_the_pipeline_leaves_out_is_shown_while_somebody_stands_in_it():
    line = PipelineTemplate.objects.create(name="Short", stages=["shortlist"], longest_days={"shortlist": 1})
    to, (client, _) = vacancy(pipeline=line), signed()
    (row,) = people(to, 1, Stage.SHORTLIST)
    Application.objects.filter(pk=row.pk).update(stage_since=timezone.now() - timedelta(days=3))

    columns = client.get(f"/vacancies/{to.pk}/").context["columns"]
    shown, tone = [one.stage.value for one in columns], columns[1].cards[0][1].tone
    move_stage(Application.objects.get(pk=row.pk), Stage.SCREENING, at=NINE, by=None)

    assert (shown, tone) == (["new", "shortlist", "hired"], "warn")
    again = client.get(f"/vacancies/{to.pk}/").context["columns"]
    assert [one.stage.value for one in again] == ["new", "screening", "shortlist", "hired"]


def test_a_card_is_moved_and_moved_back():
    to, (client, _) = vacancy(), signed()
    (row,) = people(to, 1)

    sent = {"stage": "screening", "seen": "new", "next": f"/vacancies/{to.pk}/"}
    answer = client.post(f"/applications/{row.pk}/move/", sent, follow=True)
    row.refresh_from_db()
    moved = row.stage
    client.post(re.search(r'action="(/moves/\d+/undo/)"', answer.content.decode())[1])
    row.refresh_from_db()

    assert (answer.redirect_chain, moved, row.stage) == ([(f"/vacancies/{to.pk}/", 302)], "screening", "new")


def test_a_move_from_an_old_page_names_who_was_quicker():
    to, (client, _) = vacancy(), signed()
    (row,) = people(to, 1)
    quick = user()
    move_stage(row, Stage.OFFER, at=NINE, by=quick)

    answer = client.post(f"/applications/{row.pk}/move/", {"stage": "rejected", "seen": "new"}, follow=True)

    row.refresh_from_db()
    assert (toasts(answer), row.stage) == ([f"{quick} moved this person to “Offer” a moment ago."], "offer")


@pytest.mark.parametrize("target", ["//evil.test/", "https://evil.test/", "/\\evil.test"])
def test_the_way_back_leads_nowhere_else(target):
    to, (client, _) = vacancy(), signed()
    (row,) = people(to, 1)

    answer = client.post(f"/applications/{row.pk}/move/", {"stage": "screening", "next": target})

    assert answer["Location"] == f"/candidates/{row.candidate_id}/"


def test_a_refusal_of_many_waits_is_shown_and_can_be_called_off():
    to, (client, _) = vacancy(), signed()
    rows = people(to, 3)

    client.post(
        f"/vacancies/{to.pk}/people/move/",
        {"people": [row.pk for row in rows], "stage": "rejected", "delay": "hour", "reason": "far"},
    )
    bulk = BulkMove.objects.get()
    html = client.get(f"/vacancies/{to.pk}/people/?stage=new").content.decode()
    client.post(f"/bulk/{bulk.pk}/undo/")
    bulk.refresh_from_db()

    assert (bulk.state, bulk.due_at - bulk.made_at) == ("undone", timedelta(hours=1))
    assert "<b>3 people</b> go to “Rejected”" in html
    assert Application.objects.filter(stage="new").count() == 3


def test_nobody_takes_back_a_move_of_people_they_may_not_see():
    from tests.recruit.world import team

    to, (client, _), (stranger, _) = vacancy(team=team()), signed(Role.ADMIN), signed()
    client.post("/people/move/", {"people": [people(to, 1)[0].pk], "stage": "rejected"})

    answer = stranger.post(f"/bulk/{BulkMove.objects.get().pk}/undo/")

    assert (answer.status_code, Application.objects.get().stage) == (404, "rejected")


def test_the_list_reads_its_filters_from_the_address():
    to, (client, _) = vacancy(), signed()
    rows = people(to, 3)
    people(vacancy(title="Cook"), 1)
    Application.objects.filter(pk=rows[0].pk).update(distance_km=3)

    found = client.get(f"/people/?vacancy={to.pk}&stage=new&km=5&sort=name").context["page"].object_list

    assert [row.pk for row in found] == [rows[0].pk]


def test_the_statements_of_the_board_do_not_grow_with_the_people(django_assert_max_num_queries):
    to, (client, _) = vacancy(requirements="CRM"), signed()
    people(to, 1)
    people(to, 8, Stage.INTERVIEW)
    people(to, 8, Stage.OFFER)

    with django_assert_max_num_queries(30):
        client.get(f"/vacancies/{to.pk}/")
    with django_assert_max_num_queries(30):
        client.get(f"/vacancies/{to.pk}/people/?stage=interview")
