"""An announcement that leaves the house: by e-mail to a local SMTP sink and by push to a local HTTP sink."""

from __future__ import annotations

import base64
import os
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.apps import apps
from django.db import connection

from core.jobs.sweeping import cancel
from core.models import Job
from tests.bench.load import visit
from tests.bench.report import Figure, at_most, only_told
from tests.bench.seed import mailed_and_pushed
from tests.bench.stage import NotMeasured, Stage, last_job, wait_for_jobs

MOST_SECONDS = 60.0
"""So long the sending is watched; what is left then is called off."""
VISIT_EVERY = 0.05


def is_there() -> bool:
    """Whether the product sends yet."""
    return {"delivery", "pushsubscription"} <= {model._meta.model_name for model in _app().get_models()}


def announcement(stage: Stage) -> list[Figure]:
    """Some fans asked for e-mail, as many others for pushes: how many go out a second, and what readers feel of it.

    All are written for; the rates are those of the first MOST_SECONDS.
    """
    _opt_in(stage)
    homes = stage.pages("/")
    seconds = 10.0 if stage.scale.sends > 1000 else 2.0
    idle = visit(stage.port, homes, every=VISIT_EVERY, seconds=seconds).percentile(0.95)
    before = last_job()
    _, post = stage.publish("/api/v1/merchants/bench/announcements/", "对所有关注者说的话")
    key = f"announcement:{_announcement_of(post['id'])}"
    deadline = time.monotonic() + MOST_SECONDS
    latencies: list[float] = []
    while time.monotonic() < deadline:
        visited = visit(stage.port, homes, every=VISIT_EVERY, seconds=min(seconds, deadline - time.monotonic()))
        latencies += visited.latencies
        if sum(_sent(key).values()) >= 2 * stage.scale.sends:
            break
    rates, sent = _rates(key), _sent(key)
    for job_id in Job.objects.filter(pk__gt=before, parent=None).values_list("pk", flat=True):
        cancel(job_id)
    _wait_until_quiet(before)
    if not rates.get("mail") and not rates.get("push"):
        raise NotMeasured(f"Nothing was sent: {_states(key)}")
    stage.say(f"  {sent.get('mail', 0):,} mails and {sent.get('push', 0):,} pushes went out")
    latencies.sort()
    busy = latencies[min(len(latencies) - 1, int(len(latencies) * 0.95))]
    figures = [
        only_told(f"announcement to {stage.scale.sends:,} fans by {word}", rates[channel], "sends/s")
        for channel, word in (("mail", "e-mail"), ("push", "push"))
        if rates.get(channel)
    ]
    return [*figures, at_most("home p95 while it is sent", busy * 1000, "ms", reach=2, floor=idle * 1000)]


def _app():  # type: ignore[no-untyped-def]
    return apps.get_app_config("notifications")


def _opt_in(stage: Stage) -> None:
    """The last people of the seed want everything of the merchant: some by e-mail, as many others by push."""
    mailed, pushed = mailed_and_pushed(stage.scale)
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    p256dh = _base64url(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    sink = f"{os.environ['BENCH_PUSH_SINK']}/push/"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE merchants_fan SET level = 'all' WHERE user_id >= %s", [mailed.start])
        cursor.execute(
            "INSERT INTO notifications_pushsubscription (user_id, endpoint, p256dh, auth, created_at)"
            " SELECT i, %s || i, %s, %s, now() FROM generate_series(%s, %s) i",
            [sink, p256dh, _base64url(os.urandom(16)), pushed.start, pushed.stop - 1],
        )
        cursor.execute("ANALYZE merchants_fan, notifications_pushsubscription")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _announcement_of(post_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM merchants_announcement WHERE post_id = %s", [post_id])
        return int(cursor.fetchone()[0])


def _sent(key: str) -> dict[str, int]:
    return _by_channel(key, "count(*)")


def _rates(key: str) -> dict[str, float]:
    """Channel → sends a second between its first and its last one."""
    return _by_channel(key, "count(*) / nullif(extract(epoch FROM max(sent_at) - min(sent_at)), 0)::float")


def _by_channel(key: str, what: str) -> dict:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT channel, {what} FROM notifications_delivery WHERE key = %s AND state = 'sent' GROUP BY 1", [key]
        )
        return dict(cursor.fetchall())


def _states(key: str) -> list[tuple[str, str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, state, count(*), max(error) FROM notifications_delivery WHERE key = %s GROUP BY 1, 2",
            [key],
        )
        return list(cursor.fetchall())


def _wait_until_quiet(before: int) -> None:
    """What was under way when the rest was called off has ended."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET state = 'cancelled' WHERE id > %s AND state = 'waiting'", [before])
    wait_for_jobs(before)
