"""What this project asks of a service that sends short messages."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class NotSent(Exception):
    """The service did not take the message; it is tried again."""


class SmsProvider(Protocol):
    def send(self, *, number: str, text: str) -> None:
        """Hand one message over. `number` is E.164. Never called inside a transaction; logs nothing. Raises NotSent."""
        ...


def current() -> SmsProvider:
    """The provider in `settings.SMS_PROVIDER`, a dotted path to its class."""
    provider: SmsProvider = import_string(settings.SMS_PROVIDER)()
    return provider
