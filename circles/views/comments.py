"""Saying something under a post: a floor of its own, or a reply inside one."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles import queries, rules
from circles.actions import comment_likes, comments
from circles.floors import html_floors, html_replies
from circles.heads import post_head
from circles.models import Comment, Held, Post
from circles.views.access import membership_of, signed_in
from circles.views.kept import kept_words
from circles.views.paging import cursor_of, is_more, next_url
from circles.views.post import form_values, post_page
from core.errors import DomainError, Invalid, NotFound
from core.http import came_from, toast
from core.models import Picture
from core.numbers import ID_MAX, whole_number
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
    post = queries.visible_post(pk, request.user)
    if post is None:
        message = _("This post is no longer here.")
        if request.htmx:  # the words are still in the form
            return toast(HttpResponse(status=404), message, level="error")
        return kept_words(request, words, message, status=404)
    reply_to, no_answer = _named(request, post, "reply_to")
    quoted, no_quote = _named(request, post, "quote")
    picture, problem = _photo(request, post)
    if no_answer or no_quote:
        gone = Invalid("comment_gone", _("The comment you reply to is gone. Your words can stand as a floor."))
        return _refused(request, post, gone, words=words, reply_to=reply_to, quoted=quoted, photo=picture)
    if problem is not None:
        return _refused(request, post, problem, words=words, reply_to=reply_to, quoted=quoted)
    try:
        said = comments.publish(
            author=request.user,
            post=post,
            key=_key(request),
            body=words,
            parent=reply_to,
            picture=picture,
            quoted=quoted,
        )
    except DomainError as error:
        return _refused(request, post, error, words=words, reply_to=reply_to, quoted=quoted, photo=picture)
    if said.is_held:
        return _held(request, said)
    if request.htmx:
        return _said(request, said)
    return redirect("circles:floor", said.pk)


def _held(request: HttpRequest, said: Comment) -> HttpResponse:
    """Nothing appears yet; its author is led to where they see it."""
    messages.info(request, _("It waits to be read by those who look after the circle."))
    held = Held.objects.filter(comment=said).order_by("-id").values_list("pk", flat=True).first()
    url = reverse("circles:my_held_one", args=[held]) if held else said.post.get_absolute_url()
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _named(request: HttpRequest, post: Post, field: str) -> tuple[Comment | None, bool]:
    """The comment replied to or quoted, and whether one was named that is not there."""
    text = request.POST.get(field, "").strip()
    if not text:
        return None, False
    if (pk := whole_number(text)) is None:
        return None, True
    found = queries.visible_comment(pk, request.user)
    is_there = found is not None and found.post_id == post.pk
    return (found if is_there else None), not is_there


def _photo(request: HttpRequest, post: Post) -> tuple[Picture | None, DomainError | None]:
    """The photo sent along, or one that came with an earlier try; and why it cannot be taken."""
    if (upload := request.FILES.get("photo")) is not None:
        try:
            return comments.take_in_photo(author=request.user, post=post, upload=upload), None
        except DomainError as error:
            return None, error
    key = request.POST.get("photo_kept", "")
    if not key or request.POST.get("photo_dropped"):
        return None, None
    try:
        free = Picture.objects.filter(post_photo=None, draft_photo=None, comment=None)
        return free.filter(owner=request.user, key=UUID(key)).first(), None
    except ValueError:
        return None, None


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _refused(request: HttpRequest, post: Post, error: DomainError, *, words: str, **begun: Any) -> HttpResponse:
    """The form again, with the words, what was begun (reply_to, quoted, photo) and the reason."""
    status = 422 if isinstance(error, Invalid) else error.status
    if isinstance(error, NotFound) and not request.htmx:
        return kept_words(request, words, str(error), status=404)
    if not request.htmx:
        head = post_head(post.pk, request.user)
        if head is None:
            raise Http404
        return post_page(request, head, words=words, error=str(error), status=status, **begun)
    if status != 422:  # htmx leaves the page as it is: the words are still in the form
        return toast(HttpResponse(status=status), str(error), level="error")
    context = form_values(post, words=words, error=str(error), **begun)
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


def _whole_floor(request: HttpRequest, comment: Comment, template: str = "") -> HttpResponse:
    whole = queries.floor(comment, request.user)
    if whole is None:
        raise Http404
    queries.under(comment.post, [whole])
    membership = membership_of(request, comment.post.circle_id)
    may = bool(rules.can_moderate(request.user, membership))
    floors = html_floors([whole], post=comment.post, viewer=request.user, can_moderate=may)
    if not template:
        return HttpResponse(floors)
    context = {
        "floors": floors,
        "key": uuid4(),
        "comment_count": Post.objects.values_list("comment_count", flat=True).get(pk=comment.post_id),
    }
    return render(request, template, context)


@require_safe
def floor(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment: the post's page from its floor on; for htmx its whole floor."""
    found = _seen(request, pk)
    if request.htmx:
        return _whole_floor(request, found)
    number = found.floor or (found.parent.floor if found.parent else None) or 1
    is_far = found.parent_id is not None or number > queries.FLOORS_PER_PAGE  # a reply may be folded away
    start = f"?floor={number}" if is_far else ""
    return redirect(f"{reverse('circles:post', args=[found.post_id])}{start}#comment-{found.pk}")


@require_safe
def replies(request: HttpRequest, pk: int) -> HttpResponse:
    """All replies of a floor, in pages; for floors with more than can be brought at once."""
    found = _seen(request, pk)
    whole = queries.floor(found, request.user)
    if whole is None:
        raise Http404
    floor, post = whole.comment, found.post
    page = queries.replies(floor, request.user, cursor_of(request))
    may = bool(rules.can_moderate(request.user, membership_of(request, post.circle_id)))
    viewer = request.user
    context = {
        "post": post,
        "floor": floor,
        "floor_html": html_floors([queries.Floor(floor)], post=post, viewer=viewer, can_moderate=may),
        "replies": html_replies(page.items, post=post, viewer=viewer, can_moderate=may),
        "next_url": next_url(request, page.next_cursor),
        "is_continued": cursor_of(request) is not None,
    }
    template = "circles/partials/_replies.html" if is_more(request) else "circles/replies.html"
    return render(request, template, context)


@require_POST
@signed_in
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """Like a comment (liked=1, or nothing) or take it back (liked=0)."""
    found = queries.visible_comment(pk, request.user)
    if found is None:
        raise Http404
    liked = request.POST.get("liked") != "0"
    if liked:
        comment_likes.like(user=request.user, comment=found)
    else:
        comment_likes.unlike(user=request.user, comment=found)
    if not request.htmx:
        return redirect("circles:floor", found.pk)
    count = Comment.objects.values_list("like_count", flat=True).get(pk=found.pk)
    return render(
        request, "components/_comment_like.html", {"comment_id": found.pk, "liked": liked, "like_count": count}
    )


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
    found = queries.visible_comment(pk, request.user)
    if found is None:
        raise Http404
    if request.method != "POST":
        rules.can_delete(request.user, found, membership_of(request, found.post.circle_id)).require()
        return render(
            request, "circles/delete_comment.html", {"comment": found, "of_other": found.author_id != request.user.pk}
        )
    comments.delete(actor=request.user, comment=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("The comment is deleted."))
    return redirect(f"{came_from(request, found.post.get_absolute_url()).split('#')[0]}#comments")
