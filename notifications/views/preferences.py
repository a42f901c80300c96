"""The page of notification settings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications import queries, webpush
from notifications.actions import preferences as actions
from notifications.forms import PreferencesForm, initial_of
from notifications.models import InboxState, Preferences


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Where, when and how much; one form, saved as a whole."""
    user = request.user
    memberships, fans = queries.levels_of(user)
    if request.method == "POST":
        form = PreferencesForm(request.POST, memberships=memberships, fans=fans)
        if form.is_valid():
            _save(request, form)
            messages.success(request, _("Saved."))
            return redirect("notifications:preferences")
        return _show(request, form, status=422)
    state = InboxState.objects.filter(pk=user.pk).first()
    bell = state is None or state.bell
    initial = initial_of(Preferences.of(user), bell=bell, default=user.notice_level)
    form = PreferencesForm(initial=initial, memberships=memberships, fans=fans)
    return _show(request, form)


def _show(request: HttpRequest, form: PreferencesForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "person": request.user, "push_key": webpush.public_key()}
    return render(request, "notifications/preferences.html", context, status=status)


def _save(request: HttpRequest, form: PreferencesForm) -> None:
    wanted = form.cleaned_data
    names = ("bell", "mail", "push", "quiet", "quiet_from", "quiet_until", "digest", "digest_hour", "language")
    actions.update(user=request.user, **{name: wanted[name] for name in names})
    actions.set_levels(
        user=request.user,
        default=wanted["default"],
        circles=form.levels("circle"),
        merchants=form.levels("merchant"),
    )
