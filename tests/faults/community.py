"""Who is told, made in Postgres by the hundred thousand, and what has reached them."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management.color import no_style
from django.db import connection

from accounts.models import User
from circles.actions import posts
from circles.models import Category, Circle, CircleKind, Membership, Post
from core.models import Job, JobState
from feeds.models import FeedEntry
from merchants.models import Fan, Merchant, MerchantState, Staff
from notifications.models import InboxState, Notification
from tests.bench.report import Figure, at_most
from tests.bench.seed import fill

AUTHOR = 1
OPEN = (JobState.WAITING, JobState.RUNNING)


def people(count: int) -> None:
    fill(
        User,
        f"generate_series(1, {count}) i",
        id="i",
        username="'member' || i",
        nickname="'会员' || i",
        email="''",
        password="'!'",
        is_active="true",
        verified_at="now()",
        last_seen_at="now() - interval '1 hour'",
    )
    execute(connection.ops.sequence_reset_sql(no_style(), [User])[0])


def circle(members: int, *, level: str = "") -> Circle:
    """A circle of the first `members` people, who all chose `level`. The first one owns it."""
    made = _circle(members=members)
    fill(
        Membership,
        f"generate_series(1, {members}) i",
        circle_id=str(made.pk),
        user_id="i",
        role="CASE WHEN i = 1 THEN 'owner' ELSE 'member' END",
        state="'active'",
        level=f"'{level}'",
        joined_at="now() - interval '9 days'",
    )
    execute("ANALYZE circles_membership")
    return made


def _circle(*, members: int, kind: CircleKind = CircleKind.INTEREST) -> Circle:
    number = 700_000 + Circle.objects.count()
    category, _ = Category.objects.get_or_create(slug="faults", defaults={"name": "测试", "name_en": "Faults"})
    return Circle.objects.create(
        number=number,
        slug=f"faults-{number}",
        name=f"第{number}号圈子",
        category=category,
        kind=kind,
        owner_id=AUTHOR,
        member_count=members,
    )


def merchant(*, mailed: range, pushed: range, push_sink: str) -> Merchant:
    """Its fans all want everything; these by e-mail, those by push."""
    made = Merchant.objects.create(
        slug=f"faults-{Merchant.objects.count()}",
        name=f"测试商家{Merchant.objects.count()}",
        licence_number=f"FAULTS{Merchant.objects.count():012d}",
        state=MerchantState.VERIFIED,
        circle=_circle(members=1, kind=CircleKind.MERCHANT),
        fan_count=len(mailed) + len(pushed),
        applied_by_id=AUTHOR,
    )
    Staff.objects.create(merchant=made, user_id=AUTHOR)
    for some in (mailed, pushed):
        fill(
            Fan,
            f"generate_series({some.start}, {some.stop - 1}) i",
            merchant_id=str(made.pk),
            user_id="i",
            level="'all'",
            followed_at="now() - interval '9 days'",
        )
    execute(
        f"UPDATE accounts_user SET email = 'fan' || id || '@example.com' WHERE id BETWEEN {mailed[0]} AND {mailed[-1]}"
    )
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_pushsubscription (user_id, endpoint, p256dh, auth, created_at)"
            " SELECT i, %s || i, %s, %s, now() FROM generate_series(%s, %s) i",
            [
                f"{push_sink}/push/",
                _base64url(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
                _base64url(os.urandom(16)),
                pushed[0],
                pushed[-1],
            ],
        )
    return made


def publish(where: Circle, body: str = "大家好") -> Post:
    return posts.publish(author=User.objects.get(pk=AUTHOR), circle=where, key=uuid4(), body=body)


# --- What has arrived ------------------------------------------------------------------------------------------------


def last_job() -> int:
    return Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def unfinished(after: int) -> int:
    return Job.objects.filter(pk__gt=after, state__in=OPEN).count()


def entries(name: str, audiences: Mapping[int, int]) -> list[Figure]:
    """Post id → how many people it is for: none missing in any of their timelines, and nothing there twice."""
    return _exactly(name, "feed entries", FeedEntry._meta.db_table, "post_id", "member_id", audiences)


def notices(name: str, audiences: Mapping[int, int]) -> list[Figure]:
    """The same in their inboxes, and the badge of each says just how many are unread."""
    table = Notification._meta.db_table
    found = _exactly(name, "notifications", table, "post_id", "recipient_id", audiences)
    off = rows(f"""
        SELECT count(*)
          FROM {InboxState._meta.db_table} state
          FULL JOIN (SELECT recipient_id, count(*) FROM {table} WHERE read_at IS NULL GROUP BY 1) inbox
               ON inbox.recipient_id = state.user_id
         WHERE coalesce(state.unread, 0) <> coalesce(inbox.count, 0)""")
    return [*found, none(f"{name}: badges that are off", off[0][0])]


def _exactly(name: str, what: str, table: str, post: str, person: str, audiences: Mapping[int, int]) -> list[Figure]:
    found = rows(
        f"SELECT {post}, count(*), count(DISTINCT {person}) FROM {table} WHERE {post} = ANY(%s) GROUP BY 1",
        list(audiences),
    )
    there = {key: (count, people) for key, count, people in found}
    missing = sum(size - there.get(key, (0, 0))[1] for key, size in audiences.items())
    return [
        told(f"{name}: {what} asked for", sum(audiences.values())),
        none(f"{name}: {what} missing", missing),
        none(f"{name}: {what} twice", sum(count - people for count, people in there.values())),
    ]


def dead(name: str, after: int) -> Figure:
    return none(f"{name}: dead jobs", Job.objects.filter(pk__gt=after, state=JobState.DEAD).count())


def none(name: str, value: float) -> Figure:
    """What must not be."""
    return Figure(name, value, "", reach=0, ok=value == 0)


def told(name: str, value: float, unit: str = "") -> Figure:
    return Figure(name, value, unit)


def within(name: str, seconds: float, reach: float) -> Figure:
    return at_most(name, seconds, "s", reach=reach)


def rows(statement: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
