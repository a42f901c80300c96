from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import credit as credits
from accounts.credit_report import CHANGES_SHOWN, changes_of, report_of
from accounts.forms import to_form
from accounts.models import CreditChange
from core.errors import DomainError
from core.numbers import ID_MAX, whole_number


class AppealForm(forms.Form):
    """Only carries the text: the action says what it may be."""

    text = forms.CharField(
        label=gettext_lazy("What was wrong about it?"),
        error_messages={"required": gettext_lazy("Please say what was wrong.")},
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": credits.TEXT_MAX, "data-autogrow": ""}),
        help_text=gettext_lazy("A few sentences are enough. Say what really happened."),
    )


@login_required
@require_safe
def credit(request: HttpRequest) -> HttpResponse:
    """My conduct credit: what it is made of, every change with its reason. Nobody else sees this page."""
    before = whole_number(request.GET.get("before", ""))
    changes = changes_of(request.user, before=before)
    older = f"?before={changes[-1].row.pk}" if len(changes) == CHANGES_SHOWN else ""
    context = {"report": report_of(request.user), "changes": changes, "older": older, "is_older": before is not None}
    return render(request, "accounts/credit.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to one change."""
    rows = CreditChange.objects.filter(user=request.user, pk=pk, is_return=False).select_related("entry__appeal")
    change = rows.first() if pk <= ID_MAX else None
    if change is None or change.entry is None:
        raise Http404
    sent = getattr(change.entry, "appeal", None)
    if sent is None and not credits.is_appealable(change.entry):
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            credits.appeal(user=request.user, change=change, text=form.cleaned_data["text"])
        except DomainError as error:
            to_form(error, form)
        else:
            messages.success(request, _("We have it. Somebody who did not decide it then will look at it."))
            return HttpResponseRedirect(reverse("accounts:credit"))
    context = {"form": form, "change": change, "sent": sent}
    return render(request, "accounts/credit_appeal.html", context, status=422 if form.errors else 200)
