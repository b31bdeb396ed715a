"""What recruit's own tables hold of a person: how it is given out, and how it is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Now

from recruit.models import (
    Application,
    BlockingKey,
    BulkMoveItem,
    Candidate,
    Comment,
    ContactPoint,
    ExternalIdentity,
    Mention,
    Merge,
    Message,
    Offer,
    PrivacyRequest,
    Resume,
    StageMove,
)


def plain(row: models.Model, *, but: Iterable[str] = ()) -> dict[str, Any]:
    """Return the columns of a row by name, as plain values; colleagues are numbers, not names."""
    left = set(but)
    values = {field.name: field.value_from_object(row) for field in row._meta.concrete_fields if field.name not in left}
    return {name: value.name if isinstance(value, FieldFile) else value for name, value in values.items()}


# -- the person ----------------------------------------------------------------------------------------------------------


def export_person(candidate: Candidate) -> list[dict[str, Any]]:
    """Return the person's own row."""
    return [plain(candidate, but=["name_key", "merged_into"])]


def erase_person(candidate: Candidate) -> int:
    """Empty the row; its number stays, so that counts stay."""
    return Candidate.objects.filter(pk=candidate.pk).update(
        name="", name_key="", city="", language="", time_zone="", birth_date=None, do_not_contact=True, erased_at=Now()
    )


def export_contacts(candidate: Candidate) -> list[dict[str, Any]]:
    """Return e-mail addresses and phone numbers."""
    return [plain(row, but=["candidate"]) for row in candidate.contacts.all()]


def erase_contacts(candidate: Candidate) -> int:
    """Delete them."""
    return ContactPoint.objects.filter(candidate=candidate).delete()[0]


def export_identities(candidate: Candidate) -> list[dict[str, Any]]:
    """Return the numbers under which other systems know the person."""
    return [plain(row, but=["candidate"]) for row in candidate.identities.all()]


def erase_identities(candidate: Candidate) -> int:
    """Delete them."""
    return ExternalIdentity.objects.filter(candidate=candidate).delete()[0]


# -- documents -----------------------------------------------------------------------------------------------------------


def export_resumes(candidate: Candidate) -> list[dict[str, Any]]:
    """Return every document and board record, as read and as it came."""
    return [plain(row, but=["candidate", "digest"]) for row in candidate.resumes.all()]


def resume_files(candidate: Candidate) -> Iterator[tuple[str, bytes]]:
    """Yield the files themselves."""
    for row in candidate.resumes.exclude(file=""):
        if row.file.name and default_storage.exists(row.file.name):
            with row.file.open("rb") as file:
                yield f"{row.pk}-{row.file_name or str(row.file.name).rpartition('/')[2]}", file.read()


def erase_resumes(candidate: Candidate) -> int:
    """Delete rows and files."""
    rows = list(Resume.objects.filter(candidate=candidate))
    for row in rows:
        if row.file:
            row.file.delete(save=False)
    return Resume.objects.filter(candidate=candidate).delete()[0]


# -- applications --------------------------------------------------------------------------------------------------------


def export_applications(candidate: Candidate) -> list[dict[str, Any]]:
    """Return applications with their moves, comments and offers."""
    rows = candidate.applications.select_related("vacancy", "source")
    return [
        {
            **plain(row, but=["candidate"]),
            "vacancy": row.vacancy.title,
            "source": row.source.name,
            "moves": [plain(one, but=["application"]) for one in StageMove.objects.filter(application=row)],
            "comments": [plain(one, but=["application"]) for one in Comment.objects.filter(application=row)],
            "moves_of_many": [plain(one, but=["application"]) for one in BulkMoveItem.objects.filter(application=row)],
            "mentions": [plain(one, but=["user"]) for one in Mention.objects.filter(comment__application=row)],
            "offers": [plain(one, but=["application"]) for one in Offer.objects.filter(application=row)],
        }
        for row in rows
    ]


def erase_applications(candidate: Candidate) -> int:
    """Empty what was said and written; stages and times stay for the counts."""
    mine = Application.objects.filter(candidate=candidate)
    erased = Comment.objects.filter(application__in=mine).delete()[0]
    Offer.objects.filter(application__in=mine).update(decline_reason="")
    return erased + mine.update(external_id="", answers={}, salary_wish=0, distance_km=None)


# -- messages ------------------------------------------------------------------------------------------------------------


def export_messages(candidate: Candidate) -> list[dict[str, Any]]:
    """Return everything that was written to the person."""
    return [
        plain(row, but=["candidate", "user", "claimed_by", "effect_key", "calendar"])
        for row in candidate.messages.all()
    ]


def erase_messages(candidate: Candidate) -> int:
    """Empty texts and addresses, delete mails kept as files and lines of the SMS log; that something went out stays."""
    mine = Message.objects.filter(candidate=candidate)
    names = set(mine.values_list("message_id", flat=True))
    for name in names:
        (settings.MAIL_DIR / f"{name.partition('@')[0]}.eml").unlink(missing_ok=True)
    log = settings.VAR_DIR / "sms.log"
    if log.exists():
        lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.partition("\t")[0] not in names]
        if len(kept) != len(lines):
            part = log.with_suffix(".part")
            part.write_text("".join(kept), encoding="utf-8")
            part.replace(log)
    return mine.update(to_name="", to_address="", reply_to="", subject="", body="", calendar="", error="", sent_as="")


def export_consents(candidate: Candidate) -> list[dict[str, Any]]:
    """Return what the person was shown and agreed to."""
    return [plain(row, but=["candidate"]) for row in candidate.consents.all()]


def keep(candidate: Candidate) -> int:
    """Keep: numbers, times and codes only, the proof of what was shown and agreed to."""
    del candidate
    return 0


def export_requests(candidate: Candidate) -> list[dict[str, Any]]:
    """Return what the person asked for about the data."""
    return [plain(row, but=["candidate"]) for row in candidate.privacy_requests.all()]


def erase_requests(candidate: Candidate) -> int:
    """Empty the words; that something was asked for, and answered, stays."""
    return PrivacyRequest.objects.filter(candidate=candidate).update(text="")


# -- duplicates ----------------------------------------------------------------------------------------------------------


def export_merges(candidate: Candidate) -> list[dict[str, Any]]:
    """Return which records were taken for one person, and why."""
    rows = Merge.objects.filter(models.Q(kept=candidate) | models.Q(gone=candidate))
    return [plain(row, but=["rows"]) for row in rows]


def erase_merges(candidate: Candidate) -> int:
    """Delete what an undo would need, old values included, and the keys that duplicates are found by."""
    rows = Merge.objects.filter(models.Q(kept=candidate) | models.Q(gone=candidate))
    return BlockingKey.objects.filter(candidate=candidate).delete()[0] + rows.delete()[0]
