"""The test settings with the keys a rotation goes between."""

import environ

from config.settings.test import *  # noqa: F403

IDENTITY_KEYS = environ.Env().dict("ROTATE_KEYS", default={})
