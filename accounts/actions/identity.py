"""Proving who somebody is: one real person, one account.

A refusal never says what was wrong. A wrong name, an unknown number and a number that another account holds get the
same answer, `identity_refused`, after the same work, so nobody learns here who is a member.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules
from accounts.actions import custody, facts, outside_scores
from accounts.events import IdentityChanged
from accounts.identity.claim import Claim, parse
from accounts.identity.provider import Answer, BadCallback, Outcome, Provider, available, by_code
from accounts.models import (
    Document,
    Fact,
    FactKind,
    IdentityCheck,
    IdentityCheckState,
    IdentityEvent,
    IdentityState,
    LegalIdentity,
    User,
)
from core.errors import DomainError, Invalid, NotFound, Refused
from core.events import record
from core.jobs import enqueue

What = IdentityEvent.What
PHOTOS_MAX = 4
LOST_AFTER = timedelta(minutes=10)
"""A check that no provider has taken by then was interrupted; people of the team look at it."""


def verify(
    *,
    user: User,
    name: str,
    number: str,
    document: str = Document.ID_CARD,
    country: str = "",
    born: date | None = None,
    valid_until: date | None = None,
    mrz: str = "",
    photos: Sequence[bytes] = (),
    by: str = "",
) -> IdentityCheck:
    """Have a provider (`by` is its code; the first that takes the document) check who somebody is. Returns the check:
    approved; or started (the provider or the person is at it); or pending (people of the team decide).

    The claim is stored before the provider is asked, and the provider is asked outside any transaction: should this
    process die meanwhile, the claim comes to the review queue. Raises `Invalid` (what `claim.parse` says,
    `no_such_provider`, `photos_needed`, `too_many_photos`), `Refused` (`identity_refused`, after the attempt is
    recorded, `too_many_checks`, and what `rules.can_ask_for_identity` says) or `DomainError` (`identity_unavailable`,
    `identity_busy`, both 503, which cost no attempt).
    """
    provider = _provider(by, document)
    claim = parse(
        name=name, number=number, document=document, country=country, born=born, valid_until=valid_until, mrz=mrz
    )
    if provider.wants_photos and not photos:
        raise Invalid("photos_needed", _("Please add a photo of your document."), field="photos")
    if len(photos) > PHOTOS_MAX:
        raise Invalid("too_many_photos", _("At most %(most)s photos.") % {"most": PHOTOS_MAX}, field="photos")
    _may_ask(user).require()  # before the costly index, and again below with the person locked
    index = custody.admit(claim)
    with transaction.atomic(durable=True):
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _may_ask(person).require()
        check = IdentityCheck(user=person, provider=provider.code, document=document, state=IdentityCheckState.STARTED)
        kept = photos if provider.wants_photos else ()
        check.sealed_id = custody.seal(owner_id=person.pk, claim=claim, index=index, photos=kept)
        check.save()

    # Asked for every claim, so that a person who is taken costs as much time as one who is not.
    taken = custody.is_taken(index=index, owner_id=user.pk)
    outcome = provider.begin(claim, key=_key(check), return_url=return_url())
    if outcome.answer is Answer.APPROVED and taken:
        outcome = Outcome(Answer.REFUSED, outcome.reference)

    if outcome.answer is Answer.UNAVAILABLE:
        custody.discard(check.sealed_id)
        check.delete()
        raise DomainError(
            "identity_unavailable",
            _("The service that checks IDs does not answer right now. Please try again in a few minutes."),
            status=503,
        )
    decided = _apply(check, outcome)
    if decided.state == IdentityCheckState.REFUSED:
        raise Refused("identity_refused", _("We could not verify you with this name and number."))
    user.verified_at = decided.user.verified_at
    user.held_facts = decided.user.held_facts
    return decided


def go_on(*, check: IdentityCheck) -> str:
    """Where the person goes on with a check that a provider has begun; empty where they need not go anywhere."""
    provider = by_code(check.provider)
    if provider is None or check.state != IdentityCheckState.STARTED or not check.reference:
        return ""
    return provider.go_on(check.reference, return_url=return_url())


def ask(*, check: IdentityCheck) -> IdentityCheck:
    """Ask the provider what has become of a check it has begun, and record that. Outside any transaction.

    What lapsed or was interrupted is recorded as well. A provider that does not answer changes nothing.
    """
    if check.state != IdentityCheckState.STARTED:
        return check
    age = timezone.now() - check.created_at
    if age > timedelta(hours=settings.IDENTITY_CHECK_HOURS):
        return _close(check, IdentityCheckState.LAPSED)
    provider = by_code(check.provider)
    if provider is None or not check.reference:
        return _apply(check, Outcome(Answer.REVIEW)) if age > LOST_AFTER else check
    return _apply(check, provider.ask(check.reference))


def cancel(*, user: User) -> None:
    """The person does not want to wait for the provider any more. Nothing happens when nothing is with one."""
    check = IdentityCheck.objects.filter(user=user, state=IdentityCheckState.STARTED).first()
    if check is not None:
        _close(check, IdentityCheckState.LAPSED)


def called_back(*, provider: str, body: bytes, headers: Mapping[str, str]) -> IdentityCheck:
    """A provider says what has become of a check.

    Raises `Refused` (`bad_callback`: not signed by that provider, or too old), `NotFound`, or `DomainError`
    (`already_decided`, also for a call that comes twice or too late). Nothing changes then.
    """
    known = by_code(provider)
    if known is None:
        raise NotFound("not_found", _("There is no such provider."))
    try:
        told = known.read_callback(body, headers)
    except BadCallback:
        raise Refused("bad_callback", _("This call is not signed as it should be.")) from None
    check = (
        IdentityCheck.objects.filter(provider=known.code, reference=told.reference).first() if told.reference else None
    )
    if check is None:
        raise NotFound("not_found", _("There is no such check."))
    is_late = timezone.now() - check.created_at > timedelta(hours=settings.IDENTITY_CHECK_HOURS)
    if check.state != IdentityCheckState.STARTED or is_late:
        raise DomainError("already_decided", _("This check was decided already."))
    return _apply(check, Outcome(told.answer, told.reference))


def approve(*, check: IdentityCheck, by: User) -> IdentityCheck:
    """Staff: the claim is right. Returns the check: approved; still pending while IDENTITY_REVIEWERS others have not
    said so; or refused all the same when another account holds this identity.

    Raises `NotFound`, or `DomainError` (`already_decided`, `approved_by_you`).
    """
    with transaction.atomic():
        locked = _lock(check, IdentityCheckState.PENDING)
        if settings.IDENTITY_REVIEWERS > 1:
            if locked.endorsed_by.filter(pk=by.pk).exists():
                raise DomainError(
                    "approved_by_you", _("You have approved this already. Somebody else has to look too.")
                )
            locked.endorsed_by.add(by)
            if locked.endorsed_by.count() < settings.IDENTITY_REVIEWERS:
                return locked
        return _decide(locked, approved=True, by=by)


def refuse(*, check: IdentityCheck, by: User) -> IdentityCheck:
    """Staff: the claim is wrong. One is enough. Raises `NotFound`, or `DomainError` (`already_decided`)."""
    with transaction.atomic():
        return _decide(_lock(check, IdentityCheckState.PENDING), approved=False, by=by)


def look(*, user: User, sealed_id: Any, by: User, reason: str) -> Claim:
    """Who that is, in plain text, for somebody of the team; the person reads on their privacy page who looked and why.

    Every look is a row of its own, written before anything is opened. Who may look, and that the reason is one, is the
    caller's to ask. Raises `NotFound` (`wiped`).
    """
    with transaction.atomic():
        IdentityEvent.objects.create(user=user, what=What.LOOKED, actor=by, reason=reason)
    return custody.read(sealed_id)


# --- taken back, run out, given up ---


def revoke(*, identity: LegalIdentity, by: User, reason: str) -> LegalIdentity:
    """Staff: this is not who they are, or the document was false. The person is free to be verified again, by whoever
    they are, and this account may only read until it is. What was sealed is destroyed, and a claim that waits lapses.

    Locks the person. Raises `NotFound` or `DomainError` (`already_revoked`).
    """
    with transaction.atomic():
        person = _lock_person(identity.user_id)
        locked = LegalIdentity.objects.select_for_update().get(pk=identity.pk)
        if locked.state == IdentityState.REVOKED:
            raise DomainError("already_revoked", _("This was taken back already."))
        for check in IdentityCheck.objects.open().select_for_update().filter(user=person):
            _finish(check, IdentityCheckState.LAPSED, by=None)
        _take_back(person, locked, IdentityState.REVOKED)
        _happened(person, What.REVOKED, by=by, reason=reason)
        return locked


def release(*, user: User) -> None:
    """The account is being closed: destroy its legal identity and its claims. Called within the closing's transaction.

    Whoever is banned does not come back under another account before the ban ends: of them the blind index is kept
    until then. Locks the person.
    """
    with transaction.atomic():
        person = _lock_person(user.pk)
        for check in IdentityCheck.objects.open().select_for_update().filter(user=person):
            _finish(check, IdentityCheckState.LAPSED, by=None)
        identity = LegalIdentity.objects.select_for_update().filter(user=person).first()
        if identity is not None and identity.state != IdentityState.REVOKED:
            _take_back(
                person, identity, IdentityState.REVOKED, barred_until=person.banned_until if person.is_banned else None
            )
            _happened(person, What.RELEASED, tell=False)
        user.verified_at = None


def expire(*, identity: LegalIdentity) -> None:
    """The document has run out: the account may only read until its holder verifies anew. Nobody else can take the
    identity meanwhile. Nothing happens when it was renewed. Locks the person."""
    with transaction.atomic():
        person = _lock_person(identity.user_id)
        locked = LegalIdentity.objects.select_for_update().get(pk=identity.pk)
        if locked.state == IdentityState.VALID and locked.is_over(timezone.localdate()):
            _take_back(person, locked, IdentityState.EXPIRED)
            _happened(person, What.EXPIRED)


def ask_to_renew(*, identity: LegalIdentity, days: int) -> None:
    """Tell the holder that the document runs out; `days` is the mark of IDENTITY_RENEW_DAYS. Once a mark."""
    with transaction.atomic():
        person = _lock_person(identity.user_id)
        locked = LegalIdentity.objects.select_for_update().get(pk=identity.pk)
        if locked.state == IdentityState.VALID and (locked.asked_for is None or locked.asked_for > days):
            locked.asked_for = days
            locked.save(update_fields=["asked_for"])
            _happened(person, What.ASKED)


# --- inside ---


def return_url() -> str:
    """Where providers send people back to."""
    return urljoin(settings.SITE_URL, reverse("accounts:verify_back"))


def _provider(code: str, document: str) -> Provider:
    found = [one for one in available() if document in one.documents and code in ("", one.code)]
    if not found:
        raise Invalid(
            "no_such_provider", _("This way of verifying is not offered for this document."), field="document"
        )
    return found[0]


def _key(check: IdentityCheck) -> str:
    assert check.sealed_id is not None
    return str(check.sealed_id.hex)


def _may_ask(person: User) -> Any:
    checks = IdentityCheck.objects.filter(user=person)
    lately = checks.filter(created_at__gt=timezone.now() - timedelta(days=1))
    refused = list(
        lately.filter(state=IdentityCheckState.REFUSED).order_by("-decided_at").values_list("decided_at", flat=True)[:9]
    )
    identity = LegalIdentity.objects.filter(user=person).first()
    return rules.can_ask_for_identity(
        person,
        pending=checks.open().exists(),
        attempts=lately.count(),
        cools_until=rules.cools_until(refused),
        valid_until=identity.valid_until if identity is not None else None,
    )


def _apply(check: IdentityCheck, outcome: Outcome) -> IdentityCheck:
    """Record what a provider says of a check that is with it. Raises `DomainError` (`already_decided`)."""
    if outcome.answer in (Answer.APPROVED, Answer.REFUSED):
        with transaction.atomic():
            locked = _lock(check, IdentityCheckState.STARTED)
            locked.reference = outcome.reference or locked.reference
            return _decide(locked, approved=outcome.answer is Answer.APPROVED, by=None)
    if outcome.answer is Answer.UNAVAILABLE:
        return check
    with transaction.atomic():
        locked = _lock(check, IdentityCheckState.STARTED)
        locked.reference = outcome.reference or locked.reference
        if outcome.answer is Answer.REVIEW:
            locked.state = IdentityCheckState.PENDING
        locked.save(update_fields=["reference", "state"])
    return locked


def _close(check: IdentityCheck, state: IdentityCheckState) -> IdentityCheck:
    with transaction.atomic():
        locked = _lock(check, IdentityCheckState.STARTED)
        return _finish(locked, state, by=None)


def _lock_person(user_id: Any) -> User:
    person = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if person is None:
        raise NotFound("not_found", _("There is no such person."))
    return person


def _lock(check: IdentityCheck, state: IdentityCheckState) -> IdentityCheck:
    """Lock the person, then the check, which has to be in this state."""
    person = User.objects.select_for_update(no_key=True).filter(pk=check.user_id).first()
    locked: IdentityCheck | None = IdentityCheck.objects.select_for_update().filter(pk=check.pk).first()
    if person is None or locked is None:
        raise NotFound("not_found", _("There is no such check."))
    if locked.state != state:
        raise DomainError("already_decided", _("This check was decided already."))
    locked.user = person
    return locked


def _decide(check: IdentityCheck, *, approved: bool, by: User | None) -> IdentityCheck:
    """Decide a locked check; its person is locked too. What was claimed becomes the person's, or is destroyed."""
    if not approved:
        return _finish(check, IdentityCheckState.REFUSED, by=by, tell=by is not None)
    claim = custody.read(check.sealed_id)
    if not custody.bind(sealed_id=check.sealed_id, owner_id=check.user_id):
        return _finish(check, IdentityCheckState.REFUSED, by=by, tell=by is not None)
    person, now = check.user, timezone.now()
    identity = LegalIdentity.objects.select_for_update().filter(user=person).first() or LegalIdentity(user=person)
    before, is_new = identity.sealed_id, identity._state.adding or identity.state == IdentityState.REVOKED
    identity.provider, identity.document = check.provider, check.document
    identity.state, identity.verified_at = IdentityState.VALID, now
    identity.valid_until, identity.asked_for = claim.valid_until, None
    identity.sealed_id, check.sealed_id = check.sealed_id, None
    check.state, check.decided_at, check.decided_by = IdentityCheckState.APPROVED, now, by
    check.save()
    identity.save()
    if before is not None:
        custody.discard(before)
    person.verified_at = person.verified_at or now
    person.save(update_fields=["verified_at"])
    _grant_facts(person, claim)
    enqueue("accounts.match_rosters", user_id=person.pk)  # institutions may have them on a list already
    _happened(person, What.VERIFIED if is_new else What.RENEWED, by=None, tell=by is not None or bool(check.reference))
    return check


def _finish(check: IdentityCheck, state: IdentityCheckState, *, by: User | None, tell: bool = False) -> IdentityCheck:
    """Close a locked check without an identity, and destroy what was claimed."""
    custody.discard(check.sealed_id)
    check.state, check.sealed_id = state, None
    check.decided_at, check.decided_by = timezone.now(), by
    check.save()
    if tell:
        record(IdentityChanged(user_id=check.user_id, what="refused"))
    return check


def _take_back(
    person: User, identity: LegalIdentity, state: IdentityState, *, barred_until: datetime | None = None
) -> None:
    """The account is not verified any more. With REVOKED the person is freed and what was sealed destroyed."""
    identity.state = state
    if state == IdentityState.REVOKED:
        identity.sealed_id = identity.valid_until = None
        custody.release(owner_id=person.pk, barred_until=barred_until)
    identity.save()
    person.verified_at = None
    person.save(update_fields=["verified_at"])
    facts.revoke_from_identity(person)
    if state == IdentityState.REVOKED:
        outside_scores.take_back(user=person)


def _grant_facts(person: User, claim: Claim) -> None:
    if claim.born is None:
        return
    until = None
    if claim.valid_until is not None:
        midnight = datetime.combine(claim.valid_until + timedelta(days=1), datetime.min.time())
        until = timezone.make_aware(midnight, timezone.get_default_timezone())
    if claim.gender:
        facts.grant_from_identity(user=person, born=claim.born, gender=claim.gender, place=claim.place, until=until)
        return
    # A passport whose lower line was not typed does not say it.
    facts.revoke_from_identity(person)
    grown_up = facts.birthday(claim.born, facts.ADULT_AGE)
    if until is None or grown_up < until:
        facts.grant(
            user=person,
            kind=FactKind.ADULT,
            source=facts.Source.IDENTITY,
            valid_from=grown_up,
            valid_until=until,
        )


def fill_in_facts(*, after: int = 0, size: int = 200) -> tuple[int, int | None]:
    """Of those verified whose document has said nothing yet, have it say whether they are grown up and so on.

    For accounts that were verified before there were facts. Looks at `size` people past the user id `after`; returns
    how many got facts, and the last id looked at, None at the end. Locks one person at a time; run twice it changes
    nothing more. Nothing of who they are leaves this function.
    """
    said = Fact.objects.filter(source=facts.Source.IDENTITY, revoked_at=None)
    verified = LegalIdentity.objects.filter(state=IdentityState.VALID, user_id__gt=after)
    without = verified.filter(~Exists(said.filter(user=OuterRef("user")))).order_by("user_id")
    people = list(without.values_list("user_id", flat=True)[:size])
    filled = 0
    for user_id in people:
        with transaction.atomic():
            person = User.objects.select_for_update(no_key=True).get(pk=user_id)
            known = LegalIdentity.objects.filter(user=person, state=IdentityState.VALID).first()
            if known is None or said.filter(user=person).exists():
                continue
            _grant_facts(person, custody.read(known.sealed_id))
            filled += said.filter(user=person).exists()
    return filled, people[-1] if len(people) == size else None


def _happened(person: User, what: str, *, by: User | None = None, reason: str = "", tell: bool = True) -> None:
    IdentityEvent.objects.create(user=person, what=what, actor=by, reason=reason)
    if tell:
        record(IdentityChanged(user_id=person.pk, what=what))
