"""The pages of imports and of the outbox: columns of an unknown table, refused rows, a second start, a message's fate."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recruit.models import Channel, ImportRun, Message
from recruit.permissions import Role
from recruit.states import ImportState, MessageState
from tests.recruit.web.pages import signed, toasts
from tests.recruit.world import message, vacancy

pytestmark = pytest.mark.django_db
TABLE = "Who,Reach at,Wants\nAnna Petrova,+79161234567,60000\nBoris,no phone,\n,,\n"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def uploaded(client, text, *, name="people.csv"):
    data = {
        "kind": "responses",
        "source": "Fair",
        "vacancy": vacancy().pk,
        "file": SimpleUploadedFile(name, text.encode(), "text/csv"),
    }
    return client.post(reverse("imports"), data, follow=True)


def test_a_file_that_is_no_table_is_refused_beside_its_field():
    client, _user = signed(Role.ADMIN)

    page = uploaded(client, "PK\x03\x04" + "\x00" * 200, name="people.csv")

    assert list(page.context["form"].errors) == ["file"]


def test_an_unknown_header_is_mapped_by_hand_and_remembered():
    client, _user = signed(Role.ADMIN)
    page = uploaded(client, TABLE)
    run = ImportRun.objects.get()
    address = reverse("import-columns", args=[run.pk])
    assert page.redirect_chain[-1][0] == address

    empty = client.post(address, {})
    assert (empty.status_code, bool(empty.context["error"]), run.columns) == (200, True, run.columns)
    done = client.post(address, {"name": ["Who"], "phone": ["Reach at"], "salary": ["Wants"]}, follow=True)
    again = uploaded(client, TABLE.replace("Anna", "Olga"))

    run.refresh_from_db()
    assert done.redirect_chain[-1][0] == reverse("import", args=[run.pk])
    assert {name: run.columns["columns"][name] for name in ("name", "phone")} == {
        "name": ["Who"],
        "phone": ["Reach at"],
    }
    assert again.redirect_chain[-1][0] == reverse("import", args=[ImportRun.objects.latest("pk").pk])


def test_refused_rows_are_a_table_that_starts_no_formula():
    client, user = signed(Role.ADMIN)
    run = ImportRun.objects.create(kind="responses", started_by=user, state=ImportState.DONE)
    run.problems.create(row=3, column="=cmd()", message="no phone, “x”")
    run.problems.create(row=9, column="", message="empty")

    answer = client.get(reverse("import-problems", args=[run.pk]))

    assert answer.content.decode() == ('\ufeffrow,column,reason\r\n3,\'=cmd(),"no phone, “x”"\r\n9,,empty\r\n')
    assert answer.headers["Content-Disposition"] == f'attachment; filename="rows-refused-{run.pk}.csv"'


def test_a_file_that_was_imported_is_not_imported_again():
    client, user = signed(Role.ADMIN)
    run = ImportRun.objects.create(kind="responses", started_by=user, state=ImportState.DONE, dry_run=False)

    page = client.post(reverse("import-start", args=[run.pk]), follow=True)

    run.refresh_from_db()
    assert (toasts(page), run.state) == (["This file was imported already."], ImportState.DONE)


# -- the outbox ----------------------------------------------------------------------------------------------------------


def test_messages_are_listed_by_state_and_channel():
    client, user = signed(Role.ADMIN)
    failed = message(state=MessageState.FAILED, user=user)
    text = message(channel=Channel.SMS, user=user)
    message(user=user)
    page = reverse("outbox")

    def listed(**query):
        return [row.pk for row in client.get(page, query).context["page"]]

    assert listed(state="failed") == [failed.pk]
    assert listed(channel="sms") == [text.pk]
    assert listed(state="failed", channel="sms") == []
    assert len(listed(state="x", channel="y")) == 3


@pytest.mark.parametrize(
    ("before", "press", "after", "said"),
    [
        ("failed", "resend", "new", "Noted."),
        ("new", "drop", "dropped", "Noted."),
        ("new", "sent", "sent", "Noted."),
        ("sent", "resend", "sent", None),
        ("sent", "drop", "sent", None),
    ],
)
def test_a_message_is_sent_again_dropped_or_noted_as_told(before, press, after, said):
    client, user = signed(Role.ADMIN)
    row = message(state=before, user=user)

    page = client.post(reverse("message-act", args=[row.pk]), {"what": press}, follow=True)

    assert Message.objects.get(pk=row.pk).state == after
    assert (toasts(page) == ["Noted."]) is (said is not None)
    assert len(toasts(page)) == 1
