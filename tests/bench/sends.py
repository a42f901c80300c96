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

MOST_SECONDS = 40.0
"""So long the sending is watched; what is left then is called off."""
VISIT_EVERY = 0.05
CHANNELS = {"mail": "e-mail", "push": "push"}


def is_there() -> bool:
    """Whether the product sends yet."""
    return {"delivery", "pushsubscription"} <= {model._meta.model_name for model in _app().get_models()}


def announcement(stage: Stage) -> list[Figure]:
    """To some fans by e-mail, then to as many others by push: how many go out a second, and what readers feel of it.

    All are asked for; the rates are those of the first MOST_SECONDS, as what is sent is the same all along.
    """
    homes = stage.pages("/")
    seconds = 10.0 if stage.scale.sends > 1000 else 2.0
    _subscribe(stage)
    idle = visit(stage.port, homes, every=VISIT_EVERY, seconds=seconds).percentile(0.95)
    found = []
    latencies: list[float] = []
    for (channel, word), fans in zip(CHANNELS.items(), mailed_and_pushed(stage.scale), strict=True):
        _opt_in(fans)
        before = last_job()
        _, post = stage.publish("/api/v1/merchants/bench/announcements/", "对所有关注者说的话")
        key = f"announcement:{_announcement_of(post['id'])}"
        deadline = time.monotonic() + MOST_SECONDS
        while (left := deadline - time.monotonic()) > 0 and _sent(key, channel)[0] < stage.scale.sends:
            latencies += visit(stage.port, homes, every=VISIT_EVERY, seconds=min(seconds, left)).latencies
        sent, rate = _sent(key, channel)
        _call_off(before)
        stage.say(f"  {sent:,} of {stage.scale.sends:,} went out by {word}")
        if not rate:
            raise NotMeasured(f"Nothing was sent by {word}: {_states(key)}")
        found.append(only_told(f"announcement to {stage.scale.sends:,} fans by {word}", rate, "sends/s"))
    latencies.sort()
    busy = latencies[min(len(latencies) - 1, int(len(latencies) * 0.95))]
    return [*found, at_most("home p95 while it is sent", busy * 1000, "ms", reach=2, floor=idle * 1000)]


def _app():  # type: ignore[no-untyped-def]
    return apps.get_app_config("notifications")


def _subscribe(stage: Stage) -> None:
    """Give those who shall be pushed to a device each, all with the same key."""
    _, pushed = mailed_and_pushed(stage.scale)
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    p256dh = _base64url(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    sink = f"{os.environ['BENCH_PUSH_SINK']}/push/"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_pushsubscription (user_id, endpoint, p256dh, auth, created_at)"
            " SELECT i, %s || i, %s, %s, now() FROM generate_series(%s, %s) i",
            [sink, p256dh, _base64url(os.urandom(16)), pushed.start, pushed.stop - 1],
        )
        cursor.execute("ANALYZE notifications_pushsubscription")


def _opt_in(fans: range) -> None:
    """These fans, and no others, want everything at once."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE merchants_fan SET level = '' WHERE level = 'all'")
        cursor.execute("UPDATE merchants_fan SET level = 'all' WHERE user_id BETWEEN %s AND %s", [fans[0], fans[-1]])
        cursor.execute("ANALYZE merchants_fan")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _announcement_of(post_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM merchants_announcement WHERE post_id = %s", [post_id])
        return int(cursor.fetchone()[0])


def _sent(key: str, channel: str) -> tuple[int, float | None]:
    """How many went out, and how many a second between the first and the last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (count(*) / nullif(extract(epoch FROM max(sent_at) - min(sent_at)), 0))::float"
            "  FROM notifications_delivery WHERE key = %s AND channel = %s AND state = 'sent'",
            [key, channel],
        )
        return cursor.fetchone()  # type: ignore[no-any-return]


def _states(key: str) -> list[tuple[str, str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, state, count(*), max(error) FROM notifications_delivery WHERE key = %s GROUP BY 1, 2",
            [key],
        )
        return list(cursor.fetchall())


def _call_off(before: int) -> None:
    """Cancel what is left, and wait for what is under way."""
    for job_id in Job.objects.filter(pk__gt=before, parent=None).values_list("pk", flat=True):
        cancel(job_id)
    wait_for_jobs(before)
