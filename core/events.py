"""Something happened. An event is recorded in the transaction that made it true, as one job per consumer.

Which consumers an event has stands in one table, `config/subscriptions.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from core.jobs import each_of, enqueue_each, enqueuing_each
from core.statements import Beside


@dataclass(frozen=True)
class Event:
    """Base of all events. Fields are ids and plain values (JSON), never rows, never personal data."""


@cache
def subscriptions() -> Mapping[type[Event], Sequence[str]]:
    """Event class → names of the job handlers that consume it."""
    return import_string(settings.SUBSCRIPTIONS)


def record(event: Event) -> None:
    """Write one job per consumer of `event`, all at once; call it inside the transaction of the action."""
    enqueue_each(subscriptions()[type(event)], **vars(event))


def recording(event: type[Event]) -> Beside:
    """`record` beside the new row that an event with one field, its id, tells of; its values are `recorded`."""
    [field] = fields(event)
    return enqueuing_each(field.name)


def recorded(event: type[Event]) -> dict[str, Any]:
    """The values for `recording`; call it inside the transaction of the action."""
    return each_of(subscriptions()[event])
