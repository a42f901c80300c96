"""The lists, and waving away what one does not want to see in them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from circles.cards import Html
from circles.models import Category, Circle
from circles.shown import circle_tabs
from circles.views.access import circle_or_404, known_circle_or_404
from circles.views.paging import cursor_of, is_more, next_url
from core.http import go_back, is_htmx, toast
from discovery import queries
from discovery.actions import dismissals


@require_safe
def hot(request: HttpRequest) -> HttpResponse:
    """What moves the whole site now."""
    page = queries.hot(request.user, cursor_of(request), shape=Html())
    return _hot(request, page, {"tabs": _tabs("hot"), "circle": None})


@require_safe
def hot_in_circle(request: HttpRequest, slug: str) -> HttpResponse:
    """What moves one circle now."""
    circle = circle_or_404(request, slug)
    page = queries.hot(request.user, cursor_of(request), circle=circle, shape=Html(show_circle=False))
    return _hot(request, page, {"tabs": circle_tabs(circle.get_absolute_url(), "hot"), "circle": circle})


@require_safe
def rising(request: HttpRequest) -> HttpResponse:
    """Circles that grow, of all categories or of one."""
    categories = list(Category.objects.all())
    chosen = next((one for one in categories if one.slug == request.GET.get("category")), None)
    here = reverse("discovery:rising")
    chips = [
        {"label": _("All"), "url": here, "current": chosen is None},
        *({"label": str(one), "url": f"{here}?category={one.slug}", "current": one == chosen} for one in categories),
    ]
    found = queries.rising(request.user, category=chosen)
    context = {"suggested": found, "tabs": _tabs("rising"), "chips": chips, "can_dismiss": False}
    return render(request, "discovery/rising.html", context)


@login_required
@require_safe
def for_you(request: HttpRequest) -> HttpResponse:
    """Circles one may like, each with why."""
    context = {
        "suggested": queries.for_you(request.user),
        "is_new": queries.is_new(request.user),
        "tabs": _tabs("for_you"),
        "can_dismiss": True,
    }
    return render(request, "discovery/for_you.html", context)


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Whom one may know from circles shared."""
    page = queries.people(request.user)
    return render(request, "discovery/people.html", {"page": page, "tabs": _tabs("people")})


@login_required
@require_safe
def dismissed(request: HttpRequest) -> HttpResponse:
    """What one waved away, to take it back."""
    return render(request, "discovery/dismissed.html", {"rows": queries.dismissed(request.user)})


@login_required
@require_POST
def dismiss_circle(request: HttpRequest, slug: str) -> HttpResponse:
    """Show this circle no more; with `undo` again."""
    circle = known_circle_or_404(request, slug)
    return _dismissed(request, circle.name, circle=circle)


@login_required
@require_POST
def dismiss_person(request: HttpRequest, username: str) -> HttpResponse:
    """Show this person no more; with `undo` again."""
    person: User = get_object_or_404(User.objects.active(), username=username)
    return _dismissed(request, person.nickname, person=person)


def _dismissed(request: HttpRequest, name: str, *, circle: Circle | None = None, person: User | None = None) -> Any:
    if "undo" in request.POST:
        dismissals.restore(user=request.user, circle=circle, person=person)
        message = _("%(name)s may be suggested again.") % {"name": name}
    else:
        dismissals.dismiss(user=request.user, circle=circle, person=person)
        message = _("%(name)s will not be suggested any more.") % {"name": name}
    if is_htmx(request):
        return toast(HttpResponse(""), message)
    return go_back(request, default=reverse("discovery:dismissed"), message=message)


def _hot(request: HttpRequest, page: Any, context: dict[str, Any]) -> HttpResponse:
    context |= {"page": page, "next_url": next_url(request, page.next_cursor)}
    if is_more(request):
        return render(request, "discovery/partials/_hot_posts.html", context)
    return render(request, "discovery/hot.html", context)


def _tabs(current: str) -> list[dict[str, Any]]:
    labels = {
        "hot": _("Hot"),
        "rising": _("Rising"),
        "for_you": _("For you"),
        "people": pgettext("discovery", "People to know"),
    }
    return [
        {"label": label, "url": reverse(f"discovery:{name}"), "current": name == current}
        for name, label in labels.items()
    ]
