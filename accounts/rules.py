"""What a person may do on this site, whatever the circle. Pure decisions, no writes."""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from core.errors import ALLOWED, Decision, refuse

RESERVED_NAMES = frozenset(
    {
        *("admin", "administrator", "root", "system", "quanzi", "me", "api", "staff", "support", "help", "official"),
        *("moderator", "mod", "everyone", "all", "here", "null", "none", "undefined", "anonymous", "deleted"),
        *("管理员", "系统管理员", "超级管理员", "官方", "系统", "客服", "圈子", "圈子官方", "圈主", "版主"),
        *("所有人", "全体成员", "匿名用户"),
    }
)
"""Names that would speak for the site or for everybody, in lower case."""

ATTEMPTS_PER_DAY = 5
"""Identity checks one account may ask for within 24 hours."""


def can_write(user: Any) -> Decision:
    """May this person write anything at all? Every write asks this first.

    Codes: `not_authenticated`, `not_verified`, `banned`.
    """
    if not user.is_authenticated or not user.is_active:
        return refuse("not_authenticated", _("Please log in first."))
    if not user.is_verified:
        return refuse("not_verified", _("Please verify who you are first: it takes a minute, under Me → Verify."))
    if user.is_banned:
        return refuse("banned", _("You may not write until %(until)s.") % {"until": _shown(user.banned_until)})
    return ALLOWED


def can_ask_for_identity(user: Any, *, pending: bool, attempts: int) -> Decision:
    """May this person have a legal identity checked now? `attempts` were made within the last 24 hours.

    Codes: `not_authenticated`, `already_verified`, `identity_pending`, `too_many_attempts`.
    """
    if not user.is_authenticated or not user.is_active:
        return refuse("not_authenticated", _("Please log in first."))
    if user.is_verified:
        return refuse("already_verified", _("You are verified already."))
    if pending:
        return refuse("identity_pending", _("We are still looking at what you sent. You will hear from us."))
    if attempts >= ATTEMPTS_PER_DAY:
        return refuse(
            "too_many_attempts",
            _("That was %(attempts)s attempts within a day. Please try again tomorrow.") % {"attempts": attempts},
        )
    return ALLOWED


def is_reserved(name: str) -> bool:
    """Would this name speak for the site? Width, case and joining signs make no difference."""
    key = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).lower())
    return key in RESERVED_NAMES


def _shown(moment: Any) -> str:
    from django.utils import formats, timezone

    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
