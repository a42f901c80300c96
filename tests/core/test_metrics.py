"""/metrics: who may read it, and what it says."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from core.jobs import enqueue, job, worker
from core.models import Job, JobState
from core.observability import metrics
from tests.factories import CircleFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOCAL = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}
ELSEWHERE = {"HTTP_HOST": "quanzi.example", "REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def nothing_pending():
    metrics.flush()
    with metrics.connect() as client:
        client.delete(metrics.HASH)


def ask(**environment):
    return Client().get("/metrics", **environment)


def samples():
    """(name, labels) → value"""
    response = ask(**LOCAL)
    assert response.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def value(name, **labels):
    return samples().get((name, tuple(sorted(labels.items()))))


class TestDoor:
    def test_this_machine(self):
        assert ask(**LOCAL).status_code == 200
        assert ask(**{**LOCAL, "HTTP_HOST": "127.0.0.1:8000"}).status_code == 200
        assert ask(HTTP_HOST="[::1]:8000", REMOTE_ADDR="::1").status_code == 200

    def test_strangers(self):
        assert ask(**ELSEWHERE).status_code == 403
        assert ask(**ELSEWHERE, HTTP_AUTHORIZATION="Bearer ").status_code == 403

    def test_strangers_behind_a_proxy_on_this_machine(self):
        assert ask(**LOCAL, HTTP_X_FORWARDED_FOR="203.0.113.7").status_code == 403
        assert ask(HTTP_HOST="quanzi.example", REMOTE_ADDR="127.0.0.1").status_code == 403
        assert ask(**ELSEWHERE, HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 403

    def test_token(self, settings):
        settings.METRICS_TOKEN = "right"
        assert ask(**ELSEWHERE, HTTP_AUTHORIZATION="Bearer right").status_code == 200
        assert ask(**ELSEWHERE, HTTP_AUTHORIZATION="Bearer wrong").status_code == 403
        assert ask(**ELSEWHERE, HTTP_AUTHORIZATION="Bearer ré").status_code == 403
        assert ask(**ELSEWHERE).status_code == 403


class TestQueues:
    def test_depth_age_and_the_dead(self):
        now = timezone.now()
        for after in (now - timezone.timedelta(seconds=90), now, now + timezone.timedelta(hours=1)):
            Job.objects.create(queue="fanout", handler="core.x", run_after=after)
        Job.objects.create(queue="notify", handler="core.x", state=JobState.DEAD)
        Job.objects.create(queue="notify", handler="core.x", state=JobState.DONE)
        assert value("quanzi_jobs", queue="fanout", state="waiting") == 3
        assert value("quanzi_jobs_ready", queue="fanout") == 2
        assert 90 <= value("quanzi_job_oldest_seconds", queue="fanout") < 120
        assert value("quanzi_jobs", queue="notify", state="dead") == 1
        assert value("quanzi_jobs", queue="money", state="waiting") == 0
        assert value("quanzi_job_oldest_seconds", queue="notify") == 0
        assert value("quanzi_workers", queue="notify") == 0

    def test_what_is_planned_for_later_is_not_old(self):
        Job.objects.create(queue="bulk", handler="core.x", run_after=timezone.now() + timezone.timedelta(hours=1))
        assert value("quanzi_job_oldest_seconds", queue="bulk") == 0


@pytest.mark.usefixtures("own_handlers")
class TestRuns:
    def test_jobs_done_and_failed(self):
        @job(queue="media", transactional=False, max_attempts=2)
        def toss(job, *, fail):
            if fail:
                raise RuntimeError

        for fail in (False, False, True):
            enqueue("tests.toss", fail=fail)
        worker.drain("media")
        labels = {"queue": "media", "handler": "tests.toss"}
        assert value("quanzi_jobs_run_total", **labels, outcome="done") == 2
        assert value("quanzi_jobs_run_total", **labels, outcome="failed") == 1
        assert value("quanzi_job_duration_seconds_count", handler="tests.toss") == 3
        assert value("quanzi_job_duration_seconds_bucket", handler="tests.toss", le="+Inf") == 3

    def test_requests_by_view(self):
        circle = CircleFactory()
        client = Client()
        for _ in range(2):
            client.get(reverse("circles:circle", args=[circle.slug]))
        client.get(f"/nothing/{uuid.uuid4()}/", REMOTE_ADDR="127.0.0.1")
        counts = {
            dict(labels)["view"]: count
            for (name, labels), count in samples().items()
            if name == "quanzi_http_request_seconds_count"
        }
        assert counts == {"circles:circle": 2, "unmatched": 1}

    def test_a_post_counts_its_entries_and_the_cards_that_had_to_be_drawn(self):
        from circles.actions import posts
        from tests.factories import MembershipFactory

        circle = CircleFactory()
        MembershipFactory.create_batch(4, circle=circle)
        posts.publish(author=circle.owner, circle=circle, key=uuid.uuid4(), body="秋天的银杏")
        worker.drain("fanout")
        assert value("quanzi_fanout_rows_total") == 5

        for _ in range(2):
            Client().get(reverse("circles:circle", args=[circle.slug]))
        assert value("quanzi_feed_misses_total", what="card") == 1


def test_other_processes_are_in_the_same_sum(server_environment):
    import subprocess
    import sys

    from dev.engines import ROOT

    code = (
        "import django; django.setup()\n"
        "from core.observability import metrics\n"
        "metrics.FANOUT_ROWS.add(7); metrics.flush()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=server_environment, check=True)
    metrics.FANOUT_ROWS.add(1)
    assert value("quanzi_fanout_rows_total") == 8


def test_without_the_cache_the_queues_are_still_told_and_nothing_is_lost(settings):
    metrics.FANOUT_ROWS.add(5)
    before = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert value("quanzi_up", component="cache") == 0
    assert value("quanzi_jobs", queue="money", state="waiting") == 0
    settings.REDIS_URL = before
    assert value("quanzi_up", component="cache") == 1
    assert value("quanzi_fanout_rows_total") == 5
