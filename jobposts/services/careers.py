"""Our own careers pages: what is public of a vacancy, its markup, its feed, and people who apply there."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape as html_escape
from django.utils.text import slugify

from jobposts.models import CareersPage
from recruit.models import Application, Company, Purpose, Source, SourceKind, SourceLink, User, Vacancy
from recruit.parsing.translit import fold
from recruit.services import applications, audit
from recruit.services.import_responses import source_called
from recruit.services.notices import current_notice, give_consent, note_shown
from recruit.services.people import PersonRecord, find_or_create_candidate
from recruit.services.resume_files import keep_file, read_file

FEED_SOURCE = "Indeed"
# Sections of a job description, as they stand on the page and in the markup.
SECTIONS = ("general", "duties", "requirements", "conditions")


@transaction.atomic
def page_of(vacancy: Vacancy) -> CareersPage:
    """Return the vacancy's page, made unpublished on first use; its address never changes."""
    found = CareersPage.objects.filter(vacancy=vacancy).first()
    if found is not None:
        return found
    words = "-".join(fold(word) for word in vacancy.title.split() if fold(word))
    slug = f"{slugify(words)[:60].strip('-') or 'job'}-{vacancy.pk}"
    link = new_link(vacancy, source=source_called("Careers page", kind=SourceKind.CAREERS), name="Careers page")
    return CareersPage.objects.create(vacancy=vacancy, slug=slug, link=link)


def new_link(vacancy: Vacancy, *, source: Source, name: str) -> SourceLink:
    """Make a way in: an address for one advertisement, counted from the click to the hire."""
    return SourceLink.objects.create(
        token=secrets.token_hex(5), source=source, vacancy=vacancy, name=name.strip()[:200] or str(source)
    )


@transaction.atomic
def publish(page: CareersPage, *, on: bool, valid_through: date | None, in_feed: bool, by: User) -> None:
    """Show the page, or take it away; a page that is taken away answers 410 and leaves the feed at once."""
    now = timezone.now()
    CareersPage.objects.filter(pk=page.pk).update(
        is_published=on,
        valid_through=valid_through,
        in_feed=in_feed,
        published_at=page.published_at or (now if on else None),
        updated_at=now,
    )
    if on and in_feed:
        source = source_called(FEED_SOURCE, kind=SourceKind.BOARD)
        if not SourceLink.objects.filter(source=source, vacancy=page.vacancy).exists():
            new_link(page.vacancy, source=source, name=FEED_SOURCE)
    audit.note(by, "careers.published" if on else "careers.removed", page.vacancy)
    page.refresh_from_db()


def address(page: CareersPage, link: SourceLink | None = None) -> str:
    """Return the page's public address, with the token of a way in where one is given."""
    url = settings.PUBLIC_URL + reverse("job", args=[page.slug])
    return f"{url}?{urlencode({'ref': link.token})}" if link is not None else url


def country_of(vacancy: Vacancy, company: Company) -> str:
    """Return the country of a job; "" where it is paid in other money than the company's and may be abroad."""
    return company.region if vacancy.currency == company.currency else ""


def job_posting(page: CareersPage) -> dict[str, Any]:
    """Return the schema.org JobPosting of a page: nothing in it that the page does not show.

    Source: schema.org/JobPosting and Google's list of required properties (title, description, datePosted,
    hiringOrganization, jobLocation).
    """
    vacancy, company = page.vacancy, Company.current()
    parts = [getattr(vacancy, name).strip() for name in SECTIONS]
    office = vacancy.office
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": vacancy.title,
        "description": "".join(f"<p>{html_escape(part)}</p>" for part in parts if part) or html_escape(vacancy.title),
        "datePosted": (page.published_at or page.updated_at).date().isoformat(),
        "hiringOrganization": {"@type": "Organization", "name": company.name},
        "identifier": {"@type": "PropertyValue", "name": company.name, "value": page.slug},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": office.address if office else "",
                "addressLocality": vacancy.city or (office.city if office else ""),
                **({"addressCountry": country} if (country := country_of(vacancy, company)) else {}),
            },
        },
        "directApply": True,
        "url": address(page),
        "totalJobOpenings": vacancy.openings,
    }
    if page.valid_through is not None:
        found["validThrough"] = f"{page.valid_through.isoformat()}T23:59:59"
    if vacancy.salary_from or vacancy.salary_to:
        low, high = vacancy.salary_from, vacancy.salary_to
        value = {"minValue": low, "maxValue": high} if low and high else {"value": low or high}
        found["baseSalary"] = {
            "@type": "MonetaryAmount",
            "currency": vacancy.currency,
            "value": {"@type": "QuantitativeValue", "unitText": "MONTH", **value},
        }
    if vacancy.hours:
        found["workHours"] = vacancy.hours
    return found


def markup_of(page: CareersPage) -> tuple[str, str]:
    """Return the markup as the text of a script element, and the word that lets the page's policy hold it.

    The policy allows no inline script; the hash of this very text is added to the answer's policy (CSP level 2).
    """
    text = json.dumps(job_posting(page), ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"'sha256-{digest}'"


def feed(pages: Iterable[CareersPage], *, at: datetime) -> bytes:
    """Return all ``pages`` as an XML feed in Indeed's layout; values in CDATA, reference numbers never change."""
    company = Company.current()
    source = source_called(FEED_SOURCE, kind=SourceKind.BOARD)
    rows = list(pages)
    links = {
        link.vacancy_id: link
        for link in SourceLink.objects.filter(source=source, vacancy__in=[page.vacancy_id for page in rows])
    }
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<source>',
        f"<publisher>{_cdata(company.name)}</publisher><publisherurl>{_cdata(settings.PUBLIC_URL)}</publisherurl>",
        f"<lastBuildDate>{escape(at.isoformat())}</lastBuildDate>",
    ]
    for page in rows:
        link = links.get(page.vacancy_id)
        parts.append(_job(page, company, link))
    parts.append("</source>\n")
    return "\n".join(parts).encode()


def feed_pages(*, at: datetime) -> list[CareersPage]:
    """Return every page of the feed: a feed must hold all jobs."""
    rows = CareersPage.objects.shown(timezone.localdate(at)).filter(in_feed=True)
    return list(rows.select_related("vacancy__office"))


def _job(page: CareersPage, company: Company, link: SourceLink | None) -> str:
    vacancy = page.vacancy
    office = vacancy.office
    text = "\n".join(getattr(vacancy, name).strip() for name in SECTIONS if getattr(vacancy, name).strip())
    money = " – ".join(str(value) for value in (vacancy.salary_from, vacancy.salary_to) if value)
    fields: dict[str, str] = {
        "title": vacancy.title,
        "date": (page.published_at or page.updated_at).isoformat(),
        "referencenumber": page.slug,
        "requisitionid": str(vacancy.pk),
        "url": address(page, link),
        "company": company.name,
        "city": vacancy.city or (office.city if office else ""),
        "country": country_of(vacancy, company),
        "streetaddress": office.address if office else "",
        "description": text or vacancy.title,
        "salary": f"{money} {vacancy.currency}" if money else "",
        "expirationdate": page.valid_through.isoformat() if page.valid_through else "",
    }
    return "<job>" + "".join(f"<{name}>{_cdata(value)}</{name}>" for name, value in fields.items() if value) + "</job>"


def _cdata(text: str) -> str:
    """Return the text as CDATA, without the signs XML does not allow."""
    plain = "".join(char for char in text if char in "\t\n\r" or ord(char) >= 32)
    return f"<![CDATA[{plain.replace(']]>', ']]]]><![CDATA[>')}]]>"


def apply_here(
    page: CareersPage,
    data: Mapping[str, Any],
    *,
    token: str,
    upload: tuple[str, bytes] | None,
    language: str,
    at: datetime,
) -> tuple[Application, bool]:
    """Take a person who applies on the page; return the application and whether it is new.

    Their file is read in the sandbox and kept whatever can be read of it; what they were shown and agreed to is noted.
    """
    region = Company.current().region
    read = read_file(upload[1], filename=upload[0], region=region) if upload is not None else None
    known = {
        "name": data["name"],
        "emails": tuple(filter(None, [data.get("email")])),
        "phones": tuple(filter(None, [data.get("phone")])),
        "city": data.get("city", ""),
        "language": language,
    }
    person = read.person(**known) if read is not None else PersonRecord(**known)
    link = SourceLink.objects.filter(token=token).select_related("source").first() or page.link
    notice = current_notice(Purpose.RECRUITMENT, language)
    pool = current_notice(Purpose.POOL, language)
    with transaction.atomic():
        candidate = find_or_create_candidate(person, region=region)
        application, is_new = applications.apply(
            candidate,
            page.vacancy,
            link.source,
            at=at,
            link=link,
            answers={"message": data["message"]} if data.get("message") else {},
        )
        if read is not None:
            keep_file(candidate, read, application=application)
        if notice is not None:
            note_shown(candidate, notice, at=at)
        if data.get("pool") and pool is not None and pool.is_consent:
            give_consent(candidate, pool, at=at)
    return application, is_new


def default_end(day: date) -> date:
    """Return the last day a new page is shown: a month from now."""
    return day + timedelta(days=30)
