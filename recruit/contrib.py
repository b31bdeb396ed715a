"""What the apps above add to recruit's pages and jobs: typed registries, filled in ``AppConfig.ready()``.

A page of recruit renders what is registered and knows nothing of who registered it. Everything here is a frozen
record with callables; there are no signals. ``tests/recruit/test_contrib.py`` walks every registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from recruit.models import Candidate, ImportRun, User
    from recruit.permissions import Action

    Words = str | _StrPromise

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class RailItem:
    """One word of the rail; ``count`` gives the number beside it (None: no number)."""

    group: Words
    label: Words
    url_name: str
    action: Action
    order: int
    count: Callable[[User], int | None] | None = None
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class TodayTile:
    """A part of Today: a template and what it needs; ``context`` runs at most a fixed number of statements."""

    name: str
    order: int
    column: str  # "wide", "todo" or "since"
    template: str
    action: Action
    context: Callable[[HttpRequest, datetime], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Something that will cost money if nobody acts."""

    text: Words
    cost: float
    url: str = ""
    button: Words = ""
    # What "Later" remembers; without one the source and the address stand for it.
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class AlarmSource:
    """Finds alarms; Today shows the costliest one and the number of the rest."""

    name: str
    find: Callable[[HttpRequest, datetime], Iterable[Alarm]]


@dataclass(frozen=True, kw_only=True)
class ArrivalCount:
    """Counts people who came, by the way in (ids of ``SourceLink``); a way in without any is left out."""

    name: str
    count: Callable[[Sequence[int]], dict[int, int]]


@dataclass(frozen=True, kw_only=True)
class CandidatePanel:
    """A panel of the candidate's page."""

    name: str
    order: int
    template: str
    action: Action
    context: Callable[[Candidate, User], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class TimelineEvent:
    """One line of a candidate's timeline."""

    at: datetime
    text: Words
    actor: str = ""
    mark: str = ""
    by_machine: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class TimelineSource:
    """Adds events to a candidate's timeline."""

    name: str
    events: Callable[[Candidate, User], Iterable[TimelineEvent]]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One result of the search box."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, kw_only=True)
class SearchSource:
    """Finds things by words or digits; answers within ``limit``."""

    label: Words
    order: int
    action: Action
    find: Callable[[User, str, int], Sequence[Hit]]


@dataclass(frozen=True, kw_only=True)
class CardFact:
    """The second line of a card on the board: a mark of the sprite (or none), words, a tone ("warn", "bad" or none)."""

    words: Words
    mark: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class BoardFacts:
    """What another app knows of the people on a board, in a fixed number of statements.

    ``of_cards`` is given applications and returns facts by their primary key; ``of_columns`` returns one fact for a
    stage of a vacancy.
    """

    name: str
    of_cards: Callable[[Sequence[Any], User], dict[int, CardFact]]
    of_columns: Callable[[Any, User], dict[str, Words]]


@dataclass(frozen=True, kw_only=True)
class SettingsPage:
    """A page of Settings."""

    label: Words
    note: Words
    url_name: str
    order: int
    action: Action


@dataclass(frozen=True, kw_only=True)
class ZoneChange:
    """What the time zone of an office means to another app: how many people were told a time, and telling them anew.

    ``carry_out`` is given the office with its new zone, the old zone's name, "moment" (the moment stays, everybody is told
    it on the new clock) or "clock" (the time on the clock stays, everybody is asked anew), now and who does it; it
    returns how many people are told.
    """

    name: str
    told: Callable[[Any, datetime], int]
    carry_out: Callable[[Any, str, str, datetime, User], int]


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """How one model's personal data is given to its person, and erased.

    ``models`` names every model ("recruit.Resume") it answers for: a test holds that no model which hangs on a person is
    forgotten. ``files`` yields the person's files as (name, bytes).
    """

    name: str
    models: tuple[str, ...]
    export: Callable[[Candidate], list[dict[str, Any]]]
    erase: Callable[[Candidate], int]
    files: Callable[[Candidate], Iterable[tuple[str, bytes]]] | None = None


@dataclass(frozen=True, kw_only=True)
class DemoStep:
    """Writes (or wipes) one app's part of the demo world; ``load`` is given the seeded generator of the whole."""

    name: str
    order: int
    load: Callable[[Any, Random], None]
    wipe: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What became of a batch of rows: counts, and (row, column, code, message) of those that were refused."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    problems: tuple[tuple[int, str, str, str], ...] = ()
    # The same for rows that were taken all the same and need a person's eye; listed, not counted as failed.
    notes: tuple[tuple[int, str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """A kind of import: how a table's rows are read, and how a batch of them is written.

    ``map_kind`` is empty where the file has no columns to be mapped. ``read`` is pure and yields records (with a ``row``
    number) or row errors from the table or the frames; ``write`` runs inside a transaction
    with at most 200 records and writes nothing when ``run.dry_run`` is set, only counts.
    """

    code: str
    label: Words
    note: Words
    order: int
    map_kind: str
    action: Action
    read: Callable[[Any, Any], Iterable[Any]]
    # Dotted name of the pure function that reads the file in the sandbox's child.
    frames: str = "recruit.tables.frames.table_frames"
    write: Callable[[ImportRun, Sequence[Any]], BatchResult]
    # Records a transaction at most; fewer where each holds a file.
    batch: int = 200


@dataclass(frozen=True, kw_only=True)
class RunKind:
    """A kind of run without a file, begun by a schedule or a button; ``work`` does a run from its cursor to its end."""

    code: str
    label: Words
    work: Callable[[ImportRun], ImportRun]


@dataclass(frozen=True, kw_only=True)
class BackgroundTask:
    """A task that may be queued, by its dotted name; with ``every_seconds`` the workers also start it by themselves."""

    name: str
    every_seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class BenchGroup:
    """A group of measurements for ``make bench``.

    ``rows`` is the dotted name of a function that returns rows (``recruit.benchmarks.row``). With ``on_demo`` it runs in
    a process of its own that is connected to the kept demo of 100,000 resumes, with ``on_empty`` to a database of its own
    that is thrown away. Each word of ``must`` has to stand in the name of a row: a figure that is no longer measured fails
    the bench. ``on_request`` groups take too long for every bench and are measured only when they are named.
    """

    code: str
    order: int
    rows: str
    on_demo: bool = False
    on_empty: bool = False
    on_request: bool = False
    must: tuple[str, ...] = ()


@dataclass
class Registry(Generic[T]):
    """An ordered list of one kind of record; the order is that of registration unless the record has ``order``."""

    items: list[T] = field(default_factory=list)

    def add(self, *items: T) -> None:
        """Register; registering the same record twice is a mistake in ``ready()``."""
        for item in items:
            if item in self.items:
                msg = f"{item!r} is registered twice"
                raise ValueError(msg)
            self.items.append(item)
        self.items.sort(key=lambda item: getattr(item, "order", 0))

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


rail = Registry[RailItem]()
today_tiles = Registry[TodayTile]()
alarms = Registry[AlarmSource]()
arrivals = Registry[ArrivalCount]()
candidate_panels = Registry[CandidatePanel]()
timeline = Registry[TimelineSource]()
search = Registry[SearchSource]()
board_facts = Registry[BoardFacts]()
settings_pages = Registry[SettingsPage]()
personal_data = Registry[PersonalData]()
zone_changes = Registry[ZoneChange]()
demo_steps = Registry[DemoStep]()
import_kinds = Registry[ImportKind]()
background = Registry[BackgroundTask]()
run_kinds = Registry[RunKind]()
bench_groups = Registry[BenchGroup]()
