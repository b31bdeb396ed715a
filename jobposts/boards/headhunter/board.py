"""Pure: an employer's account on hh.ru: responses of every collection, steps, resumes, limits, webhooks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from jobposts.boards.headhunter.postings import HeadHunterPostings
from jobposts.boards.headhunter.responses import Collection, parse_collections, parse_page, parse_response
from jobposts.boards.headhunter.resumes import parse_resume
from jobposts.boards.paging import read_collection
from jobposts.boards.payload import ident, rows, text, whole
from jobposts.errors import BoardError
from jobposts.protocol import Limits, ResponseBatch
from jobposts.records import Action, Ident, Page, ResponseRecord, ResumeRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

RESPONSES_PER_PAGE = 50
MOST_AT_ONCE = 50
ROUNDS = 4
WEBHOOK_TYPES = (
    "NEW_NEGOTIATION_VACANCY",
    "NEW_RESPONSE_OR_INVITATION_VACANCY",
    "NEGOTIATION_EMPLOYER_STATE_CHANGE",
    "VACANCY_CHANGE",
    "VACANCY_PROLONGATION",
    "VACANCY_ARCHIVATION",
    "VACANCY_PUBLICATION_FOR_VACANCY_MANAGER",
)


class HeadHunterBoard(HeadHunterPostings):
    """One employer account of hh.ru (``jobposts.protocol.JobBoard``)."""

    system = "headhunter"

    @property
    def paused_until(self) -> datetime | None:
        """Until when nothing that costs a resume view is sent; to be stored with the account."""
        return self.client.paused_until

    @paused_until.setter
    def paused_until(self, value: datetime | None) -> None:
        self.client.paused_until = value

    def collections(self, vacancy_id: Ident) -> tuple[Collection, ...]:
        """Return the vacancy's lists of responses, generated ones included."""
        params = {"vacancy_id": vacancy_id, "with_generated_collections": "true"}
        return parse_collections(self.client.get("negotiations", params))

    def responses(
        self,
        vacancy_id: Ident,
        *,
        skip: Callable[[str], bool] | None = None,
        max_pages: int | None = None,
        since: datetime | None = None,
    ) -> Iterator[ResponseBatch]:
        """Yield every response of every collection of the vacancy; see ``JobBoard.responses``.

        A response that moves into a collection after that was read would be missed, so the overview is asked for
        again at the end, and a collection that counts more than is known to lie in it is read once more.
        """
        given: set[tuple[Ident, str, str]] = set()
        place: dict[Ident, str] = {}  # where each response was met last
        read: dict[str, int] = {}  # what cannot be placed: unreadable items, and lists that repeat others
        skipped: set[str] | None = None  # asked for once: a run marks as done what is read here again
        for _ in range(ROUNDS):
            lying, overview = Counter(place.values()), self.collections(vacancy_id)
            if skipped is None:
                skipped = {found.url for found in overview if skip is not None and skip(found.id)}
            waiting = [
                found
                for found in overview
                if found.url not in skipped
                and (found.url not in read or (found.total or 0) > lying[found.url] + read[found.url])
            ]
            for collection in waiting:
                for batch in read_collection(
                    partial(self._page, collection, vacancy_id, place),
                    collection=collection.id,
                    name=collection.name,
                    total=collection.total,
                    given=given,
                    max_pages=max_pages,
                    since=since,
                ):
                    read[collection.url] = batch.count.failed + (batch.count.seen if collection.generated else 0)
                    yield batch
            if not waiting or max_pages is not None or since is not None:
                return

    def _page(
        self, collection: Collection, vacancy_id: Ident, place: dict[Ident, str], number: int
    ) -> Page[ResponseRecord]:
        params: dict[str, Any] = {"page": number, "per_page": RESPONSES_PER_PAGE}
        if "created_at" in collection.orders:
            params["order_by"] = "created_at"
        read = partial(parse_response, collection=collection.id, vacancy_id=vacancy_id)
        page: Page[ResponseRecord] = parse_page(self.client.get(collection.url, params), read)
        if not collection.generated:
            place.update({item.id: collection.url for item in page.items})
        return page

    def response(self, response_id: Ident) -> ResponseRecord:
        """Return one response as it stands now, with the steps that are offered now."""
        return parse_response(self.client.get(f"negotiations/{response_id}"))

    def resume(self, response: ResponseRecord) -> ResumeRecord:
        """Return the full resume; costs one of the day's views and marks the response as seen on hh."""
        if response.resume_id is None:
            raise BoardError("The resume behind this response was deleted.", permanent=True, code="not_found")
        link = text(response.raw, "resume", "url")
        params = {"topic_id": response.id, "vacancy_id": response.vacancy_id}
        url = link or f"resumes/{response.resume_id}"
        missing = {name: value for name, value in params.items() if value is not None and f"{name}=" not in url}
        return parse_resume(self.client.get(url, missing or None, costs_view=True))

    def resume_file(self, resume: ResumeRecord, kind: str = "pdf") -> bytes:
        """Return the resume as a file, ``pdf`` or ``rtf`` (hh has no DOC); counts against a daily limit."""
        if kind not in resume.files:
            raise BoardError(f"hh.ru offers no {kind} of this resume.", permanent=True, code="unsupported")
        return self.client.download(resume.files[kind])

    def act(self, response: ResponseRecord, action_id: str, arguments: Mapping[str, str]) -> ResponseRecord:
        """Take a step that hh offers now and return the response read back.

        The offer is asked for first, for it depends on the vacancy, the employer and the moment. A lost answer is
        settled by reading back: the step was taken if the response is in the state that the step leads to.

        Raises:
            BoardError: "refused" (not offered, or an argument is missing) or "unknown_outcome".
        """
        action = _offered(self.response(response.id), action_id)
        missing = sorted(name for name, required in action.arguments.items() if required and not arguments.get(name))
        if missing:
            raise BoardError(f"This step needs: {', '.join(missing)}.", permanent=True, code="refused")
        form = {name: value for name, value in arguments.items() if name in action.arguments}
        try:
            self.client.change(action.method, action.url, form=form)
        except BoardError as error:
            if error.code != "unknown_outcome":
                raise
            after = self.response(response.id)
            if after.state is None or after.state != action.resulting_state:
                raise
            return after
        try:
            return self.response(response.id)
        except BoardError:  # the step was taken all the same
            return replace(response, state=action.resulting_state or response.state)

    def mark_read(self, responses: tuple[ResponseRecord, ...]) -> None:
        """Mark responses as read on hh, fifty at a time."""
        for start in range(0, len(responses), MOST_AT_ONCE):
            part = responses[start : start + MOST_AT_ONCE]
            self.client.change("POST", "negotiations/read", form={"topic_id": [response.id for response in part]})

    def limits(self) -> Limits:
        """Return the resume views that are left today."""
        payload = self.client.get(f"employers/{self.employer_id}/managers/{self.manager_id}/limits/resume")
        return Limits(
            views_left=_least(payload, "left"),
            views_total=_least(payload, "limits"),
        )

    def subscriptions(self) -> tuple[Mapping[str, Any], ...]:
        """Return the webhooks of this account and application."""
        return tuple(rows(self.client.get("webhook/subscriptions"), "items"))

    def subscribe(self, url: str, *, types: tuple[str, ...] = WEBHOOK_TYPES) -> Ident:
        """Have notices sent to ``url``; returns the id. An equal subscription that stands is kept."""
        body = {"url": url, "actions": [{"type": kind, "settings": None} for kind in types]}
        standing = [row for row in self.subscriptions() if text(row, "url") == url]
        if standing:
            wanted, there = set(types), {text(action, "type") for action in rows(standing[0], "actions")}
            if wanted != there:
                self.client.change("PUT", f"webhook/subscriptions/{ident(standing[0], 'id')}", json=body)
            return ident(standing[0], "id")
        return ident(self.client.change("POST", "webhook/subscriptions", json=body), "id")

    def unsubscribe(self, subscription_id: Ident) -> None:
        """End a webhook."""
        self.client.change("DELETE", f"webhook/subscriptions/{subscription_id}")

    def dictionary(self, name: str) -> Any:
        """Return one of hh's dictionaries: dictionaries, areas, professional_roles, industries, languages."""
        if name not in {"dictionaries", "areas", "professional_roles", "industries", "languages"}:
            raise BoardError(f"hh.ru has no dictionary {name}.", permanent=True, code="unsupported")
        return self.client.get(name)


def _offered(response: ResponseRecord, action_id: str) -> Action:
    action = next((action for action in response.actions if action.id == action_id), None)
    if action is None or not action.enabled or not action.url:
        raise BoardError(
            f"hh.ru does not offer the step {action_id} for this response now.", permanent=True, code="refused"
        )
    return action


def _least(payload: Any, key: str) -> int | None:
    """Return the tighter of the two limits: of views, and of views through the API."""
    values = [whole(payload, key, name) for name in ("resume_view", "resume_view_from_api")]
    known = [value for value in values if value is not None]
    return min(known) if known else None
