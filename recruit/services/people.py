"""Finding the person a record is about, or making one: a candidate is a person, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from recruit.models import Candidate, ContactKind, ContactPoint, ExternalIdentity
from recruit.parsing.matching import Level, Person, compare, person
from recruit.parsing.normalise import email_norm, name_key, phone_e164


@dataclass(frozen=True, kw_only=True)
class PersonRecord:
    """What one response, resume or row says of a person; contacts as written, ``identities`` as (system, id)."""

    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    identities: tuple[tuple[str, str], ...] = ()
    birth_date: date | None = None
    city: str = ""
    language: str = ""
    time_zone: str = ""

    def compared(self, region: str) -> Person:
        """Return the record in the form that records are compared in."""
        return person(
            name=self.name,
            emails=self.emails,
            phones=self.phones,
            region=region,
            external_ids=[f"{system}:{number}" for system, number in self.identities],
            born=self.birth_date,
            city=self.city,
        )


@dataclass
class _Known:
    """People who share a contact or an identity with any record of a batch, read in four statements."""

    by_identity: dict[tuple[str, str], Candidate] = field(default_factory=dict)
    by_contact: dict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    compared: dict[int, Person] = field(default_factory=dict)

    def find(self, record: PersonRecord, mine: Person) -> Candidate | None:
        """Return the person of the record: by identity, else by a shared contact together with a like name."""
        for identity in record.identities:
            if identity in self.by_identity:
                return self.by_identity[identity]
        shared = {id(one): one for contact in (*mine.emails, *mine.phones) for one in self.by_contact.get(contact, [])}
        matches = [(compare(mine, self.compared[key]), one) for key, one in shared.items()]
        sure = [(match.score, one) for match, one in matches if match.level is Level.AUTO]
        return max(sure, key=lambda pair: pair[0])[1] if sure else None

    def add(self, candidate: Candidate, record: PersonRecord, mine: Person) -> None:
        """Let later records of the batch find this person."""
        for identity in record.identities:
            self.by_identity[identity] = candidate
        for contact in (*mine.emails, *mine.phones):
            if candidate not in self.by_contact[contact]:
                self.by_contact[contact].append(candidate)
        self.compared.setdefault(id(candidate), mine)


def _load(records: Sequence[PersonRecord], mine: Sequence[Person], region: str) -> _Known:
    known = _Known()
    wanted = {identity for record in records for identity in record.identities}
    for row in ExternalIdentity.objects.filter(
        system__in={system for system, _ in wanted}, external_id__in={number for _, number in wanted}
    ).select_related("candidate__merged_into"):
        if (row.system, row.external_id) in wanted:
            known.by_identity[row.system, row.external_id] = _final(row.candidate)
    contacts = {contact for one in mine for contact in (*one.emails, *one.phones)}
    found = ContactPoint.objects.filter(normalised__in=contacts, candidate__erased_at=None)
    candidates = (
        Candidate.objects.filter(pk__in=found.values("candidate_id"))
        .select_related("merged_into")
        .prefetch_related(Prefetch("contacts"))
    )
    for candidate in candidates:
        theirs = _compared(candidate, region)
        final = _final(candidate)
        known.compared[id(final)] = theirs
        for contact in (*theirs.emails, *theirs.phones):
            known.by_contact[contact].append(final)
    return known


def _final(candidate: Candidate) -> Candidate:
    """Follow merges to the record that stands; a record may have been merged into one that was merged later."""
    seen = {candidate.pk}
    while candidate.merged_into is not None and candidate.merged_into.pk not in seen:
        candidate = candidate.merged_into
        seen.add(candidate.pk)
    return candidate


def _compared(candidate: Candidate, region: str) -> Person:
    contacts = list(candidate.contacts.all())
    return person(
        name=candidate.name,
        emails=[one.value for one in contacts if one.kind == ContactKind.EMAIL],
        phones=[one.value for one in contacts if one.kind == ContactKind.PHONE],
        region=region,
        born=candidate.birth_date,
        city=candidate.city,
    )


def find_or_create_people(records: Sequence[PersonRecord], *, region: str) -> list[Candidate]:
    """Return the candidate of each record, in order; new people, contacts and identities are written (at most 500).

    Two records of one call may be one person. Call it inside a transaction. A shared phone with another name makes
    a new person: families share phones, and a wrong merge is worse than a duplicate to be reviewed.
    """
    mine = [record.compared(region) for record in records]
    known = _load(records, mine, region)
    chosen: list[Candidate] = []
    new: list[Candidate] = []
    for record, one in zip(records, mine, strict=True):
        candidate = known.find(record, one)
        if candidate is None:
            candidate = Candidate(
                name=record.name[:200],
                name_key=name_key(record.name)[:200],
                city=record.city[:120],
                time_zone=record.time_zone,
                language=record.language[:5],
                birth_date=record.birth_date,
            )
            new.append(candidate)
        known.add(candidate, record, one)
        chosen.append(candidate)
    Candidate.objects.bulk_create(new)
    ContactPoint.objects.bulk_create(_contacts(records, chosen, region), ignore_conflicts=True)
    ExternalIdentity.objects.bulk_create(
        [
            ExternalIdentity(candidate=candidate, system=system[:64], external_id=number[:128])
            for record, candidate in zip(records, chosen, strict=True)
            for system, number in dict.fromkeys(record.identities)
        ],
        ignore_conflicts=True,
    )
    return chosen


def find_or_create_candidate(record: PersonRecord, *, region: str) -> Candidate:
    """Return the candidate of one record; see ``find_or_create_people``."""
    return find_or_create_people([record], region=region)[0]


def fill_blanks(candidate: Candidate, record: PersonRecord) -> None:
    """Write what is empty in ``candidate`` and known in ``record``; nothing that stands is replaced."""
    changes: dict[str, object] = {}
    if not candidate.name and record.name:
        changes |= {"name": record.name[:200], "name_key": name_key(record.name)[:200]}
    if not candidate.city and record.city:
        changes["city"] = record.city[:120]
    if not candidate.language and record.language:
        changes["language"] = record.language[:5]
    if not candidate.time_zone and record.time_zone:
        changes["time_zone"] = record.time_zone
    if candidate.birth_date is None and record.birth_date is not None:
        changes["birth_date"] = record.birth_date
    if changes:
        Candidate.objects.filter(pk=candidate.pk).update(**changes)
        candidate.refresh_from_db()


def _contacts(records: Sequence[PersonRecord], candidates: Sequence[Candidate], region: str) -> Iterable[ContactPoint]:
    seen: set[tuple[int, str, str]] = set()
    for record, candidate in zip(records, candidates, strict=True):
        normal = [(ContactKind.PHONE, value, phone_e164(value, region)) for value in record.phones]
        normal += [(ContactKind.EMAIL, value, email_norm(value)) for value in record.emails]
        for kind, value, normalised in normal:
            key = (candidate.pk, str(kind), normalised)
            if not normalised or key in seen:
                continue
            seen.add(key)
            yield ContactPoint(
                candidate=candidate,
                kind=kind,
                value=value.strip()[:254],
                normalised=normalised,
                tail=normalised[-4:] if kind == ContactKind.PHONE else "",
            )
