"""The Celery app. A message only ever says "queue X has work": the work itself is a row (core.jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("quanzi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["core.jobs"])
app.autodiscover_tasks(["core.jobs"], related_name="lifecycle")
