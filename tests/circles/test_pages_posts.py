"""Writing, reading, changing and deleting posts, through the door."""

import re
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from circles.models import Draft, Post, PostPhoto
from core.jobs.models import Job
from core.models import Picture
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def photo(name="照片.jpg", colour="teal", size=(60, 40)):
    data = BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def huge_png(name="huge.png"):
    """50 megapixels of one colour: a few kilobytes."""
    data = BytesIO()
    Image.new("1", (10_000, 5_000)).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def text_file(name="notes.jpg"):
    return SimpleUploadedFile(name, b"These are words, not pixels.", "image/jpeg")


@pytest.fixture
def circle():
    return CircleFactory(slug="photo", name="摄影", post_count=10)


@pytest.fixture
def member(circle):
    return MembershipFactory(circle=circle).user


@pytest.fixture
def member_client(client, member):
    client.force_login(member)
    return client


def send(client, *, slug="photo", body="你好，圈子", draft=None, **more):
    return client.post(f"/circles/{slug}/post/", {"body": body, "draft": str(draft or uuid.uuid4()), **more})


def page(response):
    return response.content.decode()


def nothing_happened():
    return Post.objects.count() == 0 and not Job.objects.exclude(handler="core.make_picture_sizes").exists()


# --- Sending -------------------------------------------------------------------------------------


def test_post_with_words_and_photos(member_client, member, circle):
    response = send(member_client, photo=[photo("a.jpg"), photo("b.jpg", "navy")])
    post = Post.objects.get()
    assert (response.status_code, response.url) == (302, f"/posts/{post.pk}/")
    assert (post.author, post.circle, post.body) == (member, circle, "你好，圈子")
    assert post.photos.count() == 2
    assert not Draft.objects.exists()


def test_photos_sent_before_the_words_go_with_the_post_without_the_removed_one(member_client):
    draft = uuid.uuid4()
    keys = []
    for name in ("a.jpg", "b.jpg"):
        answer = member_client.post(f"/drafts/{draft}/photos/?circle=photo", {"photo": photo(name)}, **HTMX)
        assert answer.status_code == 200
        keys += re.findall(r'name="photos" value="(\w+)"', page(answer))
    send(member_client, draft=draft, photos=keys[:1])
    assert [row.picture.key.hex for row in PostPhoto.objects.all()] == keys[:1]


def test_remove_a_photo_from_a_draft(member_client):
    draft = uuid.uuid4()
    answer = member_client.post(f"/drafts/{draft}/photos/", {"photo": photo()}, **HTMX)
    key = re.search(r'name="photos" value="(\w+)"', page(answer)).group(1)
    assert member_client.post(f"/drafts/{draft}/photos/{key}/remove/", **HTMX).status_code == 204
    assert not Draft.objects.get().photos.exists()


def test_sending_twice_makes_one_post(member_client):
    draft = uuid.uuid4()
    first, second = send(member_client, draft=draft), send(member_client, draft=draft)
    post = Post.objects.get()
    assert first.url == second.url == f"/posts/{post.pk}/"


def test_ten_photos_keep_nine_and_name_the_tenth(member_client):
    draft = uuid.uuid4()
    response = send(member_client, draft=draft, photo=[photo(f"p{n}.jpg") for n in range(1, 11)])
    assert response.status_code == 422
    assert "p10.jpg" in page(response)
    assert "p9.jpg" not in page(response)
    assert "你好，圈子" in page(response)
    assert page(response).count('name="photos"') == 9
    assert nothing_happened()
    assert Draft.objects.get(pk=draft).photos.count() == 9
    # And sent again as the page stands, it goes.
    keys = re.findall(r'name="photos" value="(\w+)"', page(response))
    assert send(member_client, draft=draft, photos=keys).status_code == 302
    assert Post.objects.get().photos.count() == 9


@pytest.mark.parametrize(
    ("bad", "said"), [(huge_png, "huge.png"), (text_file, "notes.jpg")], ids=["50 megapixels", "text file"]
)
def test_a_bad_picture_is_named_and_the_rest_stays(member_client, bad, said):
    draft = uuid.uuid4()
    response = send(member_client, draft=draft, photo=[photo("good.jpg"), bad()])
    assert response.status_code == 422
    assert said in page(response)
    assert "你好，圈子" in page(response)
    assert page(response).count('name="photos"') == 1
    assert nothing_happened()
    assert Draft.objects.get(pk=draft).body == "你好，圈子"


@pytest.mark.parametrize(("bad", "said"), [(huge_png, "huge.png"), (text_file, "notes.jpg")])
def test_a_bad_picture_sent_by_the_picker_is_named(member_client, bad, said):
    response = member_client.post(f"/drafts/{uuid.uuid4()}/photos/", {"photo": bad()}, **HTMX)
    assert response.status_code == 422
    assert said in page(response)
    assert not Picture.objects.exists()


def test_the_picker_without_a_photo(member_client):
    assert member_client.post(f"/drafts/{uuid.uuid4()}/photos/", {}, **HTMX).status_code == 422


def test_the_picker_stops_at_nine(member_client):
    draft = uuid.uuid4()
    answers = [member_client.post(f"/drafts/{draft}/photos/", {"photo": photo()}, **HTMX) for _n in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [422]
    assert Draft.objects.get().photos.count() == 9


@pytest.mark.parametrize("words", ["", " \n\t ", "\x00\x00"], ids=["empty", "blank", "only NUL"])
def test_an_empty_post(member_client, words):
    response = send(member_client, body=words)
    assert response.status_code == 422
    assert 'role="alert"' in page(response)
    assert nothing_happened()


def test_a_hundred_thousand_characters(member_client):
    words = "字" * 100_000
    response = send(member_client, body=words)
    assert response.status_code == 422
    assert "100,000" in page(response)
    assert words in page(response)
    assert nothing_happened()
    assert Draft.objects.get().body == words


def test_nul_and_lone_surrogates_are_dropped(member_client):
    body = f"body=a%00b%ED%A0%80c%EF%BF%BF&draft={uuid.uuid4()}"
    response = member_client.post("/circles/photo/post/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 302
    text = Post.objects.get().body
    assert "\x00" not in text
    assert text.startswith("ab")
    assert text.encode()
    assert member_client.get(response.url).status_code == 200


@pytest.mark.parametrize("draft", ["", "no uuid", "%00", "\x00", "1" * 5000])
def test_a_draft_id_that_is_none(member_client, draft):
    response = member_client.post("/circles/photo/post/", {"body": "words", "draft": draft})
    assert response.status_code == 302
    assert Post.objects.get().body == "words"


def test_a_closed_circle_keeps_the_words(member_client, circle, member):
    circle.state = "closed"
    circle.save()
    response = send(member_client, body="lang getippt")
    assert response.status_code == 404
    assert "lang getippt" in page(response)
    assert nothing_happened()
    draft = Draft.objects.get()
    assert (draft.author, draft.body) == (member, "lang getippt")
    assert f"/post/?draft={draft.pk}" in page(response)


def test_somebody_elses_draft(member_client, circle):
    draft = Draft.objects.create(author=UserFactory(), circle=circle, body="geheim")
    response = send(member_client, draft=draft.pk, body="meins")
    assert response.status_code == 404
    assert "meins" in page(response)
    assert "geheim" not in page(response)
    assert member_client.get(f"/circles/photo/post/?draft={draft.pk}").status_code == 404
    assert member_client.get(f"/post/?draft={draft.pk}").status_code == 404
    assert member_client.post(f"/drafts/{draft.pk}/photos/", {"photo": photo()}).status_code == 404
    assert member_client.post(f"/drafts/{draft.pk}/discard/").status_code == 404
    assert member_client.post(f"/drafts/{draft.pk}/photos/{uuid.uuid4()}/remove/").status_code == 404
    assert nothing_happened()
    assert (Draft.objects.get().body, Picture.objects.count()) == ("geheim", 0)


def test_logged_out_meanwhile(client, circle):
    response = send(client, body="lang getippt")
    assert response.status_code == 403
    assert "lang getippt" in page(response)
    assert nothing_happened()


def refusals():
    later = timezone.now() + timezone.timedelta(days=1)
    return {
        "stranger": {"state": None},
        "left": {"state": "left"},
        "banned": {"state": "banned"},
        "silenced": {"silenced_until": later},
    }


@pytest.mark.parametrize("case", ["stranger", "left", "banned", "silenced"])
def test_who_may_not_post_keeps_the_words(client, circle, case):
    user = UserFactory()
    fields = refusals()[case]
    if fields.get("state", "active") is not None:
        MembershipFactory(circle=circle, user=user, **fields)
    client.force_login(user)
    response = send(client, body="lang getippt")
    assert response.status_code == 403
    assert "lang getippt" in page(response)
    assert nothing_happened()
    assert client.get("/circles/photo/post/").status_code == 403


@pytest.mark.parametrize(
    "fields", [{"verified_at": None}, {"banned_until": timezone.now() + timezone.timedelta(days=1)}]
)
def test_unverified_and_banned_people_keep_the_words(client, circle, fields):
    user = MembershipFactory(circle=circle, user=UserFactory(**fields)).user
    client.force_login(user)
    response = send(client, body="lang getippt", photo=[photo()])
    assert response.status_code == 403
    assert "lang getippt" in page(response)
    assert nothing_happened()
    assert not Picture.objects.exists()
    assert client.post(f"/drafts/{uuid.uuid4()}/photos/", {"photo": photo()}, **HTMX).status_code == 403


def test_an_unfinished_post_is_offered_continued_and_discarded(member_client, member, circle):
    draft = Draft.objects.create(author=member, circle=circle, body="halb fertig")
    assert "halb fertig" in page(member_client.get("/circles/photo/post/"))
    assert "halb fertig" in page(member_client.get("/post/"))
    continued = page(member_client.get(f"/circles/photo/post/?draft={draft.pk}"))
    assert re.search(r"<textarea[^>]*>halb fertig</textarea>", continued)
    assert str(draft.pk) in continued
    member_client.post(f"/drafts/{draft.pk}/discard/")
    assert not Draft.objects.exists()


def test_circles_closed_to_ones_posts_come_last_and_say_so(member_client, member, circle):
    MembershipFactory(
        user=member, circle=CircleFactory(slug="quiet"), silenced_until=timezone.now() + timezone.timedelta(1)
    )
    shown = page(member_client.get("/post/?text=https%3A%2F%2Fexample.org%2Fa"))
    assert (
        shown.index("/circles/photo/post/") < shown.index("/circles/quiet/post/") < shown.index('class="choices__no"')
    )
    assert ("You may not post here now" in shown, "https://example.org/a" in shown) == (True, True)

    member.verified_at = None
    member.save()
    shown = page(member_client.get("/post/"))
    assert ("One step before you write" in shown, "choices__no" in shown) == (True, False)


def test_choose_a_circle_first(member_client, circle):
    CircleFactory(name="不是我的")
    shown = page(member_client.get("/post/"))
    assert 'href="/circles/photo/post/"' in shown
    assert "不是我的" not in shown


def test_composing_needs_a_log_in(client, circle):
    assert client.get("/post/").url == "/accounts/login/?next=/post/"
    assert client.get("/circles/photo/post/").url == "/accounts/login/?next=/circles/photo/post/"


def test_compose_in_an_unknown_circle(member_client):
    assert member_client.get("/circles/none/post/").status_code == 404
    response = send(member_client, slug="none", body="lang getippt")
    assert response.status_code == 404
    assert "lang getippt" in page(response)


# --- One post ------------------------------------------------------------------------------------


@pytest.fixture
def post(circle, member):
    return PostFactory(circle=circle, author=member, body="晨光里的湖")


def test_anybody_reads_a_post(client, post):
    response = client.get(f"/posts/{post.pk}/")
    assert response.status_code == 200
    assert "晨光里的湖" in page(response)


@pytest.mark.parametrize("state", ["hidden", "deleted"])
def test_hidden_and_deleted_posts_are_like_unknown_ones(member_client, post, state):
    Post.objects.update(state=state)
    unknown = member_client.get("/posts/999999/")
    for path in ("", "edit/", "delete/"):
        response = member_client.get(f"/posts/{post.pk}/{path}")
        assert response.status_code == unknown.status_code == 404
        assert "晨光里的湖" not in page(response)
    for path in ("delete/", "like/", "feature/", "pin/", "photos/"):
        assert member_client.post(f"/posts/{post.pk}/{path}").status_code == 404


def test_numbers_that_name_no_row(member_client):
    number = 10**30
    for path in (f"/posts/{number}/", f"/posts/{number}/edit/", f"/comments/{number}/", f"/comments/{number}/delete/"):
        assert member_client.get(path).status_code == 404
    assert member_client.post(f"/posts/{number}/comments/", {"body": "x"}).status_code == 404


def test_like_and_take_it_back(client, post):
    client.force_login(UserFactory())
    answer = client.post(f"/posts/{post.pk}/like/", {"liked": "1"}, **HTMX)
    assert answer.status_code == 200
    assert 'aria-pressed="true"' in page(answer)
    client.post(f"/posts/{post.pk}/like/", {"liked": "1"}, **HTMX)
    assert Post.objects.get().like_count == 1
    answer = client.post(f"/posts/{post.pk}/like/", {"liked": "0", "next": "/circles/"})
    assert (answer.status_code, answer.url) == (302, "/circles/")
    assert Post.objects.get().like_count == 0


def test_likes_need_a_log_in_and_a_verified_person(client, post):
    answer = client.post(f"/posts/{post.pk}/like/", HTTP_REFERER="http://testserver/circles/photo/")
    assert answer.url == "/accounts/login/?next=http%3A//testserver/circles/photo/"
    answer = client.post(f"/posts/{post.pk}/like/", **HTMX)
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")
    client.force_login(UserFactory(verified_at=None))
    answer = client.post(f"/posts/{post.pk}/like/", **HTMX)
    assert answer.status_code == 403
    assert "toast" in answer.headers["HX-Trigger"]
    assert Post.objects.get().like_count == 0


def test_edit_words_and_photos(member_client, post):
    shown = page(member_client.get(f"/posts/{post.pk}/edit/"))
    assert "晨光里的湖" in shown
    answer = member_client.post(f"/posts/{post.pk}/photos/", {"photo": photo()}, **HTMX)
    key = re.search(r'name="photos" value="(\w+)"', page(answer)).group(1)
    response = member_client.post(f"/posts/{post.pk}/edit/", {"body": "夕阳", "photos": [key]})
    assert (response.status_code, response.url) == (302, f"/posts/{post.pk}/")
    post.refresh_from_db()
    assert (post.body, post.photos.get().picture.key.hex) == ("夕阳", key)
    member_client.post(f"/posts/{post.pk}/edit/", {"body": "夕阳", "photos": [key], "remove_photos": [key]})
    assert post.photos.count() == 0


def test_a_failed_edit_keeps_words_and_photos(member_client, post):
    response = member_client.post(f"/posts/{post.pk}/edit/", {"body": "新的话", "photo": [photo(), text_file()]})
    assert response.status_code == 422
    assert "notes.jpg" in page(response)
    assert "新的话" in page(response)
    assert page(response).count('name="photos"') == 1
    assert Post.objects.get().body == "晨光里的湖"
    response = member_client.post(f"/posts/{post.pk}/edit/", {"body": "字" * 20_000})
    assert response.status_code == 422
    assert "字" * 20_000 in page(response)
    response = member_client.post(f"/posts/{post.pk}/edit/", {"body": ""})
    assert response.status_code == 422
    Post.objects.update(state="hidden")
    response = member_client.post(f"/posts/{post.pk}/edit/", {"body": "新的话"})
    assert response.status_code == 404
    assert "新的话" in page(response)


def test_a_photo_of_somebody_else_cannot_be_carried_in(member_client, post):
    other = Picture.objects.create(owner=UserFactory(), width=1, height=1, byte_count=1)
    member_client.post(f"/posts/{post.pk}/edit/", {"body": "x", "photos": [other.key.hex, "no uuid", "\x00"]})
    assert post.photos.count() == 0


def test_only_the_author_edits(client, post):
    client.force_login(post.circle.owner)
    assert client.get(f"/posts/{post.pk}/edit/").status_code == 403
    assert client.post(f"/posts/{post.pk}/edit/", {"body": "x"}).status_code == 403
    assert client.post(f"/posts/{post.pk}/photos/", {"photo": photo()}).status_code == 403
    assert (Post.objects.get().body, Picture.objects.count()) == ("晨光里的湖", 0)


def test_delete_asks_first_and_leads_back_to_the_circle(member_client, post):
    assert "晨光里的湖" in page(member_client.get(f"/posts/{post.pk}/delete/"))
    assert Post.objects.get().state == "published"
    response = member_client.post(f"/posts/{post.pk}/delete/", {"next": f"/posts/{post.pk}/"})
    assert (response.status_code, response.url) == (302, "/circles/photo/")
    assert Post.objects.get().state == "deleted"


def test_the_circles_owner_deletes_others_do_not(client, post):
    client.force_login(UserFactory())
    assert client.get(f"/posts/{post.pk}/delete/").status_code == 403
    assert client.post(f"/posts/{post.pk}/delete/").status_code == 403
    assert Post.objects.get().state == "published"
    client.force_login(post.circle.owner)
    response = client.post(f"/posts/{post.pk}/delete/", {"next": "/circles/photo/?tab=featured"})
    assert response.url == "/circles/photo/?tab=featured"
    assert Post.objects.get().state == "deleted"


def test_feature_and_pin(client, post):
    client.force_login(post.circle.owner)
    assert client.post(f"/posts/{post.pk}/feature/", {"featured": "1"}).status_code == 302
    assert client.post(f"/posts/{post.pk}/pin/", {"pinned": "1"}).status_code == 302
    post.refresh_from_db()
    assert (post.is_featured, post.is_pinned) == (True, True)
    assert page(client.get("/circles/photo/")).count("晨光里的湖") == 1
    assert "晨光里的湖" in page(client.get("/circles/photo/?tab=featured"))
    client.force_login(post.author)
    assert client.post(f"/posts/{post.pk}/feature/", {"featured": "0"}).status_code == 403
    assert client.post(f"/posts/{post.pk}/pin/", {"pinned": "0"}).status_code == 403
    post.refresh_from_db()
    assert (post.is_featured, post.is_pinned) == (True, True)
