"""Development: what `make run` serves. Keys made here protect nothing but invented people."""

from config.settings.base import *  # noqa: F403
from config.settings.base import STORAGES, VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
"""DEBUG=1 make run shows tracebacks in the browser; without it one sees the pages visitors will see."""
DEMO = True
SECRET_KEY = env("SECRET_KEY", default="development-only-key-never-used-in-production-0123456789")
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS: list[str] = []

IDENTITY_KEYS = {"1": "ZGV2ZWxvcG1lbnQtb25seS1pZGVudGl0eS1rZXktMDE="}
IDENTITY_INDEX_KEY = "ZGV2ZWxvcG1lbnQtb25seS1pbmRleC1rZXktLTAwMDE="

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
