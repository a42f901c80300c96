from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from circles import owning, rules
from circles.actions import handing_over
from circles.models import Circle, Membership
from circles.models.succession import SUCCESSORS_MAX
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import Invalid

MEMBERS_OFFERED = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the circle to another member, or close it."""
    circle = circle_or_404(request, slug)
    rules.can_manage(request.user, membership_of(request, circle.pk)).require()
    at, error, typed = "", "", request.POST.get("to", "").strip().removeprefix("@")[:40]
    if request.method == "POST":
        try:
            if "withdraw" in request.POST:
                handing_over.withdraw(owner=request.user, circle=circle)
                messages.success(request, _("The offer is taken back."))
                return redirect("circles:hand_over", circle.slug)
            if "successors" in request.POST:
                handing_over.name_successors(owner=request.user, circle=circle, people=_named(request, circle))
                messages.success(request, _("Saved."))
                return redirect("circles:hand_over", circle.slug)
            if "close" in request.POST:
                handing_over.close_own(owner=request.user, circle=circle)
                messages.success(request, _("The circle is closed."))
                return redirect("accounts:me")
            heir = owning.member_named(circle, typed)
            if heir is None:
                raise Invalid("no_member", _("Choose another member of the circle."), field="to")
            handing_over.offer(owner=request.user, circle=circle, to=heir.user)
        except Invalid as refused:
            error, at = str(refused), refused.field or "to"
        else:
            said = _("%(name)s is asked. The circle is theirs as soon as they say yes.")
            messages.success(request, said % {"name": heir.byline.nickname})
            return redirect("circles:hand_over", circle.slug)
    likely = Membership.objects.active().filter(circle=circle).exclude(user=request.user)
    likely = likely.select_related("user__avatar", "avatar").order_by("-powers", "-role", "-joined_at")
    found = owning.standing_offer(circle)
    context = {
        "circle": circle,
        "error": error,
        "at": at,
        "offer": found,
        "asked": owning.offer_names(found)["to"] if found else None,
        "successors": _successors(request, circle),
        "typed": typed,
        "members": likely[:MEMBERS_OFFERED],
    }
    return render(request, "circles/hand_over.html", context, status=422 if error else 200)


def _named(request: HttpRequest, circle: Circle) -> list[User]:
    """The people named in the form, in its order. Raises `Invalid` for a name no member has."""
    names = [name.strip().removeprefix("@")[:40] for name in request.POST.getlist("successor")[:SUCCESSORS_MAX]]
    people = []
    for name in filter(None, names):
        found = owning.member_named(circle, name)
        if found is None:
            raise Invalid("no_member", _("Choose other members of the circle."), field="successors")
        people.append(found.user)
    return people


def _successors(request: HttpRequest, circle: Circle) -> list[str]:
    """As many names as there may be, empty ones at the end."""
    if "successors" in request.POST:
        names = request.POST.getlist("successor")[:SUCCESSORS_MAX]
    else:
        names = [row.byline.nickname for row in owning.successors(circle)]
    return [*names, *[""] * (SUCCESSORS_MAX - len(names))]
