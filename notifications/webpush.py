"""Web push: encrypted for one browser (RFC 8291), signed by this site (VAPID, RFC 8292), only to known services."""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _
from py_vapid import Vapid02
from pywebpush import WebPusher

from core.errors import Invalid
from core.outbound import Answer, Outbound, is_local
from notifications.models import PushSubscription

ENDPOINT_MAX = 500
TTL_SECONDS = 24 * 3600
"""How long a push service keeps what it cannot hand over yet; after that it is old news."""
SIGNED_FOR_SECONDS = 12 * 3600
_SIGNATURE_KEPT_SECONDS = 6 * 3600


def is_on() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY)


@lru_cache(maxsize=4)
def _signer(private_key: str) -> Vapid02:
    return Vapid02.from_raw(private_key.encode())


def public_key() -> str:
    """What a browser subscribes with: the uncompressed point, base64url; empty where push is off."""
    if not is_on():
        return ""
    point = _signer(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def check(*, endpoint: str, p256dh: str, auth: str) -> None:
    """Raise Invalid for an endpoint that is no known push service's, or keys nobody can encrypt for."""
    if not is_known_service(endpoint):
        raise Invalid("unknown_push_service", _("Pushes to this service are not possible."), field="endpoint")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(p256dh))
        fits = len(_decoded(auth)) == 16
    except (ValueError, binascii.Error):
        fits = False
    if not fits:
        raise Invalid("bad_push_keys", _("The browser's keys are damaged. Please try again."), field="keys")


def is_known_service(endpoint: str) -> bool:
    """An https address at one of PUSH_HOSTS ("*.example" stands for what is under it), or a sink of this machine."""
    if len(endpoint) > ENDPOINT_MAX or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if is_local(host):
        return parts.scheme in ("http", "https")
    if parts.scheme != "https" or parts.username is not None or port not in (None, 443):
        return False
    return any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern for pattern in settings.PUSH_HOSTS
    )


def send(
    http: Outbound, subscription: PushSubscription, words: Mapping[str, str], *, topic: str, urgency: str
) -> Answer:
    """Send `words` to one browser. Raises core.outbound.OutboundError when there is no answer."""
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    encrypted = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(json.dumps(words).encode())
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(TTL_SECONDS),
        "Urgency": urgency,
        "Topic": base64.urlsafe_b64encode(hashlib.sha256(topic.encode()).digest()[:24]).decode(),
        **_signature(subscription.endpoint),
    }
    return http.post(subscription.endpoint, body=encrypted["body"], headers=headers)


def _signature(endpoint: str) -> dict[str, str]:
    parts = urlsplit(endpoint)
    period = int(time.time()) // _SIGNATURE_KEPT_SECONDS
    return _signed(settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT, f"{parts.scheme}://{parts.netloc}", period)


@lru_cache(maxsize=64)
def _signed(private_key: str, subject: str, audience: str, period: int) -> dict[str, str]:
    expires = period * _SIGNATURE_KEPT_SECONDS + SIGNED_FOR_SECONDS
    claims = {"sub": subject, "aud": audience, "exp": expires}
    return dict(_signer(private_key).sign(claims))


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
