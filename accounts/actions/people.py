"""What the site does with an account. Who may ask for it is decided above, in moderation."""

import re
import secrets
from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Lower

from accounts import rules
from accounts.models import User
from accounts.models.user import NICKNAME

_NICKNAME_LENGTH = 20


def free_nickname(*, username: str) -> str:
    """A nickname like this user name that nobody has right now: "mei", else "mei2" to "mei9", else "mei" and four
    random digits. Two people who ask at once may get the same: the database says no to the later one.
    """
    base = re.sub(r"[^\w-]", "_", username).strip("_") or "user"
    tails = ["", *(str(number) for number in range(2, 10)), *(f"{secrets.randbelow(10_000):04}" for _ in range(20))]
    name = ""
    for tail in tails:
        name = base[: _NICKNAME_LENGTH - len(tail)] + tail
        if NICKNAME.match(name) and not rules.is_reserved(name) and not _is_taken(name):
            break
    return name


def _is_taken(nickname: str) -> bool:
    # In lower case as the database sees it, for that is what its constraint compares.
    return User.objects.filter(nickname_key=Lower(Value(nickname))).exists()


def ban(*, user: User, until: datetime) -> None:
    """Nothing this person writes is taken until then; reading stays free."""
    User.objects.filter(pk=user.pk).update(banned_until=until)
    user.banned_until = until


def unban(*, user: User) -> None:
    """Let this person write again."""
    User.objects.filter(pk=user.pk).update(banned_until=None)
    user.banned_until = None
