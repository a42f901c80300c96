"""Accounts, their verified identities, and the five log-ins everybody knows."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from accounts.identity.claim import parse
from accounts.identity.sandbox import invented_number
from accounts.models import Hold, IdentityCheck, IdentityCheckState, LegalIdentity, SealedPerson, User
from core.crypto import slow_index
from demo import words
from demo.seeding.clock import Clock
from moderation.groups import make_moderators

PASSWORD = "quanzi-demo"  # noqa: S105 - printed for everyone to read
LOGINS = {
    "demo_member": ("山茶与海", "两只猫的室友，喜欢拍照、喝咖啡，周末去爬山。"),
    "demo_owner": ("老陈拍照", "摄影圈圈主。照片拍得一般，等光很有耐心。"),
    "demo_merchant": ("慢火小店员", "慢火咖啡的店员，拉花正在进步。"),
    "demo_moderator": ("值班的阿宁", "看见不对的，告诉我。"),
    "demo_admin": ("站务小圆", "让这里好好的。"),
}
UNVERIFIED_SHARE = 0.045


@dataclass
class People:
    everyone: list[User]
    logins: dict[str, User]

    @property
    def verified(self) -> list[User]:
        return [user for user in self.everyone if user.is_verified]


def make_people(*, rng: Random, clock: Clock, count: int) -> People:
    """`count` people, the five demo log-ins first; a few are not verified, one waits for review."""
    names = words.nicknames(rng, count)
    bios, user_names = words.bios(), _user_names(rng, count)
    password = make_password(PASSWORD)
    rows = []
    for i, (login, (nickname, bio)) in enumerate(LOGINS.items()):
        rows.append(_person(clock, login, nickname, bio, joined=clock.ago(380 - i, 400 - i)))
        rows[-1].password = password
        rows[-1].is_staff = login in ("demo_moderator", "demo_admin")
        rows[-1].is_superuser = login == "demo_admin"
        rows[-1].last_seen_at = clock.ago(0.01, 0.5)
    taken = {nickname.lower() for nickname, _bio in LOGINS.values()}
    for name in names:
        if len(rows) == count or name.lower() in taken:
            continue
        bio = rng.choice(bios) if rng.random() < 0.7 else ""
        person = _person(clock, user_names[len(rows)], name, bio, joined=clock.ago(121, 420))
        if rng.random() < UNVERIFIED_SHARE or len(rows) == count - 1:
            person.date_joined, person.verified_at = clock.ago(0.3, 40), None
        rows.append(person)
    User.objects.bulk_create(rows)
    people = People(rows, {row.username: row for row in rows[: len(LOGINS)]})
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people.logins.values()
    )
    people.logins["demo_moderator"].groups.add(make_moderators(apps))
    _verify(rng, people)
    return people


def _person(clock: Clock, login: str, nickname: str, bio: str, *, joined) -> User:  # type: ignore[no-untyped-def]
    return User(
        username=login,
        nickname=nickname,
        bio=bio,
        email=f"{login}@example.org",
        # Nobody can log in as one of the crowd.
        password=UNUSABLE_PASSWORD_PREFIX + login,
        date_joined=joined,
        verified_at=joined + timedelta(minutes=clock.rng.randint(2, 300)),
        agreed_version=settings.AGREEMENT_VERSION,
        last_seen_at=clock.ago(0.02, 0.5 + 12 * clock.rng.random() ** 3),
    )


def _user_names(rng: Random, count: int) -> list[str]:
    stems = [
        "maple",
        "river",
        "tea",
        "moon",
        "cloud",
        "pine",
        "lemon",
        "stone",
        "willow",
        "bean",
        "paper",
        "coral",
        "amber",
        "fern",
        "plum",
        "snow",
        "lake",
        "wind",
        "rice",
        "lotus",
    ]
    names = [f"{stem}{number}" for stem in stems for number in range(11, 99)]
    rng.shuffle(names)
    return names[:count]


def _verify(rng: Random, people: People) -> None:
    names = iter(words.legal_names(rng, len(people.everyone) + 1))
    numbers: set[str] = set()
    identities, checks, sealed, holds = [], [], [], []
    for user in people.everyone:
        number = invented_number(rng)
        while number in numbers:
            number = invented_number(rng)
        numbers.add(number)
        name = next(names)
        if user.is_verified:
            person = _sealed(user, name, number)
            sealed.append(person)
            holds.append(Hold(number_index=person.number_index, owner_id=user.pk, created_at=user.verified_at))
            identity = LegalIdentity(user=user, provider="sandbox", verified_at=user.verified_at, sealed_id=person.pk)
            identities.append(identity)
            check = IdentityCheck(user=user, provider="sandbox", state=IdentityCheckState.APPROVED)
            check.created_at = check.decided_at = user.verified_at
            checks.append(check)
    waiting = next(user for user in reversed(people.everyone) if not user.is_verified)
    check = IdentityCheck(user=waiting, provider="sandbox", created_at=waiting.date_joined + timedelta(minutes=9))
    # The sandbox provider sends names that begin like this to the review queue.
    sealed.append(_sealed(waiting, f"待审{next(names)}", invented_number(rng)))
    check.sealed_id = sealed[-1].pk
    checks.append(check)
    SealedPerson.objects.bulk_create(sealed)
    Hold.objects.bulk_create(holds)
    LegalIdentity.objects.bulk_create(identities)
    IdentityCheck.objects.bulk_create(checks)


def _sealed(user: User, name: str, number: str) -> SealedPerson:
    claim = parse(name=name, number=number)
    person = SealedPerson(owner_id=user.pk)
    person.seal(name=claim.name, number=claim.number, details=claim.details(), index=slow_index(claim.key))
    return person
