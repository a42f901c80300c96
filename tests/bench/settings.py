"""Production, and one plain view beside the pages as the floor. Read by the bench and by all it starts."""

from config.settings.production import *  # noqa: F403
from config.settings.production import env

ROOT_URLCONF = "tests.bench.urls"
OUTBOUND_LOCAL_HOSTS = ["127.0.0.1"]
"""Pushes go to a sink on this machine."""
STATIC_ROOT = env("BENCH_STATIC_ROOT")
FEED_PUSH_MAX_MEMBERS = env.int("BENCH_PUSH_MAX", default=FEED_PUSH_MAX_MEMBERS)  # noqa: F405
SEARCHES_PER_MINUTE = 1_000_000
"""One person searches for all."""
