"""Servers on this machine that take what the site sends: real SMTP and real HTTP."""

from __future__ import annotations

import base64
import email
import itertools
import json
import os
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dev.valkey import free_port


@dataclass
class MailSink:
    """What arrived; `answers` says what the server replies to an address ("550 unknown"), once or always."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    connections: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.answers.get(address):
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 Kept"

    def to(self, person: Any) -> list[EmailMessage]:
        return [mail for mail in self.mails if str(mail["To"]) == person.email]

    def start(self) -> Controller:
        self.port = free_port()
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        return controller


@dataclass
class Push:
    path: str
    headers: dict[str, str]
    body: bytes


class PushSink:
    """A push service: keeps what is posted, answers 201 or what `answers` holds for the path."""

    def __init__(self) -> None:
        self.pushes: list[Push] = []
        self.answers: dict[str, int] = {}
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sink.pushes.append(Push(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status = sink.answers.get(self.path, 201)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"http://127.0.0.1:{sink.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Browser:
    """A browser's side of RFC 8291: it has keys, and can read what was encrypted for it."""

    numbers = itertools.count(1)

    def __init__(self, sink: PushSink) -> None:
        self.sink = sink
        self.path = f"/push/{next(self.numbers)}"
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def subscription(self) -> dict[str, str]:
        point = self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.sink.url + self.path, "p256dh": _base64url(point), "auth": _base64url(self.secret)}

    @property
    def pushes(self) -> list[Push]:
        return [push for push in self.sink.pushes if push.path == self.path]

    def read(self, push: Push) -> dict[str, str]:
        return json.loads(http_ece.decrypt(push.body, private_key=self.private_key, auth_secret=self.secret))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
