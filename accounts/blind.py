"""Blind indexes of what people are called elsewhere: equal for the same person or address, and nobody can read them."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress

from accounts.identity.claim import parse
from accounts.models import LegalIdentity, ProvenAddress
from core import crypto
from core.errors import Invalid


def of_address(address: str) -> bytes:
    """Of an e-mail address. "Mei+quanzi@Stu.Example.edu" and "mei@stu.example.edu" reach the same person."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return crypto.blind_index(f"e-mail:{local.partition('+')[0]}@{domain}")


def of_person(*, name: str, number: str) -> bytes:
    """Of a legal name and ID number. Raises `Invalid` (`bad_legal_name`, `bad_id_number`)."""
    return crypto.blind_index(parse(name=name, number=number).number)


def holders(indexes: Sequence[bytes]) -> dict[bytes, int]:
    """Which accounts stand for these people: index → user id."""
    found = LegalIdentity.objects.filter(number_index__in=list(indexes)).values_list("number_index", "user_id")
    return {bytes(index): user_id for index, user_id in found}


def of_account(user_id: int) -> list[bytes]:
    """The index of the person behind an account; empty where there is none."""
    return [bytes(found) for found in LegalIdentity.objects.filter(user=user_id).values_list("number_index", flat=True)]


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
