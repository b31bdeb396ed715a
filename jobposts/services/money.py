"""What postings cost by response, arrival, interview and hire, from the money noted for their way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from recruit import contrib
from recruit.models import Application, Spend, StageMove
from recruit.states import Stage


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Money and people of one way in; amounts in ``currency``, None where nobody reached the step or money is mixed."""

    spent: Decimal = Decimal(0)
    currency: str = "RUB"
    mixed: bool = False
    responses: int = 0
    arrived: int = 0
    interviewed: int = 0
    hired: int = 0

    def each(self, people: int) -> Decimal | None:
        """Return the money for one of ``people``."""
        return (self.spent / people).quantize(Decimal(1)) if people and self.spent and not self.mixed else None

    @property
    def per_response(self) -> Decimal | None:
        """Money for one response."""
        return self.each(self.responses)

    @property
    def per_arrival(self) -> Decimal | None:
        """Money for one person who came."""
        return self.each(self.arrived)

    @property
    def per_interview(self) -> Decimal | None:
        """Money for one person who came as far as an interview."""
        return self.each(self.interviewed)

    @property
    def per_hire(self) -> Decimal | None:
        """Money for one hire."""
        return self.each(self.hired)


def costs_of(links: Sequence[int]) -> dict[int, Cost]:
    """Return the cost of each way in, in three statements and one for each app that counts arrivals."""
    money: dict[int, list[tuple[Decimal, str]]] = {}
    spends = Spend.objects.filter(link__in=links).values_list("link_id", "currency").annotate(sum=Sum("amount"))
    for link, currency, amount in spends.order_by():
        money.setdefault(link, []).append((amount, currency))
    came = StageMove.objects.filter(new=Stage.INTERVIEW, application__link__in=links).values("application_id")
    people: dict[int, Any] = {
        row["link_id"]: row
        for row in Application.objects.filter(link__in=links)
        .values("link_id")
        .annotate(
            responses=Count("pk"),
            interviewed=Count("pk", filter=Q(pk__in=came) | Q(stage__in=[Stage.INTERVIEW, Stage.OFFER, Stage.HIRED])),
            hired=Count("pk", filter=Q(stage=Stage.HIRED)),
        )
        .order_by()
    }
    came_by = [source.count(links) for source in contrib.arrivals]
    found = {}
    for link in links:
        sums, row = money.get(link, []), dict(people.get(link) or {})
        found[link] = Cost(
            spent=sums[0][0] if len(sums) == 1 else sum((amount for amount, _ in sums), Decimal(0)),
            currency=sums[0][1] if sums else "RUB",
            mixed=len(sums) > 1,
            responses=row.get("responses", 0),
            arrived=sum(counts.get(link, 0) for counts in came_by),
            interviewed=row.get("interviewed", 0),
            hired=row.get("hired", 0),
        )
    return found
