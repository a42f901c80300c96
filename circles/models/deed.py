"""The log of a circle, which its members read: who did what, and why."""

from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.models.circle import Circle
from circles.models.membership import Membership

if TYPE_CHECKING:
    from accounts.models import User


class DeedKind(models.TextChoices):
    POST_DELETED = "post_deleted", _("deleted a post")
    COMMENT_DELETED = "comment_deleted", _("deleted a comment")
    POST_HIDDEN = "post_hidden", _("hid a post")
    POST_RESTORED = "post_restored", _("restored a post")
    COMMENT_HIDDEN = "comment_hidden", _("hid a comment")
    COMMENT_RESTORED = "comment_restored", _("restored a comment")
    PINNED = "pinned", _("pinned a post")
    UNPINNED = "unpinned", _("unpinned a post")
    FEATURED = "featured", _("featured a post")
    UNFEATURED = "unfeatured", _("took a post from the featured ones")
    SILENCED = "silenced", _("silenced a member")
    UNSILENCED = "unsilenced", _("lifted a silence")
    REMOVED = "removed", _("removed a member")
    BANNED = "banned", _("banned a member")
    UNBANNED = "unbanned", _("lifted a ban")
    ROLE = "role", _("changed a role")
    POWERS = "powers", _("changed what a role may do")
    TITLE = "title", _("changed a title")
    EDITED = "edited", _("changed the circle")
    DOORS = "doors", _("changed who may read and join")
    MEDAL_GIVEN = "medal_given", _("gave a medal")
    MEDAL_TAKEN = "medal_taken", _("took a medal back")
    GOAL_CALLED_OFF = "goal_called_off", _("called off a shared goal")
    GOAL_RESUMED = "goal_resumed", _("went on with a shared goal")
    WORDS = "words", _("changed the words that hold posts back")
    RELEASED = "released", _("let a held post through")
    HELD_BACK = "held_back", _("kept a held post back")
    ANNOUNCED = "announced", _("told all members")
    OFFERED = "offered", _("offered the circle to a member")
    HANDED_OVER = "handed_over", _("became the owner")
    VACANT = "vacant", _("noticed that the owner is gone")
    VOTE_OPENED = "vote_opened", _("opened the vote for a new owner")


class DeedQuerySet(models.QuerySet["Deed"]):
    def visible_to(self, viewer: "User | Any") -> "DeedQuerySet":
        """The log of the circles the viewer is a member of and may see."""
        if viewer.pk is None:
            return self.none()
        mine = Membership.objects.active().filter(user_id=viewer.pk, circle=OuterRef("circle"))
        return self.filter(Exists(mine), circle__in=Circle.objects.visible_to(viewer))


class Deed(models.Model):
    """One line of the log. Rows are only ever added, by circles.actions.log.

    No words of a post stand here, and no person where they wrote under a pseudonym: what is hidden stays hidden.
    """

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="deeds", verbose_name=_("circle"))
    kind = models.CharField(_("what"), max_length=20, choices=DeedKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    """Empty: the team of this site, or the site itself."""
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("whom")
    )
    post_id = models.BigIntegerField(null=True, blank=True)
    """Which post, whatever became of it; shown as a link to those who may see it."""
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    details = models.JSONField(default=dict)
    """Plain values the sentence is made of."""
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = DeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a circle's log")
        verbose_name_plural = _("logs of circles")
        indexes = [models.Index(fields=["circle", "-id"], name="deed_newest")]
        triggers = [pgtrigger.Protect(name="deeds_stay_as_they_are", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.circle}: {self.get_kind_display()}"
