"""Under which name one appears in a circle."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts import rules as account_rules
from accounts.models import User
from accounts.models.user import NICKNAME
from circles import pseudonyms, rules
from circles.actions.memberships import find_locked
from circles.models import Circle, Comment, Membership, Post, Pseudonym
from core.errors import Invalid, NotFound, Refused
from core.jobs import enqueue
from core.models import Picture
from core.text.clean import clean_line

NAMES_TRIED = 50
ROWS_AT_ONCE = 1000


def choose(
    *,
    user: User,
    circle: Circle,
    nickname: str,
    linked: bool = True,
    avatar: Picture | None = None,
    remove_avatar: bool = False,
) -> Membership:
    """Choose a nickname and a picture for one circle; an empty nickname is the usual one, with the usual picture.

    Locks the membership. What one wrote there under a name of one's own follows within seconds (a job).
    Raises `Refused` (codes of can_write, `not_member`), `Invalid` (`bad_nickname`, `nickname_reserved`,
    `nickname_taken`) or `NotFound` (`picture_not_found`).
    """
    rules.can_write(user).require()
    nickname = clean_line(nickname)
    if avatar is not None and avatar.owner_id != user.pk:
        raise NotFound("picture_not_found", _("There is no such picture."))
    if nickname:
        _require_free(nickname, user=user, circle=circle)
    try:
        with transaction.atomic():
            membership = find_locked(user=user, circle=circle)
            if membership is None or not membership.is_active:
                raise Refused("not_member", _("You are not a member of this circle."))
            membership.nickname = nickname
            membership.is_linked = linked or not nickname
            if remove_avatar or not nickname:
                membership.avatar = None
            elif avatar is not None:
                membership.avatar = avatar
            membership.save(update_fields=["nickname", "is_linked", "avatar"])
            enqueue("circles.rename_in_circle", membership_id=membership.pk)
    except IntegrityError as error:
        raise _taken() from error
    return membership


def columns(membership: Membership | None) -> dict[str, Any]:
    """Of something this member publishes under their own name or the one chosen here."""
    if membership is None or not membership.nickname:
        return {}
    return {
        "author_name": membership.nickname,
        "author_face_id": membership.avatar_id,
        "author_linked": membership.is_linked,
    }


def mask(*, post: Post, author: User) -> dict[str, Any]:
    """The columns of something published under a pseudonym in this thread, the same each time.

    The caller holds the post locked, or has just made it. Writes the pseudonym the first time.
    """
    known = Pseudonym.objects.filter(post=post, user=author).first()
    attempt = 0
    while known is None:
        token, name, version = pseudonyms.derive(post.pk, author.pk, attempt=attempt)
        attempt += 1
        if attempt > NAMES_TRIED:
            name = f"{name}{attempt}"
        if not Pseudonym.objects.filter(Q(post=post, name=name) | Q(token=token)).exists():
            known = Pseudonym.objects.create(post=post, user=author, token=token, name=name, key_version=version)
    return {
        "author_name": known.name,
        "author_mask": known.token,
        "author_linked": False,
        "author_face_id": None,
        "region": "",  # where few come from it would tell
    }


def mask_post(post: Post) -> None:
    """Put a post that was just made under a pseudonym, and with it the thread it begins."""
    for column, value in mask(post=post, author=post.author).items():
        setattr(post, column, value)
    post.save(update_fields=["author_name", "author_mask", "author_linked", "author_face", "region"])


def rename(*, membership_id: int, after: int = 0) -> int | None:
    """Bring what a member wrote there, but for pseudonyms, under the name they have now; ROWS_AT_ONCE posts a call.

    Returns the id of the last post done, None when all is.
    """
    membership = Membership.objects.select_related("user").filter(pk=membership_id).first()
    if membership is None:
        return None
    now: dict[str, Any] = {"author_name": "", "author_face_id": None, "author_linked": True}
    now |= columns(membership)
    mine = Post.objects.filter(author=membership.user_id, circle=membership.circle_id, author_mask="", pk__gt=after)
    ids = list(mine.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])
    Post.objects.filter(pk__in=ids).update(**now, version=F("version") + 1)
    if len(ids) == ROWS_AT_ONCE:
        return ids[-1]
    here = Q(post__circle=membership.circle_id, author_mask="")
    Comment.objects.filter(here, author=membership.user_id).update(**now)
    Comment.objects.filter(here, reply_to=membership.user_id).update(reply_to_name=now["author_name"])
    return None


def _require_free(nickname: str, *, user: User, circle: Circle) -> None:
    """Nobody else is called so: not in this circle, and, so that nobody is taken for another, not on the site."""
    if not NICKNAME.match(nickname):
        raise Invalid(
            "bad_nickname",
            _("A nickname is 2 to 20 letters, digits, hyphens or underscores, no spaces."),
            field="nickname",
        )
    if account_rules.is_reserved(nickname):
        raise Invalid("nickname_reserved", _("This nickname is reserved. Please choose another."), field="nickname")
    key = Lower(Value(nickname))
    elsewhere = User.objects.exclude(pk=user.pk).filter(nickname_key=key).exists()
    here = Membership.objects.exclude(user=user).filter(circle=circle, nickname_key=key).exists()
    if elsewhere or here:
        raise _taken()


def _taken() -> Invalid:
    return Invalid("nickname_taken", _("Somebody has this nickname already. Please choose another."), field="nickname")
