"""The card of the model: what it knows, what it never sees, its versions, and who planned against it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recruit.models import AuditEntry
from recruit.permissions import Action
from recruit.queue import enqueue
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.attendance import ALLOWED_FEATURES
from scheduling.models import AttendanceModel, InterviewSession, Plan
from scheduling.services.attendance import current_model
from scheduling.web.statistics.common import page, view_of

FEATURE_WORDS = {
    "source": gettext_lazy("Source"),
    "vacancy": gettext_lazy("Vacancy"),
    "office": gettext_lazy("Office"),
    "lead_hours": gettext_lazy("Hours from invitation to interview"),
    "hours_left": gettext_lazy("Hours left until the interview"),
    "same_day": gettext_lazy("Invited on the day itself"),
    "weekday": gettext_lazy("Weekday"),
    "hour": gettext_lazy("Hour"),
    "reminders": gettext_lazy("Reminders sent"),
    "delivered": gettext_lazy("Whether the invitation was delivered"),
    "link_loaded": gettext_lazy("Whether the page was loaded (weak)"),
    "answer": gettext_lazy("What the person answered"),
    "answers": gettext_lazy("Yes/no questions of imported history"),
    "earlier_shows": gettext_lazy("Own earlier visits"),
    "earlier_no_shows": gettext_lazy("Own earlier no-shows"),
    "interview_type": gettext_lazy("Kind of appointment in imported history"),
}
VERSIONS_A_PAGE = 20


@allowed(Action.SEE_STATISTICS)
@require_GET
def model(request: SignedIn) -> HttpResponse:
    """Show the card of the model: what it knows, what it never sees, its versions, and who planned against it."""
    current = current_model()
    versions = AttendanceModel.objects.defer("payload")
    listed = Paginator(versions, VERSIONS_A_PAGE).get_page(request.GET.get("page"))
    mine = InterviewSession.objects.visible_to(request.user)
    plans = (
        Plan.objects.filter(session__in=mine)
        .select_related("session__office", "created_by")
        .order_by("-created_at", "-pk")
    )
    overrides = AuditEntry.objects.filter(action__in=["plan.override", "model.learned"]).select_related("actor")
    return page(
        request,
        "model",
        view_of(request),
        {
            "current": current,
            "belief": current.belief(),
            "belief_range": current.belief().interval(),
            "features": [(FEATURE_WORDS[name], name) for name in sorted(ALLOWED_FEATURES)],
            "page": listed,
            "plans": plans.defer("inputs", "outputs", "people")[:15],
            "overrides": overrides.order_by("-pk")[:15] if request.user.may(Action.EDIT_SETTINGS) else [],
            "may_run": request.user.may(Action.EDIT_SETTINGS),
        },
        bare=True,
    )


@allowed(Action.EDIT_SETTINGS)
@require_POST
def model_learn(request: SignedIn) -> HttpResponse:
    """Let the model learn anew, in the background."""
    enqueue("scheduling.tasks.refit_attendance")
    audit.note(request.user, "model.learned")
    messages.success(request, _("The model learns in the background; the new version will stand here."))
    return redirect("statistics-model")
