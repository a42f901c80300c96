"""Is it well? Checks that say in plain words what is wrong and how to mend it.

    @register("mail", _("Mail"), needs=("postgres", "migrations"))
    def mail() -> Finding:
        return well(_("Mail leaves the house."))

An app writes its checks in a module `health_checks`, which is imported at the start. They are asked by
`manage.py doctor` and by the page "Is it well?" in the admin, in the language of whoever asks.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise


class State(StrEnum):
    WELL = "well"
    WARNING = "warning"
    """Not as it should be, but nobody is kept waiting yet."""
    WRONG = "wrong"
    SKIPPED = "skipped"
    """Cannot be told as long as something else is wrong."""


@dataclass(frozen=True)
class Finding:
    state: State
    said: Text
    mend: Text = ""


@dataclass(frozen=True)
class Check:
    name: str
    label: Text
    run: Callable[[], Finding]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    name: str
    label: str
    state: State
    said: str
    mend: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "state": self.state.value,
            "said": self.said,
            "mend": self.mend,
        }


CHECKS: dict[str, Check] = {}


def register(
    name: str, label: Text, *, needs: tuple[str, ...] = ()
) -> Callable[[Callable[[], Finding]], Callable[[], Finding]]:
    """Add a check, to be asked after those it `needs` and only if they are well."""

    def add(run: Callable[[], Finding]) -> Callable[[], Finding]:
        CHECKS[name] = Check(name, label, run, needs)
        return run

    return add


def well(said: Text) -> Finding:
    return Finding(State.WELL, said)


def warning(said: Text, mend: Text) -> Finding:
    return Finding(State.WARNING, said, mend)


def wrong(said: Text, mend: Text) -> Finding:
    return Finding(State.WRONG, said, mend)


def examine() -> list[Result]:
    """Ask all checks, in the order they were registered; none of them can break the others."""
    broken: set[str] = set()
    results = []
    for check in CHECKS.values():
        finding = _ask(check, broken)
        if finding.state in (State.WRONG, State.SKIPPED):
            broken.add(check.name)
        results.append(Result(check.name, str(check.label), finding.state, str(finding.said), str(finding.mend)))
    return results


def is_well(results: Collection[Result]) -> bool:
    """Nothing wrong; warnings do not count."""
    return all(result.state not in (State.WRONG, State.SKIPPED) for result in results)


def _ask(check: Check, broken: set[str]) -> Finding:
    for need in check.needs:
        if need in broken:
            said = _("Not asked: first mend “%(check)s”.") % {"check": CHECKS[need].label}
            return Finding(State.SKIPPED, said)
    try:
        return check.run()
    except Exception as error:  # whatever it is, it is not well
        said = _("This could not be asked (%(error)s).") % {"error": type(error).__name__}
        mend = _("The log says more.")
        if isinstance(error, DatabaseError):
            mend = _("See that Postgres is well and the database up to date.")
        return wrong(said, mend)
