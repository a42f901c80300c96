from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from circles import rules
from circles.actions import handing_over
from circles.models import Membership
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import Invalid
from core.http import came_from

MEMBERS_OFFERED = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the circle to another member, or close it."""
    circle = circle_or_404(request, slug)
    rules.can_manage(request.user, membership_of(request, circle.pk)).require()
    error, typed = "", request.POST.get("to", "").strip().removeprefix("@")[:40]
    if request.method == "POST":
        back = came_from(request, circle.get_absolute_url())
        try:
            if "close" in request.POST:
                handing_over.close_own(owner=request.user, circle=circle)
                messages.success(request, _("The circle is closed."))
                return redirect("accounts:me")
            heir = User.objects.named([typed]).first() if typed else None
            if heir is None:
                raise Invalid("no_member", _("Choose another member of the circle."), field="to")
            handing_over.hand_over(owner=request.user, circle=circle, to=heir)
        except Invalid as refused:
            error = str(refused)
        else:
            messages.success(request, _("%(name)s owns the circle now.") % {"name": heir.nickname})
            return redirect(back if "hand-over" not in back else circle.get_absolute_url())
    # Moderators first: "moderator" sorts behind "member".
    likely = Membership.objects.active().filter(circle=circle).exclude(user=request.user).select_related("user__avatar")
    context = {
        "circle": circle,
        "error": error,
        "typed": typed,
        "members": likely.order_by("-role", "-joined_at")[:MEMBERS_OFFERED],
    }
    return render(request, "circles/hand_over.html", context, status=422 if error else 200)
