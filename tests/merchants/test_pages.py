import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from circles.models import Draft, Post, PostKind
from core.jobs.models import Job
from core.models import Picture
from merchants.actions import fans
from merchants.models import Announcement, Fan, Merchant, MerchantState
from tests.factories import PostFactory, UserFactory
from tests.merchants.conftest import licence

pytestmark = pytest.mark.django_db


def photo(name="logo.png", colour="teal"):
    file = io.BytesIO()
    Image.new("RGB", (60, 60), colour).save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


@pytest.fixture
def fan(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def staff_client(client, owner):
    client.force_login(owner)
    return client


def announce_url(merchant):
    return reverse("merchants:announce", args=[merchant.slug])


def write(client, merchant, **said):
    return client.post(announce_url(merchant), {"draft": str(uuid.uuid4()), "body": "", **said})


class TestReading:
    def test_list_shows_open_ones_only(self, client, merchant, owner, reviewer):
        from merchants.actions import applications

        applications.apply(applicant=owner, name="还没开张", licence_number=licence(), intro="")
        html = client.get(reverse("merchants:discover")).content.decode()
        assert "山野茶舍" in html
        assert "还没开张" not in html

    def test_search(self, client, merchant):
        assert "山野茶舍" in client.get("/merchants/?q=茶").content.decode()
        assert "山野茶舍" not in client.get("/merchants/?q=咖啡").content.decode()

    def test_owner_finds_own_pages(self, staff_client, merchant):
        assert list(staff_client.get("/merchants/").context["mine"]) == [merchant]

    def test_page_of_a_waiting_one(self, client, pending, owner):
        assert client.get(pending.get_absolute_url()).status_code == 404
        client.force_login(owner)
        response = client.get(pending.get_absolute_url())
        assert response.status_code == 200
        assert pending.licence_number in response.content.decode()

    @pytest.mark.parametrize("tab", ["", "?tab=circle", "?tab=nonsense", "?before=nonsense"])
    def test_strangers_read(self, client, merchant, tab):
        assert client.get(merchant.get_absolute_url() + tab).status_code == 200

    def test_tabs_part_announcements_and_talk(self, client, merchant, owner):
        PostFactory(circle=merchant.circle, author=owner, kind=PostKind.ANNOUNCEMENT, body="新茶到了")
        PostFactory(circle=merchant.circle, body="好喝")
        first = client.get(merchant.get_absolute_url()).content.decode()
        second = client.get(merchant.get_absolute_url() + "?tab=circle").content.decode()
        assert ("新茶到了" in first, "好喝" in first) == (True, False)
        assert ("新茶到了" in second, "好喝" in second) == (False, True)

    def test_as_many_queries_for_five_as_for_fifteen(
        self, client, fan, merchant, owner, django_assert_num_queries, django_assert_max_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        counts = []
        for more in (5, 10):
            for _ in range(more):
                PostFactory(circle=merchant.circle, author=owner, kind=PostKind.ANNOUNCEMENT)
            client.get(merchant.get_absolute_url())
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(merchant.get_absolute_url())
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 14


class TestFollowing:
    def test_follow_and_unfollow(self, client, fan, merchant):
        url = reverse("merchants:follow", args=[merchant.slug])
        assert client.post(url).status_code == 302
        assert client.post(url).status_code == 302
        merchant.refresh_from_db()
        assert (Fan.objects.count(), merchant.fan_count) == (1, 1)
        assert Job.objects.filter(handler="feeds.backfill_announcements").count() == 1
        client.post(reverse("merchants:unfollow", args=[merchant.slug]))
        client.post(reverse("merchants:unfollow", args=[merchant.slug]))
        merchant.refresh_from_db()
        assert (Fan.objects.count(), merchant.fan_count) == (0, 0)

    def test_htmx_answers_with_the_button(self, client, fan, merchant):
        response = client.post(reverse("merchants:follow", args=[merchant.slug]), headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert "unfollow/" in response.content.decode()
        assert "toast" in response.headers["HX-Trigger"]

    def test_stranger_is_sent_to_log_in(self, client, merchant):
        response = client.post(reverse("merchants:follow", args=[merchant.slug]))
        assert response.status_code == 302
        assert reverse("account_login") in response.url
        assert not Fan.objects.exists()

    def test_unverified_is_refused(self, client, merchant):
        client.force_login(UserFactory(verified_at=None))
        assert client.post(reverse("merchants:follow", args=[merchant.slug])).status_code == 403
        assert not Fan.objects.exists()
        assert not Job.objects.filter(handler="feeds.backfill_announcements").exists()

    def test_get_is_not_allowed(self, client, fan, merchant):
        assert client.get(reverse("merchants:follow", args=[merchant.slug])).status_code == 405

    def test_mute(self, client, fan, merchant):
        fans.follow(user=fan, merchant=merchant)
        client.post(reverse("merchants:mute", args=[merchant.slug]), {"muted": "1"})
        assert Fan.objects.get().muted is True
        client.post(reverse("merchants:mute", args=[merchant.slug]), {"muted": "0"})
        assert Fan.objects.get().muted is False


class TestApplying:
    def test_apply_with_a_logo(self, staff_client, owner, db):
        number = licence()
        response = staff_client.post(
            "/merchants/apply/", {"name": "小满面包", "licence_number": number, "intro": "现烤", "logo": photo()}
        )
        merchant = Merchant.objects.get()
        assert response.status_code == 302
        assert response.url == merchant.get_absolute_url()
        assert (merchant.name, merchant.applied_by, merchant.logo.owner) == ("小满面包", owner, owner)

    def test_what_was_typed_and_the_logo_stay(self, staff_client):
        said = {"name": "小满面包", "licence_number": "911100006000373411", "intro": "现烤", "logo": photo()}
        response = staff_client.post("/merchants/apply/", said)
        html = response.content.decode()
        assert response.status_code == 422
        assert "小满面包" in html
        assert "911100006000373411" in html
        key = re.search(r'name="logo_kept" value="([0-9a-f]{32})"', html)[1]
        response = staff_client.post(
            "/merchants/apply/", {**said, "licence_number": licence(), "logo_kept": key, "logo": ""}
        )
        assert response.status_code == 302
        assert Merchant.objects.get().logo == Picture.objects.get()

    def test_somebody_elses_logo_is_not_taken(self, staff_client):
        from core.media.pictures import take_in

        other = take_in(owner_id=UserFactory().pk, upload=photo())
        staff_client.post(
            "/merchants/apply/", {"name": "小满面包", "licence_number": licence(), "logo_kept": other.key.hex}
        )
        assert Merchant.objects.get().logo is None

    def test_a_text_file_is_no_logo(self, staff_client):
        upload = SimpleUploadedFile("logo.jpg", b"hello", "image/jpeg")
        response = staff_client.post(
            "/merchants/apply/", {"name": "小满面包", "licence_number": licence(), "logo": upload}
        )
        assert response.status_code == 422
        assert "logo.jpg" in response.content.decode()
        assert not Merchant.objects.exists()

    def test_unverified_is_told_what_to_do(self, client, db):
        client.force_login(UserFactory(verified_at=None))
        response = client.post("/merchants/apply/", {"name": "小满面包", "licence_number": licence()})
        assert response.status_code == 403
        assert not Merchant.objects.exists()

    def test_refused_applicant_reads_why(self, staff_client, pending, reviewer):
        from merchants.actions import applications

        applications.refuse(merchant=pending, by=reviewer, reason="请上传清楚的执照。")
        html = staff_client.get(pending.get_absolute_url()).content.decode()
        assert "请上传清楚的执照。" in html


class TestAnnouncing:
    def test_write_look_send(self, staff_client, merchant, owner):
        for _ in range(2):
            fans.follow(user=UserFactory(), merchant=merchant)
        draft = str(uuid.uuid4())
        page = write(staff_client, merchant, draft=draft, body="新茶到了 <b>", photo=[photo("1.png"), photo("2.png")])
        html = page.content.decode()
        assert page.status_code == 200
        assert "2" in html
        assert "新茶到了 &lt;b&gt;" in html
        assert not Post.objects.exists()
        response = staff_client.post(announce_url(merchant), {"draft": draft, "confirmed": "1"})
        assert response.status_code == 302
        announcement = Announcement.objects.get()
        assert (announcement.fan_count, announcement.post.body) == (2, "新茶到了 <b>")
        assert announcement.post.kind == PostKind.ANNOUNCEMENT
        assert announcement.post.photos.count() == 2
        handlers = Job.objects.filter(handler__contains="announce").values_list("handler", "args")
        assert ("notifications.broadcast_announcement", {"announcement_id": announcement.pk}) in list(handlers)
        assert not Draft.objects.exists()

    def test_sending_twice_sends_once(self, staff_client, merchant):
        draft = str(uuid.uuid4())
        write(staff_client, merchant, draft=draft, body="新茶")
        for _ in range(2):
            assert staff_client.post(announce_url(merchant), {"draft": draft, "confirmed": "1"}).status_code == 302
        assert Announcement.objects.count() == Post.objects.count() == 1
        assert write(staff_client, merchant, draft=draft, body="新茶").status_code == 302
        assert Announcement.objects.count() == 1

    @pytest.mark.parametrize(
        ("body", "kept"), [("", ""), (" \n ", ""), ("长" * 10_001, "长" * 100), ("x" * 200_000, "x")]
    )
    def test_bad_words_are_kept(self, staff_client, merchant, body, kept):
        response = write(staff_client, merchant, body=body)
        assert response.status_code == 422
        assert kept in response.content.decode()
        assert not Post.objects.exists()

    def test_a_bad_photo_keeps_words_and_good_photos(self, staff_client, merchant):
        bad = SimpleUploadedFile("notes.jpg", b"hello", "image/jpeg")
        response = write(staff_client, merchant, body="新茶", photo=[photo("1.png"), bad])
        html = response.content.decode()
        assert response.status_code == 422
        assert "notes.jpg" in html
        assert "新茶" in html
        assert html.count('name="photos"') == 1

    def test_ten_photos(self, staff_client, merchant):
        response = write(staff_client, merchant, body="新茶", photo=[photo(f"{n}.png") for n in range(10)])
        assert response.status_code == 422
        assert response.content.decode().count('name="photos"') == 9

    def test_nul_and_lone_surrogates(self, staff_client, merchant):
        draft = str(uuid.uuid4())
        body = "新\x00茶".encode() + b"\xed\xa0\x80"
        response = staff_client.post(
            announce_url(merchant),
            data=b"draft=" + draft.encode() + b"&body=" + body,
            content_type="application/x-www-form-urlencoded",
        )
        assert response.status_code == 200

    def test_others_may_not(self, client, fan, merchant):
        assert client.get(announce_url(merchant)).status_code == 403
        response = write(client, merchant, body="hier bin ich")
        assert response.status_code == 403
        assert "hier bin ich" in response.content.decode()
        assert not Draft.objects.exists()
        assert not Post.objects.exists()

    def test_logged_out_keeps_the_words(self, client, merchant):
        response = write(client, merchant, body="新茶")
        assert response.status_code == 403
        assert "新茶" in response.content.decode()

    def test_somebody_elses_draft(self, staff_client, merchant):
        other = Draft.objects.create(author=UserFactory(), body="geheim")
        assert staff_client.get(f"{announce_url(merchant)}?draft={other.pk}").status_code == 404
        response = staff_client.post(announce_url(merchant), {"draft": str(other.pk), "confirmed": "1"})
        assert response.status_code == 409
        assert "geheim" not in response.content.decode()
        assert not Post.objects.exists()

    def test_a_banned_merchant_is_not_heard(self, staff_client, merchant, owner):
        from accounts.actions import people
        from moderation.admin.forms import FOR_GOOD

        people.ban(user=owner, until=FOR_GOOD)
        response = write(staff_client, merchant, body="新茶")
        assert response.status_code == 403
        assert "新茶" in response.content.decode()

    def test_a_page_whose_circle_was_closed_is_gone(self, staff_client, merchant):
        from circles.actions import circles

        circles.close(circle=merchant.circle)
        assert staff_client.get(merchant.get_absolute_url()).status_code == 404
        response = write(staff_client, merchant, body="新茶")
        assert response.status_code == 404
        assert "新茶" in response.content.decode()

    def test_waiting_merchant_cannot_announce(self, staff_client, pending):
        assert pending.state == MerchantState.PENDING
        assert write(staff_client, pending, body="新茶").status_code == 403
        assert not Post.objects.exists()
