"""Production, and one plain view beside the pages as the floor. Read by the bench and by all it starts."""

from config.settings.production import *  # noqa: F403
from config.settings.production import env

ROOT_URLCONF = "tests.bench.urls"
STATIC_ROOT = env("BENCH_STATIC_ROOT")
FEED_PUSH_MAX_MEMBERS = env.int("BENCH_PUSH_MAX", default=FEED_PUSH_MAX_MEMBERS)  # noqa: F405
