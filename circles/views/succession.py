"""Who owns the circle next: an offer to answer, and the page of a circle whose owner is gone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from circles.actions import handing_over, succession
from circles.models import Candidacy, Offer, OfferState, Succession, SuccessionState, SuccessionVote
from circles.models.succession import STATEMENT_LENGTH
from circles.views.access import ID_MAX, circle_or_404, membership_of, signed_in
from core.errors import DomainError, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    """A circle was offered to the viewer: take it, or say no."""
    circle = circle_or_404(request, slug)
    rows = Offer.objects.filter(circle=circle, to=request.user, state=OfferState.WAITING).select_related("by")
    found = rows.first()
    if found is None or not found.is_standing:
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
    context = {"circle": circle, "offer": found, "error": error}
    return render(request, "circles/offer.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def next_owner(request: HttpRequest, slug: str) -> HttpResponse:
    """How far it is, who stands, and one's own vote."""
    circle = circle_or_404(request, slug)
    membership = membership_of(request, circle.pk)
    found = Succession.objects.filter(circle=circle).select_related("absent", "elected").order_by("-id").first()
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
    candidacies = list(found.candidacies.select_related("user__avatar").order_by("-votes", "id"))
    names = {row.user_id: row.byline for row in _members(circle.pk, [one.user_id for one in candidacies])}
    cast = SuccessionVote.objects.filter(succession=found, voter=request.user).first()
    context = {
        "circle": circle,
        "succession": found,
        "is_open": found.state == SuccessionState.VOTE,
        "candidacies": [{"row": one, "by": names.get(one.user_id, one.user)} for one in candidacies],
        "cast_for": cast.candidacy_id if cast else None,
        "standing": next((one for one in candidacies if one.user_id == request.user.pk), None),
        "no_vote": _why_not(succession.may_vote, request, membership, found),
        "no_stand": _why_not(succession.may_stand, request, membership, found),
        "error": error,
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
    text = request.POST.get("candidacy", "")
    number = int(text) if text.isascii() and text.isdigit() and int(text) <= ID_MAX else 0
    candidacy = Candidacy.objects.select_related("succession").filter(succession=found, pk=number).first()
    if candidacy is None:
        raise Refused("no_candidate", _("Choose one of those who stand."))
    succession.vote(user=request.user, candidacy=candidacy)
    return _("Your vote is counted. You can change it until the end.")


def _why_not(ask, request, membership, found) -> str:  # type: ignore[no-untyped-def]
    try:
        ask(request.user, membership, found)
    except Refused as refused:
        return str(refused)
    return ""


def _members(circle_id: int, people: list[int]):  # type: ignore[no-untyped-def]
    from circles.models import Membership

    return Membership.objects.filter(circle=circle_id, user__in=people).select_related("user__avatar", "avatar")
