"""Everything between empty engines and a site that can start, in one process: one Python start instead of four."""

from __future__ import annotations

import os
import sys

from dev import translations


def main() -> None:
    compiled = translations.compile_catalogues()
    if compiled:
        print(f"Compiled {compiled} translation catalogue{'s' if compiled > 1 else ''}.", flush=True)

    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        print(f"Bringing the database up to date ({len(plan)} steps) …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO and os.environ.get("SEED", "1") != "0":
        call_command("seed_demo")


if __name__ == "__main__":
    from django.core.management import CommandError
    from django.db import OperationalError

    try:
        main()
    except CommandError as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database cannot be reached: {str(error).strip()}")
