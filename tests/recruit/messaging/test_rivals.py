"""Two who write or send the same, and a mail server that wants a name and a password."""

import datetime as dt
import ipaddress
import ssl

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recruit.errors import TransitionRefusedError
from recruit.messaging import webhooks
from recruit.messaging.channels import DeliveryError, Smtp
from recruit.messaging.outbox import post
from recruit.models import Channel, Message, MessageKind, WebhookDelivery
from recruit.states import DeliveryState
from tests.recruit.messaging.sink import Sink, running
from tests.recruit.world import candidate, message
from tests.rivals import meanwhile

pytestmark = pytest.mark.django_db


def test_a_message_that_another_process_writes_in_the_same_moment_is_the_one_that_is_returned():
    anna = candidate(email="anna@mail.test")
    other = []

    with meanwhile("recruit_message", lambda: other.append(message(effect_key="e", body="first"))):
        row = post(
            effect_key="e",
            kind=MessageKind.OTHER,
            channel=Channel.EMAIL,
            subject="s",
            body="second",
            candidate=anna,
        )

    assert ([row], row.body, Message.objects.count()) == (other, "first", 1)


def test_a_webhook_that_was_replayed_in_another_window_is_not_replayed_twice():
    webhooks.new_endpoint(name="CRM", url="https://crm.test/hook", kinds=[])
    webhooks.append("application.hired", {"application": 1})
    WebhookDelivery.objects.update(state=DeliveryState.GIVEN_UP, attempts=9)
    stale = WebhookDelivery.objects.get()
    webhooks.replay(WebhookDelivery.objects.get())
    WebhookDelivery.objects.update(attempts=1)

    with pytest.raises(TransitionRefusedError, match="being sent right now"):
        webhooks.replay(stale)

    assert list(WebhookDelivery.objects.values_list("state", "attempts")) == [(DeliveryState.WAITING, 1)]


@pytest.mark.parametrize(("password", "arrives"), [("right", True), ("wrong", False)])
def test_the_mail_server_is_told_who_we_are(settings, password, arrives):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "turnout", password
    tried = []

    def knows(_server, _session, _envelope, _mechanism, data):
        tried.append((data.login, data.password))
        is_right = data.password == b"right"
        return AuthResult(success=is_right, handled=is_right)

    row = message()
    with running(Sink(), authenticator=knows, auth_require_tls=False) as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        smtp = Smtp()
        if arrives:
            assert smtp.send(row) == row.message_id
        else:
            with pytest.raises(DeliveryError, match="the mail server answered 535") as refused:
                smtp.send(row)
            # Our own setting is wrong, and no fault of this message.
            assert refused.value.permanent is False
        smtp.close()

    assert set(tried) == {(b"turnout", password.encode())}
    assert sink.names == ([row.message_id] if arrives else [])


def certificate(folder):
    """Write a key and a certificate of 127.0.0.1 that signs itself, and return their files."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "key.pem", folder / "certificate.pem"
    plain = serialization.NoEncryption()
    files[0].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    files[1].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return files


@pytest.mark.parametrize("is_trusted", [True, False])
def test_the_password_is_told_to_a_mail_server_that_is_trusted_and_to_no_other(
    settings, monkeypatch, tmp_path, is_trusted
):
    key, made = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(made))
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "turnout", "right"
    tried = []

    def knows(_server, _session, _envelope, _mechanism, data):
        tried.append(data.password)
        return AuthResult(success=True)

    row = message()
    with running(Sink(), authenticator=knows, tls_context=context, require_starttls=True) as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        smtp = Smtp()
        if is_trusted:
            assert smtp.send(row) == row.message_id
        else:
            with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
                smtp.send(row)
        smtp.close()

    assert (tried, sink.names) == (([b"right"], [row.message_id]) if is_trusted else ([], []))
