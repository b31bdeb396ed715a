"""Two records become one person and two again; what is suggested, what is linked, what never is."""

from datetime import date

import pytest
from django.apps import apps
from django.utils import timezone

from recruit.errors import ConflictError, TransitionRefusedError
from recruit.models import (
    Application,
    BlockingKey,
    Candidate,
    Consent,
    ContactPoint,
    DuplicatePair,
    ExternalIdentity,
    Merge,
    PairState,
    Resume,
)
from recruit.services import duplicates
from recruit.services.applications import move_stage
from recruit.services.merging import keep_apart, merge_candidates, undo_merge
from recruit.states import Stage
from tests.recruit.world import NINE, application, candidate, message, user, vacancy

pytestmark = pytest.mark.django_db
# Written by merging itself; everything else must be as it was, to the byte.
OWN = {"recruit.Merge", "recruit.DuplicatePair", "recruit.AuditEntry", "recruit.BlockingKey", "recruit.DuplicateScan"}


def dump():
    """Return every row of every table of ours with all of its values."""
    rows = {}
    for model in apps.get_models():
        if model._meta.app_label not in {"recruit", "scheduling", "jobposts"} or model._meta.label in OWN:
            continue
        columns = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.order_by("pk").values_list(*columns):
            rows[model._meta.label, row[0]] = row
    return rows


@pytest.fixture
def two():
    """A person twice: shared and own contacts, resumes, applications, a consent, a message, a board's number."""
    need, other = vacancy(), vacancy(title="Cook")
    first = candidate("Анна Петрова", phone="+79161234567", city="Москва")
    second = candidate("", phone="+79161234567", email="anna@mail.test", birth_date=date(1990, 5, 12))
    Candidate.objects.filter(pk=second.pk).update(do_not_contact=True, language="ru")
    second.refresh_from_db()
    application(who=first, to=need)
    moved = application(who=second, to=need)
    move_stage(moved, Stage.SCREENING, at=NINE, by=user())
    application(who=second, to=other)
    for person in (first, second):
        Resume.objects.create(candidate=person, text="same", digest="d1")
    Resume.objects.create(candidate=second, text="own", digest="d2")
    Consent.objects.create(candidate=second, purpose="pool", text_version="1", given_at=NINE)
    ExternalIdentity.objects.create(candidate=second, system="hh:resume", external_id="abc")
    message(candidate=second)
    return first, second


def test_the_kept_record_has_everything_of_both(two):
    first, second = two

    merge_candidates(first, second, by=user())

    assert second.merged_into == first
    assert (first.name, first.language, first.birth_date, first.do_not_contact) == (
        "Анна Петрова",
        "ru",
        date(1990, 5, 12),
        True,
    )
    assert set(first.contacts.values_list("normalised", flat=True)) == {"+79161234567", "anna@mail.test"}
    assert (first.resumes.count(), first.messages.count(), first.consents.count()) == (2, 1, 1)
    assert first.identities.get().external_id == "abc"
    live = first.applications.live()
    assert sorted(live.values_list("vacancy__title", "stage")) == [("Cook", "new"), ("Courier", "screening")]
    assert first.applications.get(stage=Stage.WITHDRAWN).closing_reason == "duplicate"


def test_undo_gives_back_every_row_to_the_byte(two):
    first, second = two
    before = dump()

    merge = merge_candidates(first, second, by=user())
    assert dump() != before
    people = Candidate.objects.count()
    undo_merge(merge, by=None)

    after = {key: row for key, row in dump().items() if key in before or key[0] != "recruit.User"}
    assert after == before
    assert Candidate.objects.count() == people


def test_what_came_after_the_merge_stays_with_the_record_that_took_it(two):
    first, second = two
    merge = merge_candidates(first, second, by=user())
    later = Resume.objects.create(candidate=first, text="later", digest="d3")
    Candidate.objects.filter(pk=first.pk).update(language="th")

    undo_merge(merge, by=user())

    later.refresh_from_db()
    first.refresh_from_db()
    assert (later.candidate, first.language, first.birth_date) == (first, "th", None)


def test_undo_twice_and_undo_under_a_later_merge_are_refused(two):
    first, second = two
    third = candidate("Анна")
    merge = merge_candidates(first, second, by=user())
    outer = merge_candidates(third, first, by=user())
    with pytest.raises(TransitionRefusedError, match="later"):
        undo_merge(merge, by=user())
    undo_merge(outer, by=user())
    undo_merge(merge, by=user())

    with pytest.raises(TransitionRefusedError, match="already"):
        undo_merge(merge, by=user())


def test_two_interviews_for_one_vacancy_are_left_to_a_person(two):
    first, second = two
    for row in Application.objects.filter(vacancy__title="Courier"):
        move_stage(row, Stage.INTERVIEW, at=NINE, by=user())

    with pytest.raises(ConflictError, match="interviews"):
        merge_candidates(first, second, by=user())

    second.refresh_from_db()
    assert (second.merged_into, Merge.objects.count()) == (None, 0)


def test_a_record_is_merged_once(two):
    first, second = two
    merge_candidates(first, second, by=user())
    with pytest.raises(TransitionRefusedError):
        merge_candidates(candidate(), second, by=user())
    with pytest.raises(ConflictError):
        merge_candidates(first, first, by=user())


# -- finding -------------------------------------------------------------------------------------------------------------


def test_sure_pairs_are_linked_likely_ones_suggested_and_a_name_alone_is_nothing():
    sure = candidate("Пётр Орлов", phone="+79160000001")
    candidate("Petr Orlov", phone="+79160000001")
    family = candidate("Вера Лосева", phone="+79160000002")
    candidate("Глеб Лосев", phone="+79160000002")
    candidate("Ольга Белкина")
    candidate("Ольга Белкина")

    duplicates.find_duplicates()

    assert [merge.kept for merge in Merge.objects.all()] == [sure]
    assert [pair.first for pair in DuplicatePair.objects.open()] == [family]
    assert DuplicatePair.objects.open().get().level == "suggest"


def test_a_link_made_by_itself_can_be_undone_and_is_not_made_again():
    candidate("Пётр Орлов", phone="+79160000001")
    second = candidate("Petr Orlov", phone="+79160000001")
    duplicates.find_duplicates()

    undo_merge(Merge.objects.get(), by=user())
    ContactPoint.objects.create(candidate=second, kind="email", value="p@mail.test", normalised="p@mail.test")
    duplicates.find_duplicates()

    second.refresh_from_db()
    assert second.merged_into is None
    assert DuplicatePair.objects.get().state == PairState.APART


def test_what_was_decided_stays_decided():
    candidate("Вера Лосева", phone="+79160000002")
    second = candidate("Глеб Лосев", phone="+79160000002")
    duplicates.find_duplicates()
    keep_apart(DuplicatePair.objects.get(), by=user())
    Candidate.objects.filter(pk=second.pk).update(updated_at=timezone.now())

    duplicates.find_duplicates()

    assert DuplicatePair.objects.open().count() == 0


def test_a_contact_that_comes_later_is_compared():
    first = candidate("Пётр Орлов", phone="+79160000001")
    second = candidate("Петр Орлов", email="p@mail.test")
    duplicates.find_duplicates()
    assert Merge.objects.count() == 0

    ContactPoint.objects.create(candidate=second, kind="phone", value="x", normalised="+79160000001")
    duplicates.find_duplicates()

    assert Merge.objects.get().kept == first


def test_a_key_shared_by_very_many_brings_nobody_together(monkeypatch):
    monkeypatch.setattr(duplicates, "MAX_BLOCK", 3)
    for number in range(5):
        candidate(f"Имя{number} Фамилия{number}", phone="+79990000000")

    duplicates.find_duplicates()

    assert DuplicatePair.objects.count() == 0
    assert BlockingKey.objects.count() > 0


def test_all_at_once_finds_what_chunks_find(monkeypatch):
    for number in range(6):
        candidate("Вера Лосева" if number % 2 else "Глеб Лосев", phone=f"+7916000000{number // 2}")
    duplicates.find_duplicates(links=False)
    chunks = set(DuplicatePair.objects.values_list("first_id", "second_id"))
    DuplicatePair.objects.all().delete()
    monkeypatch.setattr(duplicates, "WHOLE_FROM", 1)

    duplicates.match(list(Candidate.objects.values_list("pk", flat=True)))

    assert set(DuplicatePair.objects.values_list("first_id", "second_id")) == chunks != set()
