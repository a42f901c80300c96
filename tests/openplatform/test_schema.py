"""The OpenAPI document: valid, complete, and a page to try it."""

import io
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

METHODS = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\b")
PROMISED = {
    "/api/v1/circles/": {"get", "post"},
    "/api/v1/circles/{slug}/": {"get", "patch"},
    "/api/v1/circles/{slug}/byline/": {"get", "put"},
    "/api/v1/circles/{slug}/membership/": {"get", "put", "delete"},
    "/api/v1/circles/{slug}/posts/": {"get", "post"},
    "/api/v1/circles/{slug}/topics/": {"get"},
    "/api/v1/circles/{slug}/shelves/": {"get"},
    "/api/v1/circles/{slug}/archive/": {"get"},
    "/api/v1/circles/{slug}/collections/": {"get", "post"},
    "/api/v1/collections/{id}/": {"get", "patch", "delete"},
    "/api/v1/collections/{id}/pages/": {"post", "put"},
    "/api/v1/collections/{id}/pages/{page}/": {"delete"},
    "/api/v1/me/bookmarks/": {"get"},
    "/api/v1/posts/{id}/bookmark/": {"get", "put", "delete"},
    "/api/v1/posts/{id}/feature/": {"put", "delete"},
    "/api/v1/posts/{id}/pin/": {"put", "delete"},
    "/api/v1/drafts/": {"get"},
    "/api/v1/drafts/{draft_id}/": {"delete", "get", "put"},
    "/api/v1/posts/{id}/accepted/": {"delete", "put"},
    "/api/v1/posts/{id}/check-in/": {"post"},
    "/api/v1/posts/{id}/close/": {"post"},
    "/api/v1/posts/{id}/link/": {"put"},
    "/api/v1/posts/{id}/participants/": {"get"},
    "/api/v1/posts/{id}/sign-up/": {"delete", "put"},
    "/api/v1/posts/{id}/versions/": {"get"},
    "/api/v1/posts/{id}/vote/": {"delete", "put"},
    "/api/v1/comments/{id}/": {"delete", "patch"},
    "/api/v1/comments/{id}/like/": {"put", "delete"},
    "/api/v1/circles/{slug}/daily/": {"get"},
    "/api/v1/circles/{slug}/figures/": {"get"},
    "/api/v1/circles/{slug}/levels/": {"put"},
    "/api/v1/circles/{slug}/sign-in/": {"post"},
    "/api/v1/circles/{slug}/application/": {"get", "put", "delete"},
    "/api/v1/circles/{slug}/applications/": {"get"},
    "/api/v1/circles/{slug}/applications/{id}/": {"put"},
    "/api/v1/circles/{slug}/invitations/": {"get", "post"},
    "/api/v1/circles/{slug}/invitations/{id}/": {"delete"},
    "/api/v1/invitations/{code}/": {"get", "post"},
    "/api/v1/circles/{slug}/members/": {"get"},
    "/api/v1/circles/{slug}/members/{id}/": {"get", "patch"},
    "/api/v1/circles/{slug}/members/{id}/silence/": {"put", "delete"},
    "/api/v1/circles/{slug}/members/{id}/ban/": {"put", "delete"},
    "/api/v1/circles/{slug}/members/{id}/removal/": {"post"},
    "/api/v1/circles/{slug}/banned/": {"get"},
    "/api/v1/circles/{slug}/roles/": {"get", "put"},
    "/api/v1/circles/{slug}/log/": {"get"},
    "/api/v1/circles/{slug}/offer/": {"get", "put", "delete"},
    "/api/v1/circles/{slug}/offer/answer/": {"post"},
    "/api/v1/circles/{slug}/successors/": {"get", "put"},
    "/api/v1/circles/{slug}/succession/": {"get"},
    "/api/v1/circles/{slug}/succession/candidacy/": {"put", "delete"},
    "/api/v1/circles/{slug}/succession/vote/": {"put"},
    "/api/v1/me/medals/": {"get"},
    "/api/v1/me/medals/{id}/": {"patch"},
    "/api/v1/me/on-this-day/": {"get"},
    "/api/v1/people/{username}/medals/": {"get"},
    "/api/v1/circles/{slug}/medals/": {"get", "post"},
    "/api/v1/circles/{slug}/medals/{id}/": {"get", "put"},
    "/api/v1/circles/{slug}/medals/{id}/holders/": {"get", "post"},
    "/api/v1/circles/{slug}/medals/{id}/holders/{award}/": {"delete"},
    "/api/v1/circles/{slug}/goals/": {"get", "post"},
    "/api/v1/circles/{slug}/goals/{id}/": {"get", "patch", "delete"},
    "/api/v1/circles/{slug}/goals/{id}/running/": {"put"},
    "/api/v1/circles/{slug}/member-notices/": {"get", "post"},
    "/api/v1/circles/{slug}/welcome/": {"get", "put"},
    "/api/v1/circles/{slug}/words/": {"get", "put"},
    "/api/v1/circles/{slug}/held/": {"get"},
    "/api/v1/circles/{slug}/held/{id}/": {"post"},
    "/api/v1/circles/{slug}/gates/": {"get", "put"},
    "/api/v1/circles/{slug}/gates/preview/": {"post"},
    "/api/v1/discovery/hot/": {"get"},
    "/api/v1/discovery/rising/": {"get"},
    "/api/v1/discovery/circles/": {"get"},
    "/api/v1/discovery/people/": {"get"},
    "/api/v1/discovery/welcome/": {"get", "patch"},
    "/api/v1/discovery/dismissed/circles/{slug}/": {"put", "delete"},
    "/api/v1/discovery/dismissed/people/{username}/": {"put", "delete"},
    "/api/v1/circles/{slug}/hot/": {"get"},
    "/api/v1/home/": {"get"},
    "/api/v1/home/following/": {"get"},
    "/api/v1/issuers/facts/": {"get", "post"},
    "/api/v1/issuers/facts/{id}/revoke/": {"post"},
    "/api/v1/issuers/subjects/": {"post"},
    "/api/v1/me/": {"get", "patch"},
    "/api/v1/me/credit/": {"get"},
    "/api/v1/me/credit/changes/{id}/appeal/": {"post"},
    "/api/v1/me/followers/{username}/": {"delete"},
    "/api/v1/me/following/": {"get", "patch"},
    "/api/v1/me/distance/": {"get", "put"},
    "/api/v1/me/facts/": {"get"},
    "/api/v1/me/facts/{id}/": {"patch", "delete"},
    "/api/v1/me/held/": {"get"},
    "/api/v1/me/foundings/": {"get"},
    "/api/v1/me/foundings/{id}/": {"get", "put", "delete"},
    "/api/v1/me/identity/": {"get", "post", "delete"},
    "/api/v1/me/outside-score/": {"get", "delete"},
    "/api/v1/merchants/": {"get"},
    "/api/v1/merchants/{slug}/": {"get"},
    "/api/v1/merchants/{slug}/announcements/": {"get", "post"},
    "/api/v1/merchants/{slug}/following/": {"get", "put", "delete"},
    "/api/v1/notifications/": {"get"},
    "/api/v1/notifications/read/": {"post"},
    "/api/v1/people/{username}/": {"get"},
    "/api/v1/people/{username}/block/": {"put", "delete"},
    "/api/v1/people/{username}/mute/": {"put", "delete"},
    "/api/v1/people/{username}/follow/": {"get", "put", "delete"},
    "/api/v1/people/{username}/{which}/": {"get"},
    "/api/v1/pictures/": {"post"},
    "/api/v1/posts/{id}/": {"get", "patch", "delete"},
    "/api/v1/posts/{id}/comments/": {"get", "post"},
    "/api/v1/posts/{id}/like/": {"put", "delete"},
    "/api/v1/search/": {"get"},
    "/api/v1/token/": {"post", "delete"},
}


def test_the_document_is_valid(db):
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_it_has_exactly_what_was_promised():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    assert {path: set(operations) for path, operations in paths.items()} == PROMISED


def test_the_guide_lists_every_address_with_its_methods():
    """One row an address in the table of docs/api.md; the methods are the words in capitals."""
    guide = (settings.BASE_DIR / "docs" / "api.md").read_text().split("| address | methods |")[1].split("\n\n")[0]
    rows = (line.split("|")[1:3] for line in guide.splitlines() if line.startswith("| `"))
    listed = {f"/api/v1/{address.strip(' `')}": set(METHODS.findall(told)) for address, told in rows}
    assert {path: {name.lower() for name in told} for path, told in listed.items()} == PROMISED


def test_every_operation_may_answer_with_a_problem():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    answers = [operation["responses"]["default"] for operations in paths.values() for operation in operations.values()]
    assert answers
    assert {next(iter(answer["content"])) for answer in answers} == {"application/problem+json"}


@pytest.mark.django_db
def test_document_and_page_are_open_and_strict(client):
    document = client.get("/api/v1/schema/")
    assert document.status_code == 200
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"<script>" not in page.content
    assert b"<style" not in page.content
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"/api/v1/schema/" in script.content
