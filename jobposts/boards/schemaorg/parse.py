"""Pure: schema.org JobPosting of a page (JSON-LD, microdata, RDFa) or of a JSON-LD document."""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import at, first, ident, load, named, number, rows, stamp, text, texts, words
from jobposts.boards.schemaorg.markup import flatten, read_items
from jobposts.errors import BoardError
from jobposts.records import VacancyRecord


def parse_page(body: bytes) -> tuple[VacancyRecord, ...]:
    """Return every JobPosting of the page; raise ``BoardError`` "unreadable" if it holds none."""
    html = body.decode("utf-8-sig", errors="replace")
    items = flatten(load(html)) if html.lstrip()[:1] in {"{", "["} else read_items(html)
    postings = [item for item in items if "JobPosting" in _types(item)]
    if not postings:
        raise BoardError("The page holds no job posting.", permanent=True, code="unreadable", field="@type")
    return tuple(parse_posting(item) for item in postings)


def parse_posting(item: Any) -> VacancyRecord:
    """Return one posting. A salary is a plain number, or a MonetaryAmount with one value or a range."""
    place = _one(at(item, "jobLocation"))
    address = _one(at(place, "address"))
    base = _one(at(item, "baseSalary"))
    value = _one(at(base, "value"))
    return VacancyRecord(
        id=first(ident(item, "identifier", "value"), ident(item, "identifier"), ident(item, "@id")),
        title=text(item, "title"),
        name=text(item, "name"),
        description=words(item, "description"),
        city=text(address, "addressLocality"),
        address=text(address, "streetAddress") or text(address),
        location=named(place),
        country=named(address, "addressCountry"),
        applicant_location=named(_one(at(item, "applicantLocationRequirements"))),
        remote=True if text(item, "jobLocationType") == "TELECOMMUTE" else None,
        salary_base=first(number(base), number(value), number(value, "value")),
        salary_from=first(number(value, "minValue"), number(base, "minValue")),
        salary_to=first(number(value, "maxValue"), number(base, "maxValue")),
        currency=first(text(base, "currency"), text(item, "salaryCurrency")),
        employer_name=named(_one(at(item, "hiringOrganization"))),
        employment_type=first(text(item, "employmentType"), ", ".join(texts(rows(item, "employmentType"))) or None),
        published_at=stamp(item, "datePosted"),
        expires_at=stamp(item, "validThrough"),
        url=text(item, "url"),
        raw=item,
    )


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _types(item: Any) -> list[str]:
    kind = at(item, "@type")
    return [str(name).rpartition("/")[2].rpartition(":")[2] for name in (kind if isinstance(kind, list) else [kind])]
