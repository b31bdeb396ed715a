"""What the live page draws: arrivals so far, the fan of those to come, the bands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from recruit.templatetags.parts import clock, short
from scheduling.models import InterviewSession, Invitation
from scheduling.services.forecasts import SessionForecast
from scheduling.web.marks import mark_of


def arrivals(
    session: InterviewSession,
    forecast: SessionForecast,
    rows: list[Invitation],
    planned: dict[str, Any] | None,
    now: datetime,
) -> dict[str, Any]:
    """Return the arrivals chart: steps of those who came, the fan of those to come, band by band."""
    start, length = (
        session.starts_at - timedelta(minutes=15),
        session.ends_at - session.starts_at + timedelta(minutes=15),
    )

    def share(at: datetime) -> float:
        return (at - start) / length

    came = sorted(row.arrived_at for row in rows if row.arrived_at is not None)
    steps = [(0.0, 0)] + [(share(at), index) for index, at in enumerate(came, start=1)]
    here = min(max(share(now), 0.0), 1.0)
    steps.append((here, len(came)))
    fan, mean, low, high = (
        [(here, float(forecast.arrived), float(forecast.arrived), float(forecast.arrived))],
        0.0,
        0.0,
        0.0,
    )
    spread = max(forecast.more_mean, 1e-9)
    for band in forecast.bands:
        if band.expected <= 0:
            continue
        mean += band.expected
        part = mean / spread
        low, high = forecast.more_q05 * part, forecast.more_q95 * part
        at = min(max(share(band.starts_at + timedelta(minutes=20)), here), 1.0)
        fan.append((at, forecast.arrived + low, forecast.arrived + mean, forecast.arrived + high))
    fan.append((1.0, float(forecast.q05), forecast.mean, float(forecast.q95)))
    zone, ticks, hour = session.office.zone, [], session.starts_at
    while hour <= session.ends_at:
        ticks.append((share(hour), timezone.localtime(hour, zone).strftime("%H:%M")))
        hour += timedelta(hours=1)
    plan = (planned or {}).get("now_arrivals") or (planned or {}).get("arrivals")
    return {
        "steps": steps if came or now > session.starts_at else [],
        "fan": fan if forecast.more_mean > 0 else [],
        "ticks": ticks,
        "now": here if session.starts_at - timedelta(minutes=15) <= now <= session.ends_at else None,
        "planned": (plan["q05"], plan["mean"], plan["q95"]) if plan else None,
        "now_words": _("now %(at)s") % {"at": clock(now, zone)},
        "arrived_words": _("arrived: %(n)s") % {"n": len(came)} if came else "",
        "words": _words(session, forecast, plan),
    }


def _words(session: InterviewSession, forecast: SessionForecast, plan: dict[str, Any] | None) -> str:
    """Return the chart in one sentence for people who do not see it."""
    text = _(
        "Arrived so far %(arrived)s; at the end %(mean)s expected, 9 days in 10 between %(low)s and %(high)s; target %(target)s"
    ) % {
        "arrived": forecast.arrived,
        "mean": short(forecast.mean),
        "low": forecast.q05,
        "high": forecast.q95,
        "target": session.target,
    }
    if not plan:
        return text
    planned = _("planned %(mean)s, %(low)s to %(high)s") % {
        "mean": short(plan["mean"]),
        "low": plan["q05"],
        "high": plan["q95"],
    }
    return f"{text}; {planned}"


def band_columns(session: InterviewSession, rows: list[Invitation], now: datetime) -> list[dict[str, Any]]:
    """Return the bands with their people counted by mark."""
    columns = []
    for band in session.bands.all():
        here = [row for row in rows if row.band_id == band.pk]
        counts: dict[tuple[str, str, str], int] = {}
        for row in here:
            mark = mark_of(row, now=now)
            counts[mark] = counts.get(mark, 0) + 1
        columns.append(
            {
                "band": band,
                "is_now": band.starts_at <= now < band.ends_at,
                "counts": [
                    {"mark": mark, "word": f"{count} {word}", "tone": tone}
                    for (mark, word, tone), count in counts.items()
                ],
            }
        )
    return columns
