"""Give the tables of custody a database role of their own, which alone may touch them.

Run it as whoever owns the tables (the role that migrates), after every migration: it may be run any number of times.
`--print` shows the statements instead, for somebody who keeps such things by hand.
"""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from accounts.custody import TABLES

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")


class Command(BaseCommand):
    help = "Let the tables of legal identities be read and written by a database role of their own only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app-role", default="quanzi_app", help="what DATABASE_URL of web and workers names")
        parser.add_argument("--identity-role", default="quanzi_identity", help="what IDENTITY_DATABASE_URL names")
        parser.add_argument("--print", action="store_true", dest="only_print", help="print the SQL, change nothing")

    def handle(self, *args: Any, app_role: str, identity_role: str, only_print: bool, **options: Any) -> None:
        for name in (app_role, identity_role):
            if not _NAME.match(name):
                raise CommandError(f"{name!r} is no name for a role: small letters, digits and _ only.")
        if app_role == identity_role:
            raise CommandError("These have to be two roles.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database(), current_schema()")
            owner, database, schema = cursor.fetchone()
            cursor.execute(
                "SELECT c.relname, c.relkind FROM pg_class c WHERE c.relnamespace = %s::regnamespace"
                " AND c.relkind IN ('r', 'p', 'S', 'v', 'm') ORDER BY c.relname",
                [schema],
            )
            found = cursor.fetchall()
        if owner in (app_role, identity_role):
            raise CommandError(f"{owner} is the role this runs as. Use the one that migrates: it keeps what is secret.")
        lines = list(_statements(app_role, identity_role, database, schema, found))
        if only_print:
            self.stdout.write("\n".join(f"{line};" for line in lines))
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for line in lines:
                cursor.execute(line)
        self.stdout.write(
            f"{', '.join(TABLES)}: {identity_role} only. Everything else: {app_role}. "
            "New roles have no password yet: ALTER ROLE … PASSWORD …"
        )


def _statements(app: str, identity: str, database: str, schema: str, found: list[tuple[str, str]]) -> Any:
    """In the order in which they are run. Partitions come and go with the site, so their tables belong to its role."""
    quote = connection.ops.quote_name
    app, identity, database, schema = quote(app), quote(identity), quote(database), quote(schema)
    for role in (app, identity):
        bare = role.strip('"')
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{bare}') "
            f"THEN CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS; END IF; END $$"
        )
        yield f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}"
        yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    yield f"GRANT CREATE ON SCHEMA {schema} TO {app}"
    secret = {*TABLES, *(f"{table}_id_seq" for table in TABLES)}
    partitioned = {name for name, kind in found if kind == "p"}
    for name, kind in found:
        table, what = quote(name), "SEQUENCE" if kind == "S" else "TABLE"
        if name in secret:
            privileges = "USAGE, SELECT" if kind == "S" else "SELECT, INSERT, UPDATE, DELETE"
            yield f"REVOKE ALL ON {what} {table} FROM PUBLIC, {app}"
            yield f"GRANT {privileges} ON {what} {table} TO {identity}"
        elif kind == "S":
            yield f"GRANT USAGE, SELECT, UPDATE ON SEQUENCE {table} TO {app}"
            yield f"REVOKE ALL ON SEQUENCE {table} FROM {identity}"
        else:
            if name in partitioned or any(name.startswith(f"{parent}_") for parent in partitioned):
                yield f"ALTER TABLE {table} OWNER TO {app}"
            else:
                yield f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES ON TABLE {table} TO {app}"
            yield f"REVOKE ALL ON TABLE {table} FROM {identity}"
