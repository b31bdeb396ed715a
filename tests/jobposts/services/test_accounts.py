"""Accounts of boards: whose they are, which work accounts there are, and what their people cost."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from jobposts.boards.headhunter.client import HeadHunterClient
from jobposts.errors import BoardError
from jobposts.models import BoardAccount
from jobposts.protocol import Token
from jobposts.records import ErrorRecord
from jobposts.services import accounts
from jobposts.services.money import costs_of
from jobposts.web.forms import AccountForm
from recruit.models import SourceLink, Spend
from recruit.permissions import Role
from scheduling.states import InvitationState
from tests.jobposts.world import played
from tests.recruit import world
from tests.scheduling.world import invited, opened

pytestmark = pytest.mark.django_db


def logged_in(fake):
    issued = fake.world.issue()
    token = Token(issued["access_token"], issued["refresh_token"])
    return accounts.keep_token(system="headhunter", token=token, by=world.user(Role.ADMIN))


def test_a_log_in_keeps_the_work_accounts_to_choose_from(settings):
    with played(settings) as fake:
        account = logged_in(fake)

    assert account.work_accounts == [{"id": "1", "name": "Ромашка (учебная)"}]


def test_a_board_that_names_no_work_accounts_is_connected_all_the_same(settings, monkeypatch):
    ask = HeadHunterClient.get

    def refuse(self, path, *args, **kwargs):
        if path.startswith("manager_accounts"):
            raise BoardError("Not for you.", permanent=True, code="refused")
        return ask(self, path, *args, **kwargs)

    monkeypatch.setattr(HeadHunterClient, "get", refuse)
    with played(settings) as fake:
        account = logged_in(fake)

    assert (account.is_connected, account.work_accounts) == (True, [])


def test_a_work_account_is_chosen_by_its_name_and_one_that_is_gone_stays_to_be_seen():
    account = accounts.new_account(system="headhunter")
    account.work_accounts, account.manager_account_id = (
        [{"id": "7", "name": "North"}, {"id": "8", "name": "South"}],
        "5",
    )

    field = AccountForm(instance=account).fields["manager_account_id"]

    assert [value for value, _label in field.choices] == ["", "7", "8", "5"]
    assert [str(label) for _value, label in field.choices][1:] == ["North", "South", "5"]


def test_a_work_account_is_saved_on_the_page(client, settings):
    admin = world.user(Role.ADMIN)
    account = accounts.new_account(system="headhunter")
    BoardAccount.objects.filter(pk=account.pk).update(work_accounts=[{"id": "7", "name": "North"}])
    client.force_login(admin, "recruit.backends.PasswordBackend")
    given = {"name": "hh.ru", "poll_minutes": 10, "full_hours": 24}

    unknown = client.post(reverse("board-account", args=[account.pk]), given | {"manager_account_id": "9"})
    client.post(reverse("board-account", args=[account.pk]), given | {"manager_account_id": "7"})

    assert list(unknown.context["form"].errors) == ["manager_account_id"]
    assert BoardAccount.objects.get().manager_account_id == "7"


def test_money_is_divided_by_those_who_came():
    session = opened()
    came, away = invited(session, name="Anna"), invited(session, name="Boris")
    link = SourceLink.objects.create(source=came.application.source, token="abc")
    for row, state in ((came, InvitationState.ARRIVED), (away, InvitationState.NO_SHOW)):
        row.application.link = link
        row.application.save()
        type(row).objects.filter(pk=row.pk).update(state=state)
    today = timezone.localdate()
    Spend.objects.create(source=link.source, link=link, amount=900, currency="RUB", starts_on=today, ends_on=today)

    cost = costs_of([link.pk])[link.pk]

    assert (cost.responses, cost.arrived, cost.per_arrival, cost.per_response) == (2, 1, Decimal(900), Decimal(450))


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"captcha_url": "https://hh.test/c?k=1"}, "https://hh.test/c?k=1&backurl=https%3A%2F%2Fours.test%2Fboards%2Faccounts%2F1%2F"),
        ({"captcha_url": "https://hh.test/c?backurl=x"}, "https://hh.test/c?backurl=x"),
        ({"fallback_url": "https://hh.test/f"}, "https://hh.test/f"),
        ({"captcha_url": "javascript:alert(1)"}, ""),
        ({}, ""),
    ],
    ids=["with the way back", "has one", "fallback alone", "script", "none"],
)  # fmt: skip
def test_a_captcha_is_solved_where_the_board_says(settings, given, address):
    settings.PUBLIC_URL = "https://ours.test"
    account = BoardAccount(pk=1, system="headhunter")
    error = BoardError("captcha", permanent=True, code="captcha", records=(ErrorRecord(**given),))

    assert accounts.captcha_address(account, error) == address


def test_a_log_in_whose_answer_has_another_shape_is_no_crash():
    assert accounts._facts("headhunter", {"employer": "x", "manager": [1]}) == {
        "employer_id": "",
        "manager_id": "",
        "name": "hh.ru",
    }
