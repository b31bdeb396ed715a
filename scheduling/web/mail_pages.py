"""How answers by mail come in, what was made of the last ones, and the rule for proposals."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.models import (
    IncomingMail,
    MailRules,
)


@allowed(Action.EDIT_SETTINGS)
def mail(request: SignedIn) -> HttpResponse:
    """Show how answers come in, what was made of the last ones, and the rule for proposals."""
    rules = MailRules.current()
    if request.method == "POST":
        rules.accept_free_times = request.POST.get("accept_free_times") == "on"
        rules.save()
        audit.note(request.user, "settings.mail")
        messages.success(request, _("Saved."))
        return redirect("settings-mail")
    rows = IncomingMail.objects.visible_to(request.user).select_related(
        "invitation__application__candidate", "block__interviewer"
    )
    ways = [
        {"name": "IMAP", "on": bool(settings.INBOUND_IMAP_URL), "setting": "INBOUND_IMAP_URL"},
        {"name": "Maildir", "on": bool(settings.INBOUND_MAILDIR), "setting": "INBOUND_MAILDIR"},
        {"name": "HTTP", "on": bool(settings.INBOUND_SECRET), "setting": "INBOUND_SECRET"},
    ]
    context = {"rules": rules, "mails": rows[:100], "ways": ways, "address": settings.REPLY_ADDRESS}
    return render(request, "scheduling/settings_mail.html", context)
