"""What a person may not do, or not like this, as one exception that pages and the API render."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


class DomainError(Exception):
    """An action was refused. `code` is stable and for programs, `message` is for the reader.

    `field` names the input at fault, where there is one. `status` is the HTTP status at the edge. `details` is what
    else a program or a page may want to know; it becomes part of the API's problem, so it can be put into JSON.
    """

    status = 409

    def __init__(
        self,
        code: str,
        message: str | Promise,
        *,
        field: str | None = None,
        status: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.details = details or {}
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        return str(self.message)


class Invalid(DomainError):
    """The input itself is at fault: too long, empty, not a picture …"""

    status = 400


class Refused(DomainError):
    """The input is fine; this person may not do this here and now."""

    status = 403


class TooMany(DomainError):
    """Too often in a short time; `retry_after` says in how many seconds there is room again."""

    status = 429

    def __init__(self, code: str, message: str | Promise, *, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class NotFound(DomainError):
    """There is no such thing, or not for this viewer: the answer is the same."""

    status = 404


@dataclass(frozen=True)
class Decision:
    """The answer of a rule: yes, or no with a reason. `details` as with DomainError."""

    ok: bool
    code: str = ""
    message: str | Promise = ""
    details: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return self.ok

    def require(self) -> None:
        """Raise `Refused` unless the answer was yes."""
        if not self.ok:
            raise Refused(self.code, self.message, details=self.details)


ALLOWED = Decision(True)


def refuse(code: str, message: str | Promise, details: Mapping[str, Any] | None = None) -> Decision:
    return Decision(False, code, message, details or {})
