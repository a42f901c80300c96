"""What those who run a circle tell its members unasked: a welcome, and now and then something all shall read."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.models.circle import Circle
from circles.models.post import Post

if TYPE_CHECKING:
    from accounts.models import User

WELCOME_MAX = 300


class Welcome(models.Model):
    """What newcomers read once, in their inbox, when they have joined."""

    circle = models.OneToOneField(
        Circle, models.CASCADE, primary_key=True, related_name="welcome", verbose_name=_("circle")
    )
    text = models.CharField(_("text"), max_length=WELCOME_MAX)
    is_on = models.BooleanField(_("is sent"), default=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("welcome of a circle")
        verbose_name_plural = _("welcomes of circles")

    def __str__(self) -> str:
        return self.text[:40]


class MemberNoticeQuerySet(models.QuerySet["MemberNotice"]):
    def visible_to(self, viewer: "User | Any") -> "MemberNoticeQuerySet":
        """Whoever sees the post."""
        return self.filter(post__in=Post.objects.visible_to(viewer))


class MemberNotice(models.Model):
    """A post that all members are told of: once a post, and one a day in a circle."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="member_notices", verbose_name=_("circle"))
    post = models.OneToOneField(Post, models.CASCADE, related_name="member_notice", verbose_name=_("post"))
    day = models.DateField(_("day"))
    """By the community's calendar."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("told by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = MemberNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement to members")
        verbose_name_plural = _("announcements to members")
        constraints = [models.UniqueConstraint(fields=["circle", "day"], name="member_notice_once_a_day")]
        indexes = [models.Index(fields=["circle", "-id"], name="member_notice_newest")]

    def __str__(self) -> str:
        return f"{self.circle} · {self.day}"
