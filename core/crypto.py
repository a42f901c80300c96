"""Encrypting single fields at rest, and looking them up without reading them.

AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D). The row and field a value belongs to are its
associated data: a ciphertext copied to another row does not decrypt.
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE_BYTES = 12


def _decode(name: str, value: str) -> bytes:
    key = base64.b64decode(value)
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} must be base64 of 32 bytes")
    return key


def newest_version() -> int:
    if not settings.IDENTITY_KEYS:
        raise ImproperlyConfigured("IDENTITY_KEYS is not set")
    return max(int(version) for version in settings.IDENTITY_KEYS)


def encrypt(text: str, *, context: str) -> tuple[int, bytes]:
    """Returns (key version, nonce + ciphertext). `context` names the row and field, such as "identity:<uuid>:name"."""
    version = newest_version()
    nonce = os.urandom(_NONCE_BYTES)
    return version, nonce + AESGCM(_key(version)).encrypt(nonce, text.encode(), context.encode())


def decrypt(data: bytes, *, version: int, context: str) -> str:
    """Raises cryptography's InvalidTag when key, context or data do not belong together."""
    raw = bytes(data)
    return AESGCM(_key(version)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context.encode()).decode()


def _key(version: int) -> bytes:
    return _decode(f"IDENTITY_KEYS[{version}]", settings.IDENTITY_KEYS[str(version)])


def blind_index(text: str) -> bytes:
    """HMAC-SHA-256 under IDENTITY_INDEX_KEY: equal texts give equal 32 bytes, and no key, no guess."""
    return hmac.new(_decode("IDENTITY_INDEX_KEY", settings.IDENTITY_INDEX_KEY), text.encode(), hashlib.sha256).digest()
