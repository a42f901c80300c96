"""A circle's collections: reading them, and putting them in order."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from circles import rules
from circles.actions import collections
from circles.collections import collections_of, contents
from circles.models import Circle, Collection, CollectionPage, CollectionSection, Post
from circles.models.collection import TITLE_MAX
from circles.shown import circle_tabs
from circles.views.access import circle_or_404, membership_of, post_or_404, signed_in
from core.errors import DomainError, Invalid
from core.http import toast
from core.numbers import ID_MAX, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The collections of a circle; whoever may make one begins it here."""
    circle = circle_or_404(request, slug)
    may_curate = bool(rules.can_curate(request.user, membership_of(request, circle.pk)))
    typed, error = {"title": "", "intro": ""}, ""
    first = _first_post(request, circle) if may_curate else None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        try:
            made = collections.create(actor=request.user, circle=circle, **typed)
            if first is not None:
                collections.add_page(actor=request.user, collection=made, post=first)
                messages.success(request, _("The post is in “%(title)s” now.") % {"title": made.title})
            return redirect("circles:edit_collection", made.pk)
        except Invalid as refused:
            error = str(refused)
    context = {
        "circle": circle,
        "tabs": circle_tabs(circle.get_absolute_url(), "collections"),
        "collections": collections_of(circle, request.user),
        "may_curate": may_curate,
        "first": first,
        "typed": typed,
        "error": error,
        "title_max": TITLE_MAX,
    }
    return render(request, "circles/collections.html", context, status=422 if error else 200)


def _first_post(request: HttpRequest, circle: Circle) -> Post | None:
    """The post one came from to begin a collection with it."""
    pk = whole_number(request.GET.get("post", ""))
    return Post.objects.visible_to(request.user).filter(circle=circle, pk=pk).first() if pk else None


@require_safe
def collection(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of contents."""
    found = _collection_or_404(request, pk)
    context = {
        "collection": found,
        "circle": found.circle,
        "chapters": contents(found, request.user),
        "may_curate": bool(rules.can_curate(request.user, membership_of(request, found.circle_id))),
    }
    return render(request, "circles/collection.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Titles, headings and order. Every button is a form of its own; `do` says which."""
    found = _collection_or_404(request, pk)
    rules.can_curate(request.user, membership_of(request, found.circle_id)).require()
    error = ""
    if request.method == "POST":
        try:
            return _change(request, found)
        except Invalid as refused:
            error = str(refused)
            if request.htmx or request.POST.get("do") == "arrange":
                return toast(HttpResponse(status=422), error, level="error")
    context = {
        "collection": found,
        "circle": found.circle,
        "chapters": contents(found, request.user),
        "error": error,
        "of_other": found.made_by_id not in (None, request.user.pk),
        "typed": request.POST if error else {},
        "title_max": TITLE_MAX,
    }
    return render(request, "circles/edit_collection.html", context, status=422 if error else 200)


def _change(request: HttpRequest, found: Collection) -> HttpResponse:
    who: Any = request.user
    do, title = request.POST.get("do", ""), request.POST.get("title", "")
    if do == "delete":
        collections.delete(actor=who, collection=found, reason=request.POST.get("reason", ""))
        messages.success(request, _("The collection is deleted. Its posts are still there."))
        return redirect("circles:collections", found.circle.slug)
    if do == "arrange":
        collections.arrange(actor=who, collection=found, layout=_layout(request.POST.get("order", "")))
        return toast(HttpResponse(status=204), _("The new order is kept."), level="success")
    if do == "edit":
        collections.edit(actor=who, collection=found, title=title, intro=request.POST.get("intro", ""))
    elif do == "add_section":
        collections.add_section(actor=who, collection=found, title=title)
    elif do in ("rename_section", "remove_section", "section_up", "section_down"):
        section = _section(found, request.POST.get("section", ""))
        if section is None:
            raise Http404
        if do == "rename_section":
            collections.rename_section(actor=who, section=section, title=title)
        elif do == "remove_section":
            collections.remove_section(actor=who, section=section)
        else:
            collections.move_section(actor=who, section=section, up=do == "section_up")
    elif do in ("rename_page", "remove_page", "page_up", "page_down"):
        page = found.pages.filter(pk=whole_number(request.POST.get("page", ""))).first()
        if page is None:
            raise Http404
        _change_page(request, do, page, title)
    if do not in ("page_up", "page_down", "section_up", "section_down"):
        messages.success(request, _("Saved."))
    return redirect("circles:edit_collection", found.pk)


def _change_page(request: HttpRequest, do: str, page: CollectionPage, title: str) -> None:
    if do == "rename_page":
        collections.rename_page(actor=request.user, page=page, title=title)
    elif do == "remove_page":
        collections.remove_page(actor=request.user, page=page)
    else:
        collections.move_page(actor=request.user, page=page, up=do == "page_up")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def collect(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a post into one of its circle's collections, or take it out."""
    post = post_or_404(request, pk)
    rules.can_curate(request.user, membership_of(request, post.circle_id)).require()
    if request.method == "POST":
        return _collect(request, post)
    inside = dict(CollectionPage.objects.filter(post=post).values_list("collection_id", "pk"))
    rows = [
        {"collection": row, "page": inside.get(row.pk), "sections": list(row.sections.all())}
        for row in Collection.objects.visible_to(request.user)
        .filter(circle_id=post.circle_id)
        .prefetch_related("sections")
    ]
    return render(request, "circles/collect.html", {"post": post, "post_id": str(post.pk), "rows": rows})


def _collect(request: HttpRequest, post: Post) -> HttpResponse:
    found = _collection_or_404(request, whole_number(request.POST.get("collection", "")) or 0)
    try:
        if request.POST.get("do") == "remove":
            page = found.pages.filter(post=post).first()
            if page is not None:
                collections.remove_page(actor=request.user, page=page)
            messages.success(request, _("The post is no longer in “%(title)s”.") % {"title": found.title})
        else:
            section = _section(found, request.POST.get("section", ""))
            collections.add_page(actor=request.user, collection=found, post=post, section=section)
            messages.success(request, _("The post is in “%(title)s” now.") % {"title": found.title})
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect("circles:collect", post.pk)


def _collection_or_404(request: HttpRequest, pk: int) -> Collection:
    rows = Collection.objects.visible_to(request.user).select_related("circle__avatar")
    found = rows.filter(pk=pk).first() if 0 < pk <= ID_MAX else None
    if found is None:
        raise Http404
    return found


def _section(collection: Collection, text: str) -> CollectionSection | None:
    return collection.sections.filter(pk=whole_number(text)).first()


def _layout(text: str) -> list[tuple[int | None, list[int]]]:
    """[[section or null, [pages]], …] as a script sends it. Raises `Invalid` bad_order."""
    try:
        return [
            (None if section is None else int(section), [int(pk) for pk in pages])
            for section, pages in json.loads(text)
        ]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise Invalid("bad_order", _("The order has changed meanwhile. Please look at it again.")) from None
