from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from circles import queries
from circles.cards import Html
from circles.views.paging import cursor_of, is_more, next_url


@require_safe
def posts(request: HttpRequest, username: str) -> HttpResponse:
    """What one person posted, and which circles they are in; for htmx only the posts."""
    person = get_object_or_404(User.objects.active().select_related("avatar"), username=username)
    page = queries.person_posts(person, request.user, cursor_of(request), size=settings.FEED_PAGE_SIZE, shape=Html())
    context: dict[str, Any] = {"person": person, "page": page, "next_url": next_url(request, page.next_cursor)}
    if request.htmx and not request.htmx.boosted:
        template = "_posts" if is_more(request) else "_person_posts"
        return render(request, f"circles/partials/{template}.html", context)
    context |= {"circles": queries.circles_of(person=person, viewer=request.user)}
    return render(request, "circles/person.html", context)
