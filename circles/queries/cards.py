"""What cards of posts and circles need, as one viewer sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db.models import QuerySet

from circles import live, rules
from circles.live import EventView, PollView
from circles.models import Circle, Membership, Post, PostKind, PostPhoto
from circles.models.post import PostQuerySet
from circles.queries.viewers import liked_ids, memberships_in
from core.models import Picture
from core.prepared import Prepared

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any


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


def post_cards(posts: "PostQuerySet | Sequence[Post]", viewer: "Person") -> list[PostCard]:
    """Cards for posts that start from `Post.objects.visible_to(viewer)`, in their order. Queries: 4, with polls or
    events among them up to 5 more.

    Takes a queryset (sliced or not) or posts already loaded with `for_cards()`.
    """
    rows = list(posts.for_cards()) if isinstance(posts, PostQuerySet) else list(posts)
    liked = liked_ids((post.pk for post in rows if post.like_count), viewer)
    memberships = memberships_in((post.circle_id for post in rows), viewer)
    cards = [_post_card(post, post.pk in liked, memberships.get(post.circle_id), viewer) for post in rows]
    return _with_what_is_live(cards, viewer)


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


def new_post_card(post: Post, viewer: "Person", *, membership: Membership | None, has_photos: bool) -> PostCard:
    """The card of a post that `viewer` has just published, of what was read for that (circles.actions.posts.send).
    Queries: none for words alone; 1 for the author's picture, 1 for photos, up to 3 for a poll or event."""
    if has_photos:
        load_photos(post)
    else:
        put_photos([post], [])
    _load_face(post)
    return _with_what_is_live([_post_card(post, False, membership, viewer)], viewer)[0]


def load_photos(post: Post) -> None:
    """With their pictures, as `for_cards()` does. Queries: 1, none where they are there."""
    if "photos" not in getattr(post, "_prefetched_objects_cache", ()):
        put_photos([post], _photos.instances(post=post.pk))


_photos = Prepared(lambda any_: PostPhoto.objects.select_related("picture").filter(post_id=any_.post), "post")
_faces = Prepared(lambda any_: Picture.objects.only("key").filter(pk=any_.pk), "pk")


def put_photos(posts: Iterable[Any], photos: Iterable[Any]) -> None:
    """As prefetching `photos` would."""
    of_post: dict[int, list[Any]] = {post.pk: [] for post in posts}
    for photo in photos:
        of_post[photo.post_id].append(photo)
    for post in posts:
        kept = post.photos.all()
        kept._result_cache, kept._prefetch_done = of_post[post.pk], True
        post._prefetched_objects_cache = {"photos": kept}


def circle_cards(circles: "QuerySet[Circle] | Sequence[Circle]", viewer: "Person") -> list[CircleCard]:
    """Cards for circles that start from `Circle.objects.visible_to(viewer)`, in their order. Queries: 2."""
    rows = list(with_pictures(circles)) if isinstance(circles, QuerySet) else list(circles)
    memberships = memberships_in((circle.pk for circle in rows), viewer)
    return [CircleCard(circle, memberships.get(circle.pk)) for circle in rows]


def with_pictures(circles: "QuerySet[Circle]") -> "QuerySet[Circle]":
    """With all that a circle's card and head show."""
    return circles.select_related("avatar", "cover", "category", "owner__avatar")


def _load_face(post: Post) -> None:
    """With the picture that its byline shows. Queries: 1, none where it is there or there is none."""
    row, name = (post, "author_face") if post.author_name else (post.author, "avatar")
    if (pk := getattr(row, f"{name}_id")) is not None and name not in row._state.fields_cache:
        setattr(row, name, _faces.first(pk=pk))


def _with_what_is_live(cards: list[PostCard], viewer: "Person") -> list[PostCard]:
    """With their polls and events. Queries: none where there are none, else up to 5."""
    polls = live.polls((card.post_id for card in cards if card.post.kind == PostKind.POLL), viewer)
    events = live.events((card.post_id for card in cards if card.post.kind == PostKind.EVENT), viewer)
    if not polls and not events:
        return cards
    return [replace(card, poll=polls.get(card.post_id), event=events.get(card.post_id)) for card in cards]


def _post_card(post: Post, liked: bool, membership: Membership | None, viewer: "Person") -> PostCard:
    return PostCard(
        post=post,
        liked=liked,
        can_edit=bool(rules.can_edit(viewer, post, membership, post.circle)),
        can_delete=bool(rules.can_delete(viewer, post, membership)),
        can_moderate=bool(rules.can_moderate(viewer, membership)),
        can_pin=bool(rules.can_pin(viewer, membership)),
        can_feature=bool(rules.can_feature(viewer, membership)),
        membership=membership,
    )
