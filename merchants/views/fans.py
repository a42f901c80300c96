"""Following, and how much one hears."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from circles.views.access import signed_in
from core.http import go_back, toast
from merchants.actions import fans
from merchants.models import Merchant
from merchants.views.access import merchant_or_404


@require_POST
@signed_in
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    merchant = merchant_or_404(request, slug)
    fans.follow(user=request.user, merchant=merchant)
    message = _("You follow %(name)s now.") % {"name": merchant.name}
    return _answer(request, merchant, message, following=True)


@require_POST
@signed_in
def unfollow(request: HttpRequest, slug: str) -> HttpResponse:
    merchant = merchant_or_404(request, slug)
    fans.unfollow(user=request.user, merchant=merchant)
    message = _("You no longer follow %(name)s.") % {"name": merchant.name}
    return _answer(request, merchant, message, following=False)


@require_POST
@signed_in
def mute(request: HttpRequest, slug: str) -> HttpResponse:
    """Announcements stay in the home feed, and no longer come to the inbox (muted=1); or do again (muted=0)."""
    merchant = merchant_or_404(request, slug)
    muted = request.POST.get("muted") != "0"
    fans.set_muted(user=request.user, merchant=merchant, muted=muted)
    message = _("You will not be notified.") if muted else _("You will be notified again.")
    if request.htmx:
        context = {"merchant": merchant, "muted": muted}
        return toast(render(request, "merchants/partials/_mute_button.html", context), message, level="success")
    return go_back(request, default=merchant.get_absolute_url(), message=message)


def _answer(request: HttpRequest, merchant: Merchant, message: str, *, following: bool) -> HttpResponse:
    if request.htmx:
        context = {"merchant": merchant, "following": following}
        return toast(render(request, "components/_follow_button.html", context), message, level="success")
    return go_back(request, default=merchant.get_absolute_url(), message=message)
