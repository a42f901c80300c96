"""What moderators do with people: on the whole site, and inside one circle."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from accounts.admin import UserAdmin
from accounts.models import User
from circles.admin import MembershipAdmin
from circles.models import Membership, Role
from moderation.actions import credit, members, people
from moderation.admin.forms import DurationForm, PointsForm
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power

for model in (User, Membership):
    admin.site.unregister(model)


@admin.register(User)
class ModeratedUserAdmin(ReasonedAdmin, UserAdmin):
    reasoned = (
        Reasoned(
            name="ban",
            label=_("Ban from writing"),
            explanation=_("Reading stays possible; nothing this person writes is taken."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: people.ban(person=row, **said),
            icon="block",
            variant=ActionVariant.DANGER,
            form=DurationForm,
        ),
        Reasoned(
            name="unban",
            label=_("Lift the ban"),
            explanation=_("This person may write again at once."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: people.unban(person=row, **said),
            icon="undo",
            fits=lambda person: person.banned_until is not None,
        ),
        Reasoned(
            name="credit",
            label=_("Adjust the credit"),
            explanation=_("The person sees the points and the reason, and may object."),
            power=Power.CREDIT,
            run=lambda *, row, **said: credit.adjust(person=row, **said),
            icon="tune",
            form=PointsForm,
        ),
    )
    their_own = ("username", "nickname", "bio")
    """What a person said of themselves: nobody else changes it."""
    for_administrators = ("password", "is_superuser")
    by_team = ("user_permissions",)
    """Who may do what is said by the teams a person belongs to, never for one person alone."""
    filter_horizontal = ()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Administrators decide who belongs to the team; all else is an action, or the person's own."""
        return bool(request.user.is_active and request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *self.their_own]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        left_out = set(self.by_team)
        if not self.has_change_permission(request, obj):
            left_out.update(self.for_administrators)
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in left_out]})
            for title, options in super().get_fieldsets(request, obj)
        ]


@admin.register(Membership)
class ModeratedMembershipAdmin(ReasonedAdmin, MembershipAdmin):
    reasoned = (
        Reasoned(
            name="silence",
            label=_("Silence"),
            explanation=_("This person stays a member, but cannot write in this circle until then."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: members.silence(user=row.user, circle=row.circle, **said),
            icon="voice_over_off",
            variant=ActionVariant.WARNING,
            form=DurationForm,
            fits=lambda membership: membership.role != Role.OWNER,
        ),
        Reasoned(
            name="unsilence",
            label=_("Lift the silence"),
            explanation=_("This person may write in this circle again at once."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: members.unsilence(user=row.user, circle=row.circle, **said),
            icon="record_voice_over",
            fits=lambda membership: membership.silenced_until is not None,
        ),
        Reasoned(
            name="ban",
            label=_("Ban from the circle"),
            explanation=_("This person leaves the circle and cannot come back until the ban is lifted."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: members.ban(user=row.user, circle=row.circle, **said),
            icon="block",
            variant=ActionVariant.DANGER,
            fits=lambda membership: membership.role != Role.OWNER and not membership.is_banned,
        ),
        Reasoned(
            name="unban",
            label=_("Lift the ban"),
            explanation=_("This person may join the circle again."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: members.unban(user=row.user, circle=row.circle, **said),
            icon="undo",
            fits=lambda membership: membership.is_banned,
        ),
    )
