"""For those who look after a circle: its doors, roles and people; and the log that every member reads."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from circles import governing, queries, rules
from circles.actions import circles, keeping_order, roles
from circles.forms import DoorsForm
from circles.models import Circle, Membership, Power, Role
from circles.models.membership import TITLE_MAX
from circles.views.access import circle_or_404, membership_of, signed_in
from circles.views.paging import cursor_of, next_url
from core.errors import DomainError
from core.numbers import ID_MAX, whole_number

HOURS = (
    (1, gettext_lazy("1 hour")),
    (24, gettext_lazy("1 day")),
    (7 * 24, gettext_lazy("7 days")),
    (30 * 24, gettext_lazy("30 days")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def doors(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may read, and how people join."""
    circle = circle_or_404(request, slug)
    rules.can_manage(request.user, membership_of(request, circle.pk)).require()
    if request.method == "POST":
        form = DoorsForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                circles.update(
                    actor=request.user,
                    circle=circle,
                    visibility=said["visibility"],
                    entry=said["entry"],
                    questions=said["questions"].splitlines(),
                    member_cap=said["member_cap"] or 0,
                )
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("circles:doors", circle.slug)
    else:
        form = DoorsForm(
            initial={
                "visibility": circle.visibility,
                "entry": circle.entry,
                "questions": "\n".join(circle.questions),
                "member_cap": circle.member_cap,
            }
        )
    context = {"circle": circle, "form": form}
    return render(request, "circles/doors.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def staff(request: HttpRequest, slug: str) -> HttpResponse:
    """Who looks after the circle; its owner says what each role may do."""
    circle = circle_or_404(request, slug)
    mine = membership_of(request, circle.pk)
    may_change = bool(rules.can_manage(request.user, mine))
    if request.method == "POST":
        wanted = {
            role.value: sum({whole_number(text) or 0 for text in request.POST.getlist(role.value)} & set(Power.values))
            for role in roles.CHANGEABLE
        }
        roles.set_powers(actor=request.user, circle=circle, powers=wanted)
        messages.success(request, _("Saved."))
        return redirect("circles:staff", circle.slug)
    table = [
        {
            "role": role,
            "powers": [
                {"bit": power.value, "label": power.label, "has": bool(roles.powers_of(circle, role) & power)}
                for power in Power
            ],
        }
        for role in roles.CHANGEABLE
    ]
    context = {"circle": circle, "staff": queries.staff(circle), "table": table, "may_change": may_change}
    return render(request, "circles/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One member, and what the viewer may do to them: role, title, silence, remove, ban."""
    circle = circle_or_404(request, slug)
    mine = membership_of(request, circle.pk)
    if mine is None or not mine.is_staff:
        raise Http404
    theirs = governing.member(circle, pk) if pk <= ID_MAX else None
    if theirs is None:
        raise Http404
    errors: dict[str, str] = {}
    if request.method == "POST":
        did = request.POST.get("do", "")
        try:
            said = _act(request, circle, theirs, did)
        except DomainError as error:
            errors[did] = str(error)
        else:
            messages.success(request, said)
            gone = did in ("remove", "ban")
            return redirect("circles:members", circle.slug) if gone else redirect("circles:member", circle.slug, pk)
    context = _member_context(request, circle, mine, theirs)
    context |= {"errors": errors, "typed": request.POST.get("reason", ""), "title_max": TITLE_MAX}
    return render(request, "circles/member.html", context, status=422 if errors else 200)


def _act(request: HttpRequest, circle: Circle, theirs: Membership, did: str) -> str:
    """Do it, and say what was done. Raises `DomainError`."""
    actor, user, reason = request.user, theirs.user, request.POST.get("reason", "")
    name = {"name": theirs.byline.nickname}
    if did == "role":
        roles.appoint(actor=actor, circle=circle, user=user, role=request.POST.get("role", ""))
        return _("Saved.")
    if did == "title":
        roles.give_title(actor=actor, circle=circle, user=user, title=request.POST.get("title", ""))
        return _("Saved.")
    if did == "silence":
        hours = whole_number(request.POST.get("hours", "")) or 0
        hours = hours if hours in dict(HOURS) else 24
        until = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=hours)
        keeping_order.silence(actor=actor, circle=circle, user=user, until=until, reason=reason)
        return _("%(name)s cannot write here for a while.") % name
    if did == "unsilence":
        keeping_order.unsilence(actor=actor, circle=circle, user=user)
        return _("%(name)s can write again.") % name
    if did == "remove":
        keeping_order.remove(actor=actor, circle=circle, user=user, reason=reason)
        return _("%(name)s is no member any more.") % name
    if did == "ban":
        keeping_order.ban(actor=actor, circle=circle, user=user, reason=reason)
        return _("%(name)s is banned from this circle.") % name
    if did == "unban":
        keeping_order.unban(actor=actor, circle=circle, user=user)
        return _("%(name)s may come back.") % name
    raise Http404


def _member_context(request: HttpRequest, circle: Circle, mine: Membership, theirs: Membership) -> dict[str, Any]:
    user = request.user
    known = (*roles.CHANGEABLE, Role.MEMBER)
    offered = {role for role in known if rules.can_appoint(user, mine, theirs, role)}
    shown = [role for role in known if offered and (role in offered or role == theirs.role)]
    now = timezone.now()
    return {
        "circle": circle,
        "member": theirs,
        "roles": [{"value": role.value, "label": role.label, "current": role == theirs.role} for role in shown],
        "may_title": bool(rules.can_give_titles(user, mine, theirs)),
        "may_ban": bool(rules.can_ban(user, mine, theirs)),
        "hours": [
            {"value": hours, "label": label}
            for hours, label in HOURS
            if rules.can_silence(user, mine, theirs, until=now + timedelta(hours=hours))
        ],
    }


@require_safe
@signed_in
def banned(request: HttpRequest, slug: str) -> HttpResponse:
    """Who was banned, and why; each with a way back."""
    circle = circle_or_404(request, slug)
    rules.can_see_banned(request.user, membership_of(request, circle.pk)).require()
    page = governing.banned(circle, cursor_of(request))
    context = {"circle": circle, "page": page, "next_url": next_url(request, page.next_cursor)}
    return render(request, "circles/banned.html", context)


@require_safe
@signed_in
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """Who did what in this circle, and why: for its members."""
    circle = circle_or_404(request, slug)
    rules.can_read_log(request.user, membership_of(request, circle.pk)).require()
    page = governing.deeds(circle, request.user, cursor_of(request))
    context = {"circle": circle, "page": page, "next_url": next_url(request, page.next_cursor)}
    return render(request, "circles/log.html", context)
