"""Voting, from the card or the post's page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from circles import live
from circles.actions import polls
from circles.views.access import post_or_404, signed_in
from core.errors import Invalid
from core.http import go_back
from core.numbers import whole_number


@require_POST
@signed_in
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote for the options `choice-<post>`; with back=1 take the vote back. Answers the poll as it is now."""
    post = post_or_404(request, pk)
    sent = [] if request.GET.get("back") else request.POST.getlist(f"choice-{pk}")
    choices = [choice for text in sent if (choice := whole_number(text, at_most=999)) is not None]
    if len(choices) < len(sent) or not (choices or request.GET.get("back")):
        raise Invalid("one_option", _("Choose an option first."), field="choices")
    polls.vote(user=request.user, post=post, choices=choices)
    if not request.htmx:
        return go_back(request, default=post.get_absolute_url())
    return HttpResponse(live.draw_poll(live.polls([pk], request.user)[pk]))


@require_POST
@signed_in
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the poll before its time."""
    post = post_or_404(request, pk)
    polls.close(actor=request.user, post=post)
    return go_back(request, default=post.get_absolute_url(), message=_("The poll is over."))
