"""The page, its parts, and the same over the API."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Reach, User
from circles.actions import gates
from circles.models import Circle, Post, Topic
from core.models import Picture
from notifications import badge
from search import queries
from search.actions import indexing
from search.engine import Index
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, UserFactory
from tests.feeds.community import verified_merchant

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(client):
    user = UserFactory()
    client.force_login(user)
    return user


def named(*, circles=(), people=()):
    made = [CircleFactory(name=name, slug=f"place-{number}") for number, name in enumerate(circles)]
    made += [UserFactory(nickname=name) for name in people]
    for index in (Index.CIRCLES, Index.PEOPLE, Index.MERCHANTS):
        indexing.everything(index)
    return made


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_of_everything(client, viewer, written):
    named(circles=["书法圈"], people=["书法老师"])
    verified_merchant("书法用品")
    indexing.everything(Index.MERCHANTS)
    written("爱<b>書法</b>&茶")
    page = text(client.get("/search/", {"q": "书法"}))
    for part in ("书法圈", "书法老师", "书法用品", 'class="card hit"', '<mark class="hit__mark">書法</mark>'):
        assert part in page
    assert "&amp;茶" in page


def test_what_is_typed_is_escaped_and_kept(client, viewer):
    nasty = '"><script>alert(1)</script>'
    page = text(client.get("/search/", {"q": nasty, "circle": nasty, "author": nasty, "type": nasty, "sort": nasty}))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=' | *:&",
        "q=!!",
        "q=a&before=zq",
        "q=a&since=zq&kind=zq",
        "q=" + "字" * 3000,
        "q=书&type=comments&before=zq",
        "q=a&type=people&before=WyJuOTk5OTk5OTk5OTkiXQ",
    ],
)
def test_whatever_is_asked_is_answered(client, viewer, query):
    for address in ("/search/", "/search/suggest/", "/api/v1/search/"):
        assert client.get(f"{address}?{query}").status_code == 200, address


def test_names_by_piece_pinyin_initials_and_number(client, viewer):
    circle, other = named(circles=["书法圈", "写作坊"])
    for typed in ("书", "法圈", "書法", "shufa", "SFQ", "faquan", "shu fa", str(circle.number)):
        page = text(client.get("/search/", {"q": typed, "type": "circles"}))
        assert "书法圈" in page, typed
        assert "写作坊" not in page
    assert "写作坊" in text(client.get("/search/", {"q": "xiezuo"}))
    assert other.name


def test_those_called_just_so_come_first(client, viewer):
    named(circles=["大学书法", "书法社", "书法"])
    Circle.objects.filter(name="大学书法").update(member_count=900)
    page = text(client.get("/search/", {"q": "书法", "type": "circles"}))
    assert page.index(">书法<") < page.index(">书法社<") < page.index(">大学书法<")


def test_people_are_found_as_they_wish(client, viewer):
    circle = CircleFactory()
    MembershipFactory(circle=circle, user=viewer)
    named(people=["小明甲", "小明乙", "小明丙", "小明丁", "小明戊"])
    people = {user.nickname[-1]: user for user in User.objects.filter(nickname__startswith="小明")}
    User.objects.filter(pk__in=[people["乙"].pk, people["丙"].pk]).update(reach=Reach.COMPANIONS)
    User.objects.filter(pk=people["丁"].pk).update(reach=Reach.NOBODY)
    MembershipFactory(circle=circle, user=people["丙"])
    people["戊"].blocks_made.create(blocked=viewer)

    def seen():
        page = text(client.get("/search/", {"q": "小明", "type": "people"}))
        return "".join(end for end in "甲乙丙丁戊" if f"小明{end}" in page)

    assert seen() == "甲丙"
    Circle.objects.filter(pk=circle.pk).update(masks_authors=True)
    assert seen() == "甲"
    client.logout()
    assert seen() == ""
    assert "found by those who are logged in" in text(client.get("/search/", {"q": "小明", "type": "people"}))


def test_circles_one_may_not_know_of_are_not_suggested(client, viewer):
    [secret] = named(circles=["书法秘社"])
    gates.set_visibility(circle=secret, visibility="hidden")
    for address in ("/search/suggest/?q=书法", "/search/?q=书法", "/search/?q=shufa&type=circles"):
        assert "秘社" not in text(client.get(address))
    gates.set_visibility(circle=secret, visibility="members")
    assert "秘社" in text(client.get("/search/suggest/?q=书法"))


def test_comments(client, viewer, written):
    post = written("今天练字")
    floor = CommentFactory(post=post, body="书法真好", body_html="<p>书法真好</p>")
    gone = CommentFactory(post=post, body="书法不好", body_html="<p>书法不好</p>")
    indexing.everything(Index.COMMENTS)
    type(gone).objects.filter(pk=gone.pk).update(state="deleted")
    page = text(client.get("/search/", {"q": "书法", "type": "comments"}))
    assert f"/comments/{floor.pk}/" in page
    assert f"/comments/{gone.pk}/" not in page
    assert "今天练字" in page


def test_some_of_the_words_and_what_sounds_alike(client, viewer, written):
    named(circles=["书法圈"])
    post = written("去河边写生")
    page = text(client.get("/search/", {"q": "河边 游泳"}))
    assert f"post-{post.pk}" in page or f"/posts/{post.pk}/" in page
    assert "No post has all of these words" in page
    page = text(client.get("/search/", {"q": "书发"}))
    assert "/search/?q=%E4%B9%A6%E6%B3%95%E5%9C%88" in page


def test_ideas_where_nothing_is_asked(client, viewer):
    named(circles=["书法圈"])
    page = text(client.get("/search/"))
    assert "Ways to ask" in page
    assert "书法圈" in page


def test_filters_are_shown_and_can_be_taken_off(client, viewer, written):
    post = written("书法")
    query = {"q": "书法", "circle": post.circle.slug, "since": "week", "sort": "newest"}
    page = text(client.get("/search/", query))
    assert f"/posts/{post.pk}/" in page
    assert "/search/?q=%E4%B9%A6%E6%B3%95&amp;sort=newest&amp;since=week" in page
    assert f"/posts/{post.pk}/" not in text(client.get("/search/", {**query, "photos": "1"}))
    assert f"/posts/{post.pk}/" not in text(client.get("/search/", {**query, "circle": "no-such-circle"}))


def test_more_rows_for_htmx(client, viewer, written):
    for _ in range(25):
        written("书法")
    page = text(client.get("/search/?q=书法&sort=newest"))
    assert page.count('class="card hit"') == 20
    start = page.index("before=")
    cursor = page[start + 7 : page.index('"', start)].split("&")[0]
    rows = text(client.get(f"/search/?q=书法&sort=newest&before={cursor}", headers={"HX-Request": "true"}))
    assert rows.count('class="card hit"') == 5
    assert "<html" not in rows


def test_the_api(client, viewer, written):
    post = written("爱書法的人")
    [circle] = named(circles=["书法圈"])
    floor = CommentFactory(post=post, body="书法真好", body_html="<p>书法真好</p>")
    indexing.everything(Index.COMMENTS)
    [hit] = client.get("/api/v1/search/?q=书法").json()["results"]
    assert (hit["type"], hit["post"]["id"], hit["circle"]) == ("post", post.pk, None)
    assert hit["snippet"][1] == {"text": "書法", "is_hit": True}
    [hit] = client.get("/api/v1/search/?q=书法&type=comments").json()["results"]
    assert (hit["comment"]["id"], hit["comment"]["post_url"]) == (floor.pk, f"http://testserver/posts/{post.pk}/")
    [hit] = client.get("/api/v1/search/?q=sfq&type=circles").json()["results"]
    assert hit["circle"]["number"] == circle.number
    [hit] = client.get(f"/api/v1/search/?q={viewer.nickname}&type=people").json()["results"]
    assert hit["person"]["username"] == viewer.username
    client.logout()
    assert client.get(f"/api/v1/search/?q={viewer.nickname}&type=people").json()["results"] == []


def test_the_same_number_of_queries_at_5_and_50(client, viewer, written, settings, monkeypatch):
    settings.FEED_PAGE_SIZE = 50
    monkeypatch.setattr(badge, "KEEP_SECONDS", 600)  # or it runs out on a busy machine
    pages = {
        "posts": "/search/?q=书法&type=posts",
        "comments": "/search/?q=书法&type=comments",
        "all": "/search/?q=书法",
        "api": "/api/v1/search/?q=书法&page_size=50",
    }
    named(circles=["书法圈"], people=["书法迷"])
    costs = {name: [] for name in pages}
    for more, expected in ((5, 5), (45, 50)):
        for _ in range(more):
            author = UserFactory()
            author.avatar = Picture.objects.create(owner=author, width=1, height=1, byte_count=1)
            author.save()
            post = written("书法", author=author)
            post.photos.create(picture=Picture.objects.create(owner=author, width=1, height=1, byte_count=1))
            CommentFactory(post=post, author=author, body="书法", body_html="<p>书法</p>")
        indexing.everything(Index.COMMENTS)
        Post.objects.update(like_count=1)
        for name, address in pages.items():
            client.get(address)  # fills caches
            with CaptureQueriesContext(connection) as context:
                page = text(client.get(address))
            if name in ("posts", "comments"):
                assert page.count('class="card hit"') == expected
            costs[name].append(len(context))
    assert costs == {"posts": [4, 4], "comments": [3, 3], "all": [11, 11], "api": [6, 6]}


def test_topics(client, viewer):
    seen, secret, unused = (
        Topic.objects.create(circle=CircleFactory(), name=name, key=name, post_count=count)
        for name, count in (("夜跑打卡", 3), ("夜跑秘闻", 2), ("夜跑空空", 0))
    )
    gates.set_visibility(circle=secret.circle, visibility="hidden")
    indexing.everything(Index.TOPICS)
    assert [topic.pk for topic in queries.topics(viewer, "#夜跑#").items] == [seen.pk]
    assert [topic.pk for topic in queries.topics(viewer, "yepao").items] == [seen.pk]
    assert unused.name


def test_searching_is_counted(client, viewer, settings):
    settings.SEARCHES_PER_MINUTE = 2
    with time_machine.travel(datetime(2026, 3, 1, 12, 0, 10, tzinfo=UTC), tick=False) as clock:
        client.get("/search/?q=书")
        assert client.get("/api/v1/search/?q=书").status_code == 200
        page = client.get("/search/?q=书", headers={"accept-language": "en"})
        assert (page.status_code, page["Retry-After"]) == (429, "50")
        assert "Try again in 50 seconds" in page.content.decode()
        told = client.get("/api/v1/search/?q=书")
        assert (told.status_code, told["Retry-After"], told.json()["code"]) == (429, "50", "too_many_requests")
        rows = client.get("/search/?q=书", headers={"HX-Request": "true"})
        assert (rows.status_code, "toast" in rows["HX-Trigger"]) == (429, True)
        assert client.get("/search/").status_code == 200, "nothing is asked"
        assert [client.get("/search/suggest/?q=书").status_code for _ in range(9)] == [200] * 8 + [429]
        clock.shift(50)
        assert client.get("/search/?q=书").status_code == 200
        client.force_login(UserFactory(), backend="accounts.backends.AuthenticationBackend")
        assert client.get("/search/?q=书").status_code == 200, "others go on"
        client.logout()
        found = [client.get("/search/?q=书", REMOTE_ADDR=f"192.0.2.{last}").status_code for last in (1, 1, 1, 2)]
        assert found == [200, 200, 429, 200]
