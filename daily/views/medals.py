"""Medals: one's own, somebody's, a circle's, and the sheet to print."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from circles.forms import SafeTextField
from circles.models import Circle
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import DomainError
from core.numbers import ID_MAX, whole_number
from daily import cabinet, rules
from daily.actions import medals
from daily.models import Award, Medal, MedalRule, MedalTone
from daily.models.medal import ICONS


class MedalForm(forms.Form):
    """What an owner says of a medal."""

    name = SafeTextField(line=True, label=gettext_lazy("Name"), max_length=medals.NAME_MAX)
    text = SafeTextField(line=True, required=False, label=gettext_lazy("What it is for"), max_length=medals.TEXT_MAX)
    icon = forms.ChoiceField(
        label=gettext_lazy("Picture"), choices=[(name, name) for name in ICONS], initial=ICONS[0], required=False
    )
    tone = forms.ChoiceField(
        label=gettext_lazy("Colour"), choices=MedalTone.choices, initial=MedalTone.GOLD, required=False
    )
    rule = forms.ChoiceField(label=gettext_lazy("Given for"), choices=MedalRule.choices, initial=MedalRule.HAND)
    threshold = forms.IntegerField(
        label=gettext_lazy("From how many on"),
        required=False,
        min_value=0,
        max_value=medals.THRESHOLD_MAX,
        help_text=gettext_lazy("Days, level, posts … Leave it empty for what you give by hand."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Is given"), required=False, initial=True)

    def values(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        return {
            **found,
            "threshold": found["threshold"] or 0,
            "icon": found["icon"] or ICONS[0],
            "tone": found["tone"] or MedalTone.GOLD,
        }


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    return render(request, "daily/my_medals.html", {"mine": cabinet.mine(request.user)})


@require_POST
@signed_in
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Have one's own on the profile (shown=1), or not (shown=0)."""
    award = Award.objects.standing().filter(pk=pk, user=request.user).first() if pk <= ID_MAX else None
    if award is None:
        raise Http404
    shown = request.POST.get("shown") == "1"
    medals.set_shown(user=request.user, award=award, shown=shown)
    messages.success(request, _("It stands on your profile.") if shown else _("It does not stand on your profile."))
    return redirect("daily:my_medals")


@require_safe
def of_person(request: HttpRequest, username: str) -> HttpResponse:
    """What somebody shows of their medals."""
    person = get_object_or_404(User.objects.active().select_related("avatar"), username=username)
    return render(
        request, "daily/person_medals.html", {"person": person, "awards": cabinet.shown(request.user, person)}
    )


@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet to print: for who may see the medal."""
    seen = Award.objects.visible_to(request.user).select_related("medal__circle", "user", "by")
    award = seen.filter(pk=pk).first() if pk <= ID_MAX else None
    if award is None:
        raise Http404
    context = {"award": award, "medal": award.medal, "how": cabinet.how(award.medal)}
    return render(request, "daily/certificate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def of_circle(request: HttpRequest, slug: str) -> HttpResponse:
    """The medals of a circle and how to get them; its owner makes new ones here."""
    circle, may_run = _circle(request, slug)
    form = MedalForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        medals.require_may_run(request.user, circle)
        if form.is_valid():
            try:
                medals.define(actor=request.user, circle=circle, **form.values())
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(request, _("The medal is there. Who has earned it already gets it tonight."))
                return redirect("daily:circle_medals", circle.slug)
        status = 422
    context = {
        "circle": circle,
        "is_kept": rules.is_kept(circle),
        "may_run": may_run,
        "medals": cabinet.of_circle(circle) if rules.is_kept(circle) else [],
        "form": form,
    }
    return render(request, "daily/circle_medals.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def medal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One medal of a circle: who holds it; its owner changes it, gives it and takes it back here."""
    circle, may_run = _circle(request, slug)
    found = Medal.objects.visible_to(request.user).filter(circle=circle, pk=pk).first() if pk <= ID_MAX else None
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in MedalForm.base_fields}
    form, errors, typed = MedalForm(initial=initial), {}, {}
    if request.method == "POST":
        medals.require_may_run(request.user, circle)
        do = request.POST.get("do", "")
        typed = {name: request.POST.get(name, "") for name in ("name", "reason")} if do != "change" else {}
        try:
            if do == "give":
                medals.give_named(actor=request.user, medal=found, name=typed["name"], reason=typed["reason"])
                messages.success(request, pgettext("a medal", "Given."))
                return redirect("daily:circle_medal", circle.slug, found.pk)
            if do == "revoke":
                medals.revoke(actor=request.user, award=_award(request, found), reason=typed["reason"])
                messages.success(request, pgettext("a medal", "Taken back."))
                return redirect("daily:circle_medal", circle.slug, found.pk)
            form = MedalForm(request.POST)
            if form.is_valid():
                medals.define(actor=request.user, circle=circle, medal=found, **form.values())
                messages.success(request, _("Saved."))
                return redirect("daily:circle_medal", circle.slug, found.pk)
        except DomainError as error:
            if do in ("give", "revoke"):
                errors[do] = str(error)
            else:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {
        "circle": circle,
        "medal": found,
        "how": cabinet.how(found),
        "holders": cabinet.holders(found, request.user),
        "may_run": may_run,
        "form": form,
        "errors": errors,
        "typed": typed,
        "revoked": request.POST.get("award", ""),
    }
    return render(request, "daily/circle_medal.html", context, status=422 if request.method == "POST" else 200)


def _circle(request: HttpRequest, slug: str) -> tuple[Circle, bool]:
    circle = circle_or_404(request, slug)
    return circle, bool(rules.can_run(request.user, circle, membership_of(request, circle.pk)))


def _award(request: HttpRequest, medal: Medal) -> Award:
    number = whole_number(request.POST.get("award", ""))
    award = Award.objects.filter(pk=number, medal=medal).select_related("medal__circle").first()
    if award is None:
        raise Http404
    return award
