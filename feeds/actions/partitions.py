"""The table of timeline entries in pieces of a week each: made ahead, packed each night, dropped when old.

Weeks are counted from EPOCH, so everybody who asks for the piece of a moment means the same one. PARTITION can only
be changed together with a migration: existing pieces keep their borders.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from feeds.models import EPOCH

TABLE = "feeds_feedentry"
PARTITION = timedelta(days=7)
AHEAD = timedelta(days=7)
LOCK = 0x66656564_70617274
"""The advisory lock of those who make a partition."""
GRACE = timedelta(days=1)
"""Entries stay this much longer than readers look at them, so that nobody's clock matters."""
OVER = timedelta(hours=6)
"""A partition is packed this long after its end; what comes later is little."""

_PARTITIONS = """
    SELECT class.relname
      FROM pg_inherits JOIN pg_class class ON class.oid = pg_inherits.inhrelid
     WHERE pg_inherits.inhparent = %s::regclass
     ORDER BY class.relname"""

# Made on its own and attached then: readers and writers of the other partitions are never waited for.
_MAKE = """
    CREATE TABLE {name} (LIKE {table} INCLUDING ALL);
    ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({last})"""

_INDEXES = """
    SELECT index.relname, pg_index.indisvalid
      FROM pg_index JOIN pg_class index ON index.oid = pg_index.indexrelid
     WHERE pg_index.indrelid = %s::regclass
       AND obj_description(index.oid, 'pg_class') IS DISTINCT FROM %s"""


def start_of(when: datetime) -> datetime:
    """Where the partition of a moment begins."""
    return EPOCH + (when - EPOCH) // PARTITION * PARTITION


def names() -> list[str]:
    """The partitions there are, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS, [TABLE])
        return [name for (name,) in cursor.fetchall()]


def oldest_read() -> datetime:
    """Readers look for entries since then; before it they pull."""
    return timezone.now() - timedelta(days=settings.FEED_KEEP_DAYS)


def oldest_written() -> datetime:
    """What was published before is put into nobody's timeline."""
    return oldest_read() - GRACE


def ensure(when: datetime) -> None:
    """Make the partition of a moment if there is none; others who want the same one wait until it is committed."""
    name = _name(start_of(when))
    if _exists(name):
        return
    with transaction.atomic():
        _execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        if not _exists(name):
            first = start_of(when)
            borders = {"first": _seconds(first), "last": _seconds(first + PARTITION)}
            _execute(_MAKE.format(name=name, table=TABLE, **borders))


def make_ahead() -> None:
    """Make what will be written to until AHEAD from now, and what may still be."""
    when, last = start_of(oldest_written()), timezone.now() + AHEAD
    while when <= last:
        ensure(when)
        when += PARTITION


def drop_old() -> list[str]:
    """Drop the partitions that nobody reads and writes any more; returns their names.

    Waits two seconds at most for a lock on the table, since all readers would wait behind it; the job tries again.
    """
    limit = _name(start_of(oldest_written() - GRACE))
    dropped = [name for name in names() if name < limit]
    for name in dropped:
        _execute("SET LOCAL lock_timeout = '2s'")
        _execute(f"DROP TABLE {name}")
    return dropped


def pack() -> list[str]:
    """Write the indexes of partitions that are over anew, without the gaps of growing, and once a day that of the
    running one, with room for a day; returns the partitions' names.

    Must run outside a transaction, does not keep readers and writers waiting, and may be repeated: what is packed is
    passed over. The partition is vacuumed then, so that its index alone answers readers.
    """
    now = timezone.now()
    running = start_of(now - OVER)
    packed = []
    for name in names():
        if name < _name(running):
            is_new = _pack(name, fill=100, mark="packed")
        elif name == _name(running):
            is_new = _pack(name, fill=_fill(now - running), mark=f"packed {now:%Y-%m-%d}")
        else:
            break
        if is_new:
            packed.append(name)
    return packed


def _pack(name: str, *, fill: int, mark: str) -> bool:
    """False where the mark stands already."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [name, mark])
        indexes = cursor.fetchall()
    for index, is_valid in indexes:
        if is_valid:
            _execute(f"ALTER INDEX {index} SET (fillfactor = {fill})")
            _execute(f"REINDEX INDEX CONCURRENTLY {index}")
            _execute(f"COMMENT ON INDEX {index} IS '{mark}'")
        else:  # left behind by a run that was interrupted
            _execute(f"DROP INDEX CONCURRENTLY {index}")
    if indexes:
        _execute(f"VACUUM (FREEZE, ANALYZE) {name}" if fill == 100 else f"VACUUM (ANALYZE) {name}")
    return bool(indexes)


def _fill(since: timedelta) -> int:
    """Per cent of a page, so that what a day brings (as much as each since the week began) finds room everywhere."""
    return max(50, round(100 * since / (since + timedelta(days=1))))


def _name(start: datetime) -> str:
    return f"{TABLE}_{start:%Y%m%d}"


def _seconds(when: datetime) -> int:
    return (when - EPOCH) // timedelta(seconds=1)


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        # Not `to_regclass`: within a transaction that remembers what was not there when it was asked first.
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = %s AND relispartition)", [name])
        return bool(cursor.fetchone()[0])


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
