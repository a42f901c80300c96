"""Words of a circle that hold posts and comments back; telling members; welcome; rules from a template."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from circles import queries
from circles.actions import comments, holding, memberships, polls, posts, telling
from circles.kinds import Composition, EventSpec, PollSpec
from circles.models import Circle, Comment, Deed, Held, MemberNotice, Membership, Poll, PollOption, Post, Role
from core.errors import Invalid, NotFound, Refused
from core.jobs.models import Job
from core.jobs.registry import get_handler
from notifications.models import Notification
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def member():
    row = MembershipFactory(circle=CircleFactory(slug="photo", member_count=2))
    holding.set_words(actor=row.circle.owner, circle=row.circle, words=["代购", "free gift"])
    return row


def write(member, body="有人要代购吗"):
    return posts.publish(author=member.user, circle=member.circle, key=uuid4(), body=body)


def run(prefix):
    for _round in range(3):
        for job in Job.objects.filter(state="waiting", handler__startswith=prefix).order_by("pk"):
            get_handler(job.handler).do([job])
            Job.objects.filter(pk=job.pk).update(state="done")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("有人要代购吗", True),
        ("有人要代 购、吗", True),
        ("代，购", True),
        ("ＦＲＥＥ　ＧＩＦＴ here", True),
        ("a freegift", False),
        ("free gifts", False),
        ("代替购买", False),
    ],
)
def test_words_are_found_whatever_stands_between(text, is_found):
    assert bool(holding.found_in(["代购", "free gift"], text)) is is_found


def test_a_held_post_is_its_authors_and_the_moderators_alone(client, member):
    post = write(member)
    assert (post.state, Circle.objects.get().post_count) == ("held", 0)
    assert not Job.objects.filter(handler="feeds.fan_out_post").exists()
    moderator = MembershipFactory(circle=member.circle, role=Role.MODERATOR).user
    for person, status in ((None, 404), (UserFactory(), 404), (member.circle.owner, 404), (member.user, 302)):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(f"/posts/{post.pk}/").status_code == status
    client.force_login(member.user)
    held = Held.objects.get()
    assert "Only you see this" in client.get(f"/me/held/{held.pk}/", headers=EN).content.decode()
    assert "代购" in client.get("/me/held/").content.decode()
    assert client.get("/circles/photo/desk/held/").status_code == 403
    client.force_login(moderator)
    assert client.get(f"/me/held/{held.pk}/").status_code == 404
    assert "有人要代购吗" in client.get("/circles/photo/desk/held/").content.decode()


def test_let_through_it_is_published_with_all_that_follows(client, member):
    post = write(member)
    client.force_login(member.circle.owner)
    held = Held.objects.get()
    assert client.post("/circles/photo/desk/held/", {"held": held.pk, "release": "1"}).status_code == 302
    post.refresh_from_db()
    assert (post.state, Circle.objects.get().post_count) == ("published", 1)
    assert Job.objects.filter(handler="feeds.fan_out_post").count() == 1
    assert client.post("/circles/photo/desk/held/", {"held": held.pk, "release": "1"}).status_code == 302
    assert Job.objects.filter(handler="feeds.fan_out_post").count() == 1
    run("notifications.notify_held_decided")
    assert Notification.objects.get(recipient=member.user, key=f"held:{held.pk}").data["what"] == "released"
    with pytest.raises(Refused) as refused:
        holding.refuse(actor=member.circle.owner, held=held, reason="晚了")
    assert refused.value.code == "decided_already"


def test_kept_back_its_author_reads_why_and_keeps_the_words(client, member):
    post = write(member)
    held = Held.objects.get()
    client.force_login(member.circle.owner)
    assert client.post("/circles/photo/desk/held/", {"held": held.pk, "refuse": "1", "reason": ""}).status_code == 422
    assert (
        client.post("/circles/photo/desk/held/", {"held": held.pk, "refuse": "1", "reason": "广告"}).status_code == 302
    )
    run("notifications.notify_held_decided")
    client.force_login(member.user)
    html = client.get(f"/me/held/{held.pk}/", headers=EN).content.decode()
    assert "广告" in html
    assert "有人要代购吗" in html
    assert not Deed.objects.filter(kind="held_back", post_id=post.pk).exists(), "the log leads nowhere"
    assert client.post(f"/me/held/{held.pk}/").status_code == 302
    assert Post.objects.get().state == "deleted"


def test_a_changed_post_is_held_too_and_comes_back_where_it_stood(member):
    post = write(member, "晚霞")
    before = post.published_at
    posts.edit(editor=member.user, post=post, body="代购晚霞")
    assert (Post.objects.get().state, Circle.objects.get().post_count) == ("held", 0)
    holding.release(actor=member.circle.owner, held=Held.objects.get())
    back = Post.objects.get()
    assert (back.state, back.published_at, Circle.objects.get().post_count) == ("published", before, 1)
    assert Job.objects.filter(handler="feeds.fan_out_post").count() == 1, "nobody hears of it twice"


def test_a_held_comment_takes_no_number_until_it_stands_there(member):
    post = PostFactory(circle=member.circle)
    held = comments.publish(author=member.user, post=post, key=uuid4(), body="找代购")
    assert (held.state, held.floor) == ("held", None)
    said = comments.publish(author=member.user, post=post, key=uuid4(), body="好看")
    assert said.floor == 1
    holding.release(actor=member.circle.owner, held=Held.objects.get())
    assert Comment.objects.get(pk=held.pk).floor == 2
    post.refresh_from_db()
    assert (post.comment_count, post.floor_count) == (2, 2)


def test_what_its_author_took_away_cannot_be_let_through(member):
    post = write(member)
    posts.delete(actor=member.user, post=post)
    assert not Held.objects.waiting().exists()
    with pytest.raises(NotFound):
        holding.release(actor=member.circle.owner, held=Held.objects.get())
    assert Post.objects.get().state == "deleted"
    with pytest.raises(Refused):
        holding.release(actor=member.user, held=Held.objects.get())


def test_who_may_delete_is_not_held_and_bad_lists_are_refused(member):
    owner = member.circle.owner
    assert posts.publish(author=owner, circle=member.circle, key=uuid4(), body="不许代购").state == "published"
    for words, code in (
        (["购"], "word_too_short"),
        (["长" * 21], "word_too_long"),
        ([f"词{n}号" for n in range(201)], "too_many_words"),
    ):
        with pytest.raises(Invalid) as invalid:
            holding.set_words(actor=owner, circle=member.circle, words=words)
        assert invalid.value.code == code
    with pytest.raises(Refused):
        holding.set_words(actor=member.user, circle=member.circle, words=["好的"])


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_decide_once():
    member = MembershipFactory(circle=CircleFactory(slug="photo", member_count=2))
    holding.set_words(actor=member.circle.owner, circle=member.circle, words=["代购"])
    write(member)
    held = Held.objects.get()
    act = lambda: holding.release(actor=member.circle.owner, held=held)  # noqa: E731
    assert sorted(at_once(*[act] * 4)) == [False, False, False, True]
    assert Circle.objects.get().post_count == 1
    assert Job.objects.filter(handler="feeds.fan_out_post").count() == 1


def test_all_members_are_told_at_their_level_and_once_a_day(client, member):
    circle = member.circle
    for level in ("all", "highlights", "digest", "mentions", "muted"):
        MembershipFactory(circle=circle, level=level, user__username=level)
    client.force_login(member.user)
    assert client.post("/circles/photo/desk/announce/", {"body": "周六外拍"}).status_code == 403
    client.force_login(circle.owner)
    key = str(uuid4())
    for _twice in range(2):
        assert client.post("/circles/photo/desk/announce/", {"body": "周六外拍", "key": key}).status_code == 302
    assert Post.objects.count() == MemberNotice.objects.count() == 1
    again = client.post("/circles/photo/desk/announce/", {"body": "还有一件", "key": str(uuid4())}, headers=EN)
    assert again.status_code == 422
    assert "还有一件" in again.content.decode(), "what was typed is not lost"
    assert Post.objects.count() == 1
    run("notifications.notify_")
    told = set(Notification.objects.filter(post=Post.objects.get()).values_list("recipient__username", flat=True))
    assert told == {"all", "highlights", "digest", member.user.username}
    assert Notification.objects.filter(recipient__username="all").count() == 1, "not as a new post besides"


def test_a_newcomer_is_welcomed_once(client, member):
    circle, owner = member.circle, member.circle.owner
    client.force_login(owner)
    assert client.post("/circles/photo/desk/welcome/", {"text": "加我微信 abc12345", "is_on": "on"}).status_code == 422
    assert client.post("/circles/photo/desk/welcome/", {"text": "先看置顶", "is_on": "on"}).status_code == 302
    newcomer, quiet = UserFactory(), UserFactory(notice_level="muted")
    for person in (newcomer, quiet):
        memberships.join(user=person, circle=circle)
    memberships.leave(user=newcomer, circle=circle)
    memberships.join(user=newcomer, circle=circle)
    run("notifications.notify_welcome")
    line = Notification.objects.get(kind="welcome")
    assert (line.recipient, line.detail) == (newcomer, "先看置顶")
    client.force_login(newcomer)
    assert "先看置顶" in client.get(reverse("notifications:inbox")).content.decode()
    with pytest.raises(Refused):
        telling.set_welcome(actor=newcomer, circle=circle, text="…")


def test_rules_begin_from_a_template(client, member):
    client.force_login(member.circle.owner)
    html = client.get("/circles/photo/desk/rules/?template=photos", headers=EN).content.decode()
    assert "Ask people before you show their faces." in html
    assert client.post("/circles/photo/desk/rules/", {"rules": "1. 好好说话"}).status_code == 302
    assert Circle.objects.get().rules == "1. 好好说话"


def test_the_api_does_the_same(member):
    api = APIClient()
    api.force_authenticate(member.user)
    sent = api.post("/api/v1/circles/photo/posts/", {"body": "找代购"}, format="json")
    assert (sent.status_code, sent.json()["state"]) == (202, "held")
    assert api.get("/api/v1/circles/photo/held/").status_code == 403
    assert api.put("/api/v1/circles/photo/words/", {"words": ["x"]}, format="json").status_code == 403
    api.force_authenticate(member.circle.owner)
    [held] = api.get("/api/v1/circles/photo/held/").json()
    assert (held["body"], held["words"]) == ("找代购", ["代购"])
    path = f"/api/v1/circles/photo/held/{held['id']}/"
    assert api.post(path, {"release": False}, format="json").json()["code"] == "reason_required"
    assert api.post(path, {"release": True}, format="json").status_code == 204
    assert api.put("/api/v1/circles/photo/words/", {"words": ["刷单"]}, format="json").json()["words"] == ["刷单"]
    assert api.put("/api/v1/circles/photo/welcome/", {"text": "欢迎"}, format="json").json()["text"] == "欢迎"
    told = api.post("/api/v1/circles/photo/member-notices/", {"body": "周六见"}, format="json")
    assert told.status_code == 201
    assert (
        api.post("/api/v1/circles/photo/member-notices/", {"body": "再说"}, format="json").json()["code"]
        == "told_today"
    )
    assert Membership.objects.filter(circle__slug="photo").count() == 2


def test_its_author_changes_what_is_held_and_it_still_waits(client, member):
    post = write(member)
    first = Held.objects.get()
    client.force_login(member.user)
    assert f"/posts/{post.pk}/edit/" in client.get(f"/me/held/{first.pk}/").content.decode()
    form = client.get(f"/posts/{post.pk}/edit/", headers=EN).content.decode()
    assert "有人要代购吗" in form
    assert "does not let it through" in form
    assert "What it said before is kept" not in form, "nobody has read it"
    assert client.post(f"/posts/{post.pk}/edit/", {"body": ""}).status_code == 422
    answer = client.post(f"/posts/{post.pk}/edit/", {"body": "有人一起团购吗"}, follow=True, headers=EN)
    assert "It still waits" in answer.content.decode()
    assert "有人一起团购吗" in answer.content.decode()
    post.refresh_from_db()
    assert (post.state, post.edited_at, post.versions.count(), Circle.objects.get().post_count) == ("held", None, 0, 0)
    second = Held.objects.waiting().get()
    assert (second.words, client.get(f"/me/held/{first.pk}/").url) == ([], f"/me/held/{second.pk}/")
    with pytest.raises(Refused) as refused:
        holding.release(actor=member.circle.owner, held=first)
    assert refused.value.code == "changed_meanwhile"
    client.force_login(member.circle.owner)
    page = client.get("/circles/photo/desk/held/", headers=EN).content.decode()
    assert "no word of the list stands in it any more" in page
    told = client.post("/circles/photo/desk/held/", {"held": first.pk, "release": "1"}, follow=True, headers=EN)
    assert "Please read it again" in told.content.decode()
    assert client.get(f"/posts/{post.pk}/edit/").status_code == 404
    holding.release(actor=member.circle.owner, held=second)
    assert (Post.objects.get().state, Circle.objects.get().post_count) == ("published", 1)
    client.force_login(member.user)
    assert client.get(f"/me/held/{first.pk}/").url == f"/posts/{post.pk}/"


def test_what_is_seen_is_asked_for_first_and_only_then_what_is_held(member, django_assert_num_queries):
    waits = write(member)
    seen = PostFactory(circle=member.circle)
    said = CommentFactory(post=seen)
    here = queries.visible_or_own_held_post, queries.visible_or_own_held_comment
    for find, published in zip(here, (seen, said), strict=True):
        with django_assert_num_queries(1):
            assert find(published.pk, member.user) == published
        assert find(2**63, member.user) is None
    assert queries.visible_or_own_held_post(waits.pk, member.user) == waits
    assert queries.visible_or_own_held_post(waits.pk, member.circle.owner) is None
    assert queries.visible_or_own_held_post(waits.pk, AnonymousUser()) is None
    api = APIClient()
    api.force_authenticate(member.user)
    assert api.patch(f"/api/v1/comments/{said.pk}/", {"body": "x"}, format="json").json()["code"] == "not_author"
    assert api.delete(f"/api/v1/posts/{2**63}/").status_code == 404


def test_changed_after_it_was_kept_back_it_is_read_once_more(client, member):
    post = write(member, "晚霞")
    posts.edit(editor=member.user, post=post, body="代购晚霞")
    before = Held.objects.get()
    holding.refuse(actor=member.circle.owner, held=before, reason="广告")
    client.force_login(member.user)
    assert client.post(f"/posts/{post.pk}/edit/", {"body": "代购朝霞"}).status_code == 302
    [shown] = client.get("/me/held/").context["rows"]
    assert (shown.state, shown.words, shown.was_published) == ("waiting", ["代购"], True)
    before.refresh_from_db()
    assert (before.state, before.reason) == ("refused", "广告")
    holding.release(actor=member.circle.owner, held=shown)
    back = Post.objects.get()
    assert (back.state, [row.body for row in back.versions.all()]) == ("published", ["晚霞"])


def test_a_held_comment_gets_other_words_and_its_author_alone_changes_them(client, member):
    post = PostFactory(circle=member.circle)
    said = comments.publish(author=member.user, post=post, key=uuid4(), body="找代购")
    client.force_login(UserFactory())
    assert client.get(f"/comments/{said.pk}/edit/").status_code == 404
    assert "拿走" in client.post(f"/comments/{said.pk}/edit/", {"body": "拿走"}).content.decode(), "given back to copy"
    client.force_login(member.user)
    assert "找代购" in client.get(f"/comments/{said.pk}/edit/").content.decode()
    assert client.post(f"/comments/{said.pk}/edit/", {"body": " "}).status_code == 422
    assert client.post(f"/comments/{said.pk}/edit/", {"body": "真好看"}).status_code == 302
    holding.release(actor=member.circle.owner, held=Held.objects.waiting().get())
    said.refresh_from_db()
    assert (said.body, said.floor) == ("真好看", 1)
    with pytest.raises(Refused) as refused:
        comments.reword(author=member.user, comment=said, body="改口")
    assert refused.value.code == "not_held"
    assert client.get(f"/comments/{said.pk}/edit/").status_code == 404


def ask(member, *options, title="周末去哪里？", **spec):
    what = Composition(kind="poll", title=title, poll=PollSpec(options=options, **spec))
    return posts.compose(author=member.user, circle=member.circle, key=uuid4(), what=what)


def options_of(post):
    return [(option.position, option.text) for option in PollOption.objects.filter(poll=post.pk)]


def test_the_options_of_a_held_poll_are_changed_by_its_author_and_read_anew(client, member):
    post = ask(member, "爬山", "找代购", closes_at=timezone.now() + timedelta(days=1))
    before = Held.objects.get()
    client.force_login(member.user)
    assert "<li>找代购</li>" in client.get(f"/me/held/{before.pk}/").content.decode()
    form = client.get(f"/posts/{post.pk}/edit/", headers=EN).content.decode()
    assert form.count('name="option"') == 3
    assert 'name="title" value="周末去哪里？"' in form
    assert 'value="找代购"' in form
    typed = {"title": post.title, "body": "", "results": "always", "option": ["爬山", ""]}
    more = client.post(f"/posts/{post.pk}/edit/", {**typed, "do": "more_options"}).content.decode()
    assert (more.count('name="option"'), options_of(post)[1]) == (4, (1, "找代购"))
    few = client.post(f"/posts/{post.pk}/edit/", typed, headers=EN)
    assert (few.status_code, options_of(post)[1]) == (422, (1, "找代购"))
    assert "at least two options" in few.content.decode()
    assert client.post(f"/posts/{post.pk}/edit/", {**typed, "option": ["下海", "", "上山"]}).status_code == 302
    poll = Poll.objects.get()
    assert (options_of(post), poll.results, poll.closes_at) == ([(0, "下海"), (1, "上山")], "always", None)
    waits = Held.objects.waiting().get()
    client.force_login(member.circle.owner)
    assert "<li>下海</li>" in client.get("/circles/photo/desk/held/").content.decode(), "who decides reads them"
    polls.close_due(post_id=post.pk, now=timezone.now() + timedelta(days=1))
    assert Poll.objects.get().closed_at is None, "the job for the first end finds nothing to do"
    holding.release(actor=member.circle.owner, held=waits)
    client.force_login(member.user)
    assert 'name="option"' not in client.get(f"/posts/{post.pk}/edit/").content.decode()
    late = client.post(f"/posts/{post.pk}/edit/", {**typed, "option": ["买", "卖"]}, headers=EN)
    assert (late.status_code, "its options stay as they are" in late.content.decode()) == (403, True)
    assert options_of(post) == [(0, "下海"), (1, "上山")]


def test_a_word_that_is_left_in_an_option_or_a_place_is_found_whatever_else_is_changed(member):
    post = ask(member, "爬山", "找代购")
    posts.edit(editor=member.user, post=post, title="周日去哪里？", body="")
    starts_at = timezone.now() + timedelta(days=1)
    what = Composition(kind="event", title="碰头", event=EventSpec(starts_at=starts_at, place="代购点"))
    event = posts.compose(author=member.user, circle=member.circle, key=uuid4(), what=what)
    posts.edit(editor=member.user, post=event, title="见面", body="")
    assert [(held.words, held.besides) for held in Held.objects.waiting().order_by("pk")] == [
        (["代购"], ["爬山", "找代购"]),
        (["代购"], ["代购点"]),
    ]


def test_over_the_api_a_poll_changes_while_nobody_has_seen_it(member):
    api = APIClient()
    api.force_authenticate(member.user)
    post = ask(member, "爬山", "找代购")
    said = {"poll": {"options": ["左", "右"], "allows_many": True}}
    assert api.patch(f"/api/v1/posts/{post.pk}/", said, format="json").status_code == 202
    assert (options_of(post), Poll.objects.get().allows_many) == ([(0, "左"), (1, "右")], True)
    [mine] = api.get("/api/v1/me/held/").json()
    assert mine["besides"] == ["左", "右"]
    seen = ask(member, "茶", "水")
    posts.edit(editor=member.user, post=seen, body="代购")
    for there in (seen, ask(member, "茶", "水")):
        refused = api.patch(f"/api/v1/posts/{there.pk}/", said, format="json")
        assert (refused.status_code, refused.json()["code"]) == (403, "poll_stands")
        assert options_of(there) == [(0, "茶"), (1, "水")]


def test_who_is_silenced_changes_nothing_but_may_take_it_back(client, member):
    post = write(member)
    Membership.objects.filter(pk=member.pk).update(silenced_until=timezone.now() + timedelta(days=1))
    client.force_login(member.user)
    assert client.post(f"/posts/{post.pk}/edit/", {"body": "团购"}).status_code == 403
    assert Held.objects.get().words == ["代购"]
    assert client.post(f"/me/held/{Held.objects.get().pk}/").status_code == 302
    assert Post.objects.get().state == "deleted"


def test_the_api_changes_and_takes_back_what_is_held(member):
    api = APIClient()
    api.force_authenticate(member.user)
    pk = api.post("/api/v1/circles/photo/posts/", {"body": "找代购"}, format="json").json()["id"]
    post = PostFactory(circle=member.circle)
    said = api.post(f"/api/v1/posts/{post.pk}/comments/", {"body": "代购"}, format="json").json()["id"]
    assert api.patch(f"/api/v1/posts/{pk}/", {"body": "找团购"}, format="json").status_code == 202
    assert api.patch(f"/api/v1/comments/{said}/", {"body": "团购"}, format="json").json() == {
        "id": said,
        "state": "held",
    }
    mine = [(row["kind"], row["id"], row["body"], row["state"]) for row in api.get("/api/v1/me/held/").json()]
    assert mine == [("comment", said, "团购", "waiting"), ("post", pk, "找团购", "waiting")]
    assert api.delete(f"/api/v1/comments/{said}/").status_code == 204
    api.force_authenticate(member.circle.owner)
    assert api.patch(f"/api/v1/posts/{pk}/", {"body": "别的"}, format="json").status_code == 404
    assert api.get("/api/v1/me/held/").json() == []


@pytest.mark.django_db(transaction=True)
def test_changing_and_letting_through_at_once_never_lets_through_what_nobody_read():
    member = MembershipFactory(circle=CircleFactory(slug="photo", member_count=2))
    holding.set_words(actor=member.circle.owner, circle=member.circle, words=["代购"])
    post = write(member)
    held = Held.objects.get()

    def release():
        try:
            return holding.release(actor=member.circle.owner, held=held)
        except Refused as refused:
            return refused.code

    def change():
        return posts.edit(editor=member.user, post=post, body="另一番话").state

    released, changed = at_once(release, change)
    body = Post.objects.get().body
    if released == "changed_meanwhile":
        assert (changed, Post.objects.get().state, body) == ("held", "held", "另一番话")
    else:
        assert (released, changed, body) == (True, "published", "另一番话"), "its author changes a published post"
