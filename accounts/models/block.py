from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reach(models.TextChoices):
    """Who may turn to a person: mention, answer or like them. One tap on the shield chooses COMPANIONS."""

    EVERYONE = "everyone", pgettext_lazy("who may reach me", "Everyone")
    COMPANIONS = "companions", pgettext_lazy("who may reach me", "Only people from my circles")
    NOBODY = "nobody", pgettext_lazy("who may reach me", "Nobody")


class Block(models.Model):
    """One person wants nothing to do with another: neither sees what the other writes, nor can answer or like it.

    `visible_to` of what people write asks `is_apart`; so do the actions that turn to somebody.
    """

    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="blocks_made",
        db_index=False,
        verbose_name=_("person who blocks"),
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="blocks_met",
        db_index=False,
        verbose_name=_("blocked person"),
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(name="block_is_of_another", condition=~Q(blocker=F("blocked"))),
        ]
        indexes = [models.Index(fields=["blocked", "blocker"], name="block_met")]

    def __str__(self) -> str:
        return f"{self.blocker_id} × {self.blocked_id}"


class Mute(models.Model):
    """One person would rather hear less of another, who is not told: not in home or lists, and no notifications."""

    muter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="mutes_made",
        db_index=False,
        verbose_name=_("person who mutes"),
    )
    muted = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("muted person")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("muted person")
        verbose_name_plural = _("muted people")
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="mute_once"),
            models.CheckConstraint(name="mute_is_of_another", condition=~Q(muter=F("muted"))),
        ]

    def __str__(self) -> str:
        return f"{self.muter_id} – {self.muted_id}"


def keeps_distance(person: str = "pk") -> Q:
    """Has whoever the column `person` names blocked or muted anybody, or been blocked? Most people never."""
    made, met = Block.objects.filter(blocker=OuterRef(person)), Block.objects.filter(blocked=OuterRef(person))
    return Q(Exists(made)) | Q(Exists(met)) | Q(Exists(Mute.objects.filter(muter=OuterRef(person))))


def is_apart(viewer_id: int, author: str) -> Q:
    """Does a block stand, either way, between the viewer and whoever the column `author` names?

    Depends on the viewer's id alone. Two probes of an index a row, however many people either has blocked.
    """
    made = Block.objects.filter(blocker_id=viewer_id, blocked_id=OuterRef(author))
    met = Block.objects.filter(blocker_id=OuterRef(author), blocked_id=viewer_id)
    return Q(Exists(made)) | Q(Exists(met))


def is_muted(viewer_id: int, author: str) -> Exists:
    """Does the viewer mute whoever the column `author` names?"""
    return Exists(Mute.objects.filter(muter_id=viewer_id, muted_id=OuterRef(author)))
