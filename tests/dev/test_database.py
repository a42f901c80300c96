"""The tests' databases are copies of one that was migrated before."""

import os

import pytest
from django.core.management import call_command
from django.db import connection

from dev import migrated, pytest_database


@pytest.mark.django_db
@pytest.mark.skipif("QUANZI_TEST_ENGINES" not in os.environ, reason="A server of one's own is migrated as usual.")
def test_this_one_is_a_copy_and_lacks_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [pytest_database.TEMPLATE])
        assert cursor.fetchone() == (1,)
    assert len(list(migrated.KEPT.glob("migrated-*.sql"))) == 1
    call_command("migrate", "--check")  # exits where something is left to do


def test_another_migration_makes_another_one(tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    (tmp_path / "constraints.txt").write_text("django==5.2\n")
    migrations = tmp_path / "circles" / "migrations"
    migrations.mkdir(parents=True)
    before = migrated._digest()
    (migrations / "0001_initial.py").write_text("operations = []\n")
    first = migrated._digest()
    (migrations / "0001_initial.py").write_text("operations = [1]\n")
    assert len({before, first, migrated._digest()}) == 3
