"""Where boards send their notices: kept, answered at once, worked off by the worker."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jobposts.services import accounts, notices
from recruit.errors import InvalidInputError, NotFoundError


@csrf_exempt
@login_not_required
@require_POST
def hook(request: HttpRequest, token: str) -> HttpResponse:
    """Answer 204 for a new notice, 409 for one that was here before, 400 for what is none."""
    try:
        account = accounts.account_by_token(token)
        is_new = notices.take_notice(account, request.body)
    except NotFoundError:
        return HttpResponse(status=404)
    except InvalidInputError:
        return HttpResponse(status=400)
    return HttpResponse(status=204 if is_new else 409)
