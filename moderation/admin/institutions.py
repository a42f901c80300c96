"""Institutions that vouch for people, and what is verified about whom."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts import badges
from accounts.models import Fact, FactKind, Institution
from moderation.actions import institutions
from moderation.admin.forms import ReasonForm
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power, can


class DomainForm(ReasonForm):
    domain = forms.CharField(
        label=_("E-mail domain"),
        max_length=253,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Such as stu.example.edu.cn"),
    )
    kind = forms.ChoiceField(
        label=_("Whoever has such an address is"), choices=FactKind.choices, widget=UnfoldAdminSelectWidget
    )

    field_order = ("domain", "kind", "reason")

    def arguments(self) -> dict[str, Any]:
        said = {"domain": self.cleaned_data["domain"], "kind": self.cleaned_data["kind"]}
        return {**super().arguments(), **said}


class DomainGoneForm(ReasonForm):
    domain = forms.CharField(label=_("E-mail domain"), max_length=253, widget=UnfoldAdminTextInputWidget)

    field_order = ("domain", "reason")

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "domain": self.cleaned_data["domain"]}


class StaffForm(ReasonForm):
    username = forms.CharField(label=_("User name"), max_length=150, widget=UnfoldAdminTextInputWidget)

    field_order = ("username", "reason")

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "username": self.cleaned_data["username"]}


@admin.register(Institution)
class InstitutionAdmin(ReasonedAdmin):
    """An administrator writes an institution down; whether it may vouch, and who for it, is decided with reasons."""

    list_display = ("name", "slug", "kind", "is_issuer", "shown_domains")
    list_filter = ("is_issuer", "kind")
    search_fields = ("name", "name_en", "slug", "domains__domain")
    search_help_text = _("Name, code or e-mail domain")
    ordering = ("name",)
    fields = (
        "name",
        "name_en",
        "slug",
        "kind",
        "value",
        "value_name",
        "value_name_en",
        "is_issuer",
        "shown_domains",
        "shown_staff",
    )
    readonly_fields = ("is_issuer", "shown_domains", "shown_staff")
    reasoned = (
        Reasoned(
            name="trust",
            label=_("Let it vouch"),
            explanation=_("What it says of people becomes a fact that circles' rules rest on."),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.trust(institution=row, **said),
            icon="verified",
            variant=ActionVariant.PRIMARY,
            fits=lambda institution: not institution.is_issuer,
        ),
        Reasoned(
            name="distrust",
            label=_("Stop it from vouching"),
            explanation=_("Its codes, addresses, lists and keys stop at once. What it said holds until it runs out."),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.distrust(institution=row, **said),
            icon="block",
            variant=ActionVariant.DANGER,
            fits=lambda institution: institution.is_issuer,
        ),
        Reasoned(
            name="take-back-all",
            label=_("Take back all it said"),
            explanation=_("Everybody it vouched for loses that fact within minutes and reads the reason."),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.take_back_all(institution=row, **said),
            icon="delete_sweep",
            variant=ActionVariant.DANGER,
            fits=lambda institution: not institution.is_issuer and institution.facts.filter(revoked_at=None).exists(),
        ),
        Reasoned(
            name="add-domain",
            label=_("Add an e-mail domain"),
            explanation=_(
                "Whoever reads mail under it is believed to be one of its people: make sure that it is its own."
            ),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.add_domain(institution=row, **said),
            icon="alternate_email",
            form=DomainForm,
        ),
        Reasoned(
            name="remove-domain",
            label=_("Remove an e-mail domain"),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.remove_domain(institution=row, **said),
            icon="link_off",
            form=DomainGoneForm,
            fits=lambda institution: institution.domains.exists(),
        ),
        Reasoned(
            name="add-staff",
            label=_("Add staff"),
            explanation=_("This person hands out codes, uploads lists and takes facts back in its name."),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.add_staff(institution=row, **said),
            icon="person_add",
            form=StaffForm,
        ),
        Reasoned(
            name="remove-staff",
            label=_("Remove staff"),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.remove_staff(institution=row, **said),
            icon="person_remove",
            form=StaffForm,
            fits=lambda institution: institution.staff.exists(),
        ),
    )

    @display(description=_("e-mail domains"))
    def shown_domains(self, institution: Institution) -> str:
        return ", ".join(f"{row.domain} ({row.get_kind_display()})" for row in institution.domains.all()) or "–"

    @display(description=_("who speaks for it"))
    def shown_staff(self, institution: Institution) -> str:
        return ", ".join(row.user.username for row in institution.staff.select_related("user")) or "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("domains")

    def get_readonly_fields(self, request: HttpRequest, obj: Institution | None = None) -> Any:
        """What facts name it by is never changed once it was used."""
        fixed = ("slug", "kind", "value") if obj is not None and obj.facts.exists() else ()
        return (*self.readonly_fields, *fixed)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(can(request.user, Power.INSTITUTIONS))

    def has_change_permission(self, request: HttpRequest, obj: Institution | None = None) -> bool:
        return bool(can(request.user, Power.INSTITUTIONS))


@admin.register(Fact)
class FactAdmin(ReasonedAdmin):
    list_display = ("user", "shown_title", "source", "institution", "valid_from", "valid_until", "revoked_at")
    list_select_related = ("user", "institution")
    list_filter = ("kind", "source")
    search_fields = ("user__nickname", "user__username", "=value")
    search_help_text = _("Nickname, user name, or an institution's code")
    fields = (
        "user",
        "kind",
        "value",
        "source",
        "institution",
        ("valid_from", "valid_until"),
        "revoked_at",
        "created_at",
    )
    reasoned = (
        Reasoned(
            name="revoke",
            label=_("Take back"),
            explanation=_("From now on it does not hold any more; the person reads the reason."),
            power=Power.INSTITUTIONS,
            run=lambda *, row, **said: institutions.revoke_fact(fact=row, **said),
            icon="block",
            variant=ActionVariant.DANGER,
            fits=lambda fact: fact.revoked_at is None,
        ),
    )

    @display(description=_("what"))
    def shown_title(self, fact: Fact) -> str:
        return badges.title_of(fact)
