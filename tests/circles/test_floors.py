"""Floors beside their words: orders, the author's alone, quotes, a photo, likes; through pages and the API."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import blocks
from circles.actions import comment_likes, comments
from circles.models import Comment, CommentLike, Post
from core.errors import NotFound, Refused
from core.models import Picture
from notifications.models import Notification
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory
from tests.feeds.community import work

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def post():
    return PostFactory(circle=CircleFactory(slug="photo", post_count=1), published_at=timezone.now())


@pytest.fixture
def api():
    def make(person=None) -> APIClient:
        client = APIClient()
        if person is not None:
            client.force_authenticate(person)
        return client

    return make


@pytest.fixture
def guest(client):
    user = UserFactory(nickname="来客")
    client.force_login(user)
    return user


def page(response):
    return response.content.decode()


def say(client, post, body="说得好", **fields):
    return client.post(f"/posts/{post.pk}/comments/", {"body": body, "key": str(uuid4()), **fields})


def shown(client, url):
    return [int(n) for n in re.findall(r'class="floor__number"[^>]*>.*?#(\d+)</a>', page(client.get(url)))]


@pytest.mark.parametrize(
    ("query", "order", "swap"),
    [
        ("", "oldest", "beforeend"),
        ("?order=best", "best", "beforeend"),
        ("?order=newest", "newest", "afterbegin"),
        ("?only=author&order=newest", "author", "afterbegin"),
    ],
)
def test_new_floors_have_their_place_in_each_order(client, post, guest, query, order, swap):
    """Above the others where the newest come first, else below; static/js/floors.js goes by data-order."""
    MembershipFactory(circle=post.circle, user=guest)
    CommentFactory(post=post, floor=1, author=post.author)
    text = page(client.get(f"/posts/{post.pk}/{query}"))
    assert f'data-order="{order}"' in text
    assert f'hx-swap="{swap}"' in text
    assert text.count('id="new-floors"') == 1
    assert (text.index('id="new-floors"') < text.index('class="floor__number"')) is (swap == "afterbegin")


def test_the_last_page_takes_in_what_was_just_written_only_where_it_stands_there(client, post, monkeypatch):
    monkeypatch.setattr("circles.queries.FLOORS_PER_PAGE", 2)
    for number in range(1, 4):
        CommentFactory(post=post, floor=number, author=post.author)
    for query, is_there in (("", True), ("?order=newest", False)):
        text = page(client.get(f"/posts/{post.pk}/{query}"))
        more = re.search(r'hx-get="(/posts/[^"]+before=[^"]+)"', text).group(1).replace("&amp;", "&")
        assert ('id="new-floors" hx-swap-oob' in page(client.get(more, **HTMX))) is is_there


def test_orders_and_the_author_alone_in_keyset_pages(client, post, monkeypatch):
    monkeypatch.setattr("circles.queries.FLOORS_PER_PAGE", 2)
    authors = (UserFactory(), post.author)
    for number in range(1, 6):
        CommentFactory(post=post, floor=number, author=authors[number in (2, 5)], warmth=number % 3)
    url = f"/posts/{post.pk}/"

    def walk(query):
        seen, address = [], url + query
        while address:
            text = page(client.get(address, **(HTMX if seen else {})))
            seen += [int(n) for n in re.findall(r'class="floor__number"[^>]*>.*?#(\d+)</a>', text)]
            more = re.search(r'hx-get="(/posts/[^"]+before=[^"]+)"', text)
            address = more and more.group(1).replace("&amp;", "&")
        return seen

    assert walk("") == [1, 2, 3, 4, 5]
    assert walk("?order=newest") == [5, 4, 3, 2, 1]
    assert walk("?order=best") == [2, 5, 1, 4, 3]
    assert walk("?only=author") == [2, 5]
    assert walk("?only=author&order=newest") == [5, 2]
    assert walk("?order=rubbish&only=everybody") == [1, 2, 3, 4, 5]
    assert client.get(f"{url}?order=best&before=rubbish").status_code == 200
    jumped = page(client.get(f"{url}?floor=99"))
    assert "floor-tools" not in jumped
    assert 'role="status"' in jumped


def test_a_deleted_floor_says_so_without_a_name(client, post, guest):
    author = UserFactory(nickname="悄悄走的人")
    gone = comments.publish(author=author, post=post, key=uuid4(), body="不该再见到")
    kept = comments.publish(author=guest, post=post, key=uuid4(), body="还在")
    comments.delete(actor=author, comment=gone)
    text = page(client.get(f"/posts/{post.pk}/"))
    assert shown(client, f"/posts/{post.pk}/") == [1, 2]
    assert f'class="floor floor--gone" id="comment-{gone.pk}"' in text
    assert "悄悄走的人" not in text
    assert "不该再见到" not in text
    assert f'id="comment-{kept.pk}"' in text


def test_a_quote_is_a_box_with_a_link(client, post, guest):
    floor = comments.publish(author=UserFactory(nickname="甲"), post=post, key=uuid4(), body="原来的<b>话")
    begun = page(client.get(f"/posts/{post.pk}/?quote={floor.pk}"))
    assert f'name="quote" value="{floor.pk}"' in begun
    assert say(client, post, "同意", quote=floor.pk).status_code == 302
    said = Comment.objects.get(body="同意")
    assert (said.quoted, said.floor) == (floor, 2)
    text = page(client.get(f"/posts/{post.pk}/"))
    assert f'<a class="quote__link" href="/comments/{floor.pk}/">' in text
    assert "原来的&lt;b&gt;话" in text.split("quote__link")[1]
    work()
    assert Notification.objects.get(recipient=floor.author, kind="reply").comment == said
    comments.hide(comment=floor)
    text = page(client.get(f"/posts/{post.pk}/"))
    assert "quote__link" not in text
    assert "原来的" not in text
    assert '<blockquote class="quote">' in text
    for nonsense in ("x", "999999999", str(CommentFactory().pk), str(floor.pk)):
        response = say(client, post, "留住这句", quote=nonsense)
        assert response.status_code == 422
        assert "留住这句" in page(response)
    assert Comment.objects.filter(post=post).count() == 2


def test_a_comment_of_another_post_is_neither_answered_nor_quoted_nor_accepted(client, api, guest):
    """Both posts are the viewer's own questions, so that nothing but the place is wrong."""
    post, other = (PostFactory(author=guest, kind="question", title="？") for _which in range(2))
    elsewhere = CommentFactory(post=other)
    reply = CommentFactory(post=other, floor=None, parent=elsewhere, reply_to=elsewhere.author)
    url, json = f"/posts/{post.pk}/", {"format": "json"}
    for named in (elsewhere, reply):
        for field in ("reply_to", "quote"):
            assert f'name="{field}" value="{named.pk}"' not in page(client.get(f"{url}?{field}={named.pk}"))
            for htmx in ({}, HTMX):
                refused = client.post(f"{url}comments/", {"body": "留住这句", field: named.pk}, **htmx)
                assert (refused.status_code, "留住这句" in page(refused)) == (422, True)
        for field in ("parent", "quote"):
            refused = api(guest).post(f"/api/v1{url}comments/", {"body": "x", field: named.pk}, **json)
            assert (refused.status_code, refused.json()["code"]) == (404, "comment_not_found")
        refused = api(guest).put(f"/api/v1{url}accepted/", {"comment": named.pk}, **json)
        assert (refused.status_code, refused.json()["code"]) == (404, "comment_not_found")
        assert client.post(f"{url}accept/", {"comment": named.pk}).status_code == 404
    assert Comment.objects.count() == 2
    assert not Post.objects.exclude(accepted=None).exists()
    floors = api().get(f"/api/v1{url}comments/?parent={elsewhere.pk}")
    assert floors.status_code == 404


def test_whom_a_block_hides_is_not_quoted_to_the_other(client, post, guest):
    shy = UserFactory(nickname="害羞")
    floor = comments.publish(author=shy, post=post, key=uuid4(), body="不给你看")
    comments.publish(author=UserFactory(), post=post, key=uuid4(), body="旁人", quoted=floor)
    blocks.block(user=shy, person=guest)
    text = page(client.get(f"/posts/{post.pk}/"))
    assert "旁人" in text
    assert "不给你看" not in text
    assert "害羞" not in text
    with pytest.raises(Refused) as refusal:
        comments.publish(author=guest, post=post, key=uuid4(), body="x", quoted=floor)
    assert refusal.value.code == "blocked"


def test_a_photo_in_a_comment(client, post, guest, photo):
    assert say(client, post, "", photo=photo()).status_code == 302
    said = Comment.objects.get()
    picture = said.picture
    assert (said.body, picture.owner) == ("", guest)
    assert f'src="{picture.card_url}"' in page(client.get(f"/posts/{post.pk}/"))
    stranger = type(client)()
    assert stranger.get(picture.large_url).status_code == 200
    comments.hide(comment=said)
    assert stranger.get(picture.large_url).status_code == 404
    assert client.get(picture.large_url).status_code == 404
    comments.restore(comment=said)
    assert client.get(picture.large_url).status_code == 200
    comments.delete(actor=guest, comment=said)
    said.refresh_from_db()
    assert said.picture is None
    assert stranger.get(picture.large_url).status_code == 404


def test_a_photo_that_was_taken_in_survives_a_refusal(client, post, guest, photo, settings):
    response = say(client, post, "长" * (settings.COMMENT_MAX_LENGTH + 1), photo=photo())
    assert response.status_code == 422
    key = re.search(r'name="photo_kept" value="(\w+)"', page(response)).group(1)
    assert say(client, post, "短", photo_kept=key).status_code == 302
    assert Comment.objects.get().picture.key.hex == key
    # once only, of one's own only, and nothing that is no picture
    assert say(client, post, "", photo_kept=key).status_code == 422
    foreign = Picture.objects.create(owner=UserFactory(), width=1, height=1, byte_count=1)
    assert say(client, post, "", photo_kept=foreign.key.hex).status_code == 422
    assert say(client, post, "坏的", photo=SimpleUploadedFile("x.png", b"no")).status_code == 422
    assert Comment.objects.count() == 1


def test_likes_of_comments_move_the_counter_the_warmth_and_one_line(client, post, guest):
    author = UserFactory()
    floor = comments.publish(author=author, post=post, key=uuid4(), body="好话")
    others = [UserFactory() for _ in range(2)]
    work()
    url = f"/comments/{floor.pk}/like/"
    for _ in range(2):
        answer = client.post(url, {"liked": "1"}, **HTMX)
        assert 'aria-pressed="true"' in page(answer)
    for other in others:
        comment_likes.like(user=other, comment=floor)
    floor.refresh_from_db()
    assert (floor.like_count, floor.warmth, CommentLike.objects.count()) == (3, 2000, 3)
    work()
    line = Notification.objects.get(recipient=author, kind="comment_like")
    assert (line.actor_count, line.comment) == (3, floor)
    assert author.credit_entries.filter(kind="liked", withdrawn_at=None).count() == 3
    text = page(client.get(f"/posts/{post.pk}/"))
    assert re.search(rf'id="like-comment-{floor.pk}"[^>]*value="0"', text)
    assert re.search(rf'id="like-comment-{floor.pk}"[^>]*value="1"', page(type(client)().get(f"/posts/{post.pk}/")))
    assert client.post(url, {"liked": "0"}).status_code == 302
    floor.refresh_from_db()
    assert (floor.like_count, floor.warmth) == (2, 1585)


def test_late_comments_have_an_allowance(post):
    floor = CommentFactory(post=post, floor=1, published_at=post.published_at + timedelta(hours=72))
    comment_likes.like(user=UserFactory(), comment=floor)
    floor.refresh_from_db()
    assert floor.warmth == 1500


def test_likes_of_comments_are_refused(post):
    floor = CommentFactory(post=post, floor=1)
    banned = MembershipFactory(circle=post.circle, state="banned").user
    for user, code in ((banned, "circle_banned"), (UserFactory(verified_at=None), "not_verified")):
        with pytest.raises(Refused) as refusal:
            comment_likes.like(user=user, comment=floor)
        assert refusal.value.code == code
    comments.hide(comment=floor)
    with pytest.raises(NotFound):
        comment_likes.like(user=UserFactory(), comment=floor)
    assert not CommentLike.objects.exists()


def test_floors_with_likes_and_quotes_cost_two_queries_more(client, post, guest):
    first = CommentFactory(post=post, floor=1)
    costs = []
    for number in range(2, 12):
        CommentFactory(post=post, floor=number, quoted=first, like_count=1)
        if number in (3, 11):
            client.get(f"/posts/{post.pk}/")
            with CaptureQueriesContext(connection) as context:
                client.get(f"/posts/{post.pk}/")
            costs.append(len(context))
    assert costs == [5, 5]


def test_long_comments_are_folded_by_a_switch(client, post, guest):
    say(client, post, "长话" * 200)
    text = page(client.get(f"/posts/{post.pk}/"))
    assert f'id="fold-{Comment.objects.get().pk}" type="checkbox"' in text


def test_more_replies_than_can_be_brought_at_once_have_pages(client, post, monkeypatch):
    monkeypatch.setattr("circles.queries.comments.REPLIES_PER_PAGE", 4)
    floor = CommentFactory(post=post, floor=1)
    for number in range(6):
        CommentFactory(post=post, floor=None, parent=floor, body_html=f"<p>Antwort {number}.</p>")
    text = page(client.get(f"/posts/{post.pk}/"))
    assert f'href="/comments/{floor.pk}/replies/"' in text
    seen, url = [], f"/comments/{floor.pk}/replies/"
    while url:
        text = page(client.get(url, **(HTMX if seen else {})))
        seen += re.findall(r"Antwort (\d)\.", text)
        more = re.search(r'hx-get="(/comments/[^"]+before=[^"]+)"', text)
        url = more and more.group(1)
    assert seen == [*"012345"]
    assert client.get("/comments/999999999/replies/").status_code == 404


def test_floors_over_the_api(api, post, guest):
    url, client = f"/api/v1/posts/{post.pk}/comments/", api(guest)
    floor = comments.publish(author=post.author, post=post, key=uuid4(), body="一楼")
    picture = Picture.objects.create(owner=guest, width=1, height=1, byte_count=1)
    said = client.post(url, {"body": "", "quote": floor.pk, "photo": str(picture.key)}, format="json")
    assert (said.status_code, said.json()["floor"]) == (201, 2)
    assert said.json()["quote"] == {
        "id": floor.pk,
        "floor": 1,
        "name": post.author.nickname,
        "excerpt": "一楼",
        "is_gone": False,
    }
    assert picture.key.hex in str(said.json()["photo"])
    again = client.post(url, {"body": "", "photo": str(picture.key)}, format="json")
    assert (again.status_code, again.json()["code"]) == (400, "picture_in_use")
    like = f"/api/v1/comments/{said.json()['id']}/like/"
    for _ in range(2):
        assert client.put(like).json() == {"liked": True, "like_count": 1}
    [best, other] = client.get(f"{url}?order=best").json()["results"]
    assert (best["floor"], best["liked"], best["like_count"], other["liked"]) == (2, True, 1, False)
    assert [row["floor"] for row in client.get(f"{url}?only=author").json()["results"]] == [1]
    assert [row["floor"] for row in client.get(f"{url}?floor=2").json()["results"]] == [2]
    for _ in range(2):
        assert client.delete(like).json() == {"liked": False, "like_count": 0}
    assert api().put(like).status_code == 401
