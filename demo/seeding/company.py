"""Who follows whom, which circles are just becoming known, and what workers make of it all for discovery."""

from datetime import timedelta
from random import Random

from django.db.models import Count, Exists, F, OuterRef

from accounts.models import Follow, FollowSettings
from circles.models import Category, Circle, Comment, Entry, Like, Membership, Post, Role
from demo.seeding.clock import Clock
from demo.seeding.people import People
from discovery.actions import growth, heat, kinship
from discovery.actions import people as acquaintances
from discovery.models import Interests
from notifications.actions.deliver import collapse_follow

RISING = 6
"""Circles that many people found in the last days."""
NEW_FOLLOWERS = 3
MEASURED_AT_ONCE = 200
LIKES = {"demo_member": ("arts", "food", "sports"), "demo_owner": ("arts", "travel")}


def write(*, rng: Random, clock: Clock, people: People) -> None:
    """After members, talk and gates."""
    _follow(rng, clock, people)
    _let_some_rise(rng, clock, people)
    for login, slugs in LIKES.items():
        categories = list(Category.objects.filter(slug__in=slugs).values_list("pk", flat=True))
        answered = people.logins[login].date_joined + timedelta(minutes=5)
        Interests.objects.create(user=people.logins[login], categories=categories, answered_at=answered)
    ids = list(
        Post.objects.filter(published_at__gt=clock.ago(heat.HOT_DAYS, heat.HOT_DAYS)).values_list("pk", flat=True)
    )
    for start in range(0, len(ids), MEASURED_AT_ONCE):
        heat.measure(ids[start : start + MEASURED_AT_ONCE])
    for step in (growth.measure, kinship.learn):
        after: int | None = 0
        while after is not None:
            after = step(after=after)
    for user in people.logins.values():
        acquaintances.gather(user_id=user.pk)


def _follow(rng: Random, clock: Clock, people: People) -> None:
    """Some are read by many. About a third of those followed follow back."""
    crowd = people.verified
    known = [rng.paretovariate(1.3) for _user in crowd]
    pairs: set[tuple[int, int]] = set()
    for user in crowd:
        wanted = 14 if user in people.logins.values() else int(rng.random() ** 2 * 22)
        for other in rng.choices(crowd, known, k=wanted):
            if other.pk != user.pk:
                pairs.add((user.pk, other.pk))
                if rng.random() < 0.35:
                    pairs.add((other.pk, user.pk))
    joined = {user.pk: user.date_joined for user in crowd}
    rows = [
        Follow(follower_id=one, followed_id=other, created_at=max(joined[one], joined[other], clock.ago(0.3, 110)))
        for one, other in sorted(pairs)
    ]
    Follow.objects.bulk_create(sorted(rows, key=lambda row: row.created_at), batch_size=2000)
    made = dict(Follow.objects.values_list("follower").annotate(number=Count("pk")))
    met = dict(Follow.objects.values_list("followed").annotate(number=Count("pk")))
    FollowSettings.objects.bulk_create(
        FollowSettings(user_id=pk, following_count=made.get(pk, 0), follower_count=met.get(pk, 0))
        for pk in sorted({*made, *met})
    )
    for user in people.logins.values():
        newest = Follow.objects.filter(followed=user).order_by("-created_at", "-pk")[:NEW_FOLLOWERS]
        for row in reversed(newest):
            collapse_follow(recipient_id=user.pk, actor_id=row.follower_id)


def _let_some_rise(rng: Random, clock: Clock, people: People) -> None:
    """Members who have only read so far came in the last days; where there are few of them, others join as well."""
    deeds = (
        Post.objects.filter(author=OuterRef("user"), circle=OuterRef("circle")),
        Comment.objects.filter(author=OuterRef("user"), post__circle=OuterRef("circle")),
        Like.objects.filter(user=OuterRef("user"), post__circle=OuterRef("circle")),
    )
    readers = Membership.objects.active().filter(role=Role.MEMBER)
    for deed in deeds:
        readers = readers.filter(~Exists(deed))
    open_ones = Circle.objects.filter(is_view_gated=False, masks_authors=False, entry=Entry.OPEN, kind="interest")
    circles = list(open_ones.order_by("pk"))
    crowd = [user for user in people.verified if user not in people.logins.values()]
    for circle in rng.sample(circles, min(RISING, len(circles))):
        wanted = rng.randint(5, 12)
        came = list(readers.filter(circle=circle).order_by("pk")[:wanted])
        for row in came:
            row.joined_at = max(clock.ago(0.2, 6.5), row.joined_at)
        Membership.objects.bulk_update(came, ["joined_at"])
        inside = set(Membership.objects.filter(circle=circle).values_list("user_id", flat=True))
        outside = [user for user in crowd if user.pk not in inside]
        new = rng.sample(outside, min(wanted - len(came), len(outside)))
        Membership.objects.bulk_create(
            Membership(circle=circle, user=user, joined_at=clock.ago(0.2, 6.5)) for user in new
        )
        Circle.objects.filter(pk=circle.pk).update(member_count=F("member_count") + len(new))
