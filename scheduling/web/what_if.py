"""The controls of the plan page, read out of an address: one state of the page, and what the planner says to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError
from recruit.models import Application
from recruit.web import locking
from scheduling.attendance import FittedModel
from scheduling.models import InterviewSession
from scheduling.planning import Costs
from scheduling.planning import Plan as PlanOutcome
from scheduling.services import plans
from scheduling.services.sessions import band_starts
from scheduling.web.forms import WhatIfForm

LABELS: dict[str, Callable[[], str]] = {
    "target": lambda: _("held at least"),
    "assurance": lambda: _("assurance, %"),
    "interviewers_planned": lambda: _("interviewers"),
    "minutes_each": lambda: _("minutes each"),
    "band_minutes": lambda: _("band every, min"),
    "lobby": lambda: _("lobby seats"),
    "promised_wait_minutes": lambda: _("longest wait promised, min"),
    "seats": lambda: _("seats"),
    "minimum": lambda: _("fewest worth starting"),
    "starts": lambda: _("from"),
    "ends": lambda: _("to"),
    "show_rate": lambda: _("show rate, %"),
    "invite": lambda: _("invite"),
    "band": lambda: _("people per band"),
    "sure": lambda: _("guaranteed seats"),
    "lock": lambda: _("lock"),
}


@dataclass
class WhatIf:
    """One state of the controls: ``session`` carries the wishes, unsaved; ``overrides`` what the session does not hold.

    ``sure`` are the ids of people with a guaranteed seat, ``targets`` the wishes of single vacancies, ``error`` the first
    value that cannot be (field, words).
    """

    session: InterviewSession
    overrides: dict[str, Any] = field(default_factory=dict)
    costs: Costs | None = None
    sure: list[int] = field(default_factory=list)
    targets: dict[int, int] = field(default_factory=dict)
    is_locked: bool = False
    error: tuple[str, str] | None = None


# What a plan page keeps on the session, beside the targets of its vacancies.
WISHES = (
    "target", "assurance", "interviewers_planned", "minutes_each", "band_minutes", "lobby", "promised_wait_minutes",
    "seats", "minimum", "starts_at", "ends_at",
)  # fmt: skip
_TIMES = {"starts_at": "starts", "ends_at": "ends"}


def wishes_of(session: InterviewSession, targets: Mapping[int, int | None]) -> dict[str, Any]:
    """Return what the page keeps of a session, by names that ``LABELS`` knows."""
    values = {_TIMES.get(name, name): getattr(session, name) for name in WISHES}
    return values | {f"t-{vacancy}": target or None for vacancy, target in targets.items()}


def stored_wishes(session: InterviewSession) -> dict[str, Any]:
    """Return the same as the database has it: ``session`` as it was read, with its vacancies."""
    return wishes_of(session, {row.vacancy_id: row.target for row in session.session_vacancies.all()})


def changed_meanwhile(data: QueryDict, stored: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """Return in words what of ``stored`` another person changed since the page was shown and ``sent`` would put back.

    A plan hangs on all of its values: one that this person left alone counts too.
    """
    given, now, mine = locking.read_digests(data.get("seen", "")), locking.digests(stored), locking.digests(sent)
    names = [name for name in now if given.get(name, now[name]) != now[name] != mine.get(name, now[name])]
    return [LABELS[name]() if name in LABELS else _("a target for each vacancy") for name in names]


def _whole(words: list[str]) -> list[int]:
    return [int(word) for word in words if word.isascii() and word.isdigit()]


def read(data: QueryDict, session: InterviewSession, *, is_fixed: bool) -> WhatIf:
    """Return the state that ``data`` describes, on a copy of ``session``; a wrong value is named and the rest kept."""
    state = WhatIf(session=copy(session))
    form = WhatIfForm(data)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        state.error = (name, str(errors[0]))
    try:
        form.apply_to(state.session, is_fixed=is_fixed)
    except InvalidInputError as error:
        state.error = (error.field or "", error.message)
    state.costs = form.costs(plans.company_costs())
    if form.cleaned_data.get("show_rate"):
        state.overrides["show_rate"] = form.cleaned_data["show_rate"] / 100
    if form.cleaned_data.get("invite") is not None:
        state.overrides["invite"] = form.cleaned_data["invite"]
    state.sure = _whole(data.getlist("sure"))
    state.targets = {
        row.vacancy_id: _target(data, row.vacancy_id, row.target) for row in session.session_vacancies.all()
    }
    state.targets = {number: target for number, target in state.targets.items() if target}
    _read_bands(data, state)
    return state


def _target(data: Mapping[str, Any], vacancy: int, kept: int | None) -> int:
    word = str(data.get(f"t-{vacancy}", kept or ""))
    return min(int(word), 500) if word.isascii() and word.isdigit() else 0


def _read_bands(data: QueryDict, state: WhatIf) -> None:
    """Take the numbers of the bands by hand where they are locked, or differ from those the page had shown."""
    bands, shown = data.getlist("band"), data.get("shown", "")
    changed = bool(bands) and shown != "" and ",".join(bands) != shown
    if state.session.is_group or not bands or not (data.get("lock") or changed):
        return
    counts = _whole(bands)
    # Another band length makes other bands: numbers of the old ones mean nothing.
    if len(counts) == len(bands) == len(band_starts(state.session)) and max(counts) <= 200:
        state.is_locked = True
        state.overrides["bands"] = counts
        state.overrides.pop("invite", None)


def outcome_of(
    state: WhatIf, people: list[Application], *, at: Any, model: FittedModel
) -> tuple[plans.Spec, PlanOutcome]:
    """Return the planner's question and its answer for one state of the controls; equal questions are kept answers."""
    spec = plans.spec_for(
        state.session,
        people,
        at=at,
        overrides=state.overrides,
        model=model,
        costs=state.costs,
        guaranteed=state.sure,
    )
    return spec, plans.plan_for(spec)


def changed_words(before: QueryDict, now: QueryDict) -> str:
    """Return in words which controls the last change touched, with their old values."""
    words = []
    for name, label in LABELS.items():
        old, new = before.getlist(name), now.getlist(name)
        if old == new or name in {"band", "lock"}:
            continue
        value = len(old) if name == "sure" else (old[0] if old else "–")
        words.append(f"{label()} {value or '–'}")
    if not words and before.getlist("band") != now.getlist("band"):
        words.append(LABELS["band"]())
    if not words:
        words = [_("costs")] if any(name.startswith("cost_") for name in now) else []
    return ", ".join(words[:3])
