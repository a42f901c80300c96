"""Medals, goals and causes; what circles hold back and tell their members; figures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from circles.models import Held, HeldState, MemberNotice, Welcome, WordList
from core.admin.base import ReadOnlyAdmin
from daily.models import Award, Cause, Goal, GoalState, Medal, PointEntry, SignIn
from moderation.actions import days
from moderation.admin.forms import ReasonForm
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power, can

GOAL_COLOURS = {GoalState.RUNNING: "info", GoalState.REACHED: "success", GoalState.OVER: "warning"}
HELD_COLOURS = {HeldState.WAITING: "warning", HeldState.RELEASED: "success", HeldState.REFUSED: "danger"}


class HolderForm(ReasonForm):
    """Why, and to whom."""

    nickname = forms.CharField(label=_("Nickname"), required=False, max_length=40, widget=UnfoldAdminTextInputWidget())
    field_order = ("nickname", "reason")

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "nickname": self.cleaned_data["nickname"]}


@admin.register(Medal)
class MedalAdmin(ReasonedAdmin):
    """All medals. Those of the platform are made and changed here, by administrators; a circle's by its owner."""

    list_display = ("name", "circle", "rule", "threshold", "is_active")
    list_select_related = ("circle",)
    list_filter = ("rule", "is_active")
    search_fields = ("name", "circle__name")
    fields = (("name", "name_en"), "text", ("icon", "tone"), ("rule", "threshold"), "is_active", "circle")
    readonly_fields = ("circle",)
    reasoned = (
        Reasoned(
            name="give",
            label=_("Give it to somebody"),
            explanation=_("They are told, and read the reason."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: days.give_medal(medal=row, **said),
            icon="redeem",
            variant=ActionVariant.PRIMARY,
            form=HolderForm,
            fits=lambda medal: medal.is_active,
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.PEOPLE))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and (obj is None or obj.circle_id is None)


@admin.register(Award)
class AwardAdmin(ReasonedAdmin):
    list_display = ("at", "medal", "user", "by", "reason", "revoked_at")
    list_select_related = ("medal", "user", "by")
    search_fields = ("user__nickname", "user__username", "medal__name")
    search_help_text = _("Who holds it, or the medal")
    fields = ("medal", "user", ("at", "by"), "reason", ("is_shown", "revoked_at"))
    reasoned = (
        Reasoned(
            name="take",
            label=_("Take it back"),
            explanation=_("Its holder reads the reason, and does not get it by its rule again."),
            power=Power.PEOPLE,
            run=lambda *, row, **said: days.take_medal(award=row, **said),
            icon="undo",
            variant=ActionVariant.DANGER,
            fits=lambda award: award.revoked_at is None,
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.PEOPLE))


@admin.register(Goal)
class GoalAdmin(ReasonedAdmin):
    list_display = ("circle", "shown_name", "shown_state", "energy", "target", "until")
    list_select_related = ("circle", "cause")
    list_filter = ("state",)
    search_fields = ("circle__name", "title")
    fields = (
        "circle",
        ("cause", "title"),
        "text",
        ("energy", "target"),
        ("state", "until"),
        "started_by",
        ("started_at", "ended_at"),
    )
    reasoned = (
        Reasoned(
            name="end",
            label=_("Call it off"),
            explanation=_("For goals that break the rules of this site. What was gathered stays visible."),
            power=Power.CONTENT,
            run=lambda *, row, **said: days.end_goal(goal=row, **said),
            icon="stop_circle",
            variant=ActionVariant.DANGER,
            fits=lambda goal: goal.is_running,
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.CONTENT))

    @display(description=_("goal"))
    def shown_name(self, goal: Goal) -> str:
        return goal.name

    @display(description=_("state"), label=GOAL_COLOURS, ordering="state")
    def shown_state(self, goal: Goal) -> tuple[str, str]:
        return goal.state, goal.get_state_display()


@admin.register(Cause)
class CauseAdmin(ModelAdmin):
    """The platform's list of good things; administrators keep it. One that was chosen stays."""

    list_display = ("name", "name_en", "energy", "position", "is_active")
    fields = (("name", "name_en"), "slug", "text", "text_en", ("picture", "energy"), ("position", "is_active"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PointEntry)
class PointEntryAdmin(ReadOnlyAdmin):
    """What earned activity points. Who wrote under a pseudonym has none."""

    list_display = ("day", "circle", "user", "kind", "points", "withdrawn_at")
    list_select_related = ("circle", "user")
    list_filter = ("kind",)
    search_fields = ("=user__username",)
    search_help_text = _("User name")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.PEOPLE))


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = ("day", "circle", "user", "is_made_up", "at")
    list_select_related = ("circle", "user")
    search_fields = ("=user__username",)
    search_help_text = _("User name")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.PEOPLE))


@admin.register(Held)
class HeldAdmin(ReadOnlyAdmin):
    """What circles hold back by words of their own; they decide. The words of a post under a pseudonym name nobody."""

    list_display = ("created_at", "start", "circle", "shown_state", "found", "reason")
    list_select_related = ("circle", "post", "comment")
    list_filter = ("state",)
    search_fields = ("circle__name", "=circle__number")
    fields = ("circle", "shown_words", "found", "state", ("created_at", "decided_at"), "reason")
    readonly_fields = ("shown_words", "found")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.CONTENT))

    @display(description=_("text"))
    def start(self, held: Held) -> str:
        return Truncator(str(held.content.body)).chars(40) if held.content else "–"

    @display(description=_("words found"))
    def found(self, held: Held) -> str:
        return " · ".join(map(str, held.words)) or "–"

    @display(description=_("text"))
    def shown_words(self, held: Held) -> str:
        return str(held.content.body) if held.content else "–"

    @display(description=_("state"), label=HELD_COLOURS, ordering="state")
    def shown_state(self, held: Held) -> tuple[str, str]:
        return held.state, held.get_state_display()


class OfCircleAdmin(ReadOnlyAdmin):
    """What circles say of themselves, to look at."""

    list_select_related = ("circle",)
    search_fields = ("circle__name", "=circle__number")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.CONTENT))


@admin.register(WordList)
class WordListAdmin(OfCircleAdmin):
    list_display = ("circle", "words", "changed_at")
    ordering = ("-changed_at",)


@admin.register(Welcome)
class WelcomeAdmin(OfCircleAdmin):
    list_display = ("circle", "text", "is_on", "changed_at")
    ordering = ("-changed_at",)


@admin.register(MemberNotice)
class MemberNoticeAdmin(OfCircleAdmin):
    list_display = ("day", "circle", "post", "by", "at")
    list_select_related = ("circle", "post", "by")
