"""Installable, shown without a connection, and empty of anybody's data."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from circles.models import Draft, Post
from tests.factories import CircleFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_manifest_makes_it_installable(client):
    assert re.search(r'<link rel="manifest" href="/manifest.webmanifest"', client.get("/").content.decode())
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["start_url"], said["display"], said["lang"]) == ("/", "standalone", "en")
    for icon in said["icons"]:
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    assert said["share_target"]["action"] == "/share/"


def test_the_service_worker_keeps_nobodys_pages(client):
    client.force_login(UserFactory(nickname="甲乙丙"))
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    script = answer.content.decode()
    assert "showNotification" in script
    kept = json.loads(re.match(r"const KEPT = (.*);\n", script).group(1))
    assert all(file.startswith("/static/") for file in kept["files"])
    offline = client.get(kept["offline"])
    assert offline.status_code == 200
    assert "甲乙丙" not in offline.content.decode()
    assert "csrf" not in offline.content.decode()
    needed = re.findall(r'(?:href|src)="(/static/[^"]+)"', offline.content.decode())
    assert set(needed) <= {*kept["files"], "/static/img/apple-touch-icon.png"}


def test_another_version_has_another_name(client, settings, monkeypatch):
    def version():
        return json.loads(
            client.get("/sw.js").content.decode().split("\n")[0].removeprefix("const KEPT = ").rstrip(";")
        )["version"]

    before = version()
    assert version() == before
    monkeypatch.setattr("core.views.webapp._kept_files", lambda: ["/static/other.css"])
    assert version() != before


def test_logging_out_leaves_nothing_in_the_browser(client):
    client.force_login(UserFactory())
    assert client.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/accounts/logout/").headers


def test_what_is_shared_goes_to_the_composer_and_writes_nothing(client):
    circle = CircleFactory(slug="tea")
    person = UserFactory()
    MembershipFactory(circle=circle, user=person)
    client.force_login(person)
    sent = {"title": "好文", "text": "好文", "url": "https://example.org/a?b=1&c=2"}
    answer = client.post("/share/", sent)
    words = "好文\nhttps://example.org/a?b=1&c=2"
    assert parse_qs(urlsplit(answer["Location"]).query) == {"text": [words]}
    choose = client.get(answer["Location"]).content.decode()
    compose = re.search(r'href="(/circles/tea/post/\?text=[^"]+)"', choose).group(1).replace("&amp;", "&")
    assert "https://example.org/a?b=1&amp;c=2</textarea>" in client.get(compose).content.decode()
    assert (Draft.objects.count(), Post.objects.count()) == (0, 0)


def test_strangers_log_in_first_and_keep_what_they_share(client):
    answer = client.post("/share/", {"text": "你好"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert "%25E4%25BD%25A0" in answer.redirect_chain[-1][0]
