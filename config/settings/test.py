"""Tests: real engines, fast password hashing, files in a folder of their own."""

import tempfile
from pathlib import Path

from config.settings.local import *  # noqa: F403
from config.settings.local import env

DEBUG = False
LANGUAGE_CODE = "en"  # what tests read are the texts of the source; a test of Chinese asks for it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default="") or tempfile.mkdtemp(prefix="quanzi-media-"))
EMAIL_FILE_PATH = Path(env("EMAIL_FILE_PATH", default="") or tempfile.mkdtemp(prefix="quanzi-mail-"))
ACCOUNT_RATE_LIMITS = False
AXES_ENABLED = False
LINK_PREVIEWS = False
JOB_LINGER_SECONDS: dict[str, float] = {}
JOB_CALL_SECONDS = 0  # each commit calls by itself
HOT_SECONDS = 0  # a test of what is kept for a moment says so
