"""A fixture for tests/conftest.py: each worker's database is a copy of one with all tables (dev.migrated), and what
tests commit is deleted where it is.

Where DATABASE_URL names a server of one's own, databases are migrated and emptied as Django does it.
"""

from __future__ import annotations

import os
from pathlib import Path

import psycopg2
import pytest
from django.test import TransactionTestCase

from dev import migrated
from dev.pytest_engines import test_environment

TEMPLATE, UNFINISHED = "quanzi_migrated", "quanzi_migrating"
MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}
"""Django's own flush empties them and fills them again with the same rows."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Django's own `migrate` then finds nothing to do."""
    from django.db import connection

    if "QUANZI_TEST_ENGINES" in os.environ:
        make_template()
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE
        setattr(TransactionTestCase, "_fixture_teardown", _delete_what_was_committed)  # noqa: B010 - not in the stubs


def _delete_what_was_committed(test: TransactionTestCase) -> None:
    """What Django's flush does, at a tenth of its price: TRUNCATE makes new files for every table and index there is.

    As with TRUNCATE, whoever still writes is waited for, and neither foreign keys nor triggers have a say.
    """
    from django.db import connection, transaction

    every = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    tables = [connection.ops.quote_name(name) for name in every if name not in MADE_BY_MIGRATE]
    looks = (f"SELECT {number} WHERE EXISTS (SELECT FROM {table})" for number, table in enumerate(tables))  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(looks))
        filled = [tables[number] for (number,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def make_template() -> None:
    """Unless there is one. Whoever comes second waits for the first."""
    with migrated.locked(Path(os.environ["QUANZI_TEST_FOLDER"]) / "template.lock"):
        _make_template()


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


if __name__ == "__main__":
    make_template()
