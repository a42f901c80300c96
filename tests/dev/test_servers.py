"""The fixtures that run the product's own processes."""

import json
import os
import urllib.request

import psutil
import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def variables_of(pid):
    return psutil.Process(pid).environ()


def test_the_site_answers_from_the_engines_of_this_run(live_site):
    with urllib.request.urlopen(f"{live_site}/readyz") as answer:
        assert json.load(answer) == {"postgres": "ok", "cache": "ok", "broker": "ok"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert cursor.fetchone()[0] >= 2  # the test's connection and the site's


def test_the_worker_listens_on_all_queues_of_this_run(live_worker):
    environment = variables_of(live_worker.pid)
    assert f"/{connection.settings_dict['NAME']}?" in environment["DATABASE_URL"]
    assert environment["BROKER_URL"] == settings.BROKER_URL
    assert environment["REDIS_URL"] == settings.REDIS_URL
    assert environment["MEDIA_ROOT"] == str(settings.MEDIA_ROOT)
    assert "ready" in live_worker.output()


def test_a_killed_worker_leaves_no_child(start_worker):
    worker = start_worker(concurrency=2)
    family = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]
    assert len(family) == 3
    worker.kill()
    assert [process for process in family if process.is_running() and process.status() != "zombie"] == []


def test_runs_side_by_side_have_redis_numbers_of_their_own():
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    assert settings.BROKER_URL.rsplit("/", 1)[1] == ("0" if worker is None else str(int(worker.removeprefix("gw")) + 1))
