"""What a person may do on this site, whatever the circle. Pure decisions, no writes."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import FactKind
from accounts.passport import passport_of
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

COOL_DOWN = {3: timedelta(minutes=10), 4: timedelta(hours=1)}
"""So many refusals within 24 hours → so long until the next attempt."""

FOLLOWS_MAX = 2_000
"""People one person may follow: what they post is gathered person by person when it is read."""
FOLLOWS_A_DAY, FOLLOWS_A_DAY_WHEN_NEW, NEW_DAYS = 100, 20, 7
"""People one may begin to follow within a day, and in the first days of an account: scripts want thousands."""


def can_write(user: Any) -> Decision:
    """May this person write anything at all? Every write asks this first.

    Codes: `not_authenticated`, `closing`, `not_verified`, `banned`, `guardian_needed`.
    """
    if not user.is_authenticated or not user.is_active:
        return refuse("not_authenticated", _("Please log in first."))
    if user.closing_at is not None:
        return refuse("closing", _("You asked to close this account. Take that back first, under Me → My data."))
    if not user.is_verified:
        return refuse("not_verified", _("Please verify who you are first: it takes a minute, under Me → Verify."))
    if user.is_banned:
        return refuse("banned", _("You may not write until %(until)s.") % {"until": _shown(user.banned_until)})
    if needs_guardian(user):
        return refuse("guardian_needed", _("Under fourteen, a parent has to agree first, under Me → My guardian."))
    return ALLOWED


def needs_guardian(user: Any) -> bool:
    """A child under fourteen, for whom no guardian has agreed (yet): reading only."""
    return user.guarded_at is None and user.child_until is not None and timezone.localdate() < user.child_until


def can_pay(user: Any) -> Decision:
    """May this person use anything that costs money? Only who is an adult by a verified fact.

    Codes of can_write, and `not_adult`.
    """
    decision = can_write(user)
    if decision and not passport_of(user).holds(FactKind.ADULT):
        return refuse("not_adult", _("What costs money is for adults, once your identity document has shown your age."))
    return decision


def can_add_outside_score(user: Any) -> Decision:
    """May this person have a score from elsewhere fetched? Scores of children are not asked for.

    Codes of can_write but for `banned`, and `not_adult`.
    """
    decision = can_write(user)
    if not decision and decision.code != "banned":
        return decision
    if not passport_of(user).holds(FactKind.ADULT):
        return refuse("not_adult", _("Scores are for adults, once your identity document has shown your age."))
    return ALLOWED


def can_guard(user: Any, child: Any) -> Decision:
    """May this person agree for that child? A verified adult may. Codes of can_write, `not_oneself`, `not_adult`."""
    if user.is_authenticated and user.pk == child.pk:
        return refuse("not_oneself", _("That is you. Somebody grown up has to open this page."))
    decision = can_write(user)
    if decision and not passport_of(user).holds(FactKind.ADULT):
        return refuse("not_adult", _("Only a verified adult can agree for a child."))
    return decision


def can_ask_for_identity(
    user: Any,
    *,
    pending: bool,
    attempts: int,
    cools_until: datetime | None = None,
    valid_until: date | None = None,
) -> Decision:
    """May this person have a legal identity checked now? `attempts` were made within the last 24 hours; `valid_until`
    is the last day of the document they are verified with.

    Codes: `not_authenticated`, `already_verified`, `identity_pending`, `too_many_attempts`, `cooling_down`.
    """
    if not user.is_authenticated or not user.is_active:
        return refuse("not_authenticated", _("Please log in first."))
    if user.is_verified and not may_renew(valid_until):
        return refuse("already_verified", _("You are verified already."))
    if pending:
        return refuse("identity_pending", _("We are still looking at what you sent. You will hear from us."))
    if attempts >= ATTEMPTS_PER_DAY:
        return refuse(
            "too_many_attempts",
            _("That was %(attempts)s attempts within a day. Please try again tomorrow.") % {"attempts": attempts},
        )
    if cools_until is not None and cools_until > timezone.now():
        minutes = math.ceil((cools_until - timezone.now()).total_seconds() / 60)
        return refuse(
            "cooling_down",
            ngettext(
                "That did not work several times. Please compare your document, and try again in %(minutes)s minute.",
                "That did not work several times. Please compare your document, and try again in %(minutes)s minutes.",
                minutes,
            )
            % {"minutes": minutes},
        )
    return ALLOWED


def cools_until(refused_at: Sequence[datetime | None]) -> datetime | None:
    """Until when somebody waits who was refused at these times within a day, the latest first."""
    wait, latest = COOL_DOWN.get(len(refused_at)), next(iter(refused_at), None)
    return latest + wait if wait is not None and latest is not None else None


def may_renew(valid_until: date | None) -> bool:
    """Verified people verify anew once their document is about to run out."""
    if valid_until is None:
        return False
    return valid_until - timezone.localdate() <= timedelta(days=max(settings.IDENTITY_RENEW_DAYS))


def can_follow(*, is_open: bool, is_apart: bool, following: int, today: int, is_new: bool) -> Decision:
    """May somebody begin to follow a person? After `can_write`.

    `is_open`: that person lets them; `is_apart`: a block stands between the two, whoever made it; `following` and
    `today`: how many they follow, and have begun to follow today; `is_new`: their account is younger than NEW_DAYS.
    Codes: `not_followable`, for both of the first, so that nobody learns of a block; `too_many_followed`,
    `too_many_follows_today`.
    """
    if is_apart or not is_open:
        return refuse("not_followable", _("You cannot follow this person."))
    if following >= FOLLOWS_MAX:
        return refuse("too_many_followed", _("You follow as many people as one can read. Take some back first."))
    if today >= (FOLLOWS_A_DAY_WHEN_NEW if is_new else FOLLOWS_A_DAY):
        return refuse("too_many_follows_today", _("That is enough new people for one day. Please go on tomorrow."))
    return ALLOWED


def is_reserved(name: str) -> bool:
    """Would this name speak for the site? Width, case and joining signs make no difference."""
    key = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).lower())
    return key in RESERVED_NAMES


def _shown(moment: Any) -> str:
    from django.utils import formats, timezone

    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
