"""Gates at the doors: pages and the API refuse alike, say what is missing, and let in who meets the rule."""

import re

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from accounts.models import Institution
from circles.models import Circle, Comment, Like, Membership, MembershipState, Post, Role
from core.models import Job
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
STUDENTS = {"fact": "student"}
STUDENTS_OR_CREDIT = {"any": [{"fact": "student"}, {"credit": 750}]}


@pytest.fixture
def diary(gate):
    """Students post; students or a credit from 750 comment; whoever is verified likes."""
    circle = CircleFactory(slug="diary", name="日记")
    gate(circle, "post", STUDENTS)
    gate(circle, "comment", STUDENTS_OR_CREDIT)
    gate(circle, "like", {"verified": True})
    return circle


@pytest.fixture
def member(diary, credit, client):
    """A member who is no student and stands at 700, logged in."""
    user = MembershipFactory(circle=diary).user
    credit(user, 700)
    client.force_login(user)
    return user


def send(client, method, url, data=None):
    return getattr(client, method)(url, data, content_type="application/json", HTTP_ACCEPT_LANGUAGE="en")


class TestApi:
    def test_posting_is_refused_with_what_is_missing(self, client, member, diary):
        response = send(client, "post", "/api/v1/circles/diary/posts/", {"body": "今天"})
        assert response.status_code == 403
        assert response.headers["Content-Type"].startswith("application/problem+json")
        problem = response.json()
        assert problem["code"] == "gate_closed"
        assert problem["action"] == "post"
        assert problem["rule"] == "Students may post."
        assert problem["missing"] == [
            {
                "way": 1,
                "condition": {"fact": "student"},
                "code": "student",
                "message": "You are not verified as a student.",
                "how": "Prove your school: its e-mail address or a code from it is enough.",
                "url": "/me/facts/prove/",
            }
        ]
        assert problem["title"] == "Students may post. You are not verified as a student."
        assert not Post.objects.exists()
        assert not Job.objects.exists()

    def test_commenting_names_both_ways(self, client, member, diary):
        post = PostFactory(circle=diary)
        response = send(client, "post", f"/api/v1/posts/{post.pk}/comments/", {"body": "好"})
        assert response.status_code == 403
        problem = response.json()
        assert problem["code"] == "gate_closed"
        assert problem["rule"] == "Students, or people with a conduct credit of 750 and more, may comment."
        assert [(item["way"], item["code"], item["url"]) for item in problem["missing"]] == [
            (1, "student", "/me/facts/prove/"),
            (2, "credit", "/me/credit/"),
        ]
        assert problem["missing"][1]["message"] == "Your conduct credit is 700; 750 are needed, 50 more."
        assert not Comment.objects.exists()
        assert not Job.objects.exists()

    def test_liking_and_reading_go_on(self, client, member, diary):
        post = PostFactory(circle=diary)
        assert send(client, "get", f"/api/v1/posts/{post.pk}/").status_code == 200
        assert send(client, "put", f"/api/v1/posts/{post.pk}/like/").json() == {"liked": True, "like_count": 1}

    def test_a_fact_or_the_credit_opens(self, client, member, diary, grant, credit):
        post = PostFactory(circle=diary)
        credit(member, 750)
        assert send(client, "post", f"/api/v1/posts/{post.pk}/comments/", {"body": "好"}).status_code == 201
        assert send(client, "post", "/api/v1/circles/diary/posts/", {"body": "今天"}).status_code == 403
        grant(member, "student", "north-university")
        assert send(client, "post", "/api/v1/circles/diary/posts/", {"body": "今天"}).status_code == 201

    def test_new_words_in_an_old_post_need_the_same(self, client, member, diary, grant):
        post = PostFactory(circle=diary, author=member, body="从前")
        assert send(client, "patch", f"/api/v1/posts/{post.pk}/", {"body": "现在"}).json()["code"] == "gate_closed"
        assert Post.objects.get().body == "从前"
        assert send(client, "delete", f"/api/v1/posts/{post.pk}/").status_code == 204

    def test_a_circle_says_its_gates_and_what_the_caller_may(self, client, member, diary):
        circle = send(client, "get", "/api/v1/circles/diary/").json()
        assert [(gate["action"], gate["sentence"]) for gate in circle["gates"]] == [
            ("post", "Students may post."),
            ("comment", "Students, or people with a conduct credit of 750 and more, may comment."),
            ("like", "People who are verified may like."),
        ]
        assert {action: (may["ok"], may["code"]) for action, may in circle["may"].items()} == {
            "view": (True, ""),
            "enter": (True, ""),
            "post": (False, "gate_closed"),
            "comment": (False, "gate_closed"),
            "like": (True, ""),
        }
        assert [item["code"] for item in circle["may"]["comment"]["missing"]] == ["student", "credit"]

    def test_only_the_owner_sets_gates(self, client, member, diary):
        response = send(client, "put", "/api/v1/circles/diary/gates/", {"gates": {}})
        assert (response.status_code, response.json()["code"]) == (403, "not_owner")
        diary.refresh_from_db()
        assert set(diary.gates) == {"post", "comment", "like"}

        client.force_login(diary.owner)
        wanted = {"gates": {"post": {"version": 1, "credit": 600}}}
        response = send(client, "put", "/api/v1/circles/diary/gates/", wanted)
        assert response.status_code == 200
        assert [gate["sentence"] for gate in response.json()["gates"]] == [
            "People with a conduct credit of 600 and more may post."
        ]
        diary.refresh_from_db()
        assert diary.gates["post"]["clauses"] == [[{"credit": 600}]]
        assert set(diary.gates) == {"post"}

    @pytest.mark.parametrize(
        ("gates", "code"),
        [
            ({"post": {"fact": "rich"}}, "bad_rule"),
            ({"dance": {"fact": "student"}}, "unknown_action"),
            ({"post": {"fact": "student", "value": "no-such-school"}}, "unknown_institution"),
            ({"enter": {"role": "member"}}, "cannot_be_met"),
            ({"post": {"any": [{"credit": 400 + n} for n in range(30)]}}, "rule_too_large"),
            ({"post": "student"}, "bad_rule"),
        ],
    )
    def test_what_is_no_rule_changes_nothing(self, client, diary, gates, code):
        client.force_login(diary.owner)
        response = send(client, "put", "/api/v1/circles/diary/gates/", {"gates": {"like": None, **gates}})
        assert (response.status_code, response.json()["code"]) == (400, code)
        before = diary.gates
        diary.refresh_from_db()
        assert diary.gates == before

    def test_a_preview_counts_and_sets_nothing(self, client, diary, member, grant):
        for _number in range(5):
            grant(MembershipFactory(circle=diary).user, "student", "north-university")
        for _number in range(6):
            MembershipFactory(circle=diary)
        client.force_login(diary.owner)
        asked = {"action": "view", "rule": {"any": [{"fact": "student"}, {"credit": 700}]}}
        answer = send(client, "post", "/api/v1/circles/diary/gates/preview/", asked).json()
        assert answer["sentence"] == "Students, or people with a conduct credit of 700 and more, may see this circle."
        # Five students, the member with 700, and the owner, who always sees the circle; six are left.
        assert answer["members"] == {
            "total": 13,
            "lets_in": 7,
            "shuts_out": 6,
            "is_estimate": False,
            "missing": [
                {"condition": {"fact": "student"}, "count": 6},
                {"condition": {"credit": 700}, "count": 6},
            ],
        }
        diary.refresh_from_db()
        assert "view" not in diary.gates


class TestPages:
    def test_the_circle_says_its_gates_in_the_readers_language(self, client, member, diary):
        page = client.get("/circles/diary/", HTTP_ACCEPT_LANGUAGE="zh-hans").content.decode()
        assert "学生，或行为信用达到 750 分的人，可以评论。" in page
        assert "学生可以发帖。" in page

    def test_who_may_not_post_is_told_why(self, client, member, diary):
        page = client.get("/circles/diary/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "You are not verified as a student." in page
        assert 'href="/me/facts/prove/"' in page
        assert 'class="card say"' not in page

    def test_it_is_one_folded_card_above_the_posts(self, client, member, diary, grant):
        line = re.compile(r"<details class=\"card who-may\">\s*<summary.*?</svg>(.*?)<svg", re.DOTALL)
        [said] = line.findall(client.get("/circles/diary/", HTTP_ACCEPT_LANGUAGE="en").content.decode())
        assert strip_tags(said).strip() == "Students may post. See what you are missing"

        grant(member, "student", "north-university")
        [said] = line.findall(client.get("/circles/diary/", HTTP_ACCEPT_LANGUAGE="en").content.decode())
        assert strip_tags(said).strip() == "Who may do what here"

    def test_who_may_not_comment_is_told_both_ways(self, client, member, diary):
        post = PostFactory(circle=diary)
        page = client.get(f"/posts/{post.pk}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "You need one of these:" in page
        assert "You are not verified as a student." in page
        assert "Your conduct credit is 700; 750 are needed, 50 more." in page
        assert 'href="/me/credit/"' in page
        assert 'id="comment-body"' not in page

    def test_words_sent_all_the_same_are_kept(self, client, member, diary):
        response = client.post("/circles/diary/post/", {"body": "想说的话"}, HTTP_ACCEPT_LANGUAGE="en")
        assert response.status_code == 403
        page = response.content.decode()
        assert "想说的话" in page
        assert "You are not verified as a student." in page
        assert not Post.objects.exists()

        post = PostFactory(circle=diary)
        response = client.post(f"/posts/{post.pk}/comments/", {"body": "想回的话"}, HTTP_ACCEPT_LANGUAGE="en")
        assert response.status_code == 403
        assert "想回的话" in response.content.decode()
        assert not Comment.objects.exists()

    def test_a_refused_like_says_why(self, client, member, diary, gate):
        gate(diary, "like", STUDENTS)
        post = PostFactory(circle=diary)
        response = client.post(f"/posts/{post.pk}/like/", HTTP_ACCEPT_LANGUAGE="en")
        assert response.status_code == 403
        assert "You are not verified as a student." in response.content.decode()
        response = client.post(f"/posts/{post.pk}/like/", HTTP_HX_REQUEST="true", HTTP_ACCEPT_LANGUAGE="en")
        assert response.status_code == 403
        assert "You are not verified as a student." in response.headers["HX-Trigger"]
        assert not Like.objects.exists()

    def test_the_gates_page_says_what_holds_and_what_changed(self, client, member, diary, gate):
        gate(diary, "post", None)
        page = client.get("/circles/diary/gates/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "Members may post." in page
        assert "Gate taken away:" in page
        assert "Students may post." in page
        assert "/gates/post/" not in page  # for the owner alone


class TestOwnersForm:
    @pytest.fixture
    def owner(self, client):
        circle = CircleFactory(slug="diary", name="日记")
        client.force_login(circle.owner)
        return circle.owner

    def test_a_rule_is_previewed_and_then_saved(self, client, owner):
        answers = {"way1_fact": "student", "way2_credit": "750"}
        response = client.post("/circles/diary/gates/comment/", {**answers, "preview": "1"}, HTTP_ACCEPT_LANGUAGE="en")
        page = response.content.decode()
        assert response.status_code == 200
        assert "Students, or people with a conduct credit of 750 and more, may comment." in page
        assert "None of 1 is let in." in page
        assert "You do not meet this yourself" in page
        for action, asked in (("comment", {"way1_verified": "1"}), ("enter", {"way1_fact": "student"})):
            page = client.post(f"/circles/diary/gates/{action}/", {**asked, "preview": "1"}, HTTP_ACCEPT_LANGUAGE="en")
            assert "You do not meet this yourself" not in page.content.decode()
        assert Circle.objects.get().gates == {}

        response = client.post("/circles/diary/gates/comment/", {**answers, "save": "1"})
        assert response.headers["Location"] == "/circles/diary/gates/"
        assert Circle.objects.get().gates["comment"]["clauses"] == [[{"fact": "student"}], [{"credit": 750}]]

        page = client.get("/circles/diary/gates/comment/").content.decode()
        assert '<option value="student" selected>' in page
        assert 'name="way2_credit" value="750"' in page
        client.post("/circles/diary/gates/comment/", {"remove": "1"})
        assert Circle.objects.get().gates == {}

    def test_a_school_goes_by_its_name(self, client, owner):
        school = Institution.objects.create(slug="yunlu", kind="school", name="云麓大学", name_en="Yunlu University")
        answers = {"way1_fact": "student", "way1_value": school.name, "save": "1"}
        client.post("/circles/diary/gates/post/", answers)
        assert Circle.objects.get().gates["post"]["clauses"] == [[{"fact": "student", "value": "yunlu"}]]
        assert 'value="云麓大学"' in client.get("/circles/diary/gates/post/").content.decode()

        Institution.objects.create(slug="yunlu-evening", kind="school", name="云麓大学")
        page = client.get("/circles/diary/gates/post/").content.decode()
        assert 'name="way1_value" value="yunlu"' in page  # two share the name

    def test_conditions_of_one_way_are_asked_together(self, client, owner):
        client.post("/circles/diary/gates/post/", {"way1_fact": "adult", "way1_days": "30", "save": "1"})
        assert Circle.objects.get().gates["post"]["clauses"] == [[{"fact": "adult"}, {"member_days": 30}]]

    @pytest.mark.parametrize(
        ("answers", "says"),
        [
            ({}, "Say at least one thing the gate asks for"),
            ({"way1_credit": "100"}, "greater than or equal to 351"),
            ({"way1_fact": "student", "way1_value": "nowhere"}, "There is no such institution here: nowhere."),
            ({"way1_value": "north"}, "Choose above what this belongs to."),
        ],
    )
    def test_what_makes_no_rule_is_said_and_kept(self, client, owner, answers, says):
        for button in ("save", "preview"):
            response = client.post("/circles/diary/gates/post/", {**answers, button: "1"}, HTTP_ACCEPT_LANGUAGE="en")
            assert response.status_code == 422
            assert says in response.content.decode()
            for value in answers.values():
                assert value in response.content.decode()
        assert Circle.objects.get().gates == {}

    def test_templates_fill_the_form(self, client, owner):
        page = client.get("/circles/diary/gates/comment/?template=students-or-credit", HTTP_ACCEPT_LANGUAGE="en")
        assert "Students, or people with a conduct credit of 750 and more, may comment." in page.content.decode()
        assert client.get("/circles/diary/gates/comment/?template=nonsense").status_code == 200

    def test_others_have_no_business_there(self, client, owner):
        client.force_login(MembershipFactory(circle=Circle.objects.get(), role=Role.MODERATOR).user)
        assert client.get("/circles/diary/gates/post/").status_code == 403
        assert client.post("/circles/diary/gates/post/", {"way1_fact": "student", "save": "1"}).status_code == 403
        assert client.post("/circles/diary/gates/listing/", {"listed": "1"}).status_code == 403
        assert Circle.objects.get().gates == {}
        client.force_login(owner)
        assert client.get("/circles/diary/gates/dance/").status_code == 404


class TestEntrance:
    """A circle nobody sees from outside."""

    @pytest.fixture
    def private(self, gate):
        circle = CircleFactory(slug="private", name="后院", intro="只有我们知道")
        gate(circle, "view", {"role": "member"})
        return circle

    def test_outsiders_get_what_unknown_addresses_get(self, client, private):
        post = PostFactory(circle=private)
        for user in (None, UserFactory(), UserFactory(is_superuser=True, is_staff=True)):
            client.logout()
            if user:
                client.force_login(user)
            for path in (
                "/circles/{}/", "/circles/{}/members/", "/circles/{}/gates/", "/circles/{}/enter/", "/circles/{}/edit/",
                "/api/v1/circles/{}/", "/api/v1/circles/{}/gates/", "/api/v1/circles/{}/posts/",
                "/api/v1/circles/{}/membership/",
            ):  # fmt: skip
                known = client.get(path.format("private"))
                unknown = client.get(path.format("no-such-circle"))
                assert known.status_code == unknown.status_code
                assert known.status_code in (302, 404, 401)
                assert "后院" not in known.content.decode()
            assert client.get(f"/posts/{post.pk}/").status_code == 404
            assert client.get(f"/api/v1/posts/{post.pk}/").status_code == 404
        assert client.post("/circles/private/join/").status_code == 404
        assert send(client, "put", "/api/v1/circles/private/membership/", {}).status_code == 404
        assert Membership.objects.count() == 1

    def test_a_listed_entrance_lets_people_join(self, client, private):
        client.force_login(private.owner)
        client.post("/circles/private/gates/listing/", {"listed": "1"})
        PostFactory(circle=private, body="悄悄话")
        person = UserFactory()
        client.force_login(person)
        response = client.get("/circles/private/", follow=True, HTTP_ACCEPT_LANGUAGE="en")
        assert response.redirect_chain == [("/circles/private/enter/", 302)]
        page = response.content.decode()
        assert "后院" in page
        assert "Members may see this circle." in page
        assert "悄悄话" not in page
        assert private.owner.nickname not in page
        assert client.get("/circles/private/members/").status_code == 404
        assert client.get("/api/v1/circles/private/").status_code == 404
        assert send(client, "get", "/api/v1/circles/private/gates/").json()["may"]["view"]["ok"] is False
        client.post("/circles/private/join/", {"next": "/circles/private/"})
        assert "悄悄话" in client.get("/circles/private/").content.decode()
        assert client.get("/circles/private/enter/").status_code == 302

    def test_a_member_who_does_not_meet_it_any_more_may_leave(self, client, gate):
        circle = CircleFactory(slug="private", name="后院")
        user = MembershipFactory(circle=circle).user
        gate(circle, "view", STUDENTS)
        client.force_login(user)
        page = client.get("/circles/private/", follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "You are not verified as a student." in page
        assert client.post("/circles/private/leave/", {"confirmed": "1"}).headers["Location"] == "/circles/"
        assert Membership.objects.get(user=user).state == MembershipState.LEFT
        assert client.get("/circles/private/").status_code == 404

    def test_who_could_not_see_it_cannot_join(self, client, gate, grant):
        circle = CircleFactory(slug="private", is_listed=True)
        gate(circle, "view", STUDENTS)
        user = UserFactory()
        client.force_login(user)
        assert client.post("/circles/private/join/").status_code == 403
        assert send(client, "put", "/api/v1/circles/private/membership/", {}).json()["code"] == "gate_closed"
        assert Membership.objects.count() == 1
        grant(user, "student", "north-university")
        assert send(client, "put", "/api/v1/circles/private/membership/", {}).status_code == 201

    def test_joining_has_a_gate_of_its_own(self, client, gate, grant):
        circle = CircleFactory(slug="campus")
        gate(circle, "enter", STUDENTS)
        stays = MembershipFactory(circle=circle).user
        user = UserFactory()
        client.force_login(user)
        assert client.get("/circles/campus/").status_code == 200
        problem = send(client, "put", "/api/v1/circles/campus/membership/", {}).json()
        assert (problem["code"], problem["action"]) == ("gate_closed", "enter")
        grant(user, "student", "north-university")
        assert send(client, "put", "/api/v1/circles/campus/membership/", {}).status_code == 201
        client.force_login(stays)  # who is in stays in
        assert send(client, "put", "/api/v1/circles/campus/membership/", {}).status_code == 200


def test_asking_costs_no_query(diary, member, grant, django_assert_num_queries):
    from circles import rules
    from circles.gates.words import shown_gates

    grant(member, "student", "north-university")
    circle = Circle.objects.get(pk=diary.pk)
    membership = Membership.objects.get(user=member)
    with django_assert_num_queries(0), translation.override("en"):
        assert rules.can_post(member, circle, membership)
        assert rules.can_join(member, circle, membership)
        assert len(shown_gates(circle)) == 3
