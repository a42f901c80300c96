from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CreditKind(models.TextChoices):
    """What conduct credit knows of. What each is worth is said by `accounts.credit`."""

    LIKED = "liked", _("somebody liked what you wrote")
    ADJUSTMENT = "adjustment", _("adjusted by staff")
    POST_REMOVED = "post_removed", _("a post of yours was removed")
    COMMENT_REMOVED = "comment_removed", _("a comment of yours was removed")
    REPORT_UPHELD = "report_upheld", _("a report about you was upheld")
    SILENCE = "silence", _("you were silenced in a circle")
    CIRCLE_BAN = "circle_ban", _("you were banned from a circle")
    BAN = "ban", _("you were banned from writing")


class CreditEntry(models.Model):
    """Something a person did or that was done about it, counted once: the `key` is unique per person.

    Rows are never deleted. One that is taken back keeps its moment; one that was taken back before it came (events
    may arrive in any order) is written as taken back. Written by accounts.actions.credit alone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="credit_entries", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=CreditKind)
    key = models.CharField(_("key"), max_length=80)
    weight = models.SmallIntegerField(_("weight"), default=1)
    """Times what one of its kind counts; of an adjustment the points themselves."""
    at = models.DateTimeField(_("when"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    """Of LIKED, who liked: one entry for each person, however much they like."""
    place = models.CharField(_("where"), max_length=60, blank=True)
    """A circle's name as it was; empty for the whole site."""
    note = models.CharField(_("reason"), max_length=1000, blank=True)
    """What the person was told."""

    class Meta:
        verbose_name = _("entry of conduct credit")
        verbose_name_plural = _("entries of conduct credit")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="credit_entry_once"),
            models.CheckConstraint(name="credit_liked_by_another", condition=Q(by=None) | ~Q(by=models.F("user"))),
        ]
        indexes = [
            models.Index(fields=["user", "kind", "at"], name="credit_entry_counted", condition=Q(withdrawn_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.key}"


class CreditChange(models.Model):
    """How somebody's credit went from one value to another, and why. What time alone does is one row a month."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="credit_changes", verbose_name=_("person")
    )
    before = models.PositiveSmallIntegerField(_("before"))
    after = models.PositiveSmallIntegerField(_("after"))
    lines = models.JSONField(_("reasons"), default=list)
    """[part, points]: what each part of the formula gave or took."""
    parts = models.JSONField(default=dict, editable=False)
    """Part → points after this change: what the next one is compared with."""
    entry = models.ForeignKey(
        CreditEntry, models.SET_NULL, null=True, blank=True, related_name="changes", verbose_name=_("entry")
    )
    """What brought it about; empty where time and likes did."""
    is_return = models.BooleanField(default=False, editable=False)
    """The entry was taken back."""
    version = models.PositiveSmallIntegerField(_("version of the formula"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("change of conduct credit")
        verbose_name_plural = _("changes of conduct credit")
        indexes = [models.Index(fields=["user", "-at", "-id"], name="credit_change_newest")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"

    @property
    def difference(self) -> int:
        return self.after - self.before


class CreditAppealState(models.TextChoices):
    OPEN = "open", pgettext_lazy("appeal", "waiting for an answer")
    UPHELD = "upheld", pgettext_lazy("appeal", "taken back")
    REJECTED = "rejected", pgettext_lazy("appeal", "stays")


class CreditAppeal(models.Model):
    """Somebody says that what took their credit away was wrong: once for each entry."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="credit_appeals", verbose_name=_("person")
    )
    entry = models.OneToOneField(CreditEntry, models.CASCADE, related_name="appeal", verbose_name=_("entry"))
    text = models.CharField(_("what they say"), max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=CreditAppealState, default=CreditAppealState.OPEN)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("appeal about conduct credit")
        verbose_name_plural = _("appeals about conduct credit")
        indexes = [models.Index(fields=["created_at"], name="credit_appeal_queue", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_state_display()}"
