"""More of who vouches for whom in the demo community: professions, towns, merchants' staff, an institution's desk; and
what people show of it."""

from datetime import timedelta
from random import Random

from accounts import badges
from accounts.models import (
    Fact,
    FactChange,
    FactKind,
    Institution,
    InstitutionStaff,
    InvitationBatch,
    InvitationCode,
    Roster,
    RosterEntry,
    Subject,
    User,
)
from accounts.models.issuer import digest_of_code, new_code
from accounts.passport import pack
from demo.seeding.clock import Clock
from demo.seeding.people import People
from merchants.models import Staff

BODIES = (("lake-doctors", "湖城医师协会", "Lake City Doctors' Association", "doctor", "医生", "Doctor"),)
TOWNS = (("hangzhou-citizens", "杭州市民中心", "Hangzhou Citizens' Centre", "3301", "杭州", "Hangzhou"),)
DESK = "yunlu-university"
"""`demo_owner` speaks for it."""
PROFILE_SHARE, CIRCLES_SHARE = 0.22, 0.16
"""Of those who hold a fact so many show it on their profile only, and beside their name too."""


def write(*, rng: Random, clock: Clock, people: People) -> None:
    """After gates.write_facts. Rewrites `held_facts` and `badges` of everybody who holds anything."""
    bodies, towns = _institutions(Institution.Kind.BODY, BODIES), _institutions(Institution.Kind.TOWN, TOWNS)
    verified = [user for user in people.verified if user not in people.logins.values()]
    facts = [
        _vouched(user, FactKind.PROFESSION, bodies[0], clock, days=rng.randint(20, 300), years=3)
        for user in rng.sample(verified, max(1, len(verified) // 60))
    ]
    facts += [
        _vouched(user, FactKind.RESIDENT, towns[0], clock, days=rng.randint(20, 300), years=2)
        for user in rng.sample(verified, max(1, len(verified) // 12))
    ]
    facts += [
        Fact(
            user=row.user,
            kind=FactKind.MERCHANT_STAFF,
            value=row.merchant.slug,
            label=row.merchant.name,
            source=Fact.Source.MERCHANT,
            valid_from=row.created_at,
        )
        for row in Staff.objects.select_related("merchant", "user")
    ]
    for fact in facts:
        fact.created_at = fact.valid_from
    Fact.objects.bulk_create(facts)
    FactChange.objects.bulk_create(
        FactChange(
            fact=fact,
            what=FactChange.What.GRANTED,
            way=FactChange.Way.MERCHANT if fact.source == Fact.Source.MERCHANT else FactChange.Way.CODE,
            valid_until=fact.valid_until,
            at=fact.valid_from,
        )
        for fact in facts
    )
    _choose(rng, people)
    _desk(rng, clock, people)
    _settle(people)


def _institutions(kind: str, known: tuple[tuple[str, ...], ...]) -> list[Institution]:
    rows = [
        Institution(
            slug=slug,
            kind=kind,
            name=name,
            name_en=english,
            is_issuer=True,
            value=value,
            value_name=called,
            value_name_en=called_en,
        )
        for slug, name, english, value, called, called_en in known
    ]
    Institution.objects.bulk_create(rows)
    return rows


def _vouched(user: User, kind: str, by: Institution, clock: Clock, *, days: int, years: int) -> Fact:
    since = clock.now - timedelta(days=days)
    return Fact(
        user=user,
        kind=kind,
        value=by.value_of(kind),
        institution=by,
        source=Fact.Source.ISSUER,
        valid_from=since,
        valid_until=since + timedelta(days=365 * years),
    )


def _choose(rng: Random, people: People) -> None:
    """Some show what they are; nobody shows that they are grown up."""
    changed = []
    for fact in Fact.objects.exclude(kind=FactKind.ADULT).order_by("pk"):
        chance = rng.random()
        if chance < PROFILE_SHARE + CIRCLES_SHARE:
            fact.shown = Fact.Shown.PROFILE if chance < PROFILE_SHARE else Fact.Shown.CIRCLES
            changed.append(fact)
    merchant = people.logins["demo_merchant"]
    for fact in Fact.objects.filter(user=merchant, kind=FactKind.MERCHANT_STAFF):
        fact.shown = Fact.Shown.CIRCLES
        changed.append(fact)
    Fact.objects.bulk_update(changed, ["shown"], batch_size=500)


def _desk(rng: Random, clock: Clock, people: People) -> None:
    """What a school has at its desk: codes handed out, a list, and names of its own for those it vouched for."""
    school = Institution.objects.filter(slug=DESK).first()
    if school is None:
        return
    owner = people.logins["demo_owner"]
    InstitutionStaff.objects.create(institution=school, user=owner, created_at=clock.now - timedelta(days=80))
    batch = InvitationBatch.objects.create(
        institution=school,
        kind=FactKind.STUDENT,
        note="2026 级新生",
        uses_max=1,
        created_by=owner,
        created_at=clock.now - timedelta(days=60),
        expires_at=clock.now + timedelta(days=30),
    )
    codes = [
        InvitationCode(batch=batch, digest=digest_of_code(new_code(12)), used=rng.random() < 0.6) for _ in range(40)
    ]
    InvitationCode.objects.bulk_create(codes)
    roster = Roster.objects.create(
        institution=school,
        kind=FactKind.GRADUATE,
        note="2025 届毕业生",
        created_by=owner,
        created_at=clock.now - timedelta(days=45),
        size=120,
    )
    RosterEntry.objects.bulk_create(
        RosterEntry(
            roster=roster,
            by=RosterEntry.By.EMAIL,
            index=rng.randbytes(32),
            matched_at=clock.now - timedelta(days=40) if number < 31 else None,
        )
        for number in range(120)
    )
    known = Fact.objects.filter(institution__isnull=False).values_list("institution_id", "user_id").distinct()
    Subject.objects.bulk_create([Subject(institution_id=pk, user_id=user_id) for pk, user_id in known])


def _settle(people: People) -> None:
    held: dict[int, list[Fact]] = {}
    for fact in Fact.objects.select_related("institution").order_by("kind", "value", "pk"):
        held.setdefault(fact.user_id, []).append(fact)
    changed = [user for user in people.verified if user.pk in held]
    for user in changed:
        user.held_facts, user.badges = pack(held[user.pk]), badges.pack(held[user.pk])
    User.objects.bulk_update(changed, ["held_facts", "badges"], batch_size=500)
