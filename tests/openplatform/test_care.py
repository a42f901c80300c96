"""Verifying, and a name for one circle, over the API: as on the pages, and nothing typed comes back."""

import pytest
from rest_framework.test import APIClient

from accounts.identity.sandbox import invented_number
from circles.models import Membership
from tests.factories import CircleFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
IDENTITY = "/api/v1/me/identity/"
NAME = "测试甲"


def client_of(user):
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(user)
    return client


class TestIdentity:
    @pytest.fixture(autouse=True)
    def providers(self, settings):
        paths = ("sandbox.SandboxProvider", "sandbox.SandboxCallbackProvider", "manual.ManualProvider")
        settings.IDENTITY_PROVIDER = ",".join(f"accounts.identity.{path}" for path in paths)

    def test_at_once(self):
        user, number = UserFactory(verified_at=None), invented_number()
        client = client_of(user)
        before = client.get(IDENTITY).json()
        assert (before["verified"], before["state"], before["check"]) == (False, None, None)
        assert [one["code"] for one in before["providers"]] == ["sandbox", "sandbox-callback", "manual"]
        answer = client.post(IDENTITY, {"name": NAME, "number": number}, format="json")
        assert answer.status_code == 200
        assert answer.json()["verified"] is True
        assert answer.json()["check"]["state"] == "approved"
        for said in (answer.content.decode(), client.get(IDENTITY).content.decode()):
            assert number not in said
            assert NAME not in said

    def test_asked_and_not_decided_and_given_up(self):
        client = client_of(UserFactory(verified_at=None))
        answer = client.post(
            IDENTITY, {"by": "sandbox-callback", "name": NAME, "number": invented_number()}, format="json"
        )
        assert (answer.status_code, answer.json()["check"]["state"]) == (202, "started")
        assert client.delete(IDENTITY).status_code == 204
        assert client.get(IDENTITY).json()["check"]["state"] == "lapsed"

    @pytest.mark.parametrize(
        ("claim", "status", "code"),
        [
            ({"name": "不符小明"}, 403, "identity_refused"),
            ({"name": "故障小明"}, 503, "identity_unavailable"),
            ({"number": "110101199003070000"}, 400, "bad_id_number"),
            ({"by": "manual"}, 400, "photos_needed"),
            ({"by": "nobody"}, 400, "no_such_provider"),
            ({"document": "library card"}, 400, "invalid"),
        ],
    )
    def test_refusals(self, claim, status, code):
        user = UserFactory(verified_at=None)
        said = {"name": NAME, "number": invented_number(), **claim}
        answer = client_of(user).post(IDENTITY, said, format="json")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert said["number"] not in answer.content.decode()
        user.refresh_from_db()
        assert not user.is_verified

    def test_strangers(self):
        assert APIClient().get(IDENTITY).status_code == 401


class TestByline:
    def test_choosing_and_going_back(self):
        membership = MembershipFactory()
        address = f"/api/v1/circles/{membership.circle.slug}/byline/"
        client = client_of(membership.user)
        assert client.get(address).json() == {"nickname": "", "linked": True, "avatar_url": None}
        answer = client.put(address, {"nickname": "小号", "linked": False}, format="json")
        assert answer.json() == {"nickname": "小号", "linked": False, "avatar_url": None}
        membership.refresh_from_db()
        assert (membership.nickname, membership.is_linked) == ("小号", False)
        assert client.put(address, {"nickname": ""}, format="json").json()["linked"] is True
        assert Membership.objects.get(pk=membership.pk).nickname == ""

    def test_refusals(self):
        membership = MembershipFactory()
        address = f"/api/v1/circles/{membership.circle.slug}/byline/"
        client = client_of(membership.user)
        UserFactory(nickname="山野")
        for nickname, code in (("山野", "nickname_taken"), ("a b", "bad_nickname"), ("x", "bad_nickname")):
            answer = client.put(address, {"nickname": nickname}, format="json")
            assert (answer.status_code, answer.json()["code"]) == (400, code)
        other = client_of(UserFactory())
        for answer in (other.get(address), other.put(address, {"nickname": "小号"}, format="json")):
            assert (answer.status_code, answer.json()["code"]) == (403, "not_member")
        assert client.get("/api/v1/circles/there-is-none/byline/").status_code == 404
        private = CircleFactory(is_view_gated=True)
        assert client.get(f"/api/v1/circles/{private.slug}/byline/").status_code == 404
