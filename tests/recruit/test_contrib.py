"""The registries of recruit.contrib: what the apps add can be rendered, called and reached."""

import pytest
from django.apps import apps
from django.db import connection
from django.template.loader import get_template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recruit import contrib
from recruit.permissions import Action, Role
from tests.recruit.world import application, user

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12


def request_of(role=Role.ADMIN):
    request = RequestFactory().get("/")
    request.user = user(role)
    request.session = {}
    return request


@pytest.mark.parametrize("item", list(contrib.rail), ids=lambda item: item.url_name)
def test_every_entry_of_the_rail_leads_somewhere(item):
    assert reverse(item.url_name)
    assert item.action in Action


@pytest.mark.parametrize("page", list(contrib.settings_pages), ids=lambda page: page.url_name)
def test_every_page_of_settings_can_be_reached(page):
    assert reverse(page.url_name)
    assert page.action in Action


@pytest.mark.parametrize("tile", list(contrib.today_tiles), ids=lambda tile: tile.name)
def test_every_tile_of_today_renders_in_few_statements(tile):
    request = request_of()

    with CaptureQueriesContext(connection) as statements:
        context = tile.context(request, timezone.now())

    assert get_template(tile.template).render(context, request) is not None
    assert len(statements) <= MOST_STATEMENTS
    assert tile.column in {"wide", "todo", "since"}


@pytest.mark.parametrize("panel", list(contrib.candidate_panels), ids=lambda panel: panel.name)
def test_every_panel_of_a_candidate_renders_in_few_statements(panel):
    one = application()
    request = request_of()

    with CaptureQueriesContext(connection) as statements:
        context = panel.context(one.candidate, request.user)

    assert get_template(panel.template).render({"panel": context, "person": one.candidate}, request) is not None
    assert len(statements) <= MOST_STATEMENTS


@pytest.mark.parametrize("source", list(contrib.timeline), ids=lambda source: source.name)
def test_every_source_of_the_timeline_answers_in_few_statements(source):
    one = application()

    with CaptureQueriesContext(connection) as statements:
        events = list(source.events(one.candidate, user(Role.ADMIN)))

    assert all(event.at.tzinfo is not None for event in events)
    assert len(statements) <= MOST_STATEMENTS


@pytest.mark.parametrize("source", list(contrib.search), ids=lambda source: str(source.label))
def test_every_source_of_the_search_answers_in_few_statements(source):
    with CaptureQueriesContext(connection) as statements:
        hits = source.find(user(Role.ADMIN), "no such words", 5)

    assert list(hits) == []
    assert len(statements) <= MOST_STATEMENTS


@pytest.mark.parametrize("source", list(contrib.alarms), ids=lambda source: source.name)
def test_every_source_of_alarms_is_quiet_where_nothing_is_wrong(source):
    with CaptureQueriesContext(connection) as statements:
        found = list(source.find(request_of(), timezone.now()))

    assert found == []
    assert len(statements) <= MOST_STATEMENTS


@pytest.mark.parametrize("data", list(contrib.personal_data), ids=lambda data: data.name)
def test_personal_data_names_models_and_gives_nothing_of_a_stranger(data):
    one = application()
    exported = data.export(one.candidate)

    assert [apps.get_model(name)._meta.label for name in data.models] == list(data.models)
    assert isinstance(exported, list)


@pytest.mark.parametrize("kind", list(contrib.import_kinds), ids=lambda kind: kind.code)
def test_every_kind_of_import_names_a_reader(kind):
    module, _, name = kind.frames.rpartition(".")

    assert callable(getattr(__import__(module, fromlist=[name]), name))
    assert kind.batch <= 500


def test_steps_of_the_demo_run_in_the_order_of_their_numbers():
    orders = [step.order for step in contrib.demo_steps]

    assert orders == sorted(set(orders))


def test_registering_twice_is_a_mistake():
    registry = contrib.Registry[contrib.BackgroundTask]()
    task = contrib.BackgroundTask(name="a.b")
    registry.add(task)

    with pytest.raises(ValueError, match="registered twice"):
        registry.add(task)


def test_every_app_registers_what_it_adds():
    registered = {name.split(".")[0] for name in (task.name for task in contrib.background)}

    assert registered == {"recruit", "scheduling", "jobposts"}
