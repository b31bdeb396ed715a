"""Small made-up histories with a known law."""

from datetime import date, timedelta
from random import Random

from recruit.demo import law
from scheduling.attendance import Invitee, Outcome

MONDAY = date(2026, 3, 2)


def history(rows, *, seed=1, per_day=20, offices=1, first=MONDAY):
    """Return ``rows`` outcomes of the demo world's law, ``per_day`` in an office on a day."""
    rng = Random(seed)
    found = []
    cluster = 0
    while len(found) < rows:
        day = first + timedelta(days=cluster // offices)
        effect = rng.gauss(0, 1)
        for _ in range(min(per_day, rows - len(found))):
            source, lead = law.pick(rng, law.SOURCE_SHARES), law.pick(rng, law.LEAD_SHARES)
            visit = law.draw_visit(rng, source=source, lead_days=lead, day_effect=effect)
            invitee = Invitee(
                source=source,
                office=f"office {cluster % offices}",
                vacancy=f"vacancy {rng.randrange(3)}",
                lead_hours=24.0 * lead,
                weekday=day.weekday(),
                hour=13,
                answer=visit.answer,
            )
            found.append(Outcome(invitee, day, visit.came_after_minutes is not None))
        cluster += 1
    return found


def counted(came, of, *, day=MONDAY, **known):
    """Return outcomes of ``of`` equal people of whom ``came`` came."""
    return [Outcome(Invitee(**known), day, number < came) for number in range(of)]
