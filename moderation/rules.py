"""Who may moderate what: Django permissions, asked before every action. Answers only."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import ALLOWED, Decision, refuse


class Power(StrEnum):
    """The permissions of moderation, as Django names them."""

    CONTENT = "moderation.moderate_content"
    PEOPLE = "moderation.moderate_people"
    IDENTITIES = "moderation.review_identities"
    MERCHANTS = "moderation.review_merchants"
    CREDIT = "moderation.review_credit"
    PSEUDONYMS = "moderation.open_pseudonyms"
    INSTITUTIONS = "moderation.manage_institutions"
    GATES = "moderation.approve_gates"
    """A platform admin's: moderators do not have it."""
    FOUNDINGS = "moderation.review_foundings"
    """A platform admin's as well."""
    JOBS = "moderation.manage_jobs"


def can(actor: User | Any, power: Power) -> Decision:
    """Staff with that permission may; superusers have all."""
    if actor.is_authenticated and actor.is_active and actor.is_staff and actor.has_perm(power.value):
        return ALLOWED
    return refuse("not_allowed", _("You may not do this."))


def can_act_against(actor: User | Any, person: User) -> Decision:
    """Silence or ban this person: not oneself, and people of the team only by a superuser."""
    decision = can(actor, Power.PEOPLE)
    if not decision:
        return decision
    if actor.pk == person.pk:
        return refuse("oneself", _("You cannot do this to yourself."))
    if person.is_staff and not actor.is_superuser:
        return refuse("team_member", _("Only an administrator can do this to somebody of the team."))
    return ALLOWED
