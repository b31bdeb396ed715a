"""Pure: vacancies of an employer on hh.ru: reading, publishing, prolonging, editing, archiving.

Publication and prolongation cost money and are sent once. What became of one whose answer was lost is read back: a
published vacancy by our own ``code`` in it, a prolongation by its later ``expires_at``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jobposts.boards.headhunter.responses import parse_page
from jobposts.boards.headhunter.vacancies import parse_vacancy
from jobposts.boards.payload import at, first, ident, number, rows, text
from jobposts.errors import BoardError
from jobposts.records import Ident, Page, Promotion, VacancyRecord, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jobposts.boards.headhunter.client import HeadHunterClient

ACTIVE_PER_PAGE = 50
ARCHIVED_PER_PAGE = 200
MOST_PAGES = 400


class HeadHunterPostings:
    """The employer's vacancies. ``employer_id`` is asked of ``/me`` where it is not given."""

    def __init__(self, *, client: HeadHunterClient, employer_id: str = "", manager_id: str = "") -> None:
        self.client = client
        self._employer_id, self._manager_id = employer_id, manager_id

    def check(self) -> Mapping[str, Any]:
        """Return who the token belongs to; raise ``BoardError`` "wrong_side" for an applicant's token."""
        me = self.client.get("me")
        if at(me, "is_employer") is not True:
            raise BoardError("This log-in is not an employer's.", permanent=True, code="wrong_side")
        self._employer_id = self._employer_id or text(me, "employer", "id") or ""
        self._manager_id = self._manager_id or text(me, "manager", "id") or ""
        return dict(me)

    def accounts(self) -> tuple[Mapping[str, Any], ...]:
        """Return the manager's work accounts; one of them goes into ``manager_account_id``."""
        return tuple(rows(self.client.get("manager_accounts/mine"), "items"))

    @property
    def employer_id(self) -> str:
        """The employer's id."""
        if not self._employer_id:
            self.check()
        return self._employer_id

    @property
    def manager_id(self) -> str:
        """The manager's id."""
        if not self._manager_id:
            self.check()
        return self._manager_id

    def vacancies(self, *, archived: bool = True) -> Iterator[Page[VacancyRecord]]:
        """Yield the active vacancies page by page, then the archived ones."""
        yield from self._listed("active", ACTIVE_PER_PAGE)
        if archived:
            yield from self._listed("archived", ARCHIVED_PER_PAGE)

    def active_vacancies(self) -> Iterator[Page[VacancyRecord]]:
        """Yield the vacancies that are on the board now."""
        yield from self._listed("active", ACTIVE_PER_PAGE)

    def _listed(self, which: str, per_page: int) -> Iterator[Page[VacancyRecord]]:
        for number_ in range(MOST_PAGES):
            payload = self.client.get(
                f"employers/{self.employer_id}/vacancies/{which}", {"page": number_, "per_page": per_page}
            )
            page: Page[VacancyRecord] = parse_page(payload, parse_vacancy)
            yield page
            if not page.more:
                return

    def vacancy(self, vacancy_id: Ident) -> VacancyRecord:
        """Return one vacancy as its manager sees it."""
        return parse_vacancy(self.client.get(f"vacancies/{vacancy_id}"))

    def statistics(self, vacancy_id: Ident) -> Mapping[str, Any]:
        """Return the views and responses of the last five days, as hh counts them."""
        return dict(self.client.get(f"vacancies/{vacancy_id}/stats"))

    def edit(self, vacancy_id: Ident, changes: Mapping[str, Any]) -> None:
        """Change a vacancy. hh wants ``manager`` and ``billing_type`` in requests of their own."""
        alone = [name for name in ("billing_type", "manager") if name in changes]
        rest = {name: value for name, value in changes.items() if name not in alone}
        for part in ([rest] if rest else []) + [{name: changes[name]} for name in alone]:
            self.client.change("PUT", f"vacancies/{vacancy_id}", json=part)

    def publish(self, draft: Mapping[str, Any], *, key: str, ignore_duplicates: bool = False) -> Promotion:
        """Publish a vacancy; ``key`` is put into its ``code`` so that it can be found again.

        Raises ``BoardError``: "duplicate" (``records`` hold the ids), "payment_needed", "refused" with field errors.
        """
        body = {**draft, "code": key}
        kind = "republication" if draft.get("previous_id") else "publication"
        name = str(draft.get("name", ""))
        url = "vacancies?ignore_duplicates=true" if ignore_duplicates else "vacancies"
        try:
            made = self.client.change("POST", url, json=body)
        except BoardError as error:
            if error.code != "unknown_outcome":
                raise
            return Promotion(kind=kind, state="unknown", key=key, detail=name)
        if ident(made, "id") is None:
            return Promotion(kind=kind, state="unknown", key=key, detail=name)
        return Promotion(kind=kind, state="done", vacancy_id=ident(made, "id"), key=key, detail=name)

    def restore(self, vacancy_id: Ident, draft: Mapping[str, Any], *, key: str) -> Promotion:
        """Publish an archived vacancy again: a new publication that names the old one, and costs as much."""
        return self.publish({**draft, "previous_id": str(vacancy_id)}, key=key)

    def prolong(self, vacancy_id: Ident) -> Promotion:
        """Prolong a posting; asks first whether hh offers it. Raises ``BoardError`` "too_early" or "refused"."""
        before = self.client.get(f"vacancies/{vacancy_id}/prolongate")
        offered = [row for row in rows(before, "actions") if text(row, "id") == "prolongate"]
        if offered and at(offered[0], "enabled") is False:
            reason = text(offered[0], "disable_reason", "id") or text(offered[0], "disable_reason") or "not offered now"
            code = "too_early" if "too_early" in reason else "refused"
            raise BoardError(f"hh.ru does not prolong this vacancy: {reason}.", permanent=code == "refused", code=code)
        promotion = Promotion(
            kind="prolongation",
            state="done",
            vacancy_id=vacancy_id,
            cost_amount=first(number(before, "price", "amount"), number(before, "price")),
            cost_currency=text(before, "price", "currency"),
            key=str(text(before, "expires_at") or ""),
        )
        try:
            self.client.change("POST", f"vacancies/{vacancy_id}/prolongate")
        except BoardError as error:
            if error.code != "unknown_outcome":
                raise
            return replace(promotion, state="unknown")
        try:
            return replace(promotion, expires_at=self.vacancy(vacancy_id).expires_at)
        except BoardError:  # paid for and done all the same
            return promotion

    def read_back(self, promotion: Promotion) -> Promotion:
        """Look for what became of a promotion in the state "unknown"; sends nothing but GETs."""
        if promotion.state != "unknown":
            return promotion
        if promotion.kind == "prolongation":
            now = self.vacancy(promotion.vacancy_id).expires_at
            old, new = moment(promotion.key), moment(now)
            done = new is not None and (old is None or new > old)
            return replace(promotion, state="done" if done else "absent", expires_at=now)
        for page in self._listed("active", ACTIVE_PER_PAGE):
            for item in page.items:
                if promotion.detail and item.title != promotion.detail:
                    continue
                full = self.client.get(f"vacancies/{item.id}")
                if text(full, "code") == promotion.key:
                    return replace(promotion, state="done", vacancy_id=item.id, expires_at=text(full, "expires_at"))
        return replace(promotion, state="absent")

    def archive(self, vacancy_id: Ident) -> None:
        """Take a posting off the board; one that is archived already is left as it is."""
        try:
            self.client.change("PUT", f"employers/{self.employer_id}/vacancies/archived/{vacancy_id}")
        except BoardError:
            if self.vacancy(vacancy_id).archived is not True:
                raise
