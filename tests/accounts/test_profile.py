"""Edit the profile; what is @mentioned; who may write."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import queries, rules
from accounts.actions import people, profile
from core.errors import Invalid
from core.models import Picture
from core.text.render import render
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def picture(width=80, height=60) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


@pytest.fixture
def user(client):
    user = UserFactory(nickname="李雷")
    client.force_login(user)
    return user


def save(client, **data):
    return client.post(reverse("accounts:edit_profile"), data, headers={"accept-language": "en"})


def test_editing(client, user):
    answer = save(client, nickname="小雷", bio="跑步、咖啡", avatar=picture())
    assert (answer.status_code, answer.url) == (302, reverse("accounts:me"))
    user.refresh_from_db()
    assert (user.nickname, user.bio) == ("小雷", "跑步、咖啡")
    assert user.avatar_url == Picture.objects.get().thumb_url
    save(client, nickname="小雷", bio="")
    user.refresh_from_db()
    assert (user.bio, user.avatar_id is not None) == ("", True)
    save(client, nickname="小雷", bio="", remove_avatar="on")
    user.refresh_from_db()
    assert user.avatar_id is None


def test_ones_own_nickname_in_another_case_is_no_conflict(client, user):
    user.nickname = "LiLei"
    user.save()
    assert save(client, nickname="lilei", bio="").status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("nickname", "韩梅梅", "Somebody has this nickname already. Please choose another."),
        ("nickname", "管理员", "This nickname is reserved. Please choose another."),
        ("nickname", "a b", "A nickname is 2 to 20 letters, digits, hyphens or underscores, no spaces."),
        ("nickname", "", "This field is required."),
        ("bio", "x" * 100_000, "Ensure this value has at most 200 characters (it has 100000)."),
        ("bio", "a\x00b", "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, user, field, value, message):
    UserFactory(nickname="韩梅梅")
    answer = save(client, **({"nickname": "小雷", "bio": "我的介绍", "avatar": picture()} | {field: value}))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [message]
    page = answer.content.decode()
    assert "我的介绍" in page or field == "bio"
    user.refresh_from_db()
    assert (user.nickname, user.bio) == ("李雷", "")
    # The chosen file would have to be chosen again, so it was taken at once.
    assert user.avatar_id is not None
    assert user.avatar_url in page


def test_a_file_that_is_no_picture(client, user):
    text = SimpleUploadedFile("notes.jpg", b"not a picture", "image/jpeg")
    answer = save(client, nickname="小雷", bio="我的介绍", avatar=text)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "avatar": ["“notes.jpg” is no JPEG, PNG or WebP picture, or it is damaged."]
    }
    assert "我的介绍" in answer.content.decode()
    user.refresh_from_db()
    assert (user.nickname, user.avatar_id) == ("李雷", None)


def test_a_picture_of_somebody_else_is_no_avatar(user):
    other = UserFactory()
    theirs = Picture.objects.create(owner=other, width=1, height=1, byte_count=1)
    with pytest.raises(Invalid) as refused:
        profile.update(user=user, nickname="李雷", bio="", avatar=theirs)
    assert refused.value.code == "bad_avatar"


def test_a_nickname_taken_between_check_and_save(monkeypatch, user):
    UserFactory(nickname="韩梅梅")
    monkeypatch.setattr(profile, "check_nickname", lambda nickname, user: nickname)
    with pytest.raises(Invalid) as refused:
        profile.update(user=user, nickname="韩梅梅", bio="")
    assert (refused.value.code, refused.value.field) == ("nickname_taken", "nickname")
    user.refresh_from_db()
    assert user.nickname == "李雷"


def test_who_may_write():
    person = UserFactory()
    assert rules.can_write(person)
    assert rules.can_write(AnonymousUser()).code == "not_authenticated"
    assert rules.can_write(UserFactory(is_active=False)).code == "not_authenticated"
    assert rules.can_write(UserFactory(verified_at=None)).code == "not_verified"
    people.ban(user=person, until=timezone.now() + timedelta(days=1))
    person.refresh_from_db()
    assert rules.can_write(person).code == "banned"
    people.unban(user=person)
    person.refresh_from_db()
    assert rules.can_write(person)
    people.ban(user=person, until=timezone.now() - timedelta(seconds=1))
    assert rules.can_write(person)


def test_mentions(django_assert_num_queries):
    ming, ming_ni, mei = (UserFactory(nickname=name) for name in ["小明", "小明你", "MeiMei"])
    UserFactory(nickname="走了", is_active=False)
    text = "@小明你好 @meimei @走了 @nobody @小明 https://example.org/@小明 mail@meimei"
    with django_assert_num_queries(1):
        assert queries.mentioned_people(text) == [ming_ni, mei, ming]
    with django_assert_num_queries(1):
        urls = queries.mention_urls(text)
    assert urls == {person.nickname.lower(): person.get_absolute_url() for person in (ming, ming_ni, mei)}
    html = render(text, mentions=urls)
    assert f'<a class="mention" href="{ming_ni.get_absolute_url()}">@小明你</a>好' in html
    with django_assert_num_queries(0):
        assert queries.mentioned_people("nobody here") == []
