import re

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.templatetags.static import static
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Comment, Membership, Post, Publication
from core.jobs.models import Job, JobState
from merchants.models import Merchant, MerchantState
from moderation.models import LogEntry, Verb
from tests.factories import CategoryFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory
from tests.merchants.conftest import licence
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()
MODELS = [
    "accounts_user",
    "accounts_identitycheck",
    "accounts_legalidentity",
    "circles_category",
    "circles_circle",
    "circles_comment",
    "circles_membership",
    "circles_post",
    "core_job",
    "merchants_announcement",
    "merchants_merchant",
    "moderation_logentry",
]
READ_ONLY = [name for name in MODELS if name not in ("circles_category", "accounts_user")]


def changelist(model):
    return reverse(f"admin:{model}_changelist")


def moderate(row, action):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_moderate", args=[row.pk, action])


def by_list(model, rows, action, **said):
    """What the list sends for an action on chosen rows."""
    return {"action": action, "_selected_action": [row.pk for row in rows], **said}


def apply(**said):
    from merchants.actions import applications

    said = {"applicant": UserFactory(), "name": "茶舍", "licence_number": licence(), "intro": "", **said}
    return applications.apply(**said)


class TestDoor:
    def test_strangers_log_in_first(self):
        response = Client().get("/admin/")
        assert response.status_code == 302
        assert response.url.startswith("/admin/login/")

    def test_members_stay_out(self):
        assert signed_in(UserFactory()).get("/admin/").status_code == 302

    def test_log_in(self, moderator):
        client = Client()
        said = {"username": moderator.username, "password": "quanzi-test", "next": "/admin/"}
        assert client.post("/admin/login/", said).status_code == 302
        assert client.get("/admin/").status_code == 200

    def test_ten_wrong_passwords_lock(self, moderator, settings):
        """Five at a time: more a name does not get within five minutes."""
        settings.AXES_ENABLED = True
        client = Client()
        said = {"username": moderator.username, "password": "wrong"}
        with time_machine.travel(timezone.now(), tick=False) as clock:
            statuses = [client.post("/admin/login/", said).status_code for _ in range(5)]
            clock.shift(301)
            statuses += [client.post("/admin/login/", said).status_code for _ in range(5)]
            clock.shift(301)
            locked = client.post("/admin/login/", {**said, "password": "quanzi-test"})
        assert statuses[:9] == [200] * 9
        assert statuses[9] in (403, 429)
        assert locked.status_code in (403, 429)

    def test_policy(self, desk):
        policy = desk.get("/admin/").headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy

    def test_it_has_an_icon_so_that_no_browser_asks_for_favicon_ico(self, desk):
        page = desk.get("/admin/").content.decode()
        [link] = re.findall(r'<link[^>]* rel="icon"[^>]*>', page)
        assert f'href="{static("img/favicon.svg")}"' in link

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_both_languages(self, boss_desk, language):
        response = boss_desk.get("/admin/", headers={"Accept-Language": language})
        assert response.status_code == 200
        assert f'lang="{language}"' in response.content.decode()


class TestOverview:
    def test_queues_with_counts(self, boss_desk, moderator):
        apply()
        Job.objects.create(queue="notify", handler="core.x", state=JobState.DEAD)
        response = boss_desk.get("/admin/")
        assert [(task["icon"], task["count"]) for task in response.context["tasks"]] == [
            ("storefront", 1),
            ("badge", 0),
            ("balance", 0),
            ("key", 0),
            ("group_add", 0),
            ("person_off", 0),
            ("running_with_errors", 1),
        ]
        for task in response.context["tasks"]:
            assert boss_desk.get(task["url"]).status_code == 200

    def test_one_sees_what_one_may_work_on(self, desk, bystander):
        assert [task["icon"] for task in desk.get("/admin/").context["tasks"]] == [
            "storefront",
            "badge",
            "balance",
        ]
        response = signed_in(bystander).get("/admin/")
        assert response.context["tasks"] == []
        assert "recent_log" not in response.context


@pytest.fixture
def community():
    """Some of everything."""
    for _ in range(3):
        comment = CommentFactory()
        MembershipFactory(circle=comment.post.circle)
        merchant = apply()
        Job.objects.create(queue="notify", handler="core.x", state=JobState.DEAD, error="Traceback\nValueError: x")
    import uuid

    from merchants.actions import announcements, applications

    applications.approve(merchant=merchant, by=merchant.applied_by)
    announcements.publish(author=merchant.applied_by, merchant=merchant, key=uuid.uuid4(), body="新茶")


class TestLists:
    @pytest.mark.parametrize("model", MODELS)
    def test_list_search_and_page(self, boss_desk, community, model):
        assert boss_desk.get(changelist(model)).status_code == 200
        for words in ("茶", "1", "x' OR 1=1", "%", "9" * 30):
            assert boss_desk.get(changelist(model), {"q": words}).status_code == 200
        opts = next(known for known in admin.site._registry if known._meta.label_lower == model.replace("_", "."))
        row = opts.objects.first()
        if row is not None:
            assert boss_desk.get(reverse(f"admin:{model}_change", args=[row.pk])).status_code == 200

    @pytest.mark.parametrize("model", READ_ONLY)
    def test_nothing_is_edited_or_deleted_by_hand(self, boss_desk, community, model):
        opts = next(known for known in admin.site._registry if known._meta.label_lower == model.replace("_", "."))
        assert boss_desk.get(reverse(f"admin:{model}_add")).status_code == 403
        row = opts.objects.first()
        if row is not None:
            assert boss_desk.post(reverse(f"admin:{model}_change", args=[row.pk]), {"body": "neu"}).status_code == 403
            assert boss_desk.post(reverse(f"admin:{model}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
            boss_desk.post(
                changelist(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
            )
            assert opts.objects.filter(pk=row.pk).exists()

    @pytest.mark.parametrize("model", ["circles_post", "circles_comment", "circles_membership", "accounts_user"])
    def test_as_many_queries_for_many_rows(self, desk, model):
        counts = []
        for more in (2, 8):
            for _ in range(more):
                comment = CommentFactory()
                MembershipFactory(circle=comment.post.circle)
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(changelist(model)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("model", MODELS)
    def test_nothing_for_who_has_no_permission(self, bystander, model):
        assert signed_in(bystander).get(changelist(model)).status_code == 403

    def test_moderators_do_not_see_jobs(self, desk):
        assert desk.get(changelist("core_job")).status_code == 403

    def test_filters(self, desk):
        PostFactory(body="看得见")
        PostFactory(body="藏起来", state=Publication.HIDDEN)
        html = desk.get(changelist("circles_post"), {"state__exact": "hidden"}).content.decode()
        assert ("看得见" in html, "藏起来" in html) == (False, True)


class TestHiding:
    def test_from_the_list(self, desk, moderator):
        rows = [PostFactory() for _ in range(3)]
        asked = desk.post(changelist("circles_post"), by_list(Post, rows[:2], "hide"))
        assert asked.status_code == 200
        html = asked.content.decode()
        assert html.count('name="_selected_action"') == 2
        assert Post.objects.visible_to(ANYBODY).count() == 3
        refused = desk.post(changelist("circles_post"), by_list(Post, rows[:2], "hide", confirmed="1", reason=" "))
        assert refused.status_code == 422
        assert refused.content.decode().count('name="_selected_action"') == 2
        assert not LogEntry.objects.exists()
        done = desk.post(
            changelist("circles_post") + "?state__exact=published",
            by_list(Post, rows[:2], "hide", confirmed="1", reason="广告"),
        )
        assert done.status_code == 302
        assert done.url.endswith("?state__exact=published")
        assert list(Post.objects.visible_to(ANYBODY)) == [rows[2]]
        log = LogEntry.objects.values_list("actor", "verb", "reason", "target")
        assert sorted(log) == sorted(
            (moderator.pk, Verb.POST_HIDE, "广告", f"circles.post:{row.pk}") for row in rows[:2]
        )

    def test_from_its_page(self, desk):
        post = PostFactory()
        page = reverse("admin:circles_post_change", args=[post.pk])
        assert moderate(post, "hide") in desk.get(page).content.decode()
        assert desk.get(moderate(post, "hide")).status_code == 200
        assert desk.post(moderate(post, "hide"), {"confirmed": "1", "reason": ""}).status_code == 422
        response = desk.post(moderate(post, "hide"), {"confirmed": "1", "reason": "广告<b>"}, follow=True)
        html = response.content.decode()
        assert response.redirect_chain[-1][0] == page
        assert "广告&lt;b&gt;" in html
        assert moderate(post, "restore") in html
        assert moderate(post, "hide") not in html
        assert not Post.objects.visible_to(ANYBODY).exists()
        assert Client().get(post.get_absolute_url()).status_code == 404
        desk.post(moderate(post, "restore"), {"confirmed": "1", "reason": "误会"})
        assert Post.objects.visible_to(ANYBODY).get() == post
        assert Client().get(post.get_absolute_url()).status_code == 200

    def test_a_get_changes_nothing(self, desk):
        post = PostFactory()
        desk.get(moderate(post, "hide"), {"confirmed": "1", "reason": "x"})
        assert Post.objects.visible_to(ANYBODY).get() == post

    def test_without_the_permission(self, bystander):
        from django.contrib.auth.models import Permission

        bystander.user_permissions.add(Permission.objects.get(codename="view_post"))
        client, post = signed_in(bystander), PostFactory()
        page = client.get(reverse("admin:circles_post_change", args=[post.pk]))
        assert page.status_code == 200
        assert "/moderate/" not in page.content.decode()
        assert client.post(moderate(post, "hide"), {"confirmed": "1", "reason": "x"}).status_code == 403
        client.post(changelist("circles_post"), by_list(Post, [post], "hide", confirmed="1", reason="x"))
        assert Post.objects.visible_to(ANYBODY).get() == post
        assert not LogEntry.objects.exists()

    @pytest.mark.parametrize("path", ["0/moderate/hide/", "x/moderate/hide/", f"{'9' * 30}/moderate/hide/"])
    def test_unknown_rows(self, desk, path):
        assert desk.get(changelist("circles_post") + path).status_code == 404

    def test_unknown_actions(self, desk):
        assert desk.get(moderate(PostFactory(), "explode")).status_code == 404

    def test_a_deleted_one_among_the_chosen(self, desk):
        rows = [PostFactory(), PostFactory(state=Publication.DELETED)]
        response = desk.post(
            changelist("circles_post"), by_list(Post, rows, "hide", confirmed="1", reason="广告"), follow=True
        )
        assert [message.level_tag for message in response.context["messages"]] == ["error", "success"]
        assert LogEntry.objects.count() == 1

    def test_comment_and_circle(self, desk):
        comment = CommentFactory()
        desk.post(moderate(comment, "hide"), {"confirmed": "1", "reason": "骂人"})
        assert not Comment.objects.visible_to(ANYBODY).exists()
        circle = comment.post.circle
        desk.post(moderate(circle, "close"), {"confirmed": "1", "reason": "违规"})
        assert not Circle.objects.visible_to(ANYBODY).exists()
        desk.post(moderate(circle, "reopen"), {"confirmed": "1", "reason": "已改"})
        assert Circle.objects.visible_to(ANYBODY).get() == circle
        assert LogEntry.objects.count() == 3


class TestPeople:
    def test_ban_and_lift(self, desk):
        person = UserFactory()
        said = {"confirmed": "1", "reason": "诈骗", "duration": "604800"}
        assert desk.post(moderate(person, "ban"), {**said, "duration": "7"}).status_code == 422
        for _ in range(2):
            assert desk.post(moderate(person, "ban"), said).status_code == 302
        person.refresh_from_db()
        assert person.is_banned
        assert 1 <= LogEntry.objects.count() <= 2  # two, should the minute have passed in between
        desk.post(moderate(person, "unban"), {"confirmed": "1", "reason": "申诉"})
        person.refresh_from_db()
        assert not person.is_banned

    def test_for_good(self, desk):
        person = UserFactory()
        desk.post(moderate(person, "ban"), {"confirmed": "1", "reason": "诈骗", "duration": "good"})
        person.refresh_from_db()
        assert person.banned_until.year > 2900
        assert desk.get(reverse("admin:accounts_user_change", args=[person.pk])).status_code == 200

    def test_not_the_team(self, desk, boss):
        response = desk.post(moderate(boss, "ban"), {"confirmed": "1", "reason": "x", "duration": "3600"})
        assert response.status_code == 422
        boss.refresh_from_db()
        assert not boss.is_banned

    def test_members(self, desk):
        membership = MembershipFactory()
        said = {"confirmed": "1", "reason": "刷屏"}
        desk.post(moderate(membership, "silence"), {**said, "duration": "86400"})
        membership.refresh_from_db()
        assert membership.is_silenced
        desk.post(moderate(membership, "ban"), said)
        membership.refresh_from_db()
        assert membership.is_banned
        desk.post(changelist("circles_membership"), by_list(Membership, [membership], "unban", **said))
        membership.refresh_from_db()
        assert not membership.is_banned
        verbs = list(LogEntry.objects.order_by("id").values_list("verb", flat=True))
        assert verbs == [Verb.MEMBER_SILENCE, Verb.MEMBER_BAN, Verb.MEMBER_UNBAN]

    def test_moderators_change_nobody(self, desk):
        person = UserFactory()
        url = reverse("admin:accounts_user_change", args=[person.pk])
        assert "md5$" not in desk.get(url).content.decode()
        assert desk.post(url, {"is_staff": "on", "is_superuser": "on"}).status_code == 403

    def test_administrators_make_moderators_and_nothing_else(self, boss_desk, moderator):
        person = UserFactory()
        group = moderator.groups.get()
        url = reverse("admin:accounts_user_change", args=[person.pk])
        said = {"is_active": "on", "is_staff": "on", "groups": [group.pk], "nickname": "被改名"}
        assert boss_desk.post(url, said).status_code == 302
        person.refresh_from_db()
        assert (person.is_staff, list(person.groups.all())) == (True, [group])
        assert person.nickname != "被改名"


class TestMerchants:
    def test_approve(self, desk):
        merchant = apply(category=CategoryFactory())
        url = changelist("merchants_merchant") + "?state__exact=pending"
        assert merchant.licence_number in desk.get(url).content.decode()
        for _ in range(2):
            assert desk.post(moderate(merchant, "approve"), {"confirmed": "1", "reason": "执照有效"}).status_code == 302
        merchant.refresh_from_db()
        assert merchant.state == MerchantState.VERIFIED
        assert Client().get(merchant.get_absolute_url()).status_code == 200
        assert list(LogEntry.objects.values_list("verb", "reason", "circle")) == [
            (Verb.MERCHANT_APPROVE, "执照有效", merchant.circle_id)
        ]

    def test_refuse(self, desk):
        merchant = apply()
        assert desk.post(moderate(merchant, "refuse"), {"confirmed": "1", "reason": ""}).status_code == 422
        desk.post(moderate(merchant, "refuse"), {"confirmed": "1", "reason": "执照过期"})
        merchant.refresh_from_db()
        assert (merchant.state, merchant.refusal) == (MerchantState.REFUSED, "执照过期")
        assert desk.post(moderate(merchant, "approve"), {"confirmed": "1", "reason": "x"}).status_code == 422
        assert Merchant.objects.get().state == MerchantState.REFUSED
        assert LogEntry.objects.count() == 1


class TestJobs:
    def test_summary(self, boss_desk):
        for state, count in ((JobState.WAITING, 2), (JobState.DEAD, 1), (JobState.DONE, 5)):
            for _ in range(count):
                Job.objects.create(queue="fanout", handler="core.x", state=state)
        summary = {row["queue"]: row for row in boss_desk.get(changelist("core_job")).context["job_summary"]}
        assert set(summary) == {"money", "notify", "fanout", "media", "bulk"}
        row = summary["fanout"]
        assert (row["waiting"], row["running"], row["dead"]) == (2, 0, 1)
        assert row["oldest"] != "–"

    def test_retry(self, boss_desk):
        dead = [Job.objects.create(queue="notify", handler="core.x", state=JobState.DEAD) for _ in range(2)]
        response = boss_desk.post(changelist("core_job"), by_list(Job, dead, "retry", confirmed="1", reason="修好了"))
        assert response.status_code == 302
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.WAITING}
        assert set(LogEntry.objects.values_list("verb", "reason")) == {(Verb.JOB_RETRY, "修好了")}


def test_pictures_of_hidden_posts_are_for_the_team(desk, bystander):
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from core.media.pictures import take_in

    file = io.BytesIO()
    Image.new("RGB", (40, 40)).save(file, "PNG")
    picture = take_in(owner_id=bystander.pk, upload=SimpleUploadedFile("a.png", file.getvalue(), "image/png"))
    post = PostFactory(state=Publication.HIDDEN)
    post.photos.create(picture=picture)
    url = reverse("admin:core_picture_file", args=[picture.key])
    assert url in desk.get(reverse("admin:circles_post_change", args=[post.pk])).content.decode()
    assert desk.get(url).headers["Content-Type"] == "image/webp"
    assert signed_in(bystander).get(url).status_code == 403
    assert signed_in(UserFactory()).get(url).status_code == 302


def test_the_side_bar_counts_what_waits_and_nothing_else(boss_desk):
    def badges() -> list[str]:
        return re.findall(r'<span class="bg-red-100[^>]*>([^<]*)</span>', boss_desk.get("/admin/").content.decode())

    assert badges() == []
    Job.objects.create(queue="bulk", handler="tests.gone", state=JobState.DEAD)
    assert badges() == ["1"]
