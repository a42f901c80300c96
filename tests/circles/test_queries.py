"""Reads: what they hold, in which order, and what they cost at 5 and at 50 items."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles import queries
from circles.actions import circles, comments, likes, posts
from circles.models import Circle, Comment, DraftPhoto, MembershipState, Post, PostPhoto, Publication, Role
from core.pagination import decode_cursor, encode_cursor, keyset_page
from tests.factories import (
    CategoryFactory,
    CircleFactory,
    CommentFactory,
    MembershipFactory,
    PostFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


@pytest.fixture
def viewer():
    return UserFactory()


def cost(read) -> int:
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


def touch(card) -> None:
    """All that a card's template shows."""
    post = card.post
    assert post.author.nickname
    assert post.circle.name
    _ = (post.author.avatar_url, post.circle.avatar_url, post.html, card.liked, card.can_edit, card.can_delete)
    _ = [photo.picture.card_url for photo in post.photos.all()]
    _ = card.membership and card.membership.role


# --- Cursors -------------------------------------------------------------------------------------


def broken_cursors() -> list[str]:
    def pack(value) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()

    return [
        *("x", "!!!", "前", "a" * 10_000, "=", "\x00", "W10", base64.urlsafe_b64encode(b"\xff\xfe").decode()),
        *(
            pack(value)
            for value in (None, 7, {}, [], ["t1"], ["t1", "n1", "n1"], ["n1", "t1"], ["t1", None], ["t1", 2])
        ),
        *(pack(value) for value in (["t-1", "n1"], ["t1", "n-1"], ["t99999999999999999999", "n1"], ["t1", "n²"])),
        pack(["t1", f"n{2**63}"]),
        pack([f"t{2**53 + 1}", "n1"]),
        pack(["t", "n"]),
        encode_cursor(1, datetime(2026, 11, 22, tzinfo=UTC)),
        "[" * 190,
    ]


@pytest.mark.parametrize("cursor", broken_cursors())
def test_a_broken_cursor_is_the_first_page(cursor):
    post = PostFactory()
    assert keyset_page(Post.objects.all(), cursor=cursor).items == [post]


def test_cursors_go_there_and_back():
    now = timezone.now()
    values = (now, 2**63 - 1)
    cursor = encode_cursor(*values)
    assert all(char.isalnum() or char in "-_" for char in cursor)
    assert decode_cursor(cursor, kinds=(type(now), int)) == values
    assert keyset_page(Comment.objects.all(), keys=("floor",), cursor=encode_cursor(2**63 - 1)).items == []


def test_pages_hold_everything_once_also_with_equal_times_and_new_rows():
    circle, now = CircleFactory(), timezone.now()
    made = [PostFactory(circle=circle, published_at=now - timedelta(minutes=n // 3)) for n in range(23)]
    seen, cursor = [], None
    for _ in range(10):
        page = keyset_page(Post.objects.filter(circle=circle), cursor=cursor, size=5)
        seen += page.items
        cursor = page.next_cursor
        PostFactory(circle=circle)
        if cursor is None:
            break
    assert sorted(post.pk for post in seen) == [post.pk for post in made]
    assert seen == sorted(seen, key=lambda post: (post.published_at, post.pk), reverse=True)


def test_pages_neither_count_nor_skip():
    PostFactory.create_batch(7)
    with CaptureQueriesContext(connection) as captured:
        page = keyset_page(Post.objects.all(), size=3)
        keyset_page(Post.objects.all(), cursor=page.next_cursor, size=3)
    assert len(captured) == 2
    for query in captured:
        assert "OFFSET" not in query["sql"]
        assert "COUNT" not in query["sql"]


# --- Cards ---------------------------------------------------------------------------------------


def furnish(count: int, viewer, picture):
    """A circle of `count` posts by different people, with photos, likes and memberships."""
    circle = CircleFactory()
    circle.avatar = picture(circle.owner)
    circle.save()
    MembershipFactory(circle=circle, user=viewer)
    for n in range(count):
        author = UserFactory()
        author.avatar = picture(author)
        author.save()
        post = PostFactory(circle=circle, author=author, is_featured=True)
        PostPhoto.objects.create(post=post, picture=picture(author))
        PostPhoto.objects.create(post=post, picture=picture(author), position=1)
        if n % 2:
            likes.like(user=viewer, post=post)
    return circle


def test_cards_cost_the_same_for_5_and_50(viewer, picture):
    few, many = furnish(5, viewer, picture), furnish(50, viewer, picture)

    def read(circle):
        def act():
            cards = queries.post_cards(Post.objects.visible_to(viewer).filter(circle=circle).newest_first(), viewer)
            assert len(cards) == circle.posts.count()
            for card in cards:
                touch(card)

        return act

    assert cost(read(few)) == cost(read(many)) == 5  # four, and the count of the test itself

    def pages(circle):
        def act():
            for tab in queries.TABS:
                for card in queries.circle_posts(circle, viewer, tab, size=50).items:
                    touch(card)
            for card in queries.good_posts(viewer, 10):
                touch(card)

        return act

    assert cost(pages(few)) == cost(pages(many))


def test_a_card_is_what_its_viewer_sees(viewer):
    circle = CircleFactory()
    member = MembershipFactory(circle=circle, user=viewer)
    mine, theirs = PostFactory(circle=circle, author=viewer), PostFactory(circle=circle)
    likes.like(user=viewer, post=theirs)

    def card(post, person):
        [found] = queries.post_cards(Post.objects.visible_to(person).filter(pk=post.pk), person)
        return (found.liked, found.can_edit, found.can_delete, found.can_moderate, found.membership)

    owner = circle.memberships.get(role=Role.OWNER)
    assert card(mine, viewer) == (False, True, True, False, member)
    assert card(theirs, viewer) == (True, False, False, False, member)
    assert card(theirs, circle.owner) == (False, False, True, True, owner)
    assert card(theirs, NOBODY) == (False, False, False, False, None)
    assert cost(lambda: queries.post_cards(Post.objects.visible_to(NOBODY), NOBODY)) == 2


def test_hidden_and_deleted_posts_and_closed_circles_are_nowhere(viewer):
    circle, person = CircleFactory(), UserFactory()
    for state in (Publication.HIDDEN, Publication.DELETED):
        PostFactory(circle=circle, author=person, state=state, is_featured=True, is_pinned=True)
    closed = CircleFactory(member_count=99)
    PostFactory(circle=closed, author=person, is_featured=True)
    MembershipFactory(circle=closed, user=viewer)
    circles.close(circle=closed)
    for who in (viewer, person, NOBODY):
        assert queries.circle_posts(circle, who).items == []
        assert queries.circle_posts(closed, who).items == []
        assert list(queries.kept_on_top(circle, who)) == []
        assert queries.good_posts(who) == []
        assert queries.person_posts(person, who).items == []
        assert [card.circle for card in queries.discover(who).items] == [circle]
        assert [card.circle for card in queries.suggested_circles(who)] == [circle]
        assert queries.my_circles(who) == []


def test_tabs_and_pins():
    circle = CircleFactory()
    plain, good, pinned, news = (
        PostFactory(circle=circle, **fields)
        for fields in ({}, {"is_featured": True}, {"is_pinned": True}, {"kind": "announcement"})
    )

    def read(tab):
        return [card.post for card in queries.circle_posts(circle, NOBODY, tab).items]

    assert read("latest") == read("nonsense") == [news, good, plain]
    assert read("featured") == [good]
    assert read("announcements") == [news]
    assert list(queries.kept_on_top(circle, NOBODY)) == [pinned]


def test_good_posts_are_recent_liked_and_of_many_circles():
    first, second = CircleFactory(), CircleFactory()
    old = PostFactory(circle=second, is_featured=True, published_at=timezone.now() - timedelta(days=90))
    made = [PostFactory(circle=first, like_count=n) for n in range(5)]
    featured = PostFactory(circle=second, is_featured=True)
    found = [card.post for card in queries.good_posts(NOBODY)]
    assert found == [featured, made[4], made[3]]
    assert old not in found
    assert [card.post for card in queries.good_posts(NOBODY, 1)] == [featured]


# --- Circles -------------------------------------------------------------------------------------


def test_discover(viewer):
    tea, sport = CategoryFactory(), CategoryFactory()
    big = CircleFactory(name="茶与光", category=tea, member_count=50, number=777)
    small = CircleFactory(name="Morning RUN", intro="慢慢跑，喝茶", category=sport, member_count=2)
    joined = MembershipFactory(circle=small, user=viewer)

    def read(category=None, q=""):
        return [card.circle for card in queries.discover(viewer, category, q).items]

    assert read() == [big, small]
    assert read(tea) == [big]
    assert read(q="茶") == [big, small]
    assert read(q=" morning  run ") == [small]
    assert read(q="777") == read(q="#777") == read(q="c777") == [big]
    assert read(sport, "茶") == [small]
    assert read(q="%") == read(q="_") == []
    assert read(q="\x00") == [big, small]
    assert read(q="9" * 50) == read(q="²") == read(q="x" * 5000) == []
    assert [card.membership for card in queries.discover(viewer).items] == [None, joined]
    page = queries.discover(viewer, size=1)
    assert [card.circle for card in queries.discover(viewer, cursor=page.next_cursor, size=1).items] == [small]


def test_circles_cost_the_same_for_5_and_50(viewer, picture):
    def read():
        cards = [*queries.discover(viewer, size=50).items, *queries.suggested_circles(viewer, 50)]
        cards += [*queries.my_circles(viewer, limit=None), *queries.circles_of(viewer, NOBODY, limit=50)]
        for card in cards:
            _ = (card.circle.avatar_url, card.circle.cover_url, card.circle.category.name, card.circle.owner.avatar_url)
        return len(cards)

    def add(count):
        for _ in range(count):
            owner = UserFactory()
            owner.avatar = picture(owner)
            owner.save()
            MembershipFactory(circle=CircleFactory(owner=owner, avatar=picture(owner)), user=viewer)
            CircleFactory(cover=picture(owner))

    add(5)
    few = cost(read)
    add(20)
    assert cost(read) == few == 5


def test_suggestions_leave_out_what_one_is_in_or_banned_from(viewer):
    big, small, mine, banned, left = (CircleFactory(member_count=n) for n in (50, 5, 9, 8, 7))
    MembershipFactory(circle=mine, user=viewer)
    MembershipFactory(circle=banned, user=viewer, state=MembershipState.BANNED)
    MembershipFactory(circle=left, user=viewer, state=MembershipState.LEFT)
    assert [card.circle for card in queries.suggested_circles(viewer)] == [big, left, small]
    assert [card.circle for card in queries.suggested_circles(NOBODY, 2)] == [big, mine]
    assert [card.circle for card in queries.my_circles(viewer)] == [mine]


def test_members_and_staff():
    circle = CircleFactory()
    now = timezone.now()
    MembershipFactory(circle=circle, state=MembershipState.BANNED)
    rows = [MembershipFactory(circle=circle, joined_at=now + timedelta(minutes=n)) for n in range(4)]
    rows[1].role = Role.MODERATOR
    rows[1].save()
    owner = circle.memberships.get(role=Role.OWNER)
    page = queries.members(circle, size=3)
    assert page.items == [rows[3], rows[2], rows[1]]
    assert queries.members(circle, page.next_cursor, size=3).items == [rows[0], owner]
    assert queries.staff(circle) == [owner, rows[1]]


def test_drafts_are_their_authors(viewer, picture):
    from circles.models import Draft

    empty = Draft.objects.create(author=viewer)
    assert queries.unfinished_draft(viewer) is None
    shot = DraftPhoto.objects.create(draft=empty, picture=picture(viewer)).picture
    assert queries.unfinished_draft(viewer) == empty
    assert queries.draft_photos(viewer, empty.pk) == [shot]
    assert queries.draft_photos(UserFactory(), empty.pk) == []
    newer = Draft.objects.create(author=viewer, body="later")
    assert queries.unfinished_draft(viewer) == newer


# --- Comments ------------------------------------------------------------------------------------


def say(post, **fields) -> Comment:
    return comments.publish(**{"author": UserFactory(), "post": post, "key": uuid4(), "body": "好", **fields})


def test_floors_hold_their_first_replies(viewer):
    post = PostFactory()
    first, second, third = say(post), say(post), say(post)
    answers = [say(post, parent=first) for _ in range(5)]
    comments.delete(actor=answers[0].author, comment=answers[0])
    found = queries.floors(post, viewer).items
    assert [floor.comment for floor in found] == [first, second, third]
    assert (found[0].replies, found[0].reply_count, found[0].more_count) == (answers[1:4], 4, 1)
    assert (found[1].replies, found[1].reply_count, found[1].more_count) == ([], 0, 0)
    assert queries.replies(first, viewer).items == answers[1:]
    page = queries.replies(first, viewer, size=3)
    assert queries.replies(first, viewer, page.next_cursor, size=3).items == answers[4:]
    for said in (first, answers[2]):
        opened = queries.floor(said, viewer)
        assert (opened.comment, opened.replies) == (first, answers[1:])


def test_floors_that_are_gone_keep_their_number(viewer):
    post = PostFactory()
    answered, alone, kept = say(post, body="secret"), say(post), say(post)
    reply = say(post, parent=answered)
    comments.hide(comment=answered)
    comments.delete(actor=alone.author, comment=alone)
    found = queries.floors(post, viewer).items
    assert [floor.comment.floor for floor in found] == [1, 2, 3]
    gone = found[0].comment
    assert (gone.is_published, gone.body, gone.body_html, found[0].replies) == (False, "", "", [reply])
    comments.delete(actor=reply.author, comment=reply)
    found = queries.floors(post, viewer).items
    assert [floor.comment.is_published for floor in found] == [False, False, True]
    assert (found[0].replies, found[2].comment) == ([], kept)
    assert [floor.comment for floor in queries.floors(post, viewer, only_author=True).items] == []


def test_floors_of_a_post_nobody_may_see(viewer):
    post = PostFactory()
    first = say(post)
    posts.hide(post=post)
    assert queries.floors(post, viewer).items == []
    assert queries.floor(first, viewer) is None
    assert queries.replies(first, viewer).items == []


def test_floors_cost_the_same_for_5_and_50(viewer, picture):
    def furnished(count):
        post = PostFactory()
        for n in range(count):
            author = UserFactory()
            author.avatar = picture(author)
            author.save()
            floor = CommentFactory(post=post, author=author, floor=n + 1)
            for _ in range(4):
                CommentFactory(post=post, author=author, floor=None, parent=floor, reply_to=UserFactory())
        return post

    def read(post, count):
        def act():
            page = queries.floors(post, viewer, size=50)
            assert len(page.items) == count
            for floor in page.items:
                assert len(floor.replies) == 3
                for comment in (floor.comment, *floor.replies):
                    _ = (comment.author.avatar_url, comment.reply_to and comment.reply_to.nickname)

        return act

    assert cost(read(furnished(5), 5)) == cost(read(furnished(50), 50)) == 2


def test_floors_come_by_twenty(viewer):
    post = PostFactory()
    made = [CommentFactory(post=post, floor=n + 1) for n in range(45)]
    seen, cursor = [], None
    for expected in (20, 20, 5):
        page = queries.floors(post, viewer, cursor)
        assert len(page.items) == expected
        seen += [floor.comment for floor in page.items]
        cursor = page.next_cursor
    assert seen == made
    assert cursor is None
    assert queries.floors_page_with(post, viewer, 30).items[0].comment == made[29]


def test_counting_the_circles_one_owns(viewer):
    CircleFactory(owner=viewer)
    CircleFactory(owner=viewer, kind="merchant")
    circles.close(circle=CircleFactory(owner=viewer))
    assert queries.owned_count(viewer) == 1
    assert Circle.objects.count() == 3
