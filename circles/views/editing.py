"""Changing a post: its words, its photos, and what its kind has besides."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from circles import queries, rules
from circles.actions import posts
from circles.composition import fields_of_event, fields_of_poll, read_event, read_poll
from circles.models import Post, PostKind
from circles.views.access import membership_of, signed_in
from circles.views.composing import Typed, kind_fields, typed_by, with_more_options
from circles.views.held import saved_message
from circles.views.kept import kept_words
from circles.views.photos import moved, photo_texts, problem, tile
from core.errors import DomainError, Invalid
from core.media import pictures
from core.models import Picture


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _save(request, pk)
    return _change(request, pk)


@signed_in
def _change(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.visible_or_own_held_post(pk, request.user)
    if found is None:
        raise Http404
    rules.can_edit(request.user, found, membership_of(request, found.circle_id), found.circle).require()
    fields: dict[str, Any] = {}
    if found.kind == PostKind.EVENT:
        fields = fields_of_event(found.event)
    elif found.kind == PostKind.POLL:
        fields = fields_of_poll(found.poll)
    if found.is_ai_made:
        fields["is_ai_made"] = True
    typed = Typed(kind=found.kind, title=found.title, words=found.body, fields=fields)
    photos = list(found.photos.all())
    return _page(request, found, typed, [tile(photo.picture, photo) for photo in photos])


def _save(request: HttpRequest, pk: int) -> HttpResponse:
    typed = typed_by(request)
    if not request.user.is_authenticated:
        return kept_words(request, typed.words, _("You are no longer logged in."), status=403, login_to=request.path)
    found = queries.visible_or_own_held_post(pk, request.user)
    if found is None:
        return kept_words(request, typed.words, _("This post is no longer here."), status=404)
    rules.can_edit(request.user, found, membership_of(request, found.circle_id)).require()
    typed = Typed(kind=found.kind, title=typed.title, words=typed.words, fields=typed.fields)
    photos = _carried_photos(request, found.author, found)
    problems = _take_in(request, photos)
    texts = photo_texts(request)
    tiles = [tile(photo, texts.get(photo.key)) for photo in photos]
    if problems:
        return _page(request, found, typed, tiles, problems=problems, status=422)
    if request.POST.get("do") == "more_options":
        typed = with_more_options(typed)
    if request.POST.get("move") or request.POST.get("do") in ("stay", "more_options"):
        return _page(request, found, typed, tiles)
    try:
        changed = posts.edit(
            editor=request.user,
            post=found,
            title=typed.title,
            body=typed.words,
            is_ai_made=bool(typed.fields.get("is_ai_made")),
            poll=read_poll(typed.fields) if found.kind == PostKind.POLL and "option" in request.POST else None,
            event=read_event(typed.fields) if found.kind == PostKind.EVENT else None,
            pictures=photos,
            photo_texts=texts,
        )
    except Invalid as error:
        return _page(request, found, typed, tiles, error=error, status=422)
    except DomainError as error:
        return _page(request, found, typed, tiles, refusal=str(error), status=error.status)
    messages.success(request, saved_message() if changed.is_held else _("Saved."))
    return redirect(found)


def _changes_poll(request: HttpRequest, found: Post) -> bool:
    return bool(rules.can_change_poll(queries.last_asked_of_post(request.user, found.pk)))


@require_POST
@signed_in
def add_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in one photo for a post being edited; it belongs to nothing until the form is sent."""
    found = queries.visible_or_own_held_post(pk, request.user)
    if found is None:
        raise Http404
    rules.can_edit(request.user, found, membership_of(request, found.circle_id)).require()
    upload = request.FILES.get("photo")
    if upload is None:
        return problem(_("There was no photo in what arrived. Please choose it again."))
    try:
        picture = pictures.take_in(owner_id=request.user.pk, upload=upload)
    except Invalid as error:
        return problem(str(error))
    return render(request, "components/_photo_tile.html", {"photo": tile(picture)})


def _carried_photos(request: HttpRequest, author: User, found: Post) -> list[Picture]:
    """The photos the form carries: those of this post, and the author's that nothing shows yet. In the form's order."""
    keys = moved(request)
    usable = Q(post_photo__post=found) | Q(post_photo=None, draft_photo=None, comment=None)
    by_key = {p.key: p for p in Picture.objects.filter(usable, owner=author, key__in=keys)}
    return [by_key[key] for key in keys if key in by_key][: settings.PHOTOS_PER_POST]


def _take_in(request: HttpRequest, photos: list[Picture]) -> list[str]:
    """Add the photos sent with the form itself to `photos`; one sentence for each that could not be."""
    problems: list[str] = []
    for upload in request.FILES.getlist("photo"):
        if len(photos) >= settings.PHOTOS_PER_POST:
            problems.append(
                _("A post holds %(most)s photos: “%(name)s” was left out.")
                % {"most": settings.PHOTOS_PER_POST, "name": upload.name}
            )
            continue
        try:
            photos.append(pictures.take_in(owner_id=request.user.pk, upload=upload))
        except Invalid as error:
            problems.append(str(error))
    return problems


def _page(
    request: HttpRequest,
    found: Post,
    typed: Typed,
    tiles: list[dict[str, str]],
    *,
    error: Invalid | None = None,
    refusal: str = "",
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    said, place = (str(error), error.field) if error is not None else (refusal, None)
    is_article = found.kind == PostKind.ARTICLE
    context = {
        "post": found,
        "words": typed.words,
        "photos": tiles,
        "error": said if place in ("body", None) else "",
        "problems": problems or [],
        "max_length": settings.ARTICLE_MAX_LENGTH if is_article else settings.POST_MAX_LENGTH,
        "max_photos": settings.PHOTOS_PER_POST,
        "max_bytes": settings.PICTURE_MAX_BYTES,
        **kind_fields(typed, found.circle, errors={place: said} if place else {}),
        "kinds": [],
        "changes_poll": found.kind == PostKind.POLL and _changes_poll(request, found),
    }
    return render(request, "circles/edit_post.html", context, status=status)
