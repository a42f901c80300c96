"""How a person is seen by others."""

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts import rules
from accounts.events import ProfileChanged
from accounts.models import DEFAULT_LEVELS, User
from accounts.models.user import NICKNAME
from core.errors import Invalid
from core.events import record
from core.models import Picture
from core.text.clean import clean, clean_line, require_length

BIO_MAX_LENGTH = 200


def update(*, user: User, nickname: str, bio: str, avatar: Picture | None = None, remove_avatar: bool = False) -> User:
    """Change nickname and bio; a new `avatar` replaces the present one, None leaves it.

    Raises `Invalid`: `bad_nickname`, `nickname_reserved`, `nickname_taken` (also when two ask at the same moment),
    `too_long` and, for a picture of somebody else, `bad_avatar`.
    """
    nickname = check_nickname(nickname, user=user)
    bio = clean(bio)
    require_length(bio, most=BIO_MAX_LENGTH, field="bio")
    if avatar is not None and avatar.owner_id != user.pk:
        raise Invalid("bad_avatar", _("Please upload a picture of your own."), field="avatar")
    user.nickname, user.bio = nickname, bio
    if avatar is not None or remove_avatar:
        user.avatar = avatar
    try:
        with transaction.atomic():
            user.save(update_fields=["nickname", "bio", "avatar"])
            record(ProfileChanged(user_id=user.pk))
    except IntegrityError as error:
        raise _taken() from error
    return user


def check_nickname(nickname: str, *, user: User | None = None) -> str:
    """The nickname as it is stored. Raises `Invalid` when it is malformed, reserved, or somebody else's."""
    nickname = clean_line(nickname)
    if not NICKNAME.match(nickname):
        raise Invalid(
            "bad_nickname",
            _("A nickname is 2 to 20 letters, digits, hyphens or underscores, no spaces."),
            field="nickname",
        )
    if rules.is_reserved(nickname) and not (user and user.nickname == nickname):
        raise Invalid("nickname_reserved", _("This nickname is reserved. Please choose another."), field="nickname")
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if others.filter(nickname_key=Lower(Value(nickname))).exists():
        raise _taken()
    return nickname


def _taken() -> Invalid:
    return Invalid("nickname_taken", _("Somebody has this nickname already. Please choose another."), field="nickname")


def choose_notice_level(*, user: User, level: str) -> None:
    """How much reaches the person by default. Raises `Invalid` (bad_level)."""
    if level not in DEFAULT_LEVELS:
        raise Invalid("bad_level", _("Please choose one of these."), field="level")
    User.objects.filter(pk=user.pk).update(notice_level=level)
    user.notice_level = level
