"""Counters and histograms of every process, added up in the cache.

    FEED_MISSES.add(3)
    JOB_SECONDS.observe(0.2, handler="feeds.fan_out_post")

An observation is added in memory; a thread of each process carries the sums to one hash in the cache every other
second, outside of any request. So one scrape of any web process speaks for all processes on all machines, and a
flushed cache or a killed process costs some counts, which Prometheus takes for a restart. What must be exact, such as
how many jobs wait, is asked of Postgres at the scrape (`core.observability.exposition`).
"""

import json
import os
import threading
from bisect import bisect_left
from collections import defaultdict

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

HASH = "metrics"
FLUSH_SECONDS = 2.0
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_lock = threading.Lock()
_flushing = threading.Lock()
_pending: defaultdict[tuple[str, str, tuple[str, ...]], float] = defaultdict(float)
"""(instrument, part, label values) → sum."""
_carrier: threading.Thread | None = None


class Instrument:
    """Something that is counted, with a fixed set of labels."""

    def __init__(self, name: str, explanation: str, *labels: str) -> None:
        self.name = name
        self.explanation = explanation
        self.labels = labels
        INSTRUMENTS[name] = self

    def _add(self, part: str, amount: float, labels: dict[str, str]) -> None:
        values = tuple([labels[label] for label in self.labels])
        with _lock:
            _pending[self.name, part, values] += amount
        if _carrier is None:
            _start_carrier()


class Counter(Instrument):
    """Only ever grows."""

    def add(self, amount: float = 1, **labels: str) -> None:
        self._add("", amount, labels)


class Histogram(Instrument):
    """How often a duration fell between which bounds."""

    def observe(self, seconds: float, **labels: str) -> None:
        index = bisect_left(SECONDS, seconds)
        self._add(str(SECONDS[index]) if index < len(SECONDS) else "+Inf", 1, labels)
        self._add("sum", seconds, labels)


INSTRUMENTS: dict[str, Instrument] = {}

JOBS = Counter("quanzi_jobs_run", "Runs of jobs by what became of them.", "queue", "handler", "outcome")
JOB_SECONDS = Histogram("quanzi_job_duration_seconds", "How long a job ran.", "handler")
FANOUT_ROWS = Counter("quanzi_fanout_rows", "Timeline entries written.")
FEED_MISSES = Counter(
    "quanzi_feed_misses", "What pages looked for in the cache and had to make, by what it was.", "what"
)
COUNTERS_MENDED = Counter("quanzi_counters_mended", "Rows whose counter was off and put right.", "counter")
REQUEST_SECONDS = Histogram("quanzi_http_request_seconds", "How long a page took.", "view", "method", "status")


def flush() -> None:
    """Carry what was counted in this process to the cache. With the cache away it is kept for the next time."""
    with _flushing:  # whoever reads the sums waits for what is on its way
        _flush()


def _flush() -> None:
    with _lock:
        taken = dict(_pending)
        _pending.clear()
    if not taken:
        return
    try:
        with connect() as client, client.pipeline(transaction=False) as pipeline:
            for key, amount in taken.items():
                pipeline.hincrbyfloat(HASH, json.dumps(key, ensure_ascii=False), amount)
            pipeline.execute()
    except redis.RedisError as error:
        log.debug("metrics_not_flushed", error=type(error).__name__)
        with _lock:
            for key, amount in taken.items():
                _pending[key] += amount


def collected() -> dict[tuple[str, str, tuple[str, ...]], float]:
    """(instrument, part, label values) → sum over all processes. Raises `redis.RedisError`."""
    flush()
    with connect() as client:
        found: dict[bytes, bytes] = client.hgetall(HASH)
    sums = {}
    for field, amount in found.items():
        name, part, values = json.loads(field)
        sums[name, part, tuple(values)] = float(amount)
    return sums


def connect() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)


def _start_carrier() -> None:
    global _carrier
    with _lock:
        if _carrier is None:
            _carrier = threading.Thread(target=_carry, name="metrics", daemon=True)
            _carrier.start()


def _carry() -> None:
    pause = threading.Event()
    while True:
        pause.wait(FLUSH_SECONDS)
        flush()


def _begin_anew() -> None:
    """In a forked child: what the parent counted is the parent's to carry, and threads were left behind."""
    global _carrier, _lock, _flushing
    _lock, _flushing = threading.Lock(), threading.Lock()
    _pending.clear()
    _carrier = None


os.register_at_fork(after_in_child=_begin_anew)
