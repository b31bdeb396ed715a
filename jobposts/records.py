"""Pure: what a job board says, in one form for all boards.

Values stay as the board wrote them: an id that is a number stays a number, a date stays the text or the Unix time
that came (``moment`` reads all of them), a salary of 0 is SuperJob's "not given" (``given`` says so). A field that
the board does not have is None or empty; it never means "deleted". ``raw`` is the payload itself, for the archive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Ident = str | int | None
Stamp = str | int | None
Number = int | float | str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a person: ``kind`` is email, phone or other; ``value`` as written."""

    kind: str
    value: str
    type: str = ""
    preferred: bool = False
    verified: bool | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ExperienceRecord:
    """One place of work. ``start`` and ``end`` as written; an ``end`` of None is "until now"."""

    company: str = ""
    position: str = ""
    start: str | None = None
    end: str | None = None
    description: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class EducationRecord:
    """One school or course."""

    school: str = ""
    field: str = ""
    degree: str = ""
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class LanguageRecord:
    """A language and how well, in the board's words."""

    name: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRecord:
    """A person as the board shows them: a resume, or a candidate of an applicant tracking system.

    Names and contacts may all be empty: a person who hides them, or whose contacts were not bought, is normal.
    People are keyed on ``id`` and ``owner_id``, never on names. ``salary_amount`` is a wish, per month unless the
    board says otherwise.
    """

    id: Ident = None
    title: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    contacts: tuple[Contact, ...] = ()
    city: str | None = None
    address: str | None = None
    location: str | None = None
    birth_date: str | None = None
    age: int | None = None
    gender: str | None = None
    salary_amount: Number = None
    currency: str | None = None
    money: str | None = None
    company: str | None = None
    experience: tuple[ExperienceRecord, ...] = ()
    experience_months: int | None = None
    education: tuple[EducationRecord, ...] = ()
    languages: tuple[LanguageRecord, ...] = ()
    skills: tuple[str, ...] = ()
    about: str = ""
    owner_id: Ident = None
    external_id: Ident = None
    hidden_fields: tuple[str, ...] = ()
    can_view_full: bool | None = None
    group: str | None = None
    application_ids: tuple[Ident, ...] = ()
    application_states: tuple[str, ...] = ()
    published_at: Stamp = None
    created_at: Stamp = None
    updated_at: Stamp = None
    url: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    raw: Any = field(default=None, repr=False, compare=False)

    @property
    def emails(self) -> tuple[str, ...]:
        """The e-mail addresses as written."""
        return tuple(contact.value for contact in self.contacts if contact.kind == "email")

    @property
    def phones(self) -> tuple[str, ...]:
        """The phone numbers as written."""
        return tuple(contact.value for contact in self.contacts if contact.kind == "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A step that the board offers now. ``arguments`` maps a name to whether it must be given."""

    id: str
    name: str = ""
    method: str = "POST"
    url: str = ""
    enabled: bool = True
    hidden: bool = False
    arguments: Mapping[str, bool] = field(default_factory=dict)
    resulting_state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRecord:
    """One person's response to one vacancy (hh: negotiation; others: application).

    Attributes:
        state: the employer's state; ``applicant_state``: what the applicant sees, which is not the same.
        resume_id: None when the resume was deleted; the response itself still counts.
        collection: the board's list that the response was read from; "" outside of lists.
        has_resume: whether the board shows the resume (or the candidate) with the response.
    """

    id: Ident = None
    vacancy_id: Ident = None
    vacancy_ids: tuple[Ident, ...] = ()
    vacancy_titles: tuple[str, ...] = ()
    resume_id: Ident = None
    candidate_id: Ident = None
    state: str | None = None
    applicant_state: str | None = None
    stage: str | None = None
    source: str | None = None
    prospect: bool | None = None
    location: str | None = None
    created_at: Stamp = None
    updated_at: Stamp = None
    applied_at: Stamp = None
    rejected_at: Stamp = None
    messaging_status: str | None = None
    has_updates: bool | None = None
    actions: tuple[Action, ...] = ()
    resume: ResumeRecord | None = None
    collection: str = ""
    url: str | None = None
    raw: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyRecord:
    """A vacancy on a board, or an advertisement of one (``vacancy_id`` then names the vacancy behind it).

    ``salary_from`` and ``salary_to`` in ``currency`` as the board writes it (hh: RUR, SuperJob: rub);
    ``salary``, ``salary_base`` and ``money`` are free text.
    """

    id: Ident = None
    vacancy_id: Ident = None
    requisition_id: Ident = None
    title: str | None = None
    name: str | None = None
    description: str = ""
    city: str | None = None
    address: str | None = None
    address_city: str | None = None
    location: str | None = None
    country: str | None = None
    applicant_location: str | None = None
    offices: tuple[str, ...] = ()
    remote: bool | None = None
    salary_from: Number = None
    salary_to: Number = None
    currency: str | None = None
    salary_gross: bool | None = None
    salary: str | None = None
    salary_base: Number = None
    money: str | None = None
    company: str | None = None
    employer_id: Ident = None
    employer_name: str | None = None
    manager_id: Ident = None
    employment_type: str | None = None
    state: str | None = None
    archived: bool | None = None
    hidden: bool | None = None
    live: bool | None = None
    priority: int | None = None
    published_at: Stamp = None
    created_at: Stamp = None
    updated_at: Stamp = None
    opened_at: Stamp = None
    closed_at: Stamp = None
    archived_at: Stamp = None
    expires_at: Stamp = None
    deadline: Stamp = None
    counters: Mapping[str, int] = field(default_factory=dict)
    url: str | None = None
    raw: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRecord:
    """One error of a board's answer. ``error_value`` and ``error_reason`` are codes or sentences of the board."""

    error_type: str | None = None
    error_value: Any = None
    error_reason: str | None = None
    error_field: str | None = None
    code: int | None = None
    request_id: str | None = None
    captcha_url: str | None = None
    fallback_url: str | None = None
    allowed_accounts: tuple[str, ...] = ()
    found_ids: tuple[Ident, ...] = ()
    raw: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecord:
    """A board's notice that something happened. It is a hint: the thing itself is read from the board again."""

    id: Ident = None
    event: str | None = None
    action: str | None = None
    subscription_id: Ident = None
    user_id: Ident = None
    account_id: Ident = None
    negotiation_id: Ident = None
    application_id: Ident = None
    candidate_id: Ident = None
    resume_id: Ident = None
    vacancy_id: Ident = None
    vacancy_title: str | None = None
    vacancy_state: str | None = None
    employer_id: Ident = None
    employer_manager_id: Ident = None
    request_id: Ident = None
    offer_id: Ident = None
    interview_id: Ident = None
    job_post_id: Ident = None
    job_interview_stage_id: Ident = None
    department_id: Ident = None
    office_id: Ident = None
    from_state: str | None = None
    state: str | None = None
    name: str | None = None
    version: int | str | None = None
    occurred_at: Stamp = None
    candidate: ResumeRecord | None = None
    application: ResponseRecord | None = None
    vacancy: VacancyRecord | None = None
    raw: Any = field(default=None, repr=False, compare=False)


Record = ResumeRecord | ResponseRecord | VacancyRecord | ErrorRecord | WebhookRecord
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T_co]):
    """One page of a board's list.

    Attributes:
        found: what the board says the whole list holds; None if it says nothing.
        page: number of this page, from 0. pages: how many there are; None if the board does not say.
        more: whether there is another page.
        failed: items that could not be read, as (their payload, why). They are counted, never dropped.
    """

    items: tuple[T_co, ...]
    found: int | None = None
    page: int = 0
    pages: int | None = None
    more: bool = False
    failed: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionCount:
    """Reconciliation of one list: what the board counts beside what was read.

    ``complete`` only if every item that the board counts was seen; an item that could not be read was seen.
    ``twice`` counts items met on more than one page; ``limited`` marks a quick look, which reconciles nothing.
    """

    collection: str
    name: str = ""
    found: int | None = None
    seen: int = 0
    failed: int = 0
    twice: int = 0
    limited: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing of what the board counts is missing here."""
        return self.found is None or self.seen + self.failed >= self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A paid step on a posting: publication, prolongation, raising.

    Attributes:
        state: done, unknown or absent. Unknown means that the request went out and no answer came: it is
            read back with ``JobBoard.read_back`` and never sent again blindly. Absent: the board was read to the
            end and shows no effect; a person may send it again. A refusal is a ``BoardError``.
        cost_amount: in ``cost_currency``; None if the board did not name a price.
        key: what ``read_back`` needs to find the posting: our own words, stored with the promotion.
    """

    kind: str
    state: str
    vacancy_id: Ident = None
    cost_amount: Number = None
    cost_currency: str | None = None
    expires_at: Stamp = None
    key: str = ""
    detail: str = ""


def given(amount: Number) -> Number:
    """Return ``amount``, or None where a board writes 0 for "not given"."""
    return None if amount in (0, "0", "") else amount


def moment(value: Stamp) -> datetime | None:
    """Return the moment a board wrote, in UTC; None if there is none or it cannot be read.

    Reads ISO 8601 with or without a colon in the offset, and Unix seconds or (from 10**11 on) milliseconds.
    A date without an offset is taken as UTC.
    """
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= 10**11 else value, UTC) if value else None
        read = datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError, OSError, AttributeError):
        return None
