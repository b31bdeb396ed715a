"""Pure: vacancies and received resumes of an employer on SuperJob."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from jobposts.boards.paging import read_collection
from jobposts.boards.payload import first, ident, text
from jobposts.boards.superjob.parse import parse_page, parse_response, parse_resume, parse_vacancy
from jobposts.errors import BoardError
from jobposts.records import Ident, Page, Promotion, ResponseRecord, ResumeRecord, VacancyRecord, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from jobposts.boards.superjob.client import SuperJobClient
    from jobposts.protocol import ResponseBatch

PER_PAGE = 100
MOST_PAGES = 400
RECEIVED = "received"
CLOCKS_APART = timedelta(minutes=2)


class SuperJobBoard:
    """One employer account of SuperJob (``jobposts.protocol.JobBoard``). It has no webhooks: poll."""

    system = "superjob"

    def __init__(self, *, client: SuperJobClient) -> None:
        self.client = client
        self.paused_until: datetime | None = None

    def check(self) -> Mapping[str, Any]:
        """Return who the token belongs to."""
        return dict(self.client.get("user/current/"))

    def vacancies(self) -> Iterator[Page[VacancyRecord]]:
        """Yield the account's vacancies page by page (address not confirmed by SuperJob's documents)."""
        for number in range(MOST_PAGES):
            payload = self.client.get("hr/vacancies/", {"page": number, "count": PER_PAGE})
            page: Page[VacancyRecord] = parse_page(payload, parse_vacancy, page=number)
            yield page
            if not page.more:
                return

    def vacancy(self, vacancy_id: Ident) -> VacancyRecord:
        """Return one vacancy."""
        return parse_vacancy(self.client.get(f"vacancies/{vacancy_id}/"))

    def responses(
        self,
        vacancy_id: Ident,
        *,
        skip: Callable[[str], bool] | None = None,
        max_pages: int | None = None,
        since: datetime | None = None,
    ) -> Iterator[ResponseBatch]:
        """Yield the resumes received for the vacancy: one list, reconciled with its ``total``."""
        if skip is not None and skip(RECEIVED):
            return
        yield from read_collection(
            partial(self._page, vacancy_id),
            collection=RECEIVED,
            name="",
            given=set(),
            max_pages=max_pages,
            since=since,
        )

    def _page(self, vacancy_id: Ident, number: int) -> Page[ResponseRecord]:
        payload = self.client.get(f"resumes/received/{vacancy_id}/", {"page": number, "count": PER_PAGE})
        page: Page[ResponseRecord] = parse_page(payload, parse_response, page=number)
        filled = tuple(
            item if item.vacancy_id is not None else replace(item, vacancy_id=vacancy_id, vacancy_ids=(vacancy_id,))
            for item in page.items
        )
        return replace(page, items=filled)

    def resume(self, response: ResponseRecord) -> ResumeRecord:
        """Return the full resume behind a response."""
        if response.resume_id is None:
            raise BoardError("The resume behind this response was deleted.", permanent=True, code="not_found")
        return parse_resume(self.client.get(f"resumes/{response.resume_id}/"))

    def act(self, response: ResponseRecord, action_id: str, arguments: Mapping[str, str]) -> ResponseRecord:  # noqa: ARG002
        """SuperJob names no steps with its responses: always "unsupported"."""
        raise BoardError("SuperJob offers no steps on a response.", permanent=True, code="unsupported")

    def publish(self, draft: Mapping[str, Any], *, key: str) -> Promotion:  # noqa: ARG002
        """Publish a vacancy. SuperJob keeps no code of ours: ``key`` is replaced by the time of the attempt."""
        since = (self.client.now() - CLOCKS_APART).isoformat()
        detail = f"{draft.get('profession', '')}|{_town(draft)}"
        try:
            made = self.client.change("POST", "vacancies/", json=dict(draft))
        except BoardError as error:
            if error.code != "unknown_outcome":
                raise
            return Promotion(kind="publication", state="unknown", key=since, detail=detail)
        state = "unknown" if ident(made, "id") is None else "done"
        return Promotion(kind="publication", state=state, vacancy_id=ident(made, "id"), key=since, detail=detail)

    def prolong(self, vacancy_id: Ident) -> Promotion:
        """Publish the vacancy anew (``vacancies/republish``)."""
        before = self.vacancy(vacancy_id)
        promotion = Promotion(
            kind="prolongation", state="done", vacancy_id=vacancy_id, key=str(first(before.published_at, ""))
        )
        try:
            self.client.change("POST", "vacancies/republish/", form={"id": vacancy_id})
        except BoardError as error:
            if error.code != "unknown_outcome":
                raise
            return replace(promotion, state="unknown")
        try:
            return replace(promotion, expires_at=self.vacancy(vacancy_id).expires_at)
        except BoardError:  # paid for and done all the same
            return promotion

    def read_back(self, promotion: Promotion) -> Promotion:
        """Look for what became of a promotion in the state "unknown".

        A prolongation shows in a later publication date. A publication is "done" only if exactly one vacancy was
        published since ``key`` (ISO time of the attempt) with its title and town; several stay "unknown".
        """
        if promotion.state != "unknown":
            return promotion
        if promotion.kind == "prolongation":
            now = self.vacancy(promotion.vacancy_id)
            later = isinstance(now.published_at, int) and now.published_at > int(promotion.key or 0)
            return replace(promotion, state="done" if later else "absent", expires_at=now.expires_at)
        since = moment(promotion.key)
        alike = [item for page in self.vacancies() for item in page.items if _alike(item, promotion.detail, since)]
        if len(alike) > 1:
            return promotion
        return replace(promotion, state="done", vacancy_id=alike[0].id) if alike else replace(promotion, state="absent")

    def edit(self, vacancy_id: Ident, changes: Mapping[str, Any]) -> None:
        """Change a vacancy."""
        self.client.change("PUT", f"vacancies/{vacancy_id}/", json=dict(changes))

    def archive(self, vacancy_id: Ident) -> None:
        """Take a posting off the board; one that is archived already is left as it is."""
        try:
            self.client.change("POST", "vacancies/archive/", form={"id": vacancy_id})
        except BoardError:
            if self.vacancy(vacancy_id).archived is not True:
                raise

    def dictionary(self, name: str) -> Any:
        """Return one of SuperJob's dictionaries: references, catalogues, towns, regions, countries, institutes."""
        if name not in {"references", "catalogues", "towns", "regions", "countries", "institutes"}:
            raise BoardError(f"SuperJob has no dictionary {name}.", permanent=True, code="unsupported")
        return self.client.get(f"{name}/", {"all": 1} if name == "towns" else None)


def _town(draft: Any) -> str:
    return str(first(text(draft, "town", "id"), text(draft, "town"), ""))


def _alike(item: VacancyRecord, detail: str, since: datetime | None) -> bool:
    published = moment(item.published_at)
    if since is not None and (published is None or published < since):
        return False
    title, _, town = detail.rpartition("|")
    return item.title == title and town in {"", str(first(text(item.raw, "town", "id"), ""))}
