"""What a circle calls its levels."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from circles.models import Circle, Membership
from core.errors import Invalid
from core.text.clean import clean_line
from daily import levels, rules


def set_titles(*, actor: User, circle: Circle, titles: Sequence[str]) -> Circle:
    """Name the levels 1 to 18; an empty text leaves the bare number. Locks the circle.

    Raises `Refused` (codes of `rules.can_run`) and `Invalid` (`too_many_titles`, `title_too_long`).
    """
    if len(titles) > levels.LEVELS:
        raise Invalid("too_many_titles", _("There are %(count)s levels.") % {"count": levels.LEVELS})
    named = [clean_line(title) for title in titles]
    for number, title in enumerate(named, 1):
        if len(title) > levels.TITLE_MAX:
            raise Invalid(
                "title_too_long",
                _("A title has at most %(most)s characters.") % {"most": levels.TITLE_MAX},
                field=f"title_{number}",
            )
    while named and not named[-1]:
        named.pop()
    with transaction.atomic():
        fresh = Circle.objects.select_for_update(no_key=True, of=("self",)).get(pk=circle.pk)
        membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle.pk).first()
        rules.can_run(actor, fresh, membership).require()
        fresh.level_titles = named
        fresh.save(update_fields=["level_titles"])
    return fresh
