"""One's own safety: password, second factor, where one is signed in. And the users of the installation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Company, SecondFactor, User
from recruit.permissions import Action, Role
from recruit.services import audit, second_factor, sign_ins, users
from recruit.services.rates import TooManyError
from recruit.web.access import SignedIn, allowed
from recruit.web.addresses import client_address
from recruit.web.forms import CodeForm, FactorRuleForm, UserForm
from recruit.web.throttle import too_many


@allowed(Action.SEE_TODAY)
@never_cache
def security(request: SignedIn) -> HttpResponse:
    """Show where one is signed in, and change the password."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, request.user)
        # Django gives this session a new id: the list follows it, and all others end.
        sign_ins.end_others(request.user, but="", at=timezone.now())
        sign_ins.note_sign_in(
            request.user,
            session_key=request.session.session_key or "",
            place=client_address(request),
            agent=request.headers.get("User-Agent", ""),
            at=timezone.now(),
        )
        audit.note(request.user, "password.changed", request.user)
        messages.success(request, _("The password is changed; every other browser is signed out."))
        return redirect("security")
    here = request.session.session_key
    rows = [{"row": row, "is_here": row.session_key == here} for row in sign_ins.open_sign_ins(request.user)]
    return render(
        request,
        "recruit/security.html",
        {"form": form, "sign_ins": rows, "has_factor": second_factor.is_on(request.user)},
    )


@allowed(Action.SEE_TODAY)
@require_POST
def end_sign_ins(request: SignedIn) -> HttpResponse:
    """Sign out one other browser, or all others."""
    number = request.POST.get("number", "")
    try:
        if number.isascii() and number.isdigit() and len(number) < 19:
            sign_ins.end_sign_in(request.user, int(number), at=timezone.now())
        else:
            sign_ins.end_others(request.user, but=request.session.session_key or "", at=timezone.now())
        messages.success(request, _("Signed out there."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("security")


@allowed(Action.SEE_TODAY)
@never_cache
def factor(request: SignedIn) -> HttpResponse:
    """Set the second factor up: picture, first code, recovery codes shown once."""
    if second_factor.is_on(request.user):
        return redirect("security")
    row, form, codes = second_factor.begin(request.user), CodeForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.confirm(row, form.cleaned_data["code"], at=timezone.now())
        except TooManyError as error:
            return too_many(request, error)
        except RecruitError as error:
            form.add_error("code", error.message)
    context = {"form": form, "codes": codes}
    if not codes:
        context |= {"picture": second_factor.picture_of(row), "secret": second_factor.secret_of(row)}
    return render(request, "recruit/second_factor.html", context)


@allowed(Action.SEE_TODAY)
@require_POST
def factor_off(request: SignedIn) -> HttpResponse:
    """Switch the second factor off, with the password once more."""
    if not request.user.check_password(request.POST.get("password", "")):
        messages.error(request, _("The password is not right."))
        return redirect("security")
    try:
        second_factor.switch_off(request.user, by=request.user, at=timezone.now())
        messages.success(request, _("The second factor is off."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("security")


@allowed(Action.MANAGE_USERS)
@require_GET
def user_list(request: SignedIn) -> HttpResponse:
    """List the people who sign in."""
    rows = users.people().prefetch_related("teams")
    with_factor = set(SecondFactor.objects.exclude(confirmed_at=None).values_list("user_id", flat=True))
    return render(
        request,
        "recruit/settings_users.html",
        {
            "rows": [{"user": row, "has_factor": row.pk in with_factor} for row in rows],
            "must": [Role(role).label for role in Company.current().second_factor_roles],
        },
    )


@allowed(Action.MANAGE_USERS)
def user_edit(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Invite somebody, or change name, role, teams and access."""
    row = get_object_or_404(users.people(), pk=pk) if pk else None
    form = UserForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            users.save_user(
                form.save(commit=False), teams=form.cleaned_data["teams"], by=request.user, at=timezone.now()
            )
        except RecruitError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(
                request, _("Saved.") if row else _("A mail with a link to choose a password is on its way.")
            )
            return redirect("settings-users")
    return render(request, "recruit/settings_user.html", {"form": form, "row": row})


@allowed(Action.MANAGE_USERS)
def factor_rule(request: SignedIn) -> HttpResponse:
    """Say which roles must use a second factor."""
    form = FactorRuleForm(request.POST or None, initial={"roles": Company.current().second_factor_roles})
    if request.method == "POST" and form.is_valid():
        second_factor.set_roles(form.cleaned_data["roles"], by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("settings-users")
    return render(request, "recruit/settings_form.html", {"form": form, "title": _("Second factor")})


@allowed(Action.MANAGE_USERS)
@require_POST
def user_act(request: SignedIn, pk: int) -> HttpResponse:
    """Send a link for a new password, sign out everywhere, or take a lost second factor away."""
    row: User = get_object_or_404(users.people(), pk=pk)
    what, now = request.POST.get("what", ""), timezone.now()
    if what == "link":
        users.send_link(row, by=request.user, at=now)
    elif what == "end":
        sign_ins.end_others(row, but="", at=now)
    elif what == "factor":
        second_factor.switch_off(row, by=request.user, at=now)
    messages.success(request, _("Done."))
    return redirect("settings-user", pk=pk)
