"""What can be done on a person's page: comment, contacts, messages, offers."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.messaging.outbox import contact_for, post
from recruit.models import Application, Candidate, Channel, Company, ContactKind, ContactPoint, MessageKind, Offer
from recruit.permissions import Action
from recruit.services import audit, contacts, offers
from recruit.services.comments import add_comment
from recruit.states import MessageState, OfferEvent, OfferState
from recruit.web.access import SignedIn, allowed
from recruit.web.forms import ContactForm, OfferForm, WriteForm


@allowed(Action.SEE_NOTES)
@require_POST
def comment(request: SignedIn, pk: int) -> HttpResponse:
    """Add a comment to an application; colleagues named with @ find it on their Today."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    try:
        made = add_comment(application, author=request.user, text=request.POST.get("text", ""), at=timezone.now())
        told = ", ".join(made.mentions.values_list("user__name", flat=True))
        if told:
            messages.success(request, _("Told: %(names)s") % {"names": told})
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("candidate", pk=application.candidate_id)


@allowed(Action.MAKE_OFFER)
@require_POST
def offer(request: SignedIn, pk: int) -> HttpResponse:
    """Make an offer."""
    application = get_object_or_404(Application.objects.visible_to(request.user).select_related("vacancy"), pk=pk)
    form = OfferForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("candidate", pk=application.candidate_id)
    try:
        offers.make_offer(application, at=timezone.now(), by=request.user, **form.cleaned_data)
        messages.success(request, _("The offer is noted."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("candidate", pk=application.candidate_id)


@allowed(Action.MAKE_OFFER)
@require_POST
def settle_offer(request: SignedIn, pk: int) -> HttpResponse:
    """Note the answer to an offer."""
    made = get_object_or_404(Offer.objects.filter(application__in=Application.objects.visible_to(request.user)), pk=pk)
    event = request.POST.get("event", "")
    try:
        if event in OfferEvent.values:
            offers.settle_offer(
                made, OfferEvent(event), at=timezone.now(), by=request.user, reason=request.POST.get("reason", "")
            )
            messages.success(request, _("Offer: %(state)s") % {"state": OfferState(made.state).label})
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("candidate", pk=made.application.candidate_id)


@allowed(Action.MOVE_STAGE)
@require_POST
def contact_new(request: SignedIn, pk: int) -> HttpResponse:
    """Add a phone or an e-mail address."""
    person = get_object_or_404(Candidate.objects.visible_to(request.user), pk=pk)
    form = ContactForm(request.POST, region=Company.current().region)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("candidate", pk=pk)
    data = form.cleaned_data
    try:
        contacts.add_contact(person, kind=ContactKind(data["kind"]), value=data["value"], normalised=data["normalised"])
        audit.note(request.user, "candidate.changed", person, fields=["contacts"])
        messages.success(request, _("Saved."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("candidate", pk=pk)


@allowed(Action.MOVE_STAGE)
@require_POST
def contact_act(request: SignedIn, pk: int) -> HttpResponse:
    """Prefer a contact, or note that it is wrong, or right after all."""
    visible = Candidate.objects.visible_to(request.user)
    contact = get_object_or_404(ContactPoint.objects.filter(candidate__in=visible), pk=pk)
    what = request.POST.get("what", "")
    if what == "prefer":
        contacts.prefer_contact(contact)
    elif what in {"wrong", "right"}:
        contacts.mark_wrong(contact, at=timezone.now() if what == "wrong" else None)
    audit.note(request.user, "candidate.changed", contact.candidate, fields=["contacts"])
    messages.success(request, _("Saved."))
    return redirect("candidate", pk=contact.candidate_id)


@allowed(Action.SEE_OUTBOX)
@require_POST
def write(request: SignedIn, pk: int) -> HttpResponse:
    """Write to a person; whoever must not be contacted gets nothing, and the outbox says so."""
    person = get_object_or_404(Candidate.objects.visible_to(request.user).prefetch_related("contacts"), pk=pk)
    form = WriteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write something first."))
        return redirect("candidate", pk=pk)
    channel = Channel(form.cleaned_data["channel"])
    if channel != Channel.HAND and contact_for(person, channel) is None:
        messages.error(request, _("There is no address for that channel."))
        return redirect("candidate", pk=pk)
    made = post(
        # The form carries a word of its own: sent twice, it is one message.
        effect_key=f"letter:{person.pk}:{request.POST.get('once', '')[:32] or secrets.token_hex(8)}",
        kind=MessageKind.OTHER,
        channel=channel,
        subject=form.cleaned_data["subject"] or Company.current().name,
        body=form.cleaned_data["body"],
        candidate=person,
        language=person.language,
        reply_to=request.user.email,
    )
    if made.state == MessageState.DROPPED:
        messages.error(request, _("Not sent: this person must not be contacted."))
    else:
        messages.success(request, _("It waits in the outbox."))
    return redirect("candidate", pk=pk)
