from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import NoticeLevel
from circles.byline import Byline, named, own


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    MODERATOR = "moderator", _("moderator")
    MEMBER = "member", _("member")


class MembershipState(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("state", "member")
    LEFT = "left", _("left")
    BANNED = "banned", _("banned")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(state=MembershipState.ACTIVE)


class Membership(models.Model):
    """What one person is in one circle. The row outlives leaving, so a ban cannot be shaken off."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="memberships", verbose_name=_("circle"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=MembershipState, default=MembershipState.ACTIVE)
    silenced_until = models.DateTimeField(_("may not write until"), null=True, blank=True)
    level = models.CharField(
        _("notifications"), max_length=10, choices=NoticeLevel, blank=True, default="", db_default=""
    )
    """Empty: as the person's default (`User.notice_level`). Being a member and being disturbed are two settings."""
    nickname = models.CharField(_("nickname here"), max_length=20, blank=True, default="", db_default="")
    """Empty: as everywhere. Chosen by circles.actions.bylines."""
    nickname_key = models.GeneratedField(
        expression=Lower("nickname"), output_field=models.CharField(max_length=40), db_persist=True
    )
    avatar = models.ForeignKey("core.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    is_linked = models.BooleanField(_("leads to the profile"), default=True, db_default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["circle", "user"], name="membership_once"),
            models.UniqueConstraint(fields=["circle"], name="circle_one_owner", condition=Q(role="owner")),
            models.UniqueConstraint(
                fields=["circle", "nickname_key"], name="membership_nickname_once", condition=~Q(nickname="")
            ),
            models.CheckConstraint(name="membership_owner_is_active", condition=~Q(role="owner") | Q(state="active")),
        ]
        indexes = [
            models.Index(fields=["user", "circle"], name="membership_of_user", condition=Q(state="active")),
            models.Index(fields=["circle", "user"], name="membership_in_circle", condition=Q(state="active")),
            models.Index(fields=["circle", "-joined_at", "-id"], name="membership_newest", condition=Q(state="active")),
            models.Index(
                fields=["circle", "user"], name="membership_hears_all", condition=Q(state="active", level="all")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.circle}"

    @property
    def byline(self) -> Byline:
        """How this member appears here. Load `user__avatar` and `avatar` along."""
        if not self.nickname:
            return own(self.user)
        return named(
            self.user, name=self.nickname, face=self.avatar if self.avatar_id else None, is_linked=self.is_linked
        )

    @property
    def is_active(self) -> bool:
        return self.state == MembershipState.ACTIVE

    @property
    def is_banned(self) -> bool:
        return self.state == MembershipState.BANNED

    @property
    def is_silenced(self) -> bool:
        return self.silenced_until is not None and self.silenced_until > timezone.now()

    @property
    def muted(self) -> bool:
        return self.level == NoticeLevel.MUTED

    @property
    def is_staff(self) -> bool:
        """Owner or moderator of the circle."""
        return self.is_active and self.role in (Role.OWNER, Role.MODERATOR)
