"""Articles, questions, drafts that publish themselves, versions, links, and pictures to send on."""

import io
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation
from PIL import Image

from circles import posters
from circles.actions import comments, drafts, gates, links, memberships, posts, questions, scheduling
from circles.gates.language import parse
from circles.kinds import Composition
from circles.models import Draft, LinkPreview, Post, PostVersion
from core.errors import Invalid, Refused
from core.models import Job
from core.outbound import Answer, Forbidden, Outbound
from core.text.differences import differences
from core.text.pages import described
from tests.factories import CircleFactory, CommentFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "https://example.org/a"


def write(circle=None, **what):
    circle = circle or CircleFactory()
    what = {"kind": "question", "title": "哪里的柿子好吃？", **what}
    return posts.compose(author=circle.owner, circle=circle, key=uuid.uuid4(), what=Composition(**what))


@pytest.fixture
def owner(client):
    circle = CircleFactory(slug="here")
    client.force_login(circle.owner)
    return circle.owner


# --- Writing -------------------------------------------------------------------------------------


def test_nothing_typed_is_lost_when_the_kind_changes(client, owner):
    key = uuid.uuid4()
    form = {"draft": key, "kind": "post", "body": "周末去哪", "kind_to": "poll"}
    page = client.post("/circles/here/post/", form, follow=True).content.decode()
    assert "周末去哪</textarea>" in page
    assert 'name="option"' in page

    form = {
        "draft": key,
        "kind": "poll",
        "body": "周末去哪",
        "title": "哪里？",
        "option": ["山", "山", ""],
        "do": "publish",
    }
    answer = client.post("/circles/here/post/", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Two options are the same." in page
    assert page.count('value="山"') == 2
    assert not Post.objects.exists()

    client.post("/circles/here/post/", {**form, "option": ["山", "海", ""], "allows_many": "1", "results": "always"})
    post = Post.objects.get()
    assert (post.kind, post.title, post.poll.allows_many) == ("poll", "哪里？", True)
    assert list(post.poll.options.values_list("text", flat=True)) == ["山", "海"]
    assert not Draft.objects.exists()


def test_the_form_of_an_event_keeps_what_is_wrong(client, owner):
    form = {"kind": "event", "title": "夜骑", "body": "", "do": "publish", "starts_at": "31. Mai", "place": "河边"}
    answer = client.post("/circles/here/post/", form)
    assert answer.status_code == 422
    assert 'value="31. Mai"' in answer.content.decode()
    endless = {**form, "starts_at": "2030-01-01T10:00", "fee": "1e999999"}
    answer = client.post("/circles/here/post/", endless)
    assert (answer.status_code, 'value="1e999999"' in answer.content.decode()) == (422, True)
    form |= {"starts_at": f"{timezone.now() + timedelta(days=3):%Y-%m-%dT%H:%M}", "fee": "12.50", "zone": "UTC"}
    assert client.post("/circles/here/post/", form).status_code == 302
    assert (Post.objects.get().event.fee_fen, Post.objects.get().event.capacity) == (1250, None)


def test_photos_keep_their_order_and_words(client, owner, photo):
    key = uuid.uuid4()
    circle = owner.owned_circles.get()
    one, two = (drafts.add_photo(author=owner, draft_id=key, circle=circle, upload=photo(c)) for c in ("red", "blue"))
    form = {"draft": key, "kind": "post", "body": "看", "photos": [one.key.hex, two.key.hex]}
    form |= {f"caption-{one.key.hex}": "红", f"alt-{two.key.hex}": "一片蓝色", "move": f"{two.key.hex}:-1"}
    page = client.post("/circles/here/post/", form, follow=True).content.decode()
    assert page.index(two.key.hex) < page.index(one.key.hex)
    del form["move"]
    form["photos"] = [two.key.hex, one.key.hex]
    client.post("/circles/here/post/", form)
    found = [(p.picture_id, p.caption, p.alt) for p in Post.objects.get().photos.all()]
    assert found == [(two.pk, "", "一片蓝色"), (one.pk, "红", "")]
    page = client.get(Post.objects.get().get_absolute_url()).content.decode()
    assert 'alt="一片蓝色"' in page
    assert "红</p>" in page


def test_an_article_has_a_table_of_contents_and_a_short_card(client, owner):
    body = "# 出发\n\n第一段\n\n## 路上\n\n" + "很长 " * 100 + "结尾"
    post = write(owner.owned_circles.get(), kind="article", title="环湖记", body=body, is_ai_made=True)
    page = client.get(post.get_absolute_url()).content.decode()
    assert '<a href="#part-2">路上</a>' in page
    assert '<h3 id="part-2">路上</h3>' in page
    assert "结尾" in page
    assert "Made with AI" in page
    card = client.get("/circles/here/").content.decode()
    assert "环湖记" in card
    assert "结尾" not in card
    with pytest.raises(Invalid):
        write(kind="article", title="", body="x")
    assert write(kind="article", title="长", body="字" * 50_000).pk
    with pytest.raises(Invalid):
        write(kind="post", title="", body="字" * 10_001)


def test_autosave_and_the_list_of_drafts(client, owner):
    key = uuid.uuid4()
    form = {"kind": "event", "title": "夜骑", "body": "带灯", "place": "河边"}
    assert client.post(f"/drafts/{key}/save/?circle=here", form).status_code == 204
    page = client.get("/drafts/").content.decode()
    assert "夜骑" in page
    assert f"/circles/here/post/?draft={key}" in page
    assert 'value="河边"' in client.get(f"/circles/here/post/?draft={key}").content.decode()
    client.force_login(UserFactory())
    assert "夜骑" not in client.get("/drafts/").content.decode()
    assert client.post(f"/drafts/{key}/save/", form).status_code == 404
    assert client.post(f"/drafts/{key}/unschedule/").status_code == 404


# --- Publishing itself ---------------------------------------------------------------------------


def plan(owner, circle, **draft):
    key, at = uuid.uuid4(), timezone.now() + timedelta(hours=1)
    drafts.save(author=owner, draft_id=key, circle=circle, **{"body": "早安", **draft})
    scheduling.schedule(author=owner, draft_id=key, publish_at=at)
    return {"draft_id": str(key), "publish_at": at}


def test_scheduled_by_the_form_and_published_once(client, owner):
    form = {"draft": uuid.uuid4(), "kind": "post", "body": "早安", "do": "schedule"}
    assert client.post("/circles/here/post/", form).status_code == 422  # no moment
    at = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=2)
    form["publish_at"] = f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"
    assert client.post("/circles/here/post/", form).url == "/drafts/"
    assert Job.objects.get(handler="circles.publish_draft").run_after == at
    due = {"draft_id": str(form["draft"]), "publish_at": at}
    scheduling.publish_due(**due, now=timezone.now())
    assert not Post.objects.exists()
    for _twice in range(2):
        scheduling.publish_due(**due, now=at)
    assert Post.objects.get().body == "早安"


def test_put_off_called_off_or_edited_before(owner):
    circle = owner.owned_circles.get()
    due = plan(owner, circle)
    later = due["publish_at"] + timedelta(days=1)
    scheduling.schedule(author=owner, draft_id=due["draft_id"], publish_at=later)
    scheduling.publish_due(**due, now=due["publish_at"])
    assert not Post.objects.exists()
    scheduling.unschedule(author=owner, draft_id=due["draft_id"])
    scheduling.publish_due(draft_id=due["draft_id"], publish_at=later, now=later)
    assert not Post.objects.exists()
    assert Draft.objects.get().problem == ""


def test_the_rules_are_asked_again_when_its_time_comes(client, jobs):
    circle, member = CircleFactory(), UserFactory()
    memberships.join(user=member, circle=circle)
    due = plan(member, circle)
    memberships.leave(user=member, circle=circle)
    jobs()
    scheduling.publish_due(**due, now=due["publish_at"])
    assert not Post.objects.exists()
    assert jobs() == ["notifications.notify_draft_not_published"]
    draft = Draft.objects.get()
    assert draft.publish_at is None
    assert draft.problem
    client.force_login(member)
    assert draft.problem in client.get("/drafts/").content.decode()


@pytest.mark.parametrize("offset", [timedelta(0), timedelta(days=800)])
def test_moments_nobody_can_schedule(owner, offset):
    key = uuid.uuid4()
    drafts.save(author=owner, draft_id=key, circle=owner.owned_circles.get(), body="早安")
    with pytest.raises(Invalid) as refusal:
        scheduling.schedule(author=owner, draft_id=key, publish_at=timezone.now() + offset)
    assert refusal.value.field == "publish_at"


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_it_once():
    circle = CircleFactory()
    due = plan(circle.owner, circle)
    at_once(3, lambda: scheduling.publish_due(**due, now=due["publish_at"]))
    assert Post.objects.count() == 1
    circle.refresh_from_db()
    assert circle.post_count == 1
    assert Job.objects.filter(handler="feeds.fan_out_post").count() == 1


def at_once(times, what):
    start, failed = threading.Barrier(times), []

    def run():
        try:
            start.wait()
            what()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


# --- Questions -----------------------------------------------------------------------------------


def test_accepting_and_opening_again(client, owner):
    post = write(owner.owned_circles.get())
    floor = CommentFactory(post=post, body_html="<p>临潼</p>")
    reply = CommentFactory(post=post, floor=None, parent=floor)
    assert list(Post.objects.unanswered()) == [post]
    url, accept = post.get_absolute_url(), f"/posts/{post.pk}/accept/"
    assert f'name="comment" value="{floor.pk}"' in client.get(url).content.decode()

    assert client.post(accept, {"comment": reply.pk}).status_code == 400
    assert client.post(accept, {"comment": floor.pk}).status_code == 302
    page = client.get(url).content.decode()
    assert page.count("临潼") == 2  # above all, and in its place
    assert "Answered" in client.get("/circles/here/").content.decode()
    assert not Post.objects.unanswered().exists()

    client.post(accept)
    assert Post.objects.get().accepted_id is None
    client.force_login(UserFactory())
    assert f'name="comment" value="{floor.pk}"' not in client.get(url).content.decode()
    assert client.post(accept, {"comment": floor.pk}).status_code == 403


def test_an_answer_that_goes_opens_the_question_again():
    post = write()
    floor = CommentFactory(post=post)
    questions.accept(actor=post.author, comment=floor)
    comments.delete(actor=floor.author, comment=floor)
    assert list(Post.objects.unanswered()) == [post]
    elsewhere = CommentFactory(post=PostFactory(author=post.author))
    with pytest.raises(Invalid):
        questions.accept(actor=post.author, comment=elsewhere)


@pytest.mark.django_db(transaction=True)
def test_accepting_twice_at_the_same_time_tells_once():
    post = write()
    floor = CommentFactory(post=post)
    at_once(3, lambda: questions.accept(actor=post.author, comment=floor))
    assert Post.objects.get(pk=post.pk).accepted_id == floor.pk
    assert Job.objects.filter(handler="notifications.notify_answer_accepted").count() == 1


# --- Versions ------------------------------------------------------------------------------------


def test_what_was_changed_can_be_read_until_the_post_goes(client, owner):
    post = write(owner.owned_circles.get(), kind="post", title="", body="今天下雨")
    for body in ("今天下雪", "今天下雪"):
        posts.edit(editor=owner, post=post, body=body)
    url = f"/posts/{post.pk}/history/"
    page = client.get(url).content.decode()
    assert "<del>" in page
    assert "雨</del>" in page
    assert "雪</ins>" in page
    assert PostVersion.objects.count() == 1
    versions = client.get(f"/api/v1/posts/{post.pk}/versions/").json()
    assert [version["number"] for version in versions] == [2, 1]
    posts.delete(actor=owner, post=post)
    assert client.get(url).status_code == 404
    assert not PostVersion.objects.exists()


def test_differences():
    found = [tuple(piece) for piece in differences("I like red tea", "I like green tea 很")]
    assert found == [
        ("same", "I like "),
        ("removed", "red"),
        ("added", "green"),
        ("same", " tea"),
        ("added", " 很"),
    ]
    long = "行\n" * 9000
    assert [piece.kind for piece in differences(long, long + "尾")] == ["same", "added"]
    lines = [f"第{n}行{'一二三四五六七八' * 2}\n" for n in range(300)]
    changed = [
        piece.text for piece in differences("".join(lines), "".join(["头\n", *lines[:99], *lines[100:-1], "尾"]))
    ]
    assert changed == ["头\n", "".join(lines[:99]), lines[99], "".join(lines[100:-1]), lines[-1], "尾"]


# --- Links ---------------------------------------------------------------------------------------

PAGE = """<html><head><title>旧 题</title><meta property="og:title" content="柿子 &amp; <b>">
<meta name="description" content="说明"><meta property="og:site_name" content="果园"></head>""".encode()


@pytest.fixture
def web(settings, monkeypatch):
    """What pages elsewhere answer: address → Answer or error. Every call is written down."""
    settings.LINK_PREVIEWS = True
    pages, asked = {}, []

    def get(self, url, *, headers):
        asked.append(url)
        found = pages.get(url, Answer(404, {}, b""))
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(Outbound, "get", get)
    pages["asked"] = asked
    return pages


def html(body=PAGE, **headers):
    return Answer(200, {"content-type": "text/html; charset=utf-8", **headers}, body)


def test_a_link_is_looked_at_once_and_shown_as_a_card(client, owner, web):
    web[URL] = Answer(301, {"location": "/b"}, b"")
    web["https://example.org/b"] = html()
    circle = owner.owned_circles.get()
    post, _again = (write(circle, kind="post", title="", body=f"看 {URL} 和 https://example.net") for _ in range(2))
    job = Job.objects.get(handler="circles.fetch_link")
    before = client.get("/circles/here/").content.decode()
    assert "link-card" not in before
    links.fetch(**job.args)
    page = client.get("/circles/here/").content.decode()
    assert page.count('class="link-card"') == 2
    assert "柿子 &amp; &lt;b&gt;" in page
    assert "果园" in page
    assert web["asked"] == [URL, "https://example.org/b"]

    client.force_login(UserFactory())
    assert client.post(f"/posts/{post.pk}/link/", {"shown": "0"}).status_code == 403
    client.force_login(owner)
    client.post(f"/posts/{post.pk}/link/", {"shown": "0"})
    assert client.get("/circles/here/").content.decode().count('class="link-card"') == 1
    posts.edit(editor=owner, post=post, body=f"改 {URL}")
    assert Post.objects.get(pk=post.pk).link_id is None


@pytest.mark.parametrize(
    "answer",
    [
        Forbidden("private"),
        Answer(500, {}, b""),
        Answer(302, {"location": "http://[elsewhere"}, b""),
        html(b"<p>"),
        html(**{"content-type": "image/png"}),
    ],
)
def test_pages_that_say_nothing_have_no_card(client, web, answer):
    web[URL] = answer
    post = write(kind="post", title="", body=URL)
    links.fetch(preview_id=post.link_id)
    assert LinkPreview.objects.get().state == "failed"
    assert "link-card" not in client.get(post.get_absolute_url()).content.decode()


def test_addresses_of_our_own_house_are_not_called(settings):
    settings.LINK_PREVIEWS = True
    settings.OUTBOUND_LOCAL_HOSTS = ()
    post = write(kind="post", title="", body="https://127.0.0.1:8443/admin")
    links.fetch(preview_id=post.link_id)
    assert LinkPreview.objects.get().state == "failed"


def test_pages_in_other_alphabets_and_broken_ones():
    page = "<title>中文</title>".encode("gb18030")
    assert described(page, "text/html; charset=gb2312").title == "中文"
    assert described(b"<meta charset=nonsense><title>a", "text/html").title == "a"
    assert described(b"\xff\xfe<title", "text/html").title == ""
    assert len(described(b"<title>" + b"x" * 9999, "text/html").title) == 200


# --- Sending on ----------------------------------------------------------------------------------


def test_what_other_sites_show_of_a_public_post_alone(client, owner):
    post = write(owner.owned_circles.get(), body="**甜**的😀")
    url = post.get_absolute_url()
    page = client.get(url).content.decode()
    assert '<meta property="og:title" content="哪里的柿子好吃？' in page
    assert f"{url}preview.png" in page
    share = client.get(f"{url}share/").content.decode()
    assert "<svg" in share
    assert "poster.png" in share
    picture = client.get(f"{url}preview.png")
    assert Image.open(io.BytesIO(picture.content)).size == (1200, 630)
    poster = Image.open(io.BytesIO(client.get(f"{url}poster.png").content))
    assert poster.width == 1080

    only_members = parse({"version": 1, "role": "member"})
    gates.set_gate(actor=owner, circle=post.circle, action="view", rule=only_members)
    page = client.get(url).content.decode()
    assert "og:title" not in page
    assert client.get(f"{url}share/").status_code == 200
    for name in ("preview.png", "poster.png"):
        assert client.get(f"{url}{name}").status_code == 404


def test_no_font_no_picture(client, monkeypatch):
    monkeypatch.setattr(posters, "font_file", lambda: None)
    post = write()
    assert client.get(f"/posts/{post.pk}/preview.png").status_code == 404
    assert "poster.png" not in client.get(f"/posts/{post.pk}/share/").content.decode()


def test_long_words_fit_on_a_poster():
    with translation.override("zh-hans"):
        post = write(title="长" * 100, body="x" * 900 + " 字" * 900)
        loaded = Post.objects.for_cards().get(pk=post.pk)
        assert Image.open(io.BytesIO(posters.poster(loaded, "https://example.org/"))).width == 1080


# --- Over the API --------------------------------------------------------------------------------


def test_kinds_over_the_api(client, owner):
    key = str(uuid.uuid4())
    poll = {"options": ["山", "海"], "results": "always"}
    sent = {"kind": "poll", "title": "去哪？", "key": key, "poll": poll}
    answer = client.post("/api/v1/circles/here/posts/", sent, content_type="application/json")
    assert answer.status_code == 201
    pk = answer.json()["id"]
    assert answer.json()["poll"]["options"][1] == {"position": 1, "text": "海", "is_mine": False, "vote_count": 0}
    voted = client.put(f"/api/v1/posts/{pk}/vote/", {"choices": [1]}, content_type="application/json").json()
    assert voted["my_choices"] == [1]
    assert client.delete(f"/api/v1/posts/{pk}/vote/").json()["voter_count"] == 0
    refused = client.put(f"/api/v1/posts/{pk}/vote/", {"choices": [7]}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_option")

    event = {"starts_at": (timezone.now() + timedelta(days=2)).isoformat(), "place": "河边", "capacity": 1}
    sent = {"kind": "event", "title": "夜骑", "event": event}
    pk = client.post("/api/v1/circles/here/posts/", sent, content_type="application/json").json()["id"]
    assert client.put(f"/api/v1/posts/{pk}/sign-up/").json()["my_state"] == "going"
    assert [row["state"] for row in client.get(f"/api/v1/posts/{pk}/participants/").json()] == ["going"]
    assert client.delete(f"/api/v1/posts/{pk}/sign-up/").json()["my_state"] is None
    assert client.post(f"/api/v1/posts/{pk}/close/").json()["event"]["is_called_off"] is True

    post = write(owner.owned_circles.get())
    floor = CommentFactory(post=post)
    url = f"/api/v1/posts/{post.pk}/accepted/"
    assert client.put(url, {"comment": floor.pk}, content_type="application/json").json()["accepted"] == floor.pk
    assert client.delete(url).json()["accepted"] is None


def test_drafts_over_the_api(client, owner):
    url = f"/api/v1/drafts/{uuid.uuid4()}/"
    at = timezone.now() + timedelta(days=1)
    sent = {
        "circle": "here",
        "kind": "poll",
        "title": "去哪？",
        "extra": {"options": ["山", "海"]},
        "publish_at": at.isoformat(),
    }
    saved = client.put(url, sent, content_type="application/json")
    assert saved.status_code == 200
    assert saved.json()["extra"] == {"options": ["山", "海"]}
    assert [row["title"] for row in client.get("/api/v1/drafts/").json()] == ["去哪？"]
    sent["extra"] = {"options": ["山"]}
    assert client.put(url, sent, content_type="application/json").json()["code"] == "too_few_options"
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    assert client.put(url, sent, content_type="application/json").status_code == 404


def test_a_draft_published_over_the_api_goes_by_its_author_alone(owner):
    due = plan(owner, owner.owned_circles.get())
    with pytest.raises(Refused):
        drafts.save(author=UserFactory(verified_at=None), draft_id=due["draft_id"], circle=None, body="x")
