"""An institution's own system: keys for the API, and people it knows by a name that means nothing anywhere else."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import terms
from accounts.actions import facts, vouching
from accounts.models import Fact, FactChange, Institution, IssuerToken, Subject, User
from accounts.models.issuer import digest_of_code, new_code, read_code
from core.errors import Invalid, NotFound
from core.text.clean import clean_line, require_length

CODE_LENGTH = 10
CODE_HOURS = 24


def issue_token(*, actor: User, institution: Institution, note: str = "") -> str:
    """Make a key and return it: the only time anybody sees it. Raises `Refused` (`not_allowed`, `not_an_issuer`)."""
    vouching.require_desk(actor, institution)
    terms.can_vouch(institution, institution.kinds[0]).require()
    note = clean_line(note)
    require_length(note, most=60, field="note")
    token = IssuerToken.generate()
    IssuerToken.objects.create(
        institution=institution, digest=IssuerToken.digest_of(token), note=note, created_by=actor
    )
    return token


def withdraw_token(*, actor: User, token: IssuerToken) -> None:
    """Make it useless. Raises `Refused` (`not_allowed`)."""
    vouching.require_desk(actor, token.institution)
    IssuerToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def show_code(*, user: User, institution: Institution) -> str:
    """A code for the person to show at the institution, which may then vouch for them; an earlier one is useless.

    It works once, for CODE_HOURS. Raises `Refused` (`not_verified`, `not_an_issuer`).
    """
    terms.can_prove(user).require()
    terms.can_vouch(institution, institution.kinds[0]).require()
    code = new_code(CODE_LENGTH)
    with transaction.atomic():
        Subject.objects.bulk_create([Subject(institution=institution, user=user)], ignore_conflicts=True)
        Subject.objects.filter(institution=institution, user=user).update(
            code_digest=digest_of_code(code), code_expires_at=timezone.now() + timedelta(hours=CODE_HOURS)
        )
    return f"{code[:5]}-{code[5:]}"


def subject_of_code(*, institution: Institution, code: str) -> Subject:
    """Whoever showed this code. It works once. Raises `NotFound` (`no_such_code`), for an old one too."""
    with transaction.atomic():
        rows = Subject.objects.select_for_update().filter(
            institution=institution, code_digest=digest_of_code(code), code_expires_at__gt=timezone.now()
        )
        subject = rows.first() if read_code(code) else None
        if subject is None:
            raise NotFound("no_such_code", _("There is no such code, or it has run out."))
        subject.code_digest, subject.code_expires_at = "", None
        subject.save(update_fields=["code_digest", "code_expires_at"])
    return subject


def grant(
    *,
    institution: Institution,
    subject: UUID,
    kind: str,
    graduates: date | None = None,
    until: datetime | None = None,
) -> Fact:
    """Vouch for whom the institution knows as `subject`.

    Raises `NotFound` (`no_such_subject`), `Refused` (`not_an_issuer`, `not_its_business`) or `Invalid` (`bad_time`).
    """
    found = Subject.objects.select_related("user").filter(institution=institution, key=subject).first()
    if found is None or not found.user.is_active:
        raise NotFound("no_such_subject", _("You know nobody by this name."))
    longest = terms.longest(kind)
    if until is not None and until > longest:
        raise Invalid("bad_time", _("This is longer than such a fact may hold."), field="until")
    return vouching.vouch(
        institution=institution,
        user=found.user,
        kind=kind,
        graduates=graduates,
        until=until,
        way=FactChange.Way.API,
    )


def revoke(*, institution: Institution, fact_id: int, reason: str) -> Fact:
    """Take back what this institution said. Revoking twice changes nothing. Raises `NotFound`, `Invalid`."""
    fact = Fact.objects.filter(pk=fact_id, institution=institution).first()
    if fact is None:
        raise NotFound("not_found", _("There is no such fact."))
    return facts.revoke(fact=fact, reason=vouching.clean_reason(reason), way=FactChange.Way.API)
