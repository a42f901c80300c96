"""Jobs of one kind that are done in one transaction; what happens when that cannot be."""

import threading
import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from core.jobs import enqueue, job, tasks, worker
from core.jobs.queue import enqueue_many
from core.jobs.registry import HANDLERS
from core.models import Job, JobState
from tests.circles.test_races import at_once
from tests.core.test_jobs import claim_and_die
from tests.core.test_range_jobs import wait_until
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db(transaction=True)

CALLS: list[list[str]] = []


@pytest.fixture(autouse=True)
def handlers(monkeypatch):
    before = dict(HANDLERS)
    CALLS.clear()
    monkeypatch.setitem(worker._pace, "notify", 0.001)  # takes them for small ones
    worker._ended.clear()
    cache.clear()

    @job(queue="notify", max_attempts=2, together=True)
    def write_all(jobs, *, name, number):
        assert [(one.args["name"], one.args["number"]) for one in jobs] == list(zip(name, number, strict=True))
        CALLS.append(name)
        for one in name:
            CategoryFactory(name=one)
        if "毒" in name:
            raise RuntimeError("no luck")

    @job(queue="notify")
    def write_one(job, *, name):
        CALLS.append([name])
        CategoryFactory(name=name)

    yield
    HANDLERS.clear()
    HANDLERS.update(before)


def ask(*names: str) -> None:
    enqueue_many("tests.write_all", [{"name": name, "number": index} for index, name in enumerate(names)])


def names() -> list[str]:
    from circles.models import Category

    return list(Category.objects.order_by("pk").values_list("name", flat=True))


def test_all_that_were_claimed_are_done_with_one_call_in_their_order():
    ask("茶", "咖啡")
    enqueue("tests.write_one", name="水")
    ask("酒")

    assert worker.drain("notify") == 4
    assert worker.drain("notify") == 0
    assert CALLS == [["茶", "咖啡", "酒"], ["水"]]
    assert names() == ["茶", "咖啡", "酒", "水"]
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_one_that_cannot_be_done_holds_up_no_other():
    ask("茶", "毒", "酒")

    assert worker.drain("notify") == 3
    assert CALLS == [["茶", "毒", "酒"], ["茶"], ["毒"], ["酒"]]
    assert names() == ["茶", "酒"]
    assert list(Job.objects.order_by("pk").values_list("state", "attempts")) == [
        ("done", 1),
        ("waiting", 1),
        ("done", 1),
    ]

    CALLS.clear()
    Job.objects.update(run_after=timezone.now())
    ask("米", "面")
    assert worker.drain("notify") == 3
    assert CALLS == [["米", "面"], ["毒"]]  # what failed once is tried by itself, after the others
    assert Job.objects.get(args__name="毒").state == JobState.DEAD
    assert names() == ["茶", "酒", "米", "面"]


def test_what_was_called_off_or_handed_on_is_left_out():
    ask("茶", "咖啡", "酒")
    jobs = worker._claim("notify", limit=10)
    Job.objects.filter(args__name="茶").update(state=JobState.CANCELLED)
    Job.objects.filter(args__name="咖啡").update(attempts=2)

    worker._execute_all(jobs, deadline=0)

    assert (CALLS, names()) == ([["酒"]], ["酒"])
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "running", "done"]


def test_of_a_lost_worker_all_that_it_did_together_are_tried_one_by_one():
    ask("茶", "咖啡")
    enqueue("tests.write_one", name="水")
    claim_and_die()

    worker.sweep()

    tried = [("茶", 1, "The worker was lost."), ("咖啡", 1, "The worker was lost."), ("水", 0, "")]
    assert [(one.args["name"], one.attempts, one.error) for one in Job.objects.order_by("pk")] == tried
    assert worker.drain("notify") == 3
    assert sorted(CALLS) == [["咖啡"], ["水"], ["茶"]]
    assert sorted(names()) == ["咖啡", "水", "茶"]


def test_a_worker_that_was_at_another_job_had_not_begun_them():
    enqueue("tests.write_one", name="水")
    ask("茶", "咖啡")
    claim_and_die()

    worker.sweep()

    assert [one.attempts for one in Job.objects.order_by("pk")] == [1, 0, 0]
    assert worker.drain("notify") == 3
    assert CALLS == [["茶", "咖啡"], ["水"]]


def test_a_busy_queue_is_waited_for_and_nobody_calls_meanwhile(settings, monkeypatch):
    settings.JOB_LINGER_SECONDS = {"notify": 0.3}
    woken: list[str] = []
    monkeypatch.setattr("core.jobs.queue.wake", woken.append)
    ask("茶")
    assert (worker.drain("notify"), woken) == (1, ["notify"])
    tasks.answer("notify")
    ask("咖啡")
    woken.clear()

    def write_meanwhile():
        wait_until(lambda: len(CALLS) == 2)
        time.sleep(0.1)
        ask("酒")
        ask("水")
        connection.close()

    thread = threading.Thread(target=write_meanwhile)
    thread.start()
    assert worker.drain("notify") == 3
    thread.join()
    assert (CALLS, woken) == ([["茶"], ["咖啡"], ["酒", "水"]], [])
    ask("米")  # whoever comes after that calls again
    assert woken == ["notify"]


def test_workers_side_by_side_do_each_once():
    ask(*[f"类{number}" for number in range(60)])

    at_once(*[lambda: worker.drain("notify")] * 4)

    assert sorted(names()) == sorted(f"类{number}" for number in range(60))
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}
