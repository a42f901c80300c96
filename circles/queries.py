"""Reads ready for a template or a serializer, each with a fixed number of SQL queries (noted as "queries: n").

A logged-out viewer saves those for likes and memberships.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import Institution
from circles import live, rules
from circles.byline import Byline, named, own
from circles.live import EventView, PollView
from circles.models import (
    Category,
    Circle,
    CircleKind,
    CircleState,
    Comment,
    CommentLike,
    Draft,
    DraftPhoto,
    Gate,
    GateState,
    Like,
    Membership,
    MembershipState,
    Post,
    PostKind,
    PostVersion,
    Publication,
    SignUp,
    SignUpState,
)
from circles.models.honor import honor_of
from circles.models.membership import STAFF_ROLES
from circles.models.post import PostQuerySet
from circles.quotes import attach_quotes
from core.models import Picture
from core.pagination import Page, cut_page, decode_cursor, keyset_page
from core.prepared import Prepared, among
from core.text.differences import Piece, differences

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

ORDERS = ("oldest", "newest", "best")
"""Of floors."""
TABS = ("latest", "featured", "announcements")
FLOORS_PER_PAGE = 20
REPLIES_SHOWN = 3
"""Replies shown in a floor before it is opened."""
REPLIES_PER_PAGE = 50
POSTS_COUNTED = 1000
"""A profile counts posts no further."""
GOOD_POSTS_DAYS = 60
GOOD_POSTS_OUT_OF = 300
"""Good posts are picked from this many of the newest, so that the price does not grow with the community."""
GOOD_POSTS_PER_CIRCLE = 2


@dataclass(frozen=True)
class PostCard:
    """A post as one viewer sees it."""

    post: Post
    liked: bool = False
    can_edit: bool = False
    can_delete: bool = False
    can_moderate: bool = False
    """May delete what others wrote in its circle."""
    can_pin: bool = False
    can_feature: bool = False
    membership: Membership | None = None
    """The viewer's, in the post's circle."""
    poll: PollView | None = None
    event: EventView | None = None

    @property
    def post_id(self) -> int:
        return self.post.pk

    @property
    def published_at(self) -> datetime:
        return self.post.published_at


T = TypeVar("T")


class Shape(Protocol[T]):
    """How posts become cards: what is loaded, and what is made of it. FULL is for programs; see circles.cards."""

    def load(self, posts: "PostQuerySet", viewer: "Person") -> "QuerySet[Any]":
        """The posts, with what `make` needs; ordering, filters and slices may follow."""

    def pick(self, ids: list[int], viewer: "Person") -> list[Any]:
        """The same for those of these posts the viewer may see, in no order."""

    def make(self, rows: list[Any], viewer: "Person") -> list[T]:
        """A card each, in their order."""


@dataclass(frozen=True)
class CircleCard:
    """A circle as one viewer sees it."""

    circle: Circle
    membership: Membership | None = None
    unread: int = 0
    """Posts the viewer has not read there; see circles.reading."""

    @property
    def is_member(self) -> bool:
        return self.membership is not None and self.membership.is_active


@dataclass(frozen=True)
class Floor:
    """A floor with its first replies. A floor that is gone but was answered is here with its words taken out."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)
    reply_count: int = 0

    @property
    def more_count(self) -> int:
        """Replies not among `replies`."""
        return self.reply_count - len(self.replies)

    @property
    def opens_in_place(self) -> bool:
        """Can all replies be brought at once? Else they have a page of their own."""
        return self.reply_count <= REPLIES_PER_PAGE

    @property
    def more_url(self) -> str:
        url = f"/comments/{self.comment.pk}/"
        return url if self.opens_in_place else f"{url}replies/"


# --- Cards ---------------------------------------------------------------------------------------


def post_cards(posts: "PostQuerySet | Sequence[Post]", viewer: "Person") -> list[PostCard]:
    """Cards for posts that start from `Post.objects.visible_to(viewer)`, in their order. Queries: 4, with polls or
    events among them up to 5 more.

    Takes a queryset (sliced or not) or posts already loaded with `for_cards()`.
    """
    rows = list(posts.for_cards()) if isinstance(posts, PostQuerySet) else list(posts)
    liked = liked_ids((post.pk for post in rows), viewer)
    memberships = memberships_in((post.circle_id for post in rows), viewer)
    cards = [_post_card(post, post.pk in liked, memberships.get(post.circle_id), viewer) for post in rows]
    polls = live.polls((post.pk for post in rows if post.kind == PostKind.POLL), viewer)
    events = live.events((post.pk for post in rows if post.kind == PostKind.EVENT), viewer)
    if not polls and not events:
        return cards
    return [replace(card, poll=polls.get(card.post_id), event=events.get(card.post_id)) for card in cards]


class FullShape:
    """Cards with the whole post, for the API. Queries: 4."""

    def load(self, posts: "PostQuerySet", viewer: "Person") -> "PostQuerySet":
        return posts.for_cards()

    def pick(self, ids: list[int], viewer: "Person") -> list[Post]:
        return list(Post.objects.visible_to(viewer).heard_by(viewer).filter(pk__in=ids).for_cards())

    def make(self, rows: list[Any], viewer: "Person") -> list[PostCard]:
        return post_cards(rows, viewer)


FULL = FullShape()


def post_card(post: Post, viewer: "Person") -> PostCard:
    """The card of one post loaded with `for_cards()`. Queries: 2."""
    return post_cards([post], viewer)[0]


def circle_cards(circles: "QuerySet[Circle] | Sequence[Circle]", viewer: "Person") -> list[CircleCard]:
    """Cards for circles that start from `Circle.objects.visible_to(viewer)`, in their order. Queries: 2."""
    rows = list(with_pictures(circles)) if isinstance(circles, QuerySet) else list(circles)
    memberships = memberships_in((circle.pk for circle in rows), viewer)
    return [CircleCard(circle, memberships.get(circle.pk)) for circle in rows]


def with_pictures(circles: "QuerySet[Circle]") -> "QuerySet[Circle]":
    """With all that a circle's card and head show."""
    return circles.select_related("avatar", "cover", "category", "owner__avatar")


def _post_card(post: Post, liked: bool, membership: Membership | None, viewer: "Person") -> PostCard:
    return PostCard(
        post=post,
        liked=liked,
        can_edit=bool(rules.can_edit(viewer, post, membership)),
        can_delete=bool(rules.can_delete(viewer, post, membership)),
        can_moderate=bool(rules.can_moderate(viewer, membership)),
        can_pin=bool(rules.can_pin(viewer, membership)),
        can_feature=bool(rules.can_feature(viewer, membership)),
        membership=membership,
    )


# --- Of one person -------------------------------------------------------------------------------


def membership_of(viewer: "Person", circle: Circle) -> Membership | None:
    """The viewer's row in that circle (which may be left or banned), or None."""
    if not viewer.is_authenticated:
        return None
    return Membership.objects.filter(user_id=viewer.pk, circle_id=circle.pk).first()


def memberships_in(circle_ids: Iterable[int], viewer: "Person") -> dict[int, Membership]:
    """Circle id → the viewer's membership there. Queries: 1."""
    ids = set(circle_ids)
    if not viewer.is_authenticated or not ids:
        return {}
    return {row.circle_id: row for row in Membership.objects.filter(user_id=viewer.pk, circle_id__in=ids)}


def liked_ids(post_ids: Iterable[int], viewer: "Person") -> set[int]:
    """Which of these posts the viewer likes. Queries: 1."""
    ids = list(post_ids)
    if not viewer.is_authenticated or not ids:
        return set()
    return set(Like.objects.filter(user_id=viewer.pk, post_id__in=ids).values_list("post_id", flat=True))


def liked_comment_ids(comment_ids: Iterable[int], viewer: "Person") -> set[int]:
    """Which of these comments the viewer likes. Queries: 1, none for none."""
    ids = list(comment_ids)
    if not viewer.is_authenticated or not ids:
        return set()
    return {pk for (pk,) in _liked_comments(viewer=viewer.pk, ids=ids)}


_liked_comments = Prepared(
    lambda any_: CommentLike.objects.filter(user_id=any_.viewer, comment_id__in=among(any_.ids)).values_list(
        "comment_id"
    ),
    "viewer",
    "ids",
)


def my_circles(viewer: "Person", *, limit: int | None = 30) -> list[CircleCard]:
    """The circles the viewer is a member of, the last joined first. Queries: 1."""
    if not viewer.is_authenticated:
        return []
    return [CircleCard(row.circle, row) for row in _joined(viewer, viewer)[:limit]]


def circles_of(person: "User", viewer: "Person", *, limit: int = 30) -> list[CircleCard]:
    """The circles `person` is a member of, the last joined first, as their profile shows them. Queries: 2.

    To others without those where they appear under a name that does not lead to the profile, or under pseudonyms.
    """
    rows = _joined(person, viewer)
    if viewer.pk != person.pk:
        rows = rows.filter(openly_there())
    return circle_cards([row.circle for row in rows[:limit]], viewer)


def openly_there(path: str = "") -> Q:
    """Memberships (at `path`) that may be told of elsewhere: under a name that leads to the profile, in a circle
    without pseudonyms and without a view gate, whose list of members is for whoever reads it."""
    linked = Q(**{f"{path}nickname": ""}) | Q(**{f"{path}is_linked": True})
    return linked & Q(**{f"{path}circle__masks_authors": False, f"{path}circle__is_view_gated": False})


def _joined(person: "Person", viewer: "Person") -> "QuerySet[Membership]":
    return (
        Membership.objects.active()
        .filter(user_id=person.pk, circle__in=Circle.objects.visible_to(viewer))
        .select_related("circle__avatar", "circle__cover", "circle__category", "circle__owner__avatar")
        .order_by("-joined_at", "-id")
    )


def share_a_circle(one_id: int, other_id: int) -> bool:
    """Are both members of one circle that is open? Queries: 1."""
    others = Membership.objects.active().filter(user_id=other_id, circle=OuterRef("circle"))
    mine = Membership.objects.active().filter(user_id=one_id, circle__state=CircleState.OPEN)
    return mine.filter(Exists(others)).exists()


def owned_count(viewer: "Person") -> int:
    """How many open interest circles the viewer owns, for `rules.can_found`."""
    return Circle.objects.visible_to(viewer).filter(owner_id=viewer.pk, kind=CircleKind.INTEREST).count()


def draft_photos(viewer: "Person", draft_id: UUID) -> list[Picture]:
    """The photos of the viewer's own draft, in their order. Queries: 1."""
    return [photo.picture for photo in draft_photo_rows(viewer, draft_id)]


def draft_photo_rows(viewer: "Person", draft_id: UUID) -> list[DraftPhoto]:
    """The same with what is said of them. Queries: 1."""
    photos = DraftPhoto.objects.filter(draft_id=draft_id, draft__author_id=viewer.pk)
    return list(photos.select_related("picture").order_by("position", "id"))


def my_drafts(viewer: "Person", *, limit: int = 100) -> list[Draft]:
    """What the viewer began and did not send: those that publish themselves first, by their time, then the last
    touched. Queries: 2."""
    drafts = Draft.objects.filter(author_id=viewer.pk).filter(_is_begun())
    in_order = drafts.order_by(F("publish_at").asc(nulls_last=True), "-updated_at")
    photos = Prefetch("photos", DraftPhoto.objects.select_related("picture"))
    return list(in_order.select_related("circle__avatar").prefetch_related(photos)[:limit])


def unfinished_draft(viewer: "Person") -> Draft | None:
    """What the viewer last began and did not send, if there is anything in it. Queries: 1."""
    drafts = Draft.objects.filter(author_id=viewer.pk, publish_at=None).filter(_is_begun())
    return drafts.select_related("circle").order_by("-updated_at").first()


def _is_begun() -> Q:
    """Is there anything in the draft?"""
    has_photos = Exists(DraftPhoto.objects.filter(draft=OuterRef("pk")))
    return ~Q(body="") | ~Q(title="") | ~Q(fields={}) | Q(has_photos)


# --- Circles -------------------------------------------------------------------------------------


def discover(
    viewer: "Person", category: Category | None = None, q: str = "", cursor: str | None = None, *, size: int = 20
) -> Page[CircleCard]:
    """Circles of a category (None: of all) that match `q`, the largest first. Queries: 2."""
    page = keyset_page(
        with_pictures(matching_circles(viewer, category=category, q=q)),
        keys=("-member_count", "-id"),
        cursor=cursor,
        size=size,
    )
    return page.map(lambda circles: circle_cards(circles, viewer))


def matching_circles(viewer: "Person", *, category: Category | None = None, q: str = "") -> "QuerySet[Circle]":
    """Circles of a category whose number is `q`, or whose name or introduction holds it."""
    circles: QuerySet[Circle] = Circle.objects.findable_by(viewer)
    if category is not None:
        circles = circles.filter(category=category)
    q = " ".join(q.replace("\x00", "").split())[:60]
    if q:
        found = Q(name__icontains=q) | Q(intro__icontains=q)
        digits = q.lstrip("#＃").removeprefix("c")
        if digits.isdecimal() and len(digits) < 10:
            found |= Q(number=int(digits))
        circles = circles.filter(found)
    return circles


def suggested_circles(viewer: "Person", limit: int = 6) -> list[CircleCard]:
    """Large circles the viewer is not in and was not banned from. Queries: 1."""
    circles: QuerySet[Circle] = Circle.objects.visible_to(viewer)
    if viewer.is_authenticated:
        mine = Membership.objects.filter(user_id=viewer.pk, circle=OuterRef("pk")).exclude(state=MembershipState.LEFT)
        circles = circles.exclude(Exists(mine))
    rows = with_pictures(circles).order_by("-member_count", "-id")[:limit]
    return [CircleCard(circle) for circle in rows]


def members(circle: Circle, cursor: str | None = None, *, size: int = 30) -> Page[Membership]:
    """Members of the circle, the newest first, with the person and the avatar. Queries: 1."""
    rows = circle.memberships.active().select_related("user__avatar", "avatar")
    return keyset_page(rows, keys=("-joined_at", "-id"), cursor=cursor, size=size)


def staff(circle: Circle) -> list[Membership]:
    """The owner first, then by rank. Queries: 1."""
    rows = circle.memberships.active().filter(role__in=STAFF_ROLES).select_related("user__avatar", "avatar")
    return sorted(rows, key=lambda row: (-row.rank, row.joined_at))


def gate_history(circle: Circle, *, limit: int = 40) -> list[Gate]:
    """The circle's gates from the newest to the oldest, with who asked and who decided. Queries: 1."""
    rows = circle.gate_history.select_related("asked_by", "decided_by")
    return list(rows.order_by("-id")[:limit])


def standing_gates(circle: Circle) -> list[Gate]:
    """Those in force and those that wait. Queries: 1."""
    return list(circle.gate_history.filter(state__in=(GateState.IN_FORCE, GateState.WAITING), rule__isnull=False))


def gate_to_edit(circle: Circle, action: str) -> Gate | None:
    """What its owner last asked for and still stands: waiting, or else in force. Queries: 1."""
    standing = circle.gate_history.filter(action=action, state__in=(GateState.WAITING, GateState.IN_FORCE))
    return standing.order_by("-id").first()


def institution_names(*, limit: int = 300) -> list[tuple[str, str]]:
    """(code, name) of what a rule may ask for: schools and companies, professions and cities. Queries: 1."""
    rows = Institution.objects.order_by("name").values_list("slug", "name", "value", "value_name")[:limit]
    return [(value, value_name) if value else (slug, name) for slug, name, value, value_name in rows]


# --- Posts ---------------------------------------------------------------------------------------


def posts_in(circle: Circle, viewer: "Person", tab: str = "latest") -> "PostQuerySet":
    """Posts of the circle the viewer may see, unordered. An unknown tab is the latest."""
    return _in_tab(Post.objects.visible_to(viewer).filter(circle=circle), tab)


def _in_tab(posts: "PostQuerySet", tab: str) -> "PostQuerySet":
    if tab == "featured":
        return posts.filter(is_featured=True)
    if tab == "announcements":
        return posts.filter(kind=PostKind.ANNOUNCEMENT)
    return posts


def circle_posts(
    circle: Circle,
    viewer: "Person",
    tab: str = "latest",
    cursor: str | None = None,
    *,
    size: int = 20,
    shape: Shape[Any] = FULL,
) -> Page[Any]:
    """A page of the circle, the newest first; the latest without the pinned ones, see `kept_on_top`."""
    return card_page(listed_posts(circle, viewer, tab), viewer, cursor, size=size, shape=shape)


def listed_posts(circle: Circle, viewer: "Person", tab: str) -> "PostQuerySet":
    """What a tab lists, unordered. The latest go without the pinned ones, which stand above them."""
    return listed(Post.objects.visible_to(viewer).filter(circle=circle), viewer, tab)


def listed(seen: "PostQuerySet", viewer: "Person", tab: str) -> "PostQuerySet":
    """The same of posts of one circle that the viewer may see."""
    posts = _in_tab(seen, tab).heard_by(viewer)
    return posts if tab in ("featured", "announcements") else posts.filter(is_pinned=False)


def card_page(
    posts: "PostQuerySet", viewer: "Person", cursor: str | None, *, size: int = 20, shape: Shape[Any] = FULL
) -> Page[Any]:
    """A page of cards of a queryset that starts from `visible_to`, the newest first."""
    page = keyset_page(shape.load(posts, viewer), cursor=cursor, size=size)
    return page.map(lambda rows: shape.make(rows, viewer))


def kept_on_top(circle: Circle, viewer: "Person") -> "PostQuerySet":
    """What the circle's staff keeps above the latest, the newest first; at most PINNED_MAX by their action."""
    return on_top(posts_in(circle, viewer))


def on_top(seen: "PostQuerySet") -> "PostQuerySet":
    """The same of posts of one circle that the viewer may see."""
    return seen.filter(is_pinned=True).newest_first()


def open_posts_of(person: "User", viewer: "Person") -> "PostQuerySet":
    """What they published and what leads to their profile: neither under a pseudonym or a nickname that is not
    linked, nor in the name of a merchant; unordered."""
    posts: PostQuerySet = Post.objects.visible_to(viewer).filter(author=person, author_mask="", author_linked=True)
    return posts.exclude(kind=PostKind.ANNOUNCEMENT)


def counted_posts(person: "User", viewer: "Person") -> int:
    """How many of them the viewer may see, up to POSTS_COUNTED. Queries: 1."""
    return open_posts_of(person, viewer)[:POSTS_COUNTED].count()


def person_posts(
    person: "User", viewer: "Person", cursor: str | None = None, *, size: int = 20, shape: Shape[Any] = FULL
) -> Page[Any]:
    """What `person` published, the newest first; to others without what does not lead to their profile."""
    posts: PostQuerySet = Post.objects.visible_to(viewer).filter(author=person)
    if viewer.pk != person.pk:
        posts = open_posts_of(person, viewer)
    return card_page(posts, viewer, cursor, size=size, shape=shape)


def featured_posts(viewer: "Person") -> "PostQuerySet":
    """Featured posts of all circles among those of the last GOOD_POSTS_DAYS, unordered: what a site-wide feed lists."""
    since = timezone.now() - timedelta(days=GOOD_POSTS_DAYS)
    posts: PostQuerySet = Post.objects.visible_to(viewer).filter(is_featured=True, published_at__gte=since)
    return posts


def good_posts(viewer: "Person", limit: int = 10, *, shape: Shape[Any] = FULL) -> list[Any]:
    """Recent featured and liked posts, few from one circle: something worth reading for a newcomer."""
    since = timezone.now() - timedelta(days=GOOD_POSTS_DAYS)
    newest = (
        Post.objects.visible_to(viewer)
        .filter(published_at__gte=since)
        .newest_first()
        .values_list("pk", "circle_id", "is_featured", "like_count")[:GOOD_POSTS_OUT_OF]
    )
    chosen: list[int] = []
    taken: dict[int, int] = {}
    for pk, circle_id, _featured, _likes in sorted(newest, key=lambda row: (row[2], row[3], row[0]), reverse=True):
        if taken.get(circle_id, 0) < GOOD_POSTS_PER_CIRCLE:
            taken[circle_id] = taken.get(circle_id, 0) + 1
            chosen.append(pk)
        if len(chosen) == limit:
            break
    place = {pk: number for number, pk in enumerate(chosen)}
    cards = shape.make(shape.pick(chosen, viewer), viewer)
    return sorted(cards, key=lambda card: place[card.post_id])


@dataclass(frozen=True)
class Participant:
    """Somebody who signed up for an event, under the name they have in its circle."""

    sign_up: SignUp
    byline: Byline


def participants(post: Post, viewer: "Person") -> list[Participant]:
    """Who has a place, then who is in line, each by when they signed up; for the organiser alone. Queries: 2."""
    rows = SignUp.objects.visible_to(viewer).filter(event=post.pk, event__post__author=viewer.pk)
    found = list(
        rows.exclude(state=SignUpState.WITHDRAWN).select_related("person__avatar").order_by("state", "queued_at", "pk")
    )
    here = Membership.objects.filter(circle=post.circle_id, user__in=[row.person_id for row in found]).exclude(
        nickname=""
    )
    names = {row.user_id: row for row in here.select_related("avatar")}
    return [Participant(row, _byline_here(row.person, names.get(row.person_id))) for row in found]


def _byline_here(person: "User", membership: Membership | None) -> Byline:
    if membership is None:
        return own(person)
    return named(person, name=membership.nickname, face=membership.avatar, is_linked=membership.is_linked)


@dataclass(frozen=True)
class Version:
    """What a post said at one time, and what was changed to come to it."""

    number: int
    written_at: datetime
    title: list[Piece]
    body: list[Piece]


def versions(post: Post, viewer: "Person", *, limit: int = 50) -> list[Version]:
    """The post as it is and as it was, the newest first; the oldest shown whole. Queries: 1."""
    kept = list(PostVersion.objects.visible_to(viewer).filter(post=post).order_by("-number")[:limit])
    newest = (kept[0].number + 1 if kept else 1, post.edited_at or post.published_at, post.title, post.body)
    texts = [newest, *((row.number, row.written_at, row.title, row.body) for row in kept)]
    return [
        Version(number, at, differences(older[2], title), differences(older[3], body))
        for (number, at, title, body), older in zip(texts, [*texts[1:], texts[-1]], strict=True)
    ]


# --- Comments ------------------------------------------------------------------------------------


def floors(
    post: Post,
    viewer: "Person",
    cursor: str | None = None,
    *,
    size: int = FLOORS_PER_PAGE,
    order: str = "oldest",
    only_author: bool = False,
) -> Page[Floor]:
    """Floors of a post the viewer may see, each with its first replies. Queries: 2, or 3 where somebody quotes.

    `order` is one of ORDERS: from the first on, from the last back, or the warmest first (docs/floors.md).
    `only_author`: those that the post's author wrote and that are still there.
    """
    rows = _floor_rows(post.pk, viewer)
    if only_author:
        rows = rows.filter(author_id=post.author_id, state=Publication.PUBLISHED)
    if order == "best":
        page = _warmest(rows, cursor, size)
    else:
        page = keyset_page(rows, keys=("-floor" if order == "newest" else "floor",), cursor=cursor, size=size)
    return page.map(lambda rows: under(post, _floors(rows, viewer)))


def under(post: Post, floors: list[Floor]) -> list[Floor]:
    """The floors knowing the post they stand under, and by that the circle whose roles their writers have."""
    for found in floors:
        for comment in (found.comment, *found.replies):
            comment.post = post
    return floors


def _warmest(rows: "QuerySet[Comment]", cursor: str | None, size: int) -> Page[Comment]:
    """Of equally warm ones the earlier floor goes first; so the two keys run against each other."""
    start = decode_cursor(cursor, kinds=(int, int))
    ordered = rows.order_by("-warmth", "floor")
    if start is not None:
        ordered = ordered.filter(warmth__lte=start[0]).filter(
            Q(warmth__lt=start[0]) | Q(warmth=start[0], floor__gt=start[1])
        )
    return cut_page(list(ordered[: size + 1]), keys=("warmth", "floor"), size=size)


def floor(comment: Comment, viewer: "Person") -> Floor | None:
    """The floor that `comment` is or stands in, opened: with its replies up to REPLIES_PER_PAGE. Queries: 2."""
    number = comment.parent_id or comment.pk
    rows = list(_floor_rows(comment.post_id, viewer).filter(pk=number))
    return _floors(rows, viewer, shown=REPLIES_PER_PAGE)[0] if rows else None


def floors_page_with(post: Post, viewer: "Person", number: int, *, size: int = FLOORS_PER_PAGE) -> Page[Floor]:
    """The page that begins at floor `number`, for links to one comment. Queries: 2, or 3 where somebody quotes."""
    start = number if 0 < number < 2**31 else 0
    page = keyset_page(_floor_rows(post.pk, viewer).filter(floor__gte=start), keys=("floor",), size=size)
    return page.map(lambda rows: under(post, _floors(rows, viewer)))


def replies(
    parent: Comment, viewer: "Person", cursor: str | None = None, *, size: int = REPLIES_PER_PAGE
) -> Page[Comment]:
    """All replies in a floor, the oldest first. Queries: 1, or 2 where somebody quotes."""
    page = keyset_page(_reply_rows(viewer).filter(parent=parent), keys=("id",), cursor=cursor, size=size)
    attach_quotes(page.items, viewer)
    return page


def visible_floors(viewer: "Person") -> "QuerySet[Comment]":
    """The published floors, and the places of those that are gone. For posts this viewer may see."""
    return Comment.objects.unblocked(viewer).filter(floor__isnull=False)


def floors_under(post_id: int, viewer: "Person") -> "QuerySet[Comment]":
    """The visible floors of a post that this viewer was just found to see; unordered."""
    return visible_floors(viewer).filter(post_id=post_id)


def without_words(comment: Comment) -> Comment:
    """The comment, its words taken out if it is gone, so that no template can show them."""
    if not comment.is_published:
        comment.body = comment.body_html = ""
    return comment


def _floor_rows(post_id: int, viewer: "Person") -> "QuerySet[Comment]":
    visible = Post.objects.visible_to(viewer).filter(pk=post_id)
    floors = visible_floors(viewer).filter(post__in=visible).annotate(honor=honor_of(circle="post__circle_id"))
    return floors.select_related("author__avatar", "author_face", "picture")


def _reply_rows(viewer: "Person") -> "QuerySet[Comment]":
    replies = Comment.objects.visible_to(viewer).annotate(honor=honor_of(circle="post__circle_id"))
    return replies.select_related("author__avatar", "author_face", "reply_to", "picture")


def first_reply_rows(
    replies: "QuerySet[Comment]", floor_ids: "Iterable[int] | RawSQL", *, shown: int = REPLIES_SHOWN
) -> "QuerySet[Comment]":
    """The first `shown` of these replies in each of the floors, each knowing as `reply_count` how many there are."""
    in_floor = Window(RowNumber(), partition_by=F("parent_id"), order_by=F("id").asc())
    return (
        replies.filter(parent_id__in=floor_ids)
        .annotate(number=in_floor, reply_count=Window(Count("id"), partition_by=F("parent_id")))
        .filter(number__lte=shown)
        .order_by("parent_id", "id")
    )


def first_replies(
    floor_ids: Iterable[int], viewer: "Person", *, shown: int = REPLIES_SHOWN
) -> dict[int, list[Comment]]:
    """Floor id → its first replies. Queries: 1."""
    rows = first_reply_rows(_reply_rows(viewer), list(floor_ids), shown=shown)
    found: dict[int, list[Comment]] = {}
    for row in rows:
        found.setdefault(row.parent_id or 0, []).append(row)
    return found


def _floors(rows: Sequence[Comment], viewer: "Person", *, shown: int = REPLIES_SHOWN) -> list[Floor]:
    answers = first_replies((row.pk for row in rows), viewer, shown=shown) if rows else {}
    attach_quotes([*rows, *(reply for replies in answers.values() for reply in replies)], viewer)
    return [_floor(row, answers.get(row.pk, [])) for row in rows]


def _floor(row: Comment, shown: list[Comment]) -> Floor:
    count = shown[0].reply_count if shown else 0  # type: ignore[attr-defined]
    return Floor(without_words(row), shown, count)
