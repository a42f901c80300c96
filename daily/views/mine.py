"""A person's own day: where to sign in, their medals, where their day begins."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.time_zone import set_time_zone
from accounts.local_time import today_of, zone_names
from circles.views.access import signed_in
from core.errors import DomainError
from daily import goal_queries, on_this_day, queries


class ZoneForm(forms.Form):
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        required=False,
        help_text=gettext_lazy("Such as Asia/Shanghai. Empty: as the community's. It can be changed every 30 days."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    return _page(request, ZoneForm(initial={"time_zone": request.user.time_zone}))


@require_POST
@signed_in
def time_zone(request: HttpRequest) -> HttpResponse:
    form = ZoneForm(request.POST)
    try:
        set_time_zone(user=request.user, name=request.POST.get("time_zone", "").strip())
    except DomainError as error:
        form.is_valid()
        form.add_error("time_zone", str(error))
        return _page(request, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("daily:mine")


def _page(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    context = {
        "circles": queries.my_day(request.user),
        "today": today_of(request.user),
        "memories": on_this_day.memories(request.user),
        "goals": goal_queries.of_my_circles(request.user),
        "form": form,
        "zones": sorted(zone_names()),
    }
    return render(request, "daily/mine.html", context, status=status)
