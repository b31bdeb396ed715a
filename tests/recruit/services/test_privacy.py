"""A person's rights: a copy of everything, and an erasure after which a search of all that is stored finds nothing."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, models
from django_tasks_db.models import DBTaskResult

from recruit import contrib
from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.messaging.deliver import deliver_due
from recruit.messaging.outbox import post
from recruit.models import (
    Application,
    AuditEntry,
    Candidate,
    Channel,
    Consent,
    ContactKind,
    ContactPoint,
    Erasure,
    IdempotencyKey,
    ImportRun,
    Message,
    MessageKind,
    PrivacyRequest,
    Purpose,
    Resume,
    RowProblem,
)
from recruit.queue import enqueue
from recruit.services import notices, privacy
from recruit.states import ImportState, PrivacyRequestEvent, PrivacyRequestState
from scheduling.models import Invitation, MoveRequest, Scorecard
from scheduling.services import reports
from scheduling.services.closing import settle
from scheduling.services.replies import ask_to_move
from scheduling.services.scorecards import default_template
from tests.recruit import world
from tests.recruit.world import NINE
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db
# Words that stand nowhere else; in three scripts, since databases and JSON write them in different ways.
WORDS = ("Zyxwvut", "Щуплова", "ศุภชัยกร", "zyx.unique@mail.test", "+79998887766", "9998887766", "hobbyhorse")


def person_everywhere(settings) -> Candidate:
    """Return a person who left traces in every place that keeps any."""
    session = day.opened()
    invitation = day.invited(session, "Zyxwvut Щуплова ศุภชัยกร", email="zyx.unique@mail.test", phone="+79998887766")
    application, candidate = invitation.application, invitation.application.candidate
    Candidate.objects.filter(pk=candidate.pk).update(city="Zyxwvutgrad", name_key="zyxwvut")
    Application.objects.filter(pk=application.pk).update(
        external_id="hh:Zyxwvut:1", answers={"why": "hobbyhorse"}, salary_wish=77777
    )
    candidate.identities.create(system="hh", external_id="Zyxwvut-1")
    application.comments.create(text="Zyxwvut likes her hobbyhorse")
    resume = Resume(candidate=candidate, application=application, text="Щуплова: hobbyhorse", digest="1" * 64)
    resume.payload = {"name": "Щуплова", "thai": "ศุภชัยกร"}
    resume.file_name = "Zyxwvut.txt"
    resume.file.save("resume.txt", ContentFile("Zyxwvut Щуплова".encode()), save=False)
    resume.save()
    ask_to_move(invitation, at=NINE, actor=day.person(), wish="hobbyhorse on Friday")
    Scorecard.objects.create(
        invitation=invitation, author=day.interviewer(), template=default_template(), comment="Щуплова is kind",
        submitted_at=NINE, marks={"motivation": 4},
    )  # fmt: skip
    merged = Candidate.objects.create(name="Щуплова Zyxwvut", merged_into=candidate)
    ContactPoint.objects.create(candidate=merged, kind=ContactKind.PHONE, value="9998887766", normalised="+79998887766")
    notices.note_shown(candidate, notices.current_notice(Purpose.RECRUITMENT, "ru"), at=NINE)
    privacy.ask(candidate, "correct", at=NINE, text="I am Щуплова")
    post(
        effect_key="sms:1",
        kind=MessageKind.REMINDER,
        channel=Channel.SMS,
        candidate=candidate,
        subject="",
        body="Zyxwvut!",
    )
    deliver_due(worker="w")
    side_tables(settings)
    return candidate


def side_tables(settings) -> None:
    """Leave the person's words where no source of personal data owns them."""
    user = world.user()
    IdempotencyKey.objects.create(user=user, key="k", request_digest="d", status=201, body={"name": "Щуплова Zyxwvut"})
    text = "name,phone\nZyxwvut Щуплова ศุภชัยกร,9998887766\n"
    run = ImportRun(kind="responses", state=ImportState.DONE, file_name="Zyxwvut.csv", digest="2" * 64)
    run.file.save("2.table", ContentFile(text.encode()), save=False)
    run.save()
    RowProblem.objects.create(run=run, row=2, column="phone", code="phone", message="“9998887766” is no phone")
    task = enqueue("recruit.tasks.deliver_due")
    DBTaskResult.objects.filter(pk=task).update(
        status="FAILED", traceback="Key (normalised)=(+79998887766) already exists", finished_at=NINE
    )


def everything_stored(settings) -> str:
    """Return all that the database and the folders hold as text: each table's rows, and on SQLite the raw pages too."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found += [str(row) for row in cursor.fetchall()]
    for row in apps.get_model("recruit", "Resume").objects.all():
        found.append(json.dumps(row.payload, ensure_ascii=False))
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump, use_base_manager=True)
    # JSON of the databases escapes letters: both forms are looked at.
    found.append(dump.getvalue())
    found.append(dump.getvalue().encode().decode("unicode_escape", "ignore"))
    for path in settings.VAR_DIR.rglob("*"):
        found.append(path.name)
        if path.is_file():
            found.append(path.read_bytes().decode("utf-8", "replace"))
            if path.suffix == ".eml":
                import email
                import email.policy

                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                found.append(str(mail.get_body().get_content()))
    return "\n".join(found)


def raw_pages() -> bytes:
    """Return SQLite's files as they lie on the disk, free pages and journal included."""
    if connection.vendor != "sqlite":
        return b""
    from pathlib import Path

    base = Path(str(connection.settings_dict["NAME"]))
    return b"".join(path.read_bytes() for path in base.parent.glob(base.name + "*"))


# In a transaction of its own: what is not yet written to the file cannot be searched there.
@pytest.mark.django_db(transaction=True)
def test_after_an_erasure_a_search_of_all_that_is_stored_finds_nothing(settings):
    candidate = person_everywhere(settings)
    before = everything_stored(settings)
    assert [word for word in WORDS if word not in before] == []

    erasure = privacy.erase_person(candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)

    after = everything_stored(settings)
    assert [word for word in WORDS if word in after] == []
    pages = raw_pages()
    assert [word for word in WORDS if word.encode() in pages] == []
    assert [json.dumps(word)[1:-1] for word in WORDS if json.dumps(word)[1:-1].encode() in pages] == []
    assert (erasure.candidate_id, erasure.counts["contacts"], erasure.counts["uploads"]) == (candidate.pk, 3, 1)


def test_statistics_survive_an_erasure():
    user = world.user("admin")
    session = day.opened()
    invitations = [day.invited(session, name) for name in ("Anna", "Boris", "Vera")]
    for invitation, outcome in zip(invitations, ("came", "no_show", "came"), strict=True):
        settle(invitation, outcome, at=day.OPENS, by=user)
    piece = reports.Slice(user=user)
    before = reports.overall(piece)

    privacy.erase_person(invitations[0].application.candidate, at=NINE, by=user, reason=Erasure.Reason.REQUEST)

    assert reports.overall(piece) == before


def test_an_erased_person_gets_no_message_and_has_no_page(client, settings):
    from scheduling.services.links import token_of

    invitation = day.invited(day.opened(), email="anna@mail.test")
    token, candidate = token_of(invitation), invitation.application.candidate

    privacy.erase_person(candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)
    deliver_due(worker="w")

    assert client.get(f"/i/{token}/").status_code == 404
    assert Message.objects.get().state == "dropped"


def test_erasing_twice_does_no_harm_and_an_open_request_is_done():
    candidate = world.candidate(email="anna@mail.test")
    privacy.ask(candidate, "erase", at=NINE)

    for _ in range(2):
        privacy.erase_person(candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)

    assert (PrivacyRequest.objects.get().state, Erasure.objects.count()) == (PrivacyRequestState.DONE, 2)


def test_an_erasure_that_fails_takes_nothing(monkeypatch):
    candidate = world.candidate(email="anna@mail.test")
    monkeypatch.setattr(privacy, "_append", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        privacy.erase_person(candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)

    assert (Candidate.objects.get().name, candidate.contacts.count()) == ("Anna Petrova", 1)


def test_uploads_that_are_not_done_go_only_when_they_name_the_person(settings):
    candidate = world.candidate("Zyxwvut")
    runs = []
    for text in ("name\nZyxwvut\n", "name\nSomebody\n"):
        run = ImportRun(kind="responses", dry_run=True, digest="3" * 64)
        run.file.save("3.table", ContentFile(text.encode("cp1251")), save=False)
        run.save()
        runs.append(run)
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", "<t>Zyxwvut</t>")
    run = ImportRun(kind="responses", dry_run=True, digest="4" * 64)
    run.file.save("4.table", ContentFile(book.getvalue()), save=False)
    run.save()

    privacy.erase_person(candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)

    left = [bool(one.file) for one in ImportRun.objects.order_by("pk")]
    assert left == [False, True, False]


# -- the register of personal data ---------------------------------------------------------------------------------------


def hangs_on_a_person() -> set[str]:
    """Return every model that points to a candidate, directly or by others."""
    found, todo = {"recruit.Candidate"}, [Candidate]
    while todo:
        for relation in todo.pop()._meta.related_objects:
            model = relation.related_model
            # A colleague's row or a session does not hang on the person who happens to be named in it.
            if relation.on_delete is models.CASCADE and model._meta.label not in found:
                found.add(model._meta.label)
                todo.append(model)
    return found


def test_every_model_that_hangs_on_a_person_has_a_source_of_personal_data():
    named = {label for source in contrib.personal_data for label in source.models}

    assert hangs_on_a_person() - named == set()
    assert len(named) == sum(len(source.models) for source in contrib.personal_data)


# -- a copy of everything ------------------------------------------------------------------------------------------------


@pytest.mark.attack("A117")
def test_the_copy_holds_every_row_and_file_of_the_person_and_nobody_elses(settings):
    candidate = person_everywhere(settings)
    day.invited(day.opened(), "Somebody Else", email="else@mail.test")

    archive = zipfile.ZipFile(io.BytesIO(privacy.export_person(candidate, at=NINE)))

    data = json.loads(archive.read("person.json"))
    text = archive.read("person.json").decode()
    files = [name for name in archive.namelist() if name.startswith("files/")]
    assert [archive.read(name).decode() for name in files] == ["Zyxwvut Щуплова"]
    assert {source.name for source in contrib.personal_data} <= set(data)
    assert [word for word in ("Zyxwvut", "Щуплова", "zyx.unique@mail.test", "hobbyhorse") if word not in text] == []
    assert "else@mail.test" not in text
    visit = data["visits"][0]
    assert (visit["marks"][0]["comment"], visit["show_prob"] > 0) == ("Щуплова is kind", True)
    assert {event["kind"] for event in visit["events"]} >= {"invited", "asked_to_move"}
    assert data["notices"][0]["body"].startswith("ШАБЛОН")
    assert AuditEntry.objects.filter(action="candidate.exported", object_id=candidate.pk).count() == 1


def test_a_file_name_of_a_resume_leads_nowhere_in_the_copy(settings):
    candidate = world.candidate()
    resume = Resume(candidate=candidate, digest="1" * 64, file_name="../../etc/passwd")
    resume.file.save("x.txt", ContentFile(b"x"), save=False)
    resume.save()

    archive = zipfile.ZipFile(io.BytesIO(privacy.export_person(candidate, at=NINE)))

    (name,) = [one for one in archive.namelist() if one != "person.json"]
    assert (name.startswith("files/"), ".." in name.split("/"), name.count("/")) == (True, False, 1)


# -- what people ask for -------------------------------------------------------------------------------------------------


def test_an_objection_is_done_at_once_and_other_wishes_wait_for_a_person():
    candidate = world.candidate()

    objected, wanted = privacy.ask(candidate, "object", at=NINE), privacy.ask(candidate, "review", at=NINE, text="why?")
    again = privacy.ask(candidate, "review", at=NINE, text="why then?")

    candidate.refresh_from_db()
    assert (objected.state, candidate.no_forecast) == (PrivacyRequestState.DONE, True)
    assert (wanted.pk, again.text, again.due_on) == (again.pk, "why then?", (NINE + timedelta(days=30)).date())


def test_a_wish_is_decided_once_and_only_known_wishes_are_taken():
    candidate, user = world.candidate(), world.user("admin")
    row = privacy.ask(candidate, "correct", at=NINE)
    stale = PrivacyRequest.objects.get()

    privacy.decide(row, PrivacyRequestEvent.DO, at=NINE, by=user)

    with pytest.raises(TransitionRefusedError, match="already"):
        privacy.decide(stale, PrivacyRequestEvent.REFUSE, at=NINE, by=user)
    with pytest.raises(InvalidInputError):
        privacy.ask(candidate, "anything", at=NINE)


def test_who_wants_no_messages_gets_none_of_those_that_wait(settings):
    candidate = world.candidate(email="anna@mail.test")
    world.message(candidate=candidate)

    dropped = privacy.stop_messages(candidate, at=NINE)

    assert (dropped, Message.objects.get().error) == (1, "do not contact")


def test_a_message_written_before_the_wish_is_not_sent_after_it(settings):
    candidate = world.candidate(email="anna@mail.test")
    world.message(candidate=candidate)
    Candidate.objects.update(do_not_contact=True)

    assert deliver_due(worker="w") == 0
    assert (Message.objects.get().state, Message.objects.get().error) == ("dropped", "do not contact")


# -- notices and consents ------------------------------------------------------------------------------------------------


def test_shipped_texts_are_there_in_three_languages_and_say_that_a_lawyer_must_read_them():
    texts = notices.shipped()

    assert len(texts) == len(Purpose) * 3
    for text in texts:
        assert text.body.startswith(notices.LAWYER[text.language])
        assert len(text.body) > 200


def test_a_consent_is_one_tick_for_one_purpose_and_version_and_can_be_taken_back():
    candidate = world.candidate()
    pool = notices.current_notice(Purpose.POOL, "th")

    first, second = (notices.give_consent(candidate, pool, at=NINE) for _ in range(2))
    agreed = notices.agrees(candidate, Purpose.POOL)
    taken = notices.withdraw_consent(candidate, Purpose.POOL, at=NINE)

    assert (first.pk == second.pk, first.text_version, first.language) == (True, "template-1", "th")
    assert (agreed, taken, notices.agrees(candidate, Purpose.POOL)) == (True, 1, False)
    with pytest.raises(InvalidInputError):
        notices.give_consent(candidate, notices.current_notice(Purpose.RECRUITMENT, "en"), at=NINE)


def test_a_published_text_stays_as_it_was():
    user = world.user("admin")
    text = {"purpose": "pool", "version": "2", "basis": "consent", "texts": {"en": ("New", "Newer words")}}

    notices.publish(**text, by=user, at=NINE)

    with pytest.raises(InvalidInputError, match="published already"):
        notices.publish(**text, by=user, at=NINE)
    with pytest.raises(InvalidInputError, match="at least one"):
        notices.publish(**{**text, "version": "3", "texts": {"en": ("New", " ")}}, by=user, at=NINE)


def test_erasing_keeps_the_proof_of_what_was_shown():
    candidate = world.candidate()
    notices.note_shown(candidate, notices.current_notice(Purpose.RECRUITMENT, "en"), at=NINE)

    privacy.erase_person(candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)

    assert Consent.objects.get().text_version == "template-1"
    assert Invitation.objects.count() == MoveRequest.objects.count() == 0
