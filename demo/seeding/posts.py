"""What is written in the circles: welcome notes, posts with photos, announcements."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from random import Random
from uuid import UUID

from accounts.models import User
from circles.models import Circle, Post, PostKind, PostPhoto, Publication
from core.models import Picture
from core.text.render import render
from demo import words
from demo.seeding.circles import Place
from demo.seeding.clock import Clock
from demo.seeding.drawing import Studio
from demo.seeding.people import People
from demo.seeding.scale import Scale
from merchants.models import Announcement

HIDDEN = 3
"""Posts that moderators have hidden, so that the log and the admin have something to show."""
HIDDEN_TEXT = "低价出一批内部优惠券，先到先得，加我私聊，数量有限！"
PHOTO_CIRCLES = {"photography", "film-photography", "cats", "hiking", "by-the-sea", "camping", "stargazing", "coffee"}


@dataclass
class Written:
    """A post, the keys of its photos, and what is said of them, as far as anything is."""

    post: Post
    place: Place
    photos: list[UUID] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


def plan_posts(
    *, rng: Random, clock: Clock, studio: Studio, people: People, places: list[Place], scale: Scale
) -> list[Written]:
    """Posts in memory, oldest first; photos are asked for from the studio, most of them for the newest posts."""
    written: list[Written] = []
    demo = {user.pk: login for login, user in people.logins.items()}
    for place in places:
        written.append(_welcome(rng, place))
        if place.merchant_words is not None:
            count = len(place.merchant_words.fan_posts)
            written += _announcements(rng, clock, place)
        else:
            count = scale.posts_big if place.words.big else scale.posts_small
        # A few people write most of it; those one can log in as write a little everywhere.
        writers = place.writers or place.members
        busy = [0.25 if user.pk in demo else rng.paretovariate(1.1) for user in writers]
        for i, body in enumerate(words.compose(rng, place.words, count)):
            author = rng.choices(writers, busy)[0]
            if i < 3 and place.merchant_words is None:
                author = next((user for user in writers[i:] if user.pk in demo), author)
            written.append(Written(_post(rng, place, author, body, clock.moment()), place))
    plain = [item for item in written if item.post.kind == PostKind.POST and not item.post.is_pinned]
    for item in rng.sample([item for item in plain if item.post.author_id not in demo], HIDDEN):
        item.post.body = HIDDEN_TEXT
        item.post.body_html = render(HIDDEN_TEXT, mentions={})
        item.post.state = Publication.HIDDEN
    written.sort(key=lambda item: item.post.published_at)
    _ask_for_photos(rng, clock, studio, written, scale.photos)
    return written


def write_posts(written: list[Written]) -> None:
    """The posts and their announcements, the counters of their circles."""
    Post.objects.bulk_create((item.post for item in written), batch_size=1000)
    counts: dict[int, int] = defaultdict(int)
    for item in written:
        counts[item.post.circle_id] += item.post.is_published
    circles = list({item.place.circle.pk: item.place.circle for item in written}.values())
    for circle in circles:
        circle.post_count = counts[circle.pk]
    Circle.objects.bulk_update(circles, ["post_count"])
    Announcement.objects.bulk_create(
        Announcement(
            merchant=item.place.merchant,
            post=item.post,
            fan_count=sum(1 for _ in item.place.fans),
            published_at=item.post.published_at,
        )
        for item in written
        if item.post.kind == PostKind.ANNOUNCEMENT
    )


def attach_photos(written: list[Written], pictures: dict[UUID, Picture]) -> None:
    PostPhoto.objects.bulk_create(
        (
            PostPhoto(
                post=item.post,
                picture=pictures[key],
                position=position,
                caption="".join(item.captions[position : position + 1]),
            )
            for item in written
            for position, key in enumerate(item.photos)
        ),
        batch_size=1000,
    )


def _post(rng: Random, place: Place, author: User, body: str, when: datetime, kind: PostKind = PostKind.POST) -> Post:
    return Post(
        circle=place.circle,
        author=author,
        key=UUID(int=rng.getrandbits(128), version=4),
        kind=kind,
        body=body,
        body_html=render(body, mentions={}),
        published_at=when,
    )


def _welcome(rng: Random, place: Place) -> Written:
    circle = place.circle
    if place.words.in_english:
        body = f"Welcome to {circle.name}!\n\n{circle.intro}\n\nSay hello below: what brings you here?"
    else:
        body = f"欢迎来到{circle.name}！\n\n{circle.intro}\n\n新来的朋友在下面报个到，说说自己为什么来。"
    post = _post(rng, place, circle.owner, body, circle.created_at + timedelta(minutes=rng.randint(10, 90)))
    post.is_pinned = True
    return Written(post, place)


def _announcements(rng: Random, clock: Clock, place: Place) -> list[Written]:
    texts = place.merchant_words.announcements if place.merchant_words else []
    oldest = min(100.0, (clock.now - place.circle.created_at).days - 1)
    result = []
    for i, body in enumerate(texts):
        share = (i + rng.uniform(0.6, 0.99)) / len(texts)
        when = clock.opening_hours(clock.now - timedelta(days=oldest * (1 - share)))
        result.append(Written(_post(rng, place, place.circle.owner, body, when, PostKind.ANNOUNCEMENT), place))
    return result


def _ask_for_photos(rng: Random, clock: Clock, studio: Studio, written: list[Written], most: int) -> None:
    """Go through the posts newest first until the photos are used up; newer posts get some more often."""
    left = most
    for tries in range(4):
        for item in reversed(written):
            if item.photos or left <= 0 or not item.post.is_published:
                continue
            age = (clock.now - item.post.published_at).total_seconds() / 86400
            keen = 1.6 if item.place.circle.slug in PHOTO_CIRCLES or item.post.is_announcement else 1.0
            if rng.random() > (0.08 + 0.5 * exp(-age / 10)) * keen * (1 if tries == 0 else 0.4):
                continue
            wanted = min(left, rng.choices([1, 2, 3, 4, 6, 9], [54, 14, 19, 6, 4, 3])[0])
            left -= wanted
            scenes = words.fitting_scenes(item.post.body, item.place.words.scenes)
            first = rng.choice(scenes)
            # A long series would show the same thing over and over: from the fourth photo on, anything of the circle.
            pools = [[first], scenes, scenes, *[item.place.words.scenes] * 6]
            names = [rng.choice(pool) for pool in pools[:wanted]]
            item.photos = [studio.wish("photo", name) for name in names]
