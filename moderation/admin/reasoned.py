"""Actions in the admin that ask for a reason: one row from its page, or many from the list.

An admin class names its actions in `reasoned`; each appears in the action menu of the list and as a button on the
pages of the rows it fits. Both lead to the same page, which shows what is concerned and asks why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from unfold.enums import ActionVariant

from core.admin.base import ReadOnlyAdmin
from core.errors import DomainError
from moderation.actions import log
from moderation.admin.forms import ReasonForm
from moderation.models import LogEntry
from moderation.rules import Power, can

ROWS_MAX = 100
"""Rows one call takes: each has a transaction of its own, and somebody waits for all of them."""
Text = str | Promise


@dataclass(frozen=True)
class Reasoned:
    """One action. `run(actor=…, row=…, reason=…, …)` is the action of moderation; None from it: nothing changed."""

    name: str
    label: Text
    power: Power
    run: Callable[..., LogEntry | None]
    icon: str
    variant: ActionVariant = ActionVariant.DEFAULT
    form: type[ReasonForm] = ReasonForm
    fits: Callable[[Any], bool] = lambda row: True
    reason: Text = ""
    """What the field begins with, for decisions that mostly have the same reason."""
    explanation: Text = ""
    removes: bool = False
    """Is the row gone afterwards? Then the list follows, not its page."""
    warning: Callable[[LogEntry], Text] = lambda entry: ""
    """What the moderator should hear about what came of it."""


class ReasonedAdmin(ReadOnlyAdmin):
    reasoned: Sequence[Reasoned] = ()
    change_form_outer_after_template = "admin/moderation/log_panel.html"

    # --- the list ---

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., Any], str, Text]]:
        actions = super().get_actions(request)
        for action in self._allowed(request):
            actions[action.name] = (self._list_action(action), action.name, action.label)
        return actions

    def _list_action(self, action: Reasoned) -> Callable[..., HttpResponse | None]:
        def act(admin: "ReasonedAdmin", request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
            return admin.ask_for_many(request, action, rows)

        act.__name__ = action.name
        return act

    def ask_for_many(self, request: HttpRequest, action: Reasoned, rows: QuerySet[Any]) -> HttpResponse | None:
        """The page that asks, or None when all is done (the list is shown again, filtered as before)."""
        chosen = list(rows[: ROWS_MAX + 1])
        if len(chosen) > ROWS_MAX:
            message = _("Please choose at most %(most)s at a time.") % {"most": ROWS_MAX}
            self.message_user(request, message, messages.WARNING)
            return None
        form = self._form(request, action)
        if form.is_bound and form.is_valid():
            done = 0
            for row in chosen:
                try:
                    entry = action.run(actor=request.user, row=row, **form.arguments())
                except DomainError as error:
                    self.message_user(request, f"{row}: {error}", messages.ERROR)
                    continue
                done += entry is not None
                self._warn(request, action, entry, row)
            self._report(request, action, done=done, of=len(chosen))
            return None
        hidden = [("action", action.name), *((ACTION_CHECKBOX_NAME, str(row.pk)) for row in chosen)]
        return self._page(request, action, form, chosen, hidden)

    # --- one row ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.ask_for_one)
        name = f"{self.opts.app_label}_{self.opts.model_name}_moderate"
        return [path("<path:object_id>/moderate/<slug:action>/", view, name=name), *super().get_urls()]

    def ask_for_one(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        chosen = next((known for known in self.reasoned if known.name == action), None)
        row = self.get_object(request, unquote(object_id))
        if chosen is None or row is None:
            raise Http404
        if not self.has_view_permission(request, row) or not can(request.user, chosen.power):
            raise PermissionDenied
        form = self._form(request, chosen)
        if form.is_bound and form.is_valid():
            try:
                return self.perform(request, chosen, row, form)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
        return self._page(request, chosen, form, [row], [])

    def perform(self, request: HttpRequest, action: Reasoned, row: Any, form: ReasonForm) -> HttpResponse:
        """Do it to one row, and go back to its page. Raises `DomainError`."""
        entry = action.run(actor=request.user, row=row, **form.arguments())
        self._warn(request, action, entry, row)
        self._report(request, action, done=int(entry is not None), of=1)
        return HttpResponseRedirect(self._url("changelist") if action.removes else self._url("change", row.pk))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        context = getattr(response, "context_data", None)
        row = context.get("original") if context else None
        if context is not None and row is not None:
            context["actions_detail"] = [*context.get("actions_detail", []), *self._buttons(request, row)]
            context["log_entries"] = self._log_of(request, row)
        return response

    def _buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        return [
            {
                "title": action.label,
                "icon": action.icon,
                "variant": action.variant,
                "attrs": {},
                "path": self._url("moderate", row.pk, action.name),
            }
            for action in self._allowed(request)
            if action.fits(row)
        ]

    def _log_of(self, request: HttpRequest, row: Model) -> list[LogEntry]:
        if not request.user.has_perm("moderation.view_logentry"):
            return []
        return list(LogEntry.objects.filter(target=log.name_of(row)).select_related("actor").order_by("-id")[:20])

    # --- both ---

    def _allowed(self, request: HttpRequest) -> list[Reasoned]:
        return [action for action in self.reasoned if can(request.user, action.power)]

    def _form(self, request: HttpRequest, action: Reasoned) -> ReasonForm:
        if request.method == "POST" and "confirmed" in request.POST:
            return action.form(request.POST)
        return action.form(initial={"reason": action.reason})

    def _page(
        self,
        request: HttpRequest,
        action: Reasoned,
        form: ReasonForm,
        rows: list[Any],
        hidden: list[tuple[str, str]],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": action.label,
            "action": action,
            "form": form,
            "rows": [(row, self._url("change", row.pk)) for row in rows],
            "hidden": hidden,
            "is_danger": action.variant == ActionVariant.DANGER,
            "back": self._url("changelist") if hidden else self._url("change", rows[0].pk),
        }
        request.current_app = self.admin_site.name
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/moderation/reason.html", context, status=status)

    def _report(self, request: HttpRequest, action: Reasoned, *, done: int, of: int) -> None:
        if done:
            text = _("%(action)s: %(done)s of %(of)s done.") % {"action": action.label, "done": done, "of": of}
            self.message_user(request, text, messages.SUCCESS)
        else:
            text = _("%(action)s: nothing changed.") % {"action": action.label}
            self.message_user(request, text, messages.INFO)

    def _warn(self, request: HttpRequest, action: Reasoned, entry: LogEntry | None, row: Any) -> None:
        if entry is not None and (text := action.warning(entry)):
            self.message_user(request, f"{row}: {text}", messages.WARNING)

    def _url(self, page: str, *arguments: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=arguments)
