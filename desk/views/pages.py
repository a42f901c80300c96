"""The desk of a circle: figures as pictures and as files, and what waits."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from circles import rules as circle_rules
from circles.models import Circle
from circles.views.access import circle_or_404, membership_of, signed_in
from daily import rules as daily_rules
from desk import charts, queries, rules

HEADS = {
    "members": gettext_lazy("members"),
    "joined": gettext_lazy("joined"),
    "active": gettext_lazy("active people"),
    "posts": gettext_lazy("posts"),
    "comments": gettext_lazy("comments"),
    "likes": gettext_lazy("likes"),
    "sign_ins": gettext_lazy("sign-ins"),
}


@require_safe
@signed_in
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    circle = _circle(request, slug)
    membership = membership_of(request, circle.pk)
    period = _period(request)
    days = queries.days(circle, period=period)
    return render(
        request,
        "desk/desk.html",
        {
            "circle": circle,
            "period": period,
            "periods": queries.PERIODS,
            "today": days[-1],
            "gained": sum(day.joined for day in days),
            "charts": _charts(days) if len(days) > 1 else [],
            "cohorts": queries.cohorts(circle),
            "ages": range(queries.COHORTS_SHOWN),
            "sources": queries.sources(circle),
            "queues": queries.queues(circle, request.user),
            "may_read_held": bool(circle_rules.can_moderate(request.user, membership)),
            "may_edit": bool(circle_rules.can_edit_circle(request.user, membership)),
            "may_run": bool(daily_rules.can_run(request.user, circle, membership)),
        },
    )


@require_safe
@signed_in
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """The days as a file for spreadsheets."""
    circle = _circle(request, slug)
    rows = [[day.day.isoformat(), *day[1:]] for day in queries.days(circle, period=_period(request))]
    return _file(f"{circle.slug}-figures.csv", [_("day"), *map(str, HEADS.values())], rows)


@require_safe
@signed_in
def cohorts(request: HttpRequest, slug: str) -> HttpResponse:
    circle = _circle(request, slug)
    rows = [[row.week.isoformat(), row.members, *row.shares] for row in queries.cohorts(circle)]
    heads = [_("week they joined"), _("members"), *(f"+{age}" for age in range(queries.COHORTS_SHOWN))]
    return _file(f"{circle.slug}-cohorts.csv", heads, rows)


def _circle(request: HttpRequest, slug: str) -> Circle:
    circle = circle_or_404(request, slug)
    rules.can_see(request.user, membership_of(request, circle.pk)).require()
    return circle


def _period(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, queries.PERIODS) else queries.PERIODS[0]


def _charts(days: list[queries.Day]) -> list[charts.Chart]:
    labels = [formats.date_format(day.day, "SHORT_DATE_FORMAT") for day in days]

    def rows(name: str) -> list[tuple[str, int]]:
        return [(label, getattr(day, name)) for label, day in zip(labels, days, strict=True)]

    change = days[-1].members - days[0].members
    posts, comments = sum(day.posts for day in days), sum(day.comments for day in days)
    most = max(day.active for day in days)
    return [
        charts.line(
            "members",
            _("Members"),
            _("From %(first)s to %(last)s: %(change)+d.")
            % {"first": days[0].members, "last": days[-1].members, "change": change},
            rows("members"),
            from_zero=False,
        ),
        charts.line("active", _("Active people"), _("At most %(most)s on one day.") % {"most": most}, rows("active")),
        charts.bars("posts", _("Posts"), _("%(count)s in all.") % {"count": posts}, rows("posts")),
        charts.bars("comments", _("Comments"), _("%(count)s in all.") % {"count": comments}, rows("comments")),
    ]


def _file(name: str, heads: list[str], rows: list[list[Any]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # so that spreadsheets read Chinese
    table = csv.writer(response)
    table.writerow(heads)
    table.writerows(rows)
    return response
