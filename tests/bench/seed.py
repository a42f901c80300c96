"""A community of its own, made inside Postgres by `INSERT … SELECT` over `generate_series`, always the same.

Columns are named by the models' fields; what is left out gets the field's default. Foreign keys and triggers sleep
while this runs, and the disk is not waited for; both are as ever afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Model
from django.utils import timezone
from psycopg2.extensions import set_wait_callback
from psycopg2.extras import wait_select

from accounts.models import User
from circles.models import Category, Circle, Comment, Membership, Post, PostPhoto
from core.models import Picture
from feeds.actions import partitions
from feeds.models import FeedEntry, PullSource
from merchants.models import Fan, Merchant, Staff
from tests.bench.scales import Scale

DAYS = 100
"""The posts are spread over so many days: a member's circles bring ten to twenty a day."""
FLOORS = 25
TALKED_OF = 20
"""Posts with floors."""
CIRCLES_EACH = 10
"""A member is in about so many circles."""
PHOTOS_SINCE = 0.6
"""The last part of the posts have photos, of the first part one in five."""

COUNTED_APART = (User, Membership, Fan, Picture, PostPhoto, Comment, FeedEntry)
"""Large, and not written by a post without photos but by fan-out."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Community:
    """Where to find what was seeded for the measurements."""

    viewers: list[int]
    talked_of: list[int]
    seen_circle: int
    pushed_circle: int
    pulled_circles: list[int]
    merchant: int
    speaker: int
    """Staff of the merchant; owner of and author in the circles that are measured."""
    entries: int


def seed(scale: Scale, say: Say) -> Community:
    with _hurry():
        special = _circles_of_size(scale)
        say(f"  {scale.people:,} people …")
        _people(scale)
        say(f"  {scale.circles:,} circles, {scale.posts:,} posts …")
        _circles(scale, special)
        _posts(scale)
        say("  memberships and fans …")
        _memberships(scale, special)
        _merchant(scale)
        _comments()
        say(f"  {scale.entries:,} timeline entries …")
        entries = _timelines(scale)
        _reset_sequences()
        say("  packing and statistics …")
        partitions.pack()  # as every night
    _execute("VACUUM (ANALYZE)")
    _execute("CHECKPOINT")
    os.sync()
    ids = list(special)
    return Community(
        viewers=[row[0] for row in _rows(_VIEWERS, scale.viewers)],
        talked_of=[row[0] for row in _rows("SELECT DISTINCT post_id FROM circles_comment")],
        seen_circle=ids[0],
        pushed_circle=ids[1],
        pulled_circles=ids[2:],
        merchant=1,
        speaker=1,
        entries=entries,
    )


# Whose timeline is full, with a post a day and more: not the first ids, which stand in every circle's beginning.
_VIEWERS = """
    SELECT user_id FROM circles_membership
     WHERE state = 'active' AND user_id > 100
     GROUP BY user_id HAVING count(*) BETWEEN 8 AND 16
     ORDER BY md5(user_id::text) LIMIT %s"""


def _circles_of_size(scale: Scale) -> dict[int, int]:
    """Circles besides those of Zipf sizes, each for one measurement: id → members."""
    sizes = (scale.seen_circle, scale.pushed_circle, *scale.pulled_circles)
    return {scale.circles + 1 + place: size for place, size in enumerate(sizes)}


def mailed_and_pushed(scale: Scale) -> tuple[range, range]:
    """The people who have an address for mail, and those who shall have a device for pushes."""
    middle = scale.people - scale.sends + 1
    return range(middle - scale.sends, middle), range(middle, scale.people + 1)


def _people(scale: Scale) -> None:
    mailed, _ = mailed_and_pushed(scale)
    fill(
        User,
        f"generate_series(1, {scale.people}) i",
        id="i",
        username="'member' || i",
        nickname="'会员' || i",
        email=f"CASE WHEN i BETWEEN {mailed.start} AND {mailed.stop - 1} THEN 'fan' || i || '@example.com' ELSE '' END",
        password="'!'",
        is_active="true",
        verified_at="now() - interval '90 days'",
        date_joined="now() - i * interval '7 seconds'",
        last_seen_at="now() - (3600 + i % 80000) * interval '1 second'",
    )


def _circles(scale: Scale, special: dict[int, int]) -> None:
    category, _ = Category.objects.get_or_create(slug="bench", defaults={"name": "测试", "name_en": "Bench"})
    merchants_circle = scale.circles + len(special) + 1
    fill(
        Circle,
        f"generate_series(1, {merchants_circle}) i",
        id="i",
        number="i",
        slug="'bench-' || i",
        name="'第' || i || '号圈子'",
        intro="'大家都喜欢的事，在这里慢慢聊。'",
        rules="'请友善发言。'",
        category_id=str(category.pk),
        kind=f"CASE WHEN i = {merchants_circle} THEN 'merchant' ELSE 'interest' END",
        owner_id="1",
        created_at="now() - interval '90 days'",
    )


def _posts(scale: Scale) -> None:
    """Half of them evenly over the circles, half in the larger ones."""
    # Steps of a multiplier spread ids as chance would, and always alike.
    chance = "((i * 7919::bigint) % 10007) / 10007.0"
    fill(
        Post,
        f"generate_series(1, {scale.posts}) i",
        id="i",
        circle_id=f"1 + CASE WHEN i % 2 = 0 THEN (i / 2) % {scale.circles}"
        f" ELSE floor({scale.circles} * power({chance}, 3))::int END",
        author_id=f"1 + (i * 104729::bigint) % {scale.members}",
        key="gen_random_uuid()",
        body="'今天的第' || i || '件小事：走到河边看见晚霞，想起很久以前的夏天，就拍下来给大家看。'",
        body_html="'<p>今天的第' || i || '件小事：走到河边看见晚霞，想起很久以前的夏天，就拍下来给大家看。</p>'",
        like_count="i % 40",
        published_at=f"now() - ({scale.posts + 1} - i) * interval '{DAYS} days' / {scale.posts + 1}",
    )
    with_photos = f"i > {int(scale.posts * PHOTOS_SINCE)} OR i % 5 = 0"
    photos = f"(SELECT i, k, row_number() OVER (ORDER BY i, k) AS n FROM generate_series(1, {scale.posts}) i,"
    photos += f" LATERAL generate_series(0, i % 3) k WHERE {with_photos}) photo"
    fill(
        Picture,
        photos,
        id="n",
        key="gen_random_uuid()",
        owner_id=f"1 + (i * 104729::bigint) % {scale.members}",
        state="'ready'",
        width="1440",
        height="1080",
        byte_count="200000",
    )
    fill(PostPhoto, photos, post_id="i", picture_id="n", position="k")


def _memberships(scale: Scale, special: dict[int, int]) -> None:
    """Zipf sizes, scaled so that a member is in about CIRCLES_EACH circles, and the circles of a certain size."""
    harmonic = sum(1 / rank**0.9 for rank in range(1, scale.circles + 1))
    largest = min(int(scale.members * 0.95), int(scale.members * CIRCLES_EACH / harmonic))
    # Members of a circle: steps of an odd number that is no multiple of 5, over a round number, never meet twice.
    step = "((c * 37) % 997) * 10 + (ARRAY[1, 3, 7, 9])[1 + c % 4]"
    sources = [
        f"(SELECT c, 1 + (c * 7919::bigint + k::bigint * ({step})) % {scale.members} AS person"
        f" FROM generate_series(1, {scale.circles}) c,"
        f" LATERAL generate_series(1, greatest(8, ({largest} / power(c, 0.9))::int)) k) chosen"
    ]
    sources += [
        f"(SELECT {circle} AS c, k AS person FROM generate_series(1, {size}) k) chosen"
        for circle, size in special.items()
    ]
    for source in sources:
        fill(
            Membership,
            source,
            circle_id="c",
            user_id="person",
            role=f"CASE WHEN person = 1 AND c > {scale.circles} THEN 'owner' ELSE 'member' END",
            state="'active'",
            joined_at="now() - ((person * 31::bigint + c) % 80) * interval '1 day'",
        )
    _execute("""
        UPDATE circles_circle circle
           SET member_count = (SELECT count(*) FROM circles_membership WHERE circle_id = circle.id),
               post_count = (SELECT count(*) FROM circles_post WHERE circle_id = circle.id)""")


def _merchant(scale: Scale) -> None:
    fill(
        Merchant,
        "generate_series(1, 1) i",
        id="i",
        slug="'bench'",
        name="'测试商家'",
        licence_number="'91310000MA1FL0BENC'",
        state="'verified'",
        circle_id="(SELECT max(id) FROM circles_circle)",
        fan_count=str(scale.people),
        applied_by_id="1",
    )
    fill(Staff, "generate_series(1, 1) i", merchant_id="1", user_id="1")
    merchants_circle = "(SELECT max(id) FROM circles_circle)"
    fill(Membership, "generate_series(1, 1) i", circle_id=merchants_circle, user_id="1", role="'owner'")
    fill(
        Fan,
        f"generate_series(1, {scale.people}) i",
        merchant_id="1",
        user_id="i",
        followed_at="now() - interval '60 days'",
    )


def _comments() -> None:
    """FLOORS floors under some posts with photos, every third one answered twice."""
    talked_of = [row[0] for row in _rows("SELECT id FROM circles_post ORDER BY id DESC LIMIT %s", TALKED_OF)]
    numbers = ", ".join(map(str, talked_of))
    body = "'第' || f || '楼：说得真好，我也去过那里。'"
    first = f"(SELECT p, f, row_number() OVER (ORDER BY f, p) AS n FROM unnest(ARRAY[{numbers}]) p,"
    first += f" generate_series(1, {FLOORS}) f) chosen"
    common = {
        "key": "gen_random_uuid()",
        "body": body,
        "body_html": f"'<p>' || {body} || '</p>'",
        "published_at": "now() - interval '1 hour' + n * interval '1 second'",
        "post_id": "p",
        "author_id": "100 + (n * 7) % 900",
    }
    fill(Comment, first, id="n", floor="f", **common)
    answers = "(SELECT post_id AS p, floor AS f, id AS floor_id, 100000 + id * 2 + k AS n FROM circles_comment,"
    answers += " generate_series(0, 1) k WHERE floor % 3 = 0) chosen"
    fill(Comment, answers, id="n", parent_id="floor_id", **common)
    _execute(f"""
        UPDATE circles_post SET floor_count = {FLOORS},
               comment_count = (SELECT count(*) FROM circles_comment WHERE post_id = circles_post.id)
         WHERE id IN ({numbers})""")


# --- Timelines: the one place that knows how entries are laid out ----------------------------------------------------


_SECOND = "floor(extract(epoch FROM {} - timestamptz '2020-01-01 00:00:00+00'))::integer"


def _timelines(scale: Scale) -> int:
    """What workers would have written: each member's newest posts of the circles below the threshold, in the order
    they were published, until there are `scale.entries`. Returns how many there are."""
    most = settings.FEED_PUSH_MAX_MEMBERS
    fill(
        PullSource,
        f"circles_circle i WHERE i.member_count > {most}",
        circle_id="i.id",
        for_members="true",
        for_fans="false",
    )
    fill(PullSource, "merchants_merchant i", circle_id="i.circle_id", for_members="true", for_fans="true")
    pushed = f"(SELECT id FROM circles_circle WHERE member_count <= {most} AND id <= {scale.circles})"
    (memberships,) = _rows(f"SELECT count(*) FROM circles_membership WHERE circle_id IN {pushed}")[0]
    each = -(-scale.entries // max(1, memberships))
    for first, last in _days():
        fill(
            FeedEntry,
            f"""(SELECT id, circle_id, published_at, kind
                   FROM (SELECT *, row_number() OVER (PARTITION BY circle_id ORDER BY id DESC) AS place
                           FROM circles_post WHERE circle_id IN {pushed}) numbered
                  WHERE place <= {each} AND published_at >= now() - interval '{first} days'
                    AND published_at < now() - interval '{last} days'
                ) post JOIN circles_membership membership USING (circle_id)
                  ORDER BY post.id, membership.user_id""",
            member_id="membership.user_id",
            published_at="post.published_at",
            at=_SECOND.format("post.published_at"),
            post_id="post.id",
            circle_id="circle_id",
        )
    return count_entries()


def count_entries() -> int:
    return int(_rows(f"SELECT count(*) FROM {FeedEntry._meta.db_table}")[0][0])


def raw_fan_out(post: Post) -> str:
    """One statement that writes the rows which range jobs write for `post`: the floor of fan-out."""
    moment = f"timestamptz '{post.published_at.isoformat()}'"
    return insertion(
        FeedEntry,
        f"circles_membership membership WHERE circle_id = {post.circle_id} AND state = 'active'",
        member_id="membership.user_id",
        published_at=moment,
        at=_SECOND.format(moment),
        post_id=str(post.pk),
        circle_id=str(post.circle_id),
    )


def timeline_bytes() -> tuple[int, int]:
    """(bytes of all entries with their indexes, entries)."""
    total = _rows("SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s)", FeedEntry._meta.db_table)[0][
        0
    ]
    if total is None:
        total = _rows("SELECT pg_total_relation_size(%s)", FeedEntry._meta.db_table)[0][0]
    return int(total), count_entries()


def entries_of(post_id: int) -> int:
    """In how many timelines a post stands."""
    return int(_rows(f"SELECT count(*) FROM {FeedEntry._meta.db_table} WHERE post_id = %s", post_id)[0][0])


def _days() -> Iterator[tuple[int, int]]:
    for day in range(settings.FEED_KEEP_DAYS, 0, -1):
        yield day, day - 1


# --- Writing ---------------------------------------------------------------------------------------------------------


def fill(model: type[Model], source: str, **columns: str) -> None:
    """`INSERT INTO model … SELECT columns FROM source`."""
    _execute(insertion(model, source, **columns))


def insertion(model: type[Model], source: str, **columns: str) -> str:
    """The statement of `fill`. Columns are named by field or column; what the model does not have is left out."""
    chosen: dict[str, str] = {}
    for field in model._meta.local_concrete_fields:
        if field.generated or field.column is None:
            continue
        expression = columns.get(field.column, columns.get(field.name)) or _default(field)
        if expression is not None:
            chosen[field.column] = expression
    names = ", ".join(f'"{name}"' for name in chosen)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(chosen.values())} FROM {source}"


def _default(field: Field[Any, Any]) -> str | None:
    """The field's default as SQL; None where Postgres has one, or where it may stay empty."""
    if field.primary_key or field.null or getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED:
        return None
    value = timezone.now() if field.default is timezone.now else field.get_default()
    with connection.cursor() as cursor:
        return cursor.mogrify("%s", [field.get_db_prep_save(value, connection)]).decode()


@contextmanager
def _hurry() -> Iterator[None]:
    """Neither foreign keys nor triggers nor waiting for the disk: if the machine fails now, the bench begins anew."""
    for setting in ("checkpoint_timeout = '1h'", "full_page_writes = off", "fsync = off"):
        _execute(f"ALTER SYSTEM SET {setting}")
    _execute("SELECT pg_reload_conf()")
    _execute("SET session_replication_role = replica")
    _execute("SET synchronous_commit = off")
    _execute("SET work_mem = '256MB'")
    _execute("SET maintenance_work_mem = '1GB'")
    # So that Ctrl-C ends a long statement.
    set_wait_callback(wait_select)
    try:
        yield
    finally:
        set_wait_callback(None)
        for name in ("session_replication_role", "synchronous_commit", "work_mem", "maintenance_work_mem"):
            _execute(f"RESET {name}")
        _execute("ALTER SYSTEM RESET ALL")
        _execute("SELECT pg_reload_conf()")


def _reset_sequences() -> None:
    models = [User, Category, Circle, Membership, Post, PostPhoto, Picture, Comment, Merchant, Staff, Fan]
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        _execute(statement)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())
