"""A worker that lives and hears nothing ends itself, and no other does."""

import signal
from datetime import timedelta

import pytest
import redis
from celery.worker import state
from django.utils import timezone

from core.jobs import deafness, heartbeat
from core.models import Heartbeat, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """The signals it sends to itself."""
    signals = []
    monkeypatch.setattr(deafness.os, "kill", lambda _pid, sign: signals.append(sign))
    return signals


@pytest.fixture
def late_work():
    heartbeat.beat(heartbeat.SWEEP)
    Job.objects.create(queue="notify", handler="tests.x", run_after=timezone.now() - timedelta(seconds=60))


def look(times=deafness.TIMES, queues=("notify",)):
    watch = deafness.Watch(queues)
    for _ in range(times):
        watch.look()
    return watch


def test_idle_beside_late_work_it_asks_to_be_started_anew(sent, late_work):
    look(deafness.TIMES - 1)
    assert sent == []
    look()
    assert sent == [signal.SIGTERM]


def test_it_insists_when_it_does_not_end(sent, late_work, monkeypatch):
    watch = look()
    watch.look()
    assert sent == [signal.SIGTERM]
    monkeypatch.setattr(deafness, "INSIST_SECONDS", -1)
    watch.look()
    assert sent == [signal.SIGTERM, signal.SIGKILL]


def test_whoever_is_at_work_is_not_deaf(sent, late_work, monkeypatch):
    monkeypatch.setattr(state, "active_requests", {object()})
    look()
    assert sent == []


def test_one_good_look_is_enough(sent, late_work):
    watch = look(deafness.TIMES - 1)
    Job.objects.update(state="done")
    watch.look()
    Job.objects.update(state="waiting")
    for _ in range(deafness.TIMES - 1):
        watch.look()
    assert sent == []


def test_work_of_other_queues_is_not_its_own(sent, late_work):
    look(queues=("bulk",))
    assert sent == []


def test_without_beat_or_broker_there_was_nothing_to_hear(sent, late_work, settings):
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    look()
    heartbeat.beat(heartbeat.SWEEP)
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    watch = deafness.Watch(["notify"])
    with pytest.raises(redis.ConnectionError):
        watch.is_deaf()
    assert sent == []
