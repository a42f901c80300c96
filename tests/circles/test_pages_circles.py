"""Finding, seeing, founding, joining and leaving circles, through the door."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from circles.models import Circle, Membership
from core.models import Picture
from tests.factories import CategoryFactory, CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def page(response):
    return response.content.decode()


def photo(name="a.jpg"):
    data = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


@pytest.fixture
def circle():
    return CircleFactory(slug="tea", name="茶", intro="一杯茶的时间", rules="请慢慢来", number=10086)


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


# --- Discover ------------------------------------------------------------------------------------


def test_discover_by_category_words_and_number(client, circle):
    CircleFactory(name="咖啡", number=10087)
    everything = page(client.get("/circles/"))
    assert "茶" in everything
    assert "咖啡" in everything
    for query in (f"category={circle.category.slug}", "q=茶", "q=10086", "q=杯茶"):
        shown = page(client.get(f"/circles/?{query}"))
        assert "/circles/tea/" in shown
        assert "咖啡" not in shown


@pytest.mark.parametrize("query", ["q=zzzz", "q=%ED%A0%80", f"q={'x' * 500}", "category=none&q=zzzz", "before=rubbish"])
def test_discover_with_odd_words(client, query):
    assert client.get(f"/circles/?{query}").status_code == 200


def test_discover_refuses_nul(client):
    assert client.get("/circles/?q=%00").status_code == 400


def test_discover_has_more(client):
    for number in range(25):
        CircleFactory(member_count=number + 1)
    first = page(client.get("/circles/"))
    more = re.search(r'hx-get="([^"]+)"[^>]*hx-trigger="revealed', first).group(1).replace("&amp;", "&")
    rest = page(client.get(more, **HTMX))
    assert "<html" not in rest
    slugs = re.findall(r'circle-card__name" href="/circles/([\w-]+)/"', first + rest)
    assert len(slugs) == len(set(slugs)) == 25
    assert "<html" in page(client.get(more))


def test_my_circles_stand_on_top(client, circle, person):
    assert 'class="mine"' not in page(client.get("/circles/"))
    MembershipFactory(circle=circle, user=person)
    assert 'class="mine"' in page(client.get("/circles/"))


# --- A circle ------------------------------------------------------------------------------------


def test_a_circle_shows_what_it_is(client, circle):
    PostFactory(circle=circle, body="第一泡")
    shown = page(client.get("/circles/tea/"))
    for words in ("茶", "10086", "一杯茶的时间", "请慢慢来", "第一泡", circle.owner.nickname):
        assert words in shown


def test_tabs_and_pages_of_posts(client, circle):
    for number in range(25):
        PostFactory(
            circle=circle,
            body_html=f"<p>Beitrag {number}</p>",
            is_featured=number == 3,
            published_at=timezone.now() - timezone.timedelta(hours=number),
        )
    first = page(client.get("/circles/tea/"))
    more = re.search(r'hx-get="([^"]+)"[^>]*hx-trigger="revealed', first).group(1).replace("&amp;", "&")
    rest = page(client.get(more, **HTMX))
    assert re.findall(r"<p>Beitrag (\d+)</p>", first + rest) == [str(number) for number in range(25)]
    featured = page(client.get("/circles/tea/?tab=featured"))
    assert re.findall(r"<p>Beitrag (\d+)</p>", featured) == ["3"]
    assert client.get("/circles/tea/?tab=nonsense&before=rubbish").status_code == 200


def test_hidden_posts_and_closed_circles_are_gone(client, circle):
    PostFactory(circle=circle, body_html="<p>verborgen</p>", state="hidden")
    assert "verborgen" not in page(client.get("/circles/tea/"))
    Circle.objects.update(state="closed")
    for path in ("", "members/", "edit/", "join/", "leave/", "mute/"):
        client.force_login(circle.owner)
        assert client.post(f"/circles/tea/{path}").status_code in (404, 405)
    for path in ("", "members/", "edit/", "leave/", "post/"):
        assert client.get(f"/circles/tea/{path}").status_code == 404


def test_what_leads_to_writing(client, circle):
    ways = ('href="/circles/tea/post/"', "/verify/", "/accounts/login/?next=/circles/tea/", "banner")

    def entry():
        shown = page(client.get("/circles/tea/"))
        return next((way for way in ways if way in shown), "")

    assert entry() == "/accounts/login/?next=/circles/tea/"
    client.force_login(UserFactory(verified_at=None))
    assert entry() == "/verify/"
    client.force_login(UserFactory())
    assert entry() == "banner"
    client.force_login(MembershipFactory(circle=circle).user)
    assert entry() == 'href="/circles/tea/post/"'


def test_members(client, circle):
    for number in range(35):
        MembershipFactory(circle=circle, user=UserFactory(nickname=f"茶友{number}"))
    MembershipFactory(circle=circle, user=UserFactory(nickname="走了的人"), state="left")
    first = page(client.get("/circles/tea/members/"))
    more = re.search(r'hx-get="([^"]+)"[^>]*hx-trigger="revealed', first).group(1).replace("&amp;", "&")
    rest = page(client.get(more, **HTMX))
    assert len(set(re.findall(r"茶友(\d+)", first + rest))) == 35
    assert "走了的人" not in first + rest
    assert circle.owner.nickname in first


# --- Joining and leaving -------------------------------------------------------------------------


def test_join_and_leave(client, circle, person):
    response = client.post("/circles/tea/join/", {"next": "/circles/"})
    assert (response.status_code, response.url) == (302, "/circles/")
    assert Membership.objects.get(user=person).is_active
    asked = client.post("/circles/tea/leave/", {"next": "/circles/"})
    assert asked.status_code == 200
    assert 'name="confirmed"' in page(asked)
    assert 'name="confirmed"' in page(client.get("/circles/tea/leave/"))
    assert Membership.objects.get(user=person).is_active
    response = client.post("/circles/tea/leave/", {"confirmed": "1", "next": "/circles/tea/"})
    assert (response.status_code, response.url) == (302, "/circles/tea/")
    assert not Membership.objects.get(user=person).is_active


def test_join_and_leave_with_htmx_answer_the_button(client, circle, person):
    joined = client.post("/circles/tea/join/", {"small": "1"}, **HTMX)
    assert 'formaction="/circles/tea/leave/"' in page(joined)
    assert "toast" in joined.headers["HX-Trigger"]
    left = client.post("/circles/tea/leave/", {"small": "1"}, **HTMX)
    assert 'formaction="/circles/tea/join/"' in page(left)
    assert not Membership.objects.get(user=person).is_active


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("case", ["unverified", "banned"])
def test_who_may_not_join(client, circle, case, htmx):
    user = UserFactory(verified_at=None) if case == "unverified" else UserFactory()
    if case == "banned":
        MembershipFactory(circle=circle, user=user, state="banned")
    client.force_login(user)
    response = client.post("/circles/tea/join/", **(HTMX if htmx else {}))
    assert response.status_code == 403
    if htmx:
        assert "toast" in response.headers["HX-Trigger"]
    assert not Membership.objects.filter(user=user, state="active").exists()


def test_the_owner_cannot_leave(client, circle):
    client.force_login(circle.owner)
    assert 'name="confirmed"' not in page(client.get("/circles/tea/leave/"))
    assert client.post("/circles/tea/leave/", {"confirmed": "1"}).status_code == 403
    assert Membership.objects.get(user=circle.owner).is_active


def test_mute(client, circle, person):
    assert client.post("/circles/tea/mute/", {"muted": "1"}).status_code == 403
    MembershipFactory(circle=circle, user=person)
    assert client.post("/circles/tea/mute/", {"muted": "1"}).status_code == 302
    assert Membership.objects.get(user=person).muted
    answer = client.post("/circles/tea/mute/", {"muted": "0"}, **HTMX)
    assert 'value="1"' in page(answer)
    assert not Membership.objects.get(user=person).muted


def test_strangers_are_sent_to_log_in(client, circle):
    for path in ("join/", "leave/", "mute/"):
        assert client.post(f"/circles/tea/{path}").url.startswith("/accounts/login/")
        assert "HX-Redirect" in client.post(f"/circles/tea/{path}", **HTMX).headers
    assert client.get("/circles/new/").url == "/accounts/login/?next=/circles/new/"
    assert not Membership.objects.exclude(user=circle.owner).exists()


# --- Founding and editing ------------------------------------------------------------------------


def founding(**more):
    return {"name": "夜跑", "intro": "九点操场见", "rules": "", "category": CategoryFactory().pk, "slug": "", **more}


def test_found_a_circle(client, person):
    response = client.post("/circles/new/", founding(slug="night-runs", avatar=photo(), cover=photo()))
    circle = Circle.objects.get()
    assert (response.status_code, response.url) == (302, "/circles/night-runs/")
    assert (circle.owner, circle.name, circle.member_count) == (person, "夜跑", 1)
    assert circle.avatar_id
    assert circle.cover_id
    assert "夜跑" in page(client.get(response.url))


def test_a_failed_founding_keeps_everything(client, person):
    bad = SimpleUploadedFile("notes.jpg", b"words", "image/jpeg")
    response = client.post("/circles/new/", founding(name="", avatar=photo(), cover=bad))
    assert response.status_code == 422
    assert "notes.jpg" in page(response)
    assert "九点操场见" in page(response)
    assert not Circle.objects.exists()
    kept = re.search(r'name="avatar_kept" value="(\w+)"', page(response)).group(1)
    client.post("/circles/new/", founding(avatar_kept=kept))
    assert Circle.objects.get().avatar.key.hex == kept


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 31},
        {"intro": "字" * 100_000},
        {"slug": "Not OK!"},
        {"slug": "new"},
        {"slug": "tea"},
        {"category": "0"},
        {"category": "\x00"},
        {"slug": "\x00"},
    ],
)
def test_founding_with_bad_fields(client, circle, person, fields):
    response = client.post("/circles/new/", founding(**fields))
    assert response.status_code == 422
    assert 'role="alert"' in page(response)
    assert "九点操场见" in page(response) or "intro" in fields
    assert Circle.objects.get() == circle


def test_founding_needs_a_verified_person(client):
    client.force_login(UserFactory(verified_at=None))
    assert client.get("/circles/new/").status_code == 403
    assert client.post("/circles/new/", founding(avatar=photo())).status_code == 422
    assert not Circle.objects.exists()
    assert not Picture.objects.exists()


def test_edit_a_circle(client, circle):
    client.force_login(circle.owner)
    shown = page(client.get("/circles/tea/edit/"))
    assert "一杯茶的时间" in shown
    fields = {"name": "好茶", "intro": "", "rules": "新规矩", "category": circle.category_id, "avatar": photo()}
    assert client.post("/circles/tea/edit/", fields).url == "/circles/tea/"
    circle.refresh_from_db()
    assert (circle.name, circle.intro, circle.rules, bool(circle.avatar_id)) == ("好茶", "", "新规矩", True)
    assert client.post("/circles/tea/edit/", {**fields, "name": "", "avatar": ""}).status_code == 422


def test_only_the_owner_edits(client, circle, person):
    MembershipFactory(circle=circle, user=person, role="moderator")
    assert client.get("/circles/tea/edit/").status_code == 403
    assert client.post("/circles/tea/edit/", {"name": "meins"}).status_code == 403
    circle.refresh_from_db()
    assert circle.name == "茶"


# --- People --------------------------------------------------------------------------------------


def test_posts_of_a_person(client, circle):
    person = MembershipFactory(circle=circle).user
    PostFactory(circle=circle, author=person, body_html="<p>mein Beitrag</p>")
    PostFactory(circle=circle, author=person, body_html="<p>verborgen</p>", state="hidden")
    url = f"/people/{person.username}/posts/"
    for extra in ({}, HTMX):
        shown = page(client.get(url, **extra))
        assert "mein Beitrag" in shown
        assert "verborgen" not in shown
        assert ("<html" in shown) is not bool(extra)
    assert "/circles/tea/" in page(client.get(url))
    assert client.get("/people/nobody/posts/").status_code == 404


def test_whoever_has_not_posted_reads_what_to_do(client):
    person = UserFactory()
    client.force_login(person)
    assert 'href="/post/"' in page(client.get(f"/people/{person.username}/posts/", **HTMX))
    other = UserFactory(nickname="Ann")
    assert "What Ann writes" in page(client.get(f"/people/{other.username}/posts/", **HTMX))
