"""Keeping people at a distance: blocked and muted people, and the shield."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.actions import blocks
from accounts.models import Reach, User
from core.http import go_back


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def blocked(request: HttpRequest) -> HttpResponse:
    """Who may reach me, whom I block, whom I mute. A POST chooses who may reach me."""
    if request.method == "POST":
        blocks.choose_reach(user=request.user, reach=request.POST.get("reach", ""))
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("accounts:blocked"))
    helps = {
        Reach.EVERYONE: _("Everybody who may write here may mention, answer and like you."),
        Reach.COMPANIONS: _("Strangers cannot answer you, and you hear nothing of their mentions and likes."),
        Reach.NOBODY: _("Nobody can answer you, and you hear of no mentions and likes, until you want to again."),
    }
    choices = [(reach, helps[reach], reach == request.user.reach) for reach in Reach]
    context = {
        "choices": choices,
        "is_shielded": request.user.reach != Reach.EVERYONE,
        "blocks": queries.blocked_people(request.user),
        "mutes": queries.muted_people(request.user),
    }
    return render(request, "accounts/blocked.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, username: str) -> HttpResponse:
    """Ask, then block. The way back leads to the profile, for what one came from may be out of sight now."""
    person = _person(username)
    if request.method != "POST":
        return render(request, "accounts/block.html", {"person": person})
    blocks.block(user=request.user, person=person)
    messages.success(request, _("%(name)s is blocked.") % {"name": person.nickname})
    return HttpResponseRedirect(person.get_absolute_url())


@login_required
@require_POST
def unblock(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(username)
    blocks.unblock(user=request.user, person=person)
    message = _("%(name)s is no longer blocked.") % {"name": person.nickname}
    return go_back(request, default=person.get_absolute_url(), message=message)


@login_required
@require_POST
def mute(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(username)
    blocks.mute(user=request.user, person=person)
    message = _("You will hear less of %(name)s.") % {"name": person.nickname}
    return go_back(request, default=person.get_absolute_url(), message=message)


@login_required
@require_POST
def unmute(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(username)
    blocks.unmute(user=request.user, person=person)
    message = _("You hear of %(name)s again.") % {"name": person.nickname}
    return go_back(request, default=person.get_absolute_url(), message=message)


def _person(username: str) -> User:
    person: User = get_object_or_404(User.objects.active(), username=username)
    return person
