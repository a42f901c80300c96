"""What is found of posts, in which order, and by whom."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.actions import blocks
from circles.actions import circles, gates, posts
from circles.gates.language import parse as parse_rule
from circles.models import Post
from search.actions import indexing
from search.engine import Index, Order
from search.models import PostEntry
from search.queries import Filters
from search.queries import posts as search_posts
from search.words import parse
from tests.factories import CircleFactory, MembershipFactory, UserFactory
from tests.feeds.community import work
from tests.search.conftest import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return UserFactory()


def test_chinese_latin_and_traditional(viewer, written):
    post = written("新買的 iPhone15 手機殼")
    written("今天吃火锅")
    for typed in ("手机壳", "手機", "壳", "iphone 15", "iPhone15"):
        assert found(viewer, typed) == [post.pk], typed
    assert found(viewer, "手机 火锅") == []


def test_the_newest_first_over_every_window(viewer, written):
    ages = [400, 0, 130, 3, 18.5, 2, 60, 17, 1, 3000]
    made = {age: written("书法练习", days_ago=age) for age in ages}
    assert found(viewer, "书法") == [made[age].pk for age in sorted(ages)]


def test_pages_follow_each_other_without_gap_or_double(viewer, written):
    moment = timezone.now() - timedelta(days=20)
    made = [written("书法") for _ in range(12)]
    Post.objects.filter(pk__in=[post.pk for post in made]).update(published_at=moment)  # all at one moment
    indexing.everything(Index.POSTS)
    made += [written("书法", days_ago=days) for days in (0, 1, 25, 90, 91, 500)]
    for order in Order:
        seen, cursor, pages = [], None, 0
        while pages == 0 or cursor:
            page = search_posts(viewer, parse("书法"), Filters(order=order), cursor, size=4)
            seen += [hit.post.pk for hit in page.items]
            cursor, pages = page.next_cursor, pages + 1
        assert sorted(seen) == sorted(post.pk for post in made)
        assert pages == 5
    assert search_posts(viewer, parse("书法"), Filters(), "nonsense", size=4).items


def test_the_best_first(viewer, written):
    passing = written("路过书法课" + "，后来去河边散步看晚霞" * 6)
    liked = written("路过书法课" + "，后来去河边散步看晚霞" * 6, like_count=400, comment_count=80)
    titled = written("谈谈入门", title="书法入门", kind="article")
    assert found(viewer, "书法", order=Order.BEST) == [titled.pk, liked.pk, passing.pk]


def test_filters(viewer, written):
    circle = CircleFactory()
    MembershipFactory(circle=circle, user=viewer)
    author = UserFactory()
    mine = written("书法", circle=circle, author=author)
    good = written("书法", is_featured=True, days_ago=40)
    said = written("书法", kind="announcement", days_ago=400)
    assert found(viewer, "书法", circle=circle) == [mine.pk]
    assert found(viewer, "书法", author=author) == [mine.pk]
    assert found(viewer, "书法", mine=True) == [mine.pk]
    assert found(UserFactory(), "书法", mine=True) == []
    assert found(viewer, "书法", featured=True) == [good.pk]
    assert found(viewer, "书法", kind="announcement") == [said.pk]
    assert found(viewer, "书法", since="week") == [mine.pk]
    assert found(viewer, "书法", since="year") == [mine.pk, good.pk]
    assert found(viewer, "书法", with_photos=True) == []


def test_what_is_gone_is_not_found_though_the_index_lags(viewer, written):
    post = written("书法")
    posts.hide(post=post)
    assert found(viewer, "书法") == []
    assert PostEntry.objects.filter(pk=post.pk).exists()
    posts.restore(post=post)
    assert found(viewer, "书法") == [post.pk]
    circles.close(circle=post.circle)
    assert found(viewer, "书法") == []


def test_words_edited_out_are_not_found_though_the_index_lags(viewer, written):
    post = written("书法")
    posts.edit(editor=post.author, post=post, body="篆刻")
    assert found(viewer, "书法") == []
    work()
    assert found(viewer, "篆刻") == [post.pk]


def test_the_index_follows_what_happens(viewer, written):
    circle = CircleFactory()
    MembershipFactory(circle=circle, user=viewer)
    from tests.feeds.community import publish

    post = publish(viewer, circle, "书法")
    assert found(viewer, "书法") == []
    work()
    assert found(viewer, "书法") == [post.pk]
    posts.delete(actor=viewer, post=post)
    work()
    assert not PostEntry.objects.exists()


def test_gates_blocks_and_mutes(viewer, written):
    gated, blocked, muted = written("书法"), written("书法"), written("书法")
    only_members = parse_rule({"version": 1, "role": "member"})
    gates.set_gate(actor=gated.circle.owner, circle=gated.circle, action="view", rule=only_members)
    blocks.block(user=viewer, person=blocked.author)
    blocks.mute(user=viewer, person=muted.author)
    assert found(viewer, "书法") == []
    assert found(viewer, "书法", author=muted.author) == [muted.pk]
    assert found(AnonymousUser(), "书法") == [muted.pk, blocked.pk]
    MembershipFactory(circle=gated.circle, user=viewer)
    assert found(viewer, "书法") == [gated.pk]


def test_nobody_is_found_behind_a_pseudonym(viewer, written):
    author = UserFactory()
    masked = written("书法", author=author, author_mask="a1", author_name="松鼠")
    unlinked = written("书法", author=author, author_name="阿书", author_linked=False)
    plain = written("书法", author=author)
    assert found(viewer, "书法") == [plain.pk, unlinked.pk, masked.pk]
    assert found(viewer, "书法", author=author) == [plain.pk]
    # Though an index that lags, or another engine, should say so:
    Post.objects.filter(pk=plain.pk).update(author_mask="b2", author_name="狐狸")
    assert found(viewer, "书法", author=author) == []
