"""The inbox, and what is done with its lines."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from circles.actions import memberships
from circles.models import Circle, Membership
from circles.queries import memberships_in
from core.clock import clock_of_now
from core.http import go_back
from merchants.actions import fans
from merchants.models import Merchant
from notifications import drawn, queries
from notifications.actions import read
from notifications.models import Notification
from notifications.queries import InboxItem


@require_safe
@never_cache
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The inbox; opening its first page marks broadcasts as seen. To htmx: the next lines."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else "all"
    cursor = request.GET.get("before")
    page = queries.inbox(request.user, cursor, tab=tab)
    if not cursor:
        read.open_inbox(user=request.user)
    here = reverse("notifications:inbox")
    following = f"{here}?{urlencode({'tab': tab, 'before': page.next_cursor})}" if page.next_cursor else ""
    context = {"rows": _rows(page.items, request), "next_url": following, "tab": tab, "tabs": _tabs(here, tab)}
    if request.htmx and cursor:
        return render(request, "notifications/partials/_rows.html", context)
    return render(request, "notifications/inbox.html", context)


@require_GET
@never_cache
@login_required
def open_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one line read and go where it leads."""
    item = queries.find(request.user, pk)
    if item is not None:
        read.mark_read(user=request.user, ids=[pk])
        return redirect(item.target_url)
    if not Notification.objects.filter(pk=pk, recipient=request.user).exists():
        raise Http404
    messages.info(request, _("That is no longer here."))
    return redirect("notifications:inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    read.mark_all_read(user=request.user)
    return go_back(request, default=reverse("notifications:inbox"), message=_("All read."))


@require_POST
@login_required
def mute_circle(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing more from this circle, but for moderators' decisions."""
    circle = get_object_or_404(Circle.objects.visible_to(request.user), slug=slug)
    memberships.set_muted(user=request.user, circle=circle, muted=True)
    message = _("No more notifications from %(name)s.") % {"name": circle.name}
    return go_back(request, default=reverse("notifications:inbox"), message=message)


@require_POST
@login_required
def mute_merchant(request: HttpRequest, slug: str) -> HttpResponse:
    """Still a fan, but nothing more from this merchant in the inbox."""
    merchant = get_object_or_404(Merchant.objects.visible_to(request.user), slug=slug)
    fans.set_muted(user=request.user, merchant=merchant, muted=True)
    message = _("No more notifications from %(name)s.") % {"name": merchant.name}
    return go_back(request, default=reverse("notifications:inbox"), message=message)


@require_safe
@never_cache
def badge(request: HttpRequest) -> HttpResponse:
    """The number on the bell, asked for now and then by open pages. Nothing is changed by asking."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    return render(request, "notifications/partials/_badge.html")


def _rows(items: list[InboxItem], request: HttpRequest) -> list[SafeString]:
    memberships = memberships_in((item.circle.pk for item in items if item.notification and item.circle), request.user)
    clock = clock_of_now()
    return [
        drawn.line(item, clock, can_mute=_can_mute(item, memberships.get(item.circle.pk) if item.circle else None))
        for item in items
    ]


def _can_mute(item: InboxItem, membership: Membership | None) -> bool:
    """Does it come from a circle the reader is in and has not muted, or from a merchant?"""
    if item.broadcast is not None:
        return True
    return membership is not None and membership.is_active and not membership.muted and not item.is_decision


def _tabs(here: str, current: str) -> list[dict[str, object]]:
    labels = {"all": _("All"), "replies": _("Replies"), "likes": _("Likes"), "announcements": _("Announcements")}
    return [
        {"label": label, "url": here if tab == "all" else f"{here}?tab={tab}", "current": tab == current}
        for tab, label in labels.items()
    ]
