"""Production, with handlers and one slow view of the fault suite. Read by the suite and by all it starts."""

from config.settings.production import *  # noqa: F403
from config.settings.production import CELERY_BEAT_SCHEDULE, CELERY_BROKER_TRANSPORT_OPTIONS, STORAGES, env

ROOT_URLCONF = "tests.faults.urls"
OUTBOUND_LOCAL_HOSTS = ["127.0.0.1"]
"""Pushes go to a sink on this machine."""
STATIC_ROOT = env("BENCH_STATIC_ROOT")
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
FEED_PUSH_MAX_MEMBERS = 1_000_000
"""Everybody is pushed to: what is pulled has no effects that could be lost."""
FEED_RANGE_SIZE = env.int("FAULTS_RANGE_SIZE")

CELERY_IMPORTS = ["tests.faults.handlers"]
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "visibility_timeout": env.int("FAULTS_VISIBILITY_SECONDS"),
}
CELERY_BEAT_SCHEDULE["sweep-jobs"]["schedule"] = env.float("FAULTS_SWEEP_SECONDS")
if env.bool("FAULTS_TICK", default=False):
    CELERY_BEAT_SCHEDULE = {"tick": {"task": "tests.faults.tick", "schedule": 1.0, "options": {"queue": "notify"}}}
