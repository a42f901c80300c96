"""Facts: the mail with a code, finding people on lists, asking in time for a new proof, wiping addresses."""

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import badges, events, terms
from accounts.actions import email_proofs, outside_scores, rosters
from accounts.models import EmailProof, Fact, User
from core.events import record
from core.jobs import job
from core.jobs.schedule import once_per_slot

REMINDED_AT_ONCE = 1000


@job(queue="media", transactional=False)
def send_email_proof(job: Any, *, proof_id: int) -> None:
    """Send the code, unless nobody knows the address, or it was used or replaced meanwhile."""
    proof = EmailProof.objects.select_related("institution").filter(pk=proof_id, closed_at=None).first()
    if proof is None or proof.institution is None or proof.expires_at <= timezone.now():
        return
    with translation.override(proof.language or settings.LANGUAGE_CODE):
        name = badges.in_language(proof.institution.name, proof.institution.name_en)
        text = render_to_string(
            "accounts/mail/email_proof.txt",
            {
                "institution": name,
                "code": proof.code(),
                "url": urljoin(settings.SITE_URL, reverse("accounts:prove_code")),
                "minutes": email_proofs.CODE_MINUTES,
                "site_name": settings.SITE_NAME,
            },
        )
        subject = _("Your code for %(site)s") % {"site": settings.SITE_NAME}
    EmailMessage(subject=subject, body=text.strip() + "\n", to=[proof.address]).send()


@job(queue="notify")
def match_rosters(job: Any, *, user_id: int) -> None:
    person = User.objects.filter(pk=user_id).first()
    if person is not None:
        rosters.match(user=person)


@shared_task(name="accounts.remind_of_facts")
def remind_of_facts() -> None:
    """Every day: have those whose facts run out soon asked to prove them again, and forget scores that ran out."""
    outside_scores.forget_run_out()
    once_per_slot("accounts.remind_of_ending_facts", timedelta(days=1))


@job(queue="bulk")
def remind_of_ending_facts(job: Any) -> None:
    """Once for each end. Facts from an identity document go with it, and their owners are told of that."""
    now = timezone.now()
    soon = (
        Fact.objects.valid(now)
        .filter(valid_until__lte=now + timedelta(days=terms.REMIND_DAYS))
        .filter(Q(reminded_of=None) | ~Q(reminded_of=F("valid_until")))
        .exclude(source__in=(Fact.Source.IDENTITY, Fact.Source.MERCHANT, Fact.Source.OUTSIDE))
    )
    while True:
        with transaction.atomic():
            found = list(soon.order_by("pk").values_list("pk", flat=True)[:REMINDED_AT_ONCE])
            Fact.objects.filter(pk__in=found).update(reminded_of=F("valid_until"))
            for fact_id in found:
                record(events.FactExpiring(fact_id))
        if len(found) < REMINDED_AT_ONCE:
            return


@shared_task(name="accounts.forget_typed_addresses")
def forget_typed_addresses() -> None:
    """Every quarter of an hour: wipe addresses whose code has run out."""
    email_proofs.forget_addresses()
