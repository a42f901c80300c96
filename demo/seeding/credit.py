"""Conduct credit of the demo community: from the likes and hidden posts that are there, and a few old stories."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db import connection
from django.db.models import Max, Q

from accounts import credit as formula
from accounts.actions import credit
from accounts.models import CreditAppeal, CreditAppealState, CreditEntry, CreditKind, User
from demo.seeding.clock import Clock
from demo.seeding.people import People
from moderation.models import LogEntry, Verb

MEMBER, MEMBER_CREDIT = "demo_member", 700
"""What `demo_member` stands at, today and on every later day: everything in it has reached its end or never fades."""
STORIES = (
    (CreditKind.SILENCE, 210, "摄影圈", "在评论里和人吵起来，还骂了人。"),
    (CreditKind.COMMENT_REMOVED, 95, "手冲咖啡", "评论里带了别人的手机号。"),
    (CreditKind.POST_REMOVED, 40, "城市漫步", "转卖门票，本圈不做买卖。"),
    (CreditKind.BAN, 300, "", "同一条广告发了二十多个圈子。"),
    (CreditKind.REPORT_UPHELD, 25, "猫猫狗狗", "照片是别人的，没有得到同意。"),
)
"""Kind, days ago, circle, reason."""
THANKS = "整理新人问答，帮了很多人。"
APPEAL = "那张票是原价转让给圈友的，聊天记录里有截图，我没有赚钱。"

_LIKES = """
    INSERT INTO accounts_creditentry (user_id, kind, key, weight, at, by_id, place, note)
    SELECT post.author_id, 'liked', 'liked:' || liked.user_id, 1, min(liked.created_at), liked.user_id, '', ''
      FROM circles_like liked
      JOIN circles_post post ON post.id = liked.post_id AND post.state = 'published'
     WHERE liked.user_id <> post.author_id
     GROUP BY post.author_id, liked.user_id"""


def write_credit(*, rng: Random, clock: Clock, people: People) -> None:
    """Write what counts, then everybody's number; those with a story, and the log-ins, get their history too."""
    with connection.cursor() as cursor:
        cursor.execute(_LIKES)
    CreditEntry.objects.bulk_create([*_of_log(), *_stories(rng, clock, people)])
    member = people.logins[MEMBER]
    _keep_first_readers(member)
    _thank(member, clock)
    told = CreditEntry.objects.exclude(kind=CreditKind.LIKED).values("user")
    for person in User.objects.filter(Q(pk__in=told) | Q(pk__in=[user.pk for user in people.logins.values()])):
        _replay(person, clock.now)
    credit.recompute(after=0, until=User.objects.aggregate(last=Max("pk"))["last"] or 0, tell=False)
    _appeal(clock)


def _of_log() -> Iterator[CreditEntry]:
    for entry in LogEntry.objects.filter(verb=Verb.POST_HIDE).select_related("circle"):
        yield CreditEntry(
            user_id=entry.subject_id,
            kind=CreditKind.POST_REMOVED,
            key=f"log:{entry.pk}",
            at=entry.created_at,
            place=entry.circle.name if entry.circle else "",
            note=entry.reason,
        )


def _stories(rng: Random, clock: Clock, people: People) -> Iterator[CreditEntry]:
    old = [user for user in people.verified if user not in people.logins.values()]
    for place, (person, (kind, days, circle, note)) in enumerate(
        zip(rng.sample(old, len(STORIES)), STORIES, strict=True)
    ):
        at = max(clock.ago(days - 1, days + 1), person.verified_at or clock.now)
        yield CreditEntry(user=person, kind=kind, key=f"demo:{place}", at=at, place=circle, note=note)


def _keep_first_readers(member: User) -> None:
    """Of those who liked something of `demo_member` the first ones count, as many as make up the number."""
    wanted = MEMBER_CREDIT - formula.START - formula.VERIFIED - formula.AGE_MOST - formula.CLEAN_MOST
    CreditEntry.objects.filter(user=member).exclude(kind=CreditKind.LIKED).delete()
    liked = CreditEntry.objects.filter(user=member, kind=CreditKind.LIKED)
    kept = list(liked.order_by("at", "pk").values_list("pk", flat=True)[: wanted * 2 // formula.USEFUL_STEPS[0][1]])
    liked.exclude(pk__in=kept).delete()


def _thank(member: User, clock: Clock) -> None:
    """In a small community few people like anything: what is missing was given by staff."""
    conduct = credit.conducts_of([member], clock.now)[member.pk]
    missing = MEMBER_CREDIT - formula.assess(conduct, clock.now).total
    if missing:
        CreditEntry.objects.create(
            user=member,
            kind=CreditKind.ADJUSTMENT,
            key="demo:thanks",
            weight=missing,
            at=clock.now - timedelta(days=33),
            note=THANKS,
        )


def _replay(person: User, now: datetime) -> None:
    """Assess somebody month by month, and when something was decided, as it would have happened."""
    moments: dict[datetime, CreditEntry | None] = {}
    day = person.date_joined + timedelta(days=1)
    while day < now:
        moments[day] = None
        day += timedelta(days=30)
    for entry in CreditEntry.objects.filter(user=person).exclude(kind=CreditKind.LIKED):
        moments[entry.at] = entry
    for moment, entry in sorted(moments.items()):
        credit.reassess([person], at=moment, entry=entry, tell=False)


def _appeal(clock: Clock) -> None:
    entry = CreditEntry.objects.filter(key="demo:2").first()
    if entry is not None:
        CreditAppeal.objects.create(
            user_id=entry.user_id,
            entry=entry,
            text=APPEAL,
            state=CreditAppealState.OPEN,
            created_at=clock.now - timedelta(days=1),
        )
