"""Verified facts of the demo community, and the two diaries whose gates rest on them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from accounts.models import Fact, FactChange, FactKind, Institution, InstitutionDomain, User
from accounts.passport import pack
from circles.actions import gates
from circles.gates.language import parse
from circles.models import Circle, Gate
from demo.seeding.circles import Place
from demo.seeding.clock import Clock
from demo.seeding.people import People

SCHOOLS = (
    ("yunlu-university", "云麓大学", "Yunlu University"),
    ("nanpu-normal", "南浦师范大学", "Nanpu Normal University"),
    ("haitang-tech", "海棠理工学院", "Haitang Institute of Technology"),
)
COMPANIES = (
    ("qingchuan-tech", "青川科技", "Qingchuan Technology"),
    ("baishi-design", "白石设计", "Baishi Design"),
    ("wanjia-trading", "湾家贸易", "Wanjia Trading"),
)
DIARIES = {"campus-diary": FactKind.STUDENT, "office-diary": FactKind.EMPLOYEE}
"""Circle → the fact its writers hold."""
COMMENT_CREDIT = 750
HOLD_SHARE = 0.6
"""Of a diary's members so many hold the fact, and its owner; none of the demo log-ins does."""


def choose_writers(*, rng: Random, people: People, places: list[Place]) -> None:
    """Who writes in the diaries, before anything is written. A student works nowhere, so that both stay readable."""
    known = set(map(id, people.logins.values()))
    taken: set[int] = set()
    for place in places:
        if place.circle.slug in DIARIES:
            free = [user for user in place.members[1:] if id(user) not in known | taken]
            chosen = rng.sample(free, max(3, int(len(free) * HOLD_SHARE)))
            place.writers = [place.circle.owner, *chosen]
            taken |= set(map(id, place.writers))


def write_facts(*, rng: Random, clock: Clock, people: People, places: list[Place]) -> None:
    """Institutions, and what they and the identity documents say: rows, their history, and the copy on the person."""
    named = _institutions()
    facts = [
        Fact(user=user, kind=FactKind.ADULT, source=Fact.Source.IDENTITY, valid_from=user.verified_at)
        for user in people.verified
    ]
    facts += [fact for place in places for fact in _of_writers(rng, clock, place, named)]
    writers = {user.pk for place in places for user in place.writers}
    others = [user for user in people.verified if user.pk not in writers and user not in people.logins.values()]
    for user in rng.sample(others, len(others) // 4):
        facts.append(_vouched(user, FactKind.GRADUATE, rng.choice(named["school"]), _early(user), None))
    for fact in facts:
        fact.created_at = fact.valid_from
    Fact.objects.bulk_create(facts)
    FactChange.objects.bulk_create(
        FactChange(
            fact=fact,
            what=FactChange.What.GRANTED,
            way=FactChange.Way.EMAIL if fact.institution_id else FactChange.Way.DOCUMENT,
            valid_until=fact.valid_until,
            at=fact.valid_from,
        )
        for fact in facts
    )
    held: dict[int, list[Fact]] = {}
    for fact in facts:
        held.setdefault(fact.user_id, []).append(fact)
    for user in people.verified:
        user.held_facts = pack(sorted(held[user.pk], key=lambda fact: (fact.kind, fact.value, fact.pk)))
    User.objects.bulk_update(people.verified, ["held_facts"], batch_size=500)


def set_gates(*, places: list[Place]) -> None:
    """Students post in one diary, employees in the other; they or people of good credit comment, verified ones like."""
    for place in places:
        if kind := DIARIES.get(place.circle.slug):
            holders = {"fact": kind.value}
            rules = {
                "post": holders,
                "comment": {"any": [holders, {"credit": COMMENT_CREDIT}]},
                "like": {"verified": True},
            }
            wanted = {action: parse(rule) for action, rule in rules.items()}
            gates.set_gates(actor=place.circle.owner, circle=place.circle, wanted=wanted)
            _were_always_there(place.circle)


def _were_always_there(circle: Circle) -> None:
    """Since the circle was founded, as everything in it says."""
    Gate.objects.filter(circle=circle).update(asked_at=circle.created_at, began_at=circle.created_at)
    circle.refresh_from_db(fields=["gates"])
    for kept in circle.gates.values():
        kept["since"] = circle.created_at.timestamp()
    circle.save(update_fields=["gates"])


def _institutions() -> dict[str, list[Institution]]:
    rows = [
        Institution(slug=slug, kind=kind, name=name, name_en=english, is_issuer=True)
        for kind, known in ((Institution.Kind.SCHOOL, SCHOOLS), (Institution.Kind.COMPANY, COMPANIES))
        for slug, name, english in known
    ]
    Institution.objects.bulk_create(rows)
    InstitutionDomain.objects.bulk_create(
        InstitutionDomain(
            institution=row,
            domain=f"{row.slug}.example",
            kind=FactKind.STUDENT if row.kind == Institution.Kind.SCHOOL else FactKind.EMPLOYEE,
        )
        for row in rows
    )
    return {kind: [row for row in rows if row.kind == kind] for kind in Institution.Kind.values}


def _of_writers(rng: Random, clock: Clock, place: Place, named: dict[str, list[Institution]]) -> Iterator[Fact]:
    kind = DIARIES.get(place.circle.slug)
    for user in place.writers:
        by = rng.choice(named["school" if kind == FactKind.STUDENT else "company"])
        yield _vouched(user, kind or "", by, _early(user), clock.now + timedelta(days=rng.randint(60, 330)))


def _vouched(user: User, kind: str, by: Institution, since: datetime, until: datetime | None) -> Fact:
    fact = Fact(user=user, kind=kind, value=by.slug, institution=by, source=Fact.Source.ISSUER)
    fact.valid_from, fact.valid_until = since, until
    return fact


def _early(user: User) -> datetime:
    """Before they wrote anything."""
    assert user.verified_at is not None
    return user.verified_at + timedelta(minutes=10)
