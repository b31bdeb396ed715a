"""Payloads of the played hh.ru: a vacancy, a negotiation, a resume."""

from __future__ import annotations

from typing import Any

from jobposts.fakeboard.world import STATES, Opening, Reply, World, resume_id, stamp

_LEADS_TO = {
    "response": ("phone_interview", "interview", "discard_by_employer"),
    "phone_interview": ("interview", "discard_by_employer"),
    "interview": ("hired", "discard_by_employer"),
    "hired": ("discard_by_employer",),
    "discard_by_employer": ("interview",),
}
_SEEN_BY_APPLICANT = {"response": "response", "discard_by_employer": "discard"}


def vacancy(world: World, base: str, row: Opening, *, full: bool) -> dict[str, Any]:
    """Return a vacancy: a list item, or (``full``) the manager's view with code and expiry."""
    salary = {"from": row.low, "to": row.high, "currency": "RUR", "gross": True}
    payload: dict[str, Any] = {
        "id": str(row.id),
        "name": row.title,
        "area": {"id": row.town[0], "name": row.town[1]},
        "address": None,
        "salary": salary,
        "salary_range": salary,
        "type": {"id": "open", "name": "Открытая"},
        "archived": row.archived,
        "created_at": stamp(row.published),
        "published_at": stamp(row.published),
        "expires_at": stamp(row.expires),
        "employer": {"id": world.employer, "name": "Ромашка (учебная)"},
        "manager": {"id": world.manager},
        "counters": {"responses": len(world.of_vacancy(row.id)), "views": 120},
        "url": f"{base}/vacancies/{row.id}",
        "alternate_url": f"{base}/vacancy/{row.id}",
    }
    return payload | ({"code": row.code, "description": "Учебная вакансия", "hidden": False} if full else {})


def negotiation(world: World, base: str, reply: Reply) -> dict[str, Any]:  # noqa: ARG001
    """Return a response as the employer sees it, with the steps that its state offers."""
    return {
        "id": str(reply.id),
        "employer_state": {"id": reply.state, "name": STATES[reply.state]},
        "state": {"id": _SEEN_BY_APPLICANT.get(reply.state, "invitation")},
        "created_at": stamp(reply.created),
        "updated_at": stamp(reply.updated),
        "has_updates": not reply.seen,
        "viewed_by_opponent": reply.seen,
        "source": "NEGOTIATION",
        "messaging_status": "resume_deleted" if reply.resume_deleted else "ok",
        "counters": {"messages": 1, "unread_messages": 0},
        "actions": [_action(base, reply, name) for name in _LEADS_TO[reply.state]],
        "resume": None if reply.resume_deleted else resume(base, reply, full=False),
        "url": f"{base}/negotiations/{reply.id}",
    }


def _action(base: str, reply: Reply, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": STATES[name],
        "method": "PUT",
        "url": f"{base}/negotiations/{name}/{reply.id}",
        "enabled": True,
        "hidden": False,
        "arguments": [{"id": "message", "required": name == "discard_by_employer", "required_arguments": []}],
        "resulting_employer_state": {"id": name, "name": STATES[name]},
    }


def resume(base: str, reply: Reply, *, full: bool) -> dict[str, Any]:
    """Return the resume behind a response; hidden fields come as null or are left out."""
    person, name = reply.person, resume_id(reply)
    hidden = set(person.hidden)
    shown = "names_and_photo" not in hidden
    link = f"{base}/resumes/{name}/download/resume"
    payload: dict[str, Any] = {
        "id": name,
        "real_id": str(person.number),
        "title": person.title,
        "first_name": person.first if shown else None,
        "last_name": person.last if shown else None,
        "middle_name": None,
        "age": person.age,
        "area": {"id": person.town[0], "name": person.town[1]},
        "salary": {"amount": person.wish, "currency": "RUR"},
        "total_experience": {"months": person.age},
        "hidden_fields": [{"id": field} for field in person.hidden],
        "can_view_full_info": True,
        "contact": _contacts(reply),
        "owner": {"id": str(61_000_000 + person.number)},
        "created_at": stamp(reply.created),
        "updated_at": stamp(reply.created),
        "url": f"{base}/resumes/{name}?topic_id={reply.id}",
        "download": {
            "pdf": {"url": f"{link}.pdf?topic_id={reply.id}"},
            "rtf": {"url": f"{link}.rtf?topic_id={reply.id}"},
        },
        "experience": [],
    }
    if full:
        job = {"company": "ООО «Учебная»", "position": person.title, "start": "2021-10-01", "end": None}
        payload |= {"experience": [job], "skill_set": ["касса"], "language": [{"id": "rus", "name": "Русский"}]}
    return payload


def _contacts(reply: Reply) -> list[dict[str, Any]]:
    person, hidden = reply.person, set(reply.person.hidden)
    code, rest = person.phone[:3], person.phone[3:]
    formatted = f"+7 ({code}) {rest[:3]}-{rest[3:5]}-{rest[5:]}"
    phone = {"country": "7", "city": code, "number": rest, "formatted": formatted}
    rows: list[dict[str, Any]] = []
    if "phones" not in hidden:
        rows.append({"type": {"id": "cell", "name": "Мобильный"}, "value": phone, "preferred": True, "verified": True})
    if "email" not in hidden:
        rows.append({"type": {"id": "email", "name": "Эл. почта"}, "value": person.email, "preferred": False})
    return rows
