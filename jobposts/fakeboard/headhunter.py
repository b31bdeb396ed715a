"""hh.ru as played: routes over the world. Layouts after the public documents of hh.ru; all content is invented."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobposts.fakeboard.answers import Asked, Said, says
from jobposts.fakeboard.headhunter_payloads import negotiation, resume, vacancy
from jobposts.fakeboard.world import STATES, Reply, World, resume_id, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

GENERATED = "unread"
_ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Said]]] = []


def _route(method: str, pattern: str) -> Callable[[Callable[..., Said]], Callable[..., Said]]:
    def keep(handler: Callable[..., Said]) -> Callable[..., Said]:
        _ROUTES.append((method, re.compile(pattern), handler))
        return handler

    return keep


def answer(world: World, asked: Asked) -> Said:
    """Return hh.ru's answer."""
    if not (asked.headers.get("hh-user-agent") or asked.headers.get("user-agent", "")).count("@"):
        return refuses(400, "bad_user_agent", "unset")
    if asked.path == "/token":
        return _token(world, asked)
    if (refused := _gate(world, asked)) is not None:
        return refused
    for method, pattern, handler in _ROUTES:
        match = pattern.fullmatch(asked.path)
        if match and method == asked.method:
            with world.lock:
                return handler(world, asked, *match.groups())
    return refuses(404, "not_found")


def refuses(status: int, kind: str, value: str = "", **more: Any) -> Said:
    """Return an error answer of hh.ru."""
    error = {"type": kind, **({"value": value} if value else {}), **more}
    return says({"errors": [error], "request_id": "fake-0001"}, status)


def _gate(world: World, asked: Asked) -> Said | None:
    until = world.access.get(asked.bearer)
    if until is None:
        return refuses(403, "oauth", "bad_authorization")
    return refuses(403, "oauth", "token_expired") if world.now() >= until else None


def _token(world: World, asked: Asked) -> Said:
    form = asked.form
    with world.lock:
        if form.get("grant_type") == "authorization_code":
            return says(world.issue()) if form.get("code") else _grant("code not found")
        token = form.get("refresh_token", "")
        if token in world.spent_refresh:
            return _grant("token has already been refreshed")
        if token not in world.refresh:
            return _grant("bad refresh token")
        if world.now() < world.access[world.refresh[token]]:
            return _grant("token not expired")
        world.spent_refresh.add(token)
        return says(world.issue())


def _grant(why: str) -> Said:
    return says({"error": "invalid_grant", "error_description": why}, 400)


def page_of(asked: Asked, items: list[Any], *, most: int) -> dict[str, Any]:
    """Return hh.ru's envelope with the page that was asked for."""
    size = max(1, min(most, asked.whole("per_page", 20)))
    number = asked.whole("page", 0)
    pages = -(-len(items) // size)
    return {
        "found": len(items),
        "page": number,
        "pages": pages,
        "per_page": size,
        "items": items[number * size : (number + 1) * size],
    }


@_route("GET", r"/me")
def _me(world: World, asked: Asked) -> Said:  # noqa: ARG001
    return says(
        {
            "is_employer": True,
            "is_applicant": False,
            "is_application": False,
            "email": "manager@example.org",
            "employer": {"id": world.employer, "name": "Ромашка (учебная)"},
            "manager": {"id": world.manager},
        }
    )


@_route("GET", r"/manager_accounts/mine")
def _accounts(world: World, asked: Asked) -> Said:  # noqa: ARG001
    employer = {"id": world.employer, "name": "Ромашка (учебная)"}
    return says({"items": [{"id": "1", "employer": employer}], "current_account_id": "1", "primary_account_id": "1"})


@_route("GET", r"/employers/\d+/vacancies/(active|archived)")
def _vacancies(world: World, asked: Asked, which: str) -> Said:
    rows = [row for row in world.openings.values() if row.archived == (which == "archived")]
    return says(
        page_of(
            asked, [vacancy(world, asked.base, row, full=False) for row in rows], most=50 if which == "active" else 1000
        )
    )


@_route("PUT", r"/employers/\d+/vacancies/archived/(\d+)")
def _archive(world: World, asked: Asked, number: str) -> Said:  # noqa: ARG001
    row = world.openings.get(int(number))
    if row is None or row.archived:
        return refuses(404, "not_found")
    row.archived = True
    return Said(204)


@_route("GET", r"/vacancies/(\d+)")
def _vacancy(world: World, asked: Asked, number: str) -> Said:
    row = world.openings.get(int(number))
    return refuses(404, "not_found") if row is None else says(vacancy(world, asked.base, row, full=True))


@_route("POST", r"/vacancies")
def _publish(world: World, asked: Asked) -> Said:
    draft = asked.data
    if not str(draft.get("name") or "").strip():
        return refuses(400, "bad_json_data", "name", reason="is_empty")
    alike = [row for row in world.openings.values() if row.title == draft["name"] and not row.archived]
    if alike and asked.query.get("ignore_duplicates") != "true":
        return refuses(403, "vacancies", "duplicate", found=len(alike), items=[{"id": row.id} for row in alike])
    row = world.add_opening(title=draft["name"], code=str(draft.get("code") or ""))
    world.payments.append(("publication", row.id))
    return says({"id": str(row.id)}, 201)


@_route("PUT", r"/vacancies/(\d+)")
def _edit(world: World, asked: Asked, number: str) -> Said:
    row = world.openings.get(int(number))
    if row is None:
        return refuses(404, "not_found")
    row.title = str(asked.data.get("name") or row.title)
    return Said(204)


@_route("GET", r"/vacancies/(\d+)/prolongate")
def _may_prolong(world: World, asked: Asked, number: str) -> Said:
    row = world.openings[int(number)]
    url = f"{asked.base}/vacancies/{row.id}/prolongate"
    action = {"id": "prolongate", "enabled": True, "method": "POST", "url": url}
    return says({"id": str(row.id), "expires_at": stamp(row.expires), "actions": [action]})


@_route("POST", r"/vacancies/(\d+)/prolongate")
def _prolong(world: World, asked: Asked, number: str) -> Said:  # noqa: ARG001
    row = world.openings[int(number)]
    if row.prolonged is not None and world.now() - row.prolonged < timedelta(minutes=1):
        return refuses(403, "vacancies", "too_early")
    row.prolonged, row.expires = world.now(), row.expires + timedelta(days=30)
    world.payments.append(("prolongation", row.id))
    return Said(204)


@_route("GET", r"/vacancies/(\d+)/stats")
def _stats(world: World, asked: Asked, number: str) -> Said:  # noqa: ARG001
    day = {"date": world.now().date().isoformat(), "views": 120, "responses": len(world.of_vacancy(int(number)))}
    return says({"items": [day]})


@_route("GET", r"/negotiations")
def _collections(world: World, asked: Asked) -> Said:
    number = asked.whole("vacancy_id", 0)

    def row(name: str, title: str, total: int) -> dict[str, Any]:
        url = f"{asked.base}/negotiations/{name}?vacancy_id={number}"
        orders = [{"id": "created_at", "name": "по дате"}]
        counters = {"total": total, "with_updates": 0}
        return {
            "id": name,
            "name": title,
            "url": url,
            "counters": counters,
            "order_types": orders,
            "sub_collections": [],
        }

    mine = [row(name, title, len(world.of_vacancy(number, name))) for name, title in STATES.items()]
    unread = [reply for reply in world.of_vacancy(number) if not reply.seen]
    generated = (
        [row(GENERATED, "Непросмотренные", len(unread))]
        if asked.query.get("with_generated_collections") == "true"
        else []
    )
    states = [{"id": name, "name": title} for name, title in STATES.items()]
    return says({"collections": mine, "generated_collections": generated, "employer_states": states})


@_route("GET", r"/negotiations/([a-z_]+)")
def _collection(world: World, asked: Asked, name: str) -> Said:
    number = asked.whole("vacancy_id", 0)
    if name == GENERATED:
        rows = [reply for reply in world.of_vacancy(number) if not reply.seen]
    elif name in STATES:
        rows = world.of_vacancy(number, name)
    else:
        return refuses(404, "not_found")
    envelope = page_of(asked, rows, most=50)
    envelope["items"] = [negotiation(world, asked.base, reply) for reply in envelope["items"]]
    return says(envelope)


@_route("POST", r"/negotiations/read")
def _read(world: World, asked: Asked) -> Said:
    number = asked.form.get("topic_id", "")
    if number.isdigit() and int(number) in world.replies:
        world.replies[int(number)].seen = True
    return Said(204)


@_route("GET", r"/negotiations/(\d+)")
def _negotiation(world: World, asked: Asked, number: str) -> Said:
    reply = world.replies.get(int(number))
    return refuses(404, "not_found") if reply is None else says(negotiation(world, asked.base, reply))


@_route("PUT", r"/negotiations/([a-z_]+)/(\d+)")
def _act(world: World, asked: Asked, name: str, number: str) -> Said:
    reply = world.replies.get(int(number))
    if reply is None:
        return refuses(404, "not_found")
    if name not in STATES or name == reply.state:
        return refuses(403, "negotiations", "wrong_state")
    if name == "discard_by_employer" and not asked.form.get("message"):
        return refuses(400, "bad_argument", "message")
    world.move(reply, name)
    return Said(204)


def _by_resume(world: World, name: str) -> Reply | None:
    return next((reply for reply in world.replies.values() if resume_id(reply) == name), None)


@_route("GET", r"/resumes/([0-9a-f]+)")
def _resume(world: World, asked: Asked, name: str) -> Said:
    reply = _by_resume(world, name)
    if reply is None:
        return refuses(404, "not_found")
    if not world.view():
        return refuses(429, "resumes", "view_limit_exceeded")
    reply.seen = reply.seen or asked.query.get("topic_id") == str(reply.id)
    return says(resume(asked.base, reply, full=True))


@_route("GET", r"/resumes/([0-9a-f]+)/download/resume\.(pdf|rtf)")
def _file(world: World, asked: Asked, name: str, kind: str) -> Said:  # noqa: ARG001
    if not world.view():
        return refuses(429, "resumes", "view_limit_exceeded")
    body = b"%PDF-1.4\n%%EOF\n" if kind == "pdf" else rb"{\rtf1 resume}"
    return Said(200, body, kind=f"application/{kind}")


@_route("GET", r"/employers/\d+/managers/\d+/limits/resume")
def _limits(world: World, asked: Asked) -> Said:  # noqa: ARG001
    spent = sum(world.views.values())
    left = max(0, world.views_a_day - spent)
    return says(
        {"limits": {"resume_view": world.views_a_day}, "left": {"resume_view": left}, "spent": {"resume_view": spent}}
    )


@_route("GET", r"/webhook/subscriptions")
def _hooks(world: World, asked: Asked) -> Said:  # noqa: ARG001
    return says({"items": [{"id": str(number), **hook} for number, hook in world.hooks.items()]})


@_route("POST", r"/webhook/subscriptions")
def _hook(world: World, asked: Asked) -> Said:
    number = world.number(184_000)
    world.hooks[number] = {"url": asked.data.get("url"), "actions": asked.data.get("actions", [])}
    return says({"id": str(number)}, 201)


@_route("PUT", r"/webhook/subscriptions/(\d+)")
def _change_hook(world: World, asked: Asked, number: str) -> Said:
    world.hooks[int(number)] = {"url": asked.data.get("url"), "actions": asked.data.get("actions", [])}
    return Said(204)


@_route("DELETE", r"/webhook/subscriptions/(\d+)")
def _drop_hook(world: World, asked: Asked, number: str) -> Said:  # noqa: ARG001
    return refuses(404, "not_found") if world.hooks.pop(int(number), None) is None else Said(204)
