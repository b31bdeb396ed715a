"""Original documents of resumes and their text: foreign content that no browser may run in our name."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from recruit.models import Candidate, Resume
from recruit.parsing.detect import FileType
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed

# What a document is served as, and how its name ends, by what its bytes are; anything else is bytes and nothing more. A page is served
# as text: saved and opened from the disk it would run.
TYPES = {
    FileType.PDF: ("application/pdf", ".pdf"),
    FileType.DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    FileType.DOC: ("application/msword", ".doc"),
    FileType.ODT: ("application/vnd.oasis.opendocument.text", ".odt"),
    FileType.RTF: ("application/rtf", ".rtf"),
    FileType.TXT: ("text/plain", ".txt"),
    FileType.HTML: ("text/plain", ".txt"),
}
UNKNOWN = ("application/octet-stream", ".bin")


@allowed(Action.SEE_CANDIDATES)
@require_GET
def resume_file(request: SignedIn, pk: int) -> HttpResponseBase:
    """Give the original document, byte for byte, as a download: nothing foreign is shown inside our pages."""
    resume = _resume(request, pk)
    if not resume.file:
        raise Http404
    audit.note(request.user, "resume.file", resume)
    kind, ending = type_of(resume)
    name = named(resume.file_name or f"resume-{resume.pk}", ending)
    answer = FileResponse(resume.file.open("rb"), as_attachment=True, filename=name, content_type=kind)
    return _locked(answer)


@allowed(Action.SEE_CANDIDATES)
@require_GET
def resume_text(request: SignedIn, pk: int) -> HttpResponseBase:
    """Show what was read of a document as plain text."""
    resume = _resume(request, pk)
    if not resume.text:
        raise Http404
    audit.note(request.user, "resume.text", resume)
    return _locked(HttpResponse(resume.text, content_type="text/plain; charset=utf-8"))


def type_of(resume: Resume) -> tuple[str, str]:
    """Return content type and ending of the document's name, from a closed list."""
    told = str(resume.parsed.get("file_type", "")) if isinstance(resume.parsed, dict) else ""
    return TYPES[FileType(told)] if told in {str(kind) for kind in TYPES} else UNKNOWN


def named(name: str, ending: str) -> str:
    """Return the name with an ending that says what the document is, whatever it claimed to be."""
    return name if PurePosixPath(name).suffix.lower() == ending else f"{name}{ending}"


def _resume(request: SignedIn, pk: int) -> Resume:
    visible = Candidate.objects.visible_to(request.user)
    return get_object_or_404(Resume.objects.filter(candidate__in=visible), pk=pk)


def _locked(answer: HttpResponseBase) -> HttpResponseBase:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
