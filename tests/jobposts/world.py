"""A played board and an account of ours that is connected to it."""

from __future__ import annotations

from contextlib import contextmanager

from django.utils import timezone

from jobposts.fakeboard.faults import Faults
from jobposts.fakeboard.server import running
from jobposts.fakeboard.world import build_world
from jobposts.models import BoardAccount
from jobposts.protocol import Token
from jobposts.services import accounts
from jobposts.services.pulls import run_pull, start
from jobposts.services.tokens import DbTokens
from recruit.models import ImportRun


@contextmanager
def played(settings, *, vacancies=2, replies=60, seed=1, faults=None, now=timezone.now):
    """Run the played boards and let our settings lead to them; gives the server."""
    world = build_world(now, vacancies=vacancies, replies=replies, seed=seed)
    with running(world, faults or Faults()) as fake:
        point_at(settings, fake.base)
        yield fake


def point_at(settings, base):
    settings.OUTBOUND_ALLOW = [base.removeprefix("http://")]
    settings.BOARD_USER_AGENT = "Turnout-tests/1.0 (tests@example.org)"
    login = f"{base}/oauth/authorize"
    settings.BOARD_APPS = {
        "headhunter": {"client_id": "app", "client_secret": "s3", "base_url": f"{base}/", "login_url": login},
        "superjob": {"client_id": "7", "client_secret": "s3", "base_url": f"{base}/2.0/", "login_url": login},
    }


def connected(fake, system="headhunter") -> BoardAccount:
    """An account with a token of the played board."""
    account = accounts.new_account(system=system)
    issued = fake.world.issue()
    DbTokens(account.pk).save(Token(issued["access_token"], issued["refresh_token"]))
    BoardAccount.objects.filter(pk=account.pk).update(employer_id=fake.world.employer, manager_id=fake.world.manager)
    account.refresh_from_db()
    return account


def pulled(account, *, full=True) -> ImportRun:
    """A run from its beginning to its end, in this process and without the account's rate limit."""
    run = start(account, full=full)
    ImportRun.objects.filter(pk=run.pk).update(options=run.options | {"rate": None})
    run.refresh_from_db()
    return run_pull(run)
