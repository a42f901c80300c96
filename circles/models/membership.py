from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import NoticeLevel
from circles.byline import Byline, Mark, named, own


class Role(models.TextChoices):
    """From the highest to the lowest. What each may do: `DEFAULT_POWERS`, unless the circle's owner says otherwise."""

    OWNER = "owner", _("owner")
    ADMIN = "admin", pgettext_lazy("role", "admin")
    MODERATOR = "moderator", pgettext_lazy("role", "moderator")
    EDITOR = "editor", pgettext_lazy("role", "editor")
    MEMBER = "member", _("member")


STAFF_ROLES = (Role.OWNER, Role.ADMIN, Role.MODERATOR, Role.EDITOR)
KEEPERS = (Role.OWNER, Role.ADMIN, Role.MODERATOR)
"""Who keeps order, and so sees what blocks hide from others."""
RANK: dict[str, int] = {role: rank for rank, role in enumerate(Role.values[::-1], start=1)}


class Power(models.IntegerChoices):
    """What a role may do in its circle, each a bit of `Membership.powers`. Asked in circles/rules.py alone."""

    DELETE = 1, _("delete posts and comments")
    SILENCE = 2, _("keep members from writing, up to a day")
    BAN = 4, _("remove and ban members")
    PIN = 8, _("pin posts")
    FEATURE = 16, _("feature posts")
    ADMIT = 32, _("decide who may join")
    INVITE = 64, _("make invitations")
    TITLES = 128, _("give titles")
    EDIT = 256, _("change name, pictures, introduction and rules")
    APPOINT = 512, _("appoint moderators and editors")


EVERY_POWER = sum(Power.values)
DEFAULT_POWERS: dict[str, int] = {
    Role.OWNER: EVERY_POWER,
    Role.ADMIN: EVERY_POWER & ~(Power.TITLES | Power.EDIT | Power.APPOINT),
    Role.MODERATOR: Power.DELETE | Power.SILENCE,
    Role.EDITOR: Power.PIN | Power.FEATURE,
    Role.MEMBER: 0,
}
TITLE_MAX = 12


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
    powers = models.PositiveSmallIntegerField(editable=False, null=True, blank=True)
    """Bits of `Power`; None: as `DEFAULT_POWERS` has it for the role. A copy of what the circle says of the role
    (`Circle.role_powers`), so that asking costs no query."""
    title = models.CharField(_("title"), max_length=TITLE_MAX, blank=True, default="", db_default="")
    """Given by the owner, shown beside the name in this circle."""
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
    points = models.PositiveIntegerField(_("activity points"), default=0, db_default=0, editable=False)
    """This and the next three are written by daily's actions alone (docs/daily.md)."""
    grade = models.PositiveSmallIntegerField(_("level"), default=0, db_default=0, editable=False)
    """1 to 18 by the points; 0 before the first one."""
    signed_in_on = models.DateField(_("last sign-in"), null=True, blank=True, editable=False)
    """The person's own day."""
    streak = models.PositiveIntegerField(_("days in a row"), default=0, db_default=0, editable=False)
    """As of `signed_in_on`."""

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
            # By grade and not by points: these change all day, and no index has to follow.
            models.Index(
                fields=["circle", "-grade"], name="membership_highest", condition=Q(state="active", grade__gt=0)
            ),
            models.Index(
                fields=["circle", "user"], name="membership_hears_all", condition=Q(state="active", level="all")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.circle}"

    @property
    def byline(self) -> Byline:
        """How this member appears here. Load `user__avatar` and `avatar` along."""
        mark = self.mark if self.is_linked else None
        if not self.nickname:
            return own(self.user, mark=mark)
        face = self.avatar if self.avatar_id else None
        return named(self.user, name=self.nickname, face=face, is_linked=self.is_linked, mark=mark)

    @property
    def byline_in_office(self) -> Byline:
        """How this member appears as one of those who look after the circle. Its page says who owns it, so beside that
        role a name that leads nowhere would lead to them: owners appear as themselves."""
        if self.role == Role.OWNER and not self.is_linked:
            return own(self.user, mark=self.mark)
        return self.byline

    @property
    def mark(self) -> Mark | None:
        role = "" if self.role == Role.MEMBER else self.role
        return Mark(role, self.title) if self.is_active and (role or self.title) else None

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
        """Has a role in the circle: owner, admin, moderator or editor."""
        return self.is_active and self.role in STAFF_ROLES

    @property
    def rank(self) -> int:
        """5 for the owner down to 1 for a member; 0 for who is none."""
        return RANK[self.role] if self.is_active else 0

    def may(self, power: Power) -> bool:
        """Does the role carry this power here? Whether the person may act at all is asked by circles.rules."""
        powers = DEFAULT_POWERS[self.role] if self.powers is None or self.role == Role.OWNER else self.powers
        return self.is_active and bool(powers & power)


def keeping_order() -> "MembershipQuerySet":
    """Memberships that carry Power.DELETE: by the bits kept on the row, else by what their role may."""
    by_role = [role for role, bits in DEFAULT_POWERS.items() if bits & Power.DELETE]
    carries = F("powers").bitand(int(Power.DELETE))
    rows = Membership.objects.active().annotate(deletes=carries)
    return rows.filter(Q(powers=None, role__in=by_role) | Q(deletes__gt=0))
