"""The page of a person: contacts, comments, messages, offers, merging, and who changed what."""

import json
import re

import pytest
from django.core.files.base import ContentFile

from recruit.models import AuditEntry, Candidate, Mention, Merge, Message, Offer, Resume
from recruit.permissions import Role
from recruit.states import Stage
from tests.recruit.web.pages import signed, toasts
from tests.recruit.world import application, candidate, user, vacancy

pytestmark = pytest.mark.django_db


def person(**fields):
    row = application(who=candidate("Anna Petrova", phone="+79160000001", email="anna@mail.test", **fields))
    return row.candidate, row


def seen_of(html):
    return re.search(r'name="seen" value="(\{[^"]*)"', html)[1].replace("&quot;", '"')


@pytest.mark.attack("A132")
def test_a_change_of_another_person_is_told_and_nothing_is_written_over():
    (anna, _), (client, _), (other, quick) = person(), signed(), signed()
    seen = seen_of(client.get(f"/candidates/{anna.pk}/").content.decode())
    other.post(f"/candidates/{anna.pk}/edit/", {"name": "Anna Sidorova", "city": "Perm", "seen": seen})

    answer = client.post(f"/candidates/{anna.pk}/edit/", {"name": "Anna Orlova", "city": "Kazan", "seen": seen})
    html = answer.content.decode()

    anna.refresh_from_db()
    assert (anna.name, anna.city) == ("Anna Sidorova", "Perm")
    assert f"{quick} changed this meanwhile: Name, City." in html
    assert ('value="Anna Orlova"' in html, "<b>Anna Sidorova</b>" in html) == (True, True)
    client.post(f"/candidates/{anna.pk}/edit/", {"name": "Anna Orlova", "city": "Kazan", "seen": seen_of(html)})
    anna.refresh_from_db()
    assert (anna.name, anna.city) == ("Anna Orlova", "Kazan")


def test_changes_of_different_fields_do_not_collide():
    (anna, _), (client, _), (other, _) = person(), signed(), signed()
    seen = seen_of(client.get(f"/candidates/{anna.pk}/").content.decode())
    other.post(f"/candidates/{anna.pk}/edit/", {"name": "Anna Petrova", "city": "Perm", "seen": seen})

    client.post(f"/candidates/{anna.pk}/edit/", {"name": "Anna Orlova", "city": "", "seen": seen})

    anna.refresh_from_db()
    assert (anna.name, anna.city) == ("Anna Orlova", "Perm")


@pytest.mark.parametrize("seen", ["", "no json", "[1]", json.dumps({"name": 5, "nothing": "x"})])
def test_a_broken_mark_of_what_was_seen_breaks_nothing(seen):
    (anna, _), (client, _) = person(), signed()

    answer = client.post(f"/candidates/{anna.pk}/edit/", {"name": "Anna Orlova", "seen": seen})

    assert answer.status_code in {200, 302}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("8 (916) 555-44-33", ("phone", "+79165554433", "4433")),
        ("Anna.New@Mail.test", ("email", "anna.new@mail.test", "")),
    ],
)
def test_a_contact_is_added(value, stored):
    (anna, _), (client, _) = person(), signed()

    client.post(f"/candidates/{anna.pk}/contacts/", {"value": value})

    assert anna.contacts.order_by("-pk").values_list("kind", "normalised", "tail")[0] == stored


@pytest.mark.parametrize("value", ["", "12", "not a contact", "x" * 300])
def test_what_is_no_contact_is_refused(value):
    (anna, _), (client, _) = person(), signed()

    client.post(f"/candidates/{anna.pk}/contacts/", {"value": value})

    assert anna.contacts.count() == 2


def test_a_contact_is_preferred_and_marked_as_wrong():
    (anna, _), (client, _) = person(), signed()
    phone, mail = anna.contacts.get(kind="phone"), anna.contacts.get(kind="email")

    client.post(f"/contacts/{phone.pk}/", {"what": "wrong"})
    client.post(f"/contacts/{mail.pk}/", {"what": "prefer"})

    phone.refresh_from_db()
    mail.refresh_from_db()
    assert (phone.bad_since is not None, mail.preferred, phone.preferred) == (True, True, False)


def test_a_colleague_named_in_a_comment_finds_it_on_today_until_seen():
    (anna, row), (client, _), (theirs, named) = person(), signed(), signed()

    client.post(f"/applications/{row.pk}/comment/", {"text": f"please look @{named.name}"})
    before = "please look" in theirs.get("/").content.decode()
    theirs.get(f"/candidates/{anna.pk}/")

    assert (before, "please look" in theirs.get("/").content.decode()) == (True, False)
    assert Mention.objects.get().seen_at is not None


def test_whoever_must_not_be_contacted_gets_nothing_and_the_outbox_says_why():
    (anna, _), (client, _) = person(do_not_contact=True), signed()

    answer = client.post(
        f"/candidates/{anna.pk}/write/", {"channel": "email", "subject": "Hi", "body": "Come", "once": "1"}, follow=True
    )

    assert toasts(answer) == ["Not sent: this person must not be contacted."]
    assert list(Message.objects.values_list("state", "error")) == [("dropped", "do not contact")]


def test_the_same_letter_sent_twice_is_one():
    (anna, _), (client, _) = person(), signed()

    for _ in range(2):
        client.post(f"/candidates/{anna.pk}/write/", {"channel": "email", "subject": "Hi", "body": "Come", "once": "1"})

    assert Message.objects.count() == 1


def test_an_offer_is_made_and_declined_with_its_reason():
    (anna, row), (client, _) = person(), signed()

    client.post(f"/applications/{row.pk}/offer/", {"pay": "60000"})
    offer = Offer.objects.get()
    html = client.get(f"/candidates/{anna.pk}/").content.decode()
    client.post(f"/offers/{offer.pk}/settle/", {"event": "decline", "reason": "another_job"})

    offer.refresh_from_db()
    row.refresh_from_db()
    assert (offer.state, offer.decline_reason, row.stage) == ("declined", "another_job", Stage.WITHDRAWN)
    assert 'value="accept"' in html


def test_two_records_are_compared_merged_and_taken_apart_again():
    (anna, _), (client, _) = person(), signed()
    double = application(who=candidate("Anna Petrova", phone="+79160000001")).candidate

    side = client.get(f"/candidates/{anna.pk}/compare/{double.pk}/").content.decode()
    client.post(f"/candidates/{anna.pk}/merge/{double.pk}/")
    merged = Candidate.objects.get(pk=double.pk).merged_into_id
    page = client.get(f"/candidates/{double.pk}/", follow=True)
    client.post(f"/merges/{Merge.objects.get().pk}/undo/")

    assert (side.count("the same in both"), merged) == (2, anna.pk)
    assert page.redirect_chain == [(f"/candidates/{anna.pk}/", 302)]
    assert (Candidate.objects.get(pk=double.pk).merged_into_id, double.applications.count()) == (None, 1)


def test_the_original_file_is_a_download_and_noted(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (anna, _), (client, _), (caller, _) = person(), signed(), signed(Role.DESK)
    resume = Resume.objects.create(candidate=anna, digest="1" * 64, file_name="cv.html")
    resume.file.save("cv.html", ContentFile(b"<script>alert(1)</script>"))

    answer = client.get(f"/resumes/{resume.pk}/file/")

    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/octet-stream",
        'attachment; filename="cv.html.bin"',
    )
    assert AuditEntry.objects.filter(action="resume.file", object_id=resume.pk).count() == 1
    assert caller.get(f"/resumes/{resume.pk}/file/").status_code == 403


def test_who_may_not_see_comments_and_pay_does_not():
    (anna, row), (client, _) = person(), signed(Role.CALLER)
    row.comments.create(author=user(), text="a secret word")
    row.salary_wish = 77_000
    row.save()

    html = client.get(f"/candidates/{anna.pk}/").content.decode()

    assert [word for word in ("a secret word", "77\u202f000") if word in html] == []


def test_people_of_other_teams_are_not_there():
    from tests.recruit.world import team

    row, (client, _) = application(to=vacancy(team=team())), signed()

    assert [
        client.get(f"/candidates/{row.candidate_id}/").status_code,
        client.post(f"/candidates/{row.candidate_id}/contacts/", {"value": "1"}).status_code,
        client.get(f"/candidates/{row.candidate_id}/compare/{row.candidate_id}/").status_code,
    ] == [404, 404, 404]
