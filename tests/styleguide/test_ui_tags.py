"""The template tags in core.templatetags.ui."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from core import icons
from core.templatetags.ui import ago, compact, icon, initial, tint


def test_icon_is_hidden_from_screen_readers_and_drawn_once():
    drawn = icon("route")
    assert drawn.startswith('<svg class="icon"') or 'class="icon"' in drawn
    assert "<path" in drawn
    assert 'aria-hidden="true"' in drawn
    assert icon("route") is drawn


def test_icons_that_lists_repeat_come_from_one_sheet(client):
    drawn = icon("heart", "like__icon")
    address, _, name = drawn.split('href="')[1].split('"')[0].partition("#")
    assert drawn == f'<svg class="icon like__icon" aria-hidden="true"><use href="{address}#{name}"/></svg>'
    sheet = client.get(address)
    assert sheet.headers["Content-Type"] == "image/svg+xml"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    symbols = ElementTree.fromstring(sheet.content).findall("{http://www.w3.org/2000/svg}symbol")
    assert {symbol.get("id") for symbol in symbols} == set(icons.REPEATED)
    assert all(len(symbol) for symbol in symbols)
    assert not any(symbol.get("fill") or symbol.get("stroke-width") for symbol in symbols), "styles say that"


def test_a_page_from_before_an_update_still_has_its_icons(client):
    sheet = client.get("/icons/0123456789ab.svg")
    assert (sheet.status_code, sheet.headers["Cache-Control"]) == (200, "no-cache")


def test_icon_escapes_its_class():
    assert '"><b>' not in Template('{% load ui %}{% icon "heart" css %}').render(Context({"css": '"><b>'}))


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (0, "0", "0"),
        (9_999, "9999", "9999"),
        (10_000, "1万", "10k"),
        (12_345, "1.2万", "12.3k"),
        (1_234_567, "123万", "1.2M"),
        (123_456_789, "1.2亿", "123M"),
        ("many", "", ""),
        (None, "", ""),
    ],
)
def test_compact(number, chinese, english):
    with translation.override("zh-hans"):
        assert compact(number) == chinese
    with translation.override("en"):
        assert compact(number) == english


def test_ago(monkeypatch):
    now = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    with translation.override("en"), timezone.override(UTC):
        assert ago(now) == "just now"
        assert ago(now + timedelta(seconds=20)) == "just now"
        assert ago(now - timedelta(minutes=59)) == "59 min ago"
        assert ago(now - timedelta(hours=3)) == "3 h ago"
        assert ago(now - timedelta(hours=20)) == "yesterday 16:30"
        assert ago(now - timedelta(days=9)) == "13 Nov"
        assert ago(now - timedelta(days=400)) == "18 Oct 2025"
        assert ago(None) == ""
    with translation.override("zh-hans"), timezone.override(UTC):
        assert ago(now - timedelta(days=9)) == "11月13日"
        assert ago(now - timedelta(days=400)) == "2025年10月18日"


def test_tint_and_initial():
    assert 0 <= tint("青禾") <= 9
    assert len({tint(name) for name in "abcdefghijklmnopqrstuvwxyz"}) > 5
    assert initial("慢慢走") == "慢"
    assert initial("_anna") == "A"
    assert initial("") == initial(None) == "·"
