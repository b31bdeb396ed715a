"""Signing in and out, the second factor, a new password by mail, and the profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from recruit.backends import LOOPBACK
from recruit.errors import NotAllowedError, RecruitError
from recruit.models import User
from recruit.permissions import Action
from recruit.services import audit, second_factor, sign_ins
from recruit.services.rates import SECOND_FACTOR, TooManyError, hit
from recruit.services.sign_in import user_of
from recruit.web.access import SignedIn, allowed
from recruit.web.addresses import client_address
from recruit.web.forms import CodeForm, ProfileForm, ResetForm, SignInForm
from recruit.web.throttle import too_many

BACKEND = "recruit.backends.PasswordBackend"
# Who gave the right password and still owes the code: user, when, where to go then.
_PENDING = "second_factor_pending"
_PENDING_SECONDS = 300
# Finding and installing an app takes longer than typing a code.
_SET_UP_SECONDS = 1800


def enter(request: HttpRequest, user: User) -> None:
    """Sign ``user`` in under a new session id and write it down in the list of browsers."""
    request.session.pop(_PENDING, None)
    login(request, user, backend=BACKEND)
    sign_ins.note_sign_in(
        user,
        session_key=request.session.session_key or "",
        place=client_address(request),
        agent=request.headers.get("User-Agent", ""),
        at=timezone.now(),
    )


@method_decorator([login_not_required, never_cache], name="dispatch")
class SignInView(auth_views.LoginView):
    """E-mail and password; too many wrong ones lock the pair of person and address for a while."""

    template_name = "recruit/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Return where to go then: a path of ours that begins with a slash, or nothing."""
        target = super().get_redirect_url(request) if request else super().get_redirect_url()
        return target if target.startswith("/") else ""

    def _email(self) -> str:
        return str(self.request.POST.get("username", "")).strip().lower()[:254]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse what comes too often before the password is looked at."""
        try:
            sign_ins.check_may_try(self._email(), client_address(request), at=timezone.now())
        except TooManyError as error:
            return too_many(request, error)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Count the wrong password."""
        sign_ins.note_wrong_password(self._email(), client_address(self.request), at=timezone.now())
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponseRedirect:
        """Sign in, or ask for the code of the second factor first."""
        user = form.get_user()
        if not isinstance(user, User):
            raise PermissionDenied
        has_one = second_factor.is_on(user)
        if not has_one and not second_factor.must_have(user):
            enter(self.request, user)
            return HttpResponseRedirect(self.get_success_url())
        self.request.session.cycle_key()
        self.request.session[_PENDING] = [user.pk, int(timezone.now().timestamp()), self.get_success_url()]
        return HttpResponseRedirect(reverse("sign-in-code" if has_one else "sign-in-set-up"))


def _pending(request: HttpRequest, *, seconds: int) -> tuple[User | None, str]:
    """Return who gave the right password at most ``seconds`` ago and still owes the code, and where to go then."""
    number, at, target = request.session.get(_PENDING, [0, 0, "/"])
    user = User.objects.filter(pk=number, is_active=True).first()
    if user is None or timezone.now().timestamp() - at > seconds:
        request.session.pop(_PENDING, None)
        return None, "/"
    return user, target


@login_not_required
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Set the second factor up between password and first page, where the role must have one."""
    user, target = _pending(request, seconds=_SET_UP_SECONDS)
    if user is None or second_factor.is_on(user):
        return redirect("sign-in")
    row, form, codes = second_factor.begin(user), CodeForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.confirm(row, form.cleaned_data["code"], at=timezone.now())
        except TooManyError as error:
            return too_many(request, error)
        except RecruitError as error:
            form.add_error("code", error.message)
        else:
            enter(request, user)
    context = {"form": form, "codes": codes, "target": target}
    if not codes:
        context |= {"picture": second_factor.picture_of(row), "secret": second_factor.secret_of(row)}
    return render(request, "recruit/sign_in_set_up.html", context)


@login_not_required
@never_cache
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the authenticator app, after the password."""
    now = timezone.now()
    user, target = _pending(request, seconds=_PENDING_SECONDS)
    if user is None:
        return redirect("sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            hit(SECOND_FACTOR, str(user.pk), at=now)
        except TooManyError as error:
            return too_many(request, error)
        if second_factor.verify(user, form.cleaned_data["code"], at=now):
            enter(request, user)
            return HttpResponseRedirect(target)
        form.add_error("code", _("This code is not right, or it was used already."))
    return render(request, "recruit/sign_in_code.html", {"form": form})


class SignOutView(auth_views.LogoutView):
    """End the session."""


@login_not_required
@never_cache
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to choose a new password; the answer is the same whether the e-mail is known or not."""
    form, is_sent = ResetForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        try:
            sign_ins.ask_for_reset(form.cleaned_data["email"], client_address(request), at=timezone.now())
        except TooManyError as error:
            return too_many(request, error)
        is_sent = True
    return render(request, "recruit/password_forgotten.html", {"form": form, "is_sent": is_sent})


@method_decorator([login_not_required, never_cache], name="dispatch")
class NewPasswordView(auth_views.PasswordResetConfirmView):
    """Choose a new password by the link of the mail; every other session of the person ends."""

    template_name = "recruit/password_new.html"
    success_url = reverse_lazy("sign-in")
    token_generator = sign_ins.reset_tokens
    post_reset_login = False

    def form_valid(self, form: SetPasswordForm[User]) -> HttpResponse:
        """Save it and end what was signed in before."""
        response = super().form_valid(form)
        user = form.user
        sign_ins.end_others(user, but="", at=timezone.now())
        audit.note(user, "password.reset", user)
        messages.success(self.request, _("The new password is set. Sign in with it."))
        return response


@allowed(Action.SEE_TODAY)
def profile(request: SignedIn) -> HttpResponse:
    """Language, time zone, look, keys."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "recruit/profile.html", {"form": form})


@require_GET
def one_time(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a one-time link: demo mode, this machine, once."""
    if request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise PermissionDenied
    try:
        user = user_of(token)
    except NotAllowedError as error:
        messages.error(request, error.message)
        return redirect("sign-in")
    enter(request, user)
    return redirect("today")
