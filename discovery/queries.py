"""Reads ready for a template or a serializer, each with a fixed number of SQL queries (noted as "queries: n").

Everything starts from `visible_to`: what somebody may not see, or may not know of, is suggested to nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.following import Between, between_all
from accounts.models import User, is_apart
from accounts.passport import passport_of
from circles.models import Category, Circle, Membership, MembershipState, Post
from circles.queries import CircleCard, Shape, memberships_in, with_pictures
from core.pagination import Page, decode_cursor, encode_cursor
from core.prepared import Prepared, among, is_any_of
from discovery import because, rules
from discovery.because import Because
from discovery.models import CircleGrowth, CircleKinship, CircleTrait, Dismissal, Interests, PersonSuggestion, PostHeat
from discovery.models.heat import degrees
from merchants.models import Fan, MerchantState

HOT_MOST = 50
"""A hot list ends here: further down nothing is hot."""
HOT_OUT_OF = 300
"""Places looked through for one list."""
HOT_PER_CIRCLE = 3
"""Posts of one circle in the list of the whole site."""
FOR_YOU_MOST = 30
RISING_MOST = 30
CANDIDATES_MOST = 120
KIN_LOOKED_AT = 2_000
OF_EACH_REASON = 20
DISMISSED_SHOWN = 100


ANY = Because("large", "")


@dataclass(frozen=True)
class HotPost:
    """A place in a hot list. `card` is what the shape makes of the post."""

    rank: int
    heat: int
    people: int
    card: Any


@dataclass(frozen=True)
class Suggested(CircleCard):
    """A circle to join, and why."""

    because: Because = ANY


@dataclass(frozen=True)
class SuggestedPerson:
    row: PersonSuggestion
    between: Between
    because: Because

    @property
    def person(self) -> Any:
        return self.row.person


# --- Hot posts -----------------------------------------------------------------------------------


def hot(
    viewer: Any, cursor: str | None = None, *, circle: Circle | None = None, size: int = 20, shape: Shape[Any]
) -> Page[HotPost]:
    """The hottest posts now, of the site or of a circle the viewer may see, without people they block or mute.

    The list of the site is the same for all before that: what is behind a view gate is in the circle's own list
    alone, and few posts are of one circle. Queries: 1 and those of `shape`.
    """
    places = _of_circle(viewer, circle) if circle else _of_site()
    shown = {row.id: row for row in shape.pick([place[0] for place in places], viewer)}
    ranked = [place for place in places if place[0] in shown][:HOT_MOST]
    (start,) = decode_cursor(cursor, kinds=(int,)) or (0,)
    part = ranked[start : start + size] if start < HOT_MOST else []
    cards = {card.post_id: card for card in shape.make([shown[place[0]] for place in part], viewer)}
    now = timezone.now()
    items = [
        HotPost(rank, degrees(score, now), people, cards[post_id])
        for rank, (post_id, _circle, score, people) in enumerate(part, start=start + 1)
        if post_id in cards
    ]
    more = start + size < len(ranked)
    return Page(items, encode_cursor(start + size) if more else None)


def hot_lines(viewer: Any, *, limit: int) -> list[tuple[Post, int]]:
    """The first of the site's hot list as (post with its circle, heat), for a line each. Queries: 2."""
    places = _of_site()[: limit * 4]
    posts = _heard_among(viewer, [place[0] for place in places])
    now = timezone.now()
    found = [(posts[post_id], degrees(score, now)) for post_id, _c, score, _p in places if post_id in posts]
    return found[:limit]


def _heard_among(viewer: Any, ids: list[int]) -> dict[int, Post]:
    if viewer.pk is None or not ids:
        return _heard(viewer).in_bulk(ids)
    return {post.pk: post for post in _known_heard(viewer.keeps_distance).instances(viewer=viewer.pk, ids=ids)}


def _heard(viewer: Any) -> "QuerySet[Post]":
    return Post.objects.visible_to(viewer).heard_by(viewer).select_related("circle")


@lru_cache
def _known_heard(keeps_distance: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Post]":
        return _heard(User.somebody(any_.viewer, keeps_distance=keeps_distance)).filter(is_any_of("pk", any_.ids))

    return Prepared(query, "viewer", "ids")


Place = tuple[int, int, float, int]


def _of_circle(viewer: Any, circle: Circle) -> list[Place]:
    rows = PostHeat.objects.filter(circle=circle, post__in=Post.objects.visible_to(viewer).filter(circle=circle))
    return list(_places(rows, HOT_MOST * 2))


def _of_site() -> list[Place]:
    """As anybody may see it, few of one circle."""
    taken: dict[int, int] = {}
    chosen = []
    for place in _hottest():
        if taken.get(place[1], 0) < HOT_PER_CIRCLE:
            taken[place[1]] = taken.get(place[1], 0) + 1
            chosen.append(place)
    return chosen[: HOT_MOST * 2]


def _places(rows: "QuerySet[PostHeat]", most: int) -> "QuerySet[PostHeat, Any]":
    return rows.order_by("-score", "-post_id").values_list("post_id", "circle_id", "score", "people")[:most]


def _seen_by_anybody(any_: Any) -> "QuerySet[PostHeat, Any]":
    seen = Post.objects.visible_to(AnonymousUser()).filter(pk=OuterRef("pk"))
    return _places(PostHeat.objects.filter(Exists(seen)), HOT_OUT_OF)


_hottest = Prepared(_seen_by_anybody)


# --- Circles -------------------------------------------------------------------------------------


def rising(viewer: Any, *, limit: int = RISING_MOST, category: Category | None = None) -> list[Suggested]:
    """Circles that grow against their own past, the fastest first. Queries: 2."""
    if viewer.pk is not None and category is None:
        found = _rising(limit).instances(viewer=viewer.pk)
    else:
        found = list(_growing(suggestible(viewer), limit=limit, category=category))
    joined = memberships_in((circle.pk for circle in found), viewer)
    return [Suggested(circle, joined.get(circle.pk), because=because.growing(circle.growth)) for circle in found]


@lru_cache
def _rising(limit: int) -> Prepared:
    return Prepared(lambda any_: _growing(suggestible(User.somebody(any_.viewer)), limit=limit), "viewer")


def _growing(circles: "QuerySet[Circle]", *, limit: int, category: Category | None = None) -> "QuerySet[Circle]":
    if category is not None:
        circles = circles.filter(category=category)
    rows = with_pictures(circles.filter(growth__isnull=False)).select_related("growth")
    return rows.order_by("-growth__score", "-pk")[:limit]


def for_you(viewer: Any, *, limit: int = FOR_YOU_MOST) -> list[Suggested]:
    """Circles the viewer may like and is not in, the best first, each with why. Queries: 8, and up to 3 for
    what they answered when they came; of strangers 3."""
    found: dict[int, tuple[float, Because]] = {}

    def add(circle_id: int, weight: float, why: Because) -> None:
        before, named = found.get(circle_id, (0.0, why))
        found[circle_id] = (before + weight, named)

    left_out: set[int] = set()
    if viewer.pk is not None:
        mine = _mine(viewer)
        left_out = set(mine)
        _add_kin(mine, add)
        _add_own(viewer, add)
    else:
        _add_others([], add)
    best = sorted((pk for pk in found if pk not in left_out), key=lambda pk: (-found[pk][0], pk))[:CANDIDATES_MOST]
    circles = _suggestible_among(viewer, best)
    return [Suggested(circles[pk], because=found[pk][1]) for pk in best if pk in circles][:limit]


def suggestible(viewer: Any) -> "QuerySet[Circle]":
    """Circles that may be suggested to this viewer: they see them, did not wave them away, were not banned, and no
    block stands between them and the owner."""
    circles: QuerySet[Circle] = Circle.objects.visible_to(viewer)
    if viewer.pk is None:
        return circles
    gone = Dismissal.objects.filter(user_id=viewer.pk, circle=OuterRef("pk"))
    banned = Membership.objects.filter(user_id=viewer.pk, circle=OuterRef("pk"), state=MembershipState.BANNED)
    return circles.exclude(Exists(gone)).exclude(Exists(banned)).exclude(is_apart(viewer.pk, "owner_id"))


def _suggestible_among(viewer: Any, ids: list[int]) -> dict[int, Circle]:
    if viewer.pk is None or not ids:
        return with_pictures(suggestible(viewer)).in_bulk(ids)
    return {circle.pk: circle for circle in _known_suggestible.instances(viewer=viewer.pk, ids=ids)}


_known_suggestible = Prepared(
    lambda any_: with_pictures(suggestible(User.somebody(any_.viewer))).filter(pk__in=among(any_.ids)), "viewer", "ids"
)


def _mine(viewer: Any) -> dict[int, str]:
    """Circle id → name of those the viewer is in."""
    return dict(_names_of_mine(viewer=viewer.pk))


_names_of_mine = Prepared(
    lambda any_: (
        Membership.objects.active()
        .filter(user_id=any_.viewer)
        .order_by("-joined_at")
        .values_list("circle_id", "circle__name")[:500]
    ),
    "viewer",
)


def _add_kin(mine: dict[int, str], add: Any) -> None:
    """Each circle is named for the one of mine it is closest to."""
    for circle_id, other_id, score in _kin(ids=list(mine)) if mine else []:
        add(other_id, score, because.circle("kin", mine[circle_id]))


_kin = Prepared(
    lambda any_: (
        CircleKinship.objects.filter(circle__in=among(any_.ids))
        .order_by("-score")
        .values_list("circle_id", "other_id", "score")[:KIN_LOOKED_AT]
    ),
    "ids",
)


def _add_own(viewer: Any, add: Any) -> None:
    """What the person is verified to be, where they are, what they said they like, and whom they follow."""
    now = timezone.now()
    held = [fact for fact in passport_of(viewer).facts if fact.holds(now)]
    tokens: Any = rules.tokens_of(held, viewer.region)
    for trait in _traits.instances(tokens=tokens) if tokens else []:
        code = "region" if trait.token.startswith("region:") else "fact"
        add(trait.circle_id, rules.WEIGHTS[code], because.circle(code, trait.label))
    interests = _interests.first(user=viewer.pk)
    if interests is not None and interests.place:
        said = Q(name__icontains=interests.place) | Q(intro__icontains=interests.place)
        for (pk,) in _largest(Circle.objects.filter(said)):
            add(pk, rules.WEIGHTS["place"], because.circle("place", interests.place))
    for circle_id, name in _followed(viewer=viewer.pk):
        add(circle_id, rules.WEIGHTS["fan"], because.circle("fan", name))
    _add_others(interests.categories if interests else [], add)


_traits = Prepared(
    lambda any_: CircleTrait.objects.filter(token__in=among(any_.tokens, "text"))[:CANDIDATES_MOST], "tokens"
)
_interests = Prepared(lambda any_: Interests.objects.filter(pk=any_.user), "user")
_followed = Prepared(
    lambda any_: (
        Fan.objects.filter(user_id=any_.viewer, merchant__state=MerchantState.VERIFIED)
        .order_by("-followed_at")
        .values_list("merchant__circle_id", "merchant__name")[:OF_EACH_REASON]
    ),
    "viewer",
)


def _add_others(categories: list[int], add: Any) -> None:
    """Large circles of the categories one likes, then what grows, then what is large."""
    if categories:
        liked = {category.pk: category for category in Category.objects.filter(pk__in=categories)}
        rows = Circle.objects.filter(category__in=categories).order_by("-member_count", "-id")
        taken: dict[int, int] = {}
        for pk, category_id in rows.values_list("pk", "category_id")[:CANDIDATES_MOST]:
            taken[category_id] = place = taken.get(category_id, 0) + 1
            if place <= OF_EACH_REASON:
                weight = rules.WEIGHTS["category"] / place**0.25
                add(pk, weight, because.circle("category", str(liked[category_id])))
    for row in _fastest.instances():
        add(row.pk, rules.WEIGHTS["rising"], because.growing(row))
    is_large = because.circle("large")
    for place, (pk,) in enumerate(_largest_of_all()):
        add(pk, rules.WEIGHTS["large"] + 0.01 / (place + 1), is_large)


def _largest(circles: "QuerySet[Circle]", most: int = OF_EACH_REASON) -> "QuerySet[Circle, Any]":
    return circles.order_by("-member_count", "-id").values_list("pk")[:most]


_fastest = Prepared(lambda any_: CircleGrowth.objects.order_by("-score", "-pk")[:OF_EACH_REASON])
_largest_of_all = Prepared(lambda any_: _largest(Circle.objects.all(), most=CANDIDATES_MOST // 2))


# --- People --------------------------------------------------------------------------------------


def people(viewer: Any, cursor: str | None = None, *, size: int = 30) -> Page[SuggestedPerson]:
    """Whom the viewer may know from circles shared, the likeliest first. There are few, so there is one page.
    Queries: 2."""
    rows = list(
        PersonSuggestion.objects.visible_to(viewer)
        .select_related("person__avatar", "circle")
        .order_by("-score", "-id")[:size]
    )
    known = between_all((row.person_id for row in rows), viewer)
    return Page([SuggestedPerson(row, known.get(row.person_id, Between()), because.shared(row)) for row in rows])


# --- One's own -----------------------------------------------------------------------------------


def interests_of(user: Any) -> Interests:
    """Queries: 1."""
    return Interests.objects.filter(pk=user.pk).first() or Interests(user_id=user.pk)


def dismissed(user: Any) -> list[Dismissal]:
    """What the person waved away and may still know of, the last first. Queries: 1."""
    known = Circle.objects.known_to(user).filter(pk=OuterRef("circle_id"))
    rows = Dismissal.objects.filter(Q(person__is_active=True) | Exists(known), user_id=user.pk)
    return list(
        rows.select_related("circle__avatar", "person__avatar").order_by("-created_at", "-id")[:DISMISSED_SHOWN]
    )


def is_new(user: Any, now: datetime | None = None) -> bool:
    """Has the person neither answered nor skipped the questions? Queries: 1."""
    return not Interests.objects.filter(pk=user.pk, answered_at__isnull=False).exists()
