"""Asked for again and again, done at once and then once a moment, and never forgotten."""

import multiprocessing
import os
import threading
import time
from itertools import pairwise

import pytest
from django.db import transaction

from core.jobs import queue
from core.jobs.moments import Moments

MOMENT = 0.2


class Done(list):
    """What was done, in order; `wait` until there are that many."""

    def __init__(self):
        super().__init__()
        self.changed = threading.Condition()

    def __call__(self, names):
        with self.changed:
            self.append((sorted(names), time.monotonic()))
            self.changed.notify_all()

    def wait(self, count):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self) >= count, 10)
        return [names for names, _ in self]


@pytest.fixture
def done():
    return Done()


def test_the_first_at_once_the_others_together_when_the_moment_is_over(done):
    moments = Moments(done)
    for _ in range(50):
        moments.ask(["notify", "bulk"], seconds=MOMENT)
    assert [names for names, _ in done] == [["bulk", "notify"]]
    moments.ask(["fanout"], seconds=MOMENT)
    assert done.wait(3) == [["bulk", "notify"], ["fanout"], ["bulk", "notify"]]
    assert done[2][1] - done[0][1] >= MOMENT
    time.sleep(2 * MOMENT)
    assert len(done) == 3  # nobody asked again
    moments.ask(["bulk"], seconds=MOMENT)
    assert done.wait(4)[3] == ["bulk"]


def test_whoever_keeps_asking_is_heard_once_a_moment(done):
    moments, ends = Moments(done), time.monotonic() + 5.5 * MOMENT
    while time.monotonic() < ends:
        moments.ask(["notify"], seconds=MOMENT)
        time.sleep(0.001)
    assert 5 <= len(done.wait(5)) <= 7
    assert all(later - earlier >= MOMENT * 0.99 for (_, earlier), (_, later) in pairwise(done))


def test_what_fails_once_is_done_the_next_time(done):
    """At once it fails for whoever asked, at the moment's end for nobody, and the thread goes on."""

    def do(names):
        done(names)
        if len(done) == 2:
            raise OSError

    moments = Moments(do)
    for count in (2, 3):
        for _ in range(2):
            moments.ask(["notify"], seconds=MOMENT)
        assert done.wait(count) == [["notify"]] * count


def test_without_a_moment_each_is_done(done):
    moments = Moments(done)
    for _ in range(3):
        moments.ask(["notify"], seconds=0)
    moments.ask([], seconds=0)
    assert [names for names, _ in done] == [["notify"]] * 3


def test_a_forked_process_has_a_thread_of_its_own(done):
    moments = Moments(done)
    moments.ask(["notify"], seconds=MOMENT)
    moments.ask(["notify"], seconds=MOMENT)
    child = multiprocessing.get_context("fork").Process(target=_end_with_what_was_done, args=(moments, done))
    child.start()
    child.join()
    assert child.exitcode == 0
    assert len(done.wait(2)) == 2


def _end_with_what_was_done(moments, done):
    done.clear()
    for _ in range(2):
        moments.ask(["bulk"], seconds=MOMENT)
    os._exit(0 if done.wait(2) == [["bulk"], ["bulk"]] else 1)


@pytest.mark.django_db(transaction=True)
def test_many_commits_call_their_workers_once_a_moment(monkeypatch, settings, done):
    settings.JOB_CALL_SECONDS = MOMENT
    monkeypatch.setattr(queue, "moments", Moments(queue._call))
    monkeypatch.setattr(queue, "_called", lambda queues: done(queues) or set(queues))
    for _ in range(20):
        with transaction.atomic():
            queue.wake_after_commit("notify")
    assert [names for names, _ in done] == [["notify"]]
    assert done.wait(2) == [["notify"]] * 2
