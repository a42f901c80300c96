"""What somebody wrote and a word of the circle holds back, as they themselves see it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from circles import queries, rules
from circles.actions import comments, posts
from circles.models import Comment, Held
from circles.views.access import membership_of, signed_in
from circles.views.kept import kept_words
from core.errors import DomainError, Invalid
from core.numbers import ID_MAX
from core.text.clean import clean


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What waits, and what was kept back; the newest first."""
    return render(request, "circles/my_held.html", {"rows": queries.own_held(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The words, what became of them, changing them and taking them away. An address from before they were changed
    leads on."""
    held = queries.last_asked(request.user, pk) if pk <= ID_MAX else None
    if held is None:
        raise Http404
    if held.content.is_published:
        return redirect(held.content)
    if not held.content.is_held:
        raise Http404
    if request.method == "POST":
        if held.post is not None:
            posts.delete(actor=request.user, post=held.post)
        else:
            comments.delete(actor=request.user, comment=held.content)
        messages.success(request, _("Taken away."))
        return redirect("circles:my_held")
    if held.pk != pk:
        return redirect("circles:my_held_one", held.pk)
    photos = list(held.post.photos.all()) if held.post is not None else []
    return render(request, "circles/my_held_one.html", {"held": held, "photos": photos})


@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words for a comment of one's own while it is held. Those of a post: circles/views/editing.py."""
    words = clean(request.POST.get("body", ""))
    if not request.user.is_authenticated and request.method == "POST":
        return kept_words(request, words, _("You are no longer logged in."), status=403, login_to=request.path)
    return _reword(request, pk, words)


@signed_in
def _reword(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    found = queries.visible_or_own_held_comment(pk, request.user)
    if found is None or not found.is_held:
        if request.method == "POST":
            return kept_words(request, words, _("This comment is no longer held."), status=404)
        raise Http404
    if request.method != "POST":
        seat = membership_of(request, found.post.circle_id)
        rules.can_reword(request.user, found, found.post, seat).require()
        return _reword_page(request, found, found.body)
    try:
        comments.reword(author=request.user, comment=found, body=words)
    except DomainError as error:
        status = 422 if isinstance(error, Invalid) else error.status
        return _reword_page(request, found, words, error=str(error), status=status)
    messages.success(request, saved_message())
    held = Held.objects.filter(comment=found).order_by("-id").values_list("pk", flat=True).first()
    return redirect("circles:my_held_one", held)


def _reword_page(
    request: HttpRequest, found: Comment, words: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {"comment": found, "words": words, "error": error, "max_length": settings.COMMENT_MAX_LENGTH}
    return render(request, "circles/reword_comment.html", context, status=status)


def saved_message() -> str:
    return _("Saved. It still waits: those who look after the circle read the new words before it appears.")


def own_held(request: HttpRequest, pk: int) -> HttpResponse | None:
    """Where the address of a post leads its author while it is held; None for everybody else."""
    if not request.user.is_authenticated or pk > ID_MAX:
        return None
    held = queries.last_asked_of_post(request.user, pk)
    return redirect("circles:my_held_one", held.pk) if held is not None else None
