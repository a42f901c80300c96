"""`manage.py doctor` and the page of the same checks, with every bad state made real."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone

from core.jobs import QUEUES, heartbeat, worker
from core.models import Heartbeat, Job, JobState
from core.observability import checks
from dev.valkey import Valkey
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "redis://:secret@127.0.0.1:1/0"


@pytest.fixture
def all_well(db):
    """A worker for every queue, and a sweep just now."""
    heartbeat.beat("worker:test", QUEUES)
    heartbeat.beat(heartbeat.SWEEP)


@pytest.fixture
def boss_desk(client):
    client.force_login(UserFactory(username="boss", is_staff=True, is_superuser=True))
    return client


def doctor(*arguments):
    """(exit code, what it printed)"""
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def states():
    code, said = doctor("--json")
    report = json.loads(said)
    assert report["well"] == (code == 0)
    return {entry["name"]: entry for entry in report["checks"]}


def test_all_is_well(all_well):
    code, said = doctor()
    assert code == 0, said
    assert "All is well." in said
    assert {entry["state"] for entry in states().values()} == {"well"}


def test_it_speaks_chinese(all_well):
    code, said = doctor("--language", "zh-hans")
    assert code == 0, said
    assert "一切正常" in said


def test_broker_stopped(all_well, settings):
    settings.BROKER_URL = NOWHERE
    code, said = doctor()
    assert code == 1
    assert "The broker at 127.0.0.1:1 does not answer" in said
    assert "People can go on posting" in said
    assert "secret" not in said
    found = states()
    assert found["broker"]["state"] == "wrong"
    assert found["broker-policy"]["state"] == "skipped"
    assert found["workers"]["state"] == "well"


def test_cache_stopped(all_well, settings):
    settings.REDIS_URL = NOWHERE
    found = states()
    assert found["cache"]["state"] == "wrong"
    assert "REDIS_URL" in found["cache"]["mend"]


def test_a_broker_that_throws_away(all_well, settings, tmp_path):
    """A server of its own: all processes of a run share one broker, and what this one does the others would find."""
    forgetful = Valkey("broker", tmp_path, keeps=False, durable=False, die_with_parent=True)
    forgetful.start()
    try:
        settings.BROKER_URL = forgetful.url
        found = states()["broker-policy"]
    finally:
        forgetful.stop()
    assert found["state"] == "wrong"
    assert "allkeys-lru" in found["said"]


def test_no_worker():
    found = states()
    assert found["workers"]["state"] == "wrong"
    assert "celery -A config worker -Q money,notify,fanout,media,bulk" in found["workers"]["mend"]
    assert found["beat"]["state"] == "warning"


def test_a_worker_for_some_queues_that_died(all_well):
    heartbeat.beat("worker:other", ["money", "notify"])
    Heartbeat.objects.filter(name="worker:test").update(seen_at=timezone.now() - timezone.timedelta(minutes=1))
    found = states()["workers"]
    assert found["said"] == "No worker takes the queues: fanout,media,bulk."


def test_no_beat(all_well):
    Heartbeat.objects.filter(name=heartbeat.SWEEP).delete()
    assert "never" in states()["beat"]["said"]
    worker.sweep()
    assert states()["beat"]["state"] == "well"
    Heartbeat.objects.filter(name=heartbeat.SWEEP).update(seen_at=timezone.now() - timezone.timedelta(minutes=5))
    found = states()["beat"]
    assert found["state"] == "wrong"
    assert "celery -A config beat" in found["mend"]


def test_dead_job(all_well):
    Job.objects.create(queue="notify", handler="core.x", state=JobState.DEAD)
    found = states()["dead-jobs"]
    assert (found["state"], found["said"]) == ("wrong", "1 job is dead: core.x.")


def test_overdue_job(all_well):
    late = timezone.now() - timezone.timedelta(seconds=100)
    Job.objects.create(queue="bulk", handler="core.x", run_after=late)
    assert states()["overdue"]["state"] == "well"
    Job.objects.create(queue="notify", handler="core.x", run_after=late)
    found = states()["overdue"]
    assert found["state"] == "wrong"
    assert 100 <= int(re.search(r"notify for (\d+) s", found["said"])[1]) < 160


def test_migrations_missing(all_well):
    recorder = MigrationRecorder(connection)
    [(_app, newest)] = MigrationLoader(connection).graph.leaf_nodes("core")
    recorder.record_unapplied("core", newest)
    try:
        found = states()
    finally:
        recorder.record_applied("core", newest)
    assert found["migrations"]["state"] == "wrong"
    assert f"core.{newest}" in found["migrations"]["said"]
    assert "manage.py migrate" in found["migrations"]["mend"]
    assert found["workers"]["state"] == "skipped"


def test_postgres_stopped(start_stopped_postgres):
    code, said = start_stopped_postgres("doctor", "--language", "en")
    assert code == 1
    assert "Postgres does not answer" in said
    assert "Traceback" not in said


@pytest.fixture
def start_stopped_postgres(server_environment):
    """Run a command of manage.py where the database does not answer."""
    import subprocess
    import sys

    from dev.engines import ROOT

    def run(*arguments):
        environment = {**server_environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_debug_outside_development(all_well, settings):
    settings.DEMO = False
    settings.DEBUG = True
    assert states()["settings"]["state"] == "wrong"
    settings.DEBUG = False
    settings.IDENTITY_PROVIDER = "accounts.identity.sandbox.SandboxProvider"
    assert states()["settings"]["state"] == "warning"
    settings.IDENTITY_PROVIDER = "partner.Provider"
    assert states()["settings"]["state"] == "well"


def test_sandboxes_that_stand_for_real_services(all_well, settings):
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEMO, settings.EMAIL_BACKEND, settings.SMS_PROVIDER = False, smtp, "partner.Sms"
    assert states()["stand-ins"]["state"] == "well"
    settings.SMS_PROVIDER = "accounts.sms.sandbox.SandboxSms"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.OUTSIDE_SCORE_PROVIDER = "accounts.outside_score.sandbox.SandboxProvider"
    found = states()["stand-ins"]
    assert found["state"] == "warning"
    for name in ("SMS_PROVIDER", "EMAIL_URL", "OUTSIDE_SCORE_PROVIDER"):
        assert name in found["said"]
    settings.DEMO = True
    assert states()["stand-ins"]["state"] == "well"


def test_mail_server_stopped(all_well, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    found = states()["mail-server"]
    assert found["state"] == "wrong"
    assert "127.0.0.1:1" in found["said"]


def test_mail_that_fails(all_well):
    from notifications.models import Channel, Delivery, DeliveryState

    person = UserFactory()
    told = {"recipient": person, "channel": Channel.MAIL}
    Delivery.objects.create(key="reply:1", state=DeliveryState.SENT, **told)
    assert states()["deliveries"]["state"] == "well"
    Delivery.objects.create(key="reply:2", state=DeliveryState.FAILED, error="address refused: 550", **told)
    assert states()["deliveries"]["said"] == "1 messages were refused in the last hour, 1 were taken."
    Delivery.objects.create(key="reply:3", attempts=2, error=f"ConnectionRefusedError({person.email})", **told)
    found = states()["deliveries"]
    assert found["state"] == "wrong"
    assert "ConnectionRefusedError" in found["said"]
    assert person.email not in found["said"]


def test_a_full_disk(all_well, monkeypatch):
    monkeypatch.setattr("core.health_checks.ROOM_BYTES", 1 << 62)
    assert "MEDIA_ROOT" in states()["disk"]["mend"]


def test_a_clock_that_is_wrong(all_well, monkeypatch):
    import time

    right = time.time
    monkeypatch.setattr("core.health_checks.time.time", lambda: right() + 90)
    found = states()["clock"]
    assert (found["state"], found["said"]) == (
        "wrong",
        "The clocks of this machine and of Postgres are 90 s apart.",
    )


def test_a_check_that_breaks_is_wrong_itself_and_breaks_no_other(all_well, monkeypatch):
    monkeypatch.setattr(checks, "CHECKS", dict(checks.CHECKS))

    @checks.register("broken", "Broken")
    def broken():
        raise LookupError("a secret")

    @checks.register("later", "Later")
    def later():
        return checks.well("fine")

    found = states()
    assert found["broken"]["said"] == "This could not be asked (LookupError)."
    assert found["later"]["state"] == "well"


def test_the_page_says_the_same(all_well, boss_desk):
    page = boss_desk.get(reverse("admin:core_health")).content.decode()
    assert 'data-well="yes"' in page
    Job.objects.create(queue="notify", handler="core.x", state=JobState.DEAD)
    page = boss_desk.get(reverse("admin:core_health")).content.decode()
    assert 'data-well="no"' in page
    assert 'data-check="dead-jobs" data-state="wrong"' in page
    assert "1 job is dead: core.x." in page
    boss_desk.cookies["django_language"] = "zh-hans"
    assert "有 1 个失败的任务" in boss_desk.get(reverse("admin:core_health")).content.decode()


def test_a_worker_shows_itself_and_says_good_bye(own_worker):
    live = own_worker(queues="media,bulk", concurrency=1)
    live.wait_until(lambda: Heartbeat.objects.exists())
    assert Heartbeat.objects.get().queues == ["bulk", "media"]
    assert states()["workers"]["said"] == "No worker takes the queues: money,notify,fanout."
    live.stop()
    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize(("away", "status"), [("BROKER_URL", 200), ("REDIS_URL", 503)])
def test_without_the_broker_the_site_is_ready_without_the_cache_it_is_not(client, settings, away, status):
    setattr(settings, away, "redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json()[{"BROKER_URL": "broker", "REDIS_URL": "cache"}[away]] == "ConnectionError"
