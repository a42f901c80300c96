"""Agreeing to versions of the terms, guardians of children, and regions beside what people write."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import rules
from accounts.actions import consents, facts, guardians
from accounts.models import Consent, Guardianship, User
from circles.actions import comments, posts
from circles.models import Post
from core.errors import DomainError
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
SIGNUP = {"username": "xiaomei", "email": "mei@example.org", "password1": "plum-blossom-9"}


def born(years, days=0):
    today = timezone.localdate()
    return date(today.year - years, today.month, min(today.day, 28)) - timedelta(days=days)


def person(years, **fields):
    user = UserFactory(**fields)
    facts.grant_from_identity(user=user, born=born(years, 3), gender="female", place="330106")
    return User.objects.get(pk=user.pk)


# --- Agreeing ------------------------------------------------------------------------------------


def test_nobody_signs_up_without_agreeing_and_it_is_recorded(client):
    answer = client.post("/accounts/signup/", SIGNUP, headers=ENGLISH)
    assert answer.context["form"].errors == {"agree": ["Please read them and agree first."]}
    assert not User.objects.exists()
    client.post("/accounts/signup/", {**SIGNUP, "agree": "on"})
    user = User.objects.get()
    assert user.agreed_version == 1
    assert sorted(Consent.objects.values_list("user", "document", "version")) == [
        (user.pk, "privacy", 1),
        (user.pk, "terms", 1),
    ]


def test_a_new_version_is_shown_before_anything_else_once(client, settings):
    user = UserFactory()
    client.force_login(user)
    assert client.get("/me/").status_code == 200
    settings.AGREEMENT_VERSION = 2
    assert client.get("/me/?a=1").url == "/me/agree/?next=%2Fme%2F%3Fa%3D1"
    for address in ("/terms/", "/privacy/", "/me/data/", "/api/v1/me/"):
        assert client.get(address).status_code == 200, address
    page = client.get("/me/agree/?next=/me/", headers=ENGLISH).content.decode()
    assert "have changed" in page
    assert client.post("/me/agree/", {"version": "1", "next": "/me/"}).url == "/me/agree/"
    assert User.objects.get().agreed_version == 1
    assert client.post("/me/agree/", {"version": "2", "next": "/me/"}).url == "/me/"
    assert client.get("/me/").status_code == 200
    assert Consent.objects.filter(version=2).count() == 2
    consents.agree(user=user, version=2)
    assert Consent.objects.count() == 2


def test_whoever_was_never_asked_is_asked_at_the_log_in(client):
    user = UserFactory(agreed_version=0)
    answer = client.post("/accounts/login/", {"login": user.username, "password": "quanzi-test"})
    assert answer.url == "/me/agree/"


@pytest.mark.parametrize("version", ["", "0", "3", "x", "9" * 50, "9" * 5000, "²"])
def test_only_the_present_version_can_be_agreed_to(client, version):
    client.force_login(UserFactory(agreed_version=0))
    client.post("/me/agree/", {"version": version})
    assert not Consent.objects.exists()


# --- Children ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "needs", "pays"), [(8, True, False), (13, True, False), (14, False, False), (18, False, True)]
)
def test_what_an_age_opens(years, needs, pays):
    user = person(years)
    assert rules.needs_guardian(user) == needs
    assert bool(rules.can_write(user)) != needs
    assert bool(rules.can_pay(user)) == pays
    assert rules.can_pay(user).code == ("" if pays else "guardian_needed" if needs else "not_adult")


def test_whose_age_nobody_knows_pays_nothing():
    assert rules.can_write(UserFactory())
    assert rules.can_pay(UserFactory()).code == "not_adult"


def test_a_child_writes_when_a_guardian_agrees_and_no_longer_when_not(client):
    child, parent = person(9, nickname="小朋友"), person(40)
    circle = MembershipFactory(user=child).circle
    with pytest.raises(DomainError) as refused:
        posts.publish(author=child, circle=circle, key=uuid.uuid4(), body="你好")
    assert refused.value.code == "guardian_needed"
    client.force_login(child)
    assert "under fourteen" in client.get("/me/guardian/", headers=ENGLISH).content.decode()
    client.post("/me/guardian/")
    address = f"/guardian/{Guardianship.objects.get().code}/"
    assert address in client.get("/me/guardian/").content.decode()
    assert client.post(address).status_code == 403, "nobody agrees for themselves"
    client.force_login(parent)
    assert "小朋友" in client.get(address).content.decode()
    client.post(address)
    client.post(address)
    child = User.objects.get(pk=child.pk)
    posts.publish(author=child, circle=circle, key=uuid.uuid4(), body="你好")
    client.force_login(person(50))
    assert client.post(address, {"withdraw": "1"}).status_code == 403
    assert client.post(address).status_code == 403
    client.force_login(parent)
    client.post(address, {"withdraw": "1"})
    assert rules.needs_guardian(User.objects.get(pk=child.pk))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("who", ["minor", "unverified", "unknown age", "banned"])
def test_who_cannot_agree(who):
    child = person(9)
    code = guardians.ask(child=child).code
    grown = {
        "minor": lambda: person(17),
        "unverified": lambda: UserFactory(verified_at=None),
        "unknown age": UserFactory,
        "banned": lambda: person(40, banned_until=timezone.now() + timedelta(days=1)),
    }[who]()
    with pytest.raises(DomainError):
        guardians.confirm(guardian=grown, code=code)
    assert User.objects.get(pk=child.pk).guarded_at is None


def test_a_new_address_ends_the_old_one():
    child, parent = person(9), person(40)
    old = guardians.ask(child=child).code
    guardians.ask(child=child)
    with pytest.raises(DomainError) as refused:
        guardians.confirm(guardian=parent, code=old)
    assert refused.value.code == "no_such_code"


def test_whoever_turns_fourteen_is_free_and_the_day_forgotten():
    child = person(9)
    User.objects.filter(pk=child.pk).update(child_until=timezone.localdate())
    child.refresh_from_db()
    assert rules.can_write(child)
    guardians.forget_childhoods()
    child.refresh_from_db()
    assert child.child_until is None


# --- Regions -------------------------------------------------------------------------------------


def test_the_region_stands_on_the_profile_and_beside_what_one_writes(client):
    user = UserFactory(last_seen_at=timezone.now() - timedelta(hours=1))
    client.force_login(user)
    client.get("/me/", REMOTE_ADDR="8.8.8.8")
    user.refresh_from_db()
    assert user.region == "US"
    assert "last seen in United States" in client.get(user.get_absolute_url(), headers=ENGLISH).content.decode()
    post = posts.publish(author=user, circle=MembershipFactory(user=user).circle, key=uuid.uuid4(), body="山")
    comments.publish(author=UserFactory(region="CN-浙江"), post=post, key=uuid.uuid4(), body="水")
    page = client.get(post.get_absolute_url(), headers=ENGLISH).content.decode()
    assert "United States" in page
    assert "Zhejiang, China" in page
    assert "美国" in client.get(post.get_absolute_url(), headers={"accept-language": "zh-hans"}).content.decode()
    User.objects.update(region="FR")
    assert Post.objects.get().region == "US", "where it was written, not where the author is now"


def test_without_a_region_nothing_is_shown(client):
    page = client.get(PostFactory(circle=CircleFactory()).get_absolute_url(), headers=ENGLISH).content.decode()
    assert "<span> · </span>" not in page
