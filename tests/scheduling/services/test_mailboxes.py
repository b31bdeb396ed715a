"""Fetching from an IMAP box: kept first, then marked as seen; nothing is fetched twice."""

import imaplib
import socketserver
import threading

import pytest

from scheduling.models import IncomingMail
from scheduling.services import mailboxes
from scheduling.tasks import fetch_mail, read_mail
from tests.scheduling.world import DAY_BEFORE

pytestmark = pytest.mark.django_db
MAILS = {
    b"7": b"From: a@b.test\r\nTo: hr@x.test\r\n\r\nOne\r\n",
    b"9": b"From: c@d.test\r\nTo: hr@x.test\r\n\r\nTwo\r\n",
}


class Box(socketserver.StreamRequestHandler):
    """As much of IMAP as is spoken here."""

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, command = line.strip().partition(b" ")
            self.server.log.append(command)
            words = command.split()
            name = words[0].upper()
            if name == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif name == b"SELECT":
                self.wfile.write(b"* 2 EXISTS\r\n")
            elif words[:2] == [b"UID", b"SEARCH"]:
                left = [uid for uid in MAILS if uid not in self.server.seen]
                self.wfile.write(b"* SEARCH " + b" ".join(left) + b"\r\n")
            elif words[:2] == [b"UID", b"FETCH"] and b"RFC822.SIZE" in command:
                self.wfile.write(b"* 1 FETCH (RFC822.SIZE %d UID %s)\r\n" % (len(MAILS[words[2]]), words[2]))
            elif words[:2] == [b"UID", b"FETCH"]:
                raw = MAILS[words[2]]
                self.wfile.write(b"* 1 FETCH (UID %s BODY[] {%d}\r\n%s)\r\n" % (words[2], len(raw), raw))
            elif words[:2] == [b"UID", b"STORE"]:
                self.server.seen.add(words[2])
            refused = name == b"LOGIN" and b"wrong" in command
            self.wfile.write(tag + (b" NO no\r\n" if refused else b" OK done\r\n"))
            if name == b"LOGOUT":
                return


@pytest.fixture
def box():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Box)
    server.daemon_threads, server.seen, server.log = True, set(), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def url(box, password="p%40ss"):  # noqa: S107
    return f"imap://hr%40x.test:{password}@127.0.0.1:{box.server_address[1]}/INBOX"


def test_unseen_mails_are_kept_and_marked(box):
    counts = [mailboxes.fetch_imap(url(box), at=DAY_BEFORE) for _ in range(2)]

    assert (counts, box.seen) == ([2, 0], {b"7", b"9"})
    assert {bytes(mail.raw) for mail in IncomingMail.objects.all()} == set(MAILS.values())
    assert b'LOGIN hr@x.test "p@ss"' in box.log


def test_a_wrong_password_is_an_error_and_takes_nothing(box):
    with pytest.raises(imaplib.IMAP4.error):
        mailboxes.fetch_imap(url(box, "wrong"), at=DAY_BEFORE)

    assert (box.seen, IncomingMail.objects.count()) == (set(), 0)


def test_the_task_fetches_from_the_settings_and_reads(box, settings, tmp_path):
    settings.INBOUND_IMAP_URL, settings.INBOUND_MAILDIR = url(box), str(tmp_path)

    assert (fetch_mail.call(), fetch_mail.call()) == (2, 0)
    assert sorted(IncomingMail.objects.values_list("from_address", "outcome")) == [
        ("a@b.test", "letter"),
        ("c@d.test", "letter"),
    ]
    assert read_mail.call(mail_id=0) == ""
