"""Large work: saved progress, turns between queues, calling off, and the pages that show it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from circles.models import Category
from core.jobs import enqueue, job, worker
from core.jobs import queue as job_queue
from core.jobs.plans import plans_of
from core.jobs.queue import enqueue_many
from core.jobs.schedule import once_per_slot
from core.models import Job, JobState
from moderation.groups import make_moderators
from moderation.models import LogEntry, Verb
from tests.factories import CategoryFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handlers")]

STEPS = 5
HINDRANCE: dict[int, Exception] = {}
SEEN: list[int] = []


@pytest.fixture
def handlers(own_handlers):
    HINDRANCE.clear()
    SEEN.clear()

    @job(queue="bulk", stepwise=True, max_attempts=2)
    def count_up(job, *, of=STEPS):
        done = (job.progress or {}).get("done", 0)
        SEEN.append(done)
        if done in HINDRANCE:
            raise HINDRANCE.pop(done)
        if done == of:
            return None
        CategoryFactory(slug=f"step-{job.pk}-{done}", name=f"第{done}步 {job.pk}")
        return {"done": done + 1, "of": of}

    @job(queue="bulk")
    def plan_parts(job, *, count):
        enqueue_many("tests.write_part", [{"number": n} for n in range(count)], parent_id=job.pk)

    @job(queue="fanout", max_attempts=1)
    def write_part(job, *, number):
        if number in HINDRANCE:
            raise HINDRANCE[number]
        CategoryFactory(slug=f"part-{number}", name=f"段{number}")

    @job(queue="fanout")
    def dawdle(job):
        time.sleep(0.05)

    @job(queue="media", transactional=False)
    def ask_often(job):
        SEEN.append(int(worker.is_cancelled(job)))
        Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED, lease_until=None)
        SEEN.append(int(worker.is_cancelled(job)))


@pytest.fixture
def boss_desk(client):
    client.force_login(UserFactory(username="boss", is_staff=True, is_superuser=True))
    return client


def planned(count=4) -> Job:
    """A plan whose parts wait."""
    enqueue("tests.plan_parts", count=count)
    worker.drain("bulk")
    return Job.objects.get(handler="tests.plan_parts")


def call_off(desk, row, reason="发错了"):
    url = reverse("admin:core_job_moderate", args=[row.pk, "cancel"])
    return desk.post(url, {"confirmed": "1", "reason": reason})


class TestSteps:
    def test_goes_through_its_work_step_by_step(self):
        enqueue("tests.count_up")
        worker.drain("bulk")
        done = Job.objects.get()
        assert (done.state, done.attempts, done.progress) == (JobState.DONE, 1, {"done": STEPS, "of": STEPS})
        assert SEEN == [0, 1, 2, 3, 4, 5]
        assert Category.objects.count() == STEPS

    def test_interrupted_it_goes_on_where_it_was(self):
        HINDRANCE[3] = RuntimeError("the power went")
        enqueue("tests.count_up")
        worker.drain("bulk")
        waiting = Job.objects.get()
        assert (waiting.state, waiting.progress) == (JobState.WAITING, {"done": 3, "of": STEPS})

        Job.objects.update(run_after=timezone.now())
        worker.drain("bulk")
        assert Job.objects.get().state == JobState.DONE
        assert SEEN == [0, 1, 2, 3, 3, 4, 5]
        assert Category.objects.count() == STEPS

    def test_getting_ahead_earns_fresh_attempts(self):
        enqueue("tests.count_up")
        for step in (1, 2, 3):
            HINDRANCE[step] = RuntimeError("again")
            Job.objects.update(run_after=timezone.now())
            worker.drain("bulk")
            assert Job.objects.get().state == JobState.WAITING
        HINDRANCE[3] = RuntimeError("at the same step")
        Job.objects.update(run_after=timezone.now())
        worker.drain("bulk")
        assert Job.objects.get().state == JobState.DEAD

    def test_lets_others_go_first_when_its_turn_is_over(self):
        enqueue("tests.count_up")
        worker.drain("bulk", budget_seconds=0)
        waiting = Job.objects.get()
        assert (waiting.state, waiting.attempts, waiting.progress["done"]) == (JobState.WAITING, 0, 1)

    def test_a_worker_that_lost_its_claim_saves_nothing(self):
        enqueue("tests.count_up")
        [(job_id, attempt)] = worker.claim("bulk", limit=1)
        Job.objects.update(attempts=attempt + 1)
        worker.run(job_id, attempt)
        assert not Category.objects.exists()
        assert Job.objects.get().progress is None


class TestTurns:
    def test_a_drain_ends_in_time_and_gives_back_what_it_did_not_begin(self, monkeypatch):
        enqueue_many("tests.dawdle", [{}] * 30)
        woken = []
        monkeypatch.setattr("core.jobs.worker.wake", woken.append)
        monkeypatch.setitem(worker._pace, "fanout", 0.001)  # took them for small ones
        began = time.monotonic()
        ran = worker.drain("fanout", budget_seconds=0.2)
        assert time.monotonic() - began < 1
        assert 0 < ran < 12
        assert woken == ["fanout"]
        assert Job.objects.filter(state=JobState.DONE, attempts=1).count() == ran
        assert Job.objects.filter(state=JobState.WAITING, attempts=0).count() == 30 - ran

    def test_long_jobs_are_claimed_one_by_one_and_small_ones_by_the_dozens(self):
        enqueue_many("tests.dawdle", [{}] * 6)
        worker.drain("fanout")
        assert worker._batch_size("fanout") < 6
        enqueue_many("tests.write_part", [{"number": n} for n in range(30)])
        worker.drain("fanout")
        assert worker._batch_size("fanout") >= 12

    def test_a_small_job_costs_one_statement_of_our_own(self, monkeypatch):
        monkeypatch.setitem(worker._pace, "bulk", 0.001)
        Job.objects.bulk_create(Job(queue="bulk", handler="tests.nothing") for _ in range(24))
        monkeypatch.setattr(worker, "BATCH", 12)

        @job(queue="bulk")
        def nothing(job):
            pass

        with CaptureQueriesContext(connection) as queries:
            assert worker.drain("bulk") == 24
        assert _statements(queries) == (3, 24)  # two dozens, and the claim that found nothing
        Job.objects.bulk_create(Job(queue="bulk", handler="tests.nothing") for _ in range(5))
        with CaptureQueriesContext(connection) as queries:
            assert worker.drain("bulk") == 5
        assert _statements(queries) == (1, 5)  # fewer than a dozen are the last

    def test_what_a_job_writes_for_its_own_queue_is_done_without_another_wake_up(self, monkeypatch):
        monkeypatch.setitem(worker._pace, "bulk", 0.001)
        woken: list[str] = []
        monkeypatch.setattr(job_queue, "wake", woken.append)

        @job(queue="bulk")
        def plant(job, *, of):
            enqueue("tests.grow", of=of)
            enqueue("tests.told", of=of)

        grown: list[int] = []

        @job(queue="bulk")
        def grow(job, *, of):
            grown.append(of)

        @job(queue="notify")
        def told(job, *, of):
            pass

        enqueue("tests.plant", of=7)
        woken.clear()
        assert worker.drain("bulk") == 2
        assert grown == [7]
        assert woken == ["notify"]

    def test_what_killed_a_worker_is_run_last_and_alone(self):
        for number, attempts in ((1, 1), (2, 0), (3, 2), (4, 0)):
            Job.objects.create(queue="fanout", handler="tests.write_part", args={"number": number}, attempts=attempts)
        claimed = worker.claim("fanout", limit=12)
        numbers = [Job.objects.get(pk=pk).args["number"] for pk, _attempt in claimed]
        assert numbers == [2, 4, 1]


def _statements(queries) -> tuple[int, int]:
    """(claims, jobs marked done) among them."""
    sent = [entry["sql"] for entry in queries]
    return sum("WITH ready" in sql for sql in sent), sum(sql.startswith("EXECUTE statement_") for sql in sent)


def test_a_backlog_in_one_queue_does_not_delay_another_of_the_same_process(own_worker):
    """The worst case: one process for both. What waits in bulk here would take it about half a minute."""
    Job.objects.bulk_create(
        (Job(queue="bulk", handler="core.delete_picture_files", args={"keys": []}) for _ in range(20_000)),
        batch_size=5000,
    )
    own_worker(queues="notify,bulk", concurrency=1)
    worker.wake("bulk")
    wait_until(lambda: Job.objects.filter(state=JobState.DONE).exists())
    for _ in range(3):
        began = time.monotonic()
        enqueue("notifications.notify_like", post_id=0, user_id=0)
        wait_until(lambda: not Job.objects.filter(queue="notify").exclude(state=JobState.DONE).exists())
        assert time.monotonic() - began < 2
    assert Job.objects.filter(queue="bulk", state=JobState.WAITING).exists(), "the backlog was too short to tell"


def test_wake_ups_nobody_read_go_stale(own_worker, monkeypatch):
    monkeypatch.setattr("core.jobs.queue.STALE_SECONDS", -1)
    for _ in range(50):
        worker.wake("media")
    monkeypatch.undo()
    live = own_worker(queues="media", concurrency=1)
    enqueue("core.delete_picture_files", keys=[])
    Job.objects.update(queue="media")
    worker.wake("media")
    wait_until(lambda: Job.objects.get().state == JobState.DONE)
    assert live.output().count("core.jobs.drain") < 150
    assert live.output().count("succeeded") <= 2


def wait_until(condition, patience=20):
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestSweep:
    def test_passes_over_what_a_living_worker_does_outside_a_transaction(self, settings):
        settings.JOB_LEASE_SECONDS = 0
        states = []

        @job(queue="media", transactional=False)
        def sweep_meanwhile(job):
            import threading

            def sweep():
                worker.sweep()
                connection.close()

            thread = threading.Thread(target=sweep)
            thread.start()
            thread.join(10)
            states.append(Job.objects.get(pk=job.pk).state)

        enqueue("tests.sweep_meanwhile")
        worker.drain("media")
        assert states == [JobState.RUNNING]
        assert (Job.objects.get().state, Job.objects.get().attempts) == (JobState.DONE, 1)

    def test_a_plan_is_kept_as_long_as_its_parts(self, settings):
        HINDRANCE[1] = RuntimeError("no luck")
        planned(3)
        worker.drain("fanout")
        Job.objects.update(finished_at=timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS + 1))
        worker.purge()
        assert sorted(Job.objects.values_list("handler", "state")) == [
            ("tests.plan_parts", "done"),
            ("tests.write_part", "dead"),
        ]


class TestSlots:
    MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)

    def ask(self, **after):
        once_per_slot("tests.dawdle", timedelta(hours=1), now=self.MIDNIGHT + timedelta(**after))

    def test_two_beats_write_one_job_a_slot(self):
        for seconds in (1, 2, 3599):
            self.ask(seconds=seconds)
        assert Job.objects.count() == 1
        self.ask(seconds=3600)
        assert Job.objects.count() == 2

    def test_slots_of_other_lengths_and_handlers_are_their_own(self):
        self.ask()
        once_per_slot("tests.dawdle", timedelta(days=1), now=self.MIDNIGHT)
        once_per_slot("tests.count_up", timedelta(hours=1), now=self.MIDNIGHT, of=1)
        assert Job.objects.count() == 3
        assert Job.objects.get(handler="tests.count_up").args == {"of": 1}

    def test_a_week_begins_on_monday(self):
        for day in range(14):
            once_per_slot(
                "tests.dawdle", timedelta(days=7), now=datetime(2026, 11, 16, 12, tzinfo=UTC) + timedelta(day)
            )
        assert Job.objects.count() == 2

    def test_the_scheduled_task_sent_twice(self):
        from core.tasks import purge_pictures

        purge_pictures()
        purge_pictures()
        assert Job.objects.filter(handler="core.purge_orphan_pictures").count() == 1


class TestPlans:
    def test_a_plan_is_finished_when_its_parts_are(self):
        plan = planned(4)
        assert plan.state == JobState.DONE
        [before] = plans_of([plan])
        assert (before.state, before.done, before.of, before.percent) == (JobState.RUNNING, 0, 4, 0)
        worker.run(*worker.claim("fanout", limit=1)[0])
        [meanwhile] = plans_of([plan])
        assert (meanwhile.done, meanwhile.percent) == (1, 25)
        assert meanwhile.per_second > 0
        assert meanwhile.ends_at > timezone.now()
        worker.drain("fanout")
        [after] = plans_of([plan])
        assert (after.state, after.percent, after.ends_at) == (JobState.DONE, 100, None)

    def test_the_page_says_how_far_how_fast_and_when_done(self, boss_desk):
        plan = planned(4)
        worker.run(*worker.claim("fanout", limit=1)[0])
        page = boss_desk.get(reverse("admin:core_job_plans")).content.decode()
        assert f'data-plan="{plan.pk}"' in page
        assert 'aria-valuenow="25"' in page
        assert "1 of 4 done" in page
        assert "in less than a minute" in page

    def test_the_page_of_a_stepwise_job(self, boss_desk):
        enqueue("tests.count_up")
        worker.drain("bulk", budget_seconds=0)
        assert "1 of 5 done" in boss_desk.get(reverse("admin:core_job_plans")).content.decode()

    def test_the_page_speaks_chinese(self, boss_desk):
        planned(4)
        boss_desk.cookies["django_language"] = "zh-hans"
        page = boss_desk.get(reverse("admin:core_job_plans")).content.decode()
        assert "已完成 0 / 4" in page

    def test_the_page_costs_the_same_at_any_number(self, boss_desk):
        planned(2)
        url = reverse("admin:core_job_plans")
        with CaptureQueriesContext(connection) as few:
            boss_desk.get(url)
        for _ in range(6):
            enqueue_many(
                "tests.dawdle", [{}] * 3, parent_id=Job.objects.create(queue="bulk", handler="x.y", state="done").pk
            )
        with CaptureQueriesContext(connection) as many:
            boss_desk.get(url)
        assert len(many) == len(few)

    def test_moderators_have_no_business_there(self, client):
        moderator = UserFactory(is_staff=True)
        moderator.groups.add(make_moderators(apps))
        client.force_login(moderator)
        for page in ("core_job_plans", "core_health"):
            assert client.get(reverse(f"admin:{page}")).status_code == 403

    def test_detail_shows_parts_by_state_and_leads_to_them(self, boss_desk):
        HINDRANCE[1] = RuntimeError("no luck")
        plan = planned(3)
        worker.drain("fanout")
        page = boss_desk.get(reverse("admin:core_job_change", args=[plan.pk])).content.decode()
        assert "2 of 3 done" in page
        assert "dead: 1" in page
        listed = boss_desk.get(
            reverse("admin:core_job_changelist"), {"parent__id__exact": plan.pk, "state__exact": "dead"}
        )
        assert [job.args["number"] for job in listed.context["cl"].result_list] == [1]


class TestCallingOff:
    def test_a_plan_with_its_waiting_parts(self, boss_desk):
        plan = planned(4)
        worker.run(*worker.claim("fanout", limit=1)[0])
        assert call_off(boss_desk, plan).status_code == 302
        assert sorted(Job.objects.values_list("handler", "state")) == [
            ("tests.plan_parts", "cancelled"),
            *[("tests.write_part", "cancelled")] * 3,
            ("tests.write_part", "done"),
        ]
        assert worker.drain("fanout") == 0
        entry = LogEntry.objects.get()
        assert (entry.verb, entry.reason, entry.details["count"]) == (Verb.JOB_CANCEL, "发错了", 4)
        assert "cancelled" in boss_desk.get(reverse("admin:core_job_plans")).content.decode()

    def test_a_claimed_part_that_was_not_begun(self, boss_desk):
        plan = planned(1)
        [(job_id, attempt)] = worker.claim("fanout", limit=1)
        call_off(boss_desk, plan)
        worker.run(job_id, attempt)
        assert not Category.objects.exists()

    def test_a_stepwise_job_ends_before_its_next_step(self, boss_desk):
        enqueue("tests.count_up")
        [(job_id, attempt)] = worker.claim("bulk", limit=1)
        call_off(boss_desk, Job.objects.get())
        worker.run(job_id, attempt)
        assert SEEN == []
        assert Job.objects.get().state == JobState.CANCELLED

    def test_a_handler_outside_a_transaction_can_ask(self):
        enqueue("tests.ask_often")
        worker.drain("media")
        assert SEEN == [0, 1]
        assert Job.objects.get().state == JobState.CANCELLED

    def test_without_a_reason_nothing_happens(self, boss_desk):
        plan = planned(2)
        assert call_off(boss_desk, plan, reason=" ").status_code == 422
        assert Job.objects.filter(state=JobState.WAITING).count() == 2
        assert not LogEntry.objects.exists()

    def test_what_is_done_stays_done(self, boss_desk):
        plan = planned(1)
        worker.drain("fanout")
        call_off(boss_desk, plan)
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
        assert not LogEntry.objects.exists()

    def test_dead_parts_are_retried_from_the_plan(self, boss_desk):
        HINDRANCE[1] = RuntimeError("no luck")
        plan = planned(3)
        worker.drain("fanout")
        assert "stuck" in boss_desk.get(reverse("admin:core_job_plans")).content.decode()
        HINDRANCE.clear()
        url = reverse("admin:core_job_moderate", args=[plan.pk, "retry-parts"])
        assert boss_desk.post(url, {"confirmed": "1", "reason": "修好了"}).status_code == 302
        worker.drain("fanout")
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
        assert LogEntry.objects.get().verb == Verb.JOB_RETRY
