"""Circles over the API: the same answers and the same refusals as on pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from circles.actions import circles, comments, memberships, posts
from circles.models import Circle, Comment, Like, Membership, MembershipState, Post, PostPhoto, Role
from core.models import Job, Picture
from tests.factories import CategoryFactory, CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"
PROBLEM = "application/problem+json"


@pytest.fixture
def member():
    return MembershipFactory(circle=CircleFactory(slug="street", member_count=2))


@pytest.fixture
def api():
    """A client logged in as `person`: `api(person)`; without, a stranger's."""

    def make(person=None) -> APIClient:
        client = APIClient()
        if person is not None:
            client.force_authenticate(person)
        return client

    return make


def refused(response, status: int, code: str) -> dict:
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["Content-Type"].startswith(PROBLEM)
    assert response.json()["title"]
    return response.json()


# --- Circles -------------------------------------------------------------------------------------


def test_circles_are_listed_and_found(api):
    tea = CategoryFactory(slug="tea")
    big, small = CircleFactory(name="茶与光", category=tea, member_count=9), CircleFactory(name="跑步")
    circles.close(circle=CircleFactory())

    def names(query=""):
        return [circle["name"] for circle in api().get(f"{ROOT}/circles/{query}").json()["results"]]

    assert names() == [big.name, small.name]
    assert names("?category=tea") == names("?q=茶") == names(f"?q={big.number}") == [big.name]
    refused(api().get(f"{ROOT}/circles/?category=coffee"), 404, "not_found")
    first = api().get(f"{ROOT}/circles/?page_size=1").json()
    assert [circle["slug"] for circle in first["results"]] == [big.slug]
    assert first["previous"] is None
    rest = api().get(first["next"]).json()
    assert ([circle["slug"] for circle in rest["results"]], rest["next"]) == ([small.slug], None)
    assert names("?cursor=nonsense&page_size=x") == [big.name, small.name]


def test_a_circle(api, member, picture):
    circle = member.circle
    Circle.objects.filter(pk=circle.pk).update(avatar=picture(circle.owner))
    shown = api(member.user).get(f"{ROOT}/circles/street/").json()
    assert (shown["slug"], shown["number"], shown["member_count"]) == ("street", circle.number, 2)
    assert shown["avatar_url"].startswith("http://testserver/pictures/")
    assert shown["cover_url"] is None
    assert shown["owner"]["username"] == circle.owner.username
    assert (shown["membership"]["role"], shown["membership"]["is_member"]) == ("member", True)
    assert api().get(f"{ROOT}/circles/street/").json()["membership"] is None
    circles.close(circle=circle)
    for slug in ("street", "unknown"):
        refused(api(member.user).get(f"{ROOT}/circles/{slug}/"), 404, "not_found")


def test_founding(api, picture):
    person = UserFactory()
    CategoryFactory(slug="tea")
    cover = picture(person)
    fields = {"name": "茶馆", "category": "tea", "slug": "teahouse", "cover": str(cover.key)}
    answer = api(person).post(f"{ROOT}/circles/", fields, format="json")
    assert (answer.status_code, answer.json()["slug"]) == (201, "teahouse")
    assert answer.json()["membership"]["role"] == "owner"
    circle = Circle.objects.get()
    assert (circle.owner, circle.cover) == (person, cover)
    problem = refused(api(person).post(f"{ROOT}/circles/", fields, format="json"), 400, "slug_taken")
    assert problem["errors"][0]["field"] == "slug"
    refused(api(person).post(f"{ROOT}/circles/", {**fields, "category": "none"}, format="json"), 400, "invalid")
    for raw, code in (
        (r'{"name": " \u200b ", "category": "tea"}', "required"),
        (r'{"name": "x", "category": "\u0000\ud800"}', "invalid"),
        (r'{"name": "x", "category": {}, "slug": []}', "invalid"),
    ):
        refused(api(person).post(f"{ROOT}/circles/", raw, content_type="application/json"), 400, code)
    foreign = {**fields, "slug": "", "avatar": str(picture(UserFactory()).key)}
    refused(api(person).post(f"{ROOT}/circles/", foreign, format="json"), 404, "picture_not_found")
    unverified = UserFactory(verified_at=None)
    fields = {"name": "x", "category": "tea"}
    refused(api(unverified).post(f"{ROOT}/circles/", fields, format="json"), 403, "not_verified")
    refused(api().post(f"{ROOT}/circles/", fields, format="json"), 401, "not_authenticated")
    assert Circle.objects.count() == 1


def test_membership(api, member):
    url, person = f"{ROOT}/circles/street/membership/", UserFactory()
    client = api(person)
    assert client.get(url).json()["is_member"] is False
    joined = client.put(url)
    assert (joined.status_code, joined.json()["is_member"]) == (201, True)
    assert client.put(url).status_code == 200
    assert client.put(url, {"muted": True}, format="json").json()["muted"] is True
    assert client.put(url).json()["muted"] is True
    assert client.put(url, {"level": "digest"}, format="json").json()["level"] == "digest"
    both = client.put(url, {"level": "all", "muted": True}, format="json").json()
    assert (both["level"], both["muted"]) == ("all", False)
    assert client.put(url, {"level": ""}, format="json").json()["level"] == ""
    assert [client.delete(url).status_code for _ in range(2)] == [204, 204]
    assert Membership.objects.get(user=person).state == MembershipState.LEFT
    member.circle.refresh_from_db()
    assert member.circle.member_count == 2


def test_membership_refuses(api, member):
    url = f"{ROOT}/circles/street/membership/"
    memberships.ban(user=member.user, circle=member.circle)
    before = Job.objects.count()
    refused(api().put(url), 401, "not_authenticated")
    refused(api(UserFactory(verified_at=None)).put(url), 403, "not_verified")
    refused(api(member.user).put(url), 403, "circle_banned")
    refused(api(UserFactory()).put(url, {"muted": "perhaps"}, format="json"), 400, "invalid")
    refused(api(UserFactory()).put(url, {"level": "shouting"}, format="json"), 400, "invalid")
    refused(api(member.circle.owner).delete(url), 403, "owner_cannot_leave")
    refused(api(UserFactory()).put(f"{ROOT}/circles/unknown/membership/"), 404, "not_found")
    assert Membership.objects.active().count() == 1
    assert Job.objects.count() == before


# --- Posts ---------------------------------------------------------------------------------------


def test_publishing_words_and_uploaded_pictures(api, member, photo):
    client = api(member.user)
    answer = client.post(f"{ROOT}/pictures/", {"photo": photo()})
    assert answer.status_code == 201
    uploaded = answer.json()
    assert uploaded["large_url"].startswith("http://testserver/pictures/")
    key = str(uuid4())
    fields = {"body": "你好 <b>", "photos": [uploaded["key"]], "key": key}
    answer = client.post(f"{ROOT}/circles/street/posts/", fields, format="json")
    assert answer.status_code == 201
    post = answer.json()
    assert (post["body"], post["html"]) == ("你好 <b>", "<p>你好 &lt;b&gt;</p>")
    assert [shot["key"] for shot in post["photos"]] == [uploaded["key"]]
    assert (post["can_edit"], post["can_delete"], post["liked"]) == (True, True, False)
    assert post["url"] == f"http://testserver/posts/{post['id']}/"
    again = client.post(f"{ROOT}/circles/street/posts/", fields, format="json")
    assert (again.status_code, again.json()["id"]) == (200, post["id"])
    assert Post.objects.count() == 1


def test_publishing_with_files(api, member, photo):
    fields = {"body": "照片\x00", "photo": [photo("red"), photo("blue")]}
    answer = api(member.user).post(f"{ROOT}/circles/street/posts/", fields)
    assert (answer.status_code, answer.json()["body"]) == (201, "照片")
    assert len(answer.json()["photos"]) == PostPhoto.objects.count() == 2


def test_publishing_refuses(api, member, photo, picture):
    url, client = f"{ROOT}/circles/street/posts/", api(member.user)
    used = picture(member.user)
    PostPhoto.objects.create(post=PostFactory(author=member.user), picture=used)
    mine = [str(picture(member.user).key) for _ in range(10)]

    def send(fields, who=client):
        return who.post(url, fields, format="json")

    refused(send({}), 400, "empty_post")
    refused(send({"body": " \u200b "}), 400, "empty_post")
    problem = refused(send({"body": "长" * 100_000}), 400, "too_long")
    assert "100,000" in problem["title"]
    assert problem["errors"] == [{"field": "body", "code": "too_long", "detail": problem["title"]}]
    refused(send({"photos": mine}), 400, "too_many_photos")
    refused(send({"photos": [str(used.key)]}), 400, "picture_in_use")
    refused(send({"photos": [str(picture(UserFactory()).key)]}), 404, "picture_not_found")
    for raw in (r'{"body": "\u0000"}', r'{"body": "\ud800"}', r'{"photos": ["\udfff"]}'):
        refused(client.post(url, raw, content_type="application/json"), 400, "invalid")
    for nonsense in ({"photos": ["x"]}, {"photos": 7}, {"key": "x"}, {"body": ["x"]}, [1, 2]):
        refused(send(nonsense), 400, "invalid")
    refused(send({"body": "x"}, api()), 401, "not_authenticated")
    refused(send({"body": "x"}, api(UserFactory())), 403, "not_member")
    refused(client.post(url, {"photo": [photo() for _ in range(10)]}), 400, "too_many_photos")
    refused(client.post(url, {"body": "x", "photo": [photo(), _text()]}), 400, "not_a_picture")
    refused(client.post(url, b"{", content_type="application/json"), 400, "parse_error")
    refused(client.post(url, b"\xff\xfe{}", content_type="application/json"), 400, "parse_error")
    memberships.silence(user=member.user, circle=member.circle, until=timezone.now() + timedelta(days=1))
    refused(send({"body": "x"}), 403, "silenced")
    refused(client.post(url, {"body": "x", "photo": [photo()]}), 403, "silenced")
    circles.close(circle=member.circle)
    refused(send({"body": "x"}), 404, "not_found")
    assert Post.objects.filter(circle=member.circle).count() == 0
    others = Job.objects.exclude(handler__in=("core.make_picture_sizes", "search.index_circle"))
    assert not others.exists()


def _text():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("notes.jpg", b"just words", content_type="image/jpeg")


def test_uploading_refuses(api, member, photo):
    url = f"{ROOT}/pictures/"
    refused(api(member.user).post(url, {"photo": _text()}), 400, "not_a_picture")
    refused(api(member.user).post(url, {}), 400, "invalid")
    refused(api(member.user).post(url, {"photo": "words"}), 400, "invalid")
    refused(api(UserFactory(verified_at=None)).post(url, {"photo": photo()}), 403, "not_verified")
    refused(api().post(url, {"photo": photo()}), 401, "not_authenticated")
    assert not Picture.objects.exists()


def test_posts_of_a_circle(api, member):
    made = [PostFactory(circle=member.circle, is_pinned=n == 1, is_featured=n == 2) for n in range(3)]
    PostFactory(circle=member.circle, state="hidden")

    def ids(query=""):
        answer = api().get(f"{ROOT}/circles/street/posts/{query}").json()
        return [post["id"] for post in answer["results"]]

    assert ids() == [post.pk for post in reversed(made)]
    assert ids("?tab=featured") == [made[2].pk]
    first = api().get(f"{ROOT}/circles/street/posts/?page_size=2").json()
    assert [post["id"] for post in api().get(first["next"]).json()["results"]] == [made[0].pk]
    assert ids("?cursor=x") == ids("?cursor=%FF&tab=x") == ids()
    refused(api().get(f"{ROOT}/circles/unknown/posts/"), 404, "not_found")


def test_a_post_is_changed_and_deleted_by_its_author(api, member, picture):
    shot = picture(member.user)
    post = PostFactory(circle=member.circle, author=member.user)
    url, client = f"{ROOT}/posts/{post.pk}/", api(member.user)
    changed = client.patch(url, {"body": "改", "photos": [str(shot.key)]}, format="json").json()
    assert (changed["body"], len(changed["photos"])) == ("改", 1)
    assert changed["edited_at"] is not None
    assert len(client.patch(url, {"body": "又改"}, format="json").json()["photos"]) == 1
    assert client.patch(url, {"photos": []}, format="json").json()["photos"] == []
    refused(client.patch(url, {"body": ""}, format="json"), 400, "empty_post")
    other = api(UserFactory())
    assert other.get(url).json()["can_edit"] is False
    refused(other.patch(url, {"body": "x"}, format="json"), 403, "not_author")
    refused(other.delete(url), 403, "not_author")
    refused(api().patch(url, {"body": "x"}, format="json"), 401, "not_authenticated")
    assert client.delete(url).status_code == 204
    for again in (client.get(url), client.delete(url), client.patch(url, {"body": "x"}, format="json")):
        refused(again, 404, "not_found")
    assert Post.objects.get().body == "又改"


@pytest.mark.parametrize("number", ["0", "999999", str(2**31), str(2**63), str(10**40)])
def test_unknown_numbers_are_not_found(api, number):
    client = api(UserFactory())
    for answer in (
        client.get(f"{ROOT}/posts/{number}/"),
        client.get(f"{ROOT}/posts/{number}/comments/"),
        client.put(f"{ROOT}/posts/{number}/like/"),
        client.delete(f"{ROOT}/comments/{number}/"),
    ):
        refused(answer, 404, "not_found")


def test_hidden_posts_are_nowhere(api, member):
    post = PostFactory(circle=member.circle, author=member.user)
    said = CommentFactory(post=post, author=member.user)
    posts.hide(post=post)
    client = api(member.user)
    for answer in (
        client.get(f"{ROOT}/posts/{post.pk}/"),
        client.get(f"{ROOT}/posts/{post.pk}/comments/"),
        client.post(f"{ROOT}/posts/{post.pk}/comments/", {"body": "x"}, format="json"),
        client.put(f"{ROOT}/posts/{post.pk}/like/"),
        client.delete(f"{ROOT}/comments/{said.pk}/"),
    ):
        refused(answer, 404, "not_found")
    assert client.get(f"{ROOT}/circles/street/posts/").json()["results"] == []


# --- Likes and comments --------------------------------------------------------------------------


def test_likes(api, member):
    url = f"{ROOT}/posts/{PostFactory(circle=member.circle).pk}/like/"
    client = api(UserFactory())
    for _ in range(2):
        assert client.put(url).json() == {"liked": True, "like_count": 1}
    for _ in range(2):
        assert client.delete(url).json() == {"liked": False, "like_count": 0}
    refused(api().put(url), 401, "not_authenticated")
    refused(api(UserFactory(verified_at=None)).put(url), 403, "not_verified")
    memberships.ban(user=member.user, circle=member.circle)
    refused(api(member.user).put(url), 403, "circle_banned")
    assert not Like.objects.exists()


def test_comments_in_floors_with_replies(api, member):
    post = PostFactory(circle=member.circle)
    url, client = f"{ROOT}/posts/{post.pk}/comments/", api(member.user)
    key = str(uuid4())
    first = client.post(url, {"body": " 一楼\r\n", "key": key}, format="json")
    assert (first.status_code, first.json()["floor"], first.json()["body"]) == (201, 1, "一楼")
    assert client.post(url, {"body": "一楼", "key": key}, format="json").json()["id"] == first.json()["id"]
    replies = [
        client.post(url, {"body": f"回{n}", "parent": first.json()["id"]}, format="json").json() for n in range(5)
    ]
    deeper = client.post(url, {"body": "再回", "parent": replies[0]["id"]}, format="json").json()
    assert (deeper["floor"], deeper["parent"]) == (None, first.json()["id"])
    assert deeper["reply_to"] == {"username": member.user.username, "nickname": member.user.nickname}
    [floor] = api().get(url).json()["results"]
    assert [reply["body"] for reply in floor["replies"]] == ["回0", "回1", "回2"]
    assert (floor["reply_count"], floor["is_gone"]) == (6, False)
    opened = api().get(f"{url}?parent={floor['id']}").json()["results"]
    assert [reply["body"] for reply in opened] == [*(f"回{n}" for n in range(5)), "再回"]
    for nonsense in ("x", "0", "9" * 30, "²", ""):
        refused(api().get(f"{url}?parent={nonsense}"), 404, "not_found")

    assert client.delete(f"{ROOT}/comments/{floor['id']}/").status_code == 204
    [gone] = api().get(url).json()["results"]
    assert (gone["is_gone"], gone["body"], gone["html"], gone["floor"]) == (True, "", "", 1)


def test_a_reply_sent_again_is_the_same_though_what_it_answers_is_gone(api, member):
    post = PostFactory(circle=member.circle)
    url, client = f"{ROOT}/posts/{post.pk}/comments/", api(member.user)
    first = client.post(url, {"body": "一楼"}, format="json").json()
    reply = {"body": "回", "parent": first["id"], "key": str(uuid4())}
    said = client.post(url, reply, format="json")
    assert client.delete(f"{ROOT}/comments/{first['id']}/").status_code == 204
    again = client.post(url, reply, format="json")
    assert (said.status_code, again.status_code, again.json()["id"]) == (201, 201, said.json()["id"])
    refused(client.post(url, {**reply, "key": str(uuid4())}, format="json"), 404, "comment_not_found")


def test_commenting_refuses(api, member):
    post = PostFactory(circle=member.circle)
    url, client = f"{ROOT}/posts/{post.pk}/comments/", api(member.user)
    elsewhere = comments.publish(author=member.user, post=PostFactory(), key=uuid4(), body="x")
    jobs = Job.objects.count()

    def send(fields, who=client):
        return who.post(url, fields, format="json")

    refused(send({"body": "  "}), 400, "empty_comment")
    refused(send({}), 400, "invalid")
    refused(send({"body": "长" * 2001}), 400, "too_long")
    for parent in ("x", -1, 2**70, 1.5):
        refused(send({"body": "x", "parent": parent}), 400, "invalid")
    for parent in (999_999, elsewhere.pk):
        refused(send({"body": "x", "parent": parent}), 404, "comment_not_found")
    refused(send({"body": "x"}, api()), 401, "not_authenticated")
    refused(send({"body": "x"}, api(UserFactory(verified_at=None))), 403, "not_verified")
    refused(api(UserFactory()).delete(f"{ROOT}/comments/{elsewhere.pk}/"), 403, "not_author")
    assert Comment.objects.count() == 1
    assert Job.objects.count() == jobs


def test_staff_delete_what_is_in_their_circle(api, member):
    moderator = MembershipFactory(circle=member.circle, role=Role.MODERATOR).user
    post = PostFactory(circle=member.circle)
    said = comments.publish(author=member.user, post=post, key=uuid4(), body="x")
    assert api(moderator).delete(f"{ROOT}/comments/{said.pk}/").status_code == 204
    assert api(moderator).delete(f"{ROOT}/posts/{post.pk}/").status_code == 204


def test_lists_cost_the_same_for_5_and_50(api, picture):
    viewer = UserFactory()

    def furnished(count):
        circle = CircleFactory()
        MembershipFactory(circle=circle, user=viewer)
        for _ in range(count):
            author = UserFactory()
            author.avatar = picture(author)
            author.save()
            post = PostFactory(circle=circle, author=author, like_count=1)
            PostPhoto.objects.create(post=post, picture=picture(author))
        for n in range(count):
            floor = CommentFactory(post=post, author=author, floor=n + 1)
            CommentFactory(post=post, floor=None, parent=floor, reply_to=author)
        return (f"/circles/{circle.slug}/posts/?page_size=50", f"/posts/{post.pk}/comments/?page_size=50")

    def cost(url):
        with CaptureQueriesContext(connection) as captured:
            answer = api(viewer).get(f"{ROOT}{url}")
        return len(captured), len(answer.json()["results"])

    few = [cost(url) for url in furnished(5)]
    many = [cost(url) for url in furnished(50)]
    assert few == [(5, 5), (3, 5)]
    assert many == [(5, 50), (3, 50)]
    before = cost("/circles/?page_size=50")
    CircleFactory.create_batch(20)
    assert cost("/circles/?page_size=50") == (before[0], before[1] + 20)
