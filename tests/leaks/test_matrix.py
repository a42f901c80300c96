"""Who can find what: every route × eight viewers × a public, a closed and a private circle."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from circles.models import Comment, Like, Membership, Post
from moderation.groups import make_moderators
from tests.leaks import routes, writes
from tests.leaks.world import KINDS, VIEWERS, World, build, sees, word

pytestmark = pytest.mark.django_db

PAGES_OF_LISTED = ("circles:enter", "circles:post")
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One community for all tests of this module; each test's own writes are rolled back."""
    with django_db_blocker.unblock():
        try:
            outermost = transaction.atomic()
            outermost._from_testcase = True  # actions that must not run inside another transaction still may
            with outermost:
                make_moderators(apps)
                yield build()
                raise _Undo
        except _Undo:
            pass


class _Undo(Exception):
    pass


def client_of(world: World, viewer: str) -> Client:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    if (person := world.viewers[viewer]) is not None:
        client.force_login(person, backend="accounts.backends.AuthenticationBackend")
    return client


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return headers + "\n" + body.decode("utf-8", "replace")


def found_in(response: HttpResponse, words: set[str]) -> set[str]:
    text = text_of(response)
    return {said for said in words if said in text}


def test_every_route_is_classified():
    known = routes.classified()
    names = {name for name, _ in routes.all_routes() if not routes.is_of_admin(name)}
    assert names - known == set(), "say in tests/leaks/routes.py what these are about"
    assert known - names - routes.NOT_OURS == set(), "these are no more"


@pytest.mark.parametrize("viewer", VIEWERS)
def test_nobody_reads_what_is_not_for_them(world, viewer):
    client, hidden = client_of(world, viewer), world.secrets_from(viewer)
    asked = [(name, reverse(name, kwargs=arguments)) for name, arguments in routes.anywhere(world)]
    for name, arguments_of in routes.BY_PLACE.items():
        for place in world.walked_by(viewer):
            asked += [(name, reverse(name, kwargs=arguments)) for arguments in arguments_of(place)]
    leaks = []
    for name, path in dict.fromkeys(asked):  # the same people are in every circle
        for query in routes.ASKED_WITH.get(name, [""]):
            for headers in ({}, {"HX-Request": "true"}) if name in routes.IN_PARTS else ({},):
                response = client.get(path + query, headers=headers)
                assert response.status_code < 500, path
                # An address that was asked for stands in the answer, also where there is nothing behind it.
                leaks += [(path + query, said) for said in found_in(response, hidden) if said not in path]
    assert not leaks, lines(leaks)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_one_may_not_see_is_as_if_it_were_not(world, viewer, kind):
    """The same answer as for an id that no row has, whatever the method; and nothing is written."""
    place = world.places[kind]
    if sees(viewer, kind):
        return
    client, before, told = client_of(world, viewer), state(place), []
    for name, arguments_of in routes.BY_PLACE.items():
        if arguments_of not in routes.UNKNOWN:
            continue
        unknown = reverse(name, kwargs=routes.UNKNOWN[arguments_of])
        for method in METHODS:
            # No row has this id, whatever the circle beside it is: one answer a viewer will do.
            asked = (viewer, method, unknown)
            if asked not in world.unknown:
                world.unknown[asked] = bare(getattr(client, method)(unknown), unknown)
            expected = world.unknown[asked]
            if expected[0] == 405:
                continue
            for arguments in arguments_of(place):
                path = reverse(name, kwargs=arguments)
                found = bare(getattr(client, method)(path), path)
                if found != expected:
                    told.append((method, path, found[0], expected[0], difference(found[1], expected[1])))
    assert not told, lines(told)
    assert state(place) == before


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_reads_what_is_for_them(world, viewer):
    """So that the tests above cannot pass because nothing is shown at all."""
    client = client_of(world, viewer)
    for place in world.places.values():
        if not sees(viewer, place.kind):
            continue
        pages = {
            "circles:circle": ("name", "intro", "rules", "post"),
            "circles:post": ("post", "floor", "reply", "title", "venue"),
            "api:circle": ("name", "intro", "rules"),
            "api:post": ("post",),
            "api:comments": ("floor", "reply"),
            "circles:topics": ("topic",),
            "circles:topic": ("post",),
            "circles:archive_month": ("post",),
            "circles:collections": ("book",),
            "circles:collection": ("part", "title"),
        }
        for name, parts in pages.items():
            arguments = routes.BY_PLACE[name](place)[0]
            text = text_of(client.get(reverse(name, kwargs=arguments)))
            for part in parts:
                assert f"zq{part}x{place.kind}zq" in text, (name, part)
        shy = client.get(reverse("circles:post", kwargs={"pk": place.shy_post.pk}))
        assert shy.status_code == (404 if viewer == "blocked" else 200)
        assert (word("option", place.kind) in text_of(shy)) is (viewer != "blocked")
        assert client.get(place.picture.thumb_url).status_code == 200


@pytest.mark.parametrize(("viewer", "kind"), [("anonymous", "public"), ("stranger", "public"), ("stranger", "private")])
def test_nobody_writes_into_what_is_not_theirs(world, viewer, kind):
    """Whole forms and bodies, with the buttons that would do something: no row of any circle is another afterwards."""
    client, place, wrong = client_of(world, viewer), world.places[kind], []
    without, sent = (), writes.forms
    if (viewer, kind) == ("stranger", "public"):
        without, sent = writes.OPEN_TO_ALL, writes.forms_and_bodies
    rows = writes.Rows()
    for told, send in sent(place, without=without):
        response, changed = send(client), rows.changed()
        if changed or response.status_code >= 500 or response.status_code == 429:
            wrong.append((told, response.status_code, *changed))
    assert not wrong, lines(wrong)


def test_whoever_may_writes_by_the_same_forms(world):
    """So that the test above cannot pass because forms are refused for what they say."""
    place, refused = world.places["public"], []
    client = Client()
    client.force_login(place.owner, backend="accounts.backends.AuthenticationBackend")
    sent, rows = dict(writes.forms(place)), writes.Rows()
    for told in sorted(writes.OWNERS):
        before = rows.written()
        with transaction.atomic():
            response = sent[told](client)
            transaction.set_rollback(True)
        if rows.written() == before:
            refused.append((told, response.status_code))
    assert not refused, lines(refused)


def test_a_listed_circle_tells_of_itself_alone(world):
    """The walk above finds nothing of what is in it; here what it does tell, and who reads its posts."""
    entrance, post = (reverse(name, kwargs=routes.BY_PLACE[name](world.listed)[0]) for name in PAGES_OF_LISTED)
    outside, inside = client_of(world, "stranger"), client_of(world, "member")
    assert found_in(outside.get(entrance), world.listed.shown_outside) == world.listed.shown_outside
    assert (outside.get(post).status_code, inside.get(post).status_code) == (404, 200)
    assert word("post", "listed") in text_of(inside.get(post))


def state(place: object) -> tuple[int, ...]:
    return (
        *(model.objects.count() for model in (Comment, Like, Membership, Post)),
        Membership.objects.active().count(),
        Post.objects.filter(state="published").count(),
        Comment.objects.filter(state="published").count(),
        Post.objects.filter(is_pinned=True).count() + Post.objects.filter(is_featured=True).count(),
    )


NOISE = (
    r'csrfmiddlewaretoken" value="\w+"',
    r'X-CSRFToken": "\w+"',
    r"(?im)^(?:x-request-id|set-cookie|content-length|expires):.*$",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}",  # the next draft's id
)


def bare(response: HttpResponse, path: str) -> tuple[int, str]:
    """Status and text without what differs with every answer, and without the id that was asked for."""
    text = text_of(response)
    for part in path.strip("/").split("/"):
        text = re.sub(rf"(?<=/){re.escape(part)}(?=/)", "…", text)
    for pattern in NOISE:
        text = re.sub(pattern, "", text)
    return response.status_code, text


def lines(found: list[tuple[object, ...]]) -> str:
    return "\n".join(" ".join(str(part) for part in row) for row in found)


def difference(one: str, other: str) -> str:
    """The first place where they differ."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 60]!r} / {other[max(0, at - 60) : at + 60]!r}"
