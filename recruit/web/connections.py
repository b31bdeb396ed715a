"""Connections of programs: a key with its last calls, and the addresses that are told what happens."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.messaging import webhooks
from recruit.models import ApiKey, InboundRecord, Source, WebhookDelivery, WebhookEndpoint
from recruit.permissions import Action
from recruit.services import audit, trial_keys
from recruit.states import DeliveryState
from recruit.web.access import SignedIn, allowed
from recruit.web.locking import LockedForm

CALLS_A_PAGE = 100


class KeyForm(LockedForm):
    """What people of a key are counted under, and how often it may call."""

    class Meta:
        model = ApiKey
        fields = ["name", "source", "rate_per_minute"]
        labels = {
            "name": gettext_lazy("Name"),
            "source": gettext_lazy("People are counted under"),
            "rate_per_minute": gettext_lazy("Calls a minute at most"),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["source"].queryset = Source.objects.all()  # type: ignore[attr-defined]


class EndpointForm(forms.Form):
    """An address and what it wants to hear of."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    url = forms.URLField(label=gettext_lazy("Address"), max_length=500, assume_scheme="https")
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(kind, kind) for kind in webhooks.KINDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None ticked: all of them."),
    )


@allowed(Action.MANAGE_KEYS)
def key(request: SignedIn, pk: int) -> HttpResponse:
    """Show one key: its last 500 calls with what was wrong in them, and what it sent."""
    row = get_object_or_404(ApiKey.objects.select_related("source", "test_vacancy"), pk=pk)
    form = KeyForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        audit.note(request.user, "key.changed", row, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("settings-key", pk=pk)
    calls = row.calls.all()
    if request.GET.get("only") == "errors":
        calls = calls.filter(status__gte=400)
    records = InboundRecord.objects.filter(key=row)
    return render(
        request,
        "recruit/connection.html",
        {
            "key": row,
            "form": form,
            "page": Paginator(calls, CALLS_A_PAGE).get_page(request.GET.get("page")),
            "only": request.GET.get("only", ""),
            "records": records.count(),
            "unfetched": records.exclude(resume_error="").select_related("candidate")[:20],
        },
    )


@allowed(Action.MANAGE_KEYS)
@require_POST
def key_wipe(request: SignedIn, pk: int) -> HttpResponse:
    """Wipe what a test key has sent."""
    row = get_object_or_404(ApiKey, pk=pk, is_test=True)
    gone = trial_keys.wipe(row)
    audit.note(request.user, "key.wiped", row, people=gone)
    messages.success(
        request, ngettext("%(count)s person is gone.", "%(count)s people are gone.", gone) % {"count": gone}
    )
    return redirect("settings-key", pk=pk)


@allowed(Action.MANAGE_KEYS)
def endpoints(request: SignedIn) -> HttpResponse:
    """List the addresses that are told what happens, and make one; its signing key is shown once."""
    shown = request.session.pop("new_endpoint", "")
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, secret = webhooks.new_endpoint(
            name=form.cleaned_data["name"], url=form.cleaned_data["url"], kinds=form.cleaned_data["kinds"]
        )
        request.session["new_endpoint"] = secret
        audit.note(request.user, "webhook.made", made)
        return redirect("settings-webhooks")
    rows = WebhookEndpoint.objects.all()
    deliveries = WebhookDelivery.objects.select_related("event", "endpoint").order_by("-pk")[:100]
    return render(
        request,
        "recruit/webhooks.html",
        {"endpoints": rows, "form": form, "shown": shown, "deliveries": deliveries, "states": DeliveryState},
    )


@allowed(Action.MANAGE_KEYS)
@require_POST
def endpoint_act(request: SignedIn, pk: int) -> HttpResponse:
    """Send a test, switch an address on or off, or forget it."""
    row = get_object_or_404(WebhookEndpoint, pk=pk)
    what = request.POST.get("what", "")
    if what == "test":
        delivery = webhooks.send_test(row)
        if delivery.state == DeliveryState.DONE:
            messages.success(request, _("The address answered %(status)s.") % {"status": delivery.last_status})
        else:
            messages.error(request, _("It did not work: %(reason)s") % {"reason": delivery.error})
    elif what in {"on", "off"}:
        WebhookEndpoint.objects.filter(pk=pk).update(is_active=what == "on")
        audit.note(request.user, f"webhook.{what}", row)
    elif what == "forget":
        audit.note(request.user, "webhook.forgotten", row)
        row.delete()
    return redirect("settings-webhooks")


@allowed(Action.MANAGE_KEYS)
@require_POST
def delivery_replay(request: SignedIn, pk: int) -> HttpResponse:
    """Send an event again."""
    try:
        webhooks.replay(get_object_or_404(WebhookDelivery, pk=pk))
        messages.success(request, _("It is sent again."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("settings-webhooks")
