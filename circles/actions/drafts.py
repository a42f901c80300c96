"""Drafts: what was written and uploaded survives a failed sending and a closed browser."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import photos
from circles.composition import Fields
from circles.kinds import PhotoText
from circles.models import Circle, Draft, DraftPhoto, Post, PostKind
from circles.models.post import ALT_MAX, CAPTION_MAX, TITLE_MAX
from core.errors import NotFound, Refused
from core.media import pictures
from core.models import Picture
from core.text.clean import clean, clean_line, require_length

LENGTH_FACTOR = 10
LENGTH_FACTOR_TITLE = 2
"""A draft may be this many times too long for a post, so that nothing is lost while it is being shortened."""


def save(
    *,
    author: User,
    draft_id: UUID,
    circle: Circle | None,
    body: str,
    kind: str = PostKind.POST,
    title: str = "",
    fields: Fields | None = None,
) -> Draft:
    """Keep these words as the draft `draft_id`, made if there is none. `circle` None leaves its circle as it is.

    `fields` is what else was filled in (circles.composition), kept as it is. A draft that publishes itself goes on to.

    Raises `Refused` (codes of `accounts.rules.can_write`, already_sent), `Invalid` too_long, and `NotFound`
    draft_not_found for somebody else's.
    """
    rules.can_write(author).require()
    body = clean(body)
    title = clean_line(title)[: LENGTH_FACTOR_TITLE * TITLE_MAX]
    require_length(body, most=LENGTH_FACTOR * settings.POST_MAX_LENGTH, field="body")
    with transaction.atomic():
        draft = _locked(author=author, draft_id=draft_id)
        draft.body, draft.kind, draft.title, draft.fields = body, kind, title, fields or {}
        draft.circle = circle or draft.circle
        draft.updated_at = timezone.now()
        draft.save(update_fields=["body", "kind", "title", "fields", "circle", "updated_at"])
    return draft


def arrange(*, author: User, draft_id: UUID, keys: Sequence[UUID], texts: Mapping[UUID, PhotoText]) -> None:
    """Put the draft's photos into the order of `keys` (their pictures'), the others behind them, and note what `texts`
    says of them, cut to what fits. Raises `NotFound` draft_not_found for somebody else's."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
        if draft is None:
            return
        _require_own(author, draft)
        place = {key: number for number, key in enumerate(keys)}
        held = list(draft.photos.select_related("picture"))
        for position, photo in enumerate(sorted(held, key=lambda one: place.get(one.picture.key, len(place)))):
            text = texts.get(photo.picture.key)
            photo.position = position
            if text is not None:
                photo.caption = clean_line(text.caption)[:CAPTION_MAX]
                photo.alt = clean_line(text.alt)[:ALT_MAX]
        DraftPhoto.objects.bulk_update(held, ["position", "caption", "alt"])


def add_photo(*, author: User, draft_id: UUID, circle: Circle | None, upload: UploadedFile) -> Picture:
    """Take in a photo for the draft, made if there is none. Call it outside a transaction.

    Raises as `save`, and `Invalid` too_many_photos and those of `core.media.pictures.take_in`.
    """
    rules.can_write(author).require()
    known = Draft.objects.filter(pk=draft_id).first()
    if known is not None:
        _require_own(author, known)
        photos.require_room(known.photos.count() + 1)
    _require_unsent(author, draft_id)
    picture = pictures.take_in(owner_id=author.pk, upload=upload)
    with transaction.atomic():
        draft = _locked(author=author, draft_id=draft_id)
        photos.require_room(draft.photos.count() + 1)
        last = draft.photos.aggregate(last=Max("position"))["last"]
        DraftPhoto.objects.create(draft=draft, picture=picture, position=0 if last is None else last + 1)
        draft.circle = draft.circle or circle
        draft.updated_at = timezone.now()
        draft.save(update_fields=["circle", "updated_at"])
    return picture


def remove_photo(*, author: User, draft_id: UUID, picture_key: UUID) -> None:
    """Take the photo out of the draft; idempotent. Raises `NotFound` draft_not_found for somebody else's draft."""
    draft = Draft.objects.filter(pk=draft_id).first()
    if draft is not None:
        _require_own(author, draft)
        DraftPhoto.objects.filter(draft=draft, picture__key=picture_key).delete()


def discard(*, author: User, draft_id: UUID) -> None:
    """Throw the draft away; idempotent. Raises `NotFound` draft_not_found for somebody else's."""
    draft = Draft.objects.filter(pk=draft_id).first()
    if draft is not None:
        _require_own(author, draft)
        draft.delete()


def _locked(*, author: User, draft_id: UUID) -> Draft:
    """The author's draft of that id, made if needed, locked until the transaction ends."""
    Draft.objects.bulk_create([Draft(pk=draft_id, author=author)], ignore_conflicts=True)
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    _require_unsent(author, draft_id)
    if draft is None:
        raise _not_found()
    _require_own(author, draft)
    return draft


def _require_own(author: User, draft: Draft) -> None:
    if draft.author_id != author.pk:
        raise _not_found()


def _require_unsent(author: User, draft_id: UUID) -> None:
    if Post.objects.filter(author=author, key=draft_id).exists():
        raise Refused("already_sent", _("This post is published already."))


def _not_found() -> NotFound:
    return NotFound("draft_not_found", _("There is no such draft."))
