"""The queue of circles people ask for, and of circles whose owner is gone."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from circles.models import Candidacy, Deed, Founding, FoundingState, Succession, SuccessionState
from circles.models.succession import RUNNING
from core.admin.base import ReadOnlyAdmin
from core.admin.pictures import gallery
from moderation.actions import foundings
from moderation.admin.forms import ReasonForm
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power, can

COLOURS = {
    FoundingState.WAITING: "warning",
    FoundingState.APPROVED: "success",
    FoundingState.REFUSED: "danger",
}
SUCCESSION_COLOURS = {
    SuccessionState.TEAM: "warning",
    SuccessionState.VOTE: "info",
    SuccessionState.ENDED: "success",
}


@admin.register(Founding)
class FoundingAdmin(ReasonedAdmin):
    list_display = ("name", "category", "applicant", "shown_state", "created_at")
    list_select_related = ("category", "applicant")
    list_filter = ("state", "category")
    search_fields = ("name", "applicant__nickname", "applicant__username")
    search_help_text = _("Name, or who asked")
    ordering = ("created_at",)
    fields = (
        "name",
        "purpose",
        "intro",
        "rules",
        ("category", "slug"),
        ("visibility", "entry"),
        "pictures",
        ("applicant", "runs"),
        ("created_at", "changed_at"),
        "state",
        ("decided_by", "decided_at"),
        "reason",
        "circle",
    )
    readonly_fields = ("pictures", "runs")
    reasoned = (
        Reasoned(
            name="approve",
            label=_("Approve"),
            explanation=_("The circle opens at once, and whoever asked owns it and reads the reason."),
            power=Power.FOUNDINGS,
            run=lambda *, row, **said: foundings.approve(founding=row, **said),
            icon="check",
            variant=ActionVariant.PRIMARY,
            fits=lambda founding: founding.is_waiting,
            reason=_("Welcome! Have a good time with it."),
        ),
        Reasoned(
            name="refuse",
            label=_("Refuse"),
            explanation=_("Whoever asked reads the reason and may ask anew."),
            power=Power.FOUNDINGS,
            run=lambda *, row, **said: foundings.refuse(founding=row, **said),
            icon="close",
            variant=ActionVariant.DANGER,
            fits=lambda founding: founding.is_waiting,
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.FOUNDINGS))

    @display(description=_("state"), label=COLOURS, ordering="state")
    def shown_state(self, founding: Founding) -> tuple[str, str]:
        return founding.state, founding.get_state_display()

    @display(description=_("pictures"))
    def pictures(self, founding: Founding) -> SafeString:
        return gallery([picture for picture in (founding.avatar, founding.cover) if picture])

    @display(description=_("circles they run"))
    def runs(self, founding: Founding) -> str:
        return " · ".join(founding.applicant.owned_circles.values_list("name", flat=True)[:20]) or "–"


class HeirForm(ReasonForm):
    """Why, and who."""

    nickname = forms.CharField(
        label=_("Nickname of a member"), required=False, max_length=40, widget=UnfoldAdminTextInputWidget()
    )
    field_order = ("nickname", "reason")

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "nickname": self.cleaned_data["nickname"]}


@admin.register(Succession)
class SuccessionAdmin(ReasonedAdmin):
    list_display = ("circle", "absent", "shown_state", "began_at", "turns_at")
    list_select_related = ("circle", "absent")
    list_filter = ("state",)
    search_fields = ("circle__name", "=circle__number")
    fields = (
        "circle",
        "absent",
        "state",
        ("began_at", "turns_at"),
        "candidates",
        ("elected", "ended_at"),
        "reason",
    )
    readonly_fields = ("candidates",)
    reasoned = (
        Reasoned(
            name="appoint",
            label=_("Make a member the owner"),
            explanation=_("For circles where nobody stood or nobody voted. Whoever you choose is told."),
            power=Power.FOUNDINGS,
            run=lambda *, row, **said: foundings.appoint_owner(row=row, **said),
            icon="crown",
            variant=ActionVariant.PRIMARY,
            form=HeirForm,
            fits=lambda row: row.state in RUNNING,
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.FOUNDINGS))

    @display(description=_("state"), label=SUCCESSION_COLOURS, ordering="state")
    def shown_state(self, row: Succession) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description=_("who stands"))
    def candidates(self, row: Succession) -> str:
        found = Candidacy.objects.filter(succession=row).select_related("user")
        return " · ".join(f"{one.user} ({'–' if one.votes is None else one.votes})" for one in found) or "–"


@admin.register(Deed)
class DeedAdmin(ReadOnlyAdmin):
    """What those who look after circles did."""

    list_display = ("created_at", "circle", "kind", "actor", "subject", "reason")
    list_select_related = ("circle", "actor", "subject")
    list_filter = ("kind",)
    search_fields = ("circle__name", "=circle__number")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.CONTENT))
