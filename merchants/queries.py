"""Reads for the pages and the API of merchants; each says how many SQL queries it takes."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from circles.models import Post, PostKind
from circles.queries import FULL, Shape, card_page
from core.pagination import PAGE_SIZE, Page, keyset_page
from core.text.clean import clean_line
from merchants.models import Fan, Merchant, MerchantState, Staff

Viewer = User | Any
SEARCH_MAX = 50


@dataclass(frozen=True)
class MerchantCard:
    """A merchant as one viewer sees it."""

    merchant: Merchant
    following: bool = False


def is_staff(user: Viewer, merchant: Merchant) -> bool:
    """Whether this person speaks for the merchant. Queries: 1."""
    return user.is_authenticated and Staff.objects.filter(merchant=merchant, user_id=user.pk).exists()


def fan_of(user: Viewer, merchant: Merchant) -> Fan | None:
    """The viewer's row among the fans. Queries: 1."""
    return Fan.objects.filter(merchant=merchant, user_id=user.pk).first() if user.is_authenticated else None


def with_pictures(merchants: "QuerySet[Merchant]") -> "QuerySet[Merchant]":
    """With all that a card and the head of the page show."""
    return merchants.select_related("logo", "circle__cover", "circle__avatar", "circle__category")


def discover(viewer: Viewer, q: str = "", cursor: str | None = None, *, size: int = PAGE_SIZE) -> Page[MerchantCard]:
    """Open merchants, those with most fans first; `q` is looked for in the name. Queries: 2."""
    merchants = Merchant.objects.visible_to(viewer).filter(state=MerchantState.VERIFIED)
    words = clean_line(q)[:SEARCH_MAX]
    if words:
        merchants = merchants.filter(name__icontains=words)
    page = keyset_page(with_pictures(merchants), keys=("-fan_count", "-id"), cursor=cursor, size=size)
    return page.map(lambda rows: cards(rows, viewer))


def cards(merchants: list[Merchant], viewer: Viewer) -> list[MerchantCard]:
    """Queries: 1."""
    followed: set[int] = set()
    if viewer.is_authenticated and merchants:
        fans = Fan.objects.filter(user_id=viewer.pk, merchant__in=[merchant.pk for merchant in merchants])
        followed = set(fans.values_list("merchant_id", flat=True))
    return [MerchantCard(merchant, merchant.pk in followed) for merchant in merchants]


def my_merchants(viewer: Viewer) -> list[Merchant]:
    """Those this person speaks for or has applied for, the newest first. Queries: 1."""
    if not viewer.is_authenticated:
        return []
    speaks = Staff.objects.filter(merchant=OuterRef("pk"), user_id=viewer.pk)
    waiting = Q(applied_by_id=viewer.pk, state__in=(MerchantState.PENDING, MerchantState.REFUSED))
    mine = Merchant.objects.visible_to(viewer).filter(waiting | Exists(speaks))
    return list(with_pictures(mine).order_by("-id"))


def announcements(
    merchant: Merchant,
    viewer: Viewer,
    cursor: str | None = None,
    *,
    size: int = PAGE_SIZE,
    shape: Shape[Any] = FULL,
) -> Page[Any]:
    """Its announcements as post cards, the newest first."""
    return _posts(merchant, viewer, Q(kind=PostKind.ANNOUNCEMENT), cursor, size, shape)


def fan_posts(merchant: Merchant, viewer: Viewer, cursor: str | None = None, *, shape: Shape[Any] = FULL) -> Page[Any]:
    """What members write in its circle, the newest first."""
    return _posts(merchant, viewer, ~Q(kind=PostKind.ANNOUNCEMENT), cursor, PAGE_SIZE, shape)


def _posts(merchant: Merchant, viewer: Viewer, which: Q, cursor: str | None, size: int, shape: Shape[Any]) -> Page[Any]:
    if merchant.circle_id is None:
        return Page([])
    posts = Post.objects.visible_to(viewer).filter(which, circle_id=merchant.circle_id)
    return card_page(posts, viewer, cursor, size=size, shape=shape)
