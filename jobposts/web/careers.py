"""Careers pages: public, without a log-in and without JavaScript; and the page where a recruiter publishes them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jobposts.models import CareersPage
from jobposts.services import careers
from recruit.models import Company, Purpose, Source, SourceLink, Vacancy
from recruit.parsing.resume import MAX_BYTES
from recruit.permissions import Action
from recruit.services import rates
from recruit.services.notices import current_notice
from recruit.services.rates import Rate, TooManyError
from recruit.web.access import SignedIn, allowed

APPLY_PLACE = Rate("apply-place", 20, 3600)
APPLY_PAGE = Rate("apply-page", 600, 3600)


class ApplyForm(forms.Form):
    """What a person writes who applies. ``website`` is no field for people: who fills it in is a program."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    resume = forms.FileField(
        label=gettext_lazy("Resume"),
        required=False,
        help_text=gettext_lazy("PDF, DOCX, RTF or text, at most 20 MB. You may also apply without one."),
    )
    message = forms.CharField(
        label=gettext_lazy("A few words"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, required=False
    )
    notice = forms.BooleanField(label=gettext_lazy("I have read how my data are used"))
    pool = forms.BooleanField(label=gettext_lazy("You may also write to me about other jobs"), required=False)
    website = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to answer."""
        data = super().clean() or {}
        if not data.get("phone") and not data.get("email") and "email" not in self.errors:
            self.add_error("phone", _("Leave a phone number or an e-mail address, so that we can answer."))
        return data

    def clean_resume(self) -> Any:
        """Refuse what is larger than a resume can be."""
        file = self.cleaned_data["resume"]
        if file is not None and file.size > min(MAX_BYTES, settings.UPLOAD_LIMIT_BYTES):
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


class PublishForm(forms.Form):
    """Whether a vacancy is shown, and until when."""

    is_published = forms.BooleanField(label=gettext_lazy("Shown on the careers pages"), required=False)
    valid_through = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    in_feed = forms.BooleanField(label=gettext_lazy("In the feed for job sites"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a last day that has passed: the page would be gone at once."""
        data = super().clean() or {}
        last = data.get("valid_through")
        if data.get("is_published") and last is not None and last < timezone.localdate():
            self.add_error("valid_through", _("This day has passed."))
        return data


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or request.POST.get("lang") or ""
    known = {code for code, _name in settings.LANGUAGES}
    return asked if asked in known else (translation.get_language() or settings.LANGUAGE_CODE)


def _public(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    language = _language(request)
    with translation.override(language):
        request.LANGUAGE_CODE = language
        languages = [(code, name, code == language) for code, name in settings.LANGUAGES]
        shared = {"employer": Company.current(), "languages": languages, "lang": language, "ref": _token(request)}
        response = render(request, template, {**shared, **context}, status=status)
    response["Content-Language"] = language
    return response


def _token(request: HttpRequest) -> str:
    token = request.GET.get("ref") or request.POST.get("ref") or ""
    return token if token.replace("-", "").replace("_", "").isalnum() and len(token) <= 24 else ""


@login_not_required
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """List the open jobs."""
    rows = CareersPage.objects.shown(timezone.localdate()).select_related("vacancy__office").order_by("vacancy__title")
    return _public(request, "jobposts/jobs.html", {"pages": rows})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one job with its markup, and take people who apply; a job that is over answers 410."""
    page = get_object_or_404(CareersPage.objects.select_related("vacancy__office", "link__source"), slug=slug)
    if not CareersPage.objects.shown(timezone.localdate()).filter(pk=page.pk).exists():
        return _public(request, "jobposts/job_gone.html", {"page": page}, status=410)
    language = _language(request)
    with translation.override(language):
        form = ApplyForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            return _apply(request, page, form, language)
    return _show(request, page, form, language)


def _apply(request: HttpRequest, page: CareersPage, form: ApplyForm, language: str) -> HttpResponse:
    data = form.cleaned_data
    now = timezone.now()
    try:
        rates.hit(APPLY_PLACE, request.META.get("REMOTE_ADDR", ""), at=now)
        rates.hit(APPLY_PAGE, page.slug, at=now)
    except TooManyError as error:
        response = _show(request, page, form, language, status=429, too_many=True)
        response["Retry-After"] = str(error.retry_after)
        return response
    if not data["website"]:
        file = data["resume"]
        careers.apply_here(
            page,
            data,
            token=_token(request),
            upload=(file.name, file.read()) if file is not None else None,
            language=language,
            at=now,
        )
    # A program that filled in the hidden field is told the same and nothing is kept.
    return redirect(f"/jobs/{page.slug}/thanks/?lang={language}")


def _show(
    request: HttpRequest,
    page: CareersPage,
    form: ApplyForm,
    language: str,
    *,
    status: int = 200,
    too_many: bool = False,
) -> HttpResponse:
    text, word = careers.markup_of(page)
    with translation.override(language):
        context = {
            "page": page,
            "vacancy": page.vacancy,
            "form": form,
            "markup": text,
            "country": careers.country_of(page.vacancy, Company.current()),
            "notice": current_notice(Purpose.RECRUITMENT, language),
            "pool": current_notice(Purpose.POOL, language),
            "too_many": too_many,
            "canonical": careers.address(page),
        }
    response = _public(request, "jobposts/job.html", context, status=status)
    response._csp_update = {"script-src": [word]}  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's own way
    return response


@login_not_required
@require_GET
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Say thank you."""
    page = get_object_or_404(CareersPage.objects.select_related("vacancy"), slug=slug)
    return _public(request, "jobposts/job_thanks.html", {"page": page})


@login_not_required
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Give every open job as XML for job sites."""
    del request
    now = timezone.now()
    response = HttpResponse(careers.feed(careers.feed_pages(at=now), at=now), content_type="application/xml")
    patch_cache_control(response, max_age=900, public=True)
    return response


@allowed(Action.EDIT_VACANCY)
def publish(request: SignedIn, pk: int) -> HttpResponse:
    """Publish a vacancy on the careers pages, and make ways in that are counted to the hire."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk)
    if request.method not in {"GET", "POST"}:
        raise BadRequest
    page = careers.page_of(vacancy)
    end = page.valid_through or careers.default_end(timezone.localdate())
    initial = {"is_published": page.is_published, "valid_through": end.isoformat(), "in_feed": page.in_feed}
    form = PublishForm(request.POST if request.POST.get("what") == "publish" else None, initial=initial)
    if request.POST.get("what") == "link":
        source = Source.objects.filter(pk=request.POST.get("source") or 0).first()
        if source is None:
            messages.error(request, _("Choose a source."))
        else:
            careers.new_link(vacancy, source=source, name=request.POST.get("name", ""))
        return redirect("careers-publish", pk=pk)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        careers.publish(
            page,
            on=data["is_published"],
            valid_through=data["valid_through"],
            in_feed=data["in_feed"],
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("careers-publish", pk=pk)
    links = SourceLink.objects.filter(vacancy=vacancy, posting=None).select_related("source")
    return render(
        request,
        "jobposts/careers.html",
        {
            "page": page,
            "vacancy": vacancy,
            "form": form,
            "address": careers.address(page),
            "is_shown": CareersPage.objects.shown(timezone.localdate()).filter(pk=page.pk).exists(),
            "links": [
                {"row": link, "address": careers.address(page, link), "people": link.applications.count()}
                for link in links
            ],
            "sources": Source.objects.all(),
        },
    )
