"""Cards are drawn once and kept with holes; nobody must notice."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone, translation

from accounts.actions import profile
from circles.actions import comments, likes, posts
from circles.cards import Html, load_rows, rows_of
from circles.models import Membership, Post, Role
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


def card(post, viewer, **place):
    shape = Html(**place)
    [made] = shape.make(shape.pick([post.pk], viewer), viewer)
    return made.html


@pytest.fixture
def post():
    return PostFactory(author=UserFactory(nickname="山野小林"), circle=CircleFactory(name="摄影"))


def test_a_card_seen_before_is_not_drawn_again(post, django_assert_num_queries):
    viewer = UserFactory()
    with django_assert_num_queries(3):  # its row, the post, its photos
        first = card(post, viewer)
    with django_assert_num_queries(1):
        assert card(post, viewer) == first


def test_it_looks_like_the_card_drawn_in_one_piece(client, post):
    """The post page draws the same component without holes."""
    viewer = UserFactory()
    likes.like(user=viewer, post=post)
    client.force_login(viewer)

    page = client.get(post.get_absolute_url()).content.decode()
    whole = re.search(r"<article.*?</article>", page, re.S).group()

    def words(html):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" More ", " ").strip()

    with translation.override("en"):
        assert words(card(post, viewer)) == words(whole)


def test_what_differs_per_viewer_differs(post):
    fan, owner = UserFactory(), post.circle.owner
    MembershipFactory(circle=post.circle, user=fan)
    likes.like(user=fan, post=post)

    assert 'aria-pressed="true"' in card(post, fan)
    assert 'aria-pressed="false"' in card(post, owner)
    for viewer, edits, deletes, features in (
        (fan, False, False, False),
        (owner, False, True, True),
        (post.author, True, True, False),
    ):
        html = card(post, viewer)
        address = f"/posts/{post.pk}/"
        assert (f"{address}edit/" in html, f"{address}delete/" in html, f"{address}feature/" in html) == (
            edits,
            deletes,
            features,
        )
        assert f'id="like-{post.pk}"' in html
        assert f'formaction="{address}like/"' in html


def test_a_card_that_looks_alike_to_many_is_not_shown_to_who_may_more(post):
    one, other = (MembershipFactory(circle=post.circle).user for _ in range(2))

    def menu(viewer):
        html = card(post, viewer)
        return [what for what in ("edit", "delete", "pin", "feature") if f'"/posts/{post.pk}/{what}/"' in html]

    for _ in range(2):
        assert menu(one) == menu(other) == []
        assert menu(post.circle.owner) == ["delete", "pin", "feature"]
        assert menu(post.author) == ["edit", "delete"]


def test_a_card_kept_for_many_tells_the_time_of_now(post):
    viewer = UserFactory()
    with time_machine.travel(post.published_at + timedelta(minutes=3), tick=False):
        assert ">3 min ago<" in card(post, viewer)
    with time_machine.travel(post.published_at + timedelta(minutes=9), tick=False):
        assert ">9 min ago<" in card(post, viewer)


def test_a_former_editor_may_nothing(post):
    former = MembershipFactory(circle=post.circle, role=Role.EDITOR).user
    assert "/feature/" in card(post, former)

    Membership.objects.filter(user=former).update(state="left")

    assert "/feature/" not in card(post, former)


def test_counts_are_those_of_now(post):
    viewer = UserFactory()
    card(post, viewer)
    Post.objects.filter(pk=post.pk).update(like_count=12, comment_count=34)

    html = card(post, viewer)

    assert '<span class="tabular" data-like-count>12</span>' in html
    assert '<span class="tabular">34</span>' in html


def test_a_change_shows_at_once(post):
    viewer = UserFactory()
    card(post, viewer)

    posts.edit(editor=post.author, post=post, body="改过了")
    assert "改过了" in card(post, viewer)
    profile.update(user=post.author, nickname="海边小林", bio="")
    assert "海边小林" in card(post, viewer)
    post.circle.name = "胶片摄影"
    post.circle.save()
    assert "胶片摄影" in card(post, viewer)
    assert "胶片摄影" not in card(post, viewer, show_circle=False)


def test_each_language_has_its_own(post):
    viewer = UserFactory()
    with translation.override("en"):
        assert ">Like<" in card(post, viewer)
    with translation.override("zh-hans"):
        assert ">赞<" in card(post, viewer)


def test_nothing_people_write_becomes_a_hole(post):
    words = '<!--menu--> <!--like--> /posts/0/ id="like-0"'
    posts.edit(editor=post.author, post=post, body=words)

    html = card(post, UserFactory())

    assert '&lt;!--menu--&gt; &lt;!--like--&gt; /posts/0/ id="like-0"' in html
    assert html.count("<details") == 1


def test_a_flushed_cache_costs_time_and_nothing_else(post):
    viewer = UserFactory()
    before = card(post, viewer)
    cache.clear()
    assert card(post, viewer) == before


def test_only_what_may_be_seen_is_loaded(post):
    viewer = UserFactory()
    hidden = PostFactory()
    posts.hide(post=hidden)

    assert [row.id for row in load_rows([post.pk, hidden.pk], viewer)] == [post.pk]


def test_the_query_compiled_once_finds_what_a_fresh_one_finds(django_assert_num_queries):
    viewers = [UserFactory(), UserFactory()]
    rows = PostFactory.create_batch(3)
    MembershipFactory(circle=rows[0].circle, user=viewers[0], role=Role.MODERATOR)
    likes.like(user=viewers[1], post=rows[1])
    ids = [row.pk for row in rows]

    for viewer in viewers:
        fresh = rows_of(Post.objects.visible_to(viewer).filter(pk__in=ids), viewer)
        assert sorted(load_rows(ids, viewer)) == sorted(tuple(row) for row in fresh)
    assert load_rows([], viewers[0]) == []


class TestFloors:
    def page(self, client, post, viewer=None):
        if viewer is not None:
            client.force_login(viewer)
        return client.get(post.get_absolute_url()).content.decode()

    def test_own_words_may_be_deleted_and_those_of_others_not(self, client, post):
        mine, theirs = (CommentFactory(post=post, floor=number) for number in (1, 2))

        for _ in range(2):  # drawn, then kept
            html = self.page(client, post, mine.author)
            assert f"/comments/{mine.pk}/delete/" in html
            assert f"/comments/{theirs.pk}/delete/" not in html
        html = self.page(client, post, post.circle.owner)
        assert f"/comments/{mine.pk}/delete/" in html
        assert f"/comments/{theirs.pk}/delete/" in html
        client.logout()
        assert "/delete/" not in self.page(client, post)

    def test_a_change_shows_at_once(self, client, post):
        comment = CommentFactory(post=post, floor=1, author=UserFactory(nickname="山茶"))
        self.page(client, post)

        profile.update(user=comment.author, nickname="白茶", bio="")
        CommentFactory(post=post, floor=None, parent=comment, body="回复你")
        html = self.page(client, post)
        assert "白茶" in html
        assert "山茶" not in html
        assert "回复你" in html
        comments.delete(actor=comment.author, comment=comment)
        assert comment.body not in self.page(client, post)

    def test_no_hole_stays_open(self, client, post):
        CommentFactory(post=post, floor=1, body="<!--ago 0-->", body_html="<p>&lt;!--ago 0--&gt;</p>")

        for _ in range(2):
            html = self.page(client, post)
            assert "<!--ago" not in html
            assert "&lt;!--ago 0--&gt;" in html
            assert ">just now</time>" in html


def test_badges_beside_the_name_come_and_go_with_their_facts(client):
    """A kept card is never shown with a badge that was taken off, taken back, or has run out."""
    from accounts.actions import facts
    from accounts.models import Fact, Institution

    school = Institution.objects.create(slug="tingtao", kind="school", name="听涛大学", is_issuer=True)
    post = PostFactory()
    author, ends = post.author, timezone.now() + timedelta(days=2)
    fact = facts.grant(
        user=author, kind="student", value="tingtao", source="issuer", institution=school, valid_until=ends
    )

    def shows():
        page = client.get(post.circle.get_absolute_url(), headers={"accept-language": "en"})
        assert post.body in page.content.decode()
        return "Student at 听涛大学" in page.content.decode()

    assert not shows()
    facts.show(user=author, chosen={fact.pk: Fact.Shown.PROFILE})
    assert not shows()
    facts.show(user=author, chosen={fact.pk: Fact.Shown.CIRCLES})
    assert shows()
    with time_machine.travel(ends + timedelta(seconds=1)):
        assert not shows()
    assert shows()
    type(post).objects.update(author_name="小号", author_linked=False)
    post.circle.posts.update(version=F("version") + 1)
    assert not shows(), "no badge leads from another name to the person"
    type(post).objects.update(author_name="", author_linked=True)
    facts.revoke(fact=fact)
    assert not shows()
