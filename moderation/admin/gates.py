"""The queue of gates that rest on sensitive facts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from circles.gates.language import clauses_of, parse
from circles.gates.preview import preview
from circles.gates.words import sentence, told_preview
from circles.models import Gate, GateState
from moderation.actions import gates
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power, can

COLOURS = {
    GateState.WAITING: "warning",
    GateState.IN_FORCE: "success",
    GateState.REFUSED: "danger",
}


@admin.register(Gate)
class SensitiveGateAdmin(ReasonedAdmin):
    list_display = ("circle", "action", "says", "shown_state", "asked_by", "asked_at")
    list_select_related = ("circle", "asked_by")
    list_filter = ("state", "action")
    search_fields = ("circle__name", "circle__slug", "=circle__number")
    search_help_text = _("Name, address or number of the circle")
    fields = (
        "circle",
        "says",
        "lets_in",
        ("action", "state"),
        ("asked_by", "asked_at"),
        ("decided_by", "reason"),
        ("began_at", "ended_at"),
        "rule",
    )
    readonly_fields = ("says", "lets_in")
    reasoned = (
        Reasoned(
            name="approve",
            label=_("Approve"),
            explanation=_("The rule takes effect at once, and the circle's page says that it is sensitive."),
            power=Power.GATES,
            run=lambda *, row, **said: gates.approve(gate=row, **said),
            icon="check",
            variant=ActionVariant.PRIMARY,
            fits=lambda gate: gate.state == GateState.WAITING,
        ),
        Reasoned(
            name="refuse",
            label=_("Refuse"),
            explanation=_("What is in force in the circle stays; its owner reads the reason."),
            power=Power.GATES,
            run=lambda *, row, **said: gates.refuse(gate=row, **said),
            icon="close",
            variant=ActionVariant.DANGER,
            fits=lambda gate: gate.state == GateState.WAITING,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gate]:
        return super().get_queryset(request).filter(is_sensitive=True)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.GATES))

    @display(description=_("state"), label=COLOURS, ordering="state")
    def shown_state(self, gate: Gate) -> tuple[str, str]:
        return gate.state, gate.get_state_display()

    @display(description=_("says"))
    def says(self, gate: Gate) -> str:
        return sentence(gate.action, clauses_of(parse(gate.rule)), gate.labels)

    @display(description=_("whom it lets in"))
    def lets_in(self, gate: Gate) -> str:
        found = preview(gate.circle, gate.action, clauses_of(parse(gate.rule)))
        return " · ".join(f"{told['whom']}: {told['text']}" for told in told_preview(found, gate.labels))
