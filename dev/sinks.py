"""Where mail goes in development: a mail server that puts everything into a folder, for /dev/mail/ to show.

    python -m dev.sinks PORT FOLDER

It speaks real SMTP, so what development sends takes the way production's mail takes. The files are those that Django's
file backend writes: each message followed by a line of 79 dashes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

HOST = "127.0.0.1"
SEPARATOR = b"-" * 79 + b"\n"
SIZE_MAX = 10 * 1024 * 1024


class Folder:
    """Keeps each message as a file of its own, there in full or not at all."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        name = f"smtp-{uuid.uuid4().hex}"
        draft = self.folder / f".{name}"
        draft.write_bytes(content.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n" + SEPARATOR)
        os.replace(draft, self.folder / f"{name}.log")
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopping.set)
    handler = Folder(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", data_size_limit=SIZE_MAX, loop=loop), HOST, port
    )
    try:
        await stopping.wait()
    finally:
        server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
