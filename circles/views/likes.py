from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from circles.actions import likes
from circles.models import Post
from circles.views.access import post_or_404, signed_in
from core.http import go_back


@require_POST
@signed_in
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """Like (liked=1, or nothing) or take it back (liked=0): says what shall be, so a second press changes nothing."""
    post = post_or_404(request, pk)
    liked = request.POST.get("liked") != "0"
    if liked:
        likes.like(user=request.user, post=post)
    else:
        likes.unlike(user=request.user, post=post)
    if not request.htmx:
        return go_back(request, default=post.get_absolute_url())
    count = Post.objects.values_list("like_count", flat=True).get(pk=post.pk)
    context = {
        "post_id": post.pk,
        "like_url": f"{post.get_absolute_url()}like/",
        "liked": liked,
        "like_count": count,
    }
    return render(request, "components/_like_button.html", context)
