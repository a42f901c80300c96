"""What each line of the log says of the request or job it was written in, by one variable of the context.

structlog has variables of its own for that; to find them it goes through all of the context each time, and there a web
process has some eighty of others.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

_said: ContextVar[Mapping[str, Any]] = ContextVar("said", default=MappingProxyType({}))


@contextmanager
def saying(**values: Any) -> Iterator[None]:
    """Every line written inside carries these, beside those of around."""
    token = _said.set({**_said.get(), **values})
    try:
        yield
    finally:
        _said.reset(token)


def request_id() -> str:
    """Of the request, or of that whose job this is; empty where nobody asked."""
    return str(_said.get().get("request_id", ""))


def add_said(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Processor of structlog; what the line itself says stands."""
    return {**_said.get(), **event}
