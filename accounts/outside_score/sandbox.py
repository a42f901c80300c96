"""Behaves like a real service without asking one: consent, refusal, grants that work once and run out, silence."""

import secrets
import zlib
from hashlib import blake2b
from urllib.parse import urlencode

from django.core import signing
from django.core.cache import cache
from django.urls import reverse

from accounts.outside_score.provider import Answer, Outcome

GRANT_SECONDS = 300
_SALT = "accounts.outside_score.sandbox"


class SandboxProvider:
    """Scores from 350 to 950, always the same for the same name. A name that begins with `unknown` has none, with
    `silent` the service does not answer."""

    code = "sandbox"
    name = "沙盒分"
    about = ""
    levels = (600, 650, 700, 750, 800)

    def consent_url(self, *, state: str, back: str) -> str:
        return f"{reverse('accounts:outside_score_sandbox')}?{urlencode({'state': state, 'back': back})}"

    def agree(self, name: str) -> str:
        """What the service gives the person who agrees: a grant for this name."""
        return signing.dumps({"name": name, "once": secrets.token_hex(8)}, salt=_SALT)

    def score(self, *, grant: str) -> Answer:
        try:
            name: str = signing.loads(grant, salt=_SALT, max_age=GRANT_SECONDS)["name"]
        except signing.BadSignature:
            return Answer(Outcome.DECLINED)
        if name.startswith("silent"):
            return Answer(Outcome.UNAVAILABLE)
        if not cache.add(f"outside-score:{blake2b(grant.encode(), digest_size=16).hexdigest()}", 1, GRANT_SECONDS):
            return Answer(Outcome.DECLINED)
        if name.startswith("unknown"):
            return Answer(Outcome.UNKNOWN)
        return Answer(Outcome.SCORED, 350 + zlib.crc32(name.encode()) % 601, subject=name)
