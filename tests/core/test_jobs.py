"""Durable jobs, one worker step at a time. What happens when a process dies is in tests/faults."""

import threading
import time
from datetime import timedelta

import pytest
import redis
from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from core.jobs import enqueue, enqueue_each, job, queue, tasks, worker
from core.jobs.queue import enqueue_many
from core.jobs.registry import HANDLERS
from core.models import Job, JobState
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db(transaction=True)

CALLS: list[dict] = []


@pytest.fixture(autouse=True)
def handlers():
    """Three handlers of a made-up app, gone again after the test."""
    before = dict(HANDLERS)
    CALLS.clear()

    @job(queue="notify", max_attempts=3)
    def write_category(job, *, name):
        CategoryFactory(name=name, slug=f"made-by-{job.pk}")

    @job(queue="notify", max_attempts=2)
    def write_and_fail(job, *, name):
        CategoryFactory(name=name)
        raise RuntimeError("no luck")

    @job(queue="media", transactional=False)
    def call_outside(job, *, number):
        CALLS.append({"number": number, "in_transaction": connection.in_atomic_block})

    yield
    HANDLERS.clear()
    HANDLERS.update(before)


def categories() -> int:
    from circles.models import Category

    return Category.objects.count()


def test_a_job_is_done_once_with_its_writes():
    enqueue("tests.write_category", name="茶")

    assert worker.drain("notify") == 1
    assert worker.drain("notify") == 0

    done = Job.objects.get()
    assert (done.state, done.attempts, done.error) == (JobState.DONE, 1, "")
    assert done.finished_at is not None
    assert done.lease_until is None
    assert categories() == 1


def test_a_job_of_a_rolled_back_action_never_was():
    with transaction.atomic():
        enqueue("tests.write_category", name="茶")
        transaction.set_rollback(True)

    assert worker.drain("notify") == 0
    assert not Job.objects.exists()


def test_a_failure_leaves_nothing_behind_and_is_tried_again_later():
    enqueue("tests.write_and_fail", name="茶")

    worker.drain("notify")

    failed = Job.objects.get()
    assert (failed.state, failed.attempts) == (JobState.WAITING, 1)
    assert "no luck" in failed.error
    assert failed.run_after > timezone.now()
    assert categories() == 0


def test_after_its_last_attempt_a_job_is_dead_and_can_be_retried():
    enqueue("tests.write_and_fail", name="茶")
    for _ in range(2):
        Job.objects.update(run_after=timezone.now())
        worker.drain("notify")

    dead = Job.objects.get()
    assert (dead.state, dead.attempts) == (JobState.DEAD, 2)
    assert "no luck" in dead.error

    assert worker.retry([dead.pk]) == 1
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (JobState.WAITING, 0)
    assert worker.retry([dead.pk]) == 0


def test_a_handler_this_version_does_not_know_fails_its_job_only():
    enqueue("tests.write_category", name="茶")
    Job.objects.create(queue="notify", handler="tests.gone", max_attempts=1)

    worker.drain("notify")

    assert Job.objects.get(handler="tests.gone").state == JobState.DEAD
    assert Job.objects.get(handler="tests.write_category").state == JobState.DONE


def test_a_handler_of_slow_work_runs_outside_a_transaction():
    enqueue("tests.call_outside", number=7)

    worker.drain("media")

    assert CALLS == [{"number": 7, "in_transaction": False}]
    assert Job.objects.get().state == JobState.DONE


def test_a_job_waits_for_its_time():
    enqueue("tests.call_outside", number=1, run_after=timezone.now() + timedelta(hours=1))

    assert worker.drain("media") == 0

    Job.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    assert worker.drain("media") == 1


def test_a_unique_key_is_used_once():
    for _ in range(2):
        enqueue("tests.call_outside", number=1, unique_key="one")
    enqueue_many("tests.call_outside", [{"number": 2}, {"number": 3}], unique_keys=["one", "two"])

    assert sorted(Job.objects.values_list("args__number", flat=True)) == [1, 3]


def test_workers_side_by_side_never_share_a_job():
    enqueue_many("tests.write_category", [{"name": f"类{n}"} for n in range(60)])

    def work():
        worker.drain("notify")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Job.objects.filter(state=JobState.DONE, attempts=1).count() == 60
    assert categories() == 60


def test_the_sweep_hands_on_what_a_lost_worker_held(settings):
    settings.JOB_LEASE_SECONDS = 0
    enqueue("tests.write_category", name="茶")
    [(job_id, attempt)] = worker.claim("notify", limit=10)

    worker.sweep()

    assert Job.objects.get().state == JobState.WAITING
    settings.JOB_LEASE_SECONDS = 60
    assert worker.drain("notify") == 1
    # The lost worker comes back to life with its old claim: the fencing token stops it.
    worker.run(job_id, attempt)
    assert categories() == 1
    assert Job.objects.get().attempts == 2


def claim_and_die(limit=10):
    """What a worker that is killed at its first job leaves behind: its connection is gone, its lease is not over."""

    def claim():
        worker.claim("notify", limit=limit)
        connection.close()

    thread = threading.Thread(target=claim)
    thread.start()
    thread.join()
    deadline = time.monotonic() + 5
    while Job.objects.filter(state=JobState.RUNNING).extra(where=["claimed_by IN (SELECT pid FROM pg_stat_activity)"]):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lost_connection_is_a_lost_worker_before_the_lease_is_over():
    enqueue_many("tests.write_category", [{"name": f"类{n}"} for n in range(5)])
    claim_and_die()

    worker.sweep()

    suspect, *others = Job.objects.order_by("pk")
    assert (suspect.state, suspect.attempts, suspect.error) == (JobState.WAITING, 1, "The worker was lost.")
    assert {(job.state, job.attempts, job.error) for job in others} == {(JobState.WAITING, 0, "")}
    assert worker.drain("notify") == 5
    assert categories() == 5


def test_whoever_loses_its_workers_again_waits_longer():
    enqueue("tests.write_category", name="茶")
    for _ in range(2):
        claim_and_die()
        worker.sweep()

    lost = Job.objects.get()
    assert (lost.state, lost.attempts) == (JobState.WAITING, 2)
    assert timedelta(seconds=0.5) < lost.run_after - timezone.now() < timedelta(seconds=5)


def test_a_claim_belongs_to_one_connection():
    enqueue("tests.write_category", name="茶")
    [(job_id, attempt)] = worker.claim("notify", limit=10)
    stale = Job.objects.get()
    claim = Job.objects.filter(pk=job_id)
    claim.update(claimed_by=stale.claimed_by + 1)  # handed on, and claimed by another at the same attempt

    worker._execute(stale, deadline=0)

    assert (claim.get().state, claim.get().attempts, categories()) == (JobState.RUNNING, attempt, 0)


def test_a_job_that_kills_every_worker_ends_dead(settings):
    settings.JOB_LEASE_SECONDS = 0
    enqueue("tests.write_category", name="茶")
    for _ in range(3):
        Job.objects.update(run_after=timezone.now())
        worker.claim("notify", limit=10)
        worker.sweep()

    dead = Job.objects.get()
    assert (dead.state, dead.attempts) == (JobState.DEAD, 3)
    assert "lost" in dead.error


def test_a_drain_that_fails_lets_go_of_what_it_claimed(monkeypatch):
    enqueue("tests.write_category", name="数")

    def fail(*_given, **_options):
        raise OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "_execute_all", fail)
        with pytest.raises(OperationalError):
            tasks.drain("notify")
    assert connection.connection is None
    claimed = Job.objects.get()
    assert claimed.state == JobState.RUNNING
    deadline = time.monotonic() + 5
    while Job.objects.get().state == JobState.RUNNING:  # its lease is not over; Postgres takes a moment to notice
        assert time.monotonic() < deadline
        worker.sweep()
    tasks.drain("notify")
    assert Job.objects.get().state == JobState.DONE


def test_the_sweep_leaves_alone_what_a_living_worker_has_locked(settings):
    settings.JOB_LEASE_SECONDS = 0
    enqueue("tests.write_category", name="茶")
    [(job_id, _attempt)] = worker.claim("notify", limit=10)
    swept = threading.Event()

    def sweep():
        worker.sweep()
        connection.close()
        swept.set()

    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job_id)
        thread = threading.Thread(target=sweep)
        thread.start()
        assert swept.wait(5)
        thread.join()

    assert Job.objects.get().state == JobState.RUNNING


def test_old_done_jobs_are_purged_and_dead_ones_kept(settings):
    long_ago = timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS + 1)
    Job.objects.create(queue="bulk", handler="tests.gone", state=JobState.DONE, finished_at=long_ago)
    Job.objects.create(queue="bulk", handler="tests.gone", state=JobState.DONE, finished_at=timezone.now())
    Job.objects.create(queue="bulk", handler="tests.gone", state=JobState.DEAD, finished_at=long_ago)

    worker.purge()

    assert sorted(Job.objects.values_list("state", flat=True)) == ["dead", "done"]


def test_many_jobs_of_one_transaction_send_one_wake_up_per_queue(monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr("core.jobs.queue.wake", woken.append)

    with transaction.atomic():
        for number in range(5):
            enqueue("tests.call_outside", number=number)
            enqueue("tests.write_category", name=f"类{number}")
        assert woken == []

    assert sorted(woken) == ["media", "notify"]


def test_one_wake_up_stands_for_all_that_is_committed_until_it_is_read(monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr("core.jobs.queue.wake", woken.append)

    for number in range(3):
        enqueue("tests.call_outside", number=number)
    assert woken == ["media"]
    assert 0 < redis_client().pttl(cache.make_key("jobs.called:media")) <= 1000, "a lost one stands no longer"

    tasks.drain("media")
    assert [call["number"] for call in CALLS] == [0, 1, 2]
    enqueue("tests.call_outside", number=3)
    assert woken == ["media", "media"]


def test_what_is_committed_while_a_worker_looks_for_work_has_a_wake_up_of_its_own(monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr("core.jobs.queue.wake", woken.append)
    monkeypatch.setattr(worker, "drain", lambda queue: enqueue("tests.call_outside", number=1))

    tasks.drain("media")

    assert woken == ["media"]


def test_without_redis_every_commit_sends_one(monkeypatch):
    def away(*_args, **_options):
        raise redis.ConnectionError

    woken: list[str] = []
    monkeypatch.setattr("core.jobs.queue.wake", woken.append)
    monkeypatch.setattr(cache, "add_each", away)
    monkeypatch.setattr(cache, "delete", away)
    for number in range(2):
        enqueue("tests.call_outside", number=number)
    assert woken == ["media", "media"]
    tasks.drain("media")
    assert len(CALLS) == 2


def test_one_job_for_each_handler_in_one_query(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        enqueue_each(["tests.call_outside", "tests.write_category"], name="茶")
    rows = Job.objects.order_by("pk").values_list("queue", "handler", "args")
    assert list(rows) == [
        ("media", "tests.call_outside", {"name": "茶"}),
        ("notify", "tests.write_category", {"name": "茶"}),
    ]
    enqueue_each([])
    assert Job.objects.count() == 2


def redis_client():
    return cache._cache.get_client(write=True)


@pytest.fixture
def no_broker(monkeypatch):
    """Nobody listens there."""
    from config import celery_app

    before = celery_app.conf.broker_url
    celery_app.conf.broker_url = "redis://127.0.0.1:1/0"
    celery_app._after_fork()  # connections are made anew
    monkeypatch.setattr(queue, "_rests_until", 0.0)
    yield
    celery_app.conf.broker_url = before
    celery_app._after_fork()
    queue._rests_until = 0.0


def test_a_broker_that_is_away_loses_nothing_and_holds_nobody_up(no_broker):
    began = time.monotonic()
    enqueue("tests.write_category", name="茶")
    assert time.monotonic() - began < 0.5

    assert worker.drain("notify") == 1
    assert categories() == 1


def test_a_broker_that_does_not_answer_is_left_alone_for_a_while(no_broker, monkeypatch):
    asked = []

    def hangs(**message):
        asked.append(message["queue"])
        raise OSError("timed out")

    monkeypatch.setattr("core.jobs.tasks.drain.apply_async", hangs)
    for _ in range(3):
        worker.wake("notify")
    assert asked == ["notify"]

    monkeypatch.setattr(queue, "_rests_until", time.monotonic())
    worker.wake("media")
    assert asked == ["notify", "media"]
