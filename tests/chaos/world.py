"""What the callers press on, and what must be true of it afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from recruit.models import Candidate, IdempotencyKey, Message, Vacancy
from recruit.permissions import Role
from recruit.services.keys import new_key
from scheduling.models import Invitation, StandbyOffer
from scheduling.services import standby
from scheduling.services.links import path_of
from tests.chaos.callers import Call, press, push
from tests.recruit import world
from tests.scheduling import world as day

KEYS = 6
HOURS = timedelta(hours=1)


def make(people: int) -> dict[str, Any]:
    """Invite ``people`` to tomorrow and offer as many places to others; return their pages and keys of programs."""
    now = timezone.now()
    starts_at = now.replace(minute=0, second=0, microsecond=0) + 30 * HOURS
    session = day.opened(starts_at=starts_at, ends_at=starts_at + 3 * HOURS)
    invited = [day.invited(session, f"Invited {number}", email=f"i{number}@mail.test") for number in range(people)]
    others = [day.shortlisted(session, f"Other {number}", email=f"o{number}@mail.test") for number in range(people)]
    band = session.bands.all()[1]
    round_ = standby.open_round(
        session, others, places=people, expires_at=now + 20 * HOURS, at=now, by=day.recruiter(), band=band
    )
    return {
        "invited": [f"{path_of(one)}/" for one in invited],
        "offered": [f"/s/{standby.token_of(one)}" for one in round_.offers.all()],
        "keys": [new_key(user=world.user(Role.ADMIN), name="chaos")[1] for _ in range(KEYS)],
    }


def look() -> dict[str, Any]:
    """Return what is kept: who has come to be expected by which page, which persons, and every half-done thing."""
    events = Q(ledger__kind="confirmed")
    rows = Invitation.objects.select_related("application").annotate(said=Count("ledger", filter=events))
    offers = {one.invitation_id: f"/s/{standby.token_of(one)}" for one in StandbyOffer.objects.exclude(invitation=None)}
    told = set(Message.objects.filter(about="scheduling.Invitation").values_list("about_id", flat=True))
    kept, half_done = [], []
    for row in rows:
        page = offers.get(row.pk, f"{path_of(row)}/")
        if row.state == "confirmed":
            kept.append(page)
        # Confirmed exactly once with its event, and nobody is invited without the message that tells it.
        if row.said != int(row.state == "confirmed") or row.pk not in told:
            half_done.append(page)
    taken = StandbyOffer.objects.filter(state="accepted").count()
    if taken != len(offers):
        half_done.append(f"{taken} offers taken, {len(offers)} invitations")
    pushed = Counter(Candidate.objects.filter(name__startswith="Caller ").values_list("name", flat=True))
    # A vacancy is in no way unique: only its key keeps it from being opened twice.
    pushed += Counter(Vacancy.objects.filter(title__startswith="Caller ").values_list("title", flat=True))
    half_done += [name for name, count in pushed.items() if count != 1]
    return {"kept": sorted(kept + list(pushed)), "half_done": half_done}


def let_go() -> None:
    """Let the time pass after which the key of a call that was cut off may be used again."""
    IdempotencyKey.objects.filter(status=None).update(created_at=timezone.now() - HOURS)


def calls_of(made: dict[str, Any], pushes: int) -> list[Call]:
    """Return every press and ``pushes`` persons handed in, well mixed."""
    presses = [press(path) for pair in zip(made["invited"], made["offered"], strict=True) for path in pair]
    pushed = [push(number, made["keys"][number % KEYS]) for number in range(pushes)]
    every = max(1, len(pushed) // max(1, len(presses)))
    mixed = []
    for number, call in enumerate(pushed):
        mixed.append(call)
        if number % every == 0 and presses:
            mixed.append(presses.pop(0))
    return mixed + presses
