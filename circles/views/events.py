"""Signing up for an event, being there, and what its organiser sees."""

import csv
from typing import Any

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles import calendars, live, queries, rules
from circles.actions import events
from circles.models import Post, SignUp
from circles.models.event import CODE_LENGTH
from circles.views.access import post_or_404, signed_in
from core.errors import DomainError
from core.http import go_back
from core.numbers import whole_number


@require_POST
@signed_in
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign up (going=1, or nothing) or withdraw (going=0). Answers the event as it is now."""
    post = post_or_404(request, pk)
    if request.POST.get("going") == "0":
        events.withdraw(user=request.user, post=post)
    else:
        events.sign_up(user=request.user, post=post)
    if not request.htmx:
        return go_back(request, default=post.get_absolute_url())
    return HttpResponse(live.draw_event(live.events([pk], request.user)[pk]))


@require_safe
def ics(request: HttpRequest, pk: int) -> HttpResponse:
    """The event for one's own calendar."""
    post = _event_or_404(request, pk)
    address = request.build_absolute_uri(post.get_absolute_url())
    answer = HttpResponse(calendars.ics(post, post.event, address), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="event-{pk}.ics"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is there, with the code shown at the door."""
    post = _event_or_404(request, pk)
    code, error = request.POST.get("code", request.GET.get("code", ""))[: 4 * CODE_LENGTH], ""
    if request.method == "POST":
        try:
            events.check_in(user=request.user, post=post, code=code)
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("You are checked in. Enjoy it!"))
            return redirect(post)
    context = {
        "post": post,
        "view": live.events([pk], request.user)[pk],
        "code": code,
        "error": error,
    }
    return render(request, "circles/check_in.html", context, status=422 if error else 200)


@require_safe
@signed_in
def participants(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes, for whoever organises it; with format=csv as a table."""
    post = _event_or_404(request, pk)
    rules.can_run(request.user, post).require()
    rows = queries.participants(post, request.user)
    if request.GET.get("format") == "csv":
        return _table(post, rows)
    url = request.build_absolute_uri(f"{reverse('circles:check_in', args=[pk])}?code={post.event.check_in_code}")
    context = {
        "post": post,
        "event": post.event,
        "going": [row for row in rows if row.sign_up.state == "going"],
        "waiting": [row for row in rows if row.sign_up.state == "waiting"],
        "qr": mark_safe(_qr(url)),  # noqa: S308 - drawn here from an address
        "is_over": post.event.is_over(),
    }
    return render(request, "circles/participants.html", context)


@require_POST
@signed_in
def set_present(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who is there (present=1) or was not after all (present=0)."""
    post = _event_or_404(request, pk)
    number = whole_number(request.GET.get("sign_up", "")) or 0
    present = request.POST.get("present") != "0"
    events.set_present(actor=request.user, post=post, sign_up_id=number, present=present)
    return go_back(request, default=reverse("circles:participants", args=[pk]))


@require_POST
@signed_in
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    post = _event_or_404(request, pk)
    events.call_off(actor=request.user, post=post)
    message = _("The event is called off. Everybody who signed up hears of it.")
    return go_back(request, default=post.get_absolute_url(), message=message)


def _event_or_404(request: HttpRequest, pk: int) -> Any:
    """The post, with its event."""
    post = post_or_404(request, pk)
    if not hasattr(post, "event"):
        raise Http404
    return post


def _qr(url: str) -> str:
    return str(segno.make(url, error="m", micro=False).svg_inline(scale=4, border=2, light="#fff", omitsize=True))


def _table(post: Post, rows: list[queries.Participant]) -> HttpResponse:
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="participants-{post.pk}.csv"'
    table = csv.writer(answer)
    table.writerow([_("Name"), _("State"), _("Signed up"), _("Checked in")])
    for row in rows:
        table.writerow([_cell(row.byline.nickname), row.sign_up.get_state_display(), *_moments(row.sign_up)])
    return answer


def _cell(text: str) -> str:
    """Programs that open tables take what begins like this for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _moments(sign_up: SignUp) -> list[str]:
    return [
        timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
        for at in (sign_up.queued_at, sign_up.checked_in_at)
    ]
