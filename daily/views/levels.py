"""Naming the levels of a circle."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from circles.forms import SafeTextField
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import DomainError
from daily import levels, rules
from daily.actions import titles


class TitlesForm(forms.Form):
    """A title for each level."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for number, points in enumerate(levels.THRESHOLDS, 1):
            self.fields[f"title_{number}"] = SafeTextField(
                line=True,
                required=False,
                max_length=levels.TITLE_MAX,
                label=_("Level %(number)s, from %(points)s points") % {"number": number, "points": points},
            )

    def titles(self) -> list[str]:
        return [self.cleaned_data[f"title_{number}"] for number in range(1, levels.LEVELS + 1)]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    circle = circle_or_404(request, slug)
    rules.can_run(request.user, circle, membership_of(request, circle.pk)).require()
    if request.method != "POST":
        known = {f"title_{number}": title for number, title in enumerate(circle.level_titles, 1)}
        return render(request, "daily/levels.html", {"circle": circle, "form": TitlesForm(initial=known)})
    form = TitlesForm(request.POST)
    if form.is_valid():
        try:
            titles.set_titles(actor=request.user, circle=circle, titles=form.titles())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("daily:circle", circle.slug)
    return render(request, "daily/levels.html", {"circle": circle, "form": form}, status=422)
