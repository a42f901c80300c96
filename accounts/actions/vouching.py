"""An institution says something of a person: the one door for all its ways, and how it is taken back."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import blind, terms
from accounts.actions import facts
from accounts.models import Fact, FactChange, Institution, InstitutionStaff, Subject, User
from core.errors import Invalid, Refused
from core.text.clean import clean_line, require_length

REASON_MAX = 300


def vouch(
    *,
    institution: Institution,
    user: User,
    kind: str,
    way: str,
    graduates: date | None = None,
    until: datetime | None = None,
    by: User | None = None,
) -> Fact:
    """Record what an institution says of a person, until `until` (default: `terms.end_of`).

    Locks the institution for sharing, so that whoever stops it waits for what it is just saying, then the person.
    Raises `Refused` (`not_an_issuer`, `not_its_business`; `taken_back`: an address that still works does not bring back
    what the institution itself revoked) and `Invalid` (`bad_time`).
    """
    with transaction.atomic():
        institution = _shared(institution)
        terms.can_vouch(institution, kind).require()
        if way == FactChange.Way.EMAIL and _was_taken_back(institution, user, kind):
            raise Refused(
                "taken_back",
                _("%(name)s took this back. Only somebody there can say it again.") % {"name": institution.name},
            )
        Subject.objects.bulk_create([Subject(institution=institution, user=user)], ignore_conflicts=True)
        return facts.grant(
            user=user,
            kind=kind,
            value=institution.value_of(kind),
            source=Fact.Source.ISSUER,
            institution=institution,
            valid_until=until or terms.end_of(kind, graduates=graduates),
            way=way,
            by=by,
        )


def _shared(institution: Institution) -> Institution:
    """As it is now and stays until the transaction ends; any number may hold it so at once."""
    table = Institution._meta.db_table
    [row] = Institution.objects.raw(f"SELECT * FROM {table} WHERE id = %s FOR SHARE", [institution.pk])  # noqa: S608
    return row


def _was_taken_back(institution: Institution, user: User, kind: str) -> bool:
    last = (
        FactChange.objects.filter(fact__institution=institution, fact__user=user, fact__kind=kind)
        .order_by("-id")
        .values_list("what", "way")
        .first()
    )
    by_them = (FactChange.Way.STAFF, FactChange.Way.API, FactChange.Way.TEAM)
    return last is not None and last[0] == FactChange.What.REVOKED and last[1] in by_them


def take_back(*, actor: User, fact: Fact, reason: str, way: str = facts.Way.STAFF) -> Fact:
    """The institution's staff revokes a fact; the person reads the reason. Revoking twice changes nothing.

    Raises `Refused` (`not_allowed`) or `Invalid` (`reason_required`, `too_long`).
    """
    if fact.institution is None:
        raise Refused("not_allowed", _("You may not do this."))
    require_desk(actor, fact.institution)
    return facts.revoke(fact=fact, by=actor, reason=clean_reason(reason), way=way)


def take_back_from(
    *, actor: User, institution: Institution, address: str = "", name: str = "", number: str = "", reason: str
) -> None:
    """Revoke all an institution said of somebody it knows by an e-mail address, or by name and ID number.

    Nothing is answered: the institution does not learn here who has an account. Raises `Refused` (`not_allowed`) or
    `Invalid` (`reason_required`, `too_long`, `required`, `bad_legal_name`, `bad_id_number`).
    """
    require_desk(actor, institution)
    reason = clean_reason(reason)
    if number:
        people = set(blind.holders([blind.of_person(name=name, number=number)]).values())
    elif blind.is_address(address):
        people = set(blind.accounts_of_address(address))
    else:
        raise Invalid("required", _("Please give an e-mail address, or a name and an ID number."), field="address")
    for fact in Fact.objects.filter(institution=institution, user__in=people, revoked_at=None):
        facts.revoke(fact=fact, by=actor, reason=reason, way=FactChange.Way.STAFF)


def holding(institution: Institution) -> "QuerySet[Fact]":
    """What it said of people, and has neither run out nor been taken back."""
    is_on = Q(valid_until=None) | Q(valid_until__gt=timezone.now())
    return Fact.objects.filter(is_on, institution=institution, revoked_at=None)


def take_back_all(
    *, institution: Institution, said_until: datetime, by: User, reason: str, after: int = 0, size: int = 20
) -> int | None:
    """Revoke what the institution said until that moment and still holds, `size` facts past the id `after`; each person
    reads the reason. Returns the id of the last one, None when all is done. The caller asks who may, and logs."""
    said = holding(institution).filter(created_at__lte=said_until, pk__gt=after)
    found = list(said.select_related("user").order_by("pk")[:size])
    for fact in found:
        facts.revoke(fact=fact, by=by, reason=reason, way=FactChange.Way.TEAM)
    return found[-1].pk if len(found) == size else None


def drop(*, user: User, fact: Fact) -> Fact:
    """A person has something recorded about them taken back. What their identity document says stays with it.

    Raises `Refused` (`not_yours`, `from_identity`).
    """
    if fact.user_id != user.pk:
        raise Refused("not_yours", _("You may not do this."))
    if fact.source == Fact.Source.IDENTITY:
        raise Refused("from_identity", _("This comes from your identity document and goes with it."))
    return facts.revoke(fact=fact, by=user)


def clean_reason(reason: str) -> str:
    reason = clean_line(reason)
    if not reason:
        raise Invalid("reason_required", _("Please give a reason."), field="reason")
    require_length(reason, most=REASON_MAX, field="reason")
    return reason


def may_use_desk(user: User | Any, institution: Institution) -> bool:
    """May this person act for the institution: its own staff, or an administrator."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or InstitutionStaff.objects.filter(institution=institution, user=user).exists()


def require_desk(user: User | Any, institution: Institution) -> None:
    """Raise `Refused` (`not_allowed`) unless they may."""
    if not may_use_desk(user, institution):
        raise Refused("not_allowed", _("You may not do this."))
