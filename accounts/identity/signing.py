"""Signed calls as the Standard Webhooks specification has them: HMAC-SHA-256 over "id.timestamp.body"."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

from core.numbers import whole_number

TOLERANCE_SECONDS = 300


def sign(body: bytes, *, secret: bytes, id: str, at: int | None = None) -> dict[str, str]:
    """The headers of one call."""
    stamp = str(int(time.time()) if at is None else at)
    return {
        "Content-Type": "application/json",
        "Webhook-Id": id,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": f"v1,{_signature(body, secret, id, stamp)}",
    }


def is_signed(body: bytes, headers: Mapping[str, str], *, secret: bytes) -> bool:
    """Is one of its signatures ours, and is it of now (5 minutes either way)? Header names in any case."""
    found = {name.lower(): value for name, value in headers.items()}
    id, stamp = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    sent_at = whole_number(stamp)
    if not id or sent_at is None or abs(time.time() - sent_at) > TOLERANCE_SECONDS:
        return False
    wanted = f"v1,{_signature(body, secret, id, stamp)}".encode()
    given = found.get("webhook-signature", "")[:1000].split()
    return any(hmac.compare_digest(one.encode(errors="replace"), wanted) for one in given)


def _signature(body: bytes, secret: bytes, id: str, stamp: str) -> str:
    content = f"{id}.{stamp}.".encode(errors="replace") + body
    return base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
