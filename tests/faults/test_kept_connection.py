"""A worker's connection to Postgres, from task to task."""

import pytest
from django.db import connection

from core.jobs import enqueue
from core.jobs.models import Job, JobState
from tests.faults.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def done() -> Job:
    """A job, woken for and worked off."""
    enqueue("feeds.turn_partitions")
    job = Job.objects.latest("pk")
    wait_for(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE)
    job.refresh_from_db()
    return job


def test_it_is_kept_and_where_it_broke_the_next_task_has_another(own_worker):
    own_worker(queues="notify,bulk", concurrency=1)
    kept = done().claimed_by
    assert done().claimed_by == kept

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [kept])
        assert cursor.fetchone() == (True,)
    after = done()
    assert after.attempts == 1
    assert after.claimed_by != kept
    assert done().claimed_by == after.claimed_by
