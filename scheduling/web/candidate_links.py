"""Ways out of the candidate's page: calendars, the map, the code that is shown at the desk."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import urlencode

import segno

from scheduling.services.views import CandidateView


def google_link(view: CandidateView) -> str:
    """Return the address that puts the visit into a Google calendar."""
    form = "%Y%m%dT%H%M%SZ"
    start = view.starts_at.astimezone(UTC).strftime(form)
    end = view.calendar_ends_at.astimezone(UTC).strftime(form)
    query = {
        "action": "TEMPLATE",
        "text": f"{view.vacancy}, {view.company}",
        "dates": f"{start}/{end}",
        "location": view.address,
        "details": view.link,
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def outlook_link(view: CandidateView) -> str:
    """Return the address that puts the visit into an Outlook calendar."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": f"{view.vacancy}, {view.company}",
        "startdt": view.starts_at.astimezone(UTC).strftime(form),
        "enddt": view.calendar_ends_at.astimezone(UTC).strftime(form),
        "location": view.address,
        "body": view.link,
    }
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query)}"


def map_link(view: CandidateView) -> str:
    """Return a map of the office: a geo: link, which opens the phone's own map and asks no third party."""
    if view.latitude is None or view.longitude is None:
        return ""
    return f"geo:{view.latitude},{view.longitude}?q={view.latitude},{view.longitude}"


def desk_code(view: CandidateView) -> tuple[str, int]:
    """Return the link as a code that a desk reads: the path of its dark squares and the size of the picture in squares."""
    code = segno.make(view.link, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = x
            while end < len(row) and row[end]:
                end += 1
            parts.append(f"M{x + 2} {y + 2}h{end - x}v1h-{end - x}z")
            x = end
    return "".join(parts), len(rows) + 4
