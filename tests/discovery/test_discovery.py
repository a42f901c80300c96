"""Hot posts, rising circles, circles and people one may know: what counts, who sees it, and what is kept from whom."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import blocks, facts, follows, tokens
from accounts.models import Fact, Institution
from circles.actions import comments, likes, memberships
from circles.cards import Html
from circles.models import Comment, Membership, PostKind
from core.models import Job
from discovery import personal_data, queries
from discovery.actions import dismissals, growth, heat, kinship, people, welcome
from discovery.models import CircleGrowth, CircleKinship, Dismissal, Interests, PersonSuggestion, PostHeat
from discovery.models.heat import degrees
from tests.factories import CategoryFactory, CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory
from tests.feeds.community import verified_merchant, work

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
STRANGER = AnonymousUser()


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def old_hand(**values):
    """Somebody long enough here to count in full."""
    return UserFactory(date_joined=timezone.now() - timedelta(days=60), **values)


def api_of(user):
    api = APIClient(headers=ENGLISH)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user=user)}")
    return api


def liked(post, person, *, hours=0.0):
    post.likes.create(user=person, created_at=timezone.now() - timedelta(hours=hours))


def hot_ids(viewer, **options):
    return [place.card.post_id for place in queries.hot(viewer, shape=Html(), **options).items]


def measured(*posts):
    heat.measure([post.pk for post in posts])
    return [round(degrees(PostHeat.objects.get(pk=post.pk).score, timezone.now()), 0) for post in posts]


# --- Heat -----------------------------------------------------------------------------------------


def test_heat_counts_each_verified_person_once_and_cools_by_half_in_twelve_hours():
    fresh, cooled, both, own = (PostFactory() for _ in range(4))
    liked(fresh, old_hand())
    liked(cooled, old_hand(), hours=12)
    speaker = old_hand()
    liked(both, speaker)
    for floor in (1, 2, 3):
        CommentFactory(post=both, author=speaker, floor=floor)
    liked(own, own.author)
    CommentFactory(post=own, author=own.author)
    liked(own, UserFactory(verified_at=None))
    liked(own, old_hand(banned_until=timezone.now() + timedelta(days=1)))
    assert measured(fresh, cooled, both) == [10, 5, 20]
    heat.measure([own.pk])
    assert not PostHeat.objects.filter(pk=own.pk).exists()
    assert PostHeat.objects.get(pk=both.pk).people == 1


def test_new_accounts_count_less():
    post, other = PostFactory(), PostFactory()
    liked(post, UserFactory(date_joined=timezone.now()))
    liked(other, UserFactory(date_joined=timezone.now() - timedelta(days=15)))
    assert measured(post, other) == [2, 6]


def test_what_has_no_heat():
    old = PostFactory(published_at=timezone.now() - timedelta(days=heat.HOT_DAYS + 1))
    hidden, announced = PostFactory(state="hidden"), PostFactory(kind=PostKind.ANNOUNCEMENT)
    for post in (old, hidden, announced):
        liked(post, old_hand())
    assert heat.measure([old.pk, hidden.pk, announced.pk]) == 0
    assert not PostHeat.objects.exists()


def test_workers_keep_it_from_deeds_that_come_and_go():
    post, person = PostFactory(), old_hand()
    MembershipFactory(circle=post.circle, user=person)
    likes.like(user=person, post=post)
    comment = comments.publish(author=person, post=post, key="7e3f0d3c-5c52-4e6a-9a6a-0d3b4c2f1a00", body="好看")
    measures = Job.objects.filter(handler="discovery.measure_heat")
    work()
    assert PostHeat.objects.get().people == 1
    assert measures.count() <= 2  # once a minute, not once a deed
    likes.unlike(user=person, post=post)
    Comment.objects.filter(pk=comment.pk).update(state="deleted")
    measures.delete()
    work()
    assert not PostHeat.objects.exists()


def test_the_hourly_sweep_forgets_what_is_over():
    gone, stays = PostFactory(), PostFactory()
    for post in (gone, stays):
        liked(post, old_hand())
    measured(gone, stays)
    type(gone).objects.filter(pk=gone.pk).update(state="hidden")
    assert heat.cool() is False
    assert [row.pk for row in PostHeat.objects.all()] == [stays.pk]


def test_the_hot_list_shows_what_one_may_see(client):
    circle = CircleFactory(slug="photo")
    post, of_foe = PostFactory(circle=circle), PostFactory(circle=circle)
    gated = PostFactory(circle=CircleFactory(is_view_gated=True))
    closed = PostFactory(circle=CircleFactory(state="closed"))
    for number, one in enumerate((post, of_foe, gated, closed)):
        for _ in range(number + 1):
            liked(one, old_hand())
    measured(post, of_foe, gated, closed)
    viewer = UserFactory()
    assert hot_ids(STRANGER) == hot_ids(viewer) == [of_foe.pk, post.pk]
    assert hot_ids(viewer, circle=circle) == [of_foe.pk, post.pk]
    blocks.block(user=viewer, person=of_foe.author)
    assert hot_ids(viewer) == [post.pk]
    blocks.unblock(user=viewer, person=of_foe.author)
    blocks.mute(user=viewer, person=of_foe.author)
    assert hot_ids(viewer) == [post.pk]
    assert [row["post"]["id"] for row in api_of(viewer).get("/api/v1/discovery/hot/").json()["results"]] == [post.pk]
    assert [row["post"]["id"] for row in api_of(viewer).get("/api/v1/circles/photo/hot/").json()["results"]] == [
        post.pk
    ]
    page = client.get("/circles/photo/hot/").content.decode()
    assert of_foe.body in page
    assert client.get(f"/circles/{gated.circle.slug}/hot/").status_code == 404
    assert "hot-line" in client.get("/circles/").content.decode()


def test_few_posts_of_one_circle_and_pages_in_order(client):
    circle = CircleFactory()
    for _ in range(queries.HOT_PER_CIRCLE + 2):
        post = PostFactory(circle=circle)
        liked(post, old_hand())
        measured(post)
    assert len(hot_ids(STRANGER)) == queries.HOT_PER_CIRCLE
    first = queries.hot(STRANGER, circle=circle, size=3, shape=Html())
    rest = queries.hot(STRANGER, first.next_cursor, circle=circle, size=3, shape=Html())
    assert [place.rank for place in (*first.items, *rest.items)] == [1, 2, 3, 4, 5]
    assert rest.next_cursor is None
    assert client.get("/discover/hot/?before=zq").status_code == 200


def test_an_empty_hot_list_says_so(client):
    assert "Nothing is hot right now" in client.get("/discover/hot/").content.decode()


# --- Growth ---------------------------------------------------------------------------------------


def join_at(circle, days, count):
    for _ in range(count):
        MembershipFactory(circle=circle, user=old_hand(), joined_at=timezone.now() - timedelta(days=days))


def test_a_circle_is_measured_against_its_own_past(client):
    long_ago = timezone.now() - timedelta(days=90)
    small, large, same, empty = (CircleFactory(created_at=long_ago) for _ in range(4))
    join_at(small, 2, 6)
    join_at(large, 2, 15)
    join_at(large, 12, 40)
    join_at(same, 2, 4)
    join_at(same, 12, 16)
    assert growth.measure(after=0) == max(circle.pk for circle in (small, large, same, empty))
    order = [one.circle.pk for one in queries.rising(STRANGER)]
    assert order == [small.pk, large.pk]
    row = CircleGrowth.objects.get(pk=large.pk)
    assert (row.joined, row.usual) == (15, 10)
    page = client.get("/discover/rising/").content.decode()
    assert "because 15 people joined this week; usually it is 10" in page
    Membership.objects.filter(circle=small, role="member").update(state="left")
    growth.measure(after=0)
    assert [one.circle.pk for one in queries.rising(STRANGER)] == [large.pk]
    blocks.block(user=(viewer := UserFactory()), person=large.owner)
    assert queries.rising(viewer) == []


def test_a_swarm_of_new_accounts_raises_nothing():
    circle = CircleFactory(created_at=timezone.now() - timedelta(days=90))
    for _ in range(6):
        MembershipFactory(circle=circle, user=UserFactory(date_joined=timezone.now()))
    growth.measure(after=0)
    assert not CircleGrowth.objects.exists()


# --- Circles for you ------------------------------------------------------------------------------


def learn():
    after = 0
    while (last := kinship.learn(after=after)) is not None:
        after = last


def test_kin_circles_come_with_the_circle_they_are_kin_of(client):
    photo, film, far = CircleFactory(name="摄影"), CircleFactory(name="胶片"), CircleFactory(name="远方")
    secret, masked = CircleFactory(is_view_gated=True), CircleFactory(masks_authors=True, name="树洞")
    for _ in range(kinship.SHARED_LEAST):
        person = UserFactory()
        for circle in (photo, film, secret, masked):
            MembershipFactory(circle=circle, user=person)
    MembershipFactory(circle=far, user=person)
    learn()
    assert set(CircleKinship.objects.values_list("circle", "other")) == {(photo.pk, film.pk), (film.pk, photo.pk)}
    viewer = MembershipFactory(circle=photo).user
    best = queries.for_you(viewer)[0]
    assert (best.circle.pk, best.because.code) == (film.pk, "kin")
    assert best.because.text == "because many people of 摄影 are here, too"
    client.force_login(viewer)
    assert client.post(f"/discover/circles/{film.slug}/dismiss/", headers={"HX-Request": "true"}).status_code == 200
    assert film.pk not in [one.circle.pk for one in queries.for_you(viewer)]
    assert "胶片" in client.get("/discover/dismissed/").content.decode()
    client.post(f"/discover/circles/{film.slug}/dismiss/", {"undo": "1"})
    assert queries.for_you(viewer)[0].circle.pk == film.pk
    assert api_of(viewer).get("/api/v1/discovery/circles/").json()["results"][0]["because"]["code"] == "kin"


def test_facts_region_place_category_and_merchants_give_reasons():
    school = Institution.objects.create(slug="lake", kind="school", name="湖畔大学", is_issuer=True)
    of_school, of_region = CircleFactory(name="湖畔大学新生"), CircleFactory(intro="在浙江爬山")
    of_place, of_category = CircleFactory(name="杭州骑行"), CircleFactory()
    merchant = verified_merchant("青禾书店")
    learn()
    viewer = UserFactory(region="CN-浙江")
    facts.grant(user=viewer, kind="student", value=school.slug, source=Fact.Source.ISSUER, institution=school)
    merchant.fans.create(user=viewer)
    welcome.say_place(user=viewer, place=" 杭州 ")
    welcome.choose_categories(user=viewer, slugs=[of_category.category.slug, "zq"])
    viewer.refresh_from_db()
    reasons = {one.circle.pk: one.because.code for one in queries.for_you(viewer)}
    assert reasons[of_school.pk] == "fact"
    assert reasons[of_region.pk] == "region"
    assert reasons[of_place.pk] == "place"
    assert reasons[of_category.pk] == "category"
    assert reasons[merchant.circle.pk] == "fan"
    assert "fact" not in {one.because.code for one in queries.for_you(UserFactory())}


def test_nothing_is_suggested_that_one_may_not_know():
    viewer = UserFactory()
    mine, banned = MembershipFactory(user=viewer).circle, CircleFactory()
    memberships.ban(user=viewer, circle=banned)
    of_foe = CircleFactory()
    blocks.block(user=of_foe.owner, person=viewer)
    hidden, closed = CircleFactory(is_view_gated=True), CircleFactory(state="closed")
    shown = {one.circle.pk for one in queries.for_you(viewer)}
    assert not shown & {mine.pk, banned.pk, of_foe.pk, hidden.pk, closed.pk}
    assert {mine.pk, of_foe.pk} <= {one.circle.pk for one in queries.for_you(STRANGER)}


def test_waving_away_what_one_does_not_know_answers_as_if_it_were_not(client):
    client.force_login(UserFactory())
    hidden = CircleFactory(is_view_gated=True)
    assert client.post(f"/discover/circles/{hidden.slug}/dismiss/").status_code == 404
    assert not Dismissal.objects.exists()


# --- People ---------------------------------------------------------------------------------------


def known(viewer):
    people.gather(user_id=viewer.pk)
    return {line.person.pk for line in queries.people(viewer).items}


def test_people_of_open_circles_are_suggested_and_nobody_else(client):
    circle = CircleFactory(name="摄影", member_count=2)
    viewer, friend = (MembershipFactory(circle=circle).user for _ in range(2))
    for changes in ({"is_view_gated": True}, {"masks_authors": True}, {"state": "closed"}):
        elsewhere = CircleFactory(**changes)
        MembershipFactory(circle=elsewhere, user=viewer)
        MembershipFactory(circle=elsewhere)
    MembershipFactory(circle=circle, nickname="小号", is_linked=False)
    MembershipFactory(circle=circle, user=UserFactory(verified_at=None))
    assert known(viewer) == {friend.pk, circle.owner.pk}
    client.force_login(viewer)
    page = client.get("/discover/people/").content.decode()
    assert "because you are both in 摄影" in page
    # What changed since is asked when it is read.
    follows.choose(user=friend, is_suggested=False)
    blocks.block(user=circle.owner, person=viewer)
    assert not queries.people(viewer).items
    follows.choose(user=friend, is_suggested=True, shows_circles="nobody")
    assert not queries.people(viewer).items
    follows.choose(user=friend, shows_circles="everyone")
    assert [line.person.pk for line in queries.people(viewer).items] == [friend.pk]
    client.post(f"/discover/people/{friend.username}/dismiss/")
    assert known(viewer) == set()
    assert api_of(viewer).get("/api/v1/discovery/people/").json()["results"] == []
    api_of(viewer).delete(f"/api/v1/discovery/dismissed/people/{friend.username}/")
    memberships.leave(user=friend, circle=circle)
    assert not queries.people(viewer).items


def test_joining_gathers_people_soon():
    circle = CircleFactory()
    viewer = UserFactory()
    memberships.join(user=viewer, circle=circle)
    work()
    assert [row.person_id for row in PersonSuggestion.objects.filter(user=viewer)] == [circle.owner.pk]


# --- Coming ---------------------------------------------------------------------------------------


def test_signing_up_leads_to_three_questions_and_into_circles(client):
    category = CategoryFactory(slug="arts")
    circle = CircleFactory(category=category, slug="photo", name="摄影")
    other = CircleFactory(slug="other")
    form = {"username": "newcomer", "nickname": "新来的", "email": "n@example.org", "password1": "a-long-way-home"}
    answer = client.post("/accounts/signup/", form | {"agree": "on"})
    assert answer.url == "/welcome/"
    assert "What do you like?" in client.get("/welcome/").content.decode()
    assert client.post("/welcome/?step=likes", {"category": ["arts"]}).url == "/welcome/?step=place"
    long = client.post("/welcome/?step=place", {"place": "长" * 31})
    assert (long.status_code, "长" * 31 in long.content.decode()) == (400, True)
    assert client.post("/welcome/?step=place", {"place": "杭州"}).url == "/welcome/?step=notices"
    assert client.post("/welcome/?step=notices", {"level": "zq"}).status_code == 400
    assert client.post("/welcome/?step=notices", {"level": "mentions"}).url == "/welcome/?step=circles"
    page = client.get("/welcome/?step=circles").content.decode()
    assert "because you like" in page
    assert client.post("/welcome/?step=circles", {"circle": ["photo", "zq"]}).url == "/"
    row = Interests.objects.get()
    assert (row.place, row.wished, row.user.notice_level) == ("杭州", [circle.pk], "mentions")
    assert not Membership.objects.filter(user=row.user).exists()
    row.user.verified_at = timezone.now()
    row.user.save()
    welcome.join_wished(user_id=row.user.pk)
    assert [one.circle for one in Membership.objects.active().filter(user=row.user)] == [circle]
    assert Interests.objects.get().wished == []
    assert other.pk in {one.circle.pk for one in queries.for_you(row.user)}


def test_it_can_be_skipped_and_done_again(client):
    person = UserFactory()
    client.force_login(person)
    assert client.post("/welcome/?step=likes", {"skip": "1"}).url == "/"
    assert not queries.is_new(person)
    circle = CircleFactory(slug="photo")
    gated = CircleFactory(slug="gated", is_view_gated=True)
    client.post("/welcome/?step=circles", {"circle": ["photo", gated.slug]})
    assert [one.circle for one in Membership.objects.active().filter(user=person)] == [circle]
    answer = api_of(person).patch("/api/v1/discovery/welcome/", {"place": "杭州", "categories": []}, format="json")
    assert (answer.json()["place"], answer.json()["categories"]) == ("杭州", [])


def test_forgetting(client):
    person, other = UserFactory(), UserFactory()
    welcome.say_place(user=person, place="杭州")
    dismissals.dismiss(user=person, circle=CircleFactory())
    dismissals.dismiss(user=other, person=person)
    personal_data.erase(person, keep_words=True)
    assert not Interests.objects.exists()
    assert not Dismissal.objects.exists()


# --- What it costs --------------------------------------------------------------------------------


def test_queries_do_not_grow(client, settings):
    settings.FEED_PAGE_SIZE = 50
    viewer = UserFactory()
    client.force_login(viewer)
    costs = []
    mine = MembershipFactory(user=viewer).circle
    for more in (5, 45):
        for _ in range(more):
            circle = CircleFactory()
            person = MembershipFactory(circle=mine).user
            post = PostFactory(circle=circle)
            liked(post, person)
            PostHeat.objects.create(post=post, circle=circle, score=post.pk, people=1)
            CircleGrowth.objects.create(circle=circle, joined=9, usual=1, score=circle.pk)
            CircleKinship.objects.create(circle=mine, other=circle, score=0.5)
            PersonSuggestion.objects.create(user=viewer, person=person, circle=mine, shared=1, score=1)
        for path in ("hot", "rising", "for-you", "people"):
            client.get(f"/discover/{path}/")
            with CaptureQueriesContext(connection) as context:
                assert client.get(f"/discover/{path}/").status_code == 200
            costs.append(len(context))
    assert costs[:4] == costs[4:]
    assert costs[:4] == [3, 4, 9, 3]
