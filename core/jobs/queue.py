"""Writing jobs and waking their workers."""

import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from core.jobs.moments import Moments
from core.jobs.registry import get_handler
from core.observability.said import request_id
from core.statements import Beside, Insert, Statement

if TYPE_CHECKING:
    from core.jobs.models import Job

log = structlog.get_logger(__name__)

STALE_SECONDS = 60
"""Older wake-ups are thrown away unread, so that none pile up while no worker runs; the sweep sends others."""
WAKE_UPS_MAX = 4
"""Processes called at once for many jobs; they call no others, so wake-ups never multiply."""
CALLED_SECONDS = 1
"""How long one wake-up stands for all that is committed while nobody reads it; one that was lost no longer."""
REST_SECONDS = 15
"""A broker that did not answer is left alone for so long: nobody shall wait for it at every post."""

ROWS_AT_ONCE = 1000

_insert = Insert("core.Job")
_rests_until = 0.0


def enqueue(
    handler: str,
    *,
    run_after: datetime | None = None,
    unique_key: str | None = None,
    parent_id: int | None = None,
    **args: Any,
) -> None:
    """Write a job row in the caller's transaction and wake its queue after the commit.

    `args` are ids and plain values. With a `unique_key` that was used before, nothing is written.
    """
    enqueue_many(handler, [args], run_after=run_after, unique_keys=[unique_key], parent_id=parent_id)


def enqueue_many(
    handler: str,
    arguments: list[dict[str, Any]],
    *,
    run_after: datetime | None = None,
    unique_keys: list[str | None] | None = None,
    parent_id: int | None = None,
) -> None:
    """Write one job per entry of `arguments` with one INSERT; see `enqueue`."""
    from core.jobs.models import Job

    keys = unique_keys or [None] * len(arguments)
    asked_by = request_id()[:64]
    rows = [
        _row(handler, args, run_after, unique_key=key, parent_id=parent_id, request_id=asked_by)
        for args, key in zip(arguments, keys, strict=True)
    ]
    if any(keys):
        Job.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    else:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            _insert(rows[start : start + ROWS_AT_ONCE])
    if run_after is None:
        wake_after_commit(get_handler(handler).queue, times=len(arguments))


def enqueue_each(handlers: Sequence[str], **args: Any) -> None:
    """Write one job for each of `handlers`, all with the same `args`, with one INSERT; see `enqueue`."""
    if handlers:
        _insert_each(args=json.dumps(args), **each_of(handlers))


def enqueuing_each(field: str) -> Beside:
    """`enqueue_each` beside a new row, whose id the handlers are given as `field`; its values are `each_of`."""
    return Beside(_EACH.format(args=f"jsonb_build_object('{field}', new.id)", rows="new CROSS JOIN "), _TYPES_OF_EACH)


def each_of(handlers: Sequence[str]) -> dict[str, Any]:
    """The values for `enqueuing_each`. Wakes the queues after the commit."""
    known = [get_handler(handler) for handler in handlers]
    for queue in {handler.queue for handler in known}:
        wake_after_commit(queue)
    return {
        "job_queues": [handler.queue for handler in known],
        "job_handlers": [handler.name for handler in known],
        "job_most": [handler.max_attempts for handler in known],
        "job_request": request_id()[:64],
        "job_now": timezone.now(),
    }


# Events come hundreds of times a second, and rows made as models cost more than writing them.
_EACH = """
    INSERT INTO core_job (queue, handler, max_attempts, args, request_id, run_after, created_at,
                          state, attempts, error)
    SELECT one.queue, one.handler, one.most, {args}, %(job_request)s, %(job_now)s, %(job_now)s, 'waiting', 0, ''
      FROM {rows}unnest(%(job_queues)s, %(job_handlers)s, %(job_most)s) AS one (queue, handler, most)
    """
_TYPES_OF_EACH = {
    "job_queues": "varchar[]",
    "job_handlers": "varchar[]",
    "job_most": "smallint[]",
    "job_request": "varchar",
    "job_now": "timestamptz",
}
_insert_each = Statement(_EACH.format(args="%(args)s", rows=""), args="jsonb", **_TYPES_OF_EACH)


def _row(handler: str, args: dict[str, Any], run_after: datetime | None = None, **columns: Any) -> "Job":
    from core.jobs.models import Job

    known = get_handler(handler)
    return Job(
        queue=known.queue,
        handler=known.name,
        args=args,
        max_attempts=known.max_attempts,
        run_after=run_after or timezone.now(),
        **columns,
    )


class Drain(threading.local):
    """The queue that this thread is working off. Whoever drains it looks again for what its own jobs have written."""

    queue = ""
    looks_again = False


drain_here = Drain()


def wake_after_commit(queue: str, *, times: int = 1) -> None:
    """Wake a queue once its rows can be found: once per transaction, oftener only for jobs that came in bulk."""
    times = min(times, WAKE_UPS_MAX)
    if queue == drain_here.queue:
        drain_here.looks_again = True
        times -= 1
        if not times:
            return
    for entry in connection.run_on_commit:
        if isinstance(entry[1], _WakeUps):
            entry[1].times[queue] = max(entry[1].times.get(queue, 0), times)
            return
    transaction.on_commit(_WakeUps({queue: times}), robust=True)


@dataclass
class _WakeUps:
    """What is sent after the commit: queue → how often."""

    times: dict[str, int]

    def __call__(self) -> None:
        moments.ask([queue for queue, times in self.times.items() if times == 1], seconds=settings.JOB_CALL_SECONDS)
        for queue, times in self.times.items():
            if times > 1:
                for _ in range(times):
                    wake(queue)


def _call(queues: Sequence[str]) -> None:
    called = _called(queues)
    for queue in queues:
        if queue not in called:
            wake(queue)


moments = Moments(_call)
"""Where many write, each commit would ask Redis whether its workers are called."""


def _called(queues: Sequence[str]) -> set[str]:
    """Those for which a wake-up is on its way that nobody has read yet: whoever reads it will find what was committed
    until then. Of the others it is known from now on."""
    try:
        kept: Any = cache
        added = kept.add_each([_key(queue) for queue in queues], CALLED_SECONDS)
    except Exception:  # Redis is away
        return set()
    return {queue for queue, is_new in zip(queues, added, strict=True) if not is_new}


def answer(queue: str) -> None:
    """A wake-up was read: what is committed from now on needs another. Call it before looking for work."""
    with suppress(Exception):  # Redis is away; what it holds runs out
        cache.delete(_key(queue))


def hold_calls(queue: str) -> None:
    """Somebody will look for work of `queue` within a moment, after `answer`: nobody need call until then."""
    with suppress(Exception):  # Redis is away: everybody calls
        cache.set(_key(queue), 1, timeout=CALLED_SECONDS)


def _key(queue: str) -> str:
    return f"jobs.called:{queue}"


def wake(queue: str) -> None:
    """Tell a worker that `queue` has work. Best effort: what is lost here the sweep finds."""
    global _rests_until
    from core.jobs.tasks import drain

    if time.monotonic() < _rests_until:
        return
    try:
        drain.apply_async(args=(queue,), queue=queue, retry=False, expires=STALE_SECONDS)
    except Exception as error:  # the broker is away: the rows wait for the sweep
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("wake_up_not_sent", queue=queue, error=type(error).__name__)
