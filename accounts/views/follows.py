"""Following people: the button, the lists, and who may do and see what."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import following
from accounts.actions import follows
from accounts.models import Audience, MayFollow, User
from core.http import go_back, is_htmx


@login_required
@require_POST
def follow(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(username)
    follows.follow(user=request.user, person=person)
    return _answer(request, person, _("You follow %(name)s.") % {"name": person.nickname})


@login_required
@require_POST
def unfollow(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(username)
    follows.unfollow(user=request.user, person=person)
    return _answer(request, person, _("You do not follow %(name)s any more.") % {"name": person.nickname})


@login_required
@require_POST
def remove_follower(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(username)
    follows.remove_follower(user=request.user, person=person)
    message = _("%(name)s does not follow you any more.") % {"name": person.nickname}
    return go_back(
        request, default=reverse("accounts:follows", args=[request.user.username, "followers"]), message=message
    )


@require_safe
def lists(request: HttpRequest, username: str, which: str) -> HttpResponse:
    """Followers, followed people, or friends; what its owner does not show is not there."""
    person = get_object_or_404(User.objects.active().select_related("avatar"), username=username)
    standing = following.standing(request.user, person)
    cursor = request.GET.get("before")
    page = following.LISTS[which](person, request.user, cursor) if standing.shows_follows else None
    here = reverse("accounts:follows", args=[username, which])
    context: dict[str, Any] = {
        "person": person,
        "standing": standing,
        "which": which,
        "page": page,
        "next_url": f"{here}?{urlencode({'before': page.next_cursor})}" if page and page.next_cursor else None,
        "tabs": _tabs(person, which),
    }
    if is_htmx(request) and cursor:
        return render(request, "accounts/partials/_follow_rows.html", context)
    return render(request, "accounts/follows.html", context)


@login_required
@require_safe
def my_followers(request: HttpRequest) -> HttpResponse:
    """Where notices of new followers lead."""
    return redirect("accounts:follows", request.user.username, "followers")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Who may follow me, who sees what of it, and whether I am suggested."""
    if request.method == "POST":
        chosen = {name: request.POST[name] for name in follows.CHOICES if name in request.POST}
        follows.choose(user=request.user, **chosen, is_suggested=request.POST.get("is_suggested") == "on")
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("accounts:follow_settings"))
    row = following.settings_of(request.user)
    questions = [
        (name, row._meta.get_field(name).verbose_name, [(one, one == getattr(row, name)) for one in kind])
        for name, kind in (("may_follow", MayFollow), ("shows_follows", Audience), ("shows_circles", Audience))
    ]
    return render(request, "accounts/follow_settings.html", {"questions": questions, "row": row})


def _tabs(person: User, which: str) -> list[dict[str, Any]]:
    labels = {"following": pgettext("people", "Following"), "followers": _("Followers"), "friends": _("Friends")}
    return [
        {"label": label, "url": reverse("accounts:follows", args=[person.username, name]), "current": name == which}
        for name, label in labels.items()
    ]


def _answer(request: HttpRequest, person: User, message: str) -> HttpResponse:
    if is_htmx(request):
        between = following.between_all([person.pk], request.user)[person.pk]
        context = {"person": person, "between": between, "small": request.POST.get("small") == "1"}
        return render(request, "components/_follow_person.html", context)
    return go_back(request, default=person.get_absolute_url(), message=message)


def _person(username: str) -> User:
    person: User = get_object_or_404(User.objects.active(), username=username)
    return person
