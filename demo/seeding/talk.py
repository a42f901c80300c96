"""Comments in floors, replies in floors, likes; and the counters that go with them."""

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from accounts.models import User
from circles.models import Comment, Like, Post
from core.text.render import render
from demo import words
from demo.seeding.circles import Place
from demo.seeding.clock import Clock
from demo.seeding.people import People
from demo.seeding.posts import Written


@dataclass
class Talk:
    floors: list[Comment] = field(default_factory=list)
    replies: list[Comment] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)

    @property
    def comments(self) -> list[Comment]:
        return [*self.floors, *self.replies]


def plan_talk(*, rng: Random, clock: Clock, people: People, written: list[Written]) -> Talk:
    """Comments and likes in memory; sets the posts' counters and which of them are featured."""
    floors: list[Comment] = []
    planned_replies: list[tuple[Comment, User, Place]] = []
    likes: list[Like] = []
    for item in written:
        post, members = item.post, item.place.members
        if not post.is_published:
            continue
        others = [user for user in members if user.pk != post.author_id]
        talkers = [user for user in item.place.writers or members if user.pk != post.author_id]
        warmth = (
            rng.paretovariate(1.25)
            * rng.uniform(0.35, 1.25)
            * (1.5 if item.photos else 1.0)
            * (1.8 if post.is_pinned else 1.0)
        )
        if post.author in people.logins.values():
            warmth = max(warmth, rng.uniform(1.5, 5))
        fans = item.place.fans if post.is_announcement else []
        pool = list({user.pk: user for user in [*others, *fans]}.values())
        likers = rng.sample(pool, min(len(pool), int(warmth * 3)))
        likes += [Like(post=post, user=user, created_at=clock.after(post.published_at, 14)) for user in likers]
        post.like_count = len(likers)
        speakers = rng.choices(talkers, k=min(20, int(warmth * rng.uniform(0.3, 1.6)))) if talkers else []
        times = sorted(clock.after(post.published_at, 9) for _ in speakers)
        for number, (user, when) in enumerate(zip(speakers, times, strict=True), start=1):
            floor = _comment(rng, post, user, words.comment(rng, item.place.words), when)
            floor.floor = number
            floors.append(floor)
            if rng.random() < 0.34:
                planned_replies.append((floor, post.author, item.place))
                if rng.random() < 0.35:
                    planned_replies.append((floor, user, item.place))
        post.floor_count = post.comment_count = len(speakers)
        post.is_featured = warmth > 7 and not post.is_pinned and not post.is_announcement
    floors.sort(key=lambda comment: comment.published_at)
    likes.sort(key=lambda like: like.created_at)
    return Talk(floors, _replies(rng, clock, planned_replies), likes)


def write_talk(talk: Talk) -> None:
    """After the posts: floors first, for replies point to them."""
    Comment.objects.bulk_create(talk.floors, batch_size=1000)
    Comment.objects.bulk_create(talk.replies, batch_size=1000)
    Like.objects.bulk_create(talk.likes, batch_size=4000)


def _replies(rng: Random, clock: Clock, planned: list[tuple[Comment, User, Place]]) -> list[Comment]:
    """The author answers a floor, whoever wrote the floor answers back."""
    last: dict[int, Comment] = {}
    rows = []
    for floor, user, place in planned:
        before = last.get(id(floor), floor)
        reply = _comment(rng, floor.post, user, words.reply(rng, place.words), clock.after(before.published_at, 5))
        reply.parent, reply.reply_to = floor, before.author
        last[id(floor)] = reply
        floor.post.comment_count += 1
        rows.append(reply)
    # A floor's replies stand in the order they were written in: later ones have later times.
    rows.sort(key=lambda comment: comment.published_at)
    return rows


def _comment(rng: Random, post: Post, user: User, body: str, when) -> Comment:  # type: ignore[no-untyped-def]
    key = UUID(int=rng.getrandbits(128), version=4)
    return Comment(post=post, author=user, key=key, body=body, body_html=render(body, mentions={}), published_at=when)


def first_deeds(written: list[Written], talk: Talk) -> dict[tuple[int, int], object]:
    """(circle, user) → when they first wrote or liked something there."""
    deeds: dict[tuple[int, int], object] = defaultdict(lambda: None)
    moments = [(item.post.circle_id, item.post.author_id, item.post.published_at) for item in written]
    moments += [(row.post.circle_id, row.author_id, row.published_at) for row in talk.comments]
    moments += [(row.post.circle_id, row.user_id, row.created_at) for row in talk.likes]
    for circle, user, when in sorted(moments, key=lambda moment: moment[2], reverse=True):
        deeds[circle, user] = when
    return dict(deeds)
