"""Does what leaves the house arrive?"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.observability.checks import Finding, register, warning, well, wrong
from notifications.models import Delivery, DeliveryState

LATELY = timedelta(hours=1)
COUNTED_MAX = 1000
REFUSED_SHARE = 0.2
"""Some addresses never take mail; when this many refuse, it is rather us."""


@register("deliveries", gettext_lazy("Mail and pushes"), needs=("postgres", "migrations"))
def deliveries() -> Finding:
    lately = Delivery.objects.filter(created_at__gt=timezone.now() - LATELY)
    waiting = lately.filter(state=DeliveryState.WAITING, attempts__gt=0).order_by("-created_at")
    stuck = list(waiting.values_list("error", flat=True)[:COUNTED_MAX])
    if stuck:
        kinds = ", ".join(sorted({error.partition("(")[0] for error in stuck})[:3])
        said = _("%(count)s messages could not be sent in the last hour and are tried again (%(errors)s).")
        mend = _("See that the mail server in EMAIL_URL answers and takes our password. Nothing is lost.")
        return wrong(said % {"count": len(stuck), "errors": kinds}, mend)
    refused = lately.filter(state=DeliveryState.FAILED)[:COUNTED_MAX].count()
    sent = lately.filter(state=DeliveryState.SENT)[:COUNTED_MAX].count()
    if refused and refused >= REFUSED_SHARE * (refused + sent):
        said = _("%(refused)s messages were refused in the last hour, %(sent)s were taken.")
        mend = _("See whether the mail server has blocked us, and whether DEFAULT_FROM_EMAIL may send from it.")
        return warning(said % {"refused": refused, "sent": sent}, mend)
    return well(_("What was sent in the last hour was taken."))
