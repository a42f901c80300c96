"""A fixture for tests/conftest.py: each worker's database is a copy of one that was migrated before.

Migrating takes half a minute, longer than most runs of some tests. So an empty migrated database is kept as a dump
under var/tests/; other migrations or other libraries make another one. Where DATABASE_URL names a server of one's own,
databases are migrated as Django does it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import psycopg2
import pytest

from dev.engines import HOME, ROOT
from dev.postgres import client_program
from dev.pytest_engines import test_environment

TEMPLATE, UNFINISHED = "quanzi_migrated", "quanzi_migrating"
KEPT = HOME / "tests"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Django's own `migrate` then finds nothing to do."""
    from django.db import connection

    if "QUANZI_TEST_ENGINES" in os.environ:
        with _locked(Path(os.environ["QUANZI_TEST_FOLDER"]) / "template.lock"):
            _make_template()
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def _make_template() -> None:
    server = psycopg2.connect(os.environ["DATABASE_URL"])
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
            if cursor.fetchone():  # by another worker
                return
            cursor.execute(f'DROP DATABASE IF EXISTS "{UNFINISHED}"')
            cursor.execute(f'CREATE DATABASE "{UNFINISHED}" TEMPLATE template0')
            _fill()
            cursor.execute(f'ALTER DATABASE "{UNFINISHED}" RENAME TO "{TEMPLATE}"')
    finally:
        server.close()


def _fill() -> None:
    environment = test_environment(UNFINISHED)
    url = environment["DATABASE_URL"]

    def run(*command: str | Path) -> None:
        subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    kept = KEPT / f"migrated-{_digest()}.sql"
    if kept.exists():
        run(client_program("psql"), "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={kept}", url)
        return
    run(sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0")
    KEPT.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    run(client_program("pg_dump"), "--no-owner", f"--file={unfinished}", url)
    for older in KEPT.glob("migrated-*.sql"):
        older.unlink(missing_ok=True)
    unfinished.rename(kept)


def _digest() -> str:
    """Of all that decides what migrating makes."""
    digest = blake2b(sys.version.encode(), digest_size=8)
    files = [ROOT / "constraints.txt", *ROOT.glob("config/settings/*.py"), *ROOT.glob("*/migrations/*.py")]
    for file in sorted([*files, *ROOT.glob("*/models/*.py"), *ROOT.glob("*/models.py"), *ROOT.glob("*/apps.py")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
