"""A candidate is a person, once."""

from datetime import date

import pytest

from recruit.models import Candidate, ContactPoint, ExternalIdentity
from recruit.services.people import PersonRecord, find_or_create_candidate, find_or_create_people

pytestmark = pytest.mark.django_db
PHONE = "+79161234567"


def find(**fields):
    return find_or_create_candidate(PersonRecord(**fields), region="RU")


def test_a_new_person_is_written_with_contacts_and_identities():
    person = find(
        name="Анна Петрова",
        emails=("Anna@Mail.test",),
        phones=("8 (916) 123-45-67",),
        identities=(("hh", "77"),),
        birth_date=date(1990, 4, 1),
        city="Пермь",
        language="ru",
    )

    stored = Candidate.objects.get()
    assert (stored.pk, stored.name, stored.city, stored.language, stored.birth_date) == (
        person.pk, "Анна Петрова", "Пермь", "ru", date(1990, 4, 1),
    )  # fmt: skip
    assert list(stored.contacts.order_by("kind").values_list("kind", "value", "normalised", "tail")) == [
        ("email", "Anna@Mail.test", "anna@mail.test", ""),
        ("phone", "8 (916) 123-45-67", PHONE, "4567"),
    ]
    assert [str(one) for one in stored.identities.all()] == ["hh:77"]


def test_the_same_external_id_is_the_same_person_whatever_the_name():
    first = find(name="Anna Petrova", identities=(("hh", "77"),))

    again = find(name="Anya P.", emails=("new@mail.test",), identities=(("hh", "77"),))

    assert (again.pk, Candidate.objects.count()) == (first.pk, 1)
    assert list(ContactPoint.objects.values_list("candidate_id", "normalised")) == [(first.pk, "new@mail.test")]


def test_the_same_number_in_another_system_is_another_person():
    first = find(name="Anna Petrova", identities=(("hh", "77"),))

    other = find(name="Boris Orlov", identities=(("superjob", "77"),))

    assert other.pk != first.pk


def test_a_shared_phone_with_a_like_name_is_one_person():
    first = find(name="Анна Петрова", phones=("8 916 123-45-67",))

    again = find(name="Петрова Анна", phones=(PHONE,), emails=("anna@mail.test",))

    assert (again.pk, Candidate.objects.count()) == (first.pk, 1)
    assert sorted(first.contacts.values_list("normalised", flat=True)) == [PHONE, "anna@mail.test"]


def test_a_shared_phone_with_another_name_is_another_person():
    first = find(name="Анна Петрова", phones=(PHONE,))

    other = find(name="Борис Орлов", phones=(PHONE,))

    assert (other.pk == first.pk, Candidate.objects.count()) == (False, 2)
    assert ContactPoint.objects.filter(normalised=PHONE).count() == 2


def test_two_records_of_one_batch_are_one_person():
    people = find_or_create_people(
        [
            PersonRecord(name="Anna Petrova", phones=(PHONE,)),
            PersonRecord(name="Boris Orlov", emails=("boris@mail.test",)),
            PersonRecord(name="Petrova Anna", phones=("8 916 123 45 67",), emails=("anna@mail.test",)),
            PersonRecord(name="Boris Orlov", emails=("BORIS@mail.test",)),
        ],
        region="RU",
    )

    assert [one.name for one in people] == ["Anna Petrova", "Boris Orlov", "Anna Petrova", "Boris Orlov"]
    assert (Candidate.objects.count(), ContactPoint.objects.count()) == (2, 3)


def test_records_of_one_batch_meet_by_identity():
    one, two = find_or_create_people(
        [PersonRecord(name="A", identities=(("hh", "1"), ("hh", "1"))), PersonRecord(identities=(("hh", "1"),))],
        region="RU",
    )

    assert (one.pk, Candidate.objects.count(), ExternalIdentity.objects.count()) == (two.pk, 1, 1)


def test_a_merged_record_is_followed_by_identity_and_by_contact():
    stands = find(name="Anna Petrova", emails=("anna@mail.test",))
    merged = find(name="Анна Петрова", phones=(PHONE,), identities=(("hh", "77"),))
    Candidate.objects.filter(pk=merged.pk).update(merged_into=stands)

    by_identity = find(name="Anna Petrova", identities=(("hh", "77"),))
    by_phone = find(name="Анна Петрова", phones=(PHONE,))

    assert (by_identity.pk, by_phone.pk) == (stands.pk, stands.pk)


def test_a_chain_of_merges_is_followed_to_its_end():
    first, second, last = (find(name=f"Anna {n}", identities=(("hh", n),)) for n in "123")
    Candidate.objects.filter(pk=first.pk).update(merged_into=second)
    Candidate.objects.filter(pk=second.pk).update(merged_into=last)

    found = find(identities=(("hh", "1"),))

    assert found.pk == last.pk


def test_an_erased_person_is_not_found_by_contact():
    gone = find(name="Anna Petrova", phones=(PHONE,))
    Candidate.objects.filter(pk=gone.pk).update(erased_at=gone.created_at)

    again = find(name="Anna Petrova", phones=(PHONE,))

    assert again.pk != gone.pk


def test_what_cannot_be_read_as_a_contact_is_not_written():
    person = find(name="Anna Petrova", phones=("no phone", ""), emails=("not an address",))

    assert list(person.contacts.all()) == []


def test_long_values_are_cut_to_their_columns():
    person = find(name="A" * 300, city="C" * 300, identities=(("s" * 80, "n" * 200),))

    stored = Candidate.objects.get(pk=person.pk)
    identity = stored.identities.get()
    assert (len(stored.name), len(stored.city)) == (200, 120)
    assert (len(identity.system), len(identity.external_id)) == (64, 128)


def test_a_batch_costs_a_fixed_number_of_statements(django_assert_num_queries):
    records = [
        PersonRecord(name=f"Person {n}", phones=(f"+7916000{n:04}",), identities=(("hh", str(n)),)) for n in range(50)
    ]
    find_or_create_people(records, region="RU")

    with django_assert_num_queries(5):
        again = find_or_create_people(records, region="RU")

    assert len({one.pk for one in again}) == 50
