"""SuperJob as played, below ``/2.0/``. Layouts after the field lists of public clients; all content is invented."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from jobposts.fakeboard.answers import Asked, Said, says
from jobposts.fakeboard.world import Opening, Reply, World


def answer(world: World, asked: Asked) -> Said:
    """Return SuperJob's answer."""
    if not asked.headers.get("x-api-app-id"):
        return refuses(403, "app_key_missing", "Не указан ключ приложения")
    path = asked.path.removeprefix("/2.0")
    if path.startswith("/oauth2/"):
        return _token(world, asked) if path == "/oauth2/refresh_token/" else _first_token(world, asked)
    until = world.access.get(asked.bearer)
    if until is None:
        return refuses(401, "bad_token", "Требуется авторизация")
    if world.now() >= until:
        return refuses(410, "token_expired", "Срок действия ключа истёк")
    with world.lock:
        if path == "/user/current/":
            return says({"id": int(world.manager), "email": "manager@example.org"})
        if path == "/hr/vacancies/":
            return says(page_of(asked, [vacancy(world, row) for row in world.openings.values()]))
        if match := re.fullmatch(r"/resumes/received/(\d+)/", path):
            return says(page_of(asked, [received(reply) for reply in world.of_vacancy(int(match[1]))]))
        return _one(world, asked, path)


def _one(world: World, asked: Asked, path: str) -> Said:
    if match := re.fullmatch(r"/vacancies/(\d+)/", path):
        row = world.openings.get(int(match[1]))
        return refuses(404, "not_found", "Не найдено") if row is None else says(vacancy(world, row))
    if match := re.fullmatch(r"/resumes/(\d+)/", path):
        found = next((reply for reply in world.replies.values() if reply.person.number == int(match[1])), None)
        return refuses(404, "not_found", "Не найдено") if found is None else says(resume(found))
    if path == "/vacancies/" and asked.method == "POST":
        row = world.add_opening(title=str(asked.data.get("profession") or "Без названия"))
        world.payments.append(("publication", row.id))
        return says({"id": row.id}, 201)
    if path == "/vacancies/republish/" and asked.method == "POST":
        again = world.openings[int(asked.form["id"])]
        again.published = max(world.now(), again.published + timedelta(seconds=1))
        again.expires = again.published + timedelta(days=30)
        world.payments.append(("prolongation", again.id))
        return says({"result": True})
    if path == "/vacancies/archive/" and asked.method == "POST":
        world.openings[int(asked.form["id"])].archived = True
        return says({"result": True})
    return refuses(404, "not_found", "Не найдено")


def refuses(status: int, reason: str, words: str) -> Said:
    """Return an error answer of SuperJob."""
    errors = [{"reason": reason, "reason_text": words}]
    return says({"error": {"code": status, "message": words, "errors": errors}}, status)


def page_of(asked: Asked, rows: list[Any]) -> dict[str, Any]:
    """Return SuperJob's envelope with the page that was asked for."""
    size, number = max(1, min(100, asked.whole("count", 20))), asked.whole("page", 0)
    end = (number + 1) * size
    return {"objects": rows[number * size : end], "total": len(rows), "more": end < len(rows)}


def _first_token(world: World, asked: Asked) -> Said:
    return says(world.issue()) if asked.form.get("code") else refuses(400, "invalid_grant", "Код не подходит")


def _token(world: World, asked: Asked) -> Said:
    token = (asked.form or asked.query).get("refresh_token", "")
    with world.lock:
        if token in world.spent_refresh or token not in world.refresh:
            return refuses(400, "invalid_grant", "Ключ обновления не подходит")
        world.spent_refresh.add(token)
        issued = world.issue()
    until = world.access[issued["access_token"]]
    return says(issued | {"ttl": int(until.timestamp())})


def vacancy(world: World, row: Opening) -> dict[str, Any]:
    """Return a vacancy; dates are Unix seconds."""
    return {
        "id": row.id,
        "id_client": int(world.employer),
        "profession": row.title,
        "payment_from": row.low,
        "payment_to": row.high,
        "currency": "rub",
        "town": {"id": int(row.town[0]), "title": row.town[1]},
        "date_published": int(row.published.timestamp()),
        "date_pub_to": int(row.expires.timestamp()),
        "is_archive": row.archived,
        "firm_name": "Ромашка (учебная)",
        "work": "Учебная вакансия",
    }


def received(reply: Reply) -> dict[str, Any]:
    """Return a received resume."""
    return {"id": reply.id, "id_vacancy": reply.vacancy, "resume": resume(reply)}


def resume(reply: Reply) -> dict[str, Any]:
    """Return a resume; a hidden contact is null."""
    person, hidden = reply.person, set(reply.person.hidden)
    shown = "names_and_photo" not in hidden
    return {
        "id": person.number,
        "id_user": 80_000_000 + person.number,
        "profession": person.title,
        "firstname": person.first if shown else None,
        "lastname": person.last if shown else None,
        "middlename": None,
        "phone1": None if "phones" in hidden else f"+7{person.phone}",
        "phone2": None,
        "email": None if "email" in hidden else person.email,
        "age": person.age,
        "payment": person.wish,
        "currency": "rub",
        "town": {"id": int(person.town[0]), "title": person.town[1]},
        "experience_month_count": person.age,
        "work_history": [],
        "languages": [],
        "contacts_bought": True,
        "date_published": int(reply.created.timestamp()),
        "date_last_modified": int(reply.updated.timestamp()),
    }
