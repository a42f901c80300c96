"""Keeping the index as the tables are. Every one of these may be run again at any time and by several at once."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Min, QuerySet

from circles.models import PostTopic
from core.jobs.queue import enqueue_many
from core.numbers import ID_MAX
from core.prepared import Prepared, among
from search.documents import SOURCES, documents
from search.engine import TEXTS, Index, engine

RANGE_SIZE = 20_000
"""Ids one job of a rebuild goes through."""
STEP_SIZE = 250
"""Rows indexed in one step, within 200 ms."""


def index(which: Index, ids: Sequence[int]) -> None:
    """Have the index hold these rows as they are now: put those that can be found, take out the others."""
    found, gone = documents(which, list(dict.fromkeys(ids)))
    engine().put(which, found)
    if gone:
        engine().remove(which, gone)


def index_posts(post_ids: Sequence[int]) -> None:
    """Posts, and the topics they name."""
    index(Index.POSTS, post_ids)
    if named := [pk for (pk,) in _topics(posts=list(post_ids))]:
        index(Index.TOPICS, named)


_topics = Prepared(
    lambda any_: (
        PostTopic.objects.filter(post_id__in=among(any_.posts)).order_by("topic_id").values_list("topic_id").distinct()
    ),
    "posts",
)


def plan(which: Index, *, parent_id: int) -> None:
    """Cut everything there is into ranges, a job each."""
    first_of_all, last = _ids(which)
    enqueue_many(
        "search.reindex_range",
        [
            {"index": which.value, "first_id": first, "last_id": min(first + RANGE_SIZE - 1, last)}
            for first in range(first_of_all, last + 1, RANGE_SIZE)
        ],
        parent_id=parent_id,
    )


def step(which: Index, *, after: int, last_id: int) -> int | None:
    """Index the next STEP_SIZE rows behind `after` up to `last_id`; the id it came to, None at the end."""
    return _step(which, SOURCES[which].rows().filter(pk__gt=after, pk__lte=last_id))


def step_of_author(which: Index, *, user_id: int, after: int) -> int | None:
    """The same for what one person wrote."""
    return _step(which, SOURCES[which].rows().filter(author_id=user_id, pk__gt=after))


def _step(which: Index, rows: "QuerySet[Any]") -> int | None:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:STEP_SIZE])
    if ids:
        index(which, ids)
    return ids[-1] if len(ids) == STEP_SIZE else None


def forget_author(user_id: int) -> None:
    """Take all that a person wrote out of the index, and their name."""
    for which in TEXTS:
        engine().remove(which, SOURCES[which].rows().filter(author_id=user_id).values_list("pk", flat=True))
    engine().remove(Index.PEOPLE, [user_id])


def everything(which: Index) -> None:
    """Index all of it here and now."""
    after: int | None = 0
    while after is not None:
        after = step(which, after=after, last_id=ID_MAX)


def _ids(which: Index) -> tuple[int, int]:
    """The first and the last there is; (1, 0) where there is none."""
    found = SOURCES[which].rows().order_by().aggregate(first=Min("pk"), last=Max("pk"))
    return found["first"] or 1, found["last"] or 0
