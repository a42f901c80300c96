"""Saying something under a post: a floor of its own, or a reply inside one."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles import queries, rules
from circles.actions import comments
from circles.heads import post_head
from circles.models import Comment, Post
from circles.views.access import ID_MAX, membership_of, signed_in
from circles.views.kept import kept_words
from circles.views.post import form_values, post_page
from core.errors import DomainError, Invalid, NotFound
from core.http import came_from, toast
from core.text.clean import clean


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    words = clean(request.POST.get("body", ""))
    if not request.user.is_authenticated:
        if request.htmx:
            return redirect_to_login(came_from(request))
        return kept_words(
            request, words, _("You are no longer logged in."), status=403, login_to=reverse("circles:post", args=[pk])
        )
    post = Post.objects.visible_to(request.user).for_cards().filter(pk=pk).first() if pk <= ID_MAX else None
    if post is None:
        message = _("This post is no longer here.")
        if request.htmx:  # the words are still in the form
            return toast(HttpResponse(status=404), message, level="error")
        return kept_words(request, words, message, status=404)
    reply_to, missing = _reply_to(request, post)
    if missing:
        gone = Invalid("comment_gone", _("The comment you reply to is gone. Your words can stand as a floor."))
        return _refused(request, post, None, words, gone)
    try:
        said = comments.publish(author=request.user, post=post, key=_key(request), body=words, parent=reply_to)
    except DomainError as error:
        return _refused(request, post, reply_to, words, error)
    if request.htmx:
        return _said(request, said)
    return redirect("circles:floor", said.pk)


def _reply_to(request: HttpRequest, post: Post) -> tuple[Comment | None, bool]:
    """The comment replied to, and whether one was named that is not there."""
    text = request.POST.get("reply_to", "").strip()
    if not text:
        return None, False
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= ID_MAX):
        return None, True
    seen = Comment.objects.visible_to(request.user).select_related("author")
    found = seen.filter(post=post, pk=int(text)).first()
    return found, found is None


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _refused(
    request: HttpRequest, post: Post, reply_to: Comment | None, words: str, error: DomainError
) -> HttpResponse:
    """The form again, with the words and the reason."""
    status = 422 if isinstance(error, Invalid) else error.status
    if isinstance(error, NotFound) and not request.htmx:
        return kept_words(request, words, str(error), status=404)
    if not request.htmx:
        head = post_head(post.pk, request.user)
        if head is None:
            raise Http404
        return post_page(request, head, words=words, error=str(error), reply_to=reply_to, status=status)
    if status != 422:  # htmx leaves the page as it is: the words are still in the form
        return toast(HttpResponse(status=status), str(error), level="error")
    context = form_values(post, words=words, error=str(error), reply_to=reply_to)
    response = render(request, "circles/partials/_comment_form.html", context, status=422)
    response.headers["HX-Retarget"] = "#comment-form"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _said(request: HttpRequest, said: Comment) -> HttpResponse:
    """The new floor, to be appended; for a reply its whole floor, to take the place of the old one."""
    response = _whole_floor(request, said, "circles/partials/_comment_sent.html")
    swap = "beforeend"
    if said.parent_id is not None:
        response.headers["HX-Retarget"] = f"#comment-{said.parent_id}"
        swap = "outerHTML"
    response.headers["HX-Reswap"] = f"{swap} show:#comment-{said.pk}:bottom"
    return response


def _whole_floor(request: HttpRequest, comment: Comment, template: str) -> HttpResponse:
    whole = queries.floor(comment, request.user)
    if whole is None:
        raise Http404
    membership = membership_of(request, comment.post.circle_id)
    context = {
        "post": comment.post,
        "floor": whole,
        "viewer_id": request.user.pk,
        "key": uuid4(),
        "comment_count": Post.objects.values_list("comment_count", flat=True).get(pk=comment.post_id),
        "can_moderate": bool(rules.can_moderate(request.user, membership)),
    }
    return render(request, template, context)


@require_safe
def floor(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment: the post's page from its floor on; for htmx its whole floor."""
    found = _seen(request, pk)
    if request.htmx:
        return _whole_floor(request, found, "circles/partials/_floor.html")
    number = found.floor or (found.parent.floor if found.parent else None) or 1
    is_far = found.parent_id is not None or number > queries.FLOORS_PER_PAGE  # a reply may be folded away
    start = f"?floor={number}" if is_far else ""
    return redirect(f"{reverse('circles:post', args=[found.post_id])}{start}#comment-{found.pk}")


def _seen(request: HttpRequest, pk: int) -> Comment:
    """A comment that is seen, or a floor whose words are gone but whose replies are seen; else 404."""
    if pk <= ID_MAX:
        comments = Comment.objects.visible_to(request.user).select_related("parent", "post__circle")
        if found := comments.filter(pk=pk).first():
            return found
        if reply := comments.filter(parent=pk).first():
            return reply
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete."""
    visible = Comment.objects.visible_to(request.user).select_related("post__circle", "author")
    found = visible.filter(pk=pk).first() if pk <= ID_MAX else None
    if found is None:
        raise Http404
    if request.method != "POST":
        rules.can_delete(request.user, found, membership_of(request, found.post.circle_id)).require()
        return render(request, "circles/delete_comment.html", {"comment": found})
    comments.delete(actor=request.user, comment=found)
    messages.success(request, _("The comment is deleted."))
    return redirect(f"{came_from(request, found.post.get_absolute_url()).split('#')[0]}#comments")
