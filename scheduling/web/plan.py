"""The plan of one session: controls left, what comes of them right; every control answers at once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import prefetch_related_objects
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recruit.errors import RecruitError
from recruit.messaging.outbox import choose_channel
from recruit.models import Application, Channel, Company
from recruit.permissions import Action
from recruit.templatetags.parts import num
from recruit.web import locking
from recruit.web.access import SignedIn, allowed
from scheduling.models import Interviewer, InterviewSession
from scheduling.planning import Plan as PlanOutcome
from scheduling.services import merging, plans
from scheduling.services.attendance import current_model
from scheduling.services.availability import against_interviewers, free_rooms
from scheduling.services.pool import Pool, guaranteed_first, invitable, pool_of
from scheduling.services.room import observers_of
from scheduling.services.vacancy_parts import vacancy_parts
from scheduling.states import EXPECTED, SessionState
from scheduling.web import what_if
from scheduling.web.forms import COSTS
from scheduling.web.what_if import WhatIf

COST_WORDS = {
    "waiting_minute": lambda: _("A minute a candidate waits"),
    "idle_minute": lambda: _("A minute an interviewer is idle"),
    "overtime_minute": lambda: _("A minute of overtime"),
    "missing_interview": lambda: _("An interview short of the target"),
    "turned_away": lambda: _("A person turned away"),
    "invitation": lambda: _("An invitation"),
}


def session_of(request: SignedIn, pk: int) -> InterviewSession:
    """Return a session that this person may see, with what its plan needs, or answer 404."""
    rows = InterviewSession.objects.visible_to(request.user).select_related("office")
    return get_object_or_404(rows.prefetch_related("session_vacancies", "bands"), pk=pk)


def _controls(session: InterviewSession, *, is_fixed: bool) -> list[dict[str, Any]]:
    """Return the steppers: what is wanted, and what there is."""
    wanted: list[tuple[str, Any, Any, int, int, int]] = [
        ("target", _("Held at least"), session.target, 1, 500, 1),
        ("assurance", _("Assurance, %"), round(session.assurance * 100), 1, 99, 1),
    ]
    if session.is_group:
        wanted.append(("minimum", _("Fewest worth starting"), session.minimum, 0, 1000, 1))
        have: list[tuple[str, Any, Any, int, int, int]] = [("seats", _("Seats"), session.seats, 1, 1000, 1)]
    else:
        have = [
            ("interviewers_planned", _("Interviewers"), session.interviewers_planned, 1, 50, 1),
            ("minutes_each", _("Minutes each"), session.minutes_each, 5, 240, 5),
            ("band_minutes", _("Band every, min"), session.band_minutes, 5, 480, 5),
            ("lobby", _("Lobby seats"), session.lobby, 0, 500, 1),
            ("promised_wait_minutes", _("Longest wait promised, min"), session.promised_wait_minutes, 0, 480, 5),
        ]

    def rows(given: list[tuple[str, Any, Any, int, int, int]]) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "label": label,
                "value": value,
                "least": least,
                "most": most,
                "step": step,
                "is_fixed": is_fixed and name in {"minutes_each", "band_minutes"},
            }
            for name, label, value, least, most, step in given
        ]

    return [{"title": _("Wanted"), "rows": rows(wanted)}, {"title": _("Have"), "rows": rows(have)}]


def _bands_of(session: InterviewSession, outcome: PlanOutcome) -> list[dict[str, Any]]:
    zone = session.office.zone
    return [
        {
            "label": timezone.localtime(session.starts_at + timedelta(minutes=band.start), zone).strftime("%H:%M"),
            "expected": band.expected,
            "high": band.q95,
            "invited": band.invited,
        }
        for band in outcome.bands
    ]


@allowed(Action.PLAN_SESSION)
@require_GET
def plan(request: SignedIn, pk: int) -> HttpResponse:
    """Show what would come of the session; every control answers with the outcome alone."""
    session = session_of(request, pk)
    if session.state not in {SessionState.DRAFT, SessionState.OPEN}:
        return redirect("live", pk=pk)
    now = timezone.now()
    already = session.invitations.filter(state__in=EXPECTED).count()
    is_fixed = already > 0 or session.invitations.exists()
    state = what_if.read(request.GET, session, is_fixed=is_fixed)
    pool = pool_of(session, state.sure)
    people = guaranteed_first(pool.people, state.sure)
    state.sure = [one.pk for one in people if one.pk in set(state.sure)]
    context: dict[str, Any] = {
        "session": state.session,
        "kept": session,
        "zone": session.office.zone,
        "already": already,
        "is_fixed": is_fixed,
        "people": people,
        "on_shortlist": pool.total,
        "company": Company.current(),
        "state": state,
        "rate": state.overrides.get("show_rate"),
        "query": request.GET.urlencode(),
    }
    if state.error is not None:
        name, words = state.error
        label = what_if.LABELS.get(name)
        context["refused"] = f"{label()}: {words}" if label is not None else words
    else:
        try:
            context |= _answer(request, session, state, pool, now=now)
        except RecruitError as error:
            context["refused"] = error.message
    context |= _people_of(state.session)
    if request.htmx:
        return render(request, "scheduling/_outcome.html", context)
    return render(request, "scheduling/plan.html", context | _left(request, session, state, people, is_fixed=is_fixed))


def _answer(request: SignedIn, session: InterviewSession, state: WhatIf, pool: Pool, *, now: Any) -> dict[str, Any]:
    model = current_model()
    people = guaranteed_first(pool.people, state.sure)
    spec, outcome = what_if.outcome_of(state, people, at=now, model=model)
    if not pool.suffices(outcome.invite):
        people = guaranteed_first(invitable(session), state.sure)
        spec, outcome = what_if.outcome_of(state, people, at=now, model=model)
    wished = state.session
    shown = [band.invited for band in outcome.bands]
    parts = vacancy_parts(wished, people, spec, outcome, state.targets) if state.targets else []
    capacity = None if wished.is_group else wished.interviewers_planned * wished.band_minutes / wished.minutes_each
    channels = _channels(people[: outcome.now + (len(people) - len(outcome.assignment))])
    return {
        "plan": outcome,
        "bands": _bands_of(wished, outcome),
        "shown": ",".join(str(number) for number in shown),
        "band_capacity": capacity,
        "band_seen": num(capacity, 0 if capacity == round(capacity or 0) else 1),
        "watching": len(observers_of(wished)) if wished.is_group else 0,
        "missing": max(outcome.invite - outcome.now, 0),
        "now_count": sum(channels.values()),
        "learned_from": model.rows,
        "remedies": [_remedy(request, wished, one) for one in outcome.conflict.remedies] if outcome.conflict else [],
        "ghost": _ghost(request, session, people, outcome, now=now),
        "choices": [_choice(request, wished, one) for one in outcome.choices],
        "usual": _without(request, "invite", "lock", "band", "shown"),
        "parts": parts,
        "short_parts": [part for part in parts if part.more],
        "channels": [(Channel(code).label, count) for code, count in channels.items()],
        "proposals": merging.proposals(wished, user=request.user, outcome=outcome, at=now) if wished.is_group else [],
    }


def _channels(people: list[Application]) -> dict[str, int]:
    found: dict[str, int] = {}
    prefetch_related_objects(people, "candidate__contacts")
    for one in people:
        code = str(choose_channel(one.candidate))
        found[code] = found.get(code, 0) + 1
    return found


def _people_of(session: InterviewSession) -> dict[str, Any]:
    """Return who sits in the session, who else is free for all of it, and who of the seated is not, and why."""
    seated = [row.interviewer for row in session.session_interviewers.select_related("interviewer")]
    own = {one.pk for one in seated}
    others = list(Interviewer.objects.filter(offices=session.office, is_active=True).exclude(pk__in=own))
    against = against_interviewers(
        [*seated, *others], session.office, session.starts_at, session.ends_at, leave_out=session
    )
    return {
        "seated": seated,
        "free": [one for one in others if not against[one.pk]],
        "free_rooms": free_rooms(session.office, session.starts_at, session.ends_at) if not session.online_link else [],
        "clashes": [{"who": one, "why": against[one.pk][0].why.label} for one in seated if against[one.pk]],
    }


def _stored_costs() -> dict[str, float]:
    company = Company.current()
    return {f"cost_{name}": getattr(company, f"cost_{name}") for name in COSTS}


def _left(
    request: SignedIn, kept: InterviewSession, state: WhatIf, people: list[Application], *, is_fixed: bool
) -> dict[str, Any]:
    """Return what the left column needs beyond the outcome: it is drawn once, the answers to controls leave it alone."""
    session = state.session
    vacancies = list(session.vacancies.order_by("title", "pk"))
    costs = state.costs or plans.company_costs()
    return {
        "seen": json.dumps(locking.digests(what_if.stored_wishes(kept) | _stored_costs())),
        "groups": _controls(session, is_fixed=is_fixed),
        "vacancies": [{"row": one, "target": state.targets.get(one.pk, "")} for one in vacancies],
        "costs": [{"name": name, "label": COST_WORDS[name](), "value": getattr(costs, name)} for name in COSTS],
        "may_set_costs": request.user.may(Action.EDIT_SETTINGS),
        "listed": people[:120],
    }


def _previous(request: SignedIn) -> QueryDict | None:
    """Return the controls as they were before the last change: the address that the page had when it asked."""
    address = getattr(request.htmx, "current_url_abs_path", None) if request.htmx else None
    if not address:
        return None
    parts = urlsplit(address)
    return QueryDict(parts.query) if parts.path == request.path else None


def _ghost(
    request: SignedIn, session: InterviewSession, people: list[Application], outcome: PlanOutcome, *, now: Any
) -> dict[str, Any] | None:
    """Return the outcome before the last change, with what changed and the way back; None where nothing moved."""
    before = _previous(request)
    if before is None:
        return None
    state = what_if.read(before, session, is_fixed=session.invitations.exists())
    if state.error is not None:
        return None
    try:
        _spec, old = what_if.outcome_of(state, people, at=now, model=current_model())
    except RecruitError:
        return None
    if (old.invite, old.arrivals) == (outcome.invite, outcome.arrivals) and old.p_target == outcome.p_target:
        return None
    words = what_if.changed_words(before, request.GET) if before else ""
    return {
        "invite": old.invite,
        "arrivals": old.arrivals,
        "range": (old.arrivals.q05, old.arrivals.mean, old.arrivals.q95),
        "p_target": old.p_target,
        "words": words,
        "url": f"{request.path}?{before.urlencode()}" if before else request.path,
    }


def _with(request: SignedIn, changes: dict[str, Any]) -> str:
    """Return the address with some controls changed; what was set by hand for other numbers is let go."""
    data = request.GET.copy()
    for name in ("csrfmiddlewaretoken", "band", "lock", "shown", "invite"):
        data.pop(name, None)
    for name, value in changes.items():
        data[name] = str(value)
    return f"?{data.urlencode()}"


def _without(request: SignedIn, *names: str) -> str:
    data = request.GET.copy()
    for name in ("csrfmiddlewaretoken", *names):
        data.pop(name, None)
    return f"?{data.urlencode()}"


def _choice(request: SignedIn, session: InterviewSession, choice: Any) -> dict[str, Any]:
    """Return a row of the other choices with the address that tries it."""
    change: dict[str, Any] = {"invite": choice.invite}
    if choice.code == "one_more_interviewer":
        change = {"interviewers_planned": session.interviewers_planned + 1}
    return {"row": choice, "url": "" if choice.code == "this_plan" else _with(request, change)}


def _remedy(request: SignedIn, session: InterviewSession, remedy: tuple[str, int, float]) -> dict[str, Any]:
    """Return a remedy as a sentence with what does it: an address of this page, another page, or a button that acts."""
    code, number, chance = remedy
    words = {
        "more_people": _("Find %(n)s more people") % {"n": number},
        "accept_target": _("Accept %(n)s held") % {"n": number},
        "accept_assurance": _("Accept %(n)s %%") % {"n": number},
        "more_interviewers": _("%(n)s interviewers") % {"n": number},
        "more_seats": _("%(n)s more seats") % {"n": number},
        "second_session": _("A second session of %(n)s people") % {"n": number},
    }[code]
    change = {
        "accept_target": {"target": number},
        "accept_assurance": {"assurance": max(number, 1)},
        "more_interviewers": {"interviewers_planned": number},
        "more_seats": {"seats": (session.seats or 0) + number},
    }.get(code)
    url = _with(request, change) if change else ""
    if code == "more_people":
        first = session.session_vacancies.all()
        url = reverse("triage") + (f"?vacancy={first[0].vacancy_id}" if len(first) == 1 else "")
    return {"words": words, "chance": chance, "url": url, "acts": "split" if code == "second_session" else ""}
