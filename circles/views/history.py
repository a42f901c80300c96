"""What a post said before, and whether it shows a card of the page it links to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from circles import queries
from circles.actions import posts
from circles.views.access import post_or_404, signed_in
from core.http import go_back


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of a post, the newest first, each with what changed."""
    post = post_or_404(request, pk)
    return render(request, "circles/history.html", {"post": post, "versions": queries.versions(post, request.user)})


@require_POST
@signed_in
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the card of the linked page away (shown=0) or bring it back (shown=1)."""
    post = post_or_404(request, pk)
    shown = request.POST.get("shown") != "0"
    posts.drop_link(actor=request.user, post=post, shown=shown)
    message = _("The link card is back.") if shown else _("The link card is gone.")
    return go_back(request, default=post.get_absolute_url(), message=message)
