"""Posts, photos and drafts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from circles import rules
from circles.actions import circles, drafts, photos, posts
from circles.models import Circle, Draft, DraftPhoto, MembershipState, Post, PostKind, PostPhoto, Publication, Role
from core.errors import DomainError, Invalid, NotFound, Refused
from core.models import Picture
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

PUBLISHED = [
    "feeds.fan_out_post",
    "notifications.notify_mentions_in_post",
    "notifications.notify_new_post",
    "daily.count_post",
]


@pytest.fixture
def member():
    return MembershipFactory()


def publish(member, body="你好", **fields):
    fields = {"key": uuid4(), "circle": member.circle, "author": member.user, **fields}
    return posts.publish(body=body, **fields)


def posts_in(circle) -> int:
    circle.refresh_from_db()
    assert circle.post_count == Post.objects.filter(circle=circle, state=Publication.PUBLISHED).count()
    return circle.post_count


def refused(act, kind, code) -> None:
    with pytest.raises(kind) as refusal:
        act()
    assert refusal.value.code == code


# --- Publishing ----------------------------------------------------------------------------------


def test_publish(member, jobs, picture):
    UserFactory(username="ming", nickname="小明")
    shots = [picture(member.user) for _ in range(9)]
    post = publish(member, " 看@小明 <b>\r\n\x00\n\n\n好 ", pictures=shots)
    post.refresh_from_db()
    assert post.body == "看@小明 <b>\n\n好"
    assert post.body_html == '<p>看<a class="mention" href="/people/ming/">@小明</a> &lt;b&gt;</p><p>好</p>'
    assert (post.state, post.kind, post.version) == (Publication.PUBLISHED, PostKind.POST, 1)
    assert [photo.picture for photo in post.photos.all()] == shots
    assert posts_in(member.circle) == 1
    assert jobs() == PUBLISHED


def test_a_key_makes_one_post(member, jobs):
    key = uuid4()
    first = publish(member, key=key)
    jobs()
    assert publish(member, "something else", key=key) == first
    assert publish(member, "", key=key, circle=CircleFactory()) == first
    assert (Post.objects.get().body, posts_in(member.circle), jobs()) == ("你好", 1, [])
    assert publish(MembershipFactory(), key=key) != first


def test_photos_alone_are_enough(member, picture):
    assert publish(member, "", pictures=[picture(member.user)]).body_html == ""


@pytest.mark.parametrize(
    ("body", "code"), [("", "empty_post"), (" \n\u200b\x00 ", "empty_post"), ("长" * 10_001, "too_long")]
)
def test_publish_refuses_words(member, jobs, body, code):
    refused(lambda: publish(member, body), Invalid, code)
    assert not Post.objects.exists()
    assert (posts_in(member.circle), jobs()) == (0, [])


def test_publish_refuses_people(jobs):
    circle = CircleFactory()
    later = timezone.now() + timedelta(days=1)

    def of(**fields):
        return MembershipFactory(circle=circle, **fields)

    for member, code in (
        (of(user=UserFactory(verified_at=None)), "not_verified"),
        (of(user=UserFactory(banned_until=later)), "banned"),
        (of(silenced_until=later), "silenced"),
        (of(state=MembershipState.LEFT), "not_member"),
        (of(state=MembershipState.BANNED), "circle_banned"),
    ):
        refused(lambda member=member: publish(member), Refused, code)
    refused(lambda: posts.publish(author=UserFactory(), circle=circle, key=uuid4(), body="x"), Refused, "not_member")
    circles.close(circle=circle)
    refused(lambda: publish(of()), Refused, "circle_closed")
    assert not Post.objects.exists()
    assert jobs() == []


def test_publish_in_a_circle_that_is_gone(member, jobs):
    Circle.objects.get(pk=CircleFactory().pk)
    gone = CircleFactory()
    Circle.objects.filter(pk=gone.pk).delete()
    refused(lambda: publish(member, circle=gone), NotFound, "circle_not_found")
    assert jobs() == []


def test_publish_refuses_photos(member, picture, jobs):
    mine = [picture(member.user) for _ in range(10)]
    used, theirs, in_draft = picture(member.user), picture(UserFactory()), picture(member.user)
    PostPhoto.objects.create(post=PostFactory(author=member.user), picture=used)
    DraftPhoto.objects.create(draft=Draft.objects.create(author=member.user), picture=in_draft)
    refused(lambda: publish(member, pictures=mine), Invalid, "too_many_photos")
    refused(lambda: publish(member, pictures=[mine[0], used]), Invalid, "picture_in_use")
    refused(lambda: publish(member, pictures=[in_draft]), Invalid, "picture_in_use")
    refused(lambda: publish(member, pictures=[mine[0], theirs]), NotFound, "picture_not_found")
    assert Post.objects.filter(circle=member.circle).count() == 0
    assert PostPhoto.objects.count() == 1
    assert (posts_in(member.circle), jobs()) == (0, [])


def test_announcements_ask_for_no_membership(member):
    assert publish(member, kind=PostKind.ANNOUNCEMENT, author=UserFactory()).is_announcement


# --- Drafts --------------------------------------------------------------------------------------


def test_a_draft_becomes_the_post(member, photo, picture):
    draft_id = uuid4()
    drafts.save(author=member.user, draft_id=draft_id, circle=member.circle, body=" 草稿\r\n")
    shots = [
        drafts.add_photo(author=member.user, draft_id=draft_id, circle=None, upload=photo(colour))
        for colour in ("red", "green", "blue")
    ]
    drafts.remove_photo(author=member.user, draft_id=draft_id, picture_key=shots[1].key)
    drafts.remove_photo(author=member.user, draft_id=draft_id, picture_key=shots[1].key)
    draft = Draft.objects.get()
    assert (draft.pk, draft.body, draft.circle) == (draft_id, "草稿", member.circle)
    more = picture(member.user)
    post = publish(member, "帖子", key=draft_id, pictures=[shots[0], more])
    assert [row.picture for row in post.photos.all()] == [shots[0], shots[2], more]
    assert not Draft.objects.exists()
    for act in (
        lambda: drafts.save(author=member.user, draft_id=draft_id, circle=None, body="late"),
        lambda: drafts.add_photo(author=member.user, draft_id=draft_id, circle=None, upload=photo()),
    ):
        refused(act, Refused, "already_sent")
    assert not Draft.objects.exists()


def test_a_refused_post_leaves_the_draft(member, photo, jobs):
    draft_id = uuid4()
    drafts.add_photo(author=member.user, draft_id=draft_id, circle=member.circle, upload=photo())
    drafts.save(author=member.user, draft_id=draft_id, circle=None, body="长" * 20_000)
    jobs()
    refused(lambda: publish(member, "长" * 20_000, key=draft_id), Invalid, "too_long")
    draft = Draft.objects.get()
    assert (len(draft.body), draft.circle, draft.photos.count()) == (20_000, member.circle, 1)
    assert jobs() == []


def test_somebody_elses_draft_is_none(member, photo):
    draft = Draft.objects.create(author=UserFactory(), body="mine")
    key = draft.pk
    for act in (
        lambda: publish(member, key=key),
        lambda: drafts.save(author=member.user, draft_id=key, circle=None, body="x"),
        lambda: drafts.add_photo(author=member.user, draft_id=key, circle=None, upload=photo()),
        lambda: drafts.remove_photo(author=member.user, draft_id=key, picture_key=uuid4()),
        lambda: drafts.discard(author=member.user, draft_id=key),
    ):
        refused(act, NotFound, "draft_not_found")
    assert Draft.objects.get().body == "mine"
    assert not Post.objects.exists()
    assert not Picture.objects.exists()


def test_drafts_refuse(member, photo):
    draft_id, stranger = uuid4(), UserFactory(verified_at=None)
    refused(lambda: drafts.save(author=stranger, draft_id=draft_id, circle=None, body="x"), Refused, "not_verified")
    refused(
        lambda: drafts.add_photo(author=stranger, draft_id=draft_id, circle=None, upload=photo()),
        Refused,
        "not_verified",
    )
    refused(
        lambda: drafts.save(author=member.user, draft_id=draft_id, circle=None, body="长" * 100_001),
        Invalid,
        "too_long",
    )
    assert not Draft.objects.exists()
    for _ in range(9):
        drafts.add_photo(author=member.user, draft_id=draft_id, circle=None, upload=photo())
    refused(
        lambda: drafts.add_photo(author=member.user, draft_id=draft_id, circle=None, upload=photo()),
        Invalid,
        "too_many_photos",
    )
    assert Picture.objects.count() == DraftPhoto.objects.count() == 9
    drafts.discard(author=member.user, draft_id=draft_id)
    drafts.discard(author=member.user, draft_id=draft_id)
    assert not DraftPhoto.objects.exists()


def test_uploads_are_asked_for_before_they_are_decoded(member, photo):
    def take(author, count=1, already=0):
        uploads = [photo() for _ in range(count)]
        return lambda: photos.take_in(author=author, circle=member.circle, uploads=uploads, already=already)

    refused(take(UserFactory()), Refused, "not_member")
    refused(take(member.user, 10), Invalid, "too_many_photos")
    refused(take(member.user, 1, already=9), Invalid, "too_many_photos")
    assert not Picture.objects.exists()
    assert len(take(member.user, 2)()) == 2


# --- Editing and removing ------------------------------------------------------------------------


def test_edit_keeps_or_replaces_photos(member, picture, jobs):
    a, b, c = (picture(member.user) for _ in range(3))
    post = publish(member, pictures=[a, b])
    jobs()
    edited = posts.edit(editor=member.user, post=post, body="改了 <i>")
    assert (edited.body, edited.body_html, edited.version) == ("改了 <i>", "<p>改了 &lt;i&gt;</p>", 2)
    assert edited.edited_at is not None
    assert [row.picture for row in post.photos.all()] == [a, b]
    draft = Draft.objects.create(author=member.user)
    DraftPhoto.objects.create(draft=draft, picture=c)
    posts.edit(editor=member.user, post=post, body="", pictures=[c, a], draft_id=draft.pk)
    assert [row.picture for row in Post.objects.get().photos.order_by("position")] == [c, a]
    assert not Draft.objects.exists()
    assert Post.objects.get().version == 3
    assert jobs() == []


def test_edit_refuses(member, picture):
    post = publish(member, pictures=[picture(member.user)])
    theirs = picture(UserFactory())
    later = timezone.now() + timedelta(days=1)

    def edit(**fields):
        return lambda: posts.edit(**{"editor": member.user, "post": post, "body": "neu", **fields})

    refused(edit(editor=member.circle.owner), Refused, "not_author")
    refused(edit(body="", pictures=[]), Invalid, "empty_post")
    refused(edit(body="长" * 10_001), Invalid, "too_long")
    refused(edit(pictures=[theirs]), NotFound, "picture_not_found")
    refused(edit(pictures=[picture(member.user) for _ in range(10)]), Invalid, "too_many_photos")
    member.silenced_until = later
    member.save()
    refused(edit(), Refused, "silenced")
    posts.hide(post=post)
    refused(edit(), Refused, "post_gone")
    post.refresh_from_db()
    assert (post.body, post.photos.count(), post.edited_at) == ("你好", 1, None)


def test_delete(member):
    moderator = MembershipFactory(circle=member.circle, role=Role.MODERATOR).user
    mine, theirs = publish(member), publish(member)
    refused(lambda: posts.delete(actor=UserFactory(), post=mine), Refused, "not_author")
    assert posts_in(member.circle) == 2
    for _ in range(2):
        posts.delete(actor=member.user, post=mine)
        posts.delete(actor=moderator, post=theirs)
    assert posts_in(member.circle) == 0
    assert set(Post.objects.values_list("state", "version")) == {(Publication.DELETED, 2)}
    refused(lambda: posts.hide(post=mine), Refused, "post_deleted")
    refused(lambda: posts.restore(post=mine), Refused, "post_deleted")


def test_hide_and_restore(member):
    post = publish(member)
    assert [posts.hide(post=post), posts.hide(post=post)] == [True, False]
    assert posts_in(member.circle) == 0
    assert not Post.objects.visible_to(member.user).exists()
    assert [posts.restore(post=post), posts.restore(post=post)] == [True, False]
    assert posts_in(member.circle) == 1
    assert Post.objects.visible_to(AnonymousUser()).get().version == 3
    posts.hide(post=post)
    posts.delete(actor=member.user, post=post)
    assert posts_in(member.circle) == 0


def test_feature_and_pin(member):
    owner, post = member.circle.owner, publish(member)
    for act in (
        lambda: posts.set_featured(actor=member.user, post=post, featured=True),
        lambda: posts.set_pinned(actor=member.user, post=post, pinned=True),
    ):
        refused(act, Refused, "not_circle_staff")
    for _ in range(2):
        posts.set_featured(actor=owner, post=post, featured=True)
        posts.set_pinned(actor=owner, post=post, pinned=True)
    post.refresh_from_db()
    assert (post.is_featured, post.is_pinned, post.version) == (True, True, 3)
    *more, last = [publish(member) for _ in range(rules.PINNED_MAX)]
    for another in more:
        posts.set_pinned(actor=owner, post=another, pinned=True)
    refused(lambda: posts.set_pinned(actor=owner, post=last, pinned=True), Refused, "too_many_pinned")
    posts.set_pinned(actor=owner, post=post, pinned=False)
    assert posts.set_pinned(actor=owner, post=last, pinned=True).is_pinned
    posts.delete(actor=member.user, post=more[0])
    with pytest.raises(DomainError):
        posts.set_featured(actor=owner, post=more[0], featured=True)
