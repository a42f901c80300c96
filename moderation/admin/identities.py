"""The queue of identity checks, and the one door to a legal name."""

from base64 import b64encode
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from accounts.models import IdentityCheck, IdentityCheckState, IdentityState, LegalIdentity
from moderation.actions import identities
from moderation.admin.forms import ReasonForm
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can

STATE_COLOURS = {
    IdentityCheckState.STARTED: "info",
    IdentityCheckState.PENDING: "warning",
    IdentityCheckState.APPROVED: "success",
    IdentityCheckState.REFUSED: "danger",
}
IDENTITY_COLOURS = {
    IdentityState.VALID: "success",
    IdentityState.EXPIRED: "warning",
    IdentityState.REVOKED: "danger",
}
REVEAL = Reasoned(
    name="reveal",
    label=_("Show the legal name"),
    explanation=_(
        "The log keeps who looked, when and why, and the person reads it on their privacy page. Of a check that is not "
        "decided you also see the photos of the document."
    ),
    power=Power.IDENTITIES,
    run=lambda **said: None,
    icon="badge",
    fits=lambda record: record.sealed_id is not None,
)


def _warning(entry: LogEntry) -> Any:
    if entry.verb == Verb.IDENTITY_REFUSE:
        return _("refused all the same, because another account holds this identity.")
    if entry.verb == Verb.IDENTITY_ENDORSE:
        return _("noted. Somebody else has to approve it too.")
    return ""


class RevealingAdmin(ReasonedAdmin):
    """Shows a legal name once, as the answer to a reason; nothing of it is kept in a page, a message or an address."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop(REVEAL.name, None)
        return actions

    def perform(self, request: HttpRequest, action: Reasoned, row: Any, form: ReasonForm) -> HttpResponse:
        if action is not REVEAL:
            return super().perform(request, action, row, form)
        revealed = identities.reveal(actor=request.user, record=row, **form.arguments())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": action.label,
            "person": row.user,
            "revealed": revealed,
            "photos": [f"data:image/webp;base64,{b64encode(image).decode()}" for image in revealed.photos],
            "back": self._url("change", row.pk),
        }
        response = TemplateResponse(request, "admin/moderation/revealed.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response


def _may_view(request: HttpRequest) -> bool:
    return bool(can(request.user, Power.IDENTITIES))


if admin.site.is_registered(IdentityCheck):
    admin.site.unregister(IdentityCheck)
if admin.site.is_registered(LegalIdentity):
    admin.site.unregister(LegalIdentity)


@admin.register(IdentityCheck)
class ReviewedIdentityCheckAdmin(RevealingAdmin):
    list_display = ("user", "document", "provider", "shown_state", "created_at", "decided_at", "decided_by")
    list_select_related = ("user", "decided_by")
    list_filter = ("state", "document", "provider")
    search_fields = ("user__nickname", "user__username", "user__email")
    search_help_text = _("Nickname, user name or e-mail address")
    ordering = ("-created_at", "-id")
    fields = ("user", "document", "provider", "state", "endorsed_by", ("created_at", "decided_at"), "decided_by")
    reasoned = (
        REVEAL,
        Reasoned(
            name="approve",
            label=_("Approve"),
            explanation=_("This person is verified and may write at once. What was claimed is deleted from the check."),
            power=Power.IDENTITIES,
            run=lambda *, row, **said: identities.approve(check=row, **said),
            icon="check",
            variant=ActionVariant.PRIMARY,
            fits=lambda check: check.state == IdentityCheckState.PENDING,
            reason=_("Name and number belong together."),
            warning=_warning,
        ),
        Reasoned(
            name="refuse",
            label=_("Refuse"),
            explanation=_("This person is not told which datum was wrong. What was claimed is deleted."),
            power=Power.IDENTITIES,
            run=lambda *, row, **said: identities.refuse(check=row, **said),
            icon="close",
            variant=ActionVariant.DANGER,
            fits=lambda check: check.state == IdentityCheckState.PENDING,
        ),
    )

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, check: IdentityCheck) -> tuple[str, str]:
        return check.state, check.get_state_display()

    def has_view_permission(self, request: HttpRequest, obj: IdentityCheck | None = None) -> bool:
        return super().has_view_permission(request, obj) and _may_view(request)


@admin.register(LegalIdentity)
class LegalIdentityAdmin(RevealingAdmin):
    list_display = ("user", "document", "provider", "shown_state", "verified_at", "valid_until")
    list_select_related = ("user",)
    list_filter = ("state", "document", "provider")
    search_fields = ("user__nickname", "user__username")
    search_help_text = _("Nickname or user name")
    ordering = ("-verified_at", "-id")
    fields = ("user", "document", "provider", "state", "verified_at", "valid_until")
    reasoned = (
        REVEAL,
        Reasoned(
            name="revoke",
            label=_("Take back"),
            explanation=_(
                "This account may only read until somebody verifies with it again, and the identity is free for "
                "another account. The legal name is destroyed. The person is told, with your reason."
            ),
            power=Power.IDENTITIES,
            run=lambda *, row, **said: identities.revoke(record=row, **said),
            icon="person_off",
            variant=ActionVariant.DANGER,
            fits=lambda identity: identity.state != IdentityState.REVOKED,
        ),
    )

    @display(description=_("state"), label=IDENTITY_COLOURS, ordering="state")
    def shown_state(self, identity: LegalIdentity) -> tuple[str, str]:
        return identity.state, identity.get_state_display()

    def has_view_permission(self, request: HttpRequest, obj: LegalIdentity | None = None) -> bool:
        return super().has_view_permission(request, obj) and _may_view(request)
