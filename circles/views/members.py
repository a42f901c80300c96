from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from circles import queries
from circles.views.access import circle_or_404, membership_of
from circles.views.paging import cursor_of, is_more, next_url


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in a circle: its owner and moderators, then everybody, newest first."""
    circle = circle_or_404(request, slug)
    page = queries.members(circle=circle, cursor=cursor_of(request))
    context: dict[str, Any] = {"circle": circle, "page": page, "next_url": next_url(request, page.next_cursor)}
    mine = membership_of(request, circle.pk)
    context["may_look"] = mine is not None and mine.is_staff
    if is_more(request):
        return render(request, "circles/partials/_members.html", context)
    context |= {"membership": mine, "staff": queries.staff(circle=circle)}
    return render(request, "circles/members.html", context)
