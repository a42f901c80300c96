"""What somebody wrote and a word of the circle holds back, as they themselves see it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from circles.actions import comments, posts
from circles.models import Held, HeldState, Post, Publication
from circles.views.access import signed_in
from core.numbers import ID_MAX

SHOWN = 60


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What waits, and what was kept back; the newest first."""
    rows = _mine(request).exclude(state=HeldState.RELEASED).order_by("-id")
    return render(request, "circles/my_held.html", {"rows": list(rows[:SHOWN])})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The words, what became of them, and taking them away."""
    held = _mine(request).filter(pk=pk).first() if pk <= ID_MAX else None
    if held is None:
        raise Http404
    if held.state == HeldState.RELEASED:
        return redirect(held.content)
    if request.method == "POST":
        if held.post is not None:
            posts.delete(actor=request.user, post=held.post)
        else:
            comments.delete(actor=request.user, comment=held.content)
        messages.success(request, _("Taken away."))
        return redirect("circles:my_held")
    photos = list(held.post.photos.select_related("picture")) if held.post is not None else []
    return render(request, "circles/my_held_one.html", {"held": held, "photos": photos})


def own_held(request: HttpRequest, pk: int) -> HttpResponse | None:
    """Where the address of a post leads its author while it is held; None for everybody else."""
    if not request.user.is_authenticated or pk > ID_MAX:
        return None
    if not Post.objects.filter(pk=pk, author=request.user, state=Publication.HELD).exists():
        return None
    held = _mine(request).filter(post=pk).order_by("-id").first()
    return redirect("circles:my_held_one", held.pk) if held is not None else None


def _mine(request: HttpRequest):  # type: ignore[no-untyped-def]
    there = Q(post__author=request.user.pk, post__state=Publication.HELD) | Q(
        comment__author=request.user.pk, comment__state=Publication.HELD
    )
    let_through = Q(state=HeldState.RELEASED) & (Q(post__author=request.user.pk) | Q(comment__author=request.user.pk))
    rows = Held.objects.visible_to(request.user).filter(there | let_through)
    return rows.select_related("circle", "post__circle", "comment__post__circle", "comment__picture")
