"""Blind indexes of what people are called elsewhere: equal for the same person or address, and nobody can read them."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from accounts.identity.claim import parse
from accounts.models import Hold, ProvenAddress
from core import crypto
from core.errors import DomainError, Invalid


def of_address(address: str) -> bytes:
    """Of an e-mail address. "Mei+quanzi@Stu.Example.edu" and "mei@stu.example.edu" reach the same person."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return crypto.blind_index(f"e-mail:{local.partition('+')[0]}@{domain}")


def of_person(*, name: str, number: str) -> bytes:
    """Of a legal name and ID number, the index under which custody holds people (accounts.actions.custody).

    Slow on purpose. Raises `Invalid` (`bad_legal_name`, `bad_id_number`) or `DomainError` (`identity_busy`, 503).
    """
    claim = parse(name=name, number=number)
    try:
        return crypto.slow_index(claim.key)
    except crypto.Busy:
        raise DomainError(
            "identity_busy", _("Many people are verifying right now. Please try again in a minute."), status=503
        ) from None


def holders(indexes: Sequence[bytes]) -> dict[bytes, int]:
    """Which accounts stand for these people: index → user id."""
    found = Hold.objects.filter(number_index__in=list(indexes), barred_until=None)
    return {bytes(index): owner_id for index, owner_id in found.values_list("number_index", "owner_id")}


def of_account(user_id: int) -> list[bytes]:
    """The index of the person behind an account; empty where there is none."""
    held = Hold.objects.filter(owner_id=user_id, barred_until=None).values_list("number_index", flat=True)
    return [bytes(index) for index in held]


def accounts_of_address(address: str) -> list[int]:
    """Accounts that have confirmed this address, or proven it to an institution."""
    proven = ProvenAddress.objects.filter(address_index=of_address(address)).values_list("user_id", flat=True)
    confirmed = EmailAddress.objects.filter(verified=True, email=address.strip().lower())
    return [*proven, *confirmed.values_list("user_id", flat=True)]


def is_address(address: str) -> bool:
    """Could mail reach it? Of what is typed, before it is looked up."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254


def domain_of(address: str) -> str:
    """In lower case, as a mail server is asked for it. Raises `Invalid` (`bad_address`)."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        raise Invalid("bad_address", "This is no e-mail address.", field="address") from None
