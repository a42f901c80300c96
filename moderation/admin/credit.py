"""Appeals about conduct credit, and what a person's number rests on."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from accounts.models import CreditAppeal, CreditAppealState, CreditEntry, CreditKind
from core.admin.base import ReadOnlyAdmin
from moderation.actions import credit
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power, can

STATE_COLOURS = {
    CreditAppealState.OPEN: "warning",
    CreditAppealState.UPHELD: "success",
    CreditAppealState.REJECTED: "danger",
}


class CreditViewing:
    """Only people who may decide about credit see what it rests on."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.CREDIT))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(can(request.user, Power.CREDIT))


@admin.register(CreditAppeal)
class CreditAppealAdmin(CreditViewing, ReasonedAdmin):
    list_display = ("user", "about", "excerpt", "shown_state", "created_at", "decided_by")
    list_select_related = ("user", "entry", "decided_by")
    list_filter = ("state", "entry__kind")
    search_fields = ("user__nickname", "user__username")
    search_help_text = _("Nickname or user name")
    ordering = ("-created_at", "-id")
    fields = ("user", "text", "about", "reason", "state", ("created_at", "decided_at"), "decided_by", "answer")
    readonly_fields = ("about", "reason")
    reasoned = (
        Reasoned(
            name="uphold",
            label=_("Uphold"),
            explanation=_(
                "What they object to counts no more, and the person reads your reason. A post that was hidden or a ban"
                " stays as it is: lift that where it was made."
            ),
            power=Power.CREDIT,
            run=lambda *, row, **said: credit.uphold(appeal=row, **said),
            icon="check",
            variant=ActionVariant.PRIMARY,
            fits=lambda appeal: appeal.state == CreditAppealState.OPEN,
        ),
        Reasoned(
            name="reject",
            label=_("Reject"),
            explanation=_("It stays as it is, and the person reads your reason."),
            power=Power.CREDIT,
            run=lambda *, row, **said: credit.reject(appeal=row, **said),
            icon="close",
            variant=ActionVariant.DANGER,
            fits=lambda appeal: appeal.state == CreditAppealState.OPEN,
        ),
    )

    @display(description=_("against"))
    def about(self, appeal: CreditAppeal) -> str:
        where = f" · {appeal.entry.place}" if appeal.entry.place else ""
        return f"{appeal.entry.get_kind_display()}{where}"

    @display(description=_("reason given then"))
    def reason(self, appeal: CreditAppeal) -> str:
        return appeal.entry.note or "–"

    @display(description=_("what they say"))
    def excerpt(self, appeal: CreditAppeal) -> str:
        return Truncator(appeal.text).chars(60)

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, appeal: CreditAppeal) -> tuple[str, str]:
        return appeal.state, appeal.get_state_display()


@admin.register(CreditEntry)
class CreditEntryAdmin(CreditViewing, ReadOnlyAdmin):
    """What was counted. Who liked whom is nobody's business here."""

    list_display = ("user", "kind", "weight", "at", "place", "excerpt", "withdrawn_at")
    list_select_related = ("user",)
    list_filter = ("kind",)
    search_fields = ("=user__username", "=user__nickname")
    search_help_text = _("Nickname or user name")
    ordering = ("-at", "-id")
    fields = ("user", "kind", "weight", "at", "withdrawn_at", "place", "note", "user_credit")
    readonly_fields = ("user_credit",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[CreditEntry]":
        """Without likes: when somebody was liked would tell which pseudonyms are theirs."""
        return super().get_queryset(request).exclude(kind=CreditKind.LIKED)

    @display(description=_("reason"))
    def excerpt(self, entry: CreditEntry) -> str:
        return Truncator(entry.note).chars(60)

    @display(description=_("conduct credit now"))
    def user_credit(self, entry: CreditEntry) -> int:
        return entry.user.credit
