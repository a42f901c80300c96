"""What leaves the house: mail and pushes, and when it is sent."""

from typing import Any

import environ
from celery.schedules import crontab

env = environ.Env()

ONLINE_SECONDS = 300
"""For so long after their last request somebody counts as being here, and is not mailed."""
DELIVERY_MAX_HOURS = 24
"""Later than this after it happened nothing is sent any more."""
DELIVERY_KEEP_DAYS = 60
ANNOUNCEMENT_RANGE_SIZE = 200
"""Fans to whom one job sends an announcement."""
DIGEST_RANGE_SIZE = 100
"""People whose digests one job puts together and sends."""
DIGEST_CATCH_UP_HOURS = 3
"""Digests of hours in which nothing ran are sent up to so much later."""
EMAIL_TIMEOUT = 10
"""Seconds a mail server may take to answer."""

VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")
"""base64url of 32 bytes, to sign pushes with; empty: no pushes. With another key browsers have to subscribe anew."""
VAPID_SUBJECT = env("VAPID_SUBJECT", default="mailto:no-reply@localhost.localdomain")
"""Whom a push service writes to when something is wrong."""
PUSH_HOSTS = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
]
"""Only there is pushed to; a browser with another service cannot subscribe."""
OUTBOUND_LOCAL_HOSTS: list[str] = []
"""Hosts of this machine that may be called although their addresses are private: development and tests only."""

BEAT: dict[str, Any] = {
    "release-due-deliveries": {
        "task": "notifications.release_due",
        "schedule": 60.0,
        "options": {"queue": "notify", "expires": 60},
    },
    "plan-digests": {
        "task": "notifications.plan_digests",
        "schedule": crontab(minute="1,11,21,31,41,51"),
        "options": {"queue": "notify", "expires": 300},
    },
    "purge-deliveries": {
        "task": "notifications.purge_deliveries",
        "schedule": crontab(hour=20, minute=30),
        "options": {"queue": "bulk"},
    },
}
