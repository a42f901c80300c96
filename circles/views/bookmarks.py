"""What one person keeps: a list of their own, in folders."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions import bookmarks
from circles.bookmarks import folders_of, kept_page
from circles.models import BookmarkFolder
from circles.views.access import post_or_404, signed_in
from circles.views.paging import cursor_of, is_more, next_url
from core.errors import Invalid
from core.http import go_back
from core.numbers import whole_number


@never_cache
@login_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The posts I keep, the last kept first; of one folder with ?folder=."""
    folder = _folder(request, request.GET.get("folder", ""))
    page = kept_page(request.user, folder, cursor_of(request), size=settings.FEED_PAGE_SIZE)
    context = {
        "page": page,
        "next_url": next_url(request, page.next_cursor),
        "folder": folder,
        "folders": folders_of(request.user),
        "tabs": _chips(request, folder),
    }
    template = "circles/partials/_kept.html" if is_more(request) else "circles/kept.html"
    return render(request, template, context)


@require_POST
@signed_in
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a post (kept=1, or nothing), or let it go (kept=0)."""
    if request.POST.get("kept") == "0":
        bookmarks.let_go(user=request.user, post_id=pk)
        return go_back(request, default=reverse("circles:kept"), message=_("No longer kept."))
    post = post_or_404(request, pk)
    bookmarks.keep(user=request.user, post=post, folder=_folder(request, request.POST.get("folder", "")))
    return go_back(request, default=post.get_absolute_url(), message=_("Kept. You find it under Me → Saved."))


@require_POST
@signed_in
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Put something kept into a folder; `pk` is the bookmark's."""
    bookmarks.file(user=request.user, bookmark_id=pk, folder=_folder(request, request.POST.get("folder", "")))
    return go_back(request, default=reverse("circles:kept"), message=_("Saved."))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def folders(request: HttpRequest) -> HttpResponse:
    """Make, rename and remove folders."""
    error, typed = "", ""
    if request.method == "POST":
        name, do = request.POST.get("name", ""), request.POST.get("do", "")
        try:
            if do == "add":
                bookmarks.add_folder(user=request.user, name=name)
            else:
                found = _folder(request, request.POST.get("folder", ""))
                if found is None:
                    raise Http404
                if do == "rename":
                    bookmarks.rename_folder(user=request.user, folder=found, name=name)
                elif do == "remove":
                    bookmarks.remove_folder(user=request.user, folder=found)
            messages.success(request, _("Saved."))
            return redirect("circles:bookmark_folders")
        except Invalid as refused:
            error, typed = str(refused), name
    context = {"folders": folders_of(request.user), "error": error, "typed": typed}
    return render(request, "circles/bookmark_folders.html", context, status=422 if error else 200)


def _folder(request: HttpRequest, text: str) -> BookmarkFolder | None:
    return BookmarkFolder.objects.filter(user=request.user, pk=whole_number(text)).first()


def _chips(request: HttpRequest, folder: BookmarkFolder | None) -> list[dict[str, object]]:
    url = reverse("circles:kept")
    rows = [{"label": _("All"), "url": url, "current": folder is None}]
    return rows + [
        {"label": row.name, "url": f"{url}?folder={row.pk}", "current": folder == row, "count": row.count}
        for row in folders_of(request.user)
    ]
