"""What the index keeps of rows of the apps below, and of which rows. Reads only."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import User
from circles.models import Circle, CircleState, Comment, Post, PostKind, PostPhoto, Publication, Topic
from circles.queries import put_photos
from core.prepared import Prepared, among, is_any_of
from core.text.render import plain
from merchants.models import Merchant, MerchantState
from search.engine import Index, Name, Text, tag


class Source(NamedTuple):
    """Where an index comes from."""

    rows: Callable[[], "QuerySet[Any]"]
    """Every row there is."""
    kept: Q
    """Which of them can be found by anybody at all."""
    make: Callable[[Any], Text | Name]
    along: Callable[[list[Any]], None] = lambda _rows: None
    """Loads into such rows what `make` needs of other tables."""


def documents(index: Index, ids: Sequence[int]) -> "tuple[list[Any], list[int]]":
    """(documents of those rows that can be found, ids of the rest). One query; for posts one more for their photos, and
    two where there are polls."""
    rows = _kept(index).instances(ids=list(ids))
    SOURCES[index].along(rows)
    known = {row.pk for row in rows}
    return [SOURCES[index].make(row) for row in rows], [pk for pk in ids if pk not in known]


@cache
def _kept(index: Index) -> Prepared:
    source = SOURCES[index]
    return Prepared(lambda any_: source.rows().filter(source.kept, is_any_of("pk", any_.ids)), "ids")


def _posts() -> "QuerySet[Any]":
    return Post.objects.select_related("event")


def _load_along(posts: list[Any]) -> None:
    put_photos(posts, _photos.instances(ids=[post.pk for post in posts]))
    prefetch_related_objects([post for post in posts if post.kind == PostKind.POLL], "poll__options")


_photos = Prepared(lambda any_: PostPhoto.objects.filter(post_id__in=among(any_.ids)), "ids")


def _comments() -> "QuerySet[Any]":
    needed = ("body_html", "author", "author_mask", "author_linked", "published_at", "post__circle")
    return Comment.objects.select_related("post").only(*needed)


def _of_post(post: Any) -> Text:
    marks = (("photos", bool(post.photos.all())), ("featured", post.is_featured))
    tags = [tag("circle", post.circle_id), tag("kind", post.kind), *_author(post)]
    tags += [tag(name) for name, holds in marks if holds]
    body = "\n".join([words_of(post), *_asked(post)])
    return Text(post.pk, post.published_at, body, title=post.title, tags=tuple(tags))


def words_of(post: Any) -> str:
    """What a post says: its text without marks, and what stands with its photos. Load `photos` along."""
    photos = (words for photo in post.photos.all() for words in (photo.caption, photo.alt) if words)
    return "\n".join([plain(post.body_html), *photos])


def _asked(post: Any) -> list[str]:
    """The options of a poll, the place of an event."""
    if post.kind == PostKind.POLL and hasattr(post, "poll"):
        return [option.text for option in post.poll.options.all()]
    return [post.event.place] if post.kind == PostKind.EVENT and hasattr(post, "event") else []


def _of_comment(comment: Any) -> Text:
    tags = (tag("circle", comment.post.circle_id), *_author(comment))
    return Text(comment.pk, comment.published_at, plain(comment.body_html), tags=tags)


def _author(row: Any) -> Iterable[str]:
    """None where the name shown does not lead to the person, who shall not be found to have written it."""
    if row.author_mask or not row.author_linked:
        return ()
    return (tag("author", row.author_id),)


def _of_circle(circle: Any) -> Name:
    return Name(circle.pk, circle.name, numbers=(circle.number,))


def _of_person(person: Any) -> Name:
    return Name(person.pk, person.nickname)


def _of_topic(topic: Any) -> Name:
    return Name(topic.pk, topic.name)


def _of_merchant(merchant: Any) -> Name:
    return Name(merchant.pk, merchant.name)


SOURCES: dict[Index, Source] = {
    Index.POSTS: Source(_posts, Q(state=Publication.PUBLISHED), _of_post, _load_along),
    Index.COMMENTS: Source(_comments, Q(state=Publication.PUBLISHED), _of_comment),
    Index.CIRCLES: Source(lambda: Circle.objects.all(), Q(state=CircleState.OPEN), _of_circle),
    Index.PEOPLE: Source(lambda: User.objects.all(), Q(is_active=True), _of_person),
    Index.MERCHANTS: Source(lambda: Merchant.objects.all(), Q(state=MerchantState.VERIFIED), _of_merchant),
    Index.TOPICS: Source(lambda: Topic.objects.all(), Q(post_count__gt=0), _of_topic),
}
