"""A link with its card, a floor whose number stays although it is gone, and a comment of `demo_member` that waits."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from accounts.models import User
from circles.models import Circle, Comment, Held, LinkPreview, LinkState, Membership, Post, Publication
from core.text.render import render
from demo.seeding.clock import Clock
from demo.seeding.desks import write_post
from demo.seeding.people import People
from demo.words import days
from demo.words import traces as words


def write(*, clock: Clock, people: People) -> None:
    """After the desk's: what waits stands under the news it told all members."""
    circle = Circle.objects.filter(slug=days.GOAL[0]).first()
    if circle is None:
        return
    rows = Membership.objects.active().filter(circle=circle).exclude(user__in=people.logins.values())
    crowd = [row.user for row in rows.select_related("user").order_by("joined_at")[: len(words.FLOORS)]]
    if crowd:
        _link(clock, circle, crowd)
    news = Post.objects.filter(circle=circle, body=days.NEWS).first()
    member = people.logins["demo_member"]
    if news is not None and Membership.objects.active().filter(circle=circle, user=member).exists():
        said = _say(news, member, words.HELD_COMMENT, hours=2, state=Publication.HELD)
        Held.objects.create(circle=circle, comment=said, words=[words.HELD_WORD], created_at=said.published_at)


def _link(clock: Clock, circle: Circle, crowd: list[User]) -> None:
    """The page is known already, so nobody is asked for it."""
    preview = LinkPreview.objects.create(
        key=LinkPreview.key_of(words.LINK_URL),
        url=words.LINK_URL,
        title=words.LINK_TITLE,
        description=words.LINK_TEXT,
        site=words.LINK_SITE,
        state=LinkState.READY,
        asked_at=clock.now,
        fetched_at=clock.now,
    )
    post = write_post(circle, crowd[0], words.LINK_POST, published_at=clock.now - timedelta(hours=30), link=preview)
    for number, body in enumerate(words.FLOORS, start=1):
        state = Publication.DELETED if number == words.REMOVED else Publication.PUBLISHED
        _say(post, crowd[number % len(crowd)], body, hours=number, floor=number, state=state)
    post.floor_count, post.comment_count = len(words.FLOORS), len(words.FLOORS) - 1
    post.save(update_fields=["floor_count", "comment_count"])


def _say(post: Post, author: User, body: str, *, hours: int, **said: object) -> Comment:
    return Comment.objects.create(
        post=post,
        author=author,
        key=uuid5(NAMESPACE_URL, f"{post.pk}/{author.username}/{body}"),
        body=body,
        body_html=render(body, mentions={}),
        region=author.region,
        published_at=post.published_at + timedelta(hours=hours),
        **said,
    )
