from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeLevel
from circles.models import Post
from merchants.models import Merchant

if TYPE_CHECKING:
    from accounts.models import User


ANNOUNCED_LEVELS = (NoticeLevel.ALL, NoticeLevel.HIGHLIGHTS)
"""Levels at which a merchant's announcements come to the inbox."""


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def visible_to(self, viewer: "User", *, at: Collection[NoticeLevel] = ANNOUNCED_LEVELS) -> "BroadcastQuerySet":
        """Announcements since the viewer followed, at one of these levels (those of the inbox); never one's own."""
        post = Post.objects.visible_to(viewer).filter(pk=OuterRef("announcement__post_id"))
        merchant = Merchant.objects.visible_to(viewer).filter(pk=OuterRef("merchant_id"))
        return (
            self.sent_to(viewer, at=at)
            .filter(Exists(post), Exists(merchant))
            .exclude(announcement__post__author=viewer)
        )

    def sent_to(self, viewer: "User", *, at: Collection[NoticeLevel] = ANNOUNCED_LEVELS) -> "BroadcastQuerySet":
        """Of `visible_to` what an index finds; whether it may be seen is left to ask. Where there is nothing here,
        there is nothing to be seen."""
        levels: list[str] = [*at]
        if viewer.notice_level in at:
            levels.append("")
        # One join, so one row each: a person is a fan of a merchant once.
        return self.filter(
            merchant__fans__user=viewer,
            merchant__fans__level__in=levels,
            merchant__fans__followed_at__lte=F("published_at"),
        )


class Broadcast(models.Model):
    """An announcement in the inbox of all fans at once: one row, however many fans there are.

    A fan sees broadcasts published after they followed; read ones are those up to their last-seen mark
    (`InboxState.broadcasts_seen_at`).
    """

    announcement = models.OneToOneField("merchants.Announcement", models.CASCADE, related_name="broadcast")
    merchant = models.ForeignKey("merchants.Merchant", models.CASCADE, related_name="+")
    published_at = models.DateTimeField()

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        indexes = [models.Index(fields=["merchant", "-published_at", "-id"], name="broadcast_newest")]

    def __str__(self) -> str:
        return str(self.announcement_id)
