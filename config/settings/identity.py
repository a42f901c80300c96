"""Who people really are: who checks it, how it is kept, and how often one may try."""

from typing import Any

import environ
from celery.schedules import crontab

env = environ.Env()

OUTSIDE_SCORE_PROVIDER = env("OUTSIDE_SCORE_PROVIDER", default="")
"""A service that scores people, as a dotted path (accounts/outside_score); empty: none. Never part of credit here."""
OUTSIDE_SCORE_DAYS = 180
"""So long such a score holds; then its owner may have it fetched again."""
IDENTITY_PROVIDER = env("IDENTITY_PROVIDER", default="accounts.identity.sandbox.SandboxProvider")
"""Dotted paths of the providers' classes, separated by commas; the first that takes somebody's document is offered."""
IDENTITY_REVIEWERS = env.int("IDENTITY_REVIEWERS", default=1)
"""How many different people of the team have to approve what no provider decided."""
IDENTITY_CHECK_HOURS = 24
"""How long a provider or the person may take to finish a check."""
IDENTITY_RENEW_DAYS = [60, 14, 3]
"""So many days before a document runs out its holder is asked to verify anew."""

IDENTITY_KEYS = env.dict("IDENTITY_KEYS", default={})
"""Version → base64 of 32 bytes; the highest version wraps new data keys, all unwrap."""
IDENTITY_INDEX_KEY = env("IDENTITY_INDEX_KEY", default="")
"""base64 of 32 bytes: the key of the blind index that keeps one person to one account. Never changed."""
IDENTITY_INDEX_COST = 15
"""log₂ of scrypt's n: 32 MiB and about 0.1 s a value. Another cost gives other indexes, so it is never changed once
people have verified."""
IDENTITY_INDEX_AT_ONCE = 2
"""Indexes one process computes at a time."""
IDENTITY_TRIES = 5
IDENTITY_TRIES_SECONDS = 300
"""One person's number is asked about at most so often in so many seconds, whichever accounts and addresses ask."""

ALIPAY_APP_ID = env("ALIPAY_APP_ID", default="")
ALIPAY_APP_PRIVATE_KEY = env("ALIPAY_APP_PRIVATE_KEY", default="")
"""Our key, to sign what we ask; PEM, or its base64 without the lines around it."""
ALIPAY_PUBLIC_KEY = env("ALIPAY_PUBLIC_KEY", default="")
"""Alipay's key (not ours), to check what it answers."""
ALIPAY_GATEWAY = env("ALIPAY_GATEWAY", default="https://openapi.alipay.com/gateway.do")
ALIPAY_CERTIFY_BIZ_CODE = env("ALIPAY_CERTIFY_BIZ_CODE", default="FACE")
"""The way of checking that the contract with Alipay names: FACE, CERT_PHOTO, CERT_PHOTO_FACE or SMART_FACE."""

BEAT: dict[str, Any] = {
    "settle-identity-checks": {
        "task": "accounts.settle_identity_checks",
        "schedule": 60.0,
        "options": {"queue": "notify", "expires": 60},
    },
    "watch-identities": {
        "task": "accounts.watch_identities",
        "schedule": crontab(minute=40),
        "options": {"queue": "bulk", "expires": 3600},
    },
}
