"""Comments in floors, through the door."""

import re
import uuid

import pytest
from django.utils import timezone

from circles.models import Comment
from core.jobs.models import Job
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def post():
    return PostFactory(circle=CircleFactory(slug="photo", post_count=1), comment_count=0)


@pytest.fixture
def guest(client):
    user = UserFactory(nickname="来客")
    client.force_login(user)
    return user


def page(response):
    return response.content.decode()


def say(client, post, body="说得好", *, key=None, reply_to="", htmx=False):
    fields = {"body": body, "key": str(key or uuid.uuid4()), "reply_to": str(reply_to)}
    return client.post(f"/posts/{post.pk}/comments/", fields, **(HTMX if htmx else {}))


def nothing_said():
    return not Comment.objects.exists() and not Job.objects.exists()


def test_a_comment_takes_the_next_floor(client, post, guest):
    response = say(client, post)
    comment = Comment.objects.get()
    assert (comment.floor, comment.author, comment.body) == (1, guest, "说得好")
    assert (response.status_code, response.url) == (302, f"/comments/{comment.pk}/")
    assert client.get(response.url).url == f"/posts/{post.pk}/#comment-{comment.pk}"
    assert "说得好" in page(client.get(f"/posts/{post.pk}/"))


def test_htmx_answers_with_the_floor_and_a_fresh_key(client, post, guest):
    key = uuid.uuid4()
    response = say(client, post, key=key, htmx=True)
    comment = Comment.objects.get()
    assert response.status_code == 200
    assert f'id="comment-{comment.pk}"' in page(response)
    assert re.search(r'id="comment-key" value="([\w-]+)"', page(response)).group(1) != str(key)
    assert "<html" not in page(response)
    assert response.headers["HX-Reswap"].startswith("beforeend")


def test_a_reply_stands_in_its_floor(client, post, guest):
    floor = CommentFactory(post=post, floor=1, author__nickname="楼主")
    shown = page(client.get(f"/posts/{post.pk}/?reply_to={floor.pk}"))
    assert f'name="reply_to" value="{floor.pk}"' in shown
    response = say(client, post, reply_to=floor.pk, htmx=True)
    reply = floor.replies.get()
    assert (reply.floor, reply.reply_to) == (None, floor.author)
    assert response.headers["HX-Retarget"] == f"#comment-{floor.pk}"
    assert f'id="comment-{floor.pk}"' in page(response)
    assert "说得好" in page(response)


def test_sending_twice_makes_one_comment(client, post, guest):
    key = uuid.uuid4()
    first, second = say(client, post, key=key), say(client, post, key=key)
    assert Comment.objects.count() == 1
    assert first.url == second.url


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("words", ["", " \n ", "\x00"])
def test_an_empty_comment(client, post, guest, words, htmx):
    response = say(client, post, words, htmx=htmx)
    assert response.status_code == 422
    assert 'id="comment-error"' in page(response)
    assert nothing_said()


@pytest.mark.parametrize("htmx", [False, True])
def test_a_hundred_thousand_characters(client, post, guest, htmx):
    words = "字" * 100_000
    response = say(client, post, words, htmx=htmx)
    assert response.status_code == 422
    assert words in page(response)
    assert "100,000" in page(response)
    if htmx:
        assert response.headers["HX-Retarget"] == "#comment-form"
    assert nothing_said()


def test_nul_and_lone_surrogates_are_dropped(client, post, guest):
    kind = "application/x-www-form-urlencoded"
    response = client.post(f"/posts/{post.pk}/comments/", "body=a%00b%ED%A0%80c", content_type=kind)
    assert response.status_code == 302
    assert Comment.objects.get().body.startswith("ab")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_post_that_is_gone_keeps_the_words(client, post, guest, htmx):
    post.circle.state = "closed"
    post.circle.save()
    response = say(client, post, "lang getippt", htmx=htmx)
    assert response.status_code == 404
    assert ("toast" in response.headers["HX-Trigger"]) if htmx else ("lang getippt" in page(response))
    assert nothing_said()


@pytest.mark.parametrize("reply_to", ["999999", "no number", "9" * 40, "²", "-1"])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_reply_to_nothing_keeps_the_words(client, post, guest, reply_to, htmx):
    response = say(client, post, "lang getippt", reply_to=reply_to, htmx=htmx)
    assert response.status_code == 422
    assert "lang getippt" in page(response)
    assert nothing_said()


def test_logged_out_meanwhile(client, post):
    response = say(client, post, "lang getippt")
    assert response.status_code == 403
    assert "lang getippt" in page(response)
    assert f'href="/accounts/login/?next=/posts/{post.pk}/"' in page(response)
    response = say(client, post, "lang getippt", htmx=True)
    assert response.headers["HX-Redirect"].startswith("/accounts/login/")
    assert nothing_said()


@pytest.mark.parametrize("case", ["unverified", "banned from the site", "banned from the circle", "silenced"])
@pytest.mark.parametrize("htmx", [False, True])
def test_who_may_not_comment_keeps_the_words(client, post, case, htmx):
    later = timezone.now() + timezone.timedelta(days=1)
    user = UserFactory(
        **{"unverified": {"verified_at": None}, "banned from the site": {"banned_until": later}}.get(case, {})
    )
    if case == "banned from the circle":
        MembershipFactory(circle=post.circle, user=user, state="banned")
    if case == "silenced":
        MembershipFactory(circle=post.circle, user=user, silenced_until=later)
    client.force_login(user)
    assert 'id="comment-form"' not in page(client.get(f"/posts/{post.pk}/"))
    response = say(client, post, "lang getippt", htmx=htmx)
    assert response.status_code == 403
    assert ("toast" in response.headers["HX-Trigger"]) if htmx else ("lang getippt" in page(response))
    assert nothing_said()


def test_more_floors_come_in_pages(client, post):
    for number in range(1, 46):
        CommentFactory(post=post, floor=number, body=f"第{number}层", body_html=f"<p>第{number}层</p>")
    seen, url = [], f"/posts/{post.pk}/"
    while url:
        shown = page(client.get(url, **({} if not seen else HTMX)))
        seen += re.findall(r"<p>第(\d+)层</p>", shown)
        more = re.search(r'hx-get="(/posts/[^"]+before=[^"]+)"', shown)
        url = more and more.group(1)
    assert seen == [str(number) for number in range(1, 46)]


def test_a_link_to_a_late_floor_leads_to_it(client, post):
    floors = [CommentFactory(post=post, floor=number) for number in range(1, 46)]
    url = client.get(f"/comments/{floors[40].pk}/").url
    assert url == f"/posts/{post.pk}/?floor=41#comment-{floors[40].pk}"
    shown = page(client.get(url))
    assert f'id="comment-{floors[40].pk}"' in shown
    assert f'id="comment-{floors[0].pk}"' not in shown


def test_all_replies_of_a_floor(client, post):
    floor = CommentFactory(post=post, floor=1)
    for number in range(6):
        CommentFactory(post=post, floor=None, parent=floor, body_html=f"<p>Antwort {number}</p>")
    shown = page(client.get(f"/posts/{post.pk}/"))
    assert "Antwort 2" in shown
    assert "Antwort 3" not in shown
    assert f'hx-get="/comments/{floor.pk}/"' in shown
    last = floor.replies.last()
    url = client.get(last.get_absolute_url()).url
    assert url == f"/posts/{post.pk}/?floor=1#comment-{last.pk}"
    assert "Antwort 5" in page(client.get(url))
    opened = page(client.get(f"/comments/{floor.pk}/", **HTMX))
    assert "Antwort 5" in opened
    assert "<html" not in opened


@pytest.mark.parametrize(
    "path", ["?before=rubbish", "?before=%F0%9F", "?floor=99999999999999", "?floor=x", "?reply_to=x"]
)
def test_addresses_typed_by_hand(client, post, path):
    assert client.get(f"/posts/{post.pk}/{path}").status_code == 200
    assert client.get(f"/posts/{post.pk}/{path}", **HTMX).status_code == 200


def test_delete_asks_first(client, post, guest):
    say(client, post, "weg damit")
    comment = Comment.objects.get()
    assert "weg damit" in page(client.get(f"/comments/{comment.pk}/delete/"))
    response = client.post(f"/comments/{comment.pk}/delete/", {"next": f"/posts/{post.pk}/"})
    assert (response.status_code, response.url) == (302, f"/posts/{post.pk}/#comments")
    assert Comment.objects.get().state == "deleted"
    assert "weg damit" not in page(client.get(f"/posts/{post.pk}/"))
    assert client.get(f"/comments/{comment.pk}/").status_code == 404
    assert client.get(f"/comments/{comment.pk}/delete/").status_code == 404


def test_others_do_not_delete_the_circles_owner_does(client, post):
    comment = CommentFactory(post=post, floor=1)
    type(post).objects.update(comment_count=1)
    client.force_login(UserFactory())
    assert client.get(f"/comments/{comment.pk}/delete/").status_code == 403
    assert client.post(f"/comments/{comment.pk}/delete/").status_code == 403
    assert Comment.objects.get().state == "published"
    client.force_login(post.circle.owner)
    assert client.post(f"/comments/{comment.pk}/delete/").status_code == 302
    assert Comment.objects.get().state == "deleted"
