"""Empty databases with all tables, made from a dump of one that was migrated before.

Migrating takes half a minute, longer than most runs of some tests. So the first empty migrated database is kept as a
dump under var/tests/; other migrations or other libraries make another one.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from dev.engines import HOME, ROOT
from dev.postgres import client_program

KEPT = HOME / "tests"


def fill(environment: Mapping[str, str]) -> None:
    """Make all tables in the empty database that DATABASE_URL of `environment` names. Whoever comes second waits for
    the dump of the first. Raises CalledProcessError."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"migrated-{_digest()}.sql"
    with locked(KEPT / "migrating.lock"):
        if not kept.exists():
            _migrate(environment, kept)
            return
    options = ("--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={kept}")
    _run(environment, client_program("psql"), *options, environment["DATABASE_URL"])


def _migrate(environment: Mapping[str, str], kept: Path) -> None:
    _run(environment, sys.executable, "-m", "dev.migrating")
    unfinished = kept.with_suffix(f".{os.getpid()}")
    _run(environment, client_program("pg_dump"), "--no-owner", f"--file={unfinished}", environment["DATABASE_URL"])
    for older in KEPT.glob("migrated-*.sql"):
        older.unlink(missing_ok=True)
    unfinished.rename(kept)


def _run(environment: Mapping[str, str], *command: str | Path) -> None:
    subprocess.run(command, env=dict(environment), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _digest() -> str:
    """Of all that decides what migrating makes."""
    digest = blake2b(sys.version.encode(), digest_size=8)
    files = [ROOT / "constraints.txt", *ROOT.glob("config/settings/*.py"), *ROOT.glob("*/migrations/*.py")]
    for file in sorted([*files, *ROOT.glob("*/models/*.py"), *ROOT.glob("*/models.py"), *ROOT.glob("*/apps.py")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
