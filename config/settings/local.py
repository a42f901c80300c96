"""Development: what `make run` serves. Keys made here protect nothing but invented people."""

from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import STORAGES, VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
"""DEBUG=1 make run shows tracebacks in the browser; without it one sees the pages visitors will see."""
DEMO = True
SECRET_KEY = env("SECRET_KEY", default="development-only-key-never-used-in-production-0123456789")
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS: list[str] = []

IDENTITY_PROVIDER = env(
    "IDENTITY_PROVIDER",
    default="accounts.identity.sandbox.SandboxProvider,accounts.identity.sandbox.SandboxCallbackProvider,"
    "accounts.identity.manual.ManualProvider",
)
IDENTITY_KEYS = {"1": "ZGV2ZWxvcG1lbnQtb25seS1pZGVudGl0eS1rZXktMDE="}
IDENTITY_INDEX_KEY = "ZGV2ZWxvcG1lbnQtb25seS1pbmRleC1rZXktLTAwMDE="
IDENTITY_INDEX_COST = 10  # invented people need no costly index

# `make run` starts a mail server that puts everything into EMAIL_FILE_PATH, for /dev/mail/ to show (dev/sinks.py).
EMAIL_HOST = env("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
OUTBOUND_LOCAL_HOSTS = env.list("OUTBOUND_LOCAL_HOSTS", default=[])
EMAIL_FILE_PATH = Path(env("EMAIL_FILE_PATH", default="") or VAR_DIR / "mail")

MFA_REQUIRED_FOR_STAFF = env.bool("MFA_REQUIRED_FOR_STAFF", default=False)
"""People of the demo community run the admin with a password."""
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
MFA_ALLOW_UNVERIFIED_EMAIL = True

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

CIRCLE_FOUNDING_REVIEW = env.bool("CIRCLE_FOUNDING_REVIEW", default=False)
"""In the demo whoever founds a circle is in it at once."""
