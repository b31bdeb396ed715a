"""A session over ``requests``, a token store in memory and a clock, for talking to the played boards."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import requests

from jobposts.boards.headhunter.board import HeadHunterBoard
from jobposts.boards.headhunter.client import HeadHunterClient
from jobposts.boards.superjob.board import SuperJobBoard
from jobposts.boards.superjob.client import SuperJobClient
from jobposts.protocol import Token
from recruit.errors import RecruitError

NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AGENT = "Turnout-tests/1.0 (tests@example.org)"


class NoAnswerError(RecruitError):
    permanent = False

    def __init__(self, *, sent):
        super().__init__("no answer")
        self.sent = sent


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes


class Session:
    """Repeats a GET on 429, 5xx and broken connections; sends everything else once."""

    def __init__(self, tries=6):
        self.tries = tries
        self.sent = []
        self._session = requests.Session()
        self._session.trust_env = False

    def request(self, method, url, **options):
        for attempt in range(self.tries if method == "GET" else 1):
            self.sent.append((method, url))
            last = attempt + 1 == (self.tries if method == "GET" else 1)
            try:
                answer = self._session.request(method, url, timeout=5, allow_redirects=False, **options)
            except requests.RequestException as error:
                if last:
                    raise NoAnswerError(sent=True) from error
                continue
            if last or answer.status_code not in {429, 500, 502, 503, 504}:
                return Answer(answer.status_code, answer.headers, answer.content)
        raise AssertionError

    def close(self):
        self._session.close()


class Tokens:
    """A token store in memory; ``lock`` is a real lock."""

    def __init__(self, token):
        self.token, self.broken, self.saves = token, "", 0
        self._lock = threading.Lock()

    def read(self):
        return self.token

    @contextmanager
    def lock(self):
        with self._lock:
            yield

    def save(self, token):
        self.token, self.saves = token, self.saves + 1

    def mark_broken(self, reason):
        self.broken = reason


class Clock:
    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at

    def forward(self, **parts):
        self.at += timedelta(**parts)


def tokens_of(world):
    issued = world.issue()
    return Tokens(Token(issued["access_token"], issued["refresh_token"]))


def hh_board(fake, *, session, tokens=None, clock=None, **options):
    client = HeadHunterClient(
        http=session,
        tokens=tokens or tokens_of(fake.world),
        now=clock or fake.world.now,
        user_agent=AGENT,
        base_url=fake.base,
        **options,
    )
    return HeadHunterBoard(client=client)


def sj_board(fake, *, session, tokens=None):
    client = SuperJobClient(
        http=session,
        tokens=tokens or tokens_of(fake.world),
        now=fake.world.now,
        app_id="7",
        app_secret="secret",
        user_agent=AGENT,
        base_url=f"{fake.base}/2.0/",
    )
    return SuperJobBoard(client=client)
