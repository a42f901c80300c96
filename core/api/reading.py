"""What was sent to the API, checked, and what it answers, by serializers kept for the next request.

A serializer copies all its fields when it is made, which takes longer than reading or writing with them.
"""

import threading
from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import Serializer


class _Kept(threading.local):
    def __init__(self) -> None:
        self.serializers: dict[type[Serializer[Any]], Any] = {}

    def of(self, serializer: type[Serializer[Any]]) -> Any:
        found = self.serializers.get(serializer)
        if found is None:
            found = self.serializers[serializer] = serializer()
        return found


_kept = _Kept()


def checked_with(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, as that serializer reads it. Raises its errors."""
    form = _kept.of(serializer)
    form.initial_data = request.data
    vars(form).pop("_validated_data", None)
    form.is_valid(raise_exception=True)
    found: dict[str, Any] = form.validated_data
    return found


def shown_with(serializer: type[Serializer[Any]], thing: Any, request: Request) -> dict[str, Any]:
    """`thing` as that serializer writes it."""
    form = _kept.of(serializer)
    form._context = {"request": request}
    found: dict[str, Any] = form.to_representation(thing)
    return found
