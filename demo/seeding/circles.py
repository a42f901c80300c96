"""Circles, merchants and who belongs to them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import connection
from stdnum.cn import uscc

from accounts.models import User
from circles.models import Category, Circle, CircleKind, Membership, Role
from demo import words
from demo.seeding.clock import Clock
from demo.seeding.drawing import Studio
from demo.seeding.people import People
from demo.words import CircleWords, MerchantWords
from merchants.models import Fan, Merchant, MerchantState, Staff

OWNED = {"photography": "demo_owner", "film-photography": "demo_owner"}
JOINED = {
    "demo_member": [
        "photography",
        "coffee",
        "hiking",
        "cats",
        "reading",
        "campus-diary",
        "office-diary",
        "weekend-trips",
        "home-cooking",
    ],
    "demo_owner": ["coffee", "city-walk", "bird-watching", "stargazing"],
    "demo_merchant": ["coffee", "baking", "cats"],
    "demo_moderator": ["campus-diary", "moms", "running"],
    "demo_admin": ["coding"],
}
FOLLOWED = {"demo_member": ["slow-fire-coffee", "paper-boat-books"], "demo_owner": ["half-stop-camera"]}
MERCHANT_CATEGORIES = {
    "slow-fire-coffee": "food",
    "paper-boat-books": "arts",
    "half-stop-camera": "arts",
    "white-dew-tea": "food",
    "tailwind-sports": "sports",
    "good-paws-clinic": "pets",
}
MERCHANT_RULES = "有问题直接问，店员看到就回。\n不发别家的广告。\n好好说话。"


@dataclass
class Place:
    """A circle and those who belong to it, first the owner."""

    circle: Circle
    words: CircleWords
    cover: UUID | None = None
    avatar: UUID | None = None
    members: list[User] = field(default_factory=list)
    moderators: list[User] = field(default_factory=list)
    merchant: Merchant | None = None
    merchant_words: MerchantWords | None = None
    fans: list[User] = field(default_factory=list)
    writers: list[User] = field(default_factory=list)
    """Who meets its gates and so writes here; empty: all members."""


def make_places(*, rng: Random, clock: Clock, studio: Studio, people: People, limit: int) -> list[Place]:
    """All circles with owners and members; the merchants' come last. Membership rows are written by `write_members`."""
    categories = _make_categories()
    chosen = _chosen(limit)
    crowd = [user for user in people.verified if user.username not in people.logins]
    owners = iter(rng.sample(crowd, len(chosen) + len(words.merchants()) + 1))
    numbers = iter(_numbers(len(chosen) + len(words.merchants())))
    places = []
    for entry in chosen:
        owner = people.logins.get(OWNED.get(entry.slug, "")) or next(owners)
        place = _place(rng, clock, studio, entry, owner, next(numbers), categories)
        place.avatar = studio.wish("badge", rng.choice(entry.scenes))
        places.append(place)
    for business in words.merchants():
        owner = people.logins["demo_merchant"] if business.slug == "slow-fire-coffee" else next(owners)
        places.append(_merchant_place(rng, clock, studio, business, owner, next(numbers), categories))
    _let_in(rng, people, crowd, places)
    for place in places:
        place.circle.member_count = len(place.members)
    Circle.objects.bulk_create(place.circle for place in places)
    _write_merchants(rng, clock, people, places, waiting_for=next(owners), categories=categories)
    return places


_JOINED_BEFORE = """
    UPDATE circles_membership member SET joined_at = first.at - interval '1 hour'
      FROM (SELECT circle_id, author_id, min(published_at) AS at FROM circles_post GROUP BY circle_id, author_id) first
     WHERE member.circle_id = first.circle_id AND member.user_id = first.author_id AND member.joined_at > first.at"""
"""Guides of handbooks are written besides what `first_deeds` knows."""


def write_members(
    *, rng: Random, clock: Clock, places: list[Place], first_deeds: dict[tuple[int, int], datetime]
) -> None:
    """Memberships, each older than whatever that person did there; `first_deeds`: (circle, user) → when."""
    rows = []
    for place in places:
        for i, user in enumerate(place.members):
            role = Role.OWNER if i == 0 else Role.MODERATOR if user in place.moderators else Role.MEMBER
            earliest = max(user.date_joined, place.circle.created_at)
            latest = min(first_deeds.get((place.circle.pk, user.pk), clock.now), clock.now - timedelta(hours=1))
            joined = place.circle.created_at if i == 0 else earliest + (latest - earliest) * rng.uniform(0.05, 0.97)
            rows.append(Membership(circle=place.circle, user=user, role=role, joined_at=joined))
    rows.sort(key=lambda row: row.joined_at)
    Membership.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute(_JOINED_BEFORE)


def _chosen(limit: int) -> list[CircleWords]:
    """The circles of that scale; those the demo log-ins belong to come first."""
    wanted = ["photography", "coffee", "campus-diary", "office-diary", "film-photography", *JOINED["demo_member"]]
    rank = {slug: i for i, slug in reversed(list(enumerate(wanted)))}
    every = words.circles()
    kept = {entry.slug for entry in sorted(every, key=lambda entry: rank.get(entry.slug, 99))[:limit]}
    return [entry for entry in every if entry.slug in kept]


def _make_categories() -> dict[str, Category]:
    rows = [
        Category(slug=slug, name=name, name_en=english, position=(i + 1) * 10)
        for i, (slug, (name, english)) in enumerate(words.general().categories.items())
    ]
    Category.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.slug: row for row in Category.objects.all()}


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('circles_circle_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _place(
    rng: Random,
    clock: Clock,
    studio: Studio,
    entry: CircleWords,
    owner: User,
    number: int,
    categories: dict[str, Category],
) -> Place:
    circle = Circle(
        number=number,
        slug=entry.slug,
        name=entry.name,
        intro=entry.intro,
        rules="\n".join(entry.rules),
        category=categories[entry.category],
        owner=owner,
        created_at=max(owner.date_joined + timedelta(days=1), clock.ago(125, 360)),
    )
    return Place(circle, entry, cover=studio.wish("cover", entry.scenes[0]))


def _merchant_place(
    rng: Random,
    clock: Clock,
    studio: Studio,
    business: MerchantWords,
    owner: User,
    number: int,
    categories: dict[str, Category],
) -> Place:
    entry = CircleWords(
        slug=business.slug,
        name=business.name,
        english=business.name,
        category=MERCHANT_CATEGORIES[business.slug],
        intro=business.circle_intro,
        rules=MERCHANT_RULES.split("\n"),
        scenes=business.scenes,
        posts=business.fan_posts,
        templates=[],
        comments=[
            "收到！",
            "到！",
            "周末去坐坐",
            "支持一下",
            "还有位子吗？",
            "谢谢店家",
            "明天来",
            "可以预约吗？",
            "老客人报到",
        ],
        words={},
    )
    place = _place(rng, clock, studio, entry, owner, number, categories)
    place.circle.kind = CircleKind.MERCHANT
    place.avatar = studio.wish("logo", business.logo)
    place.merchant_words = business
    return place


def _let_in(rng: Random, people: People, crowd: list[User], places: list[Place]) -> None:
    """Everybody gets a handful of circles, the large ones more often; merchants get fans."""
    interest = [place for place in places if place.merchant_words is None]
    weights = [rng.uniform(3.5, 6) if place.words.big else rng.uniform(0.7, 1.9) for place in interest]
    by_slug = {place.circle.slug: place for place in places}
    joined: dict[str, dict[int, User]] = defaultdict(dict)
    for user in crowd:
        wanted = 3 + int(rng.random() ** 1.6 * 14)
        for place in rng.choices(interest, weights, k=wanted):
            joined[place.circle.slug][id(user)] = user
    for login, slugs in JOINED.items():
        for slug in slugs:
            joined[slug][id(people.logins[login])] = people.logins[login]
    for place in places:
        if place.merchant_words is not None:
            place.fans = rng.sample(crowd, min(len(crowd) - 1, rng.randint(len(crowd) // 6, len(crowd) // 2)))
            place.fans = [user for user in place.fans if user is not place.circle.owner]
            for user in rng.sample(place.fans, len(place.fans) // 2):
                joined[place.circle.slug][id(user)] = user
    for login, slugs in FOLLOWED.items():
        for slug in slugs:
            by_slug[slug].fans.append(people.logins[login])
            joined[slug][id(people.logins[login])] = people.logins[login]
    for place in places:
        others = joined[place.circle.slug]
        others.pop(id(place.circle.owner), None)
        place.members = [place.circle.owner, *others.values()]
        known = [user for user in others.values() if user not in people.logins.values()]
        place.moderators = rng.sample(known, min(len(known), 2 if place.words.big else 1))


def _write_merchants(
    rng: Random,
    clock: Clock,
    people: People,
    places: list[Place],
    *,
    waiting_for: User,
    categories: dict[str, Category],
) -> None:
    fans = []
    for place in places:
        business = place.merchant_words
        if business is None:
            continue
        place.merchant = Merchant(
            slug=business.slug,
            name=business.name,
            intro=business.intro,
            licence_number=_licence(rng),
            state=MerchantState.VERIFIED,
            circle=place.circle,
            category=place.circle.category,
            fan_count=len(place.fans),
            applied_by=place.circle.owner,
            created_at=place.circle.created_at - timedelta(days=2),
            decided_at=place.circle.created_at,
        )
        for user in place.fans:
            followed = clock.ago(62, 80) if user in people.logins.values() else clock.ago(0.2, 119)
            fans.append(Fan(merchant=place.merchant, user=user, followed_at=max(followed, place.circle.created_at)))
    shops = [place.merchant for place in places if place.merchant is not None]
    waiting = Merchant(
        slug="foothill-bakery",
        name="山脚面包房",
        intro="天然酵种，每天三炉。想和街坊们说说今天烤了什么。",
        licence_number=_licence(rng),
        category=categories["food"],
        applied_by=waiting_for,
        created_at=clock.ago(0.4, 1.5),
    )
    Merchant.objects.bulk_create([*shops, waiting])
    Staff.objects.bulk_create(Staff(merchant=shop, user=shop.applied_by, created_at=shop.created_at) for shop in shops)
    Fan.objects.bulk_create(sorted(fans, key=lambda fan: fan.followed_at), batch_size=2000)


def _licence(rng: Random) -> str:
    """A number with a right check digit and a region that is not given out (99)."""
    body = "92" + "990000" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    return body + uscc.calc_check_digit(body)
