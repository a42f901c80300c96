"""What circles keep: topics, shelves of featured posts, a handbook; comments that quote, are liked and carry a photo."""

import tomllib
from datetime import timedelta
from functools import cache
from math import log2
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import F

from circles.actions import topics
from circles.actions.comment_likes import allowance
from circles.models import (
    Bookmark,
    BookmarkFolder,
    Circle,
    Collection,
    CollectionPage,
    CollectionSection,
    Comment,
    CommentLike,
    Post,
    PostTopic,
    Publication,
    Shelf,
    Topic,
)
from core.models import Picture
from core.text.render import render
from core.text.topics import key_of
from demo import words
from demo.seeding.circles import Place
from demo.seeding.clock import Clock
from demo.seeding.drawing import Studio
from demo.seeding.people import People
from demo.seeding.talk import Talk

PHOTOS = 0.06
"""Photos in comments, as a part of those in posts."""


@cache
def _words() -> dict[str, Any]:
    with (Path(words.FOLDER) / "keeping.toml").open("rb") as source:
        return tomllib.load(source)


def wish_for_photos(*, studio: Studio, places: list[Place], most: int) -> list[tuple[Place, UUID]]:
    """Before the studio starts: a photo for a comment here and there in the circles that show something."""
    shown = [place for place in places if place.circle.slug in _words()["topics"]] or places
    count = max(2, round(most * PHOTOS))
    chosen = [shown[number % len(shown)] for number in range(count)]
    return [(place, studio.wish("photo", place.words.scenes[0])) for place in chosen]


def write(
    *, rng: Random, clock: Clock, people: People, places: list[Place], talk: Talk, photos: list[tuple[Place, UUID]]
) -> dict[UUID, Comment]:
    """Everything but the pictures themselves; returns which comment each of `photos` goes to, for `hang`."""
    by_slug = {place.circle.slug: place for place in places}
    _write_handbook(rng, clock, by_slug)
    _write_topics(rng, by_slug)
    _write_shelves(rng, by_slug)
    _write_best(by_slug)
    _quote(rng, talk)
    _take_some_back(rng, talk, {user.pk for user in people.logins.values()})
    _like(rng, clock, talk)
    _keep_for_oneself(rng, clock, people)
    return _with_photos(rng, talk, photos)


def hang(comments: dict[UUID, Comment], pictures: dict[UUID, Picture]) -> None:
    for key, comment in comments.items():
        comment.picture = pictures[key]
    Comment.objects.bulk_update(comments.values(), ["picture"])


def _write_handbook(rng: Random, clock: Clock, by_slug: dict[str, Place]) -> None:
    said = _words()["handbook"]
    place = by_slug.get(said["circle"])
    if place is None:
        return
    circle, writers = place.circle, [place.members[0], *place.moderators, *place.members[1:4]]
    book = Collection.objects.create(
        circle=circle, title=said["title"], intro=said["intro"], made_by=circle.owner, updated_at=clock.ago(2, 3)
    )
    when = max(circle.created_at + timedelta(days=1), clock.now - timedelta(days=60))
    pages: list[CollectionPage] = []
    for position, chapter in enumerate(said["sections"]):
        section = CollectionSection.objects.create(collection=book, title=chapter["title"], position=position)
        for page in chapter["pages"]:
            when += timedelta(days=2, hours=rng.randint(0, 5), minutes=rng.randint(0, 59))
            post = Post.objects.create(
                circle=circle,
                author=writers[len(pages) % len(writers)],
                key=UUID(int=rng.getrandbits(128), version=4),
                body=page["body"],
                body_html=render(page["body"], mentions={}, topics=topics.links(page["body"], circle=circle)),
                published_at=min(when, clock.now - timedelta(hours=1)),
                is_featured=True,
            )
            pages.append(
                CollectionPage(collection=book, section=section, post=post, title=page["title"], position=len(pages))
            )
    CollectionPage.objects.bulk_create(pages)
    Collection.objects.filter(pk=book.pk).update(page_count=len(pages))
    Circle.objects.filter(pk=circle.pk).update(post_count=F("post_count") + len(pages))
    circle.post_count += len(pages)


def _write_topics(rng: Random, by_slug: dict[str, Place]) -> None:
    """Put a topic at the end of every fourth text of some circles, and file all of them."""
    for slug, names in _words()["topics"].items():
        place = by_slug.get(slug)
        if place is None:
            continue
        rows = list(Post.objects.filter(circle=place.circle, state=Publication.PUBLISHED).exclude(body=""))
        changed = [post for post in rows if not post.is_pinned and "#" not in post.body and rng.random() < 0.25]
        for post in changed:
            post.body = f"{post.body} #{rng.choice(names)}#"
            post.body_html = render(post.body, mentions={}, topics=topics.links(post.body, circle=place.circle))
        Post.objects.bulk_update(changed, ["body", "body_html"])
        made = Topic.objects.bulk_create(Topic(circle=place.circle, name=name, key=key_of(name)) for name in names)
        filed = [PostTopic(post=post, topic=topic) for post in rows for topic in made if f"#{topic.name}#" in post.body]
        PostTopic.objects.bulk_create(filed)
        for topic in made:
            topic.post_count = sum(row.topic_id == topic.pk for row in filed)
        Topic.objects.bulk_update(made, ["post_count"])


def _write_shelves(rng: Random, by_slug: dict[str, Place]) -> None:
    for slug, names in _words()["shelves"].items():
        place = by_slug.get(slug)
        if place is None:
            continue
        made = Shelf.objects.bulk_create(
            Shelf(circle=place.circle, name=name, position=position) for position, name in enumerate(names)
        )
        featured = list(Post.objects.filter(circle=place.circle, is_featured=True))
        for post in featured:
            post.shelf = rng.choice(made)
        Post.objects.bulk_update(featured, ["shelf"])


def _write_best(by_slug: dict[str, Place]) -> None:
    """A collection of what was liked most."""
    for slug, title in _words()["best"].items():
        place = by_slug.get(slug)
        if place is None:
            continue
        liked = Post.objects.filter(circle=place.circle, state=Publication.PUBLISHED, kind="post", is_pinned=False)
        rows = list(liked.exclude(body="").order_by("-like_count", "pk")[:8])
        book = Collection.objects.create(
            circle=place.circle, title=title, made_by=place.circle.owner, page_count=len(rows), position=1
        )
        CollectionPage.objects.bulk_create(
            CollectionPage(collection=book, post=post, position=position) for position, post in enumerate(rows)
        )


def _quote(rng: Random, talk: Talk) -> None:
    """Some floors quote an earlier one; a few are long."""
    earlier: dict[int, list[Comment]] = {}
    changed = []
    for floor in talk.floors:
        before = earlier.setdefault(floor.post_id, [])
        if before and rng.random() < 0.07:
            floor.quoted = rng.choice(before)
            floor.body = rng.choice(_words()["talk"]["quoting"])
            changed.append(floor)
        elif rng.random() < 0.006:
            floor.body = _words()["talk"]["long"]
            changed.append(floor)
        before.append(floor)
    for floor in changed:
        floor.body_html = render(floor.body, mentions={})
    Comment.objects.bulk_update(changed, ["quoted", "body", "body_html"])


def _take_some_back(rng: Random, talk: Talk, logins: set[int]) -> None:
    """A few floors were deleted by those who wrote them: their numbers stay. Not those that a log-in was told of."""
    told = {floor.pk for floor in talk.floors if {floor.author_id, floor.post.author_id} & logins}
    gone = [floor for floor in talk.floors if floor.pk not in told and rng.random() < 0.01]
    for floor in gone:
        floor.state = Publication.DELETED
        Post.objects.filter(pk=floor.post_id).update(comment_count=F("comment_count") - 1)
        floor.post.comment_count -= 1
    Comment.objects.bulk_update(gone, ["state"])


def _like(rng: Random, clock: Clock, talk: Talk) -> None:
    likers: dict[int, list[int]] = {}
    for like in talk.likes:
        likers.setdefault(like.post_id, []).append(like.user_id)
    rows, liked = [], []
    for comment in talk.floors:
        pool = [pk for pk in likers.get(comment.post_id, []) if pk != comment.author_id]
        if comment.state != Publication.PUBLISHED or rng.random() > 0.3 or not pool:
            continue
        people = rng.sample(pool, min(len(pool), int(rng.paretovariate(1.3))))
        rows += [
            CommentLike(comment=comment, user_id=pk, created_at=clock.after(comment.published_at, 5)) for pk in people
        ]
        comment.like_count = len(people)
        comment.warmth = round(1000 * log2(1 + len(people)) * allowance(comment))
        liked.append(comment)
    CommentLike.objects.bulk_create(rows, batch_size=4000)
    Comment.objects.bulk_update(liked, ["like_count", "warmth"], batch_size=1000)


def _keep_for_oneself(rng: Random, clock: Clock, people: People) -> None:
    """What `demo_member` keeps."""
    me = people.logins["demo_member"]
    folders = [BookmarkFolder.objects.create(user=me, name=name) for name in _words()["talk"]["folders"]]
    mine = Post.objects.visible_to(me).exclude(author=me).order_by("-like_count", "pk")[:14]
    Bookmark.objects.bulk_create(
        Bookmark(user=me, post=post, folder=rng.choice([*folders, None]), created_at=clock.ago(0, 40)) for post in mine
    )


def _with_photos(rng: Random, talk: Talk, photos: list[tuple[Place, UUID]]) -> dict[UUID, Comment]:
    """A floor of the circle for each photo, its words to go with it."""
    floors: dict[int, list[Comment]] = {}
    for floor in talk.floors:
        if floor.state == Publication.PUBLISHED and floor.quoted_id is None:
            floors.setdefault(floor.post.circle_id, []).append(floor)
    chosen: dict[UUID, Comment] = {}
    for place, key in photos:
        pool = floors.get(place.circle.pk) or next(iter(floors.values()), [])
        if pool:
            floor = pool.pop(-1 - rng.randrange(min(12, len(pool))))
            floor.body = rng.choice(_words()["talk"]["photo"])
            floor.body_html = render(floor.body, mentions={})
            chosen[key] = floor
    Comment.objects.bulk_update(chosen.values(), ["body", "body_html"])
    return chosen
