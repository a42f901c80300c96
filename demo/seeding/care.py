"""What the demo community shows of care: a circle where everybody stands under a pseudonym, and where people write from."""

from datetime import timedelta
from random import Random
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Subquery

from accounts.models import User
from circles.actions import bylines
from circles.models import Category, Circle, Comment, Like, Membership, Post, Role
from core.text.render import render
from demo.seeding.clock import Clock
from demo.seeding.people import People
from demo.words import tree_hollow as words

SLUG = "tree-hollow"
MEMBERS = 60
REGIONS = (
    *(("广东", 12), ("江苏", 9), ("浙江", 9), ("四川", 8), ("湖北", 7), ("上海", 7), ("北京", 7), ("福建", 5)),
    *(("湖南", 5), ("山东", 5), ("陕西", 4), ("云南", 4), ("辽宁", 3), ("重庆", 3), ("海南", 1), ("JP", 1), ("SG", 1)),
)
"""Provinces and countries, and how many write from there."""


def write_tree_hollow(*, rng: Random, clock: Clock, people: People) -> Circle:
    """A pseudonymous circle with threads: each author another name in each thread, the same one within it."""
    known = list(people.logins.values())
    crowd = [user for user in people.verified if user not in known]
    owner, *others = rng.sample(crowd, min(MEMBERS, len(crowd)))
    listeners = [people.logins[name] for name in ("demo_member", "demo_owner", "demo_moderator")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('circles_circle_number')")
        number = cursor.fetchone()[0]
    members = [owner, *others, *listeners]
    founded = max(clock.now - timedelta(days=90), owner.date_joined)
    circle = Circle.objects.create(
        number=number,
        slug=SLUG,
        name=words.NAME,
        intro=words.INTRO,
        rules=words.RULES,
        category=Category.objects.order_by("-position").first(),
        owner=owner,
        masks_authors=True,
        member_count=len(members),
        post_count=len(words.THREADS),
        created_at=founded,
    )
    Membership.objects.bulk_create(
        Membership(
            circle=circle,
            user=user,
            role=Role.OWNER if user is owner else Role.MEMBER,
            joined_at=max(founded, user.date_joined) if user is owner else max(clock.now - timedelta(days=45), founded),
        )
        for user in members
    )
    writers = [user for user in others if user.date_joined < clock.now - timedelta(days=46)] or others
    for number, (body, answers) in enumerate(words.THREADS):
        when = clock.now - timedelta(days=4 * (len(words.THREADS) - number) - 3, minutes=rng.randint(5, 700))
        author, *speakers = rng.sample(writers, min(len(answers) + 1, len(writers)))
        post = Post.objects.create(circle=circle, author=author, key=_key(rng), body=body, body_html=_html(body))
        Post.objects.filter(pk=post.pk).update(published_at=when)
        post.published_at = when
        bylines.mask_post(post)
        _answer(rng, post, answers, speakers)
        fans = rng.sample(writers, min(len(writers), rng.randint(4, 14)))
        fans = [user for user in fans if user.pk != author.pk]
        Like.objects.bulk_create(Like(post=post, user=user, created_at=when + timedelta(hours=1)) for user in fans)
        Post.objects.filter(pk=post.pk).update(like_count=len(fans))
    return circle


def _answer(rng: Random, post: Post, answers: tuple[str, ...], speakers: list[User]) -> None:
    floors: list[Comment] = []
    when = post.published_at
    for said, speaker in zip(answers, speakers, strict=False):
        when += timedelta(minutes=rng.randint(4, 240))
        is_author, parent, body = said.startswith("楼主："), None, said.removeprefix("楼主：")
        if said.startswith("回") and said[2:3] == "：":
            parent, body = floors[int(said[1]) - 1], said[3:]
        user = post.author if is_author else speaker
        row = Comment(post=post, author=user, key=_key(rng), body=body, body_html=_html(body), published_at=when)
        row.parent = parent
        for column, value in bylines.mask(post=post, author=user).items():
            setattr(row, column, value)
        if parent is None:
            row.floor = len(floors) + 1
            floors.append(row)
        else:
            row.reply_to, row.reply_to_name = parent.author, parent.author_name
        row.save()
    Post.objects.filter(pk=post.pk).update(floor_count=len(floors), comment_count=len(answers[: len(speakers)]))


def write_regions(*, rng: Random, people: People) -> None:
    """Where people write from, beside what they wrote; under a pseudonym nothing says it."""
    names = [f"CN-{name}" if not name.isascii() else name for name, _weight in REGIONS]
    weights = [weight for _name, weight in REGIONS]
    for user, region in zip(people.everyone, rng.choices(names, weights, k=len(people.everyone)), strict=True):
        user.region = region
    User.objects.bulk_update(people.everyone, ["region"], batch_size=500)
    for model in (Post, Comment):
        theirs = User.objects.filter(pk=OuterRef("author")).values("region")
        model.objects.filter(author_mask="").update(region=Subquery(theirs))


def _key(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


def _html(body: str) -> str:
    return render(body, mentions={})
