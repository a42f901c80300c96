"""Publishing over the API: the answer is made of what was read to publish, and says what reading the post says."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import facts
from accounts.models import BearerToken, Fact
from circles.actions import bylines, circles, drafts, gates, memberships, posts, roles
from circles.gates import language
from circles.models import Draft, LinkPreview, Membership, MembershipState, Post, PostPhoto, Role, WordList
from core.models import Picture
from tests.factories import CircleFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/circles/street/posts/"
LINK = "https://example.org/tea"


def by_token(person) -> Client:
    token = BearerToken.generate()
    BearerToken.objects.create(user=person, digest=BearerToken.digest_of(token))
    return Client(headers={"authorization": f"Bearer {token}"})


def by_session(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def member():
    return MembershipFactory(circle=CircleFactory(slug="street", member_count=2))


def send(client, fields, files=()):
    if files:
        return client.post(URL, {**fields, "photo": list(files)})
    return client.post(URL, fields, content_type="application/json")


# --- The answer is what the post is read as -------------------------------------------------------


@dataclass
class Case:
    """What is sent by whom; `shown`: what the answer must hold, so that it is the sort it is meant to be."""

    member: Membership
    picture: Any
    photo: Any
    fields: dict[str, Any] = field(default_factory=lambda: {"body": "你好"})
    files: list[Any] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)

    def change(self, row, **columns):
        type(row).objects.filter(pk=row.pk).update(**columns)
        row.refresh_from_db()


def plain(case):
    case.shown = {"body": "你好", "photos": [], "link": None, "poll": None, "event": None, "can_moderate": False}


def cleaned(case):
    case.fields = {"body": " 看 <b>\r\n\n\n\n好 ", "title": "none of these has one"}
    case.shown = {"title": "", "html": "<p>看 &lt;b&gt;</p><p>好</p>"}


def with_topics(case):
    case.fields = {"body": "#早茶# 和 #晚茶#"}
    case.shown = {"body": "#早茶# 和 #晚茶#"}


def mentioning_and_linking(case):
    UserFactory(username="ming", nickname="小明")
    LinkPreview.objects.create(
        key=LinkPreview.key_of(LINK), url=LINK, title="茶", description="谈茶", site="example.org", state="ready"
    )
    case.fields = {"body": f"@小明 看 {LINK}"}
    case.shown = {"link": {"url": LINK, "title": "茶", "description": "谈茶", "site": "example.org"}}


def linking_to_what_nobody_has_fetched(case):
    case.fields = {"body": LINK}
    case.shown = {"link": None}


def article(case):
    case.fields = {"kind": "article", "title": " 谈茶 ", "body": "## 一\n\n**茶**\n\n## 二\n\n- 水"}
    case.shown = {"kind": "article", "title": "谈茶"}


def question(case):
    case.fields = {"kind": "question", "title": "几度？", "body": ""}
    case.shown = {"kind": "question", "title": "几度？", "accepted": None}


def made_with_ai(case):
    case.fields = {"body": "写的", "is_ai_made": True}
    case.shown = {"is_ai_made": True}


def with_photos(case):
    keys = [str(case.picture(case.member.user).key) for _ in range(3)]
    case.fields = {
        "body": "",
        "photos": keys,
        "photo_texts": [{"key": keys[1], "caption": "雨", "alt": "街上的雨"}],
    }
    case.shown = {"body": ""}


def with_files(case):
    case.files = [case.photo("red"), case.photo("blue")]


def with_a_draft(case):
    key = uuid4()
    drafts.add_photo(author=case.member.user, draft_id=key, circle=case.member.circle, upload=case.photo())
    case.fields = {"body": "草稿里写的", "key": str(key)}


def poll(case):
    closes = (timezone.now() + timedelta(days=1)).isoformat()
    case.fields = {"kind": "poll", "title": "去哪？", "poll": {"options": ["山", "海"], "closes_at": closes}}
    case.shown = {"kind": "poll", "event": None}


def event(case):
    starts = (timezone.now() + timedelta(days=2)).isoformat()
    case.fields = {"kind": "event", "title": "夜骑", "event": {"starts_at": starts, "place": "河边", "capacity": 3}}
    case.shown = {"kind": "event", "poll": None}


def under_a_pseudonym(case):
    case.change(case.member.circle, masks_authors=True)
    case.change(case.member.user, avatar=case.picture(case.member.user))


def with_faces(case):
    case.change(case.member.user, avatar=case.picture(case.member.user))
    case.change(case.member.circle, avatar=case.picture(case.member.circle.owner))


def by_the_owner(case):
    circle = case.member.circle
    roles.give_title(actor=circle.owner, circle=circle, user=circle.owner, title="掌柜")
    case.member = circle.memberships.get(user=circle.owner)
    case.shown = {"can_moderate": True, "can_pin": True, "can_feature": True}


def by_an_admin_of_a_high_level(case):
    circle, person = case.member.circle, case.member.user
    roles.appoint(actor=circle.owner, circle=circle, user=person, role=Role.ADMIN)
    roles.give_title(actor=circle.owner, circle=circle, user=person, title="老茶客")
    case.change(case.member, grade=6, points=9000)
    case.change(circle, level_titles=["", "", "", "", "", "茶师"])
    fact = facts.grant(user=person, kind="student", value="tingtao", source=Fact.Source.ISSUER)
    facts.show(user=person, chosen={fact.pk: Fact.Shown.CIRCLES})
    case.shown = {"can_moderate": True, "can_pin": True, "can_feature": True}


def by_an_editor(case):
    roles.appoint(actor=case.member.circle.owner, circle=case.member.circle, user=case.member.user, role=Role.EDITOR)
    case.shown = {"can_moderate": False, "can_pin": True, "can_feature": True}


def by_an_editor_with_other_powers(case):
    circle = case.member.circle
    roles.appoint(actor=circle.owner, circle=circle, user=case.member.user, role=Role.EDITOR)
    roles.set_powers(actor=circle.owner, circle=circle, powers={Role.EDITOR: 1})
    case.member.refresh_from_db()
    case.shown = {"can_moderate": True, "can_pin": False, "can_feature": False}


def under_a_name_of_this_circle(case):
    person = case.member.user
    case.change(person, avatar=case.picture(person))
    bylines.choose(user=person, circle=case.member.circle, nickname="雨街", avatar=case.picture(person))


def under_a_name_that_leads_nowhere(case):
    person = case.member.user
    bylines.choose(user=person, circle=case.member.circle, nickname="雨街", linked=False, avatar=case.picture(person))


def under_a_name_without_a_face(case):
    case.change(case.member.user, avatar=case.picture(case.member.user))
    bylines.choose(user=case.member.user, circle=case.member.circle, nickname="雨街")


def where_words_are_listed(case):
    WordList.objects.create(circle=case.member.circle, words=["代购"])


def behind_gates(case):
    circle = case.member.circle
    for action in ("view", "post", "comment"):
        gates.set_gate(actor=circle.owner, circle=circle, action=action, rule=language.parse({"verified": True}))


SORTS = [
    plain, cleaned, with_topics, mentioning_and_linking, linking_to_what_nobody_has_fetched, article, question,
    made_with_ai, with_photos, with_files, with_a_draft, poll, event, under_a_pseudonym, with_faces, by_the_owner,
    by_an_admin_of_a_high_level, by_an_editor, by_an_editor_with_other_powers,
    under_a_name_of_this_circle, under_a_name_that_leads_nowhere, under_a_name_without_a_face, where_words_are_listed,
    behind_gates,
]  # fmt: skip
BYLINES = {
    plain: lambda of: {"nickname": of.user.nickname, "username": of.user.username, "role": "", "avatar_url": None},
    under_a_pseudonym: lambda of: {"username": None, "is_pseudonym": True, "avatar_url": None},
    with_faces: lambda of: {"avatar_url": f"http://testserver{of.user.avatar_url}"},
    by_the_owner: lambda of: {"role": "owner", "title": "掌柜"},
    by_an_admin_of_a_high_level: lambda of: {"role": "admin", "title": "老茶客"},
    under_a_name_of_this_circle: lambda of: {"nickname": "雨街", "username": of.user.username},
    under_a_name_that_leads_nowhere: lambda of: {"nickname": "雨街", "username": None},
    under_a_name_without_a_face: lambda of: {"nickname": "雨街", "avatar_url": None},
}
PHOTOS = {with_photos: 3, with_files: 2, with_a_draft: 1}


@pytest.mark.parametrize("logged_in", [by_token, by_session])
@pytest.mark.parametrize("sort", SORTS)
def test_the_answer_is_what_is_read_of_the_post_right_after(sort, logged_in, member, picture, photo, settings):
    settings.LINK_PREVIEWS = True
    case = Case(member, picture, photo)
    sort(case)
    client = logged_in(case.member.user)
    answer = send(client, case.fields, case.files)
    assert answer.status_code == 201, answer.content
    said = answer.json()
    read = client.get(f"/api/v1/posts/{said['id']}/")
    assert (read.status_code, said) == (200, read.json())
    assert {name: said[name] for name in case.shown} == case.shown
    byline = BYLINES[sort](case.member) if sort in BYLINES else {}
    assert {name: said["author"][name] for name in byline} == byline
    assert len(said["photos"]) == PHOTOS.get(sort, 0)
    assert not Draft.objects.exists()


def test_the_face_of_a_name_and_of_a_circle_are_in_the_answer(member, picture):
    face, sign = picture(member.user), picture(member.circle.owner)
    bylines.choose(user=member.user, circle=member.circle, nickname="雨街", avatar=face)
    member.circle.avatar = sign
    member.circle.save(update_fields=["avatar"])
    said = send(by_token(member.user), {"body": "x"}).json()
    assert said["author"]["avatar_url"] == f"http://testserver{face.thumb_url}"
    assert said["circle"] == {
        "number": member.circle.number,
        "slug": "street",
        "name": member.circle.name,
        "avatar_url": f"http://testserver{sign.thumb_url}",
        "url": "http://testserver/circles/street/",
    }


# --- What it costs -------------------------------------------------------------------------------


def cost(client, fields) -> int:
    """Asked twice: the first one plans statements."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as context:
            assert send(client, {**fields, "key": str(uuid4())}).status_code == 201
    return len(context)


@pytest.mark.parametrize("has_words", [False, True])
def test_publishing_words_takes_few_queries(member, picture, has_words):
    if has_words:
        WordList.objects.create(circle=member.circle, words=["代购"])
    client = by_token(member.user)
    # Who calls, the circle; it again with its words, the membership, the post, the counter, the jobs; two savepoints.
    assert cost(client, {"body": "你好"}) == 2 + 5 + 2
    assert cost(client, {"kind": "article", "title": "谈茶", "body": "水"}) == 2 + 5 + 2
    assert cost(client, {"body": "#早茶#"}) == 2 + 5 + 3 + 2
    type(member.user).objects.filter(pk=member.user_id).update(avatar=picture(member.user))
    assert cost(client, {"body": "你好"}) == 2 + 5 + 2 + 1


# --- Drafts --------------------------------------------------------------------------------------


def test_the_draft_of_the_key_goes_along_and_somebody_elses_does_not(member, photo):
    mine, theirs = uuid4(), Draft.objects.create(author=UserFactory(), body="not yours")
    shot = drafts.add_photo(author=member.user, draft_id=mine, circle=None, upload=photo())
    client = by_token(member.user)
    said = send(client, {"body": "", "key": str(mine)}).json()
    assert [one["key"] for one in said["photos"]] == [str(shot.key)]
    refused = send(client, {"body": "x", "key": str(theirs.pk)})
    assert (refused.status_code, refused.json()["code"]) == (404, "draft_not_found")
    assert list(Draft.objects.all()) == [theirs]
    assert Post.objects.count() == 1


# --- The same sent again -------------------------------------------------------------------------


@pytest.fixture
def sent(member, picture):
    """Published once: (client, what was sent, what was answered)."""
    client = by_token(member.user)
    fields = {"body": "一次 #早茶#", "key": str(uuid4()), "photos": []}
    answer = send(client, fields)
    assert answer.status_code == 201
    return client, fields, answer.json()


def left(member):
    memberships.leave(user=member.user, circle=member.circle)


def banned_here(member):
    memberships.ban(user=member.user, circle=member.circle)


def silenced(member):
    memberships.silence(user=member.user, circle=member.circle, until=timezone.now() + timedelta(days=1))


def banned_everywhere(member):
    type(member.user).objects.filter(pk=member.user_id).update(banned_until=timezone.now() + timedelta(days=1))


def gated(member):
    rule = language.parse({"fact": "student"})
    gates.set_gate(actor=member.circle.owner, circle=member.circle, action="post", rule=rule)


def words_listed(member):
    WordList.objects.create(circle=member.circle, words=["一次"])


def nothing(member):
    pass


@pytest.mark.parametrize("meanwhile", [nothing, left, banned_here, silenced, banned_everywhere, gated, words_listed])
def test_sent_again_it_is_the_same_post_whatever_holds_by_now(meanwhile, sent, member, jobs):
    client, fields, first = sent
    meanwhile(member)
    jobs()
    for changed in ({}, {"body": "另一次"}, {"body": ""}, {"kind": "poll", "title": "?"}):
        again = send(client, {**fields, **changed})
        assert again.status_code == 200, again.content
        assert again.json() == client.get(f"/api/v1/posts/{first['id']}/").json()
        assert (again.json()["id"], again.json()["body"]) == (first["id"], first["body"])
    assert (Post.objects.count(), jobs()) == (1, [])
    member.circle.refresh_from_db()
    assert member.circle.post_count == 1


def test_sent_again_with_photos_it_is_the_same_post_and_none_is_taken_in(member, picture, photo):
    client, shot = by_token(member.user), picture(member.user)
    fields = {"body": "照片", "key": str(uuid4()), "photos": [str(shot.key)]}
    first = send(client, fields).json()
    again = send(client, fields)
    assert (again.status_code, again.json()) == (200, first)
    again = send(client, {"body": "照片", "key": fields["key"]}, [photo()])
    assert (again.status_code, again.json()) == (200, first)
    unknown = send(client, {**fields, "photos": [str(uuid4())]})
    assert (unknown.status_code, unknown.json()) == (200, first)
    assert list(Picture.objects.all()) == [shot]
    assert PostPhoto.objects.count() == 1


def test_sent_again_what_is_held_waits_and_what_is_gone_is_gone(member, sent):
    client, fields, first = sent
    WordList.objects.create(circle=member.circle, words=["代购"])
    held = {"body": "找代购", "key": str(uuid4())}
    waiting = send(client, held)
    assert (waiting.status_code, waiting.json()["state"]) == (202, "held")
    again = send(client, held)
    assert (again.status_code, again.json()) == (202, waiting.json())
    posts.delete(actor=member.user, post=Post.objects.get(pk=first["id"]))
    assert send(client, fields).status_code == 404
    circles.close(circle=member.circle)
    assert send(client, held).status_code == 404
    assert Post.objects.count() == 2


def test_sent_again_to_another_circle_it_is_the_same_post(member, sent):
    client, fields, first = sent
    for circle in (MembershipFactory(user=member.user).circle, CircleFactory()):
        again = client.post(f"/api/v1/circles/{circle.slug}/posts/", fields, content_type="application/json")
        assert (again.status_code, again.json()) == (200, first)
    assert Post.objects.count() == 1


def test_the_key_of_somebody_else_is_another_key(member, sent):
    _client, fields, first = sent
    other = MembershipFactory(circle=member.circle).user
    answer = send(by_token(other), fields)
    assert (answer.status_code, Post.objects.count()) == (201, 2)
    assert answer.json()["id"] != first["id"]
    assert Membership.objects.filter(state=MembershipState.ACTIVE).count() == 3
