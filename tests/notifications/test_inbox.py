"""The inbox: one list of notifications and broadcasts, its page, its badge and its API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions import comments, memberships
from circles.actions import posts as post_actions
from merchants.actions import fans
from merchants.models import Fan
from notifications.actions.read import open_inbox
from notifications.models import Broadcast, InboxState, Kind, Notification
from notifications.queries import inbox, unread_count
from tests.factories import CircleFactory, UserFactory
from tests.feeds.community import announce, member_of, publish, verified_merchant, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant():
    return verified_merchant("青禾书店")


@pytest.fixture
def fan(merchant):
    person = UserFactory()
    fans.follow(user=person, merchant=merchant)
    work()
    return person


def kinds(person, **options):
    return [item.kind for item in inbox(person, **options).items]


# --- Broadcasts ----------------------------------------------------------------------------------


def test_an_announcement_is_one_row_in_every_fans_inbox(merchant, fan, lines):
    other = UserFactory()
    fans.follow(user=other, merchant=merchant)
    announce(merchant, "新书到了")
    work()
    assert Broadcast.objects.count() == 1
    assert not Notification.objects.exists()
    for person in (fan, other):
        assert lines(person) == [("announcement", "青禾书店 has news for you", True)]
        assert unread_count(person) == 1
    assert lines(UserFactory()) == []
    assert lines(merchant.applied_by) == []


def test_who_follows_later_does_not_get_old_broadcasts(merchant, fan):
    announce(merchant)
    work()
    late = UserFactory()
    fans.follow(user=late, merchant=merchant)
    work()
    assert kinds(late) == []
    assert unread_count(late) == 0


def test_a_muted_merchant_and_one_no_longer_followed_are_silent(merchant, fan):
    announce(merchant)
    work()
    fans.set_muted(user=fan, merchant=merchant, muted=True)
    assert kinds(fan) == []
    assert unread_count(fan) == 0
    fans.set_muted(user=fan, merchant=merchant, muted=False)
    assert kinds(fan) == ["announcement"]
    fans.unfollow(user=fan, merchant=merchant)
    assert kinds(fan) == []
    assert unread_count(fan) == 0


def test_opening_the_inbox_marks_broadcasts_as_seen(client, merchant, fan):
    announce(merchant, "新书到了")
    work()
    client.force_login(fan)
    page = client.get("/inbox/").content.decode()
    assert "新书到了" in page
    assert "notice--unread" in page
    assert unread_count(fan) == 0
    assert "notice--unread" not in client.get("/inbox/").content.decode()
    announce(merchant, "还有一件事")
    work()
    assert unread_count(fan) == 1


def test_a_hidden_announcement_is_gone_from_every_inbox(merchant, fan):
    post = announce(merchant).post
    work()
    post_actions.hide(post=post)
    assert kinds(fan) == []
    assert unread_count(fan) == 0


# --- The merged list -----------------------------------------------------------------------------


def test_pages_of_both_kinds_follow_each_other_without_gap_or_double(merchant, fan, circle):
    now = timezone.now()
    for number in range(4):
        announcement = announce(merchant, str(number))
        work()
        post = publish(circle.owner, circle, f"@{fan.nickname}")
        work()
        # Two of each in the same moment: the order must still be total.
        moment = now + timedelta(minutes=number // 2)
        Broadcast.objects.filter(announcement=announcement).update(published_at=moment)
        Notification.objects.filter(post=post).update(updated_at=moment)
    everything = [item.place for item in inbox(fan, size=50).items]
    assert len(everything) == 8
    for size in (1, 2, 3):
        seen, cursor = [], None
        while True:
            page = inbox(fan, cursor, size=size)
            seen += [item.place for item in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == everything


def test_tabs_divide_the_list(merchant, fan, circle, comment, like):
    memberships.join(user=fan, circle=circle)
    post = publish(fan, circle)
    comment(UserFactory(), post)
    like(UserFactory(), post)
    announce(merchant)
    work()
    assert kinds(fan) == ["announcement", "like", "comment"]
    assert kinds(fan, tab="replies") == ["comment"]
    assert kinds(fan, tab="likes") == ["like"]
    assert kinds(fan, tab="announcements") == ["announcement"]
    assert kinds(fan, tab="nonsense") == ["announcement", "like", "comment"]


def test_what_was_hidden_or_deleted_leaves_the_inbox_and_in_the_end_the_badge(author, post, comment, like, badge):
    person = UserFactory()
    gone = comment(person, post)
    hidden = comment(person, post)
    like(person, post)
    assert len(kinds(author)) == 3
    comments.delete(actor=person, comment=gone)
    comments.hide(comment=hidden)
    assert kinds(author) == ["like"]
    open_inbox(user=author)
    assert badge(author) == 1
    post_actions.hide(post=post)
    assert kinds(author) == []
    open_inbox(user=author)
    assert badge(author) == 0
    post_actions.restore(post=post)
    assert kinds(author) == ["like"]


# --- The page ------------------------------------------------------------------------------------


def test_opening_a_line_marks_it_read_and_leads_to_the_comment(client, author, post, comment, badge):
    made = comment(UserFactory(), post)
    line = Notification.objects.get(recipient=author)
    client.force_login(author)
    answer = client.get(f"/inbox/{line.pk}/open/")
    assert answer.status_code == 302
    assert answer.url == made.get_absolute_url()
    assert badge(author) == 0
    client.get(f"/inbox/{line.pk}/open/")
    assert badge(author) == 0


def test_a_line_of_somebody_else_cannot_be_opened(client, author, post, comment, badge):
    comment(UserFactory(), post)
    line = Notification.objects.get(recipient=author)
    client.force_login(UserFactory())
    assert client.get(f"/inbox/{line.pk}/open/").status_code == 404
    assert client.get("/inbox/999999/open/").status_code == 404
    assert badge(author) == 1


def test_a_line_about_something_gone_leads_back_to_the_inbox(client, author, post, comment):
    made = comment(UserFactory(), post)
    line = Notification.objects.get(recipient=author)
    comments.hide(comment=made)
    client.force_login(author)
    answer = client.get(f"/inbox/{line.pk}/open/", follow=True)
    assert answer.redirect_chain == [("/inbox/", 302)]
    assert "That is no longer here." in answer.content.decode()


def test_marking_all_read(client, author, post, comment, like, merchant, badge):
    fans.follow(user=author, merchant=merchant)
    announce(merchant)
    comment(UserFactory(), post)
    like(UserFactory(), post)
    assert unread_count(author) == 3
    client.force_login(author)
    assert client.get("/inbox/read/").status_code == 405
    assert client.post("/inbox/read/").status_code == 302
    assert unread_count(author) == 0
    assert badge(author) == 0


def test_a_name_in_a_line_is_escaped_and_words_are_too(client, author, post, comment):
    comment(UserFactory(), post, "<script>alert(1)</script>")
    client.force_login(author)
    page = client.get("/inbox/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_muting_from_the_inbox(client, author, post, circle, comment, merchant):
    fans.follow(user=author, merchant=merchant)
    announce(merchant)
    comment(UserFactory(), post)
    client.force_login(author)
    page = client.get("/inbox/").content.decode()
    assert f"/inbox/mute/circles/{circle.slug}/" in page
    assert f"/inbox/mute/merchants/{merchant.slug}/" in page
    assert client.post(f"/inbox/mute/circles/{circle.slug}/").status_code == 302
    assert client.post(f"/inbox/mute/merchants/{merchant.slug}/").status_code == 302
    assert author.memberships.get(circle=circle).muted
    assert Fan.objects.get(user=author).muted
    assert f"/inbox/mute/circles/{circle.slug}/" not in client.get("/inbox/").content.decode()


def test_muting_a_circle_one_is_not_in_is_refused(client):
    circle = CircleFactory()
    client.force_login(UserFactory())
    assert client.post(f"/inbox/mute/circles/{circle.slug}/").status_code == 403
    assert client.post("/inbox/mute/circles/nowhere/").status_code == 404


@pytest.mark.parametrize("path", ["/inbox/", "/inbox/1/open/"])
def test_visitors_log_in_first(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


def test_an_empty_inbox_says_so(client):
    client.force_login(UserFactory())
    assert "Nothing here yet" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("cursor", ["x", "WyJ0MSIsIm4xIl0", "A" * 5000])
def test_a_made_up_cursor_shows_the_first_page(client, author, post, comment, cursor):
    comment(UserFactory(), post, "在这")
    client.force_login(author)
    assert "在这" in client.get("/inbox/", {"before": cursor}).content.decode()


@pytest.mark.parametrize("size", [5, 50])
def test_the_inbox_costs_the_same_for_few_and_for_many(author, circle, size, django_assert_num_queries):
    person = member_of(circle)
    for number in range(6):
        fans.follow(user=author, merchant=verified_merchant(f"店{number}"))
    work()
    for fan in Fan.objects.filter(user=author):
        announce(fan.merchant)
    for _ in range(55):
        publish(person, circle, "@作者")
    work()
    with django_assert_num_queries(4):
        assert len(inbox(author, size=size).items) == size


# --- The badge -----------------------------------------------------------------------------------


def test_the_badge_asks_nothing_of_pages_without_one_and_of_visitors(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert unread_count(type("Visitor", (), {"is_authenticated": False})()) == 0
    assert client.get("/inbox/badge/").status_code == 204


def test_the_badge_costs_one_query_and_another_where_broadcasts_are_new(
    author, post, comment, merchant, django_assert_num_queries
):
    comment(UserFactory(), post)
    fans.follow(user=author, merchant=merchant)
    with django_assert_num_queries(1):
        assert unread_count(author) == 1
    announcement = announce(merchant)
    work()
    with django_assert_num_queries(2):
        assert unread_count(author) == 2
    open_inbox(user=author)
    with django_assert_num_queries(1):
        assert unread_count(author) == 1
    announce(merchant)
    post_actions.hide(post=announcement.post)
    work()
    with django_assert_num_queries(2):
        assert unread_count(author) == 2


@pytest.mark.parametrize("level", ["all", "highlights", "mentions", "digest", "muted"])
@pytest.mark.parametrize("own", ["", "highlights", "muted"])
def test_the_badge_counts_broadcasts_at_every_level_as_the_inbox_lists_them(merchant, fan, level, own):
    announce(merchant)
    work()
    fan.notice_level = level
    fan.save(update_fields=["notice_level"])
    Fan.objects.filter(user=fan).update(level=own)
    heard = own == "highlights" or (own == "" and level in ("all", "highlights"))
    assert unread_count(fan) == len(kinds(fan)) == int(heard)


def test_the_badge_answers_with_the_number(client, author, post, comment):
    comment(UserFactory(), post)
    client.force_login(author)
    page = client.get("/inbox/badge/").content.decode()
    assert ">1<" in page
    assert 'id="tabbar-badge"' in page
    assert unread_count(author) == 1


# --- The API -------------------------------------------------------------------------------------


def test_the_api_gives_the_same_list(client, author, post, comment, like, merchant):
    fans.follow(user=author, merchant=merchant)
    person = UserFactory(nickname="李雷")
    comment(person, post, "好看")
    announce(merchant, "新书")
    work()
    client.force_login(author)
    answer = client.get("/api/v1/notifications/", {"page_size": 1}).json()
    assert [(row["kind"], row["text"], row["quote"], row["unread"]) for row in answer["results"]] == [
        ("announcement", "青禾书店 has news for you", "新书", True)
    ]
    assert answer["results"][0]["merchant"] == merchant.slug
    answer = client.get(answer["next"]).json()
    (row,) = answer["results"]
    assert (row["kind"], row["text"], row["quote"]) == ("comment", "李雷 commented on your post", "好看")
    assert row["actor"]["nickname"] == "李雷"
    assert row["post_id"] == post.pk
    assert answer["next"] is None
    assert answer["previous"] is None
    assert unread_count(author) == 2


def test_the_api_marks_some_or_all_read(client, author, post, comment, like):
    comment(UserFactory(), post)
    like(UserFactory(), post)
    other = UserFactory()
    foreign = Notification.objects.create(recipient=other, kind=Kind.LIKE, key="like:1", post=post)
    InboxState.objects.create(user=other, unread=1)
    client.force_login(author)
    mine = Notification.objects.filter(recipient=author).first()
    send = {"content_type": "application/json"}
    assert client.post("/api/v1/notifications/read/", {"ids": [mine.pk, foreign.pk]}, **send).json() == {"unread": 1}
    assert unread_count(other) == 1
    assert client.post("/api/v1/notifications/read/", {"ids": ["x"]}, **send).json()["code"] == "invalid"
    assert client.post("/api/v1/notifications/read/", {}, **send).json() == {"unread": 0}


def test_the_api_asks_for_log_in(client):
    answer = client.get("/api/v1/notifications/")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
