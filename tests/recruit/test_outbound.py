"""The guarded door: addresses, redirects, time, size, repeats."""

import gzip
import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from recruit.outbound import AddressRefusedError, Answer, Door, Guard, OutboundError, TokenBucket
from recruit.outbound_guard import is_public


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        getattr(self, "answer_" + self.path.strip("/").split("/")[0].split("?")[0])()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args):
        pass

    def say(self, status=200, body=b"{}", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self):
        self.say(body=b'{"a": 1}', Set_Cookie="k=v")

    def answer_page(self):
        self.say(body=b"<html>")

    def answer_busy(self):
        busy = len(self.server.seen) <= self.server.busy
        self.say(503 if busy else 200, **({"Retry_After": "7"} if busy else {}))

    def answer_limit(self):
        self.say(429, Retry_After="86400")

    def answer_cut(self):
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True

    def answer_drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        try:
            for _ in range(30):
                self.wfile.write(b".")
                time.sleep(0.05)
        except OSError:
            pass
        self.close_connection = True

    def answer_silent(self):
        time.sleep(0.5)
        self.close_connection = True

    def answer_bomb(self):
        self.say(body=gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip")

    def answer_loop(self):
        self.say(302, Location="/loop")

    def answer_move(self):
        self.say(302, Location="/ok")

    def answer_to(self):
        self.say(307, Location=self.server.target)


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.seen, server.busy, server.target = [], 0, ""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    server.place = f"127.0.0.1:{server.server_port}"
    server.url = f"http://{server.place}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def naps():
    return []


@pytest.fixture
def door(server, naps):
    door = Door(guard=Guard(allow=frozenset({server.place})), sleep=naps.append, jitter=lambda: 1.0, clock=lambda: 0.0)
    yield door
    door.close()


def test_an_allowed_address_answers(server, door):
    answer = door.get(server.url + "/ok", params={"page": 0}, headers={"X-One": "1"})

    assert (answer.status, answer.ok, answer.json()) == (200, True, {"a": 1})
    _, path, headers = server.seen[0]
    assert (path, headers["User-Agent"], headers["X-One"]) == ("/ok?page=0", "Turnout/1.0", "1")


def test_nothing_is_remembered_between_requests(server, door):
    door.get(server.url + "/ok")
    door.get(server.url + "/ok")

    assert "Cookie" not in server.seen[1][2]


@pytest.mark.attack("A103")
def test_a_private_address_that_is_not_allowed_is_never_connected_to(server):
    door = Door(guard=Guard())

    with pytest.raises(AddressRefusedError) as caught:
        door.get(server.url + "/ok")

    assert (caught.value.message, caught.value.permanent) == ("This address is not on the public internet.", True)
    assert server.seen == []


def test_another_port_of_an_allowed_host_is_refused(server, door):
    with pytest.raises(AddressRefusedError):
        door.get("http://127.0.0.1:1/ok")
    with pytest.raises(AddressRefusedError):
        door.get(f"http://127.0.0.1:{server.server_port - 1}/ok")


def test_settings_name_the_exceptions(server, settings):
    settings.OUTBOUND_ALLOW = []
    with pytest.raises(AddressRefusedError):
        Door().get(server.url + "/ok")

    settings.OUTBOUND_ALLOW = [server.place.upper()]
    assert Door().get(server.url + "/ok").status == 200


@pytest.mark.attack("A103")
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "localhost.", "[::1]", "0.0.0.0", "[::]",  # noqa: S104
     "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
     "[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "255.255.255.255", "192.0.2.1"],
)  # fmt: skip
def test_every_way_to_write_a_private_address_is_refused(host):
    with pytest.raises(AddressRefusedError) as caught:
        Door(guard=Guard()).get(f"http://{host}:8000/")

    assert caught.value.message == "This address is not on the public internet."


@pytest.mark.attack("A103")
@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "unix:///run/x", "//example.com/", "example.com", "http://",
     "http://user:secret@example.com/", "http://example.com:99999/", "http://example.com:25/", "http://exa mple.com/",
     "http://example.com\\@127.0.0.1/", "http://[::1/", "javascript:alert(1)", ""],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url):
    with pytest.raises(AddressRefusedError):
        Door(guard=Guard(resolve=refuse_to_resolve)).get(url)


def refuse_to_resolve(*args, **kwargs):
    raise AssertionError("resolved")


def answering(*rounds):
    """Return a stand-in for getaddrinfo that gives the next list of addresses at every call."""
    calls = iter(rounds)

    def resolve(host, port, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(calls)]

    return resolve


@pytest.mark.attack("A103")
def test_the_address_that_was_checked_is_the_one_connected_to(server, monkeypatch):
    # The second answer of the resolver is the attack: it must never be asked for.
    guard = Guard(resolve=answering(["93.184.216.34"], ["127.0.0.1"]))
    asked = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, place: asked.append(place) or refuse_connection())

    with pytest.raises(OutboundError) as caught:
        Door(guard=guard, retries=0).get(f"http://rebind.example:{server.server_port}/ok")

    assert asked == [("93.184.216.34", server.server_port)]
    assert (caught.value.message, caught.value.sent) == ("The other side cannot be reached.", False)


def refuse_connection():
    raise ConnectionRefusedError


@pytest.mark.attack("A103")
def test_a_name_that_turns_private_on_the_next_try_is_refused(server, monkeypatch, naps):
    guard = Guard(resolve=answering(["93.184.216.34"], ["127.0.0.1"]))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: refuse_connection())

    with pytest.raises(AddressRefusedError):
        Door(guard=guard, retries=3, sleep=naps.append).get(f"http://rebind.example:{server.server_port}/ok")

    assert len(naps) == 1


def test_one_private_address_among_public_ones_refuses_the_name():
    guard = Guard(resolve=answering(["93.184.216.34", "127.0.0.1"]))

    with pytest.raises(AddressRefusedError):
        Door(guard=guard).get("http://mixed.example/")


def test_a_name_that_does_not_exist_is_a_temporary_error(naps):
    def unknown(*args, **kwargs):
        raise socket.gaierror

    with pytest.raises(OutboundError) as caught:
        Door(guard=Guard(resolve=unknown), retries=1, sleep=naps.append).get("http://nowhere.example/")

    assert (caught.value.permanent, caught.value.sent, len(naps)) == (False, False, 1)


@pytest.mark.attack("A104")
@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/", "file:///etc/passwd", "http://127.0.0.1:1/", "gopher://x/"]
)
def test_every_hop_of_a_redirect_is_checked(server, door, target):
    server.target = target

    with pytest.raises(AddressRefusedError):
        door.get(server.url + "/to")


@pytest.mark.attack("A104")
def test_a_redirect_is_followed_and_a_loop_is_left(server, door):
    assert door.get(server.url + "/move").json() == {"a": 1}
    with pytest.raises(OutboundError, match="leads on and on"):
        door.get(server.url + "/loop")
    assert len(server.seen) == 2 + 4


def test_secrets_do_not_follow_to_another_host(server, naps):
    other = f"localhost:{server.server_port}"
    server.target = f"http://{other}/ok"
    door = Door(
        guard=Guard(allow=frozenset({server.place, other})), headers={"Authorization": "Bearer x", "Accept": "a/b"}
    )

    door.get(server.url + "/to")

    assert ("Authorization" in server.seen[0][2], "Authorization" in server.seen[1][2], server.seen[1][2]["Accept"]) == (
        True, False, "a/b",
    )  # fmt: skip
    door.close()


def test_a_post_is_not_redirected_and_not_repeated(server, door, naps):
    server.busy = 5

    assert door.post(server.url + "/move", json={}).status == 302
    assert door.post(server.url + "/busy", data={"a": "b"}).status == 503
    assert (len(server.seen), naps) == (2, [])


def test_a_get_is_repeated_after_the_wait_that_was_asked_for(server, door, naps):
    server.busy = 2

    assert door.get(server.url + "/busy").status == 200
    assert naps == [7.0, 7.0]


@pytest.mark.attack("A109")
def test_a_wait_until_tomorrow_is_told_to_the_caller(server, door, naps):
    answer = door.get(server.url + "/limit")

    assert (answer.status, answer.retry_after(now=0.0), naps) == (429, 86400.0, [])


def test_tries_end_with_the_last_answer_and_growing_pauses(server, naps):
    server.busy = 99
    door = Door(guard=Guard(allow=frozenset({server.place})), retries=3, sleep=naps.append, jitter=lambda: 1.0)
    Handler.answer_down = lambda self: self.say(502)

    assert door.get(server.url + "/down").status == 502
    assert naps == [0.5, 1.0, 2.0]
    door.close()


def test_a_cut_answer_is_an_error_that_may_have_been_sent(server, door, naps):
    with pytest.raises(OutboundError) as caught:
        door.post(server.url + "/cut")
    assert (caught.value.sent, caught.value.permanent, len(server.seen)) == (True, False, 1)

    with pytest.raises(OutboundError):
        door.get(server.url + "/cut")
    assert (len(server.seen), len(naps)) == (6, 4)


@pytest.mark.attack("A109")
@pytest.mark.parametrize("path", ["/drip", "/silent"])
def test_a_slow_answer_ends(server, path):
    guard = Guard(allow=frozenset({server.place}))
    door = Door(guard=guard, silence_seconds=0.2, total_seconds=0.3, retries=0)
    start = time.monotonic()

    with pytest.raises(OutboundError) as caught:
        door.get(server.url + path)

    assert (caught.value.message, caught.value.sent) == ("The other side did not answer in time.", True)
    assert time.monotonic() - start < 5
    door.close()


@pytest.mark.attack("A109")
def test_a_body_that_unpacks_to_too_much_is_refused(server):
    door = Door(guard=Guard(allow=frozenset({server.place})), max_bytes=100_000)

    with pytest.raises(OutboundError) as caught:
        door.get(server.url + "/bomb")

    assert (caught.value.message, caught.value.permanent) == ("The answer is too large.", True)
    door.close()


def self_signed(folder):
    """Write a key and a certificate that nobody vouches for; return the path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    path = folder / "pair.pem"
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


def test_a_certificate_nobody_vouches_for_is_refused(server, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    place = f"localhost:{server.server_port}"
    # A host with an IPv6 loopback would be asked there first, where nobody listens; that is tried and passed over.
    door = Door(guard=Guard(allow=frozenset({place})))

    with pytest.raises(OutboundError) as caught:
        door.get(f"https://{place}/ok")

    assert (caught.value.message, caught.value.permanent, caught.value.sent) == (
        "The other side's certificate is not valid.", True, False,
    )  # fmt: skip
    assert server.seen == []
    door.close()


def test_a_certificate_that_is_vouched_for_is_accepted_by_its_name(server, tmp_path):
    path = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    guard = Guard(allow=frozenset({f"localhost:{server.server_port}", server.place}))
    door = Door(guard=guard)
    door._session.verify = str(path)

    assert door.get(f"https://localhost:{server.server_port}/ok").status == 200
    with pytest.raises(OutboundError, match="certificate"):
        door.get(f"https://{server.place}/ok")
    door.close()


def test_a_header_that_would_be_two_is_not_sent(server, door):
    with pytest.raises(AddressRefusedError):
        door.get(server.url + "/ok", headers={"X-One": "1\r\nX-Two: 2"})

    assert server.seen == []


@pytest.mark.attack("A109")
def test_a_page_where_json_was_due_is_an_error(server, door):
    with pytest.raises(OutboundError, match="is not JSON"):
        door.get(server.url + "/page").json()


def test_the_rate_limit_is_asked_before_every_attempt(server, naps):
    asked = []
    server.busy = 1
    door = Door(guard=Guard(allow=frozenset({server.place})), before_request=lambda: asked.append(1), sleep=naps.append)

    door.get(server.url + "/busy")

    assert len(asked) == 2
    door.close()


@given(st.lists(st.floats(0, 3), min_size=1, max_size=30), st.floats(0.5, 20), st.integers(1, 5))
def test_a_bucket_never_lets_more_through_than_rate_and_burst(gaps, rate, burst):
    clock = [0.0]
    bucket = TokenBucket(
        rate=rate, burst=burst, clock=lambda: clock[0], sleep=lambda s: clock.__setitem__(0, clock[0] + s)
    )
    times = []
    for gap in gaps:
        clock[0] += gap
        bucket()
        times.append(clock[0])

    for first in range(len(times)):
        for last in range(first, len(times)):
            assert last - first + 1 <= burst + (times[last] - times[first]) * rate + 1e-6


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_inside_ipv6_as_outside(address):
    for wrapped in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(wrapped) == is_public(str(address))


def test_public_addresses_are_public():
    assert [is_public(address) for address in ("93.184.216.34", "2606:2800:220:1::1", "8.8.8.8", "no address")] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("12", 12.0),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 60.0),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert Answer(503, {"Retry-After": value} if value else {}, b"", "").retry_after(now=40.0) == seconds


def test_answers_do_not_show_their_body_or_address():
    assert json.dumps({"secret": 1}) not in repr(Answer(200, {}, b'{"secret": 1}', "http://x/?token=1"))
