"""What core can say about its own health: engines, workers, jobs, disk, settings."""

import shutil
import time
from pathlib import Path
from smtplib import SMTPException
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.jobs import QUEUES
from core.jobs.heartbeat import SWEEP
from core.jobs.models import Job, JobState
from core.observability.checks import Finding, register, warning, well, wrong

STORED = ("postgres", "migrations")
"""What a check needs that reads our tables."""
ALIVE_SECONDS = 30
PATIENCE = {"money": 60, "notify": 60, "fanout": 60, "media": 600, "bulk": 3600}
"""Seconds a ready job may wait per queue before somebody should look."""
SKEW_SECONDS = 2.0
ROOM_BYTES = 1024**3
MAIL_SECONDS = 3
COUNTED_MAX = 1000


@register("postgres", gettext_lazy("Database"))
def postgres() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0].partition(" ")[0]
    except DatabaseError as error:
        said = _("Postgres does not answer (%(error)s).") % {"error": type(error).__name__}
        return wrong(said, _("Start Postgres, and see that DATABASE_URL names it. Until then nothing works."))
    return well(_("Postgres %(version)s answers.") % {"version": version})


@register("migrations", gettext_lazy("Tables"), needs=("postgres",))
def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = [str(migration) for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if not missing:
        return well(_("The tables are as this version wants them."))
    count = len(missing)
    said = ngettext(
        "%(count)s migration is not applied: %(names)s.", "%(count)s migrations are not applied: %(names)s.", count
    ) % {"count": count, "names": ", ".join(missing[:5]) + (" …" if count > 5 else "")}
    return wrong(said, _("Run “python manage.py migrate”, then start web servers and workers again."))


@register("clock", gettext_lazy("Clocks"), needs=("postgres",))
def clock() -> Finding:
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
    skew = abs(theirs - (before + time.time()) / 2)
    if skew <= SKEW_SECONDS:
        return well(_("This machine and Postgres agree on the time."))
    said = _("The clocks of this machine and of Postgres are %(seconds)s s apart.") % {"seconds": round(skew)}
    return wrong(said, _("Set both by NTP (chrony or systemd-timesyncd): jobs and leases go by these clocks."))


@register("cache", gettext_lazy("Cache"))
def cache() -> Finding:
    if error := _unreachable(settings.REDIS_URL):
        said = _("The cache at %(address)s does not answer (%(error)s).")
        mend = _("Start that Valkey or Redis, and see that REDIS_URL names it. Until then pages fail or are slow.")
        return wrong(said % {"address": _address(settings.REDIS_URL), "error": error}, mend)
    return well(_("The cache answers."))


@register("broker", gettext_lazy("Broker"))
def broker() -> Finding:
    if error := _unreachable(settings.BROKER_URL):
        said = _("The broker at %(address)s does not answer (%(error)s).")
        mend = _(
            "Start that Valkey or Redis, and see that BROKER_URL names it. People can go on posting; what they cause "
            "waits in the database and is worked off afterwards."
        )
        return wrong(said % {"address": _address(settings.BROKER_URL), "error": error}, mend)
    return well(_("The broker answers."))


@register("broker-policy", gettext_lazy("Broker's memory"), needs=("broker",))
def broker_policy() -> Finding:
    with _client(settings.BROKER_URL) as client:
        policy = client.info("memory").get("maxmemory_policy", "")
    if policy == "noeviction":
        return well(_("The broker throws nothing away."))
    said = _("The broker may throw messages away when memory is short (maxmemory-policy is “%(policy)s”).")
    mend = _("Start it with “--maxmemory-policy noeviction”, apart from the cache.")
    return wrong(said % {"policy": policy}, mend)


@register("workers", gettext_lazy("Workers"), needs=STORED)
def workers() -> Finding:
    lonely = [queue for queue in QUEUES if queue not in served_queues()]
    if not lonely:
        return well(_("Every queue has a worker."))
    queues = ",".join(lonely)
    said = _("No worker takes the queues: %(queues)s.") % {"queues": queues}
    mend = _("Start one: “celery -A config worker -Q %(queues)s”. Nothing is lost: the work waits in the database.")
    return wrong(said, mend % {"queues": queues})


@register("beat", gettext_lazy("Beat"), needs=STORED)
def beat() -> Finding:
    if "notify" not in served_queues():
        said = _("Whether beat runs cannot be told: it is seen at work only through a worker for “notify”.")
        return warning(said, _("Start a worker first, then ask again."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - seen_at) FROM core_heartbeat WHERE name = %s", [SWEEP])
        row = cursor.fetchone()
    if row is not None and row[0] <= ALIVE_SECONDS:
        return well(_("Beat had the queues swept a moment ago."))
    if row is None:
        said = _("Beat has never had the queues swept.")
    else:
        said = _("Beat had the queues swept %(seconds)s s ago, and should every 5 s.") % {"seconds": round(row[0])}
    return wrong(
        said, _("Start exactly one: “celery -A config beat”. Until then lost and delayed work stays where it is.")
    )


@register("overdue", gettext_lazy("Waiting work"), needs=STORED)
def overdue() -> Finding:
    late = {}
    for queue in QUEUES:
        with connection.cursor() as cursor:
            cursor.execute(_OLDEST, [queue])
            row = cursor.fetchone()
        if row is not None and row[0] > PATIENCE[queue]:
            late[queue] = round(row[0])
    if not late:
        return well(_("Nothing waits longer than it should."))
    told = ", ".join(_("%(queue)s for %(seconds)s s") % {"queue": name, "seconds": age} for name, age in late.items())
    mend = _(
        "If workers and beat are well, there is more to do than they can manage: start more workers for these queues."
    )
    return wrong(_("Work has been waiting: %(queues)s.") % {"queues": told}, mend)


@register("dead-jobs", gettext_lazy("Dead jobs"), needs=STORED)
def dead_jobs() -> Finding:
    dead = Job.objects.filter(state=JobState.DEAD).order_by("-pk")
    handlers = list(dead.values_list("handler", flat=True)[:COUNTED_MAX])
    if not handlers:
        return well(_("No job is dead."))
    count = len(handlers)
    said = ngettext("%(count)s job is dead: %(handlers)s.", "%(count)s jobs are dead: %(handlers)s.", count) % {
        "count": count,
        "handlers": ", ".join(sorted(set(handlers))[:5]),
    }
    mend = _("Read their errors in the admin under Jobs, mend the cause, and retry them there.")
    return wrong(said, mend)


@register("disk", gettext_lazy("Room for pictures"))
def disk() -> Finding:
    folder = Path(settings.MEDIA_ROOT)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < ROOM_BYTES:
        said = _("Only %(free)s MB are free in %(folder)s.") % {"free": free // 1024**2, "folder": folder}
        return wrong(said, _("Free some room or move MEDIA_ROOT to a larger disk; uploads fail when it is full."))
    return well(_("%(free)s GB are free for pictures.") % {"free": free // 1024**3})


@register("mail-server", gettext_lazy("Mail server"))
def mail_server() -> Finding:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return well(_("Mail is not sent by SMTP here."))
    try:
        mail = get_connection(timeout=MAIL_SECONDS)
        mail.open()
        mail.close()
    except (OSError, SMTPException) as error:
        said = _("The mail server %(address)s does not take us (%(error)s).")
        address = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        mend = _("See that EMAIL_URL names it with the right password, and that it can be reached from here.")
        return wrong(said % {"address": address, "error": type(error).__name__}, mend)
    return well(_("The mail server answers."))


@register("settings", gettext_lazy("Settings"))
def production_settings() -> Finding:
    if settings.DEMO:
        return well(_("This is a site for development; its settings suit that."))
    if settings.DEBUG:
        said = _("DEBUG is on: strangers would read code and settings on every error page.")
        return wrong(said, _("Use config.settings.production, and take DEBUG out of the environment."))
    if ".sandbox." in settings.IDENTITY_PROVIDER:
        said = _("Identities are checked by the sandbox, which accepts every well-formed number.")
        return warning(said, _("Set IDENTITY_PROVIDER to a real provider before real people sign up."))
    return well(_("The settings are those of production."))


_OLDEST = """
    SELECT extract(epoch FROM now() - run_after)
      FROM core_job
     WHERE queue = %s AND state = 'waiting' AND run_after <= now()
     ORDER BY run_after
     LIMIT 1
"""


def served_queues() -> set[str]:
    """Queues that a living worker takes work from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT jsonb_array_elements_text(queues) FROM core_heartbeat"
            " WHERE seen_at > now() - %s * interval '1 second'",
            [ALIVE_SECONDS],
        )
        return {queue for (queue,) in cursor.fetchall()}


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)


def _unreachable(url: str) -> str:
    """The error a ping meets, or nothing."""
    try:
        with _client(url) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return type(error).__name__
    return ""


def _address(url: str) -> str:
    """Where it is, without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or parts.path}:{parts.port}" if parts.port else str(parts.hostname or parts.path)
