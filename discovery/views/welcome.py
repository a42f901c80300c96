"""A newcomer's three questions, one a page, and the circles that fit the answers. Can be skipped, and done again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import NoticeLevel
from accounts.rules import can_write
from circles.models import Category, Circle
from core.errors import DomainError
from discovery import queries
from discovery.actions import welcome as answers

STEPS = ("likes", "place", "notices", "circles")
PROPOSED, CHOSEN_BEFOREHAND = 12, 5
LEVELS = (NoticeLevel.ALL, NoticeLevel.HIGHLIGHTS, NoticeLevel.MENTIONS, NoticeLevel.DIGEST)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """The question at `step`; a POST answers it and leads on. `skip` ends it all."""
    step = request.GET.get("step", "")
    step = step if step in STEPS else STEPS[0]
    error: DomainError | None = None
    if request.method == "POST":
        try:
            if "skip" in request.POST:
                answers.finish(user=request.user)
                return HttpResponseRedirect(reverse("home"))
            return _answered(request, step)
        except DomainError as refused:
            error = refused
    number = STEPS.index(step) + 1
    context: dict[str, Any] = {
        "step": step,
        "number": number,
        "steps": [_("Interests"), _("Place"), _("Notifications"), _("Circles")],
        "action": _url(step),
        "back_url": _url(STEPS[number - 2]) if number > 1 else None,
        "error": error,
        **_shown(request, step),
    }
    return render(request, f"discovery/welcome_{step}.html", context, status=error.status if error else 200)


def _answered(request: HttpRequest, step: str) -> HttpResponse:
    post = request.POST
    if step == "likes":
        answers.choose_categories(user=request.user, slugs=post.getlist("category"))
    elif step == "place":
        answers.say_place(user=request.user, place=post.get("place", ""))
    elif step == "notices":
        answers.choose_level(user=request.user, level=post.get("level", ""))
    else:
        return _joined(request)
    return HttpResponseRedirect(_url(STEPS[STEPS.index(step) + 1]))


def _joined(request: HttpRequest) -> HttpResponse:
    known = Circle.objects.known_to(request.user)
    chosen = list(known.filter(slug__in=request.POST.getlist("circle")[: answers.CIRCLES_MAX]))
    refused = answers.finish(user=request.user, circles=chosen)
    for circle, error in refused:
        messages.warning(request, f"{circle.name}: {error}")
    joined = len(chosen) - len(refused)
    if chosen and not can_write(request.user):
        messages.info(request, _("Your circles are noted. You join them as soon as you have verified."))
    elif joined:
        text = ngettext("You joined %(count)s circle. Welcome!", "You joined %(count)s circles. Welcome!", joined)
        messages.success(request, text % {"count": joined})
    return HttpResponseRedirect(reverse("home"))


def _shown(request: HttpRequest, step: str) -> dict[str, Any]:
    post = request.POST if request.method == "POST" else None
    interests = queries.interests_of(request.user)
    if step == "likes":
        liked = set(post.getlist("category")) if post else None
        return {
            "categories": [
                (one, one.slug in liked if liked is not None else one.pk in interests.categories)
                for one in Category.objects.all()
            ]
        }
    if step == "place":
        return {"place": post.get("place", "")[:200] if post else interests.place}
    if step == "notices":
        helps = {
            NoticeLevel.ALL: _("Every post of your circles, besides the rest"),
            NoticeLevel.HIGHLIGHTS: _("Comments, answers, mentions, likes and new followers"),
            NoticeLevel.MENTIONS: _("Only when somebody answers or mentions you"),
            NoticeLevel.DIGEST: _("Conversations in the inbox, good posts in one letter a day or week"),
        }
        return {"levels": [(level, helps[level], level == request.user.notice_level) for level in LEVELS]}
    proposed = queries.for_you(request.user, limit=PROPOSED)
    wished = set(interests.wished)
    return {
        "proposed": [
            (one, one.circle.pk in wished if wished else place < CHOSEN_BEFOREHAND)
            for place, one in enumerate(proposed)
        ],
        "may_join": bool(can_write(request.user)),
    }


def _url(step: str) -> str:
    return f"{reverse('discovery:welcome')}?step={step}"
