"""Where a person's day begins."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.local_time import zone_names
from accounts.models import User
from core.errors import Invalid, Refused

CHANGES_AFTER = timedelta(days=30)
"""The day moves along with the zone: whoever changed it at will could have a day twice."""


def set_time_zone(*, user: User, name: str) -> None:
    """Choose the time zone; empty: the community's. Locks the person; the same one again changes nothing.

    Raises `Invalid` (`unknown_time_zone`), `Refused` (`changed_lately`: once in CHANGES_AFTER, after the first choice).
    """
    if name and name not in zone_names():
        raise Invalid("unknown_time_zone", _("There is no such time zone."), field="time_zone")
    now = timezone.now()
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
        if person.time_zone == name:
            return
        if person.time_zone_changed_at is not None and person.time_zone_changed_at > now - CHANGES_AFTER:
            raise Refused("changed_lately", _("You changed your time zone in the last 30 days. Please wait a little."))
        person.time_zone, person.time_zone_changed_at = name, now
        person.save(update_fields=["time_zone", "time_zone_changed_at"])
    user.time_zone = name
