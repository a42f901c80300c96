"""What was sent to the API, checked."""

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import Serializer


def checked_with(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, as that serializer reads it. Raises its errors."""
    form = serializer(data=request.data)
    form.is_valid(raise_exception=True)
    found: dict[str, Any] = form.validated_data
    return found
