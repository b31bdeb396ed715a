"""Hostile documents: kept byte for byte, served as what they are or as nothing, never run."""

import pytest
from django.urls import reverse

from recruit.models import AuditEntry
from recruit.permissions import Role
from recruit.services.resume_files import keep_file, read_file
from tests.recruit.world import candidate, user

pytestmark = pytest.mark.django_db
PAGE = b"<!doctype html><html><script>alert(1)</script><p>Ann Lee ann@example.com</p></html>"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
LOCKED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@pytest.fixture
def admin(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(user(role=Role.ADMIN), backend="recruit.backends.PasswordBackend")
    return client


def kept(name: str, data: bytes):
    return keep_file(candidate("Ann Lee"), read_file(data, filename=name, region="RU"))


@pytest.mark.parametrize(
    ("name", "data", "kind", "saved_as"),
    [
        ("cv.html", PAGE, "text/plain", "cv.html.txt"),
        ("cv.pdf", PAGE, "text/plain", "cv.pdf.txt"),
        ("cv.svg", PICTURE, "text/plain", "cv.svg.txt"),
        ("cv.pdf", b"MZ\x90\0\3\0\0\0" + b"\0" * 200, "application/octet-stream", "cv.pdf.bin"),
        ("cv.pdf.exe", b"%PDF-1.4\n<script>alert(1)</script>", "application/pdf", "cv.pdf.exe.pdf"),
        ("../../etc/cv.txt", b"Ann Lee\nann@example.com", "text/plain", "cv.txt"),
        ('a"\r\nSet-Cookie: x=1\r\n.txt', b"Ann Lee\nann@example.com", "text/plain", "aSet-Cookie x=1.txt"),
        ("cv.docx", b"PK\x03\x04 no archive", "application/octet-stream", "cv.docx.bin"),
    ],
    ids=["page", "page named PDF", "picture with script", "program named PDF", "PDF named program", "path", "header", "zip"],
)  # fmt: skip
def test_a_hostile_document_is_a_locked_download_of_a_known_type(admin, name, data, kind, saved_as):
    resume = kept(name, data)

    answer = admin.get(reverse("resume-file", args=[resume.pk]))

    assert (answer["Content-Type"], answer["Content-Disposition"]) == (kind, f'attachment; filename="{saved_as}"')
    assert {header: answer[header] for header in LOCKED} == LOCKED
    assert b"".join(answer.streaming_content) == data


def test_a_page_is_shown_as_the_text_in_it(admin):
    resume = kept("cv.html", PAGE)

    answer = admin.get(reverse("resume-text", args=[resume.pk]))

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert {header: answer[header] for header in LOCKED} == LOCKED
    assert answer.content.decode().strip() == "Ann Lee ann@example.com"
    assert AuditEntry.objects.filter(action="resume.text", object_id=resume.pk).count() == 1


def test_text_that_looks_like_a_page_stays_text(admin):
    resume = kept("cv.txt", b"Ann Lee\n<script>alert(1)</script>")

    answer = admin.get(reverse("resume-text", args=[resume.pk]))

    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("text/plain; charset=utf-8", "nosniff")


def test_a_document_without_text_has_no_text_page(admin):
    resume = kept("cv.pdf", b"MZ\x90\0\3\0\0\0" + b"\0" * 200)

    assert admin.get(reverse("resume-text", args=[resume.pk])).status_code == 404


@pytest.mark.parametrize("page", ["resume-file", "resume-text"])
def test_documents_are_closed_to_the_desk(admin, page):
    resume = kept("cv.txt", b"Ann Lee")
    admin.force_login(user(role=Role.DESK), backend="recruit.backends.PasswordBackend")

    assert admin.get(reverse(page, args=[resume.pk])).status_code == 403
