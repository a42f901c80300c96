"""`manage.py migrate` for the tests' tables, without some of the work that Django does again and again.

Each of hundreds of steps draws every model that has to do with the changed one anew, and asks each of their fields how
it was made. A field of a migration's state is never changed, so here it is asked once.

    python -m dev.migrating
"""

from __future__ import annotations

from typing import Any

import django
from django.core.management import call_command
from django.db.models import Field


def remember_how_fields_were_made() -> None:
    # Kept with the field, so that no other one gets its id.
    made: dict[int, tuple[Field[Any, Any], Any, dict[str, Any]]] = {}

    def clone(field: Field[Any, Any]) -> Field[Any, Any]:
        known = made.get(id(field))
        if known is None:
            _name, _path, arguments, options = field.deconstruct()
            known = field, arguments, options
            if not any(isinstance(value, Field) for value in (*arguments, *options.values())):
                made[id(field)] = known
        return type(field)(*known[1], **known[2])

    Field.clone = clone  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    django.setup()
    remember_how_fields_were_made()
    call_command("migrate", verbosity=0)
