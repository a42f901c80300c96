"""What most views of circles begin with: who asks, and for which circle or post."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from circles import queries
from circles.models import Circle, Membership, Post
from core.http import came_from

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Send strangers to the log-in page, and from there back to the page they were on."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            return redirect_to_login(request.get_full_path())
        return redirect_to_login(came_from(request))

    return guarded


def circle_or_404(request: HttpRequest, slug: str) -> Circle:
    circle = queries.visible_circle(slug, request.user)
    if circle is None:
        raise Http404
    return circle


def known_circle_or_404(request: HttpRequest, slug: str) -> Circle:
    """Also one whose entrance this viewer may come to without seeing what is inside, for joining and leaving."""
    circles = Circle.objects.known_to(request.user).select_related("avatar", "cover", "category", "owner")
    circle = circles.filter(slug=slug).first()
    if circle is None:
        raise Http404
    return circle


def post_or_404(request: HttpRequest, pk: int) -> Post:
    """The post with what its card shows; hidden, deleted and unknown ones answer alike."""
    post = queries.visible_post(pk, request.user)
    if post is None:
        raise Http404
    return post


def membership_of(request: HttpRequest, circle_id: int) -> Membership | None:
    """The viewer's membership, in whatever state; None for strangers."""
    return queries.membership_of(request.user, circle_id)
