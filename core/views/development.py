"""The mail this site sent, readable in the browser. Routed in development and demo only."""

import email
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

# What django.core.mail.backends.filebased writes after each message.
_SEPARATOR = b"-" * 79 + b"\n"
_MOST_FILES = 200


@dataclass(frozen=True)
class Mail:
    name: str
    number: int
    sent_at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def recipients(self) -> str:
        return str(self.message["To"] or "")

    @property
    def text(self) -> str:
        body = self.message.get_body(preferencelist=("plain", "html"))
        return str(body.get_content()) if body else ""


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    return render(request, "core/development/mail.html", {"mails": _newest()})


@require_safe
def message(request: HttpRequest, name: str, number: int) -> HttpResponse:
    found = next((one for one in _newest() if (one.name, one.number) == (name, number)), None)
    if found is None:
        raise Http404
    return render(request, "core/development/message.html", {"mail": found})


def _newest() -> list[Mail]:
    if not settings.EMAIL_FILE_PATH:
        return []
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[:_MOST_FILES]
    return [one for path in files for one in reversed(_read(path))]


def _read(path: Path) -> list[Mail]:
    sent_at = datetime.fromtimestamp(path.stat().st_mtime, timezone.get_current_timezone())
    parts = [part for part in path.read_bytes().split(_SEPARATOR) if part.strip()]
    messages = [email.message_from_bytes(part, policy=default) for part in parts]
    return [Mail(path.stem, number, sent_at, message) for number, message in enumerate(messages)]
