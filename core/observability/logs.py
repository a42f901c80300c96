"""What the log must not hold."""

import re
from typing import Any

_VALUES_OF_ROWS = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)


def without_values(text: str) -> str:
    """An error without the lines in which Postgres quotes the row it refused: an address, a name."""
    return _VALUES_OF_ROWS.sub(r"\1: (left out)", text)


def leave_out_values(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Processor of structlog, after exceptions have become text."""
    for key in ("exception", "event", "error"):
        if isinstance(event.get(key), str):
            event[key] = without_values(event[key])
    return event
