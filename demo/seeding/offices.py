"""Roles, titles, ways in and what waits: so that every door of a circle is seen in use."""

from datetime import timedelta
from random import Random

from django.db import connection

from circles.models import (
    Candidacy,
    Category,
    Circle,
    Deed,
    DeedKind,
    Founding,
    Invitation,
    JoinRequest,
    Membership,
    Role,
    Succession,
    SuccessionState,
    SuccessionVote,
)
from demo.seeding.clock import Clock
from demo.seeding.people import People

TITLES = ("首席拍照官", "老友", "气氛担当", "资料管家", "周末领队")
QUESTIONS = ["你是怎么知道这里的？", "最想聊些什么？"]
ANSWERS = (
    ("朋友推荐的，一直想找同好。", "器材少聊，照片多看。"),
    ("在首页看到精选帖，很喜欢。", "想问问新手怎么入门。"),
    ("邻居在里面。", "周末一起出门走走。"),
)
WANTED = (
    ("阳台菜园", "和邻居交换种子、分享收成。", "一平米也能种出一家人的青菜。"),
    ("方言小剧场", "录各地方言的小故事，留给孩子听。", "你家乡话怎么说“我想你了”？"),
)
_MARKS = """
    UPDATE circles_circle circle SET marks = found.marks
      FROM (SELECT circle_id, jsonb_object_agg(user_id::text,
                   CASE WHEN role = 'member' THEN '' ELSE role END || CASE WHEN title = '' THEN '' ELSE ':' || title END)
                   AS marks
              FROM circles_membership
             WHERE state = 'active' AND (role <> 'member' OR title <> '')
             GROUP BY circle_id) found
     WHERE found.circle_id = circle.id"""


def write(*, rng: Random, clock: Clock, people: People) -> None:
    _give_roles(rng)
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
    _ask_to_join(rng, clock, people)
    _invite(clock)
    _ask_for_circles(rng, clock, people)
    _choose_an_owner(rng, clock)


def _give_roles(rng: Random) -> None:
    """Of each larger circle's members one becomes an admin, one an editor, and some have a title."""
    for circle in Circle.objects.filter(masks_authors=False, member_count__gte=12).order_by("pk"):
        rows = list(Membership.objects.active().filter(circle=circle, role=Role.MEMBER).order_by("pk")[:40])
        chosen = rng.sample(rows, min(len(rows), 5))
        for row, role in zip(chosen, (Role.ADMIN, Role.EDITOR), strict=False):
            row.role = role
        for row in chosen[1:4]:
            row.title = rng.choice(TITLES)
        Membership.objects.bulk_update(chosen, ["role", "title"])
        Deed.objects.bulk_create(
            Deed(
                circle=circle,
                kind=DeedKind.ROLE,
                actor_id=circle.owner_id,
                subject_id=row.user_id,
                details={"before": Role.MEMBER, "after": row.role},
            )
            for row in chosen[:2]
        )


def _ask_to_join(rng: Random, clock: Clock, people: People) -> None:
    circle = Circle.objects.filter(slug="film-photography").first()
    if circle is None:
        return
    circle.entry, circle.questions, circle.member_cap = "apply", QUESTIONS, circle.member_count + 40
    circle.save(update_fields=["entry", "questions", "member_cap"])
    inside = set(Membership.objects.filter(circle=circle).values_list("user_id", flat=True))
    outside = [user for user in people.verified if user.pk not in inside and user not in people.logins.values()]
    JoinRequest.objects.bulk_create(
        JoinRequest(
            circle=circle,
            user=user,
            answers=[list(pair) for pair in zip(QUESTIONS, answers, strict=True)],
            created_at=clock.ago(0.1, 2),
        )
        for user, answers in zip(rng.sample(outside, min(len(outside), len(ANSWERS))), ANSWERS, strict=False)
    )


def _invite(clock: Clock) -> None:
    circle = Circle.objects.filter(slug="photography").first()
    if circle is not None:
        Invitation.objects.create(
            circle=circle,
            code="demo-photos-2026",
            note="秋季外拍现场",
            made_by=circle.owner,
            uses_max=60,
            use_count=17,
            expires_at=clock.now + timedelta(days=30),
        )


def _ask_for_circles(rng: Random, clock: Clock, people: People) -> None:
    category = Category.objects.order_by("position").first()
    known = [user for user in people.verified if user not in people.logins.values()]
    if category is not None:
        Founding.objects.bulk_create(
            Founding(
                applicant=user, name=name, purpose=purpose, intro=intro, category=category, created_at=clock.ago(0.2, 3)
            )
            for user, (name, purpose, intro) in zip(rng.sample(known, len(WANTED)), WANTED, strict=True)
        )


def _choose_an_owner(rng: Random, clock: Clock) -> None:
    """One circle whose owner was not seen for long, in the middle of its vote."""
    circle = Circle.objects.filter(slug="hiking").select_related("owner").first()
    if circle is None:
        return
    began = clock.now - timedelta(days=17)
    type(circle.owner).objects.filter(pk=circle.owner_id).update(last_seen_at=clock.now - timedelta(days=120))
    row = Succession.objects.create(
        circle=circle,
        absent=circle.owner,
        state=SuccessionState.VOTE,
        began_at=began,
        turns_at=clock.now + timedelta(days=5),
    )
    circle.vacancy = SuccessionState.VOTE
    circle.save(update_fields=["vacancy"])
    members = Membership.objects.active().filter(circle=circle, joined_at__lt=began - timedelta(days=30))
    people = list(members.exclude(user=circle.owner_id).order_by("pk")[:30])
    stand = [
        Candidacy.objects.create(succession=row, user_id=member.user_id, statement=text)
        for member, text in zip(people, ("每月带队一次，路线提前公布。", "把老路线整理成册。"), strict=False)
    ]
    if stand:
        SuccessionVote.objects.bulk_create(
            SuccessionVote(succession=row, voter_id=member.user_id, candidacy=rng.choice(stand))
            for member in people[2:]
        )
    Deed.objects.create(circle=circle, kind=DeedKind.VACANT, subject=circle.owner, created_at=began)
    Deed.objects.create(circle=circle, kind=DeedKind.VOTE_OPENED, created_at=clock.now - timedelta(days=2))
