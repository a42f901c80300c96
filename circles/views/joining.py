"""Ways into a circle that somebody opens: applications with answers, and invitations."""

from typing import Any

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from circles import governing, rules
from circles.actions import invitations, joining
from circles.forms import InvitationForm
from circles.models import Circle, Invitation, JoinRequest, RequestState
from circles.models.joining import ANSWER_LENGTH
from circles.views.access import circle_or_404, known_circle_or_404, membership_of, signed_in
from circles.views.paging import cursor_of, next_url
from core.errors import DomainError, Invalid
from core.numbers import ID_MAX, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to join: answer the circle's questions, see what became of it, take it back."""
    circle = known_circle_or_404(request, slug)
    membership = membership_of(request, circle.pk)
    if membership is not None and membership.is_active:
        return redirect(circle)
    last = JoinRequest.objects.visible_to(request.user).filter(circle=circle).order_by("-id").first()
    errors: dict[str, str] = {}
    typed = request.POST.getlist("answer") if request.method == "POST" else _answers_of(last)
    if request.method == "POST":
        if "withdraw" in request.POST:
            if joining.withdraw(user=request.user, circle=circle):
                messages.success(request, pgettext("an application", "Taken back."))
            return redirect("circles:apply", circle.slug)
        try:
            joining.apply(user=request.user, circle=circle, answers=typed)
        except Invalid as error:
            errors[error.field or ""] = str(error)
        else:
            messages.success(request, _("Sent. Whoever looks after the circle decides, and you are told."))
            return redirect("circles:apply", circle.slug)
    lines = [
        {
            "number": number,
            "question": question,
            "answer": typed[number] if number < len(typed) else "",
            "error": errors.get(f"answer_{number}", ""),
        }
        for number, question in enumerate(circle.questions)
    ]
    context: dict[str, Any] = {
        "circle": circle,
        "decision": rules.can_apply(request.user, circle, membership),
        "lines": lines,
        "last": last,
        "answer_length": ANSWER_LENGTH,
        "error": errors.get("", ""),
    }
    return render(request, "circles/apply.html", context, status=422 if errors else 200)


def _answers_of(asked: JoinRequest | None) -> list[str]:
    if asked is None or asked.state != RequestState.WAITING:
        return []
    return [answer for _question, answer in asked.answers]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Who asks to join; each is accepted, or refused with a reason."""
    circle = circle_or_404(request, slug)
    rules.can_admit(request.user, membership_of(request, circle.pk)).require()
    error, at = "", 0
    if request.method == "POST":
        at = whole_number(request.POST.get("request", "")) or 0
        asked = circle.join_requests.filter(pk=at).select_related("user").first()
        if asked is None:
            raise Http404
        try:
            if "accept" in request.POST:
                done = joining.accept(actor=request.user, request=asked)
                said = _("%(name)s is a member now.")
            else:
                done = joining.refuse(actor=request.user, request=asked, reason=request.POST.get("reason", ""))
                said = _("%(name)s is told.")
        except DomainError as refused:
            error = str(refused)
        else:
            if done:
                messages.success(request, said % {"name": asked.user.nickname})
            else:
                messages.info(request, _("This application has been decided meanwhile."))
            return redirect("circles:requests", circle.slug)
    page = governing.requests_waiting(circle, cursor_of(request))
    context = {
        "circle": circle,
        "page": page,
        "next_url": next_url(request, page.next_cursor),
        "decided": governing.requests_decided(circle),
        "error": error,
        "at": at,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "circles/requests.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def links(request: HttpRequest, slug: str) -> HttpResponse:
    """The invitations of a circle, each as a link and a QR code; and a form for a new one."""
    circle = circle_or_404(request, slug)
    rules.can_invite(request.user, membership_of(request, circle.pk)).require()
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = invitations.make(actor=request.user, circle=circle, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Here is your invitation."))
            return redirect(f"{reverse('circles:invitations', args=[circle.slug])}#invitation-{made.pk}")
    found = governing.invitations(circle)
    names = governing.bylines(circle, {row.made_by_id for row in found})
    rows = [{"invitation": row, "by": names.get(row.made_by_id), **_link(request, row)} for row in found]
    has_standing = any(row.is_standing for row in found)
    context = {"circle": circle, "form": form, "rows": rows, "has_standing": has_standing}
    return render(request, "circles/invitations.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    circle = circle_or_404(request, slug)
    rules.can_invite(request.user, membership_of(request, circle.pk)).require()
    row = circle.invitations.filter(pk=pk).first() if pk <= ID_MAX else None
    if row is None:
        raise Http404
    if invitations.revoke(actor=request.user, invitation=row):
        messages.success(request, _("Revoked. The link opens nothing any more."))
    return redirect("circles:invitations", circle.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """What an invitation leads to, also into a circle nobody finds: its name, and a button that joins."""
    row = Invitation.objects.standing().select_related("circle__category", "made_by__avatar").filter(code=code).first()
    if row is None:
        return render(request, "circles/invitation_over.html", status=404)
    circle: Circle = row.circle
    membership = membership_of(request, circle.pk)
    if membership is not None and membership.is_active:
        return redirect(circle)
    if request.method == "POST" and request.user.is_authenticated:
        invitations.accept(user=request.user, invitation=row)
        messages.success(request, _("Welcome to %(circle)s!") % {"circle": circle.name})
        return redirect(circle)
    context = {
        "circle": circle,
        "host": governing.host_of(row),
        "decision": rules.can_join(request.user, circle, membership, is_invited=True),
        "invitation": row,
    }
    return render(request, "circles/invitation.html", context)


def _link(request: HttpRequest, row: Invitation) -> dict[str, Any]:
    if not row.is_standing:
        return {}
    url = request.build_absolute_uri(row.get_absolute_url())
    return {"url": url, "qr": _qr(url)}


def _qr(url: str) -> SafeString:
    drawn = segno.make(url, error="m", micro=False).svg_inline(scale=4, border=2, light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - made of an address of ours
