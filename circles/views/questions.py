"""Which floor answers a question."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from circles import queries
from circles.actions import questions
from circles.views.access import post_or_404, signed_in
from core.errors import NotFound
from core.http import go_back
from core.numbers import whole_number


@require_POST
@signed_in
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the floor `comment`; without one the question is open again."""
    post = post_or_404(request, pk)
    text = request.POST.get("comment", "")
    if not text:
        questions.unaccept(actor=request.user, post=post)
        return go_back(request, default=post.get_absolute_url(), message=_("The question is open again."))
    comment = queries.visible_comment(whole_number(text) or 0, request.user)
    if comment is None or comment.post_id != post.pk:
        raise NotFound("comment_not_found", _("This comment is no longer here."))
    questions.accept(actor=request.user, comment=comment)
    return go_back(request, default=post.get_absolute_url(), message=_("Accepted as the answer."))
