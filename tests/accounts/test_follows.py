"""Following people: through pages and API, with blocks, settings, limits, races, notices and the tab of home."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import rules
from accounts.actions import blocks, follows, tokens
from accounts.models import Block, Follow, FollowSettings
from accounts.portability import own
from circles.models import Circle, PostKind
from core.errors import DomainError, Invalid, Refused
from core.models import Job
from feeds.followed import followed_page
from notifications.models import InboxState, Notification
from notifications.queries import inbox
from notifications.wording import sentence
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory
from tests.feeds.community import work

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def ann():
    return UserFactory(username="ann", nickname="安安")


@pytest.fixture
def bob():
    return UserFactory(username="bob", nickname="波波")


def api_of(user):
    api = APIClient(headers=ENGLISH)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user=user)}")
    return api


def counts(user):
    row = FollowSettings.objects.filter(pk=user.pk).first() or FollowSettings()
    return row.follower_count, row.following_count


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_following_is_counted_once_and_taken_back(client, ann, bob):
    client.force_login(ann)
    for _again in range(2):
        assert client.post("/people/bob/follow/").status_code == 302
    assert (counts(ann), counts(bob)) == ((0, 1), (1, 0))
    assert Job.objects.filter(handler="notifications.notify_follow").count() == 1
    page = client.get("/people/bob/").content.decode()
    assert "/people/bob/unfollow/" in page
    for _again in range(2):
        assert client.post("/people/bob/unfollow/").status_code == 302
    assert (counts(ann), counts(bob)) == ((0, 0), (0, 0))
    assert not Follow.objects.exists()


def test_the_button_answers_itself_and_says_friends(client, ann, bob):
    follows.follow(user=bob, person=ann)
    client.force_login(ann)
    assert "Follow back" in client.get("/people/bob/").content.decode()
    answer = client.post("/people/bob/follow/", headers={"HX-Request": "true"}).content.decode()
    assert answer.strip().startswith("<button")
    assert "Friends" in answer
    friends = client.get("/people/ann/friends/").content.decode()
    assert "波波" in friends


def test_who_may_not_follow(client, ann, bob):
    client.force_login(UserFactory(username="new", verified_at=None))
    assert client.post("/people/bob/follow/", headers=ENGLISH).status_code == 403
    assert api_of(UserFactory(verified_at=None)).put("/api/v1/people/bob/follow/").json()["code"] == "not_verified"
    with pytest.raises(Invalid):
        follows.follow(user=ann, person=ann)
    follows.choose(user=bob, may_follow="nobody")
    assert refusal(lambda: follows.follow(user=ann, person=bob)) == "not_followable"
    follows.choose(user=bob, may_follow="chosen")
    assert refusal(lambda: follows.follow(user=ann, person=bob)) == "not_followable"
    follows.follow(user=bob, person=ann)
    follows.follow(user=ann, person=bob)
    assert client.post("/people/nobody-here/follow/").status_code == 404


def test_a_block_ends_it_both_ways_and_forbids_it_with_the_same_words(ann, bob):
    follows.follow(user=ann, person=bob)
    follows.follow(user=bob, person=ann)
    blocks.block(user=ann, person=bob)
    assert not Follow.objects.exists()
    assert (counts(ann), counts(bob)) == ((0, 0), (0, 0))
    assert refusal(lambda: follows.follow(user=ann, person=bob)) == "not_followable"
    assert refusal(lambda: follows.follow(user=bob, person=ann)) == "not_followable"
    answer = api_of(bob).put("/api/v1/people/ann/follow/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_followable")


def test_limits_hold_scripts_back(ann, monkeypatch):
    monkeypatch.setattr(rules, "FOLLOWS_A_DAY_WHEN_NEW", 2)
    monkeypatch.setattr(rules, "FOLLOWS_A_DAY", 3)
    people = [UserFactory() for _ in range(5)]
    follows.follow(user=ann, person=people[0])
    follows.unfollow(user=ann, person=people[0])  # gives nothing back
    follows.follow(user=ann, person=people[1])
    assert refusal(lambda: follows.follow(user=ann, person=people[2])) == "too_many_follows_today"
    ann.date_joined = timezone.now() - timedelta(days=30)
    follows.follow(user=ann, person=people[2])
    assert refusal(lambda: follows.follow(user=ann, person=people[3])) == "too_many_follows_today"
    FollowSettings.objects.update(day="2020-01-01")
    monkeypatch.setattr(rules, "FOLLOWS_MAX", 2)
    assert refusal(lambda: follows.follow(user=ann, person=people[3])) == "too_many_followed"


def test_who_sees_the_lists(client, ann, bob):
    carl = UserFactory(username="carl", nickname="卡卡")
    follows.follow(user=ann, person=bob)
    follows.follow(user=carl, person=ann)

    def names(viewer):
        client.logout()
        if viewer:
            client.force_login(viewer)
        page = client.get("/people/ann/followers/").content.decode()
        return "卡卡" in page, 'href="/people/bob/"' in client.get("/people/ann/following/").content.decode()

    assert names(None) == names(bob) == names(ann) == (True, True)
    follows.choose(user=ann, shows_follows="friends")
    # Bob is followed and does not follow back.
    assert names(None) == (False, False)
    assert names(bob) == (False, False)
    assert names(ann) == (True, True)
    follows.follow(user=bob, person=ann)
    assert names(bob) == (True, True)
    follows.choose(user=carl, shows_follows="nobody")
    assert names(bob) == (False, True)
    assert api_of(bob).get("/api/v1/people/ann/following/").json()["results"][0]["person"]["username"] == "bob"
    follows.choose(user=ann, shows_follows="nobody")
    assert names(bob) == (False, False)
    assert api_of(bob).get("/api/v1/people/ann/follow/").json()["follower_count"] is None
    assert api_of(bob).get("/api/v1/people/ann/following/").json()["results"] == []


def test_a_blocked_person_is_in_no_list_their_blocker_reads(client, ann, bob):
    carl = UserFactory(username="carl", nickname="卡卡")
    follows.follow(user=carl, person=bob)
    blocks.block(user=carl, person=ann)
    client.force_login(ann)
    assert "卡卡" not in client.get("/people/bob/followers/").content.decode()


def test_removing_a_follower(client, ann, bob):
    follows.follow(user=bob, person=ann)
    client.force_login(ann)
    assert "/people/bob/remove/" in client.get("/people/ann/followers/").content.decode()
    client.post("/people/bob/remove/")
    assert not Follow.objects.exists()


def test_settings_by_page_and_api(client, ann):
    client.force_login(ann)
    client.post("/me/following/", {"may_follow": "chosen", "shows_follows": "friends", "shows_circles": "nobody"})
    row = FollowSettings.objects.get()
    assert (row.may_follow, row.shows_follows, row.shows_circles, row.is_suggested) == (
        "chosen",
        "friends",
        "nobody",
        False,
    )
    assert client.post("/me/following/", {"may_follow": "zq"}, headers=ENGLISH).status_code == 400
    answer = api_of(ann).patch("/api/v1/me/following/", {"is_suggested": True}, format="json")
    assert (answer.json()["is_suggested"], answer.json()["may_follow"]) == (True, "chosen")


# --- Notices --------------------------------------------------------------------------------------


def test_new_followers_stand_in_one_line(ann, bob):
    carl = UserFactory(nickname="卡卡")
    for person in (bob, carl):
        follows.follow(user=person, person=ann)
        work()
    [item] = inbox(ann).items
    assert str(sentence(item)) == "<strong>卡卡</strong> and 1 other follow you"
    assert item.target_url == "/me/followers/"
    assert InboxState.objects.get(pk=ann.pk).unread == 1
    follows.unfollow(user=bob, person=ann)
    follows.follow(user=bob, person=ann)
    work()
    assert Notification.objects.get().actor_count == 2
    blocks.block(user=ann, person=carl)
    assert inbox(ann).items == []


def test_who_mutes_or_shields_hears_nothing(ann, bob):
    blocks.mute(user=ann, person=bob)
    follows.follow(user=bob, person=ann)
    blocks.choose_reach(user=bob, reach="companions")
    follows.follow(user=ann, person=bob)
    work()
    assert not Notification.objects.exists()


# --- The tab of home ------------------------------------------------------------------------------


def bodies(viewer, **options):
    return [card.post.body for card in followed_page(viewer, **options).items]


def test_the_tab_shows_what_leads_to_their_profile_and_may_be_seen(client, ann, bob):
    follows.follow(user=ann, person=bob)
    circle = CircleFactory()
    PostFactory(author=bob, circle=circle, body="看见")
    PostFactory(
        author=bob, circle=circle, body="化名", author_mask="0" * 16, author_name="白鹭·10", author_linked=False
    )
    PostFactory(author=bob, circle=circle, body="别名", author_name="小号", author_linked=False)
    PostFactory(author=bob, circle=circle, body="公告", kind=PostKind.ANNOUNCEMENT)
    PostFactory(author=bob, circle=circle, body="隐藏", state="hidden")
    PostFactory(author=bob, circle=CircleFactory(is_view_gated=True), body="门内")
    PostFactory(author=UserFactory(), circle=circle, body="路人")
    assert bodies(ann) == ["看见"]
    client.force_login(ann)
    page = client.get("/home/following/").content.decode()
    assert "看见" in page
    assert not any(word in page for word in ("化名", "别名", "公告", "隐藏", "门内", "路人"))
    assert [row["body"] for row in api_of(ann).get("/api/v1/home/following/").json()["results"]] == ["看见"]
    blocks.mute(user=ann, person=bob)
    assert bodies(ann) == []


def test_the_tab_has_pages_and_an_empty_state(client, ann, bob):
    client.force_login(ann)
    assert "You follow nobody yet" in client.get("/home/following/").content.decode()
    follows.follow(user=ann, person=bob)
    assert "Quiet so far" in client.get("/home/following/").content.decode()
    circle = CircleFactory()
    for number in range(5):
        PostFactory(author=bob, circle=circle, body=f"第{number}")
    page = followed_page(ann, size=3)
    assert [card.post.body for card in page.items] == ["第4", "第3", "第2"]
    rest = followed_page(ann, page.next_cursor, size=3)
    assert ([card.post.body for card in rest.items], rest.next_cursor) == (["第1", "第0"], None)
    assert 'href="/home/following/"' in client.get("/").content.decode()


def test_queries_do_not_grow(client, ann, settings):
    settings.FEED_PAGE_SIZE = 50
    ann.date_joined -= timedelta(days=30)
    circle, costs = CircleFactory(), []
    client.force_login(ann)
    for more in (5, 45):
        for _ in range(more):
            person = UserFactory()
            follows.follow(user=ann, person=person)
            follows.follow(user=person, person=ann)
            PostFactory(author=person, circle=circle)
        for path in ("/home/following/", "/people/ann/followers/", "/people/ann/"):
            client.get(path)
            with CaptureQueriesContext(connection) as context:
                client.get(path)
            costs.append(len(context))
    assert costs[:3] == costs[3:] == [3, 6, 4]


# --- The profile ----------------------------------------------------------------------------------


def test_a_profile_keeps_what_must_not_be_linked(client, ann):
    def circle(name, **values):
        of_circle = {name: values.pop(name) for name in ("masks_authors", "is_view_gated") if name in values}
        MembershipFactory(circle=CircleFactory(name=name, **of_circle), user=ann, **values)

    circle("摄影")
    circle("茶话", nickname="小号", is_linked=False)
    circle("读书", nickname="书虫")
    circle("树洞", masks_authors=True)
    circle("内部", is_view_gated=True)
    page = client.get("/people/ann/circles/").content.decode()
    assert "摄影" in page
    assert "读书" in page
    assert not any(name in page for name in ("茶话", "树洞", "内部"))
    follows.choose(user=ann, shows_circles="friends")
    assert "摄影" not in client.get("/people/ann/circles/").content.decode()
    client.force_login(ann)
    assert all(name in client.get("/people/ann/circles/").content.decode() for name in ("摄影", "茶话", "树洞"))
    assert client.get("/people/ann/about/").status_code == 200


# --- Leaving, and two at once ---------------------------------------------------------------------


def test_closing_forgets_follows_and_counts(ann, bob):
    follows.follow(user=ann, person=bob)
    follows.follow(user=bob, person=ann)
    own.erase(ann, keep_words=True)
    assert not Follow.objects.exists()
    assert counts(bob) == (0, 0)
    assert not FollowSettings.objects.filter(pk=ann.pk).exists()


def at_once(*acts):
    barrier, results = threading.Barrier(len(acts)), []

    def run(act):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            act()
        except DomainError as error:
            results.append(error.code)
        except BaseException as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
def test_following_twice_at_once_counts_once():
    ann, bob = UserFactory(), UserFactory()
    acts = [lambda: follows.follow(user=ann, person=bob)] * 4 + [lambda: follows.follow(user=bob, person=ann)] * 2
    assert at_once(*acts) == []
    assert Follow.objects.count() == 2
    assert (counts(ann), counts(bob)) == ((1, 1), (1, 1))


@pytest.mark.django_db(transaction=True)
def test_no_follow_slips_past_a_block_made_at_the_same_time():
    for _round in range(5):
        ann, bob = UserFactory(), UserFactory()
        errors = at_once(
            lambda: follows.follow(user=ann, person=bob),  # noqa: B023
            lambda: blocks.block(user=bob, person=ann),  # noqa: B023
            lambda: follows.follow(user=bob, person=ann),  # noqa: B023
        )
        assert set(errors) <= {"not_followable"}
        assert Block.objects.filter(blocker=bob).exists()
        assert not Follow.objects.filter(follower__in=[ann, bob]).exists()
        assert (counts(ann), counts(bob)) == ((0, 0), (0, 0))
    assert not Circle.objects.exists()
