"""Openings of pseudonyms: the queue for the second administrator, and what the two of them then see."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from moderation.actions import pseudonyms
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.models import OpeningState, PseudonymOpening
from moderation.rules import Power, can

STATE_COLOURS = {OpeningState.ASKED: "warning", OpeningState.OPENED: "danger", OpeningState.REFUSED: "success"}
ASK = Reasoned(
    name="pseudonym",
    label=_("Ask to open the pseudonym"),
    explanation=_(
        "Another administrator has to agree before anybody sees who it is. Both reasons stand in the log, and the"
        " person is told."
    ),
    power=Power.PSEUDONYMS,
    run=lambda *, row, **said: pseudonyms.ask(content=row, **said),
    icon="domino_mask",
    variant=ActionVariant.WARNING,
    fits=lambda row: row.is_masked,
)


@admin.register(PseudonymOpening)
class PseudonymOpeningAdmin(ReasonedAdmin):
    list_display = ("pseudonym", "circle", "shown_state", "asked_by", "asked_at", "decided_by", "decided_at")
    list_select_related = ("pseudonym__post__circle", "asked_by", "decided_by")
    list_filter = ("state",)
    fields = (
        "pseudonym",
        "thread",
        "state",
        ("asked_by", "asked_at"),
        "reason",
        ("decided_by", "decided_at"),
        "decision",
        "person",
    )
    readonly_fields = ("thread", "person")
    reasoned = (
        Reasoned(
            name="open",
            label=_("Open it"),
            explanation=_("You and whoever asked see who it is. The person is told that it was opened, and why."),
            power=Power.PSEUDONYMS,
            run=lambda *, row, **said: pseudonyms.open_(opening=row, **said),
            icon="visibility",
            variant=ActionVariant.DANGER,
            fits=lambda opening: opening.state == OpeningState.ASKED,
        ),
        Reasoned(
            name="refuse",
            label=_("Refuse"),
            explanation=_("Nobody sees who it is."),
            power=Power.PSEUDONYMS,
            run=lambda *, row, **said: pseudonyms.refuse(opening=row, **said),
            icon="close",
            fits=lambda opening: opening.state == OpeningState.ASKED,
        ),
    )

    @display(description=_("circle"))
    def circle(self, opening: PseudonymOpening) -> str:
        return opening.pseudonym.post.circle.name

    @display(description=_("thread"))
    def thread(self, opening: PseudonymOpening) -> str:
        post = opening.pseudonym.post
        return format_html('<a href="{}">#{} {}</a>', post.get_absolute_url(), post.pk, post.body[:80])

    @display(description=_("who it is"))
    def person(self, opening: PseudonymOpening) -> str:
        return str(_("only the two who opened it see that"))

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, opening: PseudonymOpening) -> tuple[str, str]:
        return opening.state, opening.get_state_display()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The person's name is a field of its own for the two, so that no other request can be answered with it."""
        fields = super().get_readonly_fields(request, obj)
        if obj is not None and pseudonyms.may_see(request.user, obj):
            return [shown_person if name == "person" else name for name in fields]
        return fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        if obj is not None and pseudonyms.may_see(request.user, obj):
            return [shown_person if name == "person" else name for name in fields]
        return fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.PSEUDONYMS))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(can(request.user, Power.PSEUDONYMS))


@display(description=_("who it is"))
def shown_person(opening: PseudonymOpening) -> str:
    person = opening.pseudonym.user
    url = reverse("admin:accounts_user_change", args=[person.pk])
    return format_html('<a href="{}">{} (@{})</a>', url, person.nickname, person.username)
