"""What a circle keeps: topics, shelves, collections, the archive; its export; and what one keeps for oneself."""

import json
import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import ExportState
from circles.actions import bookmarks, circle_exports, collections, comments, posts, shelves, topics
from circles.collections import contents, place_in
from circles.models import Bookmark, CircleExport, Collection, Post, PostTopic, Topic
from core.errors import Invalid, Refused
from core.models import Job
from core.text.render import render, topics_in
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory
from tests.feeds.community import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle():
    return CircleFactory(slug="walks")


@pytest.fixture
def owner(client, circle):
    client.force_login(circle.owner)
    return circle.owner


def page(response):
    return response.content.decode()


def write(circle, body, author=None):
    author = author or MembershipFactory(circle=circle).user
    return posts.publish(author=author, circle=circle, key=uuid4(), body=body)


def names(circle):
    """Topic → posts, as counted; held against the rows."""
    counted = dict(Topic.objects.filter(circle=circle, post_count__gt=0).values_list("name", "post_count"))
    rows = PostTopic.objects.filter(topic__circle=circle, post__state="published").values_list("topic__name", flat=True)
    assert counted == {name: list(rows).count(name) for name in set(rows)}
    return counted


# --- Topics --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("去走走 #夜跑# 吧#城市漫步#", ["夜跑", "城市漫步"]),
        ("#Night Walk# and #night walk#", ["Night Walk"]),
        ("# heading # 1 #2", []),
        ("`#code#` https://example.org/#a#b", []),
        ("####", []),
        ("#" + "长" * 25 + "#", []),
        ("#a/b# #@x# #<b>#", []),
        ("#1# #2# #3# #4# #5# #6#", ["1", "2", "3", "4", "5"]),
    ],
)
def test_topics_of_a_text(text, found):
    assert topics_in(text) == found


def test_topics_link_to_their_page_and_nowhere_else(circle):
    html = render("#夜跑# #别的#", mentions={}, topics={"夜跑": "/circles/walks/topics/x/"})
    assert html == '<p><a class="topic" href="/circles/walks/topics/x/">#夜跑#</a> #别的#</p>'


def test_a_post_stands_under_its_topics(client, circle):
    author = MembershipFactory(circle=circle).user
    first = write(circle, "#夜跑# 今晚 #Fog#", author)
    write(circle, "又一次 #夜跑#")
    assert names(circle) == {"夜跑": 2, "Fog": 1}
    assert 'class="topic" href="/circles/walks/topics/%E5%A4%9C%E8%B7%91/"' in first.body_html
    assert "夜跑" in page(client.get("/circles/walks/topics/"))
    shown = page(client.get("/circles/walks/topics/夜跑/"))
    assert shown.count('class="card post"') == 2
    assert client.get("/circles/walks/topics/FOG/").status_code == 200
    posts.edit(editor=author, post=first, body="改了 #晨跑#")
    assert names(circle) == {"夜跑": 1, "晨跑": 1}
    assert client.get("/circles/walks/topics/Fog/").status_code == 404
    posts.hide(post=first)
    assert names(circle) == {"夜跑": 1}
    posts.restore(post=first)
    assert names(circle) == {"夜跑": 1, "晨跑": 1}
    posts.delete(actor=author, post=first)
    assert client.get("/circles/walks/topics/晨跑/").status_code == 404
    topics.file(post=Post.objects.last())
    assert names(circle) == {"夜跑": 1}
    assert APIClient().get("/api/v1/circles/walks/topics/").json()["results"][0]["name"] == "夜跑"


# --- Shelves -------------------------------------------------------------------------------------


def test_featured_posts_stand_on_shelves(client, circle, owner):
    post, other = PostFactory(circle=circle, body_html="<p>攻略一</p>"), PostFactory(circle=circle)
    url = "/circles/walks/shelves/"
    assert client.post(url, {"do": "add", "name": " 攻略 "}).status_code == 302
    assert client.post(url, {"do": "add", "name": "实录"}).status_code == 302
    twice = client.post(url, {"do": "add", "name": "实录"})
    assert (twice.status_code, circle.shelves.count()) == (422, 2)
    assert 'value="实录"' in page(twice)
    guides = circle.shelves.get(name="攻略")
    posts.set_featured(actor=owner, post=other, featured=True)
    assert client.post(f"/posts/{post.pk}/shelf/", {"shelf": guides.pk}).status_code == 302
    shown = page(client.get("/circles/walks/?tab=featured"))
    assert shown.count('class="card post"') == 2
    assert f"shelf={guides.pk}" in shown
    only = page(client.get(f"/circles/walks/?tab=featured&shelf={guides.pk}"))
    assert only.count('class="card post"') == 1
    assert "· 攻略" in only
    client.post(url, {"do": "rename", "shelf": guides.pk, "name": "路书"})
    assert "· 路书" in page(client.get(f"/circles/walks/?tab=featured&shelf={guides.pk}"))
    client.post(url, {"do": "down", "shelf": guides.pk})
    assert [shelf.name for shelf in circle.shelves.all()] == ["实录", "路书"]
    client.post(url, {"do": "remove", "shelf": guides.pk})
    post.refresh_from_db()
    assert (post.is_featured, post.shelf) == (True, None)
    foreign = shelves.add(actor=(elsewhere := CircleFactory()).owner, circle=elsewhere, name="别处")
    client.post(f"/posts/{post.pk}/shelf/", {"shelf": foreign.pk})
    post.refresh_from_db()
    assert post.shelf is None
    # From shelf to shelf is no news.
    assert sorted(circle.deeds.filter(kind="featured").values_list("post_id", flat=True)) == [post.pk, other.pk]


def test_shelves_are_the_staffs(client, circle):
    client.force_login(MembershipFactory(circle=circle).user)
    assert client.get("/circles/walks/shelves/").status_code == 403
    assert client.post("/circles/walks/shelves/", {"do": "add", "name": "x"}).status_code == 403
    assert not circle.shelves.exists()


def test_five_posts_are_pinned_and_no_sixth(circle):
    rows = [PostFactory(circle=circle) for _ in range(6)]
    for post in rows[:5]:
        posts.set_pinned(actor=circle.owner, post=post, pinned=True)
    with pytest.raises(Refused) as refusal:
        posts.set_pinned(actor=circle.owner, post=rows[5], pinned=True)
    assert refusal.value.code == "too_many_pinned"


# --- Collections ---------------------------------------------------------------------------------


@pytest.fixture
def book(circle):
    return collections.create(actor=circle.owner, circle=circle, title="新人手册")


def order(book, viewer):
    return [
        (chapter.section.title if chapter.section else "", [entry.page.post_id for entry in chapter.entries])
        for chapter in contents(Collection.objects.get(pk=book.pk), viewer)
    ]


def test_a_handbook_is_made_by_hand_without_scripts(client, circle, owner):
    a, b, c = (PostFactory(circle=circle) for _ in range(3))
    made = client.post("/circles/walks/collections/", {"title": "新人手册", "intro": "从这里读起"})
    book = Collection.objects.get()
    edit = f"/collections/{book.pk}/edit/"
    assert made.url == edit
    client.post(f"/posts/{a.pk}/collect/", {"collection": book.pk, "do": "add"})
    client.post(edit, {"do": "add_section", "title": "装备"})
    for post in (b, c, c):
        client.post(f"/posts/{post.pk}/collect/", {"collection": book.pk, "do": "add"})
    assert order(book, owner) == [("", [a.pk]), ("装备", [b.pk, c.pk])]
    pages = {row.post_id: row.pk for row in book.pages.all()}
    client.post(edit, {"do": "page_up", "page": pages[c.pk]})
    assert order(book, owner) == [("", [a.pk]), ("装备", [c.pk, b.pk])]
    client.post(edit, {"do": "page_up", "page": pages[c.pk]})
    assert order(book, owner) == [("", [a.pk, c.pk]), ("装备", [b.pk])]
    client.post(edit, {"do": "page_down", "page": pages[c.pk]})
    client.post(edit, {"do": "rename_page", "page": pages[c.pk], "title": "怎么选鞋"})
    layout = [[None, [pages[b.pk]]], [book.sections.get().pk, [pages[c.pk], pages[a.pk]]]]
    assert client.post(edit, {"do": "arrange", "order": json.dumps(layout)}).status_code == 204
    assert order(book, owner) == [("", [b.pk]), ("装备", [c.pk, a.pk])]
    for rubbish in (
        "",
        "[[",
        "[[1,2]]",
        "[[Infinity,[1]]]",
        json.dumps([[None, [pages[b.pk], pages[b.pk]]]]),
        json.dumps([[None, [10**9]]]),
    ):
        assert client.post(edit, {"do": "arrange", "order": rubbish}).status_code == 422
    bad = client.post(edit, {"do": "add_section", "title": "长" * 50})
    assert (bad.status_code, "长" * 50 in page(bad)) == (422, True)
    client.post(edit, {"do": "remove_section", "section": book.sections.get().pk})
    assert order(book, owner) == [("", [b.pk, c.pk, a.pk])]
    client.post(f"/posts/{c.pk}/collect/", {"collection": book.pk, "do": "remove"})
    assert order(book, owner) == [("", [b.pk, a.pk])]
    assert Collection.objects.get().page_count == 2
    client.post(edit, {"do": "delete"})
    assert not Collection.objects.exists()
    assert Post.objects.filter(state="published").count() == 3


def test_a_collection_begins_with_the_post_one_came_from(client, circle, owner):
    post, foreign = PostFactory(circle=circle, title="跑前热身"), PostFactory(title="别处的")
    asked = page(client.get(f"/posts/{post.pk}/collect/"))
    assert f'href="/circles/walks/collections/?post={post.pk}#begin"' in asked
    address = f"/circles/walks/collections/?post={post.pk}"
    assert "跑前热身" in page(client.get(address))
    assert "别处的" not in page(client.get(f"/circles/walks/collections/?post={foreign.pk}"))

    client.post(address, {"title": "新人手册"})
    assert order(Collection.objects.get(), owner) == [("", [post.pk])]
    client.post(f"/circles/walks/collections/?post={foreign.pk}", {"title": "又一本"})
    assert order(Collection.objects.get(title="又一本"), owner) == []


def test_posts_are_read_one_after_the_other(client, circle, book):
    rows = [PostFactory(circle=circle, body_html=f"<p>第{n}章</p>") for n in range(3)]
    for post in rows:
        collections.add_page(actor=circle.owner, collection=book, post=post)
    first, middle, last = rows
    inside = page(client.get(f"/posts/{middle.pk}/?in={book.pk}"))
    assert f'rel="prev" href="/posts/{first.pk}/?in={book.pk}"' in inside
    assert f'rel="next" href="/posts/{last.pk}/?in={book.pk}"' in inside
    assert "series" not in page(client.get(f"/posts/{middle.pk}/?in=x"))
    assert 'class="card series"' not in page(client.get(f"/posts/{PostFactory(circle=circle).pk}/?in={book.pk}"))
    posts.delete(actor=circle.owner, post=middle)
    text = page(client.get(f"/collections/{book.pk}/"))
    assert text.count("book__gone") == 1
    assert "第1章" not in text
    place = place_in(book.pk, first.pk, UserFactory())
    assert (place.entry.number, place.total, place.next.post) == (1, 3, last)


def test_collections_refuse(client, circle, book):
    member, post = MembershipFactory(circle=circle).user, PostFactory(circle=circle)
    client.force_login(member)
    for url in (f"/collections/{book.pk}/edit/", f"/posts/{post.pk}/collect/"):
        assert client.get(url).status_code == 403
        assert client.post(url, {"do": "delete", "collection": book.pk}).status_code == 403
    assert client.post("/circles/walks/collections/", {"title": "我也来"}).status_code == 403
    elsewhere = PostFactory()
    with pytest.raises(Exception, match="no longer here"):
        collections.add_page(actor=circle.owner, collection=book, post=elsewhere)
    with pytest.raises(Invalid):
        collections.create(actor=circle.owner, circle=circle, title=" ")
    assert (Collection.objects.count(), book.pages.count()) == (1, 0)


def test_collections_over_the_api(circle):
    client = APIClient()
    client.force_authenticate(circle.owner)
    post = PostFactory(circle=circle)
    made = client.post("/api/v1/circles/walks/collections/", {"title": "手册"}, format="json").json()
    pages = f"/api/v1/collections/{made['id']}/pages/"
    full = client.post(pages, {"post": post.pk, "title": "开始"}, format="json").json()
    [chapter] = full["chapters"]
    assert [(row["post"], row["title"]) for row in chapter["pages"]] == [(post.pk, "开始")]
    order = {"chapters": [{"section": None, "pages": [chapter["pages"][0]["page"]]}]}
    assert client.put(pages, order, format="json").status_code == 200
    order["chapters"][0]["pages"] *= 2
    assert client.put(pages, order, format="json").json()["code"] == "bad_order"
    assert client.delete(f"{pages}{chapter['pages'][0]['page']}/").status_code == 204
    assert (
        client.patch(f"/api/v1/collections/{made['id']}/", {"title": "新手册"}, format="json").json()["title"]
        == "新手册"
    )
    stranger = APIClient()
    stranger.force_authenticate(UserFactory())
    assert stranger.post(pages, {"post": post.pk}, format="json").status_code == 403
    for url, method in (("feature", "put"), ("pin", "put"), ("feature", "delete"), ("pin", "delete")):
        assert getattr(client, method)(f"/api/v1/posts/{post.pk}/{url}/").status_code == 204
        assert getattr(stranger, method)(f"/api/v1/posts/{post.pk}/{url}/").status_code == 403


# --- The archive ---------------------------------------------------------------------------------


def test_the_archive_counts_by_local_month(client, circle):
    for day in ("2026-09-30T15:59", "2026-09-30T16:01", "2026-10-05T12:00"):
        PostFactory(circle=circle, published_at=datetime.fromisoformat(day).replace(tzinfo=UTC))
    PostFactory(circle=circle, state="hidden", published_at=datetime(2026, 8, 1, tzinfo=UTC))
    text = page(client.get("/circles/walks/archive/"))
    assert re.findall(r"/archive/(\d+/\d+)/", text) == ["2026/10", "2026/9"]
    assert page(client.get("/circles/walks/archive/2026/10/")).count('class="card post"') == 2
    assert page(client.get("/circles/walks/archive/2026/9/")).count('class="card post"') == 1
    assert page(client.get("/circles/walks/archive/2026/8/")).count('class="card post"') == 0
    for nonsense in ("2026/13", "1/1", "99999/1"):
        assert client.get(f"/circles/walks/archive/{nonsense}/").status_code == 404
    assert APIClient().get("/api/v1/circles/walks/archive/").json()[0] == {"year": 2026, "month": 10, "count": 2}


# --- Taking a circle along -----------------------------------------------------------------------


def test_an_owner_takes_the_circle_along(client, circle, owner, photo):
    author = MembershipFactory(circle=circle, user__nickname="真名在外", nickname="圈里的名字").user
    post = write(circle, "留下的 #夜跑#", author)
    comments.publish(author=author, post=post, key=uuid4(), body="留下的评论")
    gone = comments.publish(author=author, post=post, key=uuid4(), body="删掉的评论")
    comments.delete(actor=author, comment=gone)
    hidden = write(circle, "藏起来的", author)
    posts.hide(post=hidden)
    book = collections.create(actor=owner, circle=circle, title="手册")
    collections.add_page(actor=owner, collection=book, post=post)
    url = "/circles/walks/export/"
    for _ in range(2):
        assert client.post(url).status_code == 302
    work()
    export = CircleExport.objects.get()
    assert export.state == ExportState.READY
    assert Job.objects.filter(handler="accounts.send_letter").count() == 1
    answer = client.get(f"{url}{export.pk}/")
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        whole = "".join(archive.read(name).decode() for name in archive.namelist() if not name.endswith("webp"))
        [row] = json.loads(archive.read("posts.json"))
        assert (row["author"], row["topics"]) == ("圈里的名字", ["夜跑"])
        assert [row["text"] for row in json.loads(archive.read("comments.json"))] == ["留下的评论"]
        assert json.loads(archive.read("collections.json"))[0]["post"] == post.pk
        assert "index.html" in archive.namelist()
    for word in ("真名在外", author.username, "藏起来的", "删掉的评论"):
        assert word not in whole
    client.force_login(MembershipFactory(circle=circle, role="moderator").user)
    for response in (client.get(url), client.post(url), client.get(f"{url}{export.pk}/")):
        assert response.status_code == 403
    CircleExport.objects.update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    client.force_login(owner)
    assert client.get(f"{url}{export.pk}/").status_code == 404
    assert (circle_exports.purge(), circle_exports.purge()) == (1, 0)


# --- Bookmarks -----------------------------------------------------------------------------------


def test_what_one_keeps_is_ones_own(client, circle):
    me, post = UserFactory(), PostFactory(circle=circle)
    client.force_login(me)
    for _ in range(2):
        assert client.post(f"/posts/{post.pk}/keep/").status_code == 302
    assert Bookmark.objects.count() == 1
    client.post("/me/saved/folders/", {"do": "add", "name": "以后读"})
    folder = me.bookmark_folders.get()
    client.post(f"/me/saved/{Bookmark.objects.get().pk}/", {"folder": folder.pk})
    shown = page(client.get(f"/me/saved/?folder={folder.pk}"))
    assert shown.count('class="card post"') == 1
    other = UserFactory()
    with pytest.raises(Exception, match="no such folder"):
        bookmarks.keep(user=other, post=post, folder=folder)
    posts.hide(post=post)
    shown = page(client.get("/me/saved/"))
    assert post.body not in shown
    assert 'class="kept"' in shown
    client.post("/me/saved/folders/", {"do": "remove", "folder": folder.pk})
    assert Bookmark.objects.get().folder is None
    client.post(f"/posts/{post.pk}/keep/", {"kept": "0"})
    assert not Bookmark.objects.exists()
    assert client.post("/me/saved/1/", {"folder": ""}).status_code == 404
    assert client.post(f"/posts/{post.pk}/keep/").status_code == 404
    client.logout()
    assert client.get("/me/saved/").status_code == 302


def test_bookmarks_over_the_api():
    client, me, post = APIClient(), UserFactory(), PostFactory()
    assert client.get("/api/v1/me/bookmarks/").status_code == 401
    client.force_authenticate(me)
    url = f"/api/v1/posts/{post.pk}/bookmark/"
    for _ in range(2):
        assert client.put(url, {"folder": "灵感"}, format="json").status_code == 204
    [row] = client.get("/api/v1/me/bookmarks/").json()["results"]
    assert (row["post"], row["folder"]) == (post.pk, "灵感")
    for _ in range(2):
        assert client.delete(url).status_code == 204
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize("page", ["/posts/{}/", "/circles/tea/", "/circles/tea/?tab=featured", "/"])
def test_the_menu_says_whether_a_post_is_kept_and_where(client, page):
    me, circle = UserFactory(), CircleFactory(slug="tea")
    post = PostFactory(circle=circle, body="龙井茶", is_featured=True)
    url = f"/posts/{post.pk}/"

    def entry():
        html = client.get(page.format(post.pk), headers={"accept-language": "en"}).content.decode()
        found = re.findall(r'formaction="/posts/\d+/keep/" name="kept" value="(\d)"', html)
        return found, re.findall(r'href="(/me/saved/[^"]*)">.*?Kept: show where', html)

    assert entry() == (["1"], [])
    client.force_login(me)
    assert entry() == (["1"], [])
    bookmarks.keep(user=UserFactory(), post=post)
    assert entry() == (["1"], []), "what somebody else keeps is theirs"
    client.post(f"{url}keep/")
    assert entry() == (["0"], ["/me/saved/"])
    folder = bookmarks.add_folder(user=me, name="以后读")
    bookmarks.keep(user=me, post=post, folder=folder)
    assert entry() == (["0"], [f"/me/saved/?folder={folder.pk}"])
    client.post(f"{url}keep/", {"kept": "0"})
    assert entry() == (["1"], [])
    api = APIClient()
    api.force_authenticate(me)
    where = f"/api/v1/posts/{post.pk}/bookmark/"
    assert api.get(where).json() == {"kept": False, "folder": None}
    api.put(where, {"folder": "以后读"}, format="json")
    assert api.get(where).json() == {"kept": True, "folder": "以后读"}
