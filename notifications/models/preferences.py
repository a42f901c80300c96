from datetime import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.prepared import Prepared

if TYPE_CHECKING:
    from accounts.models import User


class DigestRhythm(models.TextChoices):
    OFF = "off", _("Never")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every Monday")


class Preferences(models.Model):
    """Where and when a person wants to be reached. Who never chose anything has no row: the defaults hold.

    How much reaches them is `User.notice_level` and the levels of their circles and merchants; whether the bell counts
    is `InboxState.bell`. Times are those of the community (`TIME_ZONE`).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    mail = models.BooleanField(default=True, db_default=True)
    push = models.BooleanField(default=True, db_default=True)
    """To the devices that were subscribed; without one nothing is pushed."""
    quiet = models.BooleanField(default=False, db_default=False)
    quiet_from = models.TimeField(default=time(22), db_default=time(22))
    quiet_until = models.TimeField(default=time(7), db_default=time(7))
    """May lie before `quiet_from`: then the quiet goes over midnight."""
    digest = models.CharField(max_length=6, choices=DigestRhythm, default=DigestRhythm.OFF, db_default=DigestRhythm.OFF)
    digest_hour = models.PositiveSmallIntegerField(default=8, db_default=8)
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    """Of mails and pushes; empty: the site's."""

    class Meta:
        constraints = [models.CheckConstraint(name="preferences_digest_hour", condition=Q(digest_hour__lte=23))]
        indexes = [
            models.Index(fields=["digest_hour", "user"], name="preferences_digest", condition=~Q(digest="off")),
        ]

    def __str__(self) -> str:
        return str(self.user_id)

    @classmethod
    def of(cls, user: "User | int") -> "Preferences":
        """Those of a person; the defaults, unsaved, where there is no row."""
        user_id = user if isinstance(user, int) else user.pk
        return _chosen.first(user=user_id) or cls(pk=user_id)

    @property
    def language_code(self) -> str:
        known = {code for code, _name in settings.LANGUAGES}
        return self.language if self.language in known else settings.LANGUAGE_CODE


_chosen = Prepared(lambda any_: Preferences.objects.filter(pk=any_.user), "user")
