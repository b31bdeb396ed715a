"""Texts that people are shown about their data, and the ledger of what was shown and agreed to.

Shipped texts are templates of a start: each begins with a line that a lawyer of the company must read them. A text that
is published stays as it was; a change is a new version.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from recruit.errors import InvalidInputError
from recruit.models import Basis, Candidate, Company, Consent, Notice, Purpose, User
from recruit.services import audit

SHIPPED = Path(__file__).resolve().parent.parent / "notices"
SHIPPED_VERSION = "template-1"
LAWYER = {
    "en": "TEMPLATE: have a lawyer read this before you use it.",
    "ru": "ШАБЛОН: перед использованием дайте прочитать юристу.",
    "th": "แม่แบบ: โปรดให้ทนายความอ่านก่อนนำไปใช้",
}
BASES = {
    Purpose.RECRUITMENT: Basis.CONTRACT,
    Purpose.MESSAGES: Basis.INTEREST,
    Purpose.FORECAST: Basis.INTEREST,
    Purpose.POOL: Basis.CONSENT,
}


def shipped() -> list[Notice]:
    """Return the shipped texts, unsaved: one per purpose and language, the first line its title."""
    found = []
    for purpose in Purpose:
        for language, warning in LAWYER.items():
            lines = (SHIPPED / f"{purpose}.{language}.txt").read_text(encoding="utf-8").splitlines()
            found.append(
                Notice(
                    purpose=purpose,
                    version=SHIPPED_VERSION,
                    language=language,
                    basis=BASES[purpose],
                    title=lines[0],
                    body=f"{warning}\n\n" + "\n".join(lines[1:]).strip() + "\n",
                )
            )
    return found


def ensure_shipped() -> int:
    """Publish the shipped texts for purposes that have none; return how many were written."""
    have = set(Notice.objects.values_list("purpose", flat=True))
    missing = [notice for notice in shipped() if notice.purpose not in have]
    return len(Notice.objects.bulk_create(missing, ignore_conflicts=True))


def current_notice(purpose: str, language: str) -> Notice | None:
    """Return the newest text of a purpose in ``language``, else in the company's language, else in English."""
    ensure_shipped()
    for word in (language, Company.current().language, "en"):
        found = Notice.objects.filter(purpose=purpose, language=word).order_by("-published_at", "-pk").first()
        if found is not None:
            return found
    return None


@transaction.atomic
def publish(
    *, purpose: str, version: str, basis: str, texts: dict[str, tuple[str, str]], by: User, at: datetime
) -> list[Notice]:
    """Publish a new version: ``texts`` gives title and body by language; ``InvalidInputError`` for one that is there."""
    if Notice.objects.filter(purpose=purpose, version=version).exists():
        raise InvalidInputError("This version is published already; a change is a new version.", field="version")
    if not version.strip() or not any(body.strip() for _title, body in texts.values()):
        raise InvalidInputError("Write the version and at least one text.", field="version")
    made = [
        Notice.objects.create(
            purpose=purpose,
            version=version,
            language=language,
            basis=basis,
            title=title[:200],
            body=body,
            published_at=at,
        )
        for language, (title, body) in texts.items()
        if body.strip()
    ]
    audit.note(by, "notice.published", made[0], purpose=purpose, version=version)
    return made


def note_shown(candidate: Candidate, notice: Notice, *, at: datetime) -> Consent:
    """Write down that the person was shown this version; once is enough."""
    row, _made = Consent.objects.get_or_create(
        candidate=candidate,
        purpose=notice.purpose,
        text_version=notice.version,
        is_consent=False,
        defaults={"basis": notice.basis, "language": notice.language, "given_at": at},
    )
    return row


@transaction.atomic
def give_consent(candidate: Candidate, notice: Notice, *, at: datetime) -> Consent:
    """Write down one tick: for this purpose, this version, now. A standing one is returned as it is."""
    if not notice.is_consent:
        raise InvalidInputError("This purpose needs no consent.", field="purpose")
    standing = candidate.consents.filter(
        purpose=notice.purpose, text_version=notice.version, is_consent=True, withdrawn_at=None
    ).first()
    if standing is not None:
        return standing
    return Consent.objects.create(
        candidate=candidate, purpose=notice.purpose, text_version=notice.version, basis=notice.basis,
        language=notice.language, is_consent=True, given_at=at,
    )  # fmt: skip


def withdraw_consent(candidate: Candidate, purpose: str, *, at: datetime) -> int:
    """Take back what was agreed to for a purpose; return how many consents ended. As easy as giving it."""
    return candidate.consents.filter(purpose=purpose, is_consent=True, withdrawn_at=None).update(withdrawn_at=at)


def agrees(candidate: Candidate, purpose: str) -> bool:
    """Return whether a consent of the person stands for ``purpose``."""
    return candidate.consents.filter(purpose=purpose, is_consent=True, withdrawn_at=None).exists()
