"""What people keep for themselves. Nobody else sees it, its author neither."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from circles.models import Bookmark, BookmarkFolder, Post
from circles.models.bookmark import FOLDER_NAME_MAX
from core.errors import Invalid, NotFound, Refused
from core.numbers import ID_MAX
from core.text.clean import clean_line, require_length

FOLDERS_MAX = 50


def keep(*, user: User, post: Post, folder: BookmarkFolder | None = None) -> Bookmark:
    """Keep a post one sees, in a folder of one's own or in none; kept again with a folder it moves there.

    Raises `NotFound` folder_not_found for another's.
    """
    if folder is not None and folder.user_id != user.pk:
        raise NotFound("folder_not_found", _("There is no such folder."))
    bookmark, is_new = Bookmark.objects.get_or_create(user=user, post=post, defaults={"folder": folder})
    if not is_new and folder is not None and bookmark.folder_id != folder.pk:
        bookmark.folder = folder
        bookmark.save(update_fields=["folder"])
    return bookmark


def file(*, user: User, bookmark_id: int, folder: BookmarkFolder | None) -> None:
    """Put something kept into a folder, or with None into none. Raises `NotFound` (folder_not_found,
    bookmark_not_found)."""
    if folder is not None and folder.user_id != user.pk:
        raise NotFound("folder_not_found", _("There is no such folder."))
    if bookmark_id > ID_MAX or not Bookmark.objects.filter(user=user, pk=bookmark_id).update(folder=folder):
        raise NotFound("bookmark_not_found", _("This is kept no longer."))


def let_go(*, user: User, post_id: int) -> None:
    """Idempotent; also of what one may not see any more."""
    Bookmark.objects.filter(user=user, post_id=post_id).delete()


def add_folder(*, user: User, name: str) -> BookmarkFolder:
    """One's own folder of that name; the same again is the same folder. Raises `Invalid` (empty_name, too_long) and
    `Refused` too_many_folders."""
    name = clean_line(name)
    if not name:
        raise Invalid("empty_name", _("Give it a name first."), field="name")
    require_length(name, most=FOLDER_NAME_MAX, field="name")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        known = BookmarkFolder.objects.filter(user=user, name=name).first()
        if known is not None:
            return known
        if BookmarkFolder.objects.filter(user=user).count() >= FOLDERS_MAX:
            raise Refused("too_many_folders", _("You have %(most)s folders; that is the most.") % {"most": FOLDERS_MAX})
        return BookmarkFolder.objects.create(user=user, name=name)


def rename_folder(*, user: User, folder: BookmarkFolder, name: str) -> None:
    """Raises `Invalid` (empty_name, too_long, folder_name_taken) and `NotFound` folder_not_found."""
    name = clean_line(name)
    if not name:
        raise Invalid("empty_name", _("Give it a name first."), field="name")
    require_length(name, most=FOLDER_NAME_MAX, field="name")
    try:
        with transaction.atomic():
            renamed = BookmarkFolder.objects.filter(pk=folder.pk, user=user).update(name=name)
    except IntegrityError:
        raise Invalid("folder_name_taken", _("You have a folder of that name already."), field="name") from None
    if not renamed:
        raise NotFound("folder_not_found", _("There is no such folder."))


def remove_folder(*, user: User, folder: BookmarkFolder) -> None:
    """The folder goes; what lay in it stays kept."""
    BookmarkFolder.objects.filter(pk=folder.pk, user=user).delete()
