"""What the first visit costs a phone: bytes before photos, and nothing that moves while it loads."""

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.contrib.staticfiles import finders

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("heavy")]

HOME_MAX = 150_000
WATCH = """window.moved = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  const place = ({ x, y, width, height }) => [x, y, width, height].join(" ");
  const what = entry.sources.map(({ node, previousRect, currentRect }) =>
    [node?.nodeName, node?.className || node?.parentElement?.className, place(previousRect), place(currentRect)]);
  if (!entry.hadRecentInput) window.moved.push(`${entry.value} ${what}`);
})).observe({ type: "layout-shift", buffered: true });"""


def sent(content):
    return len(gzip.compress(content, 6))


def static(path):
    return Path(finders.find(path.removeprefix("/static/"))).read_bytes()


def files_of(html):
    """Every style, script and picture of ours that the page names, with what scripts import."""
    left = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]+?(?:href|src)="(/static/[^"#?]+)', html)
    known = set()
    while left:
        path = left.pop()
        if path in known:
            continue
        known.add(path)
        if path.endswith(".js"):
            imported = re.findall(r'^(?:import|export)[^"]*from "(\.[^"]+)"', static(path).decode(), re.M)
            left += [urljoin(path, name) for name in imported]
    return known


def test_home_is_light(world, surfer):
    surf = surfer()
    surf.become(world.viewers["member"])
    page = surf.fetch("/").content
    sizes = {path: sent(static(path)) for path in files_of(page.decode())}
    assert {"/static/js/app.js", "/static/js/toasts.js"} <= set(sizes)
    sizes |= {path: sent(surf.fetch(path).content) for path in re.findall(r'"(/icons/[^"#]+)', page.decode())}
    total = sent(page) + sum(sizes.values())
    assert total <= HOME_MAX, sorted(((size, path) for path, size in sizes.items()), reverse=True)[:8]


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_pages_load(world, surfer, width):
    place, moved = world.places["public"], []
    surf = surfer(width=width)
    surf.context.add_init_script(WATCH)
    surf.become(world.viewers["member"])
    for path in ("/", place.circle.get_absolute_url(), place.post.get_absolute_url()):
        surf.open(path)
        surf.page.wait_for_timeout(400)
        moved += [f"{path} {shift}" for shift in surf.page.evaluate("window.moved")]
    assert moved == []
