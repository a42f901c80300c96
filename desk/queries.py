"""What a circle's desk shows, each with a fixed number of SQL queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum
from django.utils import timezone

from circles.models import (
    Circle,
    Comment,
    Held,
    Invitation,
    JoinRequest,
    Like,
    Membership,
    Post,
    PostKind,
    Publication,
)
from circles.models.joining import RequestState
from core.pagination import Page, keyset_page
from daily.models import SignIn
from desk.models import CircleDay, Cohort

PERIODS = (30, 90, 365)
COHORTS_SHOWN = 8
QUESTIONS_SHOWN = 5
FIELDS = ("members", "joined", "active", "posts", "comments", "likes", "sign_ins")


class Day(NamedTuple):
    day: date
    members: int = 0
    joined: int = 0
    active: int = 0
    posts: int = 0
    comments: int = 0
    likes: int = 0
    sign_ins: int = 0


def days(circle: Circle, *, period: int) -> list[Day]:
    """The last `period` days that are over, and today so far; days from before anybody counted are left out at the
    beginning and empty in between. Queries: 6."""
    today = timezone.localdate()
    rows = CircleDay.objects.filter(circle=circle, day__gte=today - timedelta(days=period), day__lt=today)
    known = {row["day"]: Day(**row) for row in rows.values("day", *FIELDS)}
    found = []
    last = Day(today)
    for number in range(period, 0, -1):
        day = today - timedelta(days=number)
        if day in known:
            last = known[day]
            found.append(last)
        elif found:
            found.append(Day(day, members=last.members))
    return [*found, today_so_far(circle, today)]


def today_so_far(circle: Circle, today: date) -> Day:
    """Counted now. Queries: 5."""
    begin = datetime(today.year, today.month, today.day, tzinfo=timezone.get_default_timezone())
    posts = Post.objects.filter(circle=circle, state=Publication.PUBLISHED, published_at__gte=begin)
    posts = posts.exclude(kind=PostKind.ANNOUNCEMENT)
    comments = Comment.objects.filter(post__circle=circle, state=Publication.PUBLISHED, published_at__gte=begin)
    likes = Like.objects.filter(post__circle=circle, created_at__gte=begin)
    signed = SignIn.objects.filter(circle=circle, at__gte=begin, is_made_up=False)
    by_whom: dict[str, list[int]] = {
        "posts": list(posts.values_list("author_id", flat=True)),
        "comments": list(comments.values_list("author_id", flat=True)),
        "likes": list(likes.values_list("user_id", flat=True)),
        "sign_ins": list(signed.values_list("user_id", flat=True)),
    }
    return Day(
        today,
        members=circle.member_count,
        joined=Membership.objects.active().filter(circle=circle, joined_at__gte=begin).count(),
        active=len({person for people in by_whom.values() for person in people}),
        **{what: len(people) for what, people in by_whom.items()},
    )


class CohortRow(NamedTuple):
    week: date
    members: int
    shares: list[int | None]
    """Per cent that were active 0, 1, 2 … weeks later; None: not yet."""


def cohorts(circle: Circle) -> list[CohortRow]:
    """The newest weeks last. None where authors are under pseudonyms: of few people it would tell who writes.
    Queries: 1."""
    if circle.masks_authors:
        return []
    first = timezone.localdate() - timedelta(weeks=COHORTS_SHOWN + 2)
    found: dict[date, dict[int, Cohort]] = {}
    for row in Cohort.objects.filter(circle=circle, week__gte=first).order_by("week", "age"):
        found.setdefault(row.week, {})[row.age] = row
    rows = []
    for week, cells in list(found.items())[-COHORTS_SHOWN:]:
        members = max(cell.members for cell in cells.values())
        shares = [
            cells[age].active * 100 // cells[age].members if age in cells and cells[age].members else None
            for age in range(COHORTS_SHOWN)
        ]
        rows.append(CohortRow(week, members, shares))
    return rows


class Sources(NamedTuple):
    """How the members came, as far as it is known."""

    invited: int
    applied: int
    themselves: int


@dataclass(frozen=True)
class Queues:
    applications: int
    held: int
    unanswered: int
    questions: list[Post]


def sources(circle: Circle) -> Sources:
    """Queries: 2."""
    invited = Invitation.objects.filter(circle=circle).aggregate(uses=Sum("use_count"))["uses"] or 0
    applied = JoinRequest.objects.filter(circle=circle, state=RequestState.ACCEPTED).count()
    return Sources(invited, applied, max(circle.member_count - invited - applied, 0))


def queues(circle: Circle, viewer: Any) -> Queues:
    """What waits for somebody. Queries: 4."""
    questions = Post.objects.visible_to(viewer).filter(circle=circle).unanswered()
    counted = JoinRequest.objects.filter(circle=circle).aggregate(
        waiting=Count("pk", filter=Q(state=RequestState.WAITING))
    )
    held_back = Held.objects.waiting().filter(circle=circle).count()
    return Queues(counted["waiting"], held_back, questions.count(), list(questions.newest_first()[:QUESTIONS_SHOWN]))


HELD_SHOWN, DECIDED_SHOWN = 20, 30


def held(circle: Circle, viewer: Any, cursor: str | None = None) -> Page[Held]:
    """What waits to be read, the first to come first; whoever calls has asked `can_moderate`. Queries: 4."""
    rows = Held.objects.visible_to(viewer).waiting().filter(circle=circle)
    return keyset_page(_with_content(rows), keys=("id",), cursor=cursor, size=HELD_SHOWN)


def decided(circle: Circle, viewer: Any) -> list[Held]:
    """The newest first. Queries: 4."""
    rows = Held.objects.visible_to(viewer).filter(circle=circle, decided_by__isnull=False)
    return list(_with_content(rows).select_related("decided_by").order_by("-decided_at")[:DECIDED_SHOWN])


def _with_content(rows: Any) -> Any:
    return rows.for_reading().select_related(
        *("post__author__avatar", "post__author_face", "comment__author__avatar", "comment__author_face")
    )
