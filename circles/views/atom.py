"""What anybody may read, for feed readers: the posts of a public circle, and the featured ones of all of them.

Whoever asks is taken for a stranger, also when they are logged in: a feed's address is given to programs. Only what
a block keeps from somebody is kept from them here too.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from circles import queries
from circles.models import Circle, Post

ITEMS = 30
TITLE_LENGTH = 60
FRESH_SECONDS = 300
STRANGER = AnonymousUser()


_Feed: Any = Feed


class PostsFeed(_Feed):
    """`obj` is the circle, None for the whole site; `posts` were read for this answer."""

    feed_type = Atom1Feed

    def __init__(self, address: str, circle: Circle | None, posts: list[Post]) -> None:
        self.address, self.circle, self.posts = address, circle, posts

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Circle | None:
        return self.circle

    def title(self, obj: Circle | None) -> str:
        return obj.name if obj else _("%(site)s: featured") % {"site": settings.SITE_NAME}

    def subtitle(self, obj: Circle | None) -> str:
        return obj.intro if obj else _("The best posts of all public circles")

    def link(self, obj: Circle | None) -> str:
        return obj.get_absolute_url() if obj else reverse("home")

    def feed_url(self, obj: Circle | None) -> str:
        return self.address

    def items(self, obj: Circle | None) -> list[Post]:
        return self.posts

    def item_title(self, item: Post) -> str:
        words = item.title or " ".join(item.body.split())
        return truncatechars(words, TITLE_LENGTH) if words else _("Photos by %(name)s") % {"name": item.shown_name}

    def item_description(self, item: Post) -> str:
        photos = ((photo.picture.card_url, photo.alt) for photo in item.photos.all() if photo.picture.card_url)
        shown = format_html_join("", '<p><img src="{}" alt="{}"></p>', photos)
        # Readers know no address but whole ones.
        return _whole_addresses(f"{item.html}{shown}")

    def item_author_name(self, item: Post) -> str:
        return item.shown_name

    def item_pubdate(self, item: Post) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Post) -> datetime:
        return item.edited_at or item.published_at

    def item_categories(self, item: Post) -> list[str]:
        return [item.circle.name]


@require_safe
def of_circle(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest posts of a circle that strangers may see; any other answers as one that does not exist."""
    circle = Circle.objects.visible_to(STRANGER).filter(slug=slug).first()
    if circle is None:
        raise Http404
    return _answer(request, circle, Post.objects.visible_to(STRANGER).filter(circle=circle))


@require_safe
def of_featured(request: HttpRequest) -> HttpResponse:
    """The newest featured posts of the whole site."""
    return _answer(request, None, queries.featured_posts(STRANGER))


def _answer(request: HttpRequest, circle: Circle | None, posts: Any) -> HttpResponse:
    if request.user.is_authenticated:
        posts = posts.filter(pk__in=Post.objects.visible_to(request.user))
    rows = list(posts.for_cards().newest_first()[:ITEMS])
    shown = [(post.pk, post.version, post.shown_name, post.circle.name) for post in rows]
    about = (circle and (circle.name, circle.intro), request.get_host(), get_language(), shown)
    etag = f'"{blake2b(repr(about).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = PostsFeed(request.path, circle, rows)(request)
        answer.headers["ETag"] = etag
        del answer.headers["Last-Modified"]  # the newest post's: says nothing of one that was taken away
    whose = "private" if request.user.is_authenticated else "public"
    answer.headers["Cache-Control"] = f"{whose}, max-age={FRESH_SECONDS}"
    return answer


def _whole_addresses(html: str) -> str:
    for name in ("href", "src"):
        html = html.replace(f'{name}="/', f'{name}="{settings.SITE_URL}/')
    return html
