"""A fixture for tests/conftest.py: each worker's database is a copy of one with all tables (dev.migrated).

Where DATABASE_URL names a server of one's own, databases are migrated as Django does it.
"""

from __future__ import annotations

import os
from pathlib import Path

import psycopg2
import pytest

from dev import migrated
from dev.pytest_engines import test_environment

TEMPLATE, UNFINISHED = "quanzi_migrated", "quanzi_migrating"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Django's own `migrate` then finds nothing to do."""
    from django.db import connection

    if "QUANZI_TEST_ENGINES" in os.environ:
        with migrated.locked(Path(os.environ["QUANZI_TEST_FOLDER"]) / "template.lock"):
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
            migrated.fill(test_environment(UNFINISHED))
            cursor.execute(f'ALTER DATABASE "{UNFINISHED}" RENAME TO "{TEMPLATE}"')
    finally:
        server.close()
