"""The first page of the admin: what waits to be worked off, and what was done last."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import CreditAppeal, CreditAppealState, IdentityCheck, IdentityCheckState
from circles.models import Founding, FoundingState, Gate, GateState, Succession, SuccessionState
from core.jobs.models import Job, JobState
from merchants.models import Merchant, MerchantState
from moderation.models import LogEntry
from moderation.rules import Power, can

COUNTED_MAX = 1_000
"""Queues are counted no further: what matters beyond is that they are long."""


def merchants_waiting() -> int:
    return Merchant.objects.filter(state=MerchantState.PENDING)[:COUNTED_MAX].count()


def identities_waiting() -> int:
    return IdentityCheck.objects.filter(state=IdentityCheckState.PENDING)[:COUNTED_MAX].count()


def credit_appeals_waiting() -> int:
    return CreditAppeal.objects.filter(state=CreditAppealState.OPEN)[:COUNTED_MAX].count()


def gates_waiting() -> int:
    return Gate.objects.filter(state=GateState.WAITING)[:COUNTED_MAX].count()


def foundings_waiting() -> int:
    return Founding.objects.filter(state=FoundingState.WAITING)[:COUNTED_MAX].count()


def owners_missing() -> int:
    return Succession.objects.filter(state=SuccessionState.TEAM)[:COUNTED_MAX].count()


def jobs_dead() -> int:
    return Job.objects.filter(state=JobState.DEAD)[:COUNTED_MAX].count()


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What templates/admin/index.html shows; only what this person may work on is counted."""
    tasks = []
    if can(request.user, Power.MERCHANTS):
        tasks.append(
            {
                "count": merchants_waiting(),
                "label": _("Merchants waiting for review"),
                "icon": "storefront",
                "url": _queue("merchants_merchant", MerchantState.PENDING),
            }
        )
    if can(request.user, Power.IDENTITIES):
        tasks.append(
            {
                "count": identities_waiting(),
                "label": _("Identity checks waiting for review"),
                "icon": "badge",
                "url": _queue("accounts_identitycheck", IdentityCheckState.PENDING),
            }
        )
    if can(request.user, Power.CREDIT):
        tasks.append(
            {
                "count": credit_appeals_waiting(),
                "label": _("Appeals about conduct credit"),
                "icon": "balance",
                "url": _queue("accounts_creditappeal", CreditAppealState.OPEN),
            }
        )
    if can(request.user, Power.GATES):
        tasks.append(
            {
                "count": gates_waiting(),
                "label": _("Sensitive gates waiting for approval"),
                "icon": "key",
                "url": _queue("circles_gate", GateState.WAITING),
            }
        )
    if can(request.user, Power.FOUNDINGS):
        tasks.append(
            {
                "count": foundings_waiting(),
                "label": _("Circles waiting to be founded"),
                "icon": "group_add",
                "url": _queue("circles_founding", FoundingState.WAITING),
            }
        )
        tasks.append(
            {
                "count": owners_missing(),
                "label": _("Circles without an owner"),
                "icon": "person_off",
                "url": _queue("circles_succession", SuccessionState.TEAM),
            }
        )
    if can(request.user, Power.JOBS):
        tasks.append(
            {
                "count": jobs_dead(),
                "label": _("Dead jobs"),
                "icon": "running_with_errors",
                "url": _queue("core_job", JobState.DEAD),
            }
        )
    context["tasks"] = tasks
    if request.user.has_perm("moderation.view_logentry"):
        context["recent_log"] = list(LogEntry.objects.select_related("actor", "subject").order_by("-id")[:10])
    return context


def _queue(model: str, state: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?state__exact={state}"


# --- the side bar asks these, by name (UNFOLD in the settings) ---


def merchants_badge(request: HttpRequest) -> str:
    return _badge(merchants_waiting()) if can(request.user, Power.MERCHANTS) else ""


def identities_badge(request: HttpRequest) -> str:
    return _badge(identities_waiting()) if can(request.user, Power.IDENTITIES) else ""


def credit_badge(request: HttpRequest) -> str:
    return _badge(credit_appeals_waiting()) if can(request.user, Power.CREDIT) else ""


def gates_badge(request: HttpRequest) -> str:
    return _badge(gates_waiting()) if can(request.user, Power.GATES) else ""


def foundings_badge(request: HttpRequest) -> str:
    return _badge(foundings_waiting()) if can(request.user, Power.FOUNDINGS) else ""


def jobs_badge(request: HttpRequest) -> str:
    return _badge(jobs_dead()) if can(request.user, Power.JOBS) else ""


def _badge(count: int) -> str:
    if count >= COUNTED_MAX:
        return f"{COUNTED_MAX}+"
    return str(count) if count else ""
