"""Feeds for readers: what a stranger may see, under its name here, and unchanged as long as nothing changed."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from circles.actions import gates, posts
from circles.gates.language import parse
from circles.models import Post
from tests.factories import CircleFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
ONLY_MEMBERS = parse({"version": 1, "role": "member"})


def entries(answer):
    assert answer["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)
    return [
        {part.tag.removeprefix(ATOM): (part.findtext(f"{ATOM}name") or part.text or "").strip() for part in entry}
        for entry in root.findall(f"{ATOM}entry")
    ]


def test_a_public_circle_has_a_feed(client, settings):
    settings.SITE_URL = "https://quanzi.example"
    circle = CircleFactory(slug="tea", name="茶友")
    PostFactory(circle=circle, body="第一帖", body_html='<p>第一帖 <a href="/people/a/">@a</a></p>', author_name="茶客")
    PostFactory(circle=circle, title="谈茶", body="很长")
    posts.hide(post=PostFactory(circle=circle, body="看不得"))
    PostFactory(body="别处")
    found = entries(client.get("/circles/tea/feed/"))
    assert [entry["title"] for entry in found] == ["谈茶", "第一帖"]
    assert found[1]["author"] == "茶客"
    assert 'href="https://quanzi.example/people/a/"' in found[1]["summary"]
    page = client.get("/circles/tea/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/circles/tea/feed/" title="茶友">' in page
    with CaptureQueriesContext(connection) as context:
        client.get("/circles/tea/feed/")
    assert len(context) == 3


def test_members_get_no_more_than_strangers(client):
    """The address of a feed is given to programs: it must not speak for whoever is logged in."""
    circle = CircleFactory(slug="tea")
    PostFactory(circle=circle)
    gates.set_gate(actor=circle.owner, circle=circle, action="view", rule=ONLY_MEMBERS)
    client.force_login(circle.owner)
    assert client.get("/circles/tea/feed/").status_code == 404
    assert "application/atom+xml" not in client.get("/circles/tea/").content.decode()
    assert client.get("/circles/none/feed/").status_code == 404


def test_the_site_has_a_feed_of_featured_posts(client):
    PostFactory(body="精选", is_featured=True)
    PostFactory(body="平常")
    hidden = CircleFactory()
    PostFactory(circle=hidden, body="圈里的精选", is_featured=True)
    gates.set_gate(actor=hidden.owner, circle=hidden, action="view", rule=ONLY_MEMBERS)
    client.force_login(hidden.owner)
    assert [entry["title"] for entry in entries(client.get("/feed/"))] == ["精选"]
    assert 'href="/feed/"' in client.__class__().get("/").content.decode()


def test_what_did_not_change_is_not_sent_again(client):
    circle = CircleFactory(slug="tea")
    post = PostFactory(circle=circle)
    etag = client.get("/circles/tea/feed/")["ETag"]
    again = client.get("/circles/tea/feed/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    posts.edit(editor=post.author, post=Post.objects.get(pk=post.pk), body="改了", pictures=[])
    changed = client.get("/circles/tea/feed/", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    UserFactory()  # somebody else's doings change nothing
    assert client.get("/circles/tea/feed/")["ETag"] == changed["ETag"]
