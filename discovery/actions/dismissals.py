"""Waving suggestions away, and taking that back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from circles.models import Circle
from core.errors import Invalid
from discovery.models import Dismissal

DISMISSED_MAX = 1_000
"""The oldest ones beyond that are forgotten."""


def dismiss(*, user: User, circle: Circle | None = None, person: User | None = None) -> None:
    """Show this circle, or this person, to the user no more; idempotent, nobody is told. Locks the user.

    Raises `Invalid` (not_oneself).
    """
    if person is not None and person.pk == user.pk:
        raise Invalid("not_oneself", _("That is you."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        Dismissal.objects.bulk_create([Dismissal(user=user, circle=circle, person=person)], ignore_conflicts=True)
        mine = Dismissal.objects.filter(user=user).order_by("-created_at", "-id")
        Dismissal.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[DISMISSED_MAX:])).delete()


def restore(*, user: User, circle: Circle | None = None, person: User | None = None) -> None:
    """May be shown again; idempotent."""
    Dismissal.objects.filter(user=user, circle=circle, person=person).delete()
