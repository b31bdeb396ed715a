"""Who may do what: one literal table, shown in Settings; what a person may see is the ``visible_to`` of each query set."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a user is here for."""

    ADMIN = "admin", _("Administrator")
    LEAD = "lead", _("Team lead")
    RECRUITER = "recruiter", _("Recruiter")
    CALLER = "caller", _("Caller")
    DESK = "desk", _("Desk helper")
    INTERVIEWER = "interviewer", _("Interviewer")
    HIRING_MANAGER = "hiring_manager", _("Hiring manager")
    INTEGRATOR = "integrator", _("Integrator key")


class Action(StrEnum):
    """Things that are allowed or not; a page or an API operation names exactly one."""

    SEE_TODAY = "see_today"
    SEE_CANDIDATES = "see_candidates"
    SEE_SALARY = "see_salary"
    SEE_NOTES = "see_notes"
    TRIAGE = "triage"
    MOVE_STAGE = "move_stage"
    MERGE = "merge"
    IMPORT = "import"
    SEE_VACANCIES = "see_vacancies"
    EDIT_VACANCY = "edit_vacancy"
    SEE_BOARDS = "see_boards"
    PROMOTE = "promote"
    CONNECT_BOARDS = "connect_boards"
    SEE_SESSIONS = "see_sessions"
    PLAN_SESSION = "plan_session"
    APPROVE_PLAN = "approve_plan"
    ANSWER_FOR = "answer_for"
    CALL = "call"
    WORK_DESK = "work_desk"
    CLOSE_DAY = "close_day"
    SCORE = "score"
    SEE_SCORECARDS = "see_scorecards"
    DECIDE = "decide"
    MAKE_OFFER = "make_offer"
    SEE_STATISTICS = "see_statistics"
    SEE_OUTBOX = "see_outbox"
    EXPORT = "export"
    EDIT_SETTINGS = "edit_settings"
    MANAGE_USERS = "manage_users"
    MANAGE_KEYS = "manage_keys"
    SEE_AUDIT = "see_audit"
    ERASE = "erase"


# What each action is called on the page that shows the table.
ACTION_WORDS: dict[Action, object] = {
    Action.SEE_TODAY: _("see Today"),
    Action.SEE_CANDIDATES: _("see candidates"),
    Action.SEE_SALARY: _("see pay and wishes"),
    Action.SEE_NOTES: _("see and write comments"),
    Action.TRIAGE: _("decide in Triage"),
    Action.MOVE_STAGE: _("move along the pipeline"),
    Action.MERGE: _("merge records of one person"),
    Action.IMPORT: _("import files"),
    Action.SEE_VACANCIES: _("see vacancies"),
    Action.EDIT_VACANCY: _("write vacancies"),
    Action.SEE_SESSIONS: _("see sessions"),
    Action.PLAN_SESSION: _("plan sessions"),
    Action.APPROVE_PLAN: _("approve plans and invite"),
    Action.ANSWER_FOR: _("answer for a candidate"),
    Action.CALL: _("make calls"),
    Action.WORK_DESK: _("work at the desk"),
    Action.CLOSE_DAY: _("close the day"),
    Action.SCORE: _("give marks"),
    Action.SEE_SCORECARDS: _("see marks"),
    Action.DECIDE: _("decide after interviews"),
    Action.MAKE_OFFER: _("make offers"),
    Action.SEE_STATISTICS: _("see statistics"),
    Action.SEE_OUTBOX: _("see and write messages"),
    Action.EXPORT: _("export data"),
    Action.EDIT_SETTINGS: _("change settings"),
    Action.MANAGE_USERS: _("manage users"),
    Action.MANAGE_KEYS: _("manage keys of programs"),
    Action.SEE_AUDIT: _("see the audit"),
    Action.ERASE: _("erase people"),
    Action.SEE_BOARDS: _("see job boards and postings"),
    Action.PROMOTE: _("spend money on promotions"),
    Action.CONNECT_BOARDS: _("connect job boards"),
}

_R, _A = Role, Action
_STAFF = frozenset({_R.ADMIN, _R.LEAD, _R.RECRUITER})
_DECIDERS = _STAFF | {_R.HIRING_MANAGER}

ALLOWED: dict[Action, frozenset[Role]] = {
    _A.SEE_TODAY: frozenset(_R) - {_R.INTEGRATOR},
    _A.SEE_CANDIDATES: _DECIDERS | {_R.CALLER, _R.INTEGRATOR},
    _A.SEE_SALARY: _DECIDERS | {_R.INTEGRATOR},
    _A.SEE_NOTES: _DECIDERS | {_R.INTERVIEWER},
    _A.TRIAGE: _STAFF,
    _A.MOVE_STAGE: _DECIDERS | {_R.INTEGRATOR},
    _A.MERGE: _STAFF,
    _A.IMPORT: _STAFF | {_R.INTEGRATOR},
    _A.SEE_VACANCIES: _DECIDERS | {_R.CALLER, _R.INTERVIEWER, _R.INTEGRATOR},
    _A.EDIT_VACANCY: _STAFF | {_R.INTEGRATOR},
    _A.SEE_BOARDS: _STAFF,
    _A.PROMOTE: _STAFF,
    _A.CONNECT_BOARDS: frozenset({_R.ADMIN, _R.LEAD}),
    _A.SEE_SESSIONS: frozenset(_R),
    _A.PLAN_SESSION: _STAFF | {_R.INTEGRATOR},
    _A.APPROVE_PLAN: _STAFF | {_R.INTEGRATOR},
    _A.ANSWER_FOR: _STAFF | {_R.CALLER, _R.DESK, _R.INTEGRATOR},
    _A.CALL: _STAFF | {_R.CALLER},
    _A.WORK_DESK: _STAFF | {_R.DESK, _R.INTEGRATOR},
    _A.CLOSE_DAY: _STAFF | {_R.INTEGRATOR},
    _A.SCORE: _DECIDERS | {_R.INTERVIEWER, _R.INTEGRATOR},
    _A.SEE_SCORECARDS: _DECIDERS | {_R.INTERVIEWER, _R.INTEGRATOR},
    _A.DECIDE: _DECIDERS | {_R.INTEGRATOR},
    _A.MAKE_OFFER: _DECIDERS | {_R.INTEGRATOR},
    _A.SEE_STATISTICS: _DECIDERS | {_R.INTEGRATOR},
    _A.SEE_OUTBOX: _STAFF | {_R.CALLER},
    _A.EXPORT: frozenset({_R.ADMIN, _R.LEAD}),
    _A.EDIT_SETTINGS: frozenset({_R.ADMIN, _R.LEAD}),
    _A.MANAGE_USERS: frozenset({_R.ADMIN}),
    _A.MANAGE_KEYS: frozenset({_R.ADMIN}),
    _A.SEE_AUDIT: frozenset({_R.ADMIN}),
    _A.ERASE: frozenset({_R.ADMIN}),
}

# Roles that see every team and office; everybody else sees what belongs to their teams.
SEES_ALL = frozenset({_R.ADMIN, _R.INTEGRATOR})


def may(role: str, action: Action) -> bool:
    """Return whether a person of ``role`` may do ``action``."""
    return Role(role) in ALLOWED[action]
