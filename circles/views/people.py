"""What a profile shows of circles: posts, and the circles somebody is in. Profile and About are accounts' own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.following import standing
from accounts.models import User
from circles import queries
from circles.cards import Html
from circles.views.paging import cursor_of, is_more, next_url


@require_safe
def posts(request: HttpRequest, username: str) -> HttpResponse:
    """What one person posted; for htmx only the posts."""
    person = _person(username)
    page = queries.person_posts(person, request.user, cursor_of(request), size=settings.FEED_PAGE_SIZE, shape=Html())
    context: dict[str, Any] = {"person": person, "page": page, "next_url": next_url(request, page.next_cursor)}
    if is_more(request):
        return render(request, "circles/partials/_posts.html", context)
    context["post_count"] = queries.counted_posts(person, request.user)
    if request.htmx and not request.htmx.boosted:
        return render(request, "circles/partials/_person_posts.html", context)
    context |= {"standing": standing(request.user, person)}
    return render(request, "circles/person.html", context)


@require_safe
def circles(request: HttpRequest, username: str) -> HttpResponse:
    """The circles somebody is in, as far as they show them and the viewer may know them."""
    person = _person(username)
    how = standing(request.user, person)
    shown = queries.circles_of(person=person, viewer=request.user, limit=CIRCLES_SHOWN) if how.shows_circles else []
    return render(request, "circles/person_circles.html", {"person": person, "standing": how, "circles": shown})


CIRCLES_SHOWN = 200


def _person(username: str) -> User:
    person: User = get_object_or_404(User.objects.active().select_related("avatar"), username=username)
    return person
