"""Pure: Greenhouse webhooks ``{action, payload}``. What changed lies in ``payload`` under the name of its kind."""

from __future__ import annotations

from typing import Any

from jobposts.boards.greenhouse.parse import parse_application, parse_candidate, parse_posting, parse_vacancy
from jobposts.boards.payload import first, ident, need_object, rows, stamp, table, text
from jobposts.records import WebhookRecord


def parse_webhook(payload: Any) -> WebhookRecord:
    """Return the notice; an unknown action keeps its name and its payload."""
    body = need_object(payload, "webhook")
    inner, event = table(body, "payload"), text(body, "action") or ""
    application = _application(inner)
    job = table(inner, "job") or table(inner, "application", "job")
    post = event.startswith("job_post")
    person = table(application, "candidate") or table(inner, "candidate")
    stage, interview = table(inner, "job_interview_stage"), table(inner, "interview")
    offer = inner if event.startswith("offer") else table(inner, "offer")
    department, office = table(inner, "department"), table(inner, "office")
    return WebhookRecord(
        id=ident(body, "id"),
        event=text(body, "action"),
        application_id=first(
            ident(application, "id"), ident(inner, "application_id"), ident(interview, "application_id")
        ),
        candidate_id=first(
            ident(person, "id"),
            ident(application, "candidate_id"),
            ident(inner, "candidate_id"),
            ident(inner, "person_id"),
        ),
        vacancy_id=first(ident(job, "id"), ident(inner, "job_id"), ident(stage, "job_id"), ident(interview, "job_id")),
        vacancy_title=text(job, "name"),
        vacancy_state=text(job, "status"),
        offer_id=ident(offer, "id"),
        version=first(ident(offer, "version"), None),
        interview_id=ident(interview, "id"),
        job_post_id=ident(inner, "id") if post else None,
        job_interview_stage_id=ident(stage, "id"),
        department_id=ident(department, "id"),
        office_id=ident(office, "id"),
        state=text(application, "status")
        or text(offer, "offer_status")
        or text(offer, "status")
        or text(job, "status"),
        name=first(text(stage, "name"), text(department, "name"), text(office, "name")),
        occurred_at=first(stamp(inner, "occurred_at"), stamp(application, "last_activity_at")),
        candidate=parse_candidate(person) if person else None,
        application=parse_application(application) if application else None,
        vacancy=parse_posting(inner) if post else parse_vacancy(job) if job else None,
        raw=body,
    )


def parse_webhooks(payload: Any) -> tuple[WebhookRecord, ...]:
    """Return the notice of a delivery, or those of a list of deliveries."""
    return tuple(parse_webhook(row) for row in (payload if isinstance(payload, list) else [payload]))


def _application(inner: Any) -> Any:
    """Return the application: directly, the only one of several, or the candidate's newest."""
    if table(inner, "application"):
        return inner["application"]
    several = rows(inner, "applications") or rows(inner, "candidate", "applications")
    return several[0] if several and isinstance(several[0], dict) else {}
