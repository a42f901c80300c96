"""What the owner and moderators of a circle do with its posts."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from circles.actions import posts
from circles.views.access import post_or_404, signed_in
from core.http import go_back


@require_POST
@signed_in
def feature(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a post among the featured ones (featured=1) or take it out (featured=0)."""
    post = post_or_404(request, pk)
    featured = request.POST.get("featured") != "0"
    posts.set_featured(actor=request.user, post=post, featured=featured)
    message = _("The post is featured.") if featured else _("The post is no longer featured.")
    return go_back(request, default=post.get_absolute_url(), message=message)


@require_POST
@signed_in
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a post on top of its circle (pinned=1) or let it go (pinned=0)."""
    post = post_or_404(request, pk)
    pinned = request.POST.get("pinned") != "0"
    posts.set_pinned(actor=request.user, post=post, pinned=pinned)
    message = _("The post stays on top of the circle.") if pinned else _("The post is no longer pinned.")
    return go_back(request, default=post.get_absolute_url(), message=message)
