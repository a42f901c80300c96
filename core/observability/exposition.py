"""/metrics in the words of Prometheus: sums of all processes from the cache, the state of the queues from Postgres."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from core.jobs.registry import QUEUES
from core.observability import metrics

LOOPBACK = ("127.0.0.1", "::1")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")

# One branch a state, so that each finds its partial index among millions of jobs that are done.
QUEUE_STATES = """
    SELECT queue, 'waiting', count(*), count(*) FILTER (WHERE run_after <= now()),
           coalesce(extract(epoch FROM now() - min(run_after)), 0)
      FROM core_job WHERE state = 'waiting' GROUP BY queue
     UNION ALL
    SELECT queue, 'running', count(*), 0, 0 FROM core_job WHERE state = 'running' GROUP BY queue
     UNION ALL
    SELECT queue, 'dead', count(*), 0, 0 FROM core_job WHERE state = 'dead' GROUP BY queue
"""
_ALIVE = """
    SELECT queue, count(*)
      FROM core_heartbeat, jsonb_array_elements_text(queues) AS queue
     WHERE seen_at > now() - interval '30 seconds'
     GROUP BY queue
"""
_SWEPT = "SELECT extract(epoch FROM now() - seen_at) FROM core_heartbeat WHERE name = 'sweep'"


def answer(request: HttpRequest) -> HttpResponse:
    """The metrics, for whoever has METRICS_TOKEN or asks on this machine; 403 for everybody else."""
    if not (has_token(request) or is_local(request)):
        return HttpResponse("Metrics are for METRICS_TOKEN or this machine.", status=403, content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SiteCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def has_token(request: HttpRequest) -> bool:
    said = request.META.get("HTTP_AUTHORIZATION", "").encode(errors="replace")
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(said, wanted)


def is_local(request: HttpRequest) -> bool:
    """Straight from this machine, not through a proxy that happens to run on it."""
    host = request.META.get("HTTP_HOST", "")
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return (
        request.META.get("REMOTE_ADDR") in LOOPBACK
        and name in LOOPBACK_HOSTS
        and not any(header in request.META for header in FORWARDED)
    )


class SiteCollector(Collector):
    """What cannot be asked is left out, and `quanzi_up` says so."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("quanzi_up", "1 where the metrics could be asked.", labels=["component"])
        for component, ask in (("postgres", queue_metrics), ("cache", process_metrics)):
            found, is_up = self._ask(ask)
            yield from found
            up.add_metric([component], is_up)
        yield up

    @staticmethod
    def _ask(ask: Callable[[], list[Metric]]) -> tuple[list[Metric], int]:
        try:
            return ask(), 1
        except (DatabaseError, redis.RedisError):
            return [], 0


def queue_metrics() -> list[Metric]:
    jobs = GaugeMetricFamily("quanzi_jobs", "Jobs by queue and state.", labels=["queue", "state"])
    ready = GaugeMetricFamily("quanzi_jobs_ready", "Jobs that could run now.", labels=["queue"])
    oldest = GaugeMetricFamily(
        "quanzi_job_oldest_seconds", "How long the oldest ready job has waited.", labels=["queue"]
    )
    workers = GaugeMetricFamily("quanzi_workers", "Workers alive that serve a queue.", labels=["queue"])
    swept = GaugeMetricFamily("quanzi_sweep_age_seconds", "Since beat and a worker last swept the queues.")
    states = {(queue, state): (0, 0, 0.0) for queue in QUEUES for state in ("waiting", "running", "dead")}
    for queue, state, count, is_ready, age in _rows(QUEUE_STATES):
        states[queue, state] = (count, is_ready, float(age))
    for (queue, state), (count, is_ready, age) in states.items():
        jobs.add_metric([queue, state], count)
        if state == "waiting":
            ready.add_metric([queue], is_ready)
            oldest.add_metric([queue], max(age, 0.0) if is_ready else 0)
    alive = {**dict.fromkeys(QUEUES, 0), **dict(_rows(_ALIVE))}
    for queue, count in alive.items():
        workers.add_metric([queue], count)
    for (age,) in _rows(_SWEPT):
        swept.add_metric([], float(age))
    return [jobs, ready, oldest, workers, swept]


def process_metrics() -> list[Metric]:
    """What `core.observability.metrics` added up, of the instruments this version knows."""
    series: dict[str, dict[tuple[str, ...], dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for (name, part, values), amount in metrics.collected().items():
        series[name][values][part] = amount
    return [_family(instrument, series[name]) for name, instrument in metrics.INSTRUMENTS.items()]


def _family(instrument: metrics.Instrument, series: dict[tuple[str, ...], dict[str, float]]) -> Metric:
    labels = list(instrument.labels)
    if isinstance(instrument, metrics.Counter):
        counter = CounterMetricFamily(instrument.name, instrument.explanation, labels=labels)
        for values, parts in series.items():
            if len(values) == len(labels):
                counter.add_metric(list(values), parts.get("", 0))
        return counter
    histogram = HistogramMetricFamily(instrument.name, instrument.explanation, labels=labels)
    for values, parts in series.items():
        if len(values) == len(labels):
            below, buckets = 0.0, []
            for bound in (*map(str, metrics.SECONDS), "+Inf"):
                below += parts.get(bound, 0)
                buckets.append((bound, below))
            histogram.add_metric(list(values), buckets, parts.get("sum", 0))
    return histogram


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
