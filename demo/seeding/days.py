"""Daily life of the demo community: sign-ins, points, levels, medals, a goal under way; and a year at an owner's desk."""

import json
import math
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from circles.models import Circle
from daily import levels, merits
from daily.models import Award, Cause, Goal, GoalDay, GoalShare, GoalState, Medal, PointEntry
from demo.seeding.clock import HERE, Clock
from demo.seeding.people import People
from demo.words import days as words
from desk.models import CircleDay, Cohort

STREAKS = {"demo_member": 23, "demo_owner": 41, "demo_merchant": 6}
YEAR = 365

# Some members come every day: a third of them, for up to five weeks; one in five of those has missed today.
_SIGN_INS = """
    INSERT INTO daily_signin (circle_id, user_id, day, is_made_up, at)
    SELECT member.circle_id, member.user_id, day::date, false, least(day + interval '1 hour', %(now)s)
      FROM circles_membership member
      JOIN circles_circle circle ON circle.id = member.circle_id AND NOT circle.masks_authors
      JOIN accounts_user person ON person.id = member.user_id AND person.verified_at IS NOT NULL
     CROSS JOIN LATERAL (
           SELECT coalesce((%(streaks)s::jsonb ->> person.username)::int, 1 + (member.id * 7919) %% 35) AS length,
                  CASE WHEN person.username LIKE 'demo\\_%%' THEN 1 ELSE (member.id / 3) %% 5 / 4 END AS ago) habit
     CROSS JOIN LATERAL generate_series(
           %(today)s::date - (habit.ago + habit.length - 1)::int, %(today)s::date - habit.ago::int, interval '1 day') day
     WHERE member.state = 'active' AND (member.id %% 3 = 0 OR person.username LIKE 'demo\\_%%')
       AND day::date >= member.joined_at::date"""

_POINTS = """
    INSERT INTO daily_pointentry (circle_id, user_id, kind, key, day, points, at)
    SELECT circle_id, user_id, 'sign_in', 'day:' || day, day, 4, at FROM daily_signin
     UNION ALL
    SELECT post.circle_id, post.author_id, 'post', 'post:' || post.id,
           (post.published_at AT TIME ZONE %(zone)s)::date, 6, post.published_at
      FROM circles_post post JOIN circles_circle circle ON circle.id = post.circle_id AND NOT circle.masks_authors
     WHERE post.state = 'published' AND post.kind <> 'announcement' AND post.author_mask = ''
     UNION ALL
    SELECT post.circle_id, said.author_id, 'comment', 'comment:' || said.id,
           (said.published_at AT TIME ZONE %(zone)s)::date, 2, said.published_at
      FROM circles_comment said JOIN circles_post post ON post.id = said.post_id
      JOIN circles_membership member ON member.circle_id = post.circle_id AND member.user_id = said.author_id
      JOIN circles_circle circle ON circle.id = post.circle_id AND NOT circle.masks_authors
     WHERE said.state = 'published' AND said.author_mask = '' AND length(said.body) >= 5
     UNION ALL
    SELECT post.circle_id, post.author_id, 'liked',
           'liked:' || liked.user_id || ':' || (liked.created_at AT TIME ZONE %(zone)s)::date,
           (liked.created_at AT TIME ZONE %(zone)s)::date, 1, min(liked.created_at)
      FROM circles_like liked JOIN circles_post post ON post.id = liked.post_id AND post.state = 'published'
      JOIN circles_circle circle ON circle.id = post.circle_id AND NOT circle.masks_authors
     WHERE liked.user_id <> post.author_id AND post.author_mask = '' AND post.kind <> 'announcement'
     GROUP BY post.circle_id, post.author_id, liked.user_id, (liked.created_at AT TIME ZONE %(zone)s)::date"""

_NUMBERS = """
    WITH ranked AS (
        SELECT circle_id, user_id, kind, points,
               row_number() OVER (PARTITION BY circle_id, user_id, day, kind ORDER BY id) AS place
          FROM daily_pointentry),
    summed AS (
        SELECT circle_id, user_id, sum(points) AS points FROM ranked
         WHERE place <= (%(limits)s::jsonb ->> kind)::int GROUP BY circle_id, user_id),
    streaks AS (
        SELECT circle_id, user_id, max(day) AS last, count(*) AS length FROM daily_signin GROUP BY circle_id, user_id)
    UPDATE circles_membership member
       SET points = summed.points,
           grade = (SELECT count(*) FROM unnest(%(thresholds)s) AS least WHERE summed.points >= least),
           signed_in_on = streaks.last, streak = coalesce(streaks.length, 0)
      FROM summed LEFT JOIN streaks USING (circle_id, user_id)
     WHERE member.circle_id = summed.circle_id AND member.user_id = summed.user_id"""

_AWARDS = """
    INSERT INTO daily_award (medal_id, user_id, reason, at, is_shown)
    SELECT %(medal)s, user_id, '', %(now)s, true FROM circles_membership
     WHERE state = 'active' AND {column} >= %(threshold)s GROUP BY user_id ORDER BY user_id"""


def write_days(*, rng: Random, clock: Clock, people: People) -> None:
    today = clock.now.astimezone(HERE).date()
    limits = {str(kind): worth.limit for kind, worth in levels.WORTH.items()}
    zone = timezone.get_default_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(_SIGN_INS, {"today": today, "now": clock.now, "streaks": _json(STREAKS)})
        cursor.execute(_POINTS, {"zone": zone})
        cursor.execute(_NUMBERS, {"limits": _json(limits), "thresholds": list(levels.THRESHOLDS)})
    for circle in Circle.objects.filter(slug__in=words.TITLES):
        circle.level_titles = words.TITLES[circle.slug]
        circle.save(update_fields=["level_titles"])
    _give_medals(clock, people)
    _give_for_deeds()
    _gather(clock)
    for circle in Circle.objects.filter(owner=people.logins["demo_owner"]).order_by("pk"):
        _write_year(rng, circle, today)


def _json(values: dict[str, int]) -> str:
    return json.dumps(values)


def _give_medals(clock: Clock, people: People) -> None:
    for name, name_en, text, icon, tone, rule, threshold in words.MEDALS:
        medal = Medal.objects.create(
            name=name, name_en=name_en, text=text, icon=icon, tone=tone, rule=rule, threshold=threshold
        )
        sql = _AWARDS.format(column={"streak": "streak", "grade": "grade"}[rule])
        with connection.cursor() as cursor:
            cursor.execute(sql, {"medal": medal.pk, "threshold": threshold, "now": clock.now - timedelta(days=2)})
    name, text, reason = words.HAND_MEDAL
    circle = Circle.objects.filter(slug=words.GOAL[0]).first()
    if circle is not None:
        medal = Medal.objects.create(circle=circle, name=name, text=text, icon="camera", tone="gold")
        owner, member = people.logins["demo_owner"], people.logins["demo_member"]
        Award.objects.create(medal=medal, user=member, by=owner, reason=reason, at=clock.now - timedelta(days=9))


def _give_for_deeds() -> None:
    """What the nightly round would give."""
    for name, name_en, text, icon, tone, rule, threshold in words.FROM_DEEDS:
        medal = Medal.objects.create(
            name=name, name_en=name_en, text=text, icon=icon, tone=tone, rule=rule, threshold=threshold
        )
        due = list(dict.fromkeys(merits.due(medal)))
        Award.objects.bulk_create(Award(medal=medal, user_id=pk) for pk in due)


def _gather(clock: Clock) -> None:
    """Days as the entries say since the goal began; the goal is as large as makes it stand where it shall."""
    for slug, cause_slug, share in (words.GOAL, words.OTHER_GOAL):
        circle, cause = Circle.objects.filter(slug=slug).first(), Cause.objects.filter(slug=cause_slug).first()
        if circle is None or cause is None:
            continue
        goal = Goal(circle=circle, cause=cause, picture=cause.picture, started_by=circle.owner)
        goal.started_at = clock.now - timedelta(days=24)
        _count_days(goal, until=clock.now)
        goal.target = max(round(goal.energy / share / 10) * 10, goal.energy + 1, 10)
        goal.save(update_fields=["target"])
    slug, title, text, picture = words.DONE_GOAL
    circle = Circle.objects.filter(slug=slug).first()
    if circle is not None:
        goal = Goal(circle=circle, title=title, text=text, picture=picture, started_by=circle.owner)
        goal.started_at, goal.ended_at = clock.now - timedelta(days=95), clock.now - timedelta(days=40)
        goal.state = GoalState.REACHED
        _count_days(goal, until=goal.ended_at)
        goal.target = max(goal.energy, 1)
        goal.save(update_fields=["target"])


def _count_days(goal: Goal, *, until: datetime) -> None:
    goal.target = 1
    goal.save()
    entries = PointEntry.objects.filter(circle=goal.circle, at__gte=goal.started_at, at__lte=until)
    days = sorted(set(entries.values_list("user_id", "day")))
    GoalDay.objects.bulk_create(GoalDay(goal=goal, user_id=pk, day=day) for pk, day in days)
    energy = Counter(pk for pk, _day in days)
    GoalShare.objects.bulk_create(GoalShare(goal=goal, user_id=pk, energy=count) for pk, count in energy.items())
    goal.energy = len(days)
    goal.save(update_fields=["energy"])


def _write_year(rng: Random, circle: Circle, today: date) -> None:
    """A year that ends where the circle stands today: slow at first, a good spring, livelier at weekends."""
    rows, members = [], circle.member_count
    for ago in range(1, YEAR + 1):
        day = today - timedelta(days=ago)
        grown = 1 / (1 + math.exp(-(YEAR * 0.55 - ago) / 60))
        before = max(round(circle.member_count * (0.12 + 0.88 * grown)), 1)
        joined = max(members - before, 0)
        busy = (1.35 if day.weekday() >= 5 else 1.0) * rng.uniform(0.7, 1.3) * (0.25 + 0.75 * grown)
        rows.append(
            CircleDay(
                circle=circle,
                day=day,
                members=members,
                joined=joined + (rng.random() < 0.05),
                active=min(round(members * 0.16 * busy), members),
                posts=round(5 * busy),
                comments=round(24 * busy),
                likes=round(60 * busy),
                sign_ins=min(round(members * 0.1 * busy), members),
            )
        )
        members = min(members, before)
    CircleDay.objects.bulk_create(rows)
    monday = today - timedelta(days=today.weekday() + 7)
    cells = []
    for back in range(8):
        week, size = monday - timedelta(weeks=back), rng.randint(5, 19)
        for age in range(back + 1):
            share = (0.86 if age == 0 else 0.62 * 0.88**age) * rng.uniform(0.85, 1.1)
            cells.append(Cohort(circle=circle, week=week, age=age, members=size, active=min(round(size * share), size)))
    Cohort.objects.bulk_create(cells)
