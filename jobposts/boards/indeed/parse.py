"""Pure: Indeed XML feeds: ``<source>`` with one ``<job>`` each; values lie in CDATA. Entities are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from jobposts.errors import BoardError
from jobposts.records import VacancyRecord

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def parse_feed(body: bytes) -> tuple[VacancyRecord, ...]:
    """Return the jobs of the feed; raise ``BoardError`` "unreadable" if it is no such XML."""
    try:
        root = ElementTree.fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise BoardError(
            "The feed is not XML that can be read.", permanent=True, code="unreadable", field="body"
        ) from None
    jobs = [root] if root.tag == "job" else root.findall(".//job")
    if root.tag != "source" and not jobs:
        raise BoardError("The XML is not a feed of jobs.", permanent=True, code="unreadable", field="source")
    return tuple(_job(job) for job in jobs)


def _job(job: Element) -> VacancyRecord:
    def value(name: str) -> str | None:
        return (job.findtext(name) or "").strip() or None

    place = ", ".join(part for part in (value("city"), value("state"), value("country")) if part)
    return VacancyRecord(
        id=value("referencenumber"),
        requisition_id=value("requisitionid"),
        title=value("title"),
        description=value("description") or "",
        city=value("city"),
        address=value("streetaddress"),
        location=place or None,
        country=value("country"),
        remote=True if value("remotetype") else None,
        salary=value("salary"),
        employer_name=value("company"),
        company=value("company"),
        employment_type=value("jobtype"),
        published_at=value("date"),
        expires_at=value("expirationdate"),
        url=value("url"),
        raw={child.tag: (child.text or "").strip() for child in job},
    )
