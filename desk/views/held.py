"""What words of the circle hold back: read it, let it through or keep it back with a reason."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from circles import rules as circle_rules
from circles.actions import holding
from circles.models import Held
from circles.views.access import circle_or_404, membership_of, signed_in
from circles.views.paging import cursor_of, next_url
from core.errors import DomainError, Invalid
from core.numbers import whole_number
from desk import queries


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    circle = circle_or_404(request, slug)
    circle_rules.can_moderate(request.user, membership_of(request, circle.pk)).require()
    error, at = "", 0
    if request.method == "POST":
        at = whole_number(request.POST.get("held", "")) or 0
        held = Held.objects.filter(pk=at, circle=circle).first()
        if held is None:
            raise Http404
        try:
            if "release" in request.POST:
                changed = holding.release(actor=request.user, held=held)
                said = _("It is published.")
            else:
                changed = holding.refuse(actor=request.user, held=held, reason=request.POST.get("reason", ""))
                said = _("It is kept back, and its author is told why.")
        except Invalid as problem:
            error = str(problem)
        except DomainError as problem:
            messages.error(request, str(problem))
            return redirect("desk:held", circle.slug)
        else:
            messages.success(request, said if changed else _("Somebody has decided this already."))
            return redirect("desk:held", circle.slug)
    page = queries.held(circle, request.user, cursor_of(request))
    context = {
        "circle": circle,
        "page": page,
        "next_url": next_url(request, page.next_cursor),
        "decided": queries.decided(circle, request.user),
        "error": error,
        "at": at,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "desk/held.html", context, status=422 if error else 200)
