"""Whatever goes wrong under /api/ is a problem: type, title, status, code, and errors where fields are at fault."""

import json

import pytest
from django.test import Client

from accounts.api import views

pytestmark = pytest.mark.django_db


def problem_of(answer) -> dict:
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "code"} <= set(problem) <= {"type", "title", "status", "code", "errors"}
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"urn:quanzi:problem:{problem['code']}"
    assert isinstance(problem["title"], str)
    assert problem["title"]
    for error in problem.get("errors", []):
        assert set(error) == {"field", "code", "detail"}
    return problem


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/", "/api/v1/me", "/api/v2/me/", "/api/"])
def test_no_such_address(api, method, path):
    answer = getattr(api, method)(path, {}, format="json")
    assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found")


def test_a_page_that_is_not_there_stays_a_page(client):
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_wrong_method(mine):
    answer = mine.delete("/api/v1/me/")
    assert (answer.status_code, problem_of(answer)["code"]) == (405, "method_not_allowed")


def test_a_media_type_nobody_reads(mine):
    answer = mine.patch("/api/v1/me/", b"<a/>", content_type="application/xml")
    assert (answer.status_code, problem_of(answer)["code"]) == (415, "unsupported_media_type")


def test_a_media_type_nobody_writes(mine):
    answer = mine.get("/api/v1/me/", headers={"accept": "image/png"})
    assert (answer.status_code, problem_of(answer)["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"nonsense", b"\xff\xfe", b"[" * 100_000, b'{"bio": NaN}', b'{"bio": ' + b"9" * 10_000 + b"}"],
)
def test_broken_json(mine, body):
    answer = mine.patch("/api/v1/me/", body, content_type="application/json")
    if body:
        assert answer.status_code == 400
        assert problem_of(answer)["code"] in ("parse_error", "invalid")
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null"])
def test_json_that_is_no_object(mine, body):
    answer = mine.patch("/api/v1/me/", body, content_type="application/json")
    assert answer.status_code in (200, 400)
    assert answer.status_code == 200 or problem_of(answer)["code"] == "invalid"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udc00b"])
@pytest.mark.parametrize(("wrap", "field"), [(lambda t: {"bio": t}, "bio"), (lambda t: {"x": [{"y": t}]}, "x.y")])
def test_text_that_cannot_be_stored(mine, user, text, wrap, field):
    answer = mine.patch("/api/v1/me/", json.dumps(wrap(text)), content_type="application/json")
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (400, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, "unstorable_characters")]


def test_bad_characters_in_a_key(mine):
    answer = mine.patch("/api/v1/me/", '{"\\ud800": 1}', content_type="application/json")
    assert (answer.status_code, problem_of(answer)["code"]) == (400, "invalid")


def test_a_body_that_is_too_large(mine, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = "bio=" + "x" * 1000
    answer = mine.patch("/api/v1/me/", body, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, problem_of(answer)["code"]) == (413, "too_large")


def test_a_failure_of_ours(user, monkeypatch):
    def fail(self, request):
        raise RuntimeError("a secret")

    monkeypatch.setattr(views.MeView, "get", fail)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    answer = client.get("/api/v1/me/")
    assert (answer.status_code, problem_of(answer)["code"]) == (500, "failure")
    assert "secret" not in answer.content.decode()


def test_problems_speak_the_language_of_the_reader(api):
    answer = api.get("/api/v1/me/", headers={"accept-language": "zh-hans"})
    assert problem_of(answer)["code"] == "not_authenticated"
    assert answer["Content-Language"] == "zh-hans"
