"""What time does with identities and their checks, and the sandbox that calls back."""

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.actions import custody, identity
from accounts.identity.provider import Answer
from accounts.identity.sandbox import SandboxCallbackProvider, callback
from accounts.models import IdentityCheck, IdentityCheckState, IdentityState, LegalIdentity
from core.errors import DomainError
from core.jobs import job
from core.jobs.schedule import once_per_slot
from core.outbound import Outbound, OutboundError

ASK_AFTER = timedelta(minutes=2)
"""Until then the person's own page, or the provider's call, asks soon enough."""
AT_ONCE = 50


@shared_task(name="accounts.settle_identity_checks")
def settle() -> None:
    """Every minute: have checks asked about that are with a provider."""
    if _unsettled().exists():
        once_per_slot("accounts.settle_identity_checks", timedelta(minutes=1))


@job(queue="media", transactional=False)
def settle_identity_checks(job: Any) -> None:
    """Ask the providers, those checks first that were left alone longest. Asking twice changes nothing."""
    for check in _unsettled().order_by("created_at")[:AT_ONCE]:
        try:
            identity.ask(check=check)
        except DomainError:
            continue  # decided meanwhile


def _unsettled() -> Any:
    return IdentityCheck.objects.filter(state=IdentityCheckState.STARTED, created_at__lt=timezone.now() - ASK_AFTER)


@shared_task(name="accounts.watch_identities")
def watch() -> None:
    """Every hour: documents that run out, and what nothing refers to any more."""
    once_per_slot("accounts.watch_identities", timedelta(hours=1))


@job(queue="bulk", transactional=False)
def watch_identities(job: Any) -> None:
    """Ask to verify anew in time, take back what has run out, tidy custody. A second run finds nothing left to do."""
    today = timezone.localdate()
    valid = LegalIdentity.objects.filter(state=IdentityState.VALID).order_by("pk")
    for found in valid.filter(valid_until__lt=today).iterator():
        identity.expire(identity=found)
    for days in sorted(settings.IDENTITY_RENEW_DAYS):
        due = valid.filter(valid_until__gte=today, valid_until__lte=today + timedelta(days=days))
        for found in due.filter(Q(asked_for=None) | Q(asked_for__gt=days)).iterator():
            identity.ask_to_renew(identity=found, days=days)
    custody.tidy(now=timezone.now())


@job(queue="media", transactional=False)
def call_back_from_sandbox(job: Any, *, reference: str, answer: str) -> None:
    """The sandbox says what it found, as a service would: over HTTP, signed, and again while nobody answers."""
    body, headers = callback(reference, Answer(answer))
    url = urljoin(settings.SITE_URL, reverse("accounts:identity_callback", args=[SandboxCallbackProvider.code]))
    with Outbound() as outbound:
        said = outbound.post(url, body=body, headers=headers)
    if said.status >= 500 or said.status == 404:
        raise OutboundError(f"HTTP {said.status}")
