"""The registry. Apps above fill it in `AppConfig.ready`, so accounts need not know them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.portability.archive import Archive


@dataclass(frozen=True)
class Hurdle:
    """Something of the person's that others depend on: to be handed over or closed before the account is."""

    message: str
    url: str
    label: str


@dataclass(frozen=True)
class Share:
    """What one app keeps of a person."""

    app: str
    """Name of the app; shares are exported and erased in the order of registration."""
    export: Callable[["User", "Archive"], None]
    """Put all of it into the archive. Reads only, outside a transaction."""
    erase: Callable[["User", bool], None]
    """(person, keep words?) Forget it, in the caller's transaction that holds the person's row locked. What others
    answered to stays in its place, without the words unless they are to be kept. Running it twice changes nothing."""
    keeps: Sequence[tuple[str | Promise, str | Promise, str | Promise]] = ()
    """What is left after closing: (what, why, how long)."""
    hurdles: Callable[["User"], list[Hurdle]] = field(default=lambda user: [])
    models: Sequence[str] = ()
    """Labels of the models whose rows point to people and which `erase` deals with, or leaves on purpose. A test holds
    the union of all shares complete, so that no new table is forgotten."""


_shares: dict[str, Share] = {}


def register(share: Share) -> None:
    """Later ones replace earlier ones of the same app."""
    _shares[share.app] = share


def shares() -> list[Share]:
    """In the order of import: the app that stands highest first, as it may look at what lies below."""
    return list(reversed(_shares.values()))
