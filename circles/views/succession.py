"""Who owns the circle next: an offer to answer, and the page of a circle whose owner is gone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from circles import owning
from circles.actions import handing_over, succession
from circles.models import Candidacy, Succession
from circles.models.succession import STATEMENT_LENGTH
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import DomainError, Refused
from core.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    """A circle was offered to the viewer: take it, or say no."""
    circle = circle_or_404(request, slug)
    found = owning.offer_to(circle, request.user)
    if found is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                done = handing_over.accept(user=request.user, offer=found)
                said = _("The circle is yours now. Look after it well.")
            else:
                done = handing_over.decline(user=request.user, offer=found)
                said = _("You said no. Whoever asked is told.")
        except DomainError as refused:
            error = str(refused)
        else:
            messages.info(request, said if done else _("This offer does not stand any more."))
            return redirect(circle)
    context = {"circle": circle, "offer": found, **owning.offer_names(found), "error": error}
    return render(request, "circles/offer.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def next_owner(request: HttpRequest, slug: str) -> HttpResponse:
    """How far it is, who stands, and one's own vote."""
    circle = circle_or_404(request, slug)
    membership = membership_of(request, circle.pk)
    found = owning.succession_of(circle)
    if found is None or membership is None or not membership.is_active:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, found))
        except DomainError as refused:
            error = str(refused)
        else:
            return redirect("circles:next_owner", circle.slug)
    context = {
        "circle": circle,
        **owning.election(found, request.user, membership),
        "error": error,
        "typed": request.POST.get("statement", "") if error else "",
        "statement_length": STATEMENT_LENGTH,
    }
    return render(request, "circles/next_owner.html", context, status=422 if error else 200)


def _act(request: HttpRequest, found: Succession) -> str:
    if "stand" in request.POST:
        succession.stand(user=request.user, succession=found, statement=request.POST.get("statement", ""))
        return _("You stand for owner.")
    if "step_back" in request.POST:
        succession.step_back(user=request.user, succession=found)
        return _("You stand no more.")
    number = whole_number(request.POST.get("candidacy", ""))
    candidacy = Candidacy.objects.select_related("succession").filter(succession=found, pk=number).first()
    if candidacy is None:
        raise Refused("no_candidate", _("Choose one of those who stand."))
    succession.vote(user=request.user, candidacy=candidacy)
    return _("Your vote is counted. You can change it until the end.")
