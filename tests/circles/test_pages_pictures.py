"""Who gets a picture, and how long browsers keep it."""

import uuid
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from circles.models import Circle, Draft, DraftPhoto, Post, PostPhoto
from core.media import pictures
from core.models import Picture, PictureState
from core.tasks import make_picture_sizes
from tests.factories import CircleFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


def take_in(owner):
    data = BytesIO()
    Image.new("RGB", (900, 600), "teal").save(data, "JPEG")
    return pictures.take_in(owner_id=owner.pk, upload=SimpleUploadedFile("a.jpg", data.getvalue(), "image/jpeg"))


def body(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def picture(owner):
    return take_in(owner)


@pytest.fixture
def posted(picture, owner):
    post = PostFactory(author=owner)
    PostPhoto.objects.create(post=post, picture=picture)
    return post


def test_a_posted_picture_is_seen_by_anybody_with_one_query(client, posted, picture, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(picture.large_url)
    assert response.status_code == 200
    assert Image.open(BytesIO(body(response))).size == (900, 600)
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, max-age=604800, immutable"
    again = client.get(picture.large_url, HTTP_IF_NONE_MATCH=response.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_few_queries_for_somebody_logged_in(client, posted, picture, django_assert_max_num_queries):
    client.force_login(UserFactory())
    with django_assert_max_num_queries(3):
        assert client.get(picture.thumb_url).status_code == 200


def test_the_large_one_stands_in_until_the_small_ones_are_made(client, posted, picture):
    response = client.get(picture.thumb_url)
    assert Image.open(BytesIO(body(response))).size == (900, 600)
    assert response.headers["Cache-Control"] == "private, max-age=5"
    assert "ETag" not in response.headers
    make_picture_sizes(None, picture_id=picture.pk)
    picture.refresh_from_db()
    assert picture.state == PictureState.READY
    response = client.get(picture.thumb_url)
    assert Image.open(BytesIO(body(response))).size == (240, 240)
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("change", ["hidden", "deleted", "closed"])
def test_a_picture_goes_with_its_post(client, posted, picture, owner, change):
    if change == "closed":
        Circle.objects.update(state="closed")
    else:
        Post.objects.update(state=change)
    client.force_login(owner)
    assert client.get(picture.large_url).status_code == 404
    assert client.get(picture.large_url, HTTP_IF_NONE_MATCH=f'"{picture.key.hex}-large"').status_code == 404


@pytest.mark.parametrize("is_in_draft", [False, True])
def test_what_is_not_posted_yet_is_its_owners_alone(client, picture, owner, is_in_draft):
    if is_in_draft:
        DraftPhoto.objects.create(draft=Draft.objects.create(author=owner), picture=picture)
    assert client.get(picture.large_url).status_code == 404
    client.force_login(UserFactory())
    assert client.get(picture.large_url).status_code == 404
    client.force_login(owner)
    assert client.get(picture.large_url).status_code == 200


def test_avatars_and_covers_are_public(client, owner):
    avatar, sign, cover = (take_in(owner) for _n in range(3))
    owner.avatar = avatar
    owner.save()
    circle = CircleFactory(avatar=sign, cover=cover)
    for shown in (avatar, sign, cover):
        assert client.get(shown.large_url).status_code == 200
    circle.state = "closed"
    circle.save()
    assert client.get(cover.large_url).status_code == 404


def test_unknown_pictures(client, posted, picture):
    for path in (
        f"/pictures/{uuid.uuid4().hex}/large.webp",
        f"/pictures/{picture.key.hex}/huge.webp",
        f"/pictures/{picture.key.hex}/..%2flarge.webp",
        "/pictures/none/large.webp",
        f"/pictures/{'0' * 500}/large.webp",
        "/pictures/圈子/large.webp",
    ):
        assert client.get(path).status_code == 404
    default_storage.delete(picture.path(Picture.Size.LARGE))
    assert client.get(picture.large_url).status_code == 404
    assert client.post(picture.large_url).status_code == 405
