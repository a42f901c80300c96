"""axe finds nothing on any page: every route that answers with HTML, on a phone, light and dark.

AXE=all looks with more kinds of viewer; else each page is looked at by the first of them who may see it.
"""

import os
from importlib.resources import files

import pytest
from django.urls import reverse

from tests.leaks import routes
from tests.leaks.world import VIEWERS

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("heavy")]

SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text()
RUN = """async ({ within, only }) => {
  const options = { resultTypes: ["violations"], ...(only ? { runOnly: only } : {}) };
  const { violations } = await axe.run(within, options);
  const where = (node) => `${node.target.join(" ")} (${[...node.any, ...node.all][0]?.message ?? ""})`;
  return violations.map((one) => `${one.id}: ${one.nodes.map(where).join(" | ")}`);
}"""
EVERY_VIEWER = os.environ.get("AXE") == "all"
NO_PAGES = {"api:docs"}
"""Drawn by somebody else's script."""


def addresses(world):
    """Every address of the site, once, with arguments of the public circle."""
    place = world.places["public"]
    named = [(name, arguments_of(place)[0]) for name, arguments_of in routes.BY_PLACE.items()]
    for name, arguments in [*routes.anywhere(world), *named]:
        if name.startswith("api:") or name in NO_PAGES:
            continue
        path = reverse(name, kwargs=arguments)
        for query in routes.ASKED_WITH.get(name, [""]):
            yield path + query


def viewers(world):
    place = world.places["public"]
    people = {
        "owner": place.owner,
        "author": place.author,
        "anonymous": None,
        "unverified": world.viewers["unverified"],
    }
    return people | {name: world.viewers[name] for name in VIEWERS} if EVERY_VIEWER else people


def is_page(answer):
    if answer.status_code != 200 or answer.streaming:
        return False
    return answer["Content-Type"].startswith("text/html") and answer.content.lstrip()[:9].lower() == b"<!doctype"


def test_axe_finds_nothing(world, surfer):
    surf = surfer()
    left, looked_at, found = list(dict.fromkeys(addresses(world))), 0, []
    surf.open("/")
    surf.stand_still()
    surf.page.evaluate(SCRIPT)
    for name, person in viewers(world).items():
        surf.become(person)
        rest, within = [], "html"
        for path in left:
            answer = surf.fetch(path)
            if not is_page(answer):
                rest.append(path)
                continue
            surf.show(answer)
            for scheme, only in (("light", None), ("dark", ["color-contrast"])):
                surf.page.emulate_media(color_scheme=scheme)
                said = surf.page.evaluate(RUN, {"within": within, "only": only})
                found += [f"{path} ({name}, {scheme}) {one}" for one in said]
            looked_at += 1
            within = "main"  # what stands around it is the same on all pages
        left = left if EVERY_VIEWER else rest
    assert looked_at > 60
    assert not found, "\n".join(found)
