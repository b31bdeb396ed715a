"""Pure: which reader reads what: one literal table of (system, kind).

Adding a board: a package with its ``parse`` functions and a row here per kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobposts.boards import payload as payloads
from jobposts.boards.greenhouse import notices as greenhouse_notices
from jobposts.boards.greenhouse import parse as greenhouse
from jobposts.boards.headhunter import notices as hh_notices
from jobposts.boards.headhunter import responses as hh_responses
from jobposts.boards.headhunter import resumes as hh_resumes
from jobposts.boards.headhunter import sides as hh_sides
from jobposts.boards.headhunter import vacancies as hh_vacancies
from jobposts.boards.huntflow import parse as huntflow
from jobposts.boards.indeed import parse as indeed
from jobposts.boards.jsonresume import parse as jsonresume
from jobposts.boards.lever import parse as lever
from jobposts.boards.schemaorg import parse as schemaorg
from jobposts.boards.superjob import parse as superjob
from jobposts.boards.vkrabota import parse as vkrabota
from jobposts.errors import BoardError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobposts.records import Record


def _single(read: Callable[[Any], Record]) -> Callable[[Any], tuple[Record, ...]]:
    """Return a reader of one thing, or of a list of such things."""
    return lambda payload: tuple(read(row) for row in (payload if isinstance(payload, list) else [payload]))


JSON_READERS: dict[tuple[str, str], Callable[[Any], tuple[Record, ...]]] = {
    ("headhunter", "vacancy"): hh_vacancies.parse_vacancies,
    ("headhunter", "negotiation"): hh_responses.parse_responses,
    ("headhunter", "resume"): hh_resumes.parse_resumes,
    ("headhunter", "error"): hh_notices.parse_errors,
    ("headhunter", "webhook"): _single(hh_notices.parse_webhook),
    ("superjob", "vacancy"): superjob.parse_vacancies,
    ("superjob", "negotiation"): superjob.parse_responses,
    ("superjob", "resume"): superjob.parse_resumes,
    ("superjob", "error"): superjob.parse_errors,
    ("vkrabota", "vacancy"): vkrabota.parse_vacancies,
    ("vkrabota", "application"): vkrabota.parse_responses,
    ("vkrabota", "candidate"): vkrabota.parse_candidates,
    ("vkrabota", "error"): vkrabota.parse_errors,
    ("greenhouse", "vacancy"): greenhouse.parse_vacancies,
    ("greenhouse", "job_posting"): greenhouse.parse_postings,
    ("greenhouse", "candidate"): greenhouse.parse_candidates,
    ("greenhouse", "application"): greenhouse.parse_applications,
    ("greenhouse", "error"): greenhouse.parse_errors,
    ("greenhouse", "webhook"): greenhouse_notices.parse_webhooks,
    ("huntflow", "vacancy"): huntflow.parse_vacancies,
    ("huntflow", "resume"): huntflow.parse_resumes,
    ("huntflow", "candidate"): huntflow.parse_resumes,
    ("huntflow", "error"): huntflow.parse_errors,
    ("huntflow", "webhook"): _single(huntflow.parse_webhook),
    ("lever", "feed"): lever.parse_vacancies,
    ("lever", "job_posting"): lever.parse_vacancies,
    ("lever", "vacancy"): lever.parse_vacancies,
    ("lever", "candidate"): lever.parse_candidates,
    ("lever", "error"): lever.parse_errors,
    ("jsonresume", "resume"): jsonresume.parse_resumes,
}
BODY_READERS: dict[tuple[str, str], Callable[[bytes], tuple[Record, ...]]] = {
    ("indeed", "feed"): indeed.parse_feed,
    ("schemaorg", "job_posting"): schemaorg.parse_page,
}
_ALIASES = {"hh": "headhunter", "vk": "vkrabota"}


def system_of(name: str) -> str:
    """Return the board's package for the name of a system or of its corpora folder (``hh_docs`` is hh.ru)."""
    plain = name.lower().partition("_")[0]
    return _ALIASES.get(plain, plain)


def read(*, system: str, kind: str, body: bytes) -> tuple[Record, ...]:
    """Return the records of a payload, whoever's view it is.

    Args:
        system: name of the board, or its corpora folder.
        kind: vacancy, negotiation, resume, application, candidate, job_posting, feed, error or webhook; ``_list``
            changes nothing, for every reader takes one thing as well as a list.
        body: the payload as it came.

    Raises:
        BoardError: "unknown_kind" or "unreadable".
    """
    key = (system_of(system), kind.removesuffix("_list"))
    if key in BODY_READERS:
        return BODY_READERS[key](body)
    if key not in JSON_READERS:
        raise BoardError(f"{system} has no {kind} that can be read.", permanent=True, code="unknown_kind")
    return JSON_READERS[key](payloads.load(body))


def read_for_employer(*, system: str, kind: str, side: str, body: bytes) -> tuple[Record, ...]:
    """``read`` for an employer's import: refuses an applicant's view.

    ``side`` is what the caller knows (employer, applicant, public, or "" for unknown). What the payload itself
    shows counts too: an applicant's answer that is called an employer's is refused all the same.
    """
    plain = kind.removesuffix("_list")
    wrong = side == "applicant"
    if not wrong and system_of(system) == "headhunter" and plain in {"resume", "negotiation", "vacancy"}:
        wrong = hh_sides.is_applicants(plain, payloads.load(body))
    if wrong:
        raise BoardError("This is an applicant's view, not the employer's.", permanent=True, code="wrong_side")
    return read(system=system, kind=kind, body=body)
