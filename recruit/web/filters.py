"""Filters of lists: read from the address, kept under a name, shown as words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from recruit.models import Application, Source, User, Vacancy
from recruit.parsing.normalise import name_key
from recruit.services import find


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """What a list of applications is narrowed to; an empty field narrows nothing.

    ``km`` is the longest distance in kilometres, ``days`` the least days in the stage.
    """

    vacancy: int | None = None
    source: str = ""
    km: int | None = None
    days: int | None = None
    pay: str = ""  # "within": wishes no more than the range ends with
    phone: str = ""  # "1": has a phone
    words: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> PeopleFilter:
        """Read the filter from an address or a form; what cannot be read narrows nothing."""
        return cls(
            vacancy=_number(data.get("vacancy", "")),
            source=data.get("source", "")[:64],
            km=_number(data.get("km", "")),
            days=_number(data.get("days", "")),
            pay="within" if data.get("pay") == "within" else "",
            phone="1" if data.get("phone") == "1" else "",
            words=data.get("words", "").strip()[:100],
        )

    @property
    def query(self) -> str:
        """The filter as a query string, without a leading question mark."""
        return urlencode({field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name)})

    @property
    def is_empty(self) -> bool:
        """Whether nothing beside the vacancy narrows the list."""
        return not any(getattr(self, field.name) for field in fields(self) if field.name != "vacancy")

    def apply(self, rows: QuerySet[Application]) -> QuerySet[Application]:
        """Narrow ``rows``."""
        if self.vacancy:
            rows = rows.filter(vacancy_id=self.vacancy)
        if self.source:
            rows = rows.filter(source__code=self.source)
        if self.km:
            rows = rows.filter(distance_km__lte=self.km)
        if self.days:
            rows = rows.filter(stage_since__lte=timezone.now() - timedelta(days=self.days))
        if self.pay:
            rows = rows.filter(Q(vacancy__salary_to=0) | Q(salary_wish__lte=F("vacancy__salary_to")))
        if self.phone:
            rows = rows.filter(candidate__contacts__kind="phone").distinct()
        if name_key(self.words):
            rows = rows.filter(find.called(self.words, prefix="candidate__"))
        return rows


def filter_context(user: User, chosen: PeopleFilter, *, page: str) -> dict[str, Any]:
    """Return what the filter's form needs: the choices, the saved views of ``page``, the query as it stands."""
    return {
        "filter": chosen,
        "vacancies": Vacancy.objects.visible_to(user).open().only("pk", "title"),
        "sources": Source.objects.all(),
        "views": user.saved_views.filter(page=page),
        "page_name": page,
    }
