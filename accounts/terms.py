"""For how long a fact holds that an institution vouches for, and who may have something vouched for. No writes.

| fact | ends |
|---|---|
| student | on 1 October after the expected graduation, at most STUDENT_MONTHS_MAX from now |
| student, of whom nobody said when that is | on the next 1 October at least TERM_DAYS_MIN away: once a year |
| graduate | never |
| employee, profession, resident | after MONTHS |
"""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import FactKind
from core.errors import ALLOWED, Decision, refuse

TERM_MONTH = 10
"""Terms begin in September; who is no student any more has lost the address or the desk by October."""
TERM_DAYS_MIN = 90
STUDENT_MONTHS_MAX = 72
GRADUATE_MONTHS_MAX = 240
MONTHS = {FactKind.EMPLOYEE: 12, FactKind.PROFESSION: 36, FactKind.RESIDENT: 24}
REMIND_DAYS = 30
"""So long before its end a person is asked to prove a fact again."""


def end_of(kind: str, *, graduates: date | None = None, now: datetime | None = None) -> datetime | None:
    """When what is vouched for now ends; None: never. Midnight here (TIME_ZONE)."""
    here = timezone.localtime(now)
    if kind == FactKind.GRADUATE:
        return None
    if kind != FactKind.STUDENT:
        return _midnight(_months_after(here.date(), MONTHS.get(FactKind(kind), 12)))
    if graduates is not None:
        latest = _months_after(here.date(), STUDENT_MONTHS_MAX)
        graduates = min(graduates, latest)
        after = date(graduates.year, TERM_MONTH, 1)
        end = after if graduates < after else date(graduates.year + 1, TERM_MONTH, 1)
        return _midnight(min(end, latest))
    end = date(here.year, TERM_MONTH, 1)
    while (end - here.date()).days < TERM_DAYS_MIN:
        end = date(end.year + 1, TERM_MONTH, 1)
    return _midnight(end)


def longest(kind: str, now: datetime | None = None) -> datetime:
    """The latest end an institution's own system may give."""
    months = {FactKind.STUDENT: STUDENT_MONTHS_MAX, **MONTHS}.get(FactKind(kind), GRADUATE_MONTHS_MAX)
    return _midnight(_months_after(timezone.localtime(now).date(), months))


def can_prove(user: Any) -> Decision:
    """May anything be vouched for about this person? Behind a fact stands a real person, so they are verified first.

    Codes: `not_authenticated`, `not_verified`.
    """
    decision = rules.can_write(user)
    return ALLOWED if decision.code == "banned" else decision


def can_vouch(institution: Any, kind: str) -> Decision:
    """May this institution say that? Codes: `not_an_issuer`, `not_its_business`."""
    if not institution.is_issuer:
        return refuse("not_an_issuer", _("%(name)s does not vouch for people here.") % {"name": institution.name})
    if kind not in institution.kinds or not institution.value_of(kind):
        return refuse("not_its_business", _("%(name)s cannot say that of people.") % {"name": institution.name})
    return ALLOWED


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
