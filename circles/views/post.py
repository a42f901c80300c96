"""A post on its own page, and deleting it. Changing it: circles/views/editing.py."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import reads_ahead, viewer_of
from circles import queries, rules
from circles.actions import posts
from circles.ahead import PostAhead, post_ahead
from circles.cards import html_cards, joined
from circles.collections import place_in
from circles.floors import first_page, html_floors
from circles.heads import PostHead, post_head
from circles.models import Comment, Post, PostKind
from circles.shown import circle_row_shown, membership_shown, refusal
from circles.views.access import membership_of, post_or_404, signed_in
from circles.views.held import own_held
from circles.views.paging import cursor_of, is_more, next_url
from core.errors import Decision
from core.frames import Frame
from core.http import came_from
from core.models import Picture
from core.numbers import ID_MAX, whole_number
from core.pagination import Page
from core.parts import Part, Pieces, draw, whole
from core.text.render import without_marks

PAGE = Frame(
    "circles/post.html",
    kept=(
        *("may_comment", "has_floors", "is_continued", "may_hide", "order", "only_author", "missing_floor"),
        *("words", "error", "reply_to", "reply_name", "quote", "quote_name", "photo", "max_length"),
    ),
    holes=(
        *("meta", "accepted", "title", "author_name", "circle_url", "circle_name", "card", "aside"),
        *("post_id", "post_url", "comment_count", "floors", "hurdle", "action", "note", "key", "hide_url", "admin_url"),
        *("new_floors_url", "series"),
    ),
)
FLOORS = Part("circles/partials/_floors.html", kept=("is_more", "is_last", "is_end"), holes=("floors", "next_url"))
HURDLE = Part("circles/partials/_comment_hurdle.html", kept=("decision", "words"))
META = Part("circles/partials/_open_graph.html", holes=("title", "text", "url", "picture", "site"))
MASKED_NOTE = Part("circles/partials/_masked_note.html")
ASIDE = Part("components/_circle_row.html", kept=("circle", "membership", "intro"))


@require_safe
@reads_ahead(post_ahead)
def post(request: HttpRequest, pk: int, *, ahead: PostAhead) -> HttpResponse:
    """The whole text, the photos, and the comments in their floors. What is held leads its author to where they see
    it."""
    found = ahead.head or _head(request, pk, maybe_open=ahead.maybe_open)
    if found is None:
        if (own := own_held(request, pk)) is not None:
            return own
        raise Http404
    if is_more(request):
        may = bool(rules.can_moderate(request.user, found.membership))
        return HttpResponse(b"".join(_floors(request, found.post, can_moderate=may)))
    reply_to, quoted = (_comment_in(found.post, request, request.GET.get(name, "")) for name in ("reply_to", "quote"))
    return post_page(request, found, reply_to=reply_to, quoted=quoted)


def _head_or_404(request: HttpRequest, pk: int) -> PostHead:
    found = _head(request, pk)
    if found is None:
        raise Http404
    return found


def _head(request: HttpRequest, pk: int, *, maybe_open: bool = True) -> PostHead | None:
    return post_head(pk, viewer_of(request), maybe_open=maybe_open) if pk <= ID_MAX else None


def _floors(request: HttpRequest, post: Post, *, can_moderate: bool) -> Pieces:
    """The floors an address asks for: the first ones, behind a cursor, from one floor on (floor=41), that one opened,
    in another order (order=newest, order=best) or the author's alone (only=author). Empty where there are none."""
    page: Page[Any]
    order, only_author = floor_order(request)
    if not is_more(request) and (number := _wanted_floor(request)) is not None:
        page = queries.floors_page_with(post, request.user, number)
        if page.items and page.items[0].more_count:
            opened = queries.floor(page.items[0].comment, request.user)
            page.items[:1] = [opened] if opened else []
    elif (cursor := cursor_of(request)) or order != queries.ORDERS[0] or only_author:
        page = queries.floors(
            post, request.user, cursor, size=queries.FLOORS_PER_PAGE, order=order, only_author=only_author
        )
    else:
        pieces, page = first_page(post, request.user, can_moderate=can_moderate)
        return _listed(request, pieces, page)
    return _listed(request, html_floors(page.items, post=post, viewer=request.user, can_moderate=can_moderate), page)


def floor_order(request: HttpRequest) -> tuple[str, bool]:
    """(one of queries.ORDERS, the author's floors alone?); whatever else an address says is the usual."""
    order = request.GET.get("order", "")
    return order if order in queries.ORDERS else queries.ORDERS[0], request.GET.get("only") == "author"


def _wanted_floor(request: HttpRequest) -> int | None:
    start = request.GET.get("floor", "")
    return whole_number(start, at_most=10**9)


def _listed(request: HttpRequest, floors: Pieces | SafeString, page: Page[Any]) -> Pieces:
    if not page.items and not is_more(request):
        return []
    url = next_url(request, page.next_cursor)
    # Only where the newest come last does the last page hold what was just written.
    is_end = not url and is_more(request) and floor_order(request)[0] == queries.ORDERS[0]
    return FLOORS.pieces(floors=floors, next_url=url or "", is_last=not url, is_more=is_more(request), is_end=is_end)


def post_page(
    request: HttpRequest,
    found: PostHead,
    *,
    words: str = "",
    error: str = "",
    reply_to: Comment | None = None,
    quoted: Comment | None = None,
    photo: Picture | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with what somebody typed and why it was not taken, or with a reply or a quote begun."""
    post, membership = found.post, found.membership
    can_moderate = bool(rules.can_moderate(request.user, membership))
    decision = rules.can_comment(request.user, post, membership)
    floors = _floors(request, post, can_moderate=can_moderate)
    order, only_author = floor_order(request)
    circle = circle_row_shown(post.circle)
    may_hide = request.user.is_staff and request.user.has_perm("moderation.moderate_content")
    values: dict[str, Any] = {
        **form_values(post, words=words, error=error, reply_to=reply_to, quoted=quoted, photo=photo),
        "order": order,
        "only_author": only_author,
        "missing_floor": not floors and _wanted_floor(request) is not None,
        "meta": _meta(request, found),
        "accepted": _accepted(request, post),
        "title": _title(get_language(), found.start, found.row.nickname),
        "author_name": found.row.nickname,
        "circle_url": circle.get_absolute_url,
        "circle_name": circle.name,
        "card": joined(html_cards([found.row], request.user, full=True)),
        "series": _series(request, post),
        "comment_count": post.comment_count or "",
        "floors": floors,
        "has_floors": bool(floors),
        "is_continued": bool(cursor_of(request) or request.GET.get("floor")),
        "new_floors_url": _new_floors_url(request, post),
        "may_comment": bool(decision),
        "hurdle": "" if decision else _hurdle_of(request, decision, words),
        "may_hide": may_hide,
        "hide_url": reverse("admin:circles_post_moderate", args=[post.pk, "hide"]) if may_hide else "",
        "admin_url": reverse("admin:circles_post_change", args=[post.pk]) if may_hide else "",
        "aside": ASIDE(circle=circle, membership=membership_shown(membership), intro=True),
    }
    if words or error or reply_to or quoted or photo:  # what one person typed is not worth keeping
        return render(
            request,
            "circles/post.html",
            {**values, "card": whole(values["card"]), "floors": whole(floors)},
            status=status,
        )
    return PAGE.answer(request, status=status, **values)


def _series(request: HttpRequest, post: Post) -> SafeString:
    """Where this post stands in the collection it is read in (?in=12), with what comes before and after."""
    text = request.GET.get("in", "")
    place = None if (collection := whole_number(text)) is None else place_in(collection, post.pk, request.user)
    if place is None:
        return SafeString()
    return mark_safe(draw("circles/partials/_series.html", {"place": place}))  # noqa: S308 - our template


def _new_floors_url(request: HttpRequest, post: Post) -> str:
    """Where an open page asks for the floors that came since; visitors are not told."""
    return f"/posts/{post.pk}/new/?after={post.floor_count}" if request.user.is_authenticated else ""


@lru_cache(maxsize=1024)
def _title(language: str | None, start: str, author: str) -> str:
    return truncatechars(without_marks(start), 30) if start else _("Photos by %(name)s") % {"name": author}


def _meta(request: HttpRequest, found: PostHead) -> SafeString:
    """What other sites show of a link to this page; nothing where not everybody may read it."""
    post = found.post
    if not post.circle.is_public:
        return SafeString()
    url = request.build_absolute_uri(post.get_absolute_url())
    return META(
        title=f"{_title(get_language(), found.start, found.row.nickname)} · {post.circle.name}",
        text=without_marks(found.start),
        url=url,
        picture=f"{url}preview.png?v={post.version}",
        site=settings.SITE_NAME,
    )


def _accepted(request: HttpRequest, post: Post) -> SafeString:
    """The floor that answers a question, above all others; with the way to open it again for whoever asked. Empty where
    there is none, or none this viewer may read."""
    if post.kind != PostKind.QUESTION or not post.accepted_id:
        return SafeString()
    answer = Comment.objects.visible_to(request.user).select_related("author__avatar", "author_face")
    found = answer.filter(pk=post.accepted_id).first()
    if found is None:
        return SafeString()
    values = {"comment": found, "post": post, "may_open": bool(rules.can_accept(request.user, post))}
    return mark_safe(draw("circles/partials/_accepted.html", values))  # noqa: S308 - our template


def form_values(
    post: Post,
    *,
    words: str = "",
    error: str = "",
    reply_to: Comment | None = None,
    quoted: Comment | None = None,
    photo: Picture | None = None,
) -> dict[str, Any]:
    """What circles/partials/_comment_form.html asks for; every form has a key of its own."""
    url = f"/posts/{post.pk}/"
    return {
        "action": f"{url}comments/",
        "key": uuid4(),
        "words": words,
        "error": error,
        "reply_to": reply_to.pk if reply_to else "",
        "reply_name": reply_to.shown_name if reply_to else "",
        "quote": quoted.pk if quoted else "",
        "quote_name": quoted.shown_name if quoted else "",
        "photo": {"key": photo.key.hex, "thumb_url": photo.thumb_url} if photo else "",
        "max_length": settings.COMMENT_MAX_LENGTH,
        "note": MASKED_NOTE() if post.is_masked else "",
        "post_id": post.pk,
        "post_url": url,
    }


def _hurdle_of(request: HttpRequest, decision: Decision, words: str) -> SafeString:
    if decision.code == "not_verified" and not words:
        return HURDLE(decision=refusal(decision), words="")
    values = {"decision": decision, "words": words, "request": request}
    return mark_safe(draw("circles/partials/_comment_hurdle.html", values))  # noqa: S308 - our template


def _comment_in(found: Post, request: HttpRequest, text: str) -> Comment | None:
    if (pk := whole_number(text)) is None:
        return None
    named = queries.visible_comment(pk, request.user)
    return named if named is not None and named.post_id == found.pk else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete. The way back leads to the circle where it started from the post itself."""
    found = post_or_404(request, pk)
    if request.method != "POST":
        rules.can_delete(request.user, found, membership_of(request, found.circle_id)).require()
        context = {"post": found, "next": _way_back(request, found)}
        context["of_other"] = found.author_id != request.user.pk
        return render(request, "circles/delete_post.html", context)
    posts.delete(actor=request.user, post=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("The post is deleted."))
    return redirect(_way_back(request, found))


def _way_back(request: HttpRequest, found: Post) -> str:
    circle_url = found.circle.get_absolute_url()
    back = came_from(request, circle_url)
    return circle_url if urlsplit(back).path.startswith(found.get_absolute_url()) else back
