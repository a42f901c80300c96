"""What an owner says from the desk: a welcome, words that hold posts back with one that waits, news for all members;
and what stood in the circle a year ago today."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from circles.models import Circle, Held, MemberNotice, Membership, Post, Publication, Welcome, WordList
from core.text.render import render
from demo.seeding.clock import HERE, Clock
from demo.seeding.people import People
from demo.words import days as words

FOUNDED, JOINED = timedelta(days=374), timedelta(days=371)
"""Before the memories, and after the log-ins came."""


def remember(*, clock: Clock, people: People) -> None:
    """A year ago, on this day."""
    circle = Circle.objects.filter(slug=words.GOAL[0]).first()
    if circle is None:
        return
    circle.created_at = min(circle.created_at, clock.now - FOUNDED)
    circle.save(update_fields=["created_at"])
    for login, years, body in words.MEMORIES:
        author = people.logins[login]
        then = clock.now.astimezone(HERE).replace(hour=8, minute=20)
        try:
            day = then.replace(year=then.year - years)
        except ValueError:  # the 29th of February
            day = then.replace(year=then.year - years, day=28)
        row = Membership.objects.filter(circle=circle, user=author).first()
        if row is None:
            continue
        Membership.objects.filter(pk=row.pk).update(joined_at=min(row.joined_at, clock.now - JOINED))
        write_post(circle, author, body, published_at=day, is_featured=author.pk == circle.owner_id)


def write(*, clock: Clock, people: People) -> None:
    circle = Circle.objects.filter(slug=words.GOAL[0]).first()
    if circle is None:
        return
    Welcome.objects.create(circle=circle, text=words.WELCOME)
    WordList.objects.create(circle=circle, words=words.WORDS)
    writer = (
        Membership.objects.active()
        .filter(circle=circle, role="member")
        .exclude(user__in=people.logins.values())
        .select_related("user")
        .order_by("joined_at")
        .first()
    )
    if writer is not None:
        post = write_post(
            circle, writer.user, words.HELD, published_at=clock.now - timedelta(hours=5), state=Publication.HELD
        )
        Held.objects.create(circle=circle, post=post, words=words.WORDS[:1], created_at=post.published_at)
    told = clock.now - timedelta(days=3)
    post = write_post(circle, circle.owner, words.NEWS, published_at=told)
    MemberNotice.objects.create(circle=circle, post=post, by=circle.owner, day=timezone.localdate(told), at=told)


def write_post(circle: Circle, author: User, body: str, **said: object) -> Post:
    key = uuid5(NAMESPACE_URL, f"{circle.slug}/{author.username}/{body}")
    post = Post.objects.create(
        circle=circle,
        author=author,
        key=key,
        body=body,
        body_html=render(body, mentions={}),
        region=author.region,
        **said,
    )
    if post.is_published:
        Circle.objects.filter(pk=circle.pk).update(post_count=F("post_count") + 1)
    return post
