"""Where the bench's mail and pushes arrive: SMTP and HTTP servers that take everything, keep nothing, and cost little.

python -m tests.bench.sinks SMTP_PORT HTTP_PORT
"""

from __future__ import annotations

import asyncio
import sys

HOST = "127.0.0.1"


class Line(asyncio.Protocol):
    """Keeps what has not been understood yet."""

    def __init__(self) -> None:
        self.rest = b""
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport

    def say(self, words: bytes) -> None:
        assert self.transport is not None
        self.transport.write(words)


class Mail(Line):
    """As much of RFC 5321 as a client needs to hand mail over."""

    def __init__(self) -> None:
        super().__init__()
        self.in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.say(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while True:
            end = b"\r\n.\r\n" if self.in_data else b"\r\n"
            words, found, rest = self.rest.partition(end)
            if not found:
                return
            self.rest = rest
            if self.in_data:
                self.in_data = False
                self.say(b"250 taken\r\n")
            else:
                self.answer(words[:4].upper())

    def answer(self, verb: bytes) -> None:
        if verb == b"DATA":
            self.in_data = True
            self.say(b"354 go on\r\n")
        elif verb == b"EHLO":
            self.say(b"250-sink\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n")
        elif verb == b"QUIT":
            self.say(b"221 bye\r\n")
            assert self.transport is not None
            self.transport.close()
        else:
            self.say(b"250 fine\r\n")


class Push(Line):
    """Answers each request as push services do: 201 Created."""

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while True:
            head, found, body = self.rest.partition(b"\r\n\r\n")
            if not found:
                return
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            length = int(lengths[0].split(b":")[1]) if lengths else 0
            if len(body) < length:
                return
            self.rest = body[length:]
            self.say(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nLocation: /\r\n\r\n")


async def serve(smtp_port: int, http_port: int) -> None:
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(Mail, HOST, smtp_port)
    push = await loop.create_server(Push, HOST, http_port)
    await asyncio.gather(mail.serve_forever(), push.serve_forever())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
