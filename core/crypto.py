"""Encrypting single fields at rest, and looking them up without reading them.

Envelopes: every row has a data key of its own, and the data key is wrapped by a master key from the environment
(`IDENTITY_KEYS`, version → key). Changing the master key wraps 32 bytes a row anew and touches no content; deleting a
row's data key makes its content unreadable everywhere, in old backups of the content too.

All of it is AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D). The row and field a value belongs to are its
associated data: a ciphertext copied to another row or field does not decrypt.
"""

import base64
import hashlib
import hmac
import os
import threading

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE_BYTES = 12
_SLOW_BLOCK = 8
SLOW_WAIT_SECONDS = 3.0
"""How long a request waits for its turn at `slow_index` before it is told to come back."""


class Busy(Exception):
    """More slow indexes are asked for than this process may compute at a time."""


def _decode(name: str, value: str) -> bytes:
    key = base64.b64decode(value)
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} must be base64 of 32 bytes")
    return key


def newest_version() -> int:
    if not settings.IDENTITY_KEYS:
        raise ImproperlyConfigured("IDENTITY_KEYS is not set")
    return max(int(version) for version in settings.IDENTITY_KEYS)


def has_version(version: int) -> bool:
    """Is there a master key of this version? Without it, what it wraps cannot be read."""
    return str(version) in settings.IDENTITY_KEYS


# --- one value under one key ---


def seal(data: bytes, *, key: bytes, context: str) -> bytes:
    """Nonce + ciphertext. `context` names the row and field, such as "person:<uuid>:name"."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def unseal(data: bytes, *, key: bytes, context: str) -> bytes:
    """Raises cryptography's InvalidTag when key, context or data do not belong together."""
    raw = bytes(data)
    return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context.encode())


# --- data keys, wrapped by the master key ---


def new_data_key() -> bytes:
    return os.urandom(32)


def wrap(key: bytes, *, context: str) -> tuple[int, bytes]:
    """Returns (version of the newest master key, data key encrypted under it)."""
    version = newest_version()
    return version, seal(key, key=_key(version), context=context)


def unwrap(data: bytes, *, version: int, context: str) -> bytes:
    return unseal(data, key=_key(version), context=context)


# --- straight under the master key: rows from before there were data keys ---


def encrypt(text: str, *, context: str) -> tuple[int, bytes]:
    """Returns (key version, nonce + ciphertext)."""
    version = newest_version()
    return version, seal(text.encode(), key=_key(version), context=context)


def decrypt(data: bytes, *, version: int, context: str) -> str:
    """Raises cryptography's InvalidTag when key, context or data do not belong together."""
    return unseal(data, key=_key(version), context=context).decode()


def _key(version: int) -> bytes:
    return _decode(f"IDENTITY_KEYS[{version}]", settings.IDENTITY_KEYS[str(version)])


# --- finding equal values ---


def _index_key() -> bytes:
    return _decode("IDENTITY_INDEX_KEY", settings.IDENTITY_INDEX_KEY)


def blind_index(text: str) -> bytes:
    """HMAC-SHA-256 under IDENTITY_INDEX_KEY: equal texts give equal 32 bytes, and no key, no guess.

    For what cannot be listed. Whoever has the key tries millions of values a second; see `slow_index`.
    """
    return hmac.new(_index_key(), text.encode(), hashlib.sha256).digest()


def slow_index(text: str) -> bytes:
    """A blind index for values that can be listed, such as the 10¹¹ possible ID numbers: 32 bytes.

    scrypt (RFC 7914) with n = 2 ** IDENTITY_INDEX_COST, r = 8, p = 1, the key as pepper before and after it. Without
    the key nothing can be tried at all; with the key every try costs time and memory (docs/identity.md has figures).
    At most IDENTITY_INDEX_AT_ONCE are computed in a process at a time, for memory's sake; raises `Busy` when there was
    no turn within SLOW_WAIT_SECONDS. The interpreter is not held meanwhile: other threads go on.
    """
    key = _index_key()
    with _turn():
        stretched = hashlib.scrypt(
            hmac.new(key, b"slow:" + text.encode(), hashlib.sha256).digest(),
            salt=hmac.new(key, b"salt", hashlib.sha256).digest(),
            n=2**settings.IDENTITY_INDEX_COST,
            r=_SLOW_BLOCK,
            p=1,
            maxmem=2 ** (settings.IDENTITY_INDEX_COST + 11),
            dklen=32,
        )
    return hmac.new(key, stretched, hashlib.sha256).digest()


class _turn:
    """One of the places in which a slow index may be computed."""

    _places: threading.BoundedSemaphore | None = None
    _lock = threading.Lock()

    def __enter__(self) -> None:
        with _turn._lock:
            if _turn._places is None:
                _turn._places = threading.BoundedSemaphore(settings.IDENTITY_INDEX_AT_ONCE)
        self.taken = _turn._places
        if not self.taken.acquire(timeout=SLOW_WAIT_SECONDS):
            raise Busy

    def __exit__(self, *_error: object) -> None:
        self.taken.release()
