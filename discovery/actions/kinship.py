"""Learning which circles are alike, and whom they are for. What it rests on: docs/discovery.md."""

from collections.abc import Iterator

from django.db import connection, transaction

from accounts.models import Institution
from accounts.region import PROVINCES
from circles.gates.language import HoldsFact, clauses_from_json, code_of
from circles.models import Circle, CircleState
from discovery.models import CircleKinship, CircleTrait
from discovery.rules import UNTOLD

CIRCLES_AT_ONCE = 20
MEMBERS_LOOKED_AT, CIRCLES_EACH = 200, 30
"""The newest members of a circle, and of each the last circles: what one circle costs is bounded."""
SHARED_LEAST = 3
"""Fewer people in both would tell of these people rather than of the circles."""
KIN_MAX = 20
NAME_LEAST = 2
"""Shorter names stand in many words by chance."""

# Cosine of the two circles' sets of members, the first of them by a sample: large circles, which everybody is in, are
# no kin of everything. Circles of pseudonyms and those behind a view gate take no part on either side.
_KINSHIPS = """
    INSERT INTO discovery_circlekinship (circle_id, other_id, score)
    SELECT circle_id, other_id, score FROM (
        SELECT circle.id AS circle_id, other.id AS other_id,
               count(*) / sqrt(sample.size::float * greatest(other.member_count, 1)) AS score,
               row_number() OVER (PARTITION BY circle.id
                   ORDER BY count(*) / sqrt(greatest(other.member_count, 1)) DESC, other.id) AS place
          FROM circles_circle circle
         CROSS JOIN LATERAL (
            SELECT array_agg(user_id) AS people, count(*) AS size FROM (
                SELECT user_id FROM circles_membership
                 WHERE circle_id = circle.id AND state = 'active' AND (nickname = '' OR is_linked)
                 ORDER BY joined_at DESC, id DESC LIMIT %(members)s) newest) sample
         CROSS JOIN LATERAL unnest(sample.people) AS person
         CROSS JOIN LATERAL (
            SELECT circle_id FROM circles_membership
             WHERE user_id = person AND state = 'active' AND (nickname = '' OR is_linked)
             ORDER BY joined_at DESC LIMIT %(each)s) theirs
          JOIN circles_circle other ON other.id = theirs.circle_id AND other.id <> circle.id
         WHERE circle.id = ANY(%(ids)s) AND sample.size > 0
           AND other.state = 'open' AND NOT other.is_view_gated AND NOT other.masks_authors
           AND circle.state = 'open' AND NOT circle.is_view_gated AND NOT circle.masks_authors
         GROUP BY circle.id, other.id, sample.size
        HAVING count(*) >= %(least)s) found
     WHERE place <= %(most)s
     ORDER BY circle_id, other_id"""


def learn(*, after: int) -> int | None:
    """Learn the kin and the traits of the next circles by their ids; returns the last one's id, None at the end."""
    circles = list(Circle.objects.filter(pk__gt=after).order_by("pk")[:CIRCLES_AT_ONCE])
    if not circles:
        return None
    ids = [circle.pk for circle in circles]
    institutions = _known_institutions(circles)
    with transaction.atomic(), connection.cursor() as cursor:
        # Two at once would each delete and both insert.
        list(Circle.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
        CircleKinship.objects.filter(circle__in=ids).delete()
        CircleTrait.objects.filter(circle__in=ids).delete()
        cursor.execute(
            _KINSHIPS,
            {
                "ids": ids,
                "members": MEMBERS_LOOKED_AT,
                "each": CIRCLES_EACH,
                "least": SHARED_LEAST,
                "most": KIN_MAX,
            },
        )
        CircleTrait.objects.bulk_create(
            [
                CircleTrait(circle=circle, token=token[:90], name=name[:60], name_en=name_en[:80])
                for circle in circles
                if circle.state == CircleState.OPEN
                for token, (name, name_en) in dict(_traits(circle, institutions)).items()
            ]
        )
    return ids[-1]


def _known_institutions(circles: list[Circle]) -> list[Institution]:
    """Those that the circles may be about: Postgres looks for their names in what the circles say."""
    said = " ".join(f"{circle.name} {circle.intro}" for circle in circles)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM accounts_institution
                WHERE (length(name) >= %(least)s AND strpos(%(said)s, name) > 0)
                   OR (length(value_name) >= %(least)s AND strpos(%(said)s, value_name) > 0) LIMIT 500""",
            {"said": said, "least": NAME_LEAST},
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(Institution.objects.filter(pk__in=ids))


def _traits(circle: Circle, institutions: list[Institution]) -> Iterator[tuple[str, tuple[str, str]]]:
    """(token, (name, English name)); of the same token the last one counts."""
    said = f"{circle.name} {circle.intro}"
    for province, english in PROVINCES.items():
        if province in said:
            yield f"region:{province}", (province, english)
    for one in institutions:
        is_place = one.kind == Institution.Kind.TOWN
        name, name_en = (one.value_name, one.value_name_en) if is_place else (one.name, one.name_en)
        if len(name) >= NAME_LEAST and name in said:
            for kind in one.kinds:
                yield f"{kind}:{one.value_of(kind)}", (name, name_en)
    for gate in circle.gates.values():
        labels = gate.get("labels", {})
        for clause in clauses_from_json(gate["clauses"]):
            for condition in clause:
                if isinstance(condition, HoldsFact) and condition.value and condition.kind not in UNTOLD:
                    code = code_of(condition)
                    name, name_en = (*labels.get(code, ()), "", "")[:2]
                    if name:
                        yield code, (name, name_en)
