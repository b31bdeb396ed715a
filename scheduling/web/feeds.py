"""The addresses that calendar programs read: no log-in, no cookie, no negotiation; the secret is the only credential."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from recruit.errors import NotFoundError, RecruitError
from scheduling.services import feed_copies, feeds, incoming
from scheduling.services.feed_addresses import feed_of

MAX_AGE = 300
CALENDAR_TYPE = "text/calendar; charset=utf-8"


def _unknown(status: int = 404) -> HttpResponse:
    """Answer any word that opens nothing in the same way: nobody learns whether there ever was such a feed."""
    return HttpResponse("There is no such calendar.\n", status=status, content_type="text/plain; charset=utf-8")


def _wants_gzip(request: HttpRequest) -> bool:
    """Return whether the program says it takes gzip: named without a weight of 0."""
    for word in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = word.partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _not_modified(request: HttpRequest, tags: tuple[str, ...], changed: int | None) -> bool:
    """Return whether the program has these bytes already (RFC 9110, 13): tags before dates, either form's tag."""
    given = request.headers.get("If-None-Match")
    if given is not None:
        words = [word.strip().removeprefix("W/") for word in given.split(",")]
        return "*" in words or any(f'"{tag}"' in words for tag in tags)
    since = request.headers.get("If-Modified-Since")
    moment = parse_http_date_safe(since) if since else None
    return moment is not None and changed is not None and changed <= moment


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD"])
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a feed: 200 with a strong ETag, 304, 410 for an address that was replaced long ago, 404 for any other word."""
    now = timezone.now()
    try:
        found, standing = feed_of(token, at=now)
    except NotFoundError:
        return _unknown()
    if standing == "gone":
        return _unknown(410)
    if standing == "replaced":
        body = feed_copies.replaced_body(found)
        etag, changed = hashlib.sha256(body).hexdigest()[:40], found.rotated_at or found.created_at
        response = _answer(request, body, (etag, f"{etag}-gz"), etag, int(changed.timestamp()))
    else:
        copy = feed_copies.current_copy(found, at=now)
        packs = found.gzip and _wants_gzip(request)
        tags = (copy.etag, f"{copy.etag}-gz")
        changed_at = int(copy.changed_at.timestamp())
        if _not_modified(request, tags, changed_at):
            response = _headed(HttpResponseNotModified(), tags[packs], changed_at)
        else:
            body = feed_copies.packed_of(copy) if packs else bytes(copy.body)
            response = _answer(request, body, tags, tags[packs], changed_at)
            if packs and response.status_code == 200:
                response["Content-Encoding"] = "gzip"
        feeds.note_poll(found, request.headers.get("User-Agent", ""), at=now)
    response["Content-Language"] = found.language
    return response


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD"])
def free_busy(request: HttpRequest, token: str) -> HttpResponse:
    """Give the taken times of a feed alone."""
    now = timezone.now()
    try:
        found, standing = feed_of(token, at=now)
    except NotFoundError:
        return _unknown()
    if standing != "current":
        return _unknown(410)
    body = feed_copies.free_busy(found, at=now)
    etag = hashlib.sha256(body).hexdigest()[:40]
    # The bytes are made afresh: only the tag can say that they are the same.
    response = _answer(request, body, (etag,), etag, None)
    response["Content-Language"] = found.language
    return response


def _answer(request: HttpRequest, body: bytes, tags: tuple[str, ...], tag: str, changed: int | None) -> HttpResponse:
    if _not_modified(request, tags, changed):
        return _headed(HttpResponseNotModified(), tag, changed)
    response = HttpResponse(b"" if request.method == "HEAD" else body, content_type=CALENDAR_TYPE)
    # Said for HEAD too, which has no body to be measured.
    response["Content-Length"] = str(len(body))
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return _headed(response, tag, changed)


def _headed(response: HttpResponse, tag: str, changed: int | None) -> HttpResponse:
    response["ETag"] = f'"{tag}"'
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = f"private, max-age={MAX_AGE}"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@csrf_exempt
@login_not_required
@require_POST
def inbound_mail(request: HttpRequest) -> HttpResponse:
    """Take one raw mail (message/rfc822) from a mail server that knows the shared secret; what is kept is answered 202."""
    given = request.headers.get("X-Turnout-Secret", "") or request.headers.get("Authorization", "").removeprefix(
        "Bearer "
    )
    wanted = settings.INBOUND_SECRET
    if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
        return JsonResponse({"error": "not_found"}, status=404)
    raw = _mail_in(request)
    try:
        mail = incoming.receive(raw, source="hook", at=timezone.now())
    except RecruitError as error:
        return JsonResponse({"error": error.code, "message": error.message}, status=error.status)
    return JsonResponse({"kept": mail.digest[:16]}, status=202)


def _mail_in(request: HttpRequest) -> bytes:
    """Return the raw mail of a request: its body, or the field of a form that mail services post it in."""
    if request.content_type not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return request.read(incoming.MOST_BYTES + 1)
    for name in ("body-mime", "message", "email", "raw"):
        if name in request.FILES:
            upload = request.FILES[name]
            return upload.read(incoming.MOST_BYTES + 1) if not isinstance(upload, list) else b""
        if name in request.POST:
            return request.POST[name].encode()
    return b""
