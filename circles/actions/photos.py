"""Pictures on their way into a post."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.kinds import PhotoText
from circles.models import Circle, Comment, DraftPhoto, Membership, Post, PostPhoto
from core.errors import Invalid, NotFound
from core.media import pictures
from core.models import Picture


def take_in(*, author: User, circle: Circle, uploads: Sequence[UploadedFile], already: int = 0) -> list[Picture]:
    """Pictures for a post by `author` in `circle` that has `already` some, ready for `posts.publish` or `posts.edit`.

    Whether they may post there and how many there are is asked before anything is decoded. Call it outside a
    transaction. What is not published within a day is purged. Raises `Refused` (codes of `rules.can_post`) and
    `Invalid` (too_many_photos, and those of `core.media.pictures.take_in`).
    """
    membership = Membership.objects.filter(user_id=author.pk, circle_id=circle.pk).first()
    rules.can_post(author, circle, membership).require()
    require_room(already + len(uploads))
    return [pictures.take_in(owner_id=author.pk, upload=upload) for upload in uploads]


def owned(*, author: User, keys: Sequence[UUID]) -> list[Picture]:
    """The author's pictures with these keys, in their order, each once.

    Raises `NotFound` if there is none of that key or it belongs to somebody else, and `Invalid` too_many_photos.
    """
    if not keys:
        return []
    keys = list(dict.fromkeys(keys))
    require_room(len(keys))
    found = {picture.key: picture for picture in Picture.objects.filter(owner=author, key__in=keys)}
    if len(found) < len(keys):
        raise picture_not_found()
    return [found[key] for key in keys]


def attach(
    *, post: Post, chosen: Sequence[Picture], draft_id: UUID | None, texts: Mapping[UUID, PhotoText] | None = None
) -> None:
    """Put `chosen` on `post`, in their order, with what `texts` says of them (by key). Locks the pictures; call it
    inside the transaction of the action.

    Each must belong to the post's author and be free, or be in the author's draft `draft_id`, which is about to go.
    Raises `NotFound` picture_not_found and `Invalid` picture_in_use.
    """
    if not chosen:
        return
    ids = [picture.pk for picture in chosen]
    locked = set(
        Picture.objects.select_for_update(no_key=True)
        .filter(pk__in=ids, owner_id=post.author_id)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if len(locked) < len(ids):
        raise picture_not_found()
    in_draft = DraftPhoto.objects.filter(picture_id__in=ids)
    if draft_id is not None:
        in_draft = in_draft.exclude(draft_id=draft_id)
    in_comment = Comment.objects.filter(picture_id__in=ids)
    if PostPhoto.objects.filter(picture_id__in=ids).exists() or in_draft.exists() or in_comment.exists():
        raise Invalid("picture_in_use", _("One of these photos is in another post already."), field="photos")
    said = [(texts or {}).get(picture.key, PhotoText()) for picture in chosen]
    PostPhoto.objects.bulk_create(
        PostPhoto(post=post, picture=picture, position=position, caption=text.caption, alt=text.alt)
        for position, (picture, text) in enumerate(zip(chosen, said, strict=True))
    )


def require_free(*, owner: User, picture: Picture) -> None:
    """Lock a picture of the owner's that is about to be attached to one thing. Call it inside that transaction.

    Raises `NotFound` picture_not_found and `Invalid` picture_in_use.
    """
    locked = Picture.objects.select_for_update(no_key=True).filter(pk=picture.pk, owner_id=owner.pk)
    if locked.first() is None:
        raise picture_not_found()
    shown = (PostPhoto, DraftPhoto, Comment)
    if any(model.objects.filter(picture_id=picture.pk).exists() for model in shown):
        raise Invalid("picture_in_use", _("This photo is shown elsewhere already."), field="photo")


def require_room(count: int) -> None:
    """Raise `Invalid` too_many_photos with both numbers if `count` photos are more than a post holds."""
    most = settings.PHOTOS_PER_POST
    if count > most:
        raise Invalid(
            "too_many_photos",
            _("That is %(count)s photos; a post holds at most %(most)s.") % {"count": count, "most": most},
            field="photos",
        )


def picture_not_found() -> NotFound:
    return NotFound("picture_not_found", _("There is no such photo."))
