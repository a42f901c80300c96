"""Who may not post in a circle any more is not offered to change what they wrote there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.cards import Html
from circles.models import Membership, PostKind
from tests.factories import MembershipFactory, PostFactory

pytestmark = pytest.mark.django_db
STUDENT = {"fact": "student"}


def card(post, viewer):
    shape = Html()
    [made] = shape.make(shape.pick([post.pk], viewer), viewer)
    return made.html


@pytest.fixture
def post():
    found = PostFactory(kind=PostKind.ARTICLE, title="一篇文章")
    MembershipFactory(circle=found.circle, user=found.author)
    return found


def test_the_menu_offers_no_editing_behind_a_closed_gate(post, gate, grant):
    assert "/edit/" in card(post, post.author)
    gate(post.circle, "post", STUDENT)

    closed = card(post, post.author)
    assert ("/edit/" in closed, "/delete/" in closed) == (False, True)
    grant(post.author, "student", "north-university")
    post.author.refresh_from_db()
    assert "/edit/" in card(post, post.author)


def test_a_member_for_long_enough_is_offered_it(post, gate):
    gate(post.circle, "post", {"member_days": 30})
    assert "/edit/" not in card(post, post.author)

    Membership.objects.filter(user=post.author).update(joined_at=timezone.now() - timedelta(days=31))
    assert "/edit/" in card(post, post.author)


def test_a_gate_leaves_the_author_what_they_run(post, gate):
    post.kind = PostKind.EVENT
    post.save()
    gate(post.circle, "post", STUDENT)

    html = card(post, post.author)
    assert ("/participants/" in html, "/edit/" in html) == (True, False)


def test_page_and_api_say_the_same(client, post, gate):
    client.force_login(post.author)
    assert client.get(f"/posts/{post.pk}/edit/").status_code == 200
    assert client.get(f"/api/v1/posts/{post.pk}/").json()["can_edit"] is True
    gate(post.circle, "post", STUDENT)

    assert client.get(f"/posts/{post.pk}/edit/").status_code == 403
    assert client.get(f"/api/v1/posts/{post.pk}/").json()["can_edit"] is False
    assert client.post(f"/posts/{post.pk}/edit/", {"title": "标题", "body": "改过了"}).status_code == 403
    post.refresh_from_db()
    assert "改过了" not in post.body
