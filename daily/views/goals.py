"""What a circle gathers for: the goal under way, those before, and the sheet for who gave something."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.forms import SafeTextField
from circles.models import Circle
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import DomainError, Invalid
from core.numbers import ID_MAX
from daily import goal_queries, rules
from daily.actions import goals
from daily.goal_picture import picture
from daily.models import Cause, Goal, GoalPicture
from daily.models.goal import TEXT_MAX, TITLE_MAX


class GoalForm(forms.Form):
    """What an owner says of a goal."""

    cause = forms.ModelChoiceField(
        Cause.objects.filter(is_active=True),
        label=gettext_lazy("Cause of the platform"),
        required=False,
        empty_label=gettext_lazy("– one of our own –"),
    )
    title = SafeTextField(
        line=True,
        required=False,
        label=gettext_lazy("Our own words for it"),
        max_length=TITLE_MAX,
        help_text=gettext_lazy("Empty: the cause's name."),
    )
    text = SafeTextField(
        line=True,
        required=False,
        label=gettext_lazy("What comes of it"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": ""}),
    )
    picture = forms.ChoiceField(
        label=gettext_lazy("Picture that grows"),
        choices=[("", gettext_lazy("as the cause has it")), *GoalPicture.choices],
        required=False,
    )
    target = forms.IntegerField(
        label=gettext_lazy("Active days needed"),
        required=False,
        min_value=1,
        help_text=gettext_lazy(
            "Each day on which a member signs in, posts, comments or is liked is one. Empty: as the cause has it."
        ),
    )
    until = forms.DateField(
        label=gettext_lazy("Ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: as long as it takes."),
    )

    def wanted(self) -> goals.GoalWanted:
        return goals.GoalWanted(**self.cleaned_data)


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The goal under way and those before."""
    circle, may_run = _circle(request, slug)
    running = goal_queries.running(circle) if rules.is_kept(circle) else None
    context: dict[str, Any] = {
        "circle": circle,
        "is_kept": rules.is_kept(circle),
        "may_run": may_run,
        "goal": running,
        "past": goal_queries.past(circle) if rules.is_kept(circle) else [],
    }
    if running is not None:
        context |= _shown(request, running)
    return render(request, "daily/goals.html", context)


@require_safe
def goal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One goal, whatever became of it."""
    circle, may_run = _circle(request, slug)
    return _page(request, _goal(request, circle, pk), may_run=may_run)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    circle, _may_run = _circle(request, slug)
    goals.require_may_run(request.user, circle)
    form = GoalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = goals.begin(actor=request.user, circle=circle, wanted=form.wanted())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("It has begun. From now on every active day counts."))
            return redirect(made)
    context = {"circle": circle, "form": form, "causes": goal_queries.causes()}
    return render(request, "daily/edit_goal.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say it otherwise while it is under way."""
    circle, _may_run = _circle(request, slug)
    found = _goal(request, circle, pk)
    goals.require_may_run(request.user, circle)
    names = ("cause", "title", "text", "picture", "target", "until")
    form = GoalForm(request.POST if request.method == "POST" else None, initial={n: getattr(found, n) for n in names})
    if request.method == "POST" and form.is_valid():
        try:
            goals.change(actor=request.user, goal=found, wanted=form.wanted())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"circle": circle, "form": form, "goal": found, "causes": goal_queries.causes()}
    return render(request, "daily/edit_goal.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@signed_in
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Call it off (do=end), or take that back (do=resume)."""
    circle, may_run = _circle(request, slug)
    found = _goal(request, circle, pk)
    if request.POST.get("do") == "resume":
        goals.resume(actor=request.user, goal=found)
        messages.success(request, _("It goes on."))
        return redirect(found)
    try:
        goals.call_off(actor=request.user, goal=found, reason=request.POST.get("reason", ""))
    except Invalid as error:
        return _page(request, found, may_run=may_run, error=str(error), typed=request.POST["reason"])
    messages.success(request, _("It is called off. You can take that back for a week."))
    return redirect(found)


@require_safe
@signed_in
def certificate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A sheet to print, for who gave something to a goal that was reached."""
    circle, _may_run = _circle(request, slug)
    found = _goal(request, circle, pk)
    share = goal_queries.share_of(request.user, found)
    if not share or not found.is_reached:
        raise Http404
    context = {"circle": circle, "goal": found, "share": share, "picture": picture(found.picture, 100)}
    return render(request, "daily/goal_certificate.html", context)


def _circle(request: HttpRequest, slug: str) -> tuple[Circle, bool]:
    circle = circle_or_404(request, slug)
    return circle, bool(rules.can_run(request.user, circle, membership_of(request, circle.pk)))


def _goal(request: HttpRequest, circle: Circle, pk: int) -> Goal:
    rows = Goal.objects.visible_to(request.user).filter(circle=circle).select_related("cause", "circle")
    found = rows.filter(pk=pk).first() if pk <= ID_MAX and rules.is_kept(circle) else None
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Goal, *, may_run: bool, error: str = "", typed: str = "") -> HttpResponse:
    context = {
        "circle": found.circle,
        "may_run": may_run,
        "goal": found,
        "may_resume": may_run and rules.can_resume(found, now=timezone.now()),
        "of_other": found.started_by_id != request.user.pk,
        "error": error,
        "typed": typed,
        **_shown(request, found),
    }
    return render(request, "daily/goal.html", context, status=422 if error else 200)


def _shown(request: HttpRequest, goal: Goal) -> dict[str, Any]:
    return {
        "picture": picture(goal.picture, goal.percent),
        "share": goal_queries.share_of(request.user, goal),
        "givers": goal_queries.givers(goal, request.user),
    }
