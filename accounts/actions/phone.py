"""Proving that a phone number is one's own. One number, one account.

Whoever asks for a number that another account holds gets the answer everybody gets, and no code: nobody learns here
whose number it is.
"""

import re
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import PhoneCode, PhoneNumber, User
from accounts.sms import provider
from core.errors import Invalid, Refused
from core.jobs import enqueue

CODES_PER_DAY = 5
"""To one account, and to one number."""
PAUSE_SECONDS = 60
ATTEMPTS = 5
MINUTES = 10
_CHINESE = re.compile(r"1[3-9]\d{9}")
_OTHER = re.compile(r"\+[1-9]\d{7,14}")


def normalized(number: str) -> str:
    """E.164; eleven digits are a number of mainland China. Raises `Invalid` (bad_phone)."""
    bare = re.sub(r"[\s().‐-―-]", "", unicodedata.normalize("NFKC", number[:40]))
    bare = re.sub(r"^00", "+", bare)
    if _CHINESE.fullmatch(bare):
        return f"+86{bare}"
    if _OTHER.fullmatch(bare) and (not bare.startswith("+86") or _CHINESE.fullmatch(bare[3:])):
        return bare
    raise Invalid("bad_phone", _("Please type a phone number: 11 digits, or with + and the country."), field="number")


def request_code(*, user: User, number: str) -> str:
    """Have a code sent; returns the number in its one form. Locks the person.

    Raises `Invalid` (bad_phone) and `Refused` (too_soon, too_many_codes).
    """
    number = normalized(number)
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        lately = PhoneCode.objects.filter(created_at__gt=now - timedelta(days=1))
        mine = lately.filter(user=user)
        if mine.filter(created_at__gt=now - timedelta(seconds=PAUSE_SECONDS)).exists():
            raise Refused("too_soon", _("A code is on its way. Please wait a minute before you ask for another."))
        if max(mine.count(), lately.filter(number=number).count()) >= CODES_PER_DAY:
            raise Refused("too_many_codes", _("That were many codes today. Please try again tomorrow."))
        mine.filter(closed_at=None).update(closed_at=now)
        code = PhoneCode.objects.create(user=user, number=number)
        if not PhoneNumber.objects.filter(number=number).exclude(user=user).exists():
            language = translation.get_language() or settings.LANGUAGE_CODE
            enqueue("accounts.send_phone_code", code_id=code.pk, language=language)
    return number


def send_code(*, code_id: int, language: str) -> None:
    """Send it, unless it is no longer of use. Raises `provider.NotSent`, for the job to be tried again."""
    row = PhoneCode.objects.filter(pk=code_id, closed_at=None).first()
    if row is None or _is_over(row):
        return
    with translation.override(language):
        text = _("%(code)s is your code for %(site)s. Tell it to nobody, also not to people who say they are us.") % {
            "code": row.code,
            "site": settings.SITE_NAME,
        }
    provider.current().send(number=row.number, text=text)


def confirm(*, user: User, code: str) -> PhoneNumber:
    """The code was typed: the number is this person's. Locks the person and the code.

    Raises `Invalid` (wrong_code), alike for a wrong, old and used one, for one tried too often and for a number that
    another account took meanwhile.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        row = PhoneCode.objects.select_for_update().filter(user=user, closed_at=None).order_by("-pk").first()
        is_right = False
        if row is not None and not _is_over(row) and row.attempts < ATTEMPTS:
            typed = unicodedata.normalize("NFKC", code[:20]).strip().replace(" ", "")
            is_right = constant_time_compare(typed, row.code)
            row.attempts += 1
            if is_right:
                row.closed_at = timezone.now()
            row.save(update_fields=["attempts", "closed_at"])
    if row is None or not is_right:
        raise _wrong()
    try:
        with transaction.atomic():
            phone, _made = PhoneNumber.objects.update_or_create(
                user=user, defaults={"number": row.number, "confirmed_at": timezone.now()}
            )
    except IntegrityError:
        raise _wrong() from None
    return phone


def remove(*, user: User) -> None:
    """Forget the number; idempotent."""
    PhoneNumber.objects.filter(user=user).delete()
    PhoneCode.objects.filter(user=user).delete()


def purge_codes() -> None:
    """Forget codes of yesterday, and so the numbers they went to."""
    PhoneCode.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()


def _is_over(row: PhoneCode) -> bool:
    return row.created_at < timezone.now() - timedelta(minutes=MINUTES)


def _wrong() -> Invalid:
    return Invalid(
        "wrong_code", _("This code does not fit, or is too old. Check it, or ask for another."), field="code"
    )
