"""Today: what will cost something if nobody acts, the day's sessions, what is owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from recruit import contrib
from recruit.models import AlarmSnooze, User
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed

# A look within this time is the same look: "since you looked" does not start anew.
SAME_LOOK = timedelta(minutes=30)
SNOOZE = timedelta(hours=1)


@allowed(Action.SEE_TODAY)
@require_GET
def today(request: SignedIn) -> HttpResponse:
    """Render the registered parts, and at most one alarm: the costliest."""
    now = timezone.now()
    user = request.user
    if user.looked_at is None or now - user.looked_at > SAME_LOOK:
        User.objects.filter(pk=user.pk).update(looked_before=user.looked_at, looked_at=now)
        user.looked_before, user.looked_at = user.looked_at, now
    tiles: dict[str, list[dict[str, object]]] = {"wide": [], "todo": [], "since": []}
    main = None
    for tile in contrib.today_tiles:
        if user.may(tile.action):
            context = tile.context(request, now)
            main = context.pop("main", main)
            tiles[tile.column].append({"template": tile.template, "context": context})
    alarms = _alarms(request, now)
    return render(
        request,
        "recruit/today.html",
        {"tiles": tiles, "alarm": alarms[0] if alarms else None, "more_alarms": alarms[1:], "now": now, "main": main},
    )


def _alarms(request: SignedIn, now: datetime) -> list[contrib.Alarm]:
    """Return the alarms that are not put off, the costliest first."""
    later = set(AlarmSnooze.objects.filter(user=request.user, until__gt=now).values_list("key", flat=True))
    found = [
        replace(alarm, key=alarm.key or f"{source.name}:{alarm.url}:{alarm.button}"[:200])
        for source in contrib.alarms
        for alarm in source.find(request, now)
    ]
    return sorted((alarm for alarm in found if alarm.key not in later), key=lambda one: -one.cost)


@allowed(Action.SEE_TODAY)
@require_POST
def alarm_later(request: SignedIn) -> HttpResponse:
    """Put an alarm off for an hour."""
    key = request.POST.get("key", "")[:200]
    if key:
        AlarmSnooze.objects.update_or_create(user=request.user, key=key, defaults={"until": timezone.now() + SNOOZE})
    return redirect("today")
