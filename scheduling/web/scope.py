"""Which session a page is about, and who may see it."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from recruit.web.access import SignedIn
from scheduling.models import InterviewSession
from scheduling.states import SessionState


def session_of(request: SignedIn, pk: int) -> InterviewSession:
    """Return the session of an address, with office and bands; 404 where this person may not see it."""
    rows = InterviewSession.objects.visible_to(request.user).select_related("office").prefetch_related("bands")
    return get_object_or_404(rows, pk=pk)


def at_desk(session: InterviewSession) -> bool:
    """Return whether the session takes people: open or running."""
    return session.state in {SessionState.OPEN, SessionState.RUNNING}
