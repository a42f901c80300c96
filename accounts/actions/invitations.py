"""Invitation codes: an institution hands them to its people, and whoever types one is what the batch says."""

from datetime import date, datetime

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import terms
from accounts.actions import vouching
from accounts.models import Fact, FactChange, Institution, InvitationBatch, InvitationCode, InvitationUse, User
from accounts.models.issuer import digest_of_code, new_code, read_code
from core.errors import DomainError, Invalid, Refused
from core.text.clean import clean_line, require_length

CODES_MAX = 500
USES_MAX = 5000
CODE_LENGTH = 12
WRONG_PER_HOUR = 10


def issue(
    *,
    actor: User,
    institution: Institution,
    kind: str,
    count: int,
    uses_max: int,
    expires_at: datetime,
    graduates: date | None = None,
    note: str = "",
) -> tuple[InvitationBatch, list[str]]:
    """Make a batch and return its codes: the only time anybody sees them.

    Raises `Refused` (`not_allowed`, `not_an_issuer`, `not_its_business`) or `Invalid` (`bad_count`, `bad_time`,
    `too_long`).
    """
    vouching.require_desk(actor, institution)
    terms.can_vouch(institution, kind).require()
    note = clean_line(note)
    require_length(note, most=60, field="note")
    if not 1 <= count <= CODES_MAX:
        raise Invalid("bad_count", _("Between 1 and %(most)s codes.") % {"most": CODES_MAX}, field="count")
    if not 1 <= uses_max <= USES_MAX:
        raise Invalid("bad_count", _("Between 1 and %(most)s people.") % {"most": USES_MAX}, field="uses_max")
    if expires_at <= timezone.now():
        raise Invalid("bad_time", _("This day is over already."), field="expires_at")
    codes = [new_code(CODE_LENGTH) for _number in range(count)]
    with transaction.atomic():
        batch = InvitationBatch.objects.create(
            institution=institution,
            kind=kind,
            note=note,
            graduates=graduates,
            created_by=actor,
            uses_max=uses_max,
            expires_at=expires_at,
        )
        InvitationCode.objects.bulk_create(
            [InvitationCode(batch=batch, digest=digest_of_code(code), uses_max=uses_max) for code in codes]
        )
    return batch, ["-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)) for code in codes]


def withdraw(*, actor: User, batch: InvitationBatch) -> None:
    """No code of it works any more. What it has proven stays. Raises `Refused` (`not_allowed`)."""
    vouching.require_desk(actor, batch.institution)
    InvitationBatch.objects.filter(pk=batch.pk, revoked_at=None).update(revoked_at=timezone.now())


def redeem(*, user: User, code: str) -> Fact:
    """Use a code; the same person using it twice uses it once.

    Locks the person, then the code. Raises `Refused` (`not_verified`), `Refused` (`too_many_attempts`, 429), `Invalid`
    (`bad_code`: there is none such) or `DomainError` (`code_over`: ran out or was withdrawn; `code_used_up`).
    """
    terms.can_prove(user).require()
    counter = f"invitation-wrong:{user.pk}"
    if (cache.get(counter) or 0) >= WRONG_PER_HOUR:
        raise Refused("too_many_attempts", _("Too many wrong codes. Please try again in an hour."), status=429)
    known = InvitationCode.objects.filter(digest=digest_of_code(code)).first() if read_code(code) else None
    if known is None:
        cache.add(counter, 0, 3600)
        cache.incr(counter)
        raise Invalid("bad_code", _("We do not know this code. Please check it."), field="code")
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        row = (
            InvitationCode.objects.select_for_update(of=("self",)).select_related("batch__institution").get(pk=known.pk)
        )
        batch = row.batch
        if batch.revoked_at is not None or batch.expires_at <= timezone.now():
            raise DomainError("code_over", _("This code is not valid any more. Please ask for a new one."))
        if not InvitationUse.objects.filter(code=row, user=person).exists():
            if row.used >= row.uses_max:
                raise DomainError("code_used_up", _("This code has been used already."))
            InvitationUse.objects.create(code=row, user=person)
            InvitationCode.objects.filter(pk=row.pk).update(used=F("used") + 1)
        fact = vouching.vouch(
            institution=batch.institution,
            user=person,
            kind=batch.kind,
            graduates=batch.graduates,
            way=FactChange.Way.CODE,
        )
    user.refresh_from_db(fields=["held_facts", "badges"])
    return fact
