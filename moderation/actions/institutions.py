"""Who may vouch for people: institutions, their e-mail domains and their staff; and taking back a single fact."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import terms
from accounts.actions import facts, vouching
from accounts.models import Fact, FactChange, Institution, InstitutionDomain, InstitutionStaff, User
from accounts.models.issuer import DOMAIN_FORM
from core.errors import DomainError, Invalid
from core.jobs import enqueue
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def trust(*, actor: User, institution: Institution, reason: str) -> LogEntry | None:
    """From now on what it says of people becomes a fact. None if that was so already.

    Locks the institution. Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`) or `DomainError`
    (`no_value`: a professional body needs its profession, a town its city).
    """
    return _set_issuer(actor, institution, reason, is_issuer=True)


def distrust(*, actor: User, institution: Institution, reason: str) -> LogEntry | None:
    """It vouches no more: codes, addresses, lists and keys stop at once. What it said holds until it runs out.

    None if that was so already. Raises as `trust` does.
    """
    return _set_issuer(actor, institution, reason, is_issuer=False)


def take_back_all(*, actor: User, institution: Institution, reason: str) -> LogEntry | None:
    """Take back all it said of people, who read the reason; a job does it, some at a time. None if nothing holds.

    Only of an institution that vouches no more. Locks it. Raises `Refused` (`not_allowed`), `Invalid`
    (`reason_required`) or `DomainError` (`still_an_issuer`).
    """
    can(actor, Power.INSTITUTIONS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        locked = Institution.objects.select_for_update().get(pk=institution.pk)
        if locked.is_issuer:
            raise DomainError("still_an_issuer", _("First stop it from vouching, or it would say the same again."))
        holding = vouching.holding(locked).count()
        if not holding:
            return None
        entry = _write(actor, Verb.INSTITUTION_REVOKE, reason, locked, {"facts": str(holding)})
        enqueue("moderation.revoke_facts_of_institution", log_entry_id=entry.pk, institution_id=locked.pk)
        return entry


def add_domain(*, actor: User, institution: Institution, domain: str, kind: str, reason: str) -> LogEntry | None:
    """Whoever reads mail there is what `kind` says. None if that was so already.

    Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`, `bad_domain`, `bad_kind`) or `DomainError`
    (`domain_taken`: another institution has it).
    """
    can(actor, Power.INSTITUTIONS).require()
    reason = log.clean_reason(reason)
    domain = domain.strip().lstrip("@").lower()
    if not DOMAIN_FORM.match(domain):
        raise Invalid("bad_domain", _("A domain, such as stu.example.edu.cn."), field="domain")
    if kind not in institution.kinds:
        raise Invalid("bad_kind", _("%(name)s cannot say that of people.") % {"name": institution.name}, field="kind")
    with transaction.atomic():
        row = InstitutionDomain.objects.filter(domain=domain, institution=institution).first()
        if row is not None and row.kind == kind:
            return None
        row = row or InstitutionDomain(domain=domain, institution=institution)
        row.kind = kind
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise DomainError("domain_taken", _("Another institution has this domain.")) from None
        return _write(actor, Verb.INSTITUTION_DOMAIN, reason, institution, {"domain": domain, "kind": kind})


def remove_domain(*, actor: User, institution: Institution, domain: str, reason: str) -> LogEntry | None:
    """Its addresses prove nothing any more. None if it had no such domain. Raises `Refused`, `Invalid`."""
    can(actor, Power.INSTITUTIONS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        gone, _rows = institution.domains.filter(domain=domain.strip().lstrip("@").lower()).delete()
        return _write(actor, Verb.INSTITUTION_DOMAIN, reason, institution, {"removed": domain}) if gone else None


def add_staff(*, actor: User, institution: Institution, username: str, reason: str) -> LogEntry | None:
    """This person speaks for the institution: hands out codes, uploads lists. None if that was so already.

    Raises `Refused` (`not_allowed`) or `Invalid` (`reason_required`, `no_such_person`: nobody verified has this name).
    """
    can(actor, Power.INSTITUTIONS).require()
    reason = log.clean_reason(reason)
    person = User.objects.active().filter(username=username.strip()).first()
    if person is None or not person.is_verified:
        raise Invalid("no_such_person", _("No verified person has this user name."), field="username")
    with transaction.atomic():
        _row, is_new = InstitutionStaff.objects.get_or_create(institution=institution, user=person)
        if not is_new:
            return None
        return _write(actor, Verb.INSTITUTION_STAFF, reason, institution, {"added": person.username}, subject=person)


def remove_staff(*, actor: User, institution: Institution, username: str, reason: str) -> LogEntry | None:
    """This person speaks for it no more. None if they did not. Raises `Refused`, `Invalid` (`reason_required`)."""
    can(actor, Power.INSTITUTIONS).require()
    reason = log.clean_reason(reason)
    person = User.objects.filter(username=username.strip(), institution_staff__institution=institution).first()
    if person is None:
        return None
    with transaction.atomic():
        InstitutionStaff.objects.filter(institution=institution, user=person).delete()
        return _write(actor, Verb.INSTITUTION_STAFF, reason, institution, {"removed": person.username}, subject=person)


def revoke_fact(*, actor: User, fact: Fact, reason: str) -> LogEntry | None:
    """Take back what was verified about somebody, who reads the reason. None if it was taken back already.

    Locks the person. Raises `Refused` (`not_allowed`) or `Invalid` (`reason_required`).
    """
    can(actor, Power.INSTITUTIONS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=fact.user_id)  # first, as accounts locks them
        if Fact.objects.filter(pk=fact.pk).exclude(revoked_at=None).exists():
            return None
        facts.revoke(fact=fact, by=actor, reason=reason, way=FactChange.Way.TEAM)
        return log.write(
            actor=actor,
            verb=Verb.FACT_REVOKE,
            reason=reason,
            target=fact,
            subject=fact.user,
            details={"kind": fact.kind},
        )


def _set_issuer(actor: User, institution: Institution, reason: str, *, is_issuer: bool) -> LogEntry | None:
    can(actor, Power.INSTITUTIONS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        locked = Institution.objects.select_for_update().get(pk=institution.pk)
        if locked.is_issuer == is_issuer:
            return None
        locked.is_issuer = is_issuer
        if is_issuer and not any(terms.can_vouch(locked, kind) for kind in locked.kinds):
            raise DomainError("no_value", _("First say which profession or city it stands for."))
        locked.save(update_fields=["is_issuer"])
        verb = Verb.INSTITUTION_TRUST if is_issuer else Verb.INSTITUTION_DISTRUST
        return _write(actor, verb, reason, locked)


def _write(
    actor: User,
    verb: Verb,
    reason: str,
    institution: Institution,
    details: dict[str, str] | None = None,
    subject: User | None = None,
) -> LogEntry:
    return log.write(actor=actor, verb=verb, reason=reason, target=institution, subject=subject, details=details)
