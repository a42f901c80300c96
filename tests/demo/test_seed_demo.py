"""The demo community: what is there after `seed_demo`, and that its numbers are true."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.utils import timezone
from PIL import Image

from accounts.actions.credit import conducts_of
from accounts.credit import assess
from accounts.identity.claim import parse_number
from accounts.models import (
    CreditAppeal,
    CreditChange,
    Follow,
    FollowSettings,
    IdentityCheck,
    IdentityCheckState,
    Institution,
    LegalIdentity,
    SealedPerson,
    User,
)
from accounts.passport import passport_of
from circles.gates.decide import may_pass
from circles.models import (
    Circle,
    Comment,
    Draft,
    Event,
    Held,
    Like,
    Membership,
    MembershipState,
    Poll,
    Post,
    PostKind,
    PostPhoto,
    Publication,
    Role,
)
from core.models import Job, Picture, PictureState
from demo.words import traces as words
from discovery.models import CircleGrowth, CircleKinship, PersonSuggestion, PostHeat
from feeds.models import FeedEntry
from merchants import licences
from merchants.models import Announcement, Fan, Merchant, MerchantState
from moderation.models import LogEntry
from notifications.models import Broadcast, InboxState, Notification

LOGINS = {"demo_member", "demo_owner", "demo_merchant", "demo_moderator", "demo_admin"}


def seed():
    out = io.StringIO()
    call_command("seed_demo", scale="small", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def community(django_db_setup, django_db_blocker):
    """One small community for all tests here, taken away afterwards."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        seed()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def db_with_community(community, django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.mark.usefixtures("db_with_community")
class TestCommunity:
    def test_there_are_people_circles_posts_and_merchants(self):
        assert User.objects.count() == 40
        assert Circle.objects.filter(kind="interest").count() == 7
        assert {"photography", "coffee", "campus-diary"} <= set(Circle.objects.values_list("slug", flat=True))
        assert Merchant.objects.filter(state=MerchantState.VERIFIED).count() == 6
        assert Merchant.objects.filter(state=MerchantState.PENDING).count() == 1
        assert Announcement.objects.count() == Broadcast.objects.count() == 38
        assert PostPhoto.objects.count() == 15

    def test_counters_equal_rows(self):
        posts = Post.objects.annotate(
            likes_there=Count("likes", distinct=True),
            said=Count("comments", filter=Q(comments__state=Publication.PUBLISHED), distinct=True),
            floors=Count("comments", filter=Q(comments__floor__isnull=False), distinct=True),
        )
        assert not posts.exclude(like_count=F("likes_there"), comment_count=F("said"), floor_count=F("floors")).exists()
        for circle in Circle.objects.all():
            assert circle.member_count == circle.memberships.filter(state=MembershipState.ACTIVE).count()
            assert circle.post_count == circle.posts.filter(state=Publication.PUBLISHED).count()
        for merchant in Merchant.objects.all():
            assert merchant.fan_count == merchant.fans.count()
        assert Comment.objects.filter(parent__isnull=False).exists()
        assert Like.objects.exists()

    def test_a_link_has_its_card_a_floor_is_gone_and_something_waits(self):
        post = Post.objects.get(link__isnull=False)
        assert (post.shown_link.url, post.floor_count, post.comment_count) == (words.LINK_URL, 3, 2)
        assert words.LINK_URL in post.body_html
        assert not Job.objects.filter(handler="circles.fetch_link").exists()
        floors = post.comments.order_by("floor").values_list("floor", "state")
        assert list(floors) == [(1, "published"), (2, "deleted"), (3, "published")]
        waiting = Held.objects.waiting().filter(circle__owner__username="demo_owner")
        assert [bool(row.post_id) for row in waiting.order_by("id")] == [True, False]
        assert waiting.get(comment__isnull=False).comment.author.username == "demo_member"

    def test_people_follow_each_other_and_there_is_something_to_discover(self):
        for row in FollowSettings.objects.all():
            assert row.follower_count == Follow.objects.filter(followed=row.pk).count()
            assert row.following_count == Follow.objects.filter(follower=row.pk).count()
        assert Follow.objects.filter(follower__username="demo_member").exists()
        assert PostHeat.objects.exists()
        assert CircleGrowth.objects.exists()
        assert CircleKinship.objects.exists()
        assert PersonSuggestion.objects.filter(user__username="demo_member").exists()

    def test_members_joined_before_they_wrote_and_nothing_lies_ahead(self):
        now = timezone.now()
        for post in Post.objects.select_related("author"):
            assert post.published_at <= now
            membership = Membership.objects.get(circle=post.circle_id, user=post.author_id)
            assert membership.joined_at <= post.published_at
        assert not Comment.objects.filter(
            Q(published_at__gt=now) | Q(published_at__lt=F("post__published_at"))
        ).exists()
        assert not Comment.objects.filter(parent__published_at__gt=F("published_at")).exists()
        assert not Like.objects.filter(Q(created_at__gt=now) | Q(created_at__lt=F("post__published_at"))).exists()

    def test_only_verified_people_take_part(self):
        unverified = User.objects.filter(verified_at=None)
        assert unverified.exists()
        assert not Membership.objects.filter(user__in=unverified).exists()
        assert not Fan.objects.filter(user__in=unverified).exists()
        assert LegalIdentity.objects.count() == User.objects.exclude(verified_at=None).count()
        assert IdentityCheck.objects.filter(state=IdentityCheckState.PENDING, user__in=unverified).count() == 1

    def test_identities_and_licences_are_valid_but_nobodys(self):
        for identity in LegalIdentity.objects.all():
            number = SealedPerson.objects.get(pk=identity.sealed_id).open_number()
            assert parse_number(number) == number
            assert number[6:8] == "19"
            assert int(number[6:10]) < 1905
        for merchant in Merchant.objects.all():
            assert licences.normalise(merchant.licence_number) == merchant.licence_number

    def test_log_ins(self, client):
        assert set(User.objects.filter(username__startswith="demo_").values_list("username", flat=True)) == LOGINS
        for login in LOGINS:
            assert client.login(username=login, password="quanzi-demo")
        assert User.objects.get(username="demo_admin").is_superuser
        moderator = User.objects.get(username="demo_moderator")
        assert moderator.is_staff
        assert not moderator.is_superuser
        assert moderator.has_perm("moderation.moderate_content")
        assert not User.objects.get(username="demo_member").is_staff

    def test_log_ins_have_their_places(self):
        member, owner, staff = (User.objects.get(username=f"demo_{name}") for name in ("member", "owner", "merchant"))
        assert set(Fan.objects.filter(user=member).values_list("merchant__slug", flat=True)) == {
            "slow-fire-coffee",
            "paper-boat-books",
        }
        owned = Membership.objects.filter(user=owner, role=Role.OWNER).values_list("circle__slug", flat=True)
        assert set(owned) == {"photography", "film-photography"}
        assert Merchant.objects.get(slug="slow-fire-coffee").staff.get().user == staff
        assert FeedEntry.objects.filter(member=member).count() > 20

    def test_badges_equal_unread_rows(self):
        for state in InboxState.objects.all():
            assert state.unread == Notification.objects.filter(recipient=state.user_id, read_at=None).count()
        assert InboxState.objects.get(user__username="demo_owner").unread > 0

    def test_hidden_posts_are_logged(self):
        hidden = Post.objects.filter(state=Publication.HIDDEN)
        assert hidden.count() == 3
        assert set(LogEntry.objects.values_list("target", flat=True)) == {f"circles.post:{post.pk}" for post in hidden}

    def test_credit_is_what_the_formula_says(self):
        member = User.objects.get(username="demo_member")
        assert member.credit == 700
        later = timezone.now() + timedelta(days=400)
        conduct = conducts_of([member], later)[member.pk]
        assert assess(conduct, later).total == 700
        before = dict(User.objects.values_list("pk", "credit"))
        call_command("recompute_credit", stdout=io.StringIO())
        assert dict(User.objects.values_list("pk", "credit")) == before
        assert min(before.values()) < 600 < 680 < max(before.values())
        changes = list(CreditChange.objects.filter(user=member).order_by("at", "pk"))
        steps = [(change.before, change.after) for change in changes]
        assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]
        assert steps[-1][1] == 700
        # A row for each month in which it moved; in one or two it may not have.
        months = (timezone.now() - member.date_joined).days // 30
        assert months >= 12
        assert len(steps) >= months - 2
        assert changes[-1].at - changes[0].at >= timedelta(days=30 * (months - 3))
        assert CreditAppeal.objects.get().state == "open"

    def test_pictures_are_there_in_all_sizes_without_metadata(self):
        assert not Picture.objects.exclude(state=PictureState.READY).exists()
        for picture in Picture.objects.all():
            for size in Picture.Size:
                with default_storage.open(picture.path(size)) as file, Image.open(file) as image:
                    image.load()
                    assert image.format == "WEBP"
                    assert not image.getexif()
                    assert not {"exif", "xmp", "icc_profile"} & set(image.info)
                    if size == Picture.Size.LARGE:
                        assert image.size == (picture.width, picture.height)

    def test_a_second_run_changes_nothing(self):
        before = (User.objects.count(), Post.objects.count(), Picture.objects.count())
        assert seed() == "The demo community is already there.\n"
        assert (User.objects.count(), Post.objects.count(), Picture.objects.count()) == before

    def test_no_work_is_left_for_workers(self):
        due = Job.objects.filter(run_after__lte=timezone.now())
        assert not due.exists()
        planned = set(Job.objects.values_list("handler", flat=True))
        assert planned == {"circles.close_poll", "circles.publish_draft", "circles.remind_of_event"}

    def test_posts_of_all_kinds_are_alive(self):
        kinds = Post.objects.values_list("kind", flat=True).distinct()
        assert set(kinds) == set(PostKind.values)
        running, over = Poll.objects.filter(closed_at=None), Poll.objects.exclude(closed_at=None)
        assert (running.count(), over.count()) == (2, 1)
        for poll in Poll.objects.annotate(there=Count("ballots")):
            assert 0 < poll.voter_count == poll.there
            votes = [choice for ballot in poll.ballots.all() for choice in ballot.choices]
            assert [option.vote_count for option in poll.options.all()] == [
                votes.count(option.position) for option in poll.options.all()
            ]
        for event in Event.objects.all():
            states = list(event.sign_ups.values_list("state", flat=True))
            assert (event.going_count, event.waiting_count) == (states.count("going"), states.count("waiting"))
        assert Post.objects.unanswered().count() == 1
        assert Draft.objects.get(author__username="demo_member").publish_at > timezone.now()


@pytest.mark.django_db
def test_refuses_where_it_is_not_for_development(settings):
    settings.DEBUG = settings.DEMO = False
    with pytest.raises(CommandError, match="for development only"):
        seed()
    assert not User.objects.exists()


@pytest.mark.usefixtures("db_with_community")
class TestDiaries:
    """Circles whose gates rest on facts, as anybody finds them who tries the demo."""

    def test_their_gates(self):
        shown = {
            circle.slug: {action: kept["clauses"] for action, kept in circle.gates.items()}
            for circle in Circle.objects.exclude(gates={})
        }
        likes = [[{"verified": True}]]
        assert shown == {
            "campus-diary": {
                "post": [[{"fact": "student"}]],
                "comment": [[{"fact": "student"}], [{"credit": 750}]],
                "like": likes,
            },
            "office-diary": {
                "post": [[{"fact": "employee"}]],
                "comment": [[{"fact": "employee"}], [{"credit": 750}]],
                "like": likes,
            },
        }

    def test_who_wrote_there_may(self):
        for circle in Circle.objects.exclude(gates={}):
            assert circle.posts.count() >= 10
            said = Comment.objects.filter(post__circle=circle).select_related("author", "post__circle")
            assert said.exists()
            for post in circle.posts.select_related("author"):
                assert may_pass(post.author, circle, None, "post")
            for comment in said:
                assert may_pass(comment.author, circle, None, "comment")

    def test_facts_and_their_copies_agree(self):
        for user in User.objects.exclude(verified_at=None).prefetch_related("facts"):
            held = {(fact.kind, fact.value) for fact in passport_of(user).facts}
            assert held == {(fact.kind, fact.value) for fact in user.facts.all()}
            assert ("adult", "") in held
        assert Institution.objects.filter(is_issuer=True, domains__isnull=False).count() == 6

    @pytest.mark.parametrize(("slug", "fact"), [("campus-diary", "student"), ("office-diary", "employee")])
    def test_demo_member_reads_and_likes_and_is_told_what_is_missing(self, client, slug, fact):
        member = User.objects.get(username="demo_member")
        assert member.credit == 700
        assert not member.facts.filter(kind=fact).exists()
        client.force_login(member)
        post = Post.objects.filter(circle__slug=slug, state=Publication.PUBLISHED, likes__isnull=False).exclude(
            likes__user=member
        )[0]
        assert client.get(f"/posts/{post.pk}/").status_code == 200
        assert client.put(f"/api/v1/posts/{post.pk}/like/").json()["liked"] is True

        refused = client.post(f"/api/v1/circles/{slug}/posts/", {"body": "我也想写"}, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (403, "gate_closed")
        assert [item["condition"] for item in refused.json()["missing"]] == [{"fact": fact}]

        address = f"/api/v1/posts/{post.pk}/comments/"
        refused = client.post(address, {"body": "我也想说"}, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (403, "gate_closed")
        assert [item["condition"] for item in refused.json()["missing"]] == [{"fact": fact}, {"credit": 750}]
        page = client.get(f"/posts/{post.pk}/", HTTP_ACCEPT_LANGUAGE="zh-hans").content.decode()
        assert "你的行为信用是 700，需要 750，还差 50 分。" in page


@pytest.mark.usefixtures("db_with_community")
def test_a_circle_under_pseudonyms_talks_and_others_say_where_they_are():
    hollow = Circle.objects.get(slug="tree-hollow")
    assert hollow.masks_authors
    assert hollow.member_count == Membership.objects.active().filter(circle=hollow).count()
    threads = Post.objects.filter(circle=hollow)
    assert hollow.post_count == threads.count() == 8
    for post in threads:
        said = Comment.objects.filter(post=post)
        assert (post.comment_count, post.floor_count) == (said.count(), said.filter(parent=None).count())
        rows = [post, *said]
        assert all(row.author_mask and not row.region and not row.author_linked for row in rows)
        assert len({row.author_name for row in rows}) == len({row.author_id for row in rows}) > 1
    masked = Comment.objects.filter(post__circle=hollow)
    assert not Post.objects.filter(author_mask="", region="").exists()
    assert not Comment.objects.filter(region="").exclude(pk__in=masked).exists()
