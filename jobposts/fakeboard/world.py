"""What the played boards know: one employer, its vacancies, the responses, tokens and webhooks."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ZONE = timezone(timedelta(hours=3))
STATES = {
    "response": "Отклик",
    "phone_interview": "Тел. интервью",
    "interview": "Интервью",
    "hired": "Выход на работу",
    "discard_by_employer": "Отказ",
}
_MEN = ("Алексей", "Тимур", "Ильдар", "Семён", "Егор", "Руслан", "Пётр", "Мурат", "Глеб", "Виктор")
_WOMEN = ("Дарья", "Ксения", "Марина", "Алия", "Ольга", "Вера", "Юлия", "Асель", "Нина", "Полина")
_ROOTS = (
    "Лаврентьев",
    "Орлов",
    "Зотов",
    "Ахметов",
    "Белкин",
    "Громов",
    "Дроздов",
    "Ершов",
    "Жилин",
    "Иволгин",
    "Калинин",
    "Лосев",
)
_TITLES = ("Продавец-кассир", "Кладовщик", "Оператор склада", "Курьер", "Повар", "Официант", "Комплектовщик")
_TOWNS = (("1", "Москва"), ("2", "Санкт-Петербург"), ("3", "Екатеринбург"), ("88", "Казань"))
_ALL_WEIGHTS = (60, 12, 10, 3, 15)


@dataclass(slots=True)
class Person:
    """One invented applicant."""

    number: int
    first: str
    last: str
    phone: str
    email: str
    title: str
    town: tuple[str, str]
    age: int
    wish: int
    hidden: tuple[str, ...] = ()


@dataclass(slots=True)
class Reply:
    """A person's response to a vacancy."""

    id: int
    vacancy: int
    person: Person
    state: str
    created: datetime
    updated: datetime
    seen: bool = False
    resume_deleted: bool = False


@dataclass(slots=True)
class Opening:
    """A vacancy on the board."""

    id: int
    title: str
    town: tuple[str, str]
    low: int
    high: int
    published: datetime
    expires: datetime
    code: str = ""
    archived: bool = False
    prolonged: datetime | None = None


@dataclass(slots=True)
class World:
    """Everything both boards know. Methods that change it hold ``lock``.

    Args:
        now: the time, aware; the caller's.
        seed: the same seed gives the same people.
        token_seconds: life of an access token.
        views_a_day: resume views before the board refuses.
    """

    now: Callable[[], datetime]
    seed: int = 1
    token_seconds: int = 1209600
    views_a_day: int = 100_000
    employer: str = "1455"
    manager: str = "4424964"
    openings: dict[int, Opening] = field(default_factory=dict)
    replies: dict[int, Reply] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    refresh: dict[str, str] = field(default_factory=dict)
    spent_refresh: set[str] = field(default_factory=set)
    hooks: dict[int, dict[str, Any]] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    views: dict[str, int] = field(default_factory=dict)
    payments: list[tuple[str, int]] = field(default_factory=list)
    requests: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    _chance: random.Random = field(default_factory=random.Random)
    _next: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def number(self, start: int) -> int:
        """Return a new id from ``start`` on."""
        self._next += 1
        return start + self._next

    def add_opening(self, *, title: str = "", code: str = "", low: int = 45000, high: int = 60000) -> Opening:
        """Put a vacancy on the board."""
        with self.lock:
            at = self.now()
            opening = Opening(
                id=self.number(130_853_000),
                title=title or self._chance.choice(_TITLES),
                town=self._chance.choice(_TOWNS),
                low=low,
                high=high,
                published=at,
                expires=at + timedelta(days=30),
                code=code,
            )
            self.openings[opening.id] = opening
            return opening

    def add_reply(self, vacancy: int, *, state: str = "") -> Reply:
        """Let somebody respond; a notice is queued for every webhook."""
        with self.lock:
            at = self.now() - timedelta(minutes=self._chance.randrange(60 * 24 * 20))
            reply = Reply(
                id=self.number(5_169_546_000),
                vacancy=vacancy,
                person=self._person(),
                state=state or self._chance.choices(tuple(STATES), _ALL_WEIGHTS)[0],
                created=at,
                updated=at,
                resume_deleted=self._chance.random() < 0.01,
            )
            self.replies[reply.id] = reply
            self._notice(
                "NEW_NEGOTIATION_VACANCY", reply, {"negotiation_date": stamp(at), "employer_id": self.employer}
            )
            return reply

    def move(self, reply: Reply, state: str) -> None:
        """Put a response into another state, as a person at the board's own pages would."""
        with self.lock:
            old, reply.state, reply.updated = reply.state, state, self.now()
            moved = {"from_state": old, "to_state": state, "transferred_at": stamp(reply.updated)}
            self._notice("NEGOTIATION_EMPLOYER_STATE_CHANGE", reply, {**moved, "employer_manager_id": self.manager})

    def of_vacancy(self, vacancy: int, state: str | None = None) -> list[Reply]:
        """Return the vacancy's responses, newest first."""
        with self.lock:
            found = [row for row in self.replies.values() if row.vacancy == vacancy and state in {None, row.state}]
        return sorted(found, key=lambda row: (row.created, row.id), reverse=True)

    def issue(self) -> dict[str, Any]:
        """Return a new token pair."""
        with self.lock:
            count = self.number(0)
            access, refresh = f"access-{count}", f"refresh-{count}"
            self.access[access] = self.now() + timedelta(seconds=self.token_seconds)
            self.refresh[refresh] = access
            return {
                "access_token": access,
                "token_type": "bearer",
                "expires_in": self.token_seconds,
                "refresh_token": refresh,
            }

    def view(self) -> bool:
        """Count a resume view of today; False if none is left."""
        with self.lock:
            day = self.now().astimezone(ZONE).date().isoformat()
            if self.views.get(day, 0) >= self.views_a_day:
                return False
            self.views[day] = self.views.get(day, 0) + 1
            return True

    def _notice(self, event: str, reply: Reply, payload: dict[str, Any]) -> None:
        base = {"topic_id": str(reply.id), "resume_id": resume_id(reply), "vacancy_id": str(reply.vacancy)}
        for hook_id in self.hooks:
            self.notices.append(
                {
                    "id": f"evt-{self.number(0)}",
                    "subscription_id": str(hook_id),
                    "action_type": event,
                    "user_id": self.manager,
                    "payload": base | payload,
                }
            )

    def _person(self) -> Person:
        chance, number = self._chance, self.number(0)
        woman = chance.random() < 0.5
        hidden = [
            name
            for name, share in (("names_and_photo", 0.06), ("phones", 0.06), ("email", 0.1))
            if chance.random() < share
        ]
        return Person(
            number=number,
            first=chance.choice(_WOMEN if woman else _MEN),
            last=chance.choice(_ROOTS) + ("а" if woman else ""),
            phone=f"9{number % 10**9:09d}",
            email=f"person{number}@example.org",
            title=chance.choice(_TITLES),
            town=chance.choice(_TOWNS),
            age=chance.randrange(18, 60),
            wish=chance.randrange(30, 90) * 1000,
            hidden=tuple(hidden),
        )


def resume_id(reply: Reply) -> str | None:
    """Return the id of the resume behind a response; None if it was deleted."""
    return None if reply.resume_deleted else f"{reply.person.number:014x}0039ed1f"


def stamp(at: datetime) -> str:
    """Return a moment as hh.ru writes it: no colon in the offset."""
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S%z")


def build_world(now: Callable[[], datetime], *, vacancies: int = 3, replies: int = 60, seed: int = 1) -> World:
    """Return a world with so many vacancies and so many responses in all."""
    world = World(now=now, seed=seed)
    openings = [world.add_opening() for _ in range(vacancies)]
    for number in range(replies):
        world.add_reply(openings[number % vacancies].id)
    return world
