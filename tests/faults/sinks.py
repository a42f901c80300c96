"""Where the suite's mail and pushes arrive: real SMTP and HTTP, a line in a file for each that came in whole.

python -m tests.faults.sinks SMTP_PORT HTTP_PORT FOLDER
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from functools import partial
from pathlib import Path

from dev.valkey import free_port
from tests.bench import sinks as bench
from tests.bench.processes import Process


class Mail(bench.Mail):
    """Writes down recipient and Message-ID, then says that it took the message."""

    def __init__(self, kept: Path) -> None:
        super().__init__()
        self.kept = kept

    def data_received(self, data: bytes) -> None:
        if self.in_data and (self.rest + data).endswith(b"\r\n.\r\n"):
            message = message_from_bytes((self.rest + data)[:-5])
            with self.kept.open("a") as file:
                file.write(f"{message['To']} {message['Message-ID']}\n")
        super().data_received(data)


class Push(bench.Push):
    """Writes down the path."""

    def __init__(self, kept: Path) -> None:
        super().__init__()
        self.kept = kept

    def say(self, words: bytes) -> None:
        with self.kept.open("a") as file:
            file.write(f"{self.path}\n")
        super().say(words)

    def data_received(self, data: bytes) -> None:
        whole = self.rest + data
        if whole.startswith(b"POST "):
            self.path = whole.split(b" ", 2)[1].decode()
        super().data_received(data)


def received(what: str) -> Iterator[tuple[str, str]]:
    """(recipient, Message-ID) of each mail, (path, "") of each push, as they came."""
    file = Path(os.environ["FAULTS_RECEIVED"]) / what
    for line in file.read_text().splitlines() if file.exists() else ():
        first, _, second = line.partition(" ")
        yield first, second


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Both of them; yields the variables that lead to them."""
    smtp_port, http_port = free_port(), free_port()
    command = [sys.executable, "-m", "tests.faults.sinks", str(smtp_port), str(http_port), str(folder)]
    process = Process("sinks", command, folder)
    try:
        yield {
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "FAULTS_PUSH_SINK": f"http://127.0.0.1:{http_port}",
            "FAULTS_RECEIVED": str(folder),
        }
    finally:
        process.stop()


async def serve(smtp_port: int, http_port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(partial(Mail, folder / "mail"), bench.HOST, smtp_port)
    push = await loop.create_server(partial(Push, folder / "push"), bench.HOST, http_port)
    await asyncio.gather(mail.serve_forever(), push.serve_forever())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
