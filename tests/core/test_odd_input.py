"""What no form of ours sends, and somebody will: refused in words, never a failure."""

from uuid import uuid4

import pytest
from django.test import Client

from circles.models import Draft
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def client(person):
    client = Client(headers={"accept-language": "zh-hans"}, raise_request_exception=False)
    client.force_login(person)
    return client


def test_nul_that_no_field_looks_for(client):
    answer = client.post("/welcome/?step=circles", {"circle": "a\x00b"})
    assert (answer.status_code, "没能读懂" in answer.content.decode()) == (400, True)


def test_nul_in_an_option_of_a_poll_is_taken_out(client, person):
    circle = MembershipFactory(user=person).circle
    form = {"kind": "poll", "title": "去哪？", "option": ["山\x00", "海"], "do": "save", "place": "\x00"}
    assert client.post(f"/circles/{circle.slug}/post/", form).status_code == 302
    assert Draft.objects.get().fields == {"options": ["山", "海"]}


@pytest.mark.parametrize(("options", "status"), [(None, 200), (5, 400), ({"a": 1}, 400), ("山", 400), ([None, 1], 200)])
def test_options_of_a_draft_that_are_no_list(client, options, status):
    sent = {"kind": "poll", "extra": {"options": options}}
    answer = client.put(f"/api/v1/drafts/{uuid4()}/", sent, content_type="application/json")
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/circles/?q=%00", "/people/a%00b/"])
def test_nul_in_an_address(client, path):
    answer = client.get(path)
    assert (answer.status_code, "没能读懂" in answer.content.decode()) == (400, True)


def test_who_comes_back_to_where_a_form_was_sent_reads_what_to_do(client):
    answer = client.get("/inbox/read/")
    assert (answer.status_code, answer["Allow"], "这里不是页面" in answer.content.decode()) == (405, "POST", True)
    assert client.get("/inbox/read/", headers={"HX-Request": "true"}).content == b""


@pytest.mark.parametrize("charset", ["base64", "rot13", "idna"])
def test_a_body_in_no_encoding_of_text(client, charset):
    body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--b--\r\n'
    sent = {"content_type": f"multipart/form-data; boundary=b; charset={charset}", "CONTENT_LENGTH": str(len(body))}
    answer = client.generic("POST", "/share/", body, **sent)
    assert (answer.status_code, "没能读懂" in answer.content.decode()) == (400, True)
    sent["content_type"] = "multipart/form-data; boundary=b; charset=no-such"  # is taken for UTF-8
    assert client.generic("POST", "/share/", body, **sent)["Location"].endswith("?text=x")
