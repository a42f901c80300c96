"""Proving an institution's e-mail address: a code goes there by mail, and whoever types it reads that mail.

Whether an address stands on an institution's list is nobody's business, so the answer is always the same: a code is on
its way if the address is known. Addresses are kept until the code is typed or has run out, then only as a blind index.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import blind, terms
from accounts.actions import rosters, vouching
from accounts.models import EmailProof, Fact, FactChange, InstitutionDomain, ProvenAddress, RosterEntry, User
from core.errors import DomainError, Invalid, Refused
from core.jobs import enqueue

CODE_MINUTES = 15
ATTEMPTS = 5
MAILS_PER_PERSON = 5
MAILS_PER_ADDRESS = 5
"""Within 24 hours."""


def start(*, user: User, address: str) -> EmailProof:
    """Have a code sent to this address; a code that is still open becomes useless.

    Locks the person. Raises `Invalid` (`bad_address`), `Refused` (`not_verified`) or `Refused` (`too_many_mails`, 429).
    """
    address = address.strip()
    if not blind.is_address(address):
        raise Invalid("bad_address", _("This is no e-mail address."), field="address")
    index, domain = blind.of_address(address), blind.domain_of(address)
    now = timezone.now()
    since = now - timedelta(days=1)
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        terms.can_prove(person).require()
        if (
            EmailProof.objects.filter(user=person, created_at__gt=since).count() >= MAILS_PER_PERSON
            or EmailProof.objects.filter(address_index=index, created_at__gt=since).count() >= MAILS_PER_ADDRESS
        ):
            raise Refused(
                "too_many_mails", _("Those were many mails for one day. Please try again tomorrow."), status=429
            )
        EmailProof.objects.filter(user=person, closed_at=None).update(closed_at=now, address="")
        known = InstitutionDomain.objects.filter(domain=domain, institution__is_issuer=True).first()
        listed = None if known else rosters.entries(RosterEntry.By.EMAIL, [index]).first()
        proof = EmailProof.objects.create(
            user=person,
            institution_id=known.institution_id if known else listed.roster.institution_id if listed else None,
            kind=known.kind if known else "",
            address=address,
            address_index=index,
            language=get_language() or "",
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )
        # For unknown addresses too, so that the answer takes as long; the job sends nothing.
        enqueue("accounts.send_email_proof", proof_id=proof.pk)
    return proof


def open_proof(user: User) -> EmailProof | None:
    """The code this person may type now."""
    return EmailProof.objects.filter(user=user, closed_at=None, expires_at__gt=timezone.now()).first()


def confirm(*, user: User, code: str) -> list[Fact]:
    """Type the code. Returns what the institution says of the person now.

    One address proves one account only, also when two type their codes at the same moment. Locks the person. Raises
    `Invalid` (`wrong_code`; the attempt counts) or `DomainError` (`no_code`: none was asked for, it ran out or was
    tried too often; `address_used`; and what `vouching.vouch` refuses).
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        proof = open_proof(person)
        if proof is None or proof.attempts >= ATTEMPTS:
            raise DomainError("no_code", _("This code has run out. Please have a new one sent."))
        proof.attempts += 1
        right = proof.is_code(code)
        if right:
            proof.closed_at, proof.address = timezone.now(), ""
        proof.save(update_fields=["attempts", "closed_at", "address"])
    # The attempt is counted whatever comes now.
    if not right:
        raise Invalid("wrong_code", _("That is not the code in the mail."), field="code")
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        proven = ProvenAddress(address_index=proof.address_index, user=person)
        # ON CONFLICT DO NOTHING waits for a rival to commit, and unlike a violated constraint logs no row.
        ProvenAddress.objects.bulk_create([proven], ignore_conflicts=True)
        if not ProvenAddress.objects.filter(address_index=proof.address_index, user=person).exists():
            raise DomainError("address_used", _("This address has proven another account already."))
        said = []
        if proof.kind and proof.institution is not None:
            said.append(
                vouching.vouch(institution=proof.institution, user=person, kind=proof.kind, way=FactChange.Way.EMAIL)
            )
        said += rosters.match(user=person)
    user.refresh_from_db(fields=["held_facts", "badges"])
    return said


def forget_addresses() -> None:
    """Wipe what was typed and never confirmed."""
    now = timezone.now()
    EmailProof.objects.filter(closed_at=None, expires_at__lte=now).update(closed_at=now, address="")
    EmailProof.objects.filter(created_at__lt=now - timedelta(days=30)).delete()
