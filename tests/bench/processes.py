"""The product's own processes on engines of the bench: what `make run` starts, with production settings."""

from __future__ import annotations

import base64
import fcntl
import secrets
import shutil
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from dev.engines import ROOT, Engines
from dev.errors import Refusal
from dev.processes import end, spawn
from dev.run import services
from dev.valkey import free_port


@contextmanager
def engines_of_its_own(folder: Path) -> Iterator[dict[str, str]]:
    """Empty, durable engines as `make run` has them, deleted in the end; yields the variables that lead to them.

    Raises Refusal while another bench uses the folder.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refusal(f"Another bench runs in {folder}: wait for it, or name another --folder.") from None
        engines = Engines(folder / "engines", durable=True, die_with_parent=True)
        engines.discard()  # what a killed run left behind
        folder.mkdir(parents=True, exist_ok=True)
        try:
            yield engines.start({})
        finally:
            engines.discard()
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.name).unlink(missing_ok=True)


@contextmanager
def sinks(folder: Path) -> Iterator[dict[str, str]]:
    """A mail server and a push service that take everything; yields the variables that lead to them."""
    smtp_port, http_port = free_port(), free_port()
    process = Process("sinks", [sys.executable, "-m", "tests.bench.sinks", str(smtp_port), str(http_port)], folder)
    try:
        yield {"EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}", "BENCH_PUSH_SINK": f"http://127.0.0.1:{http_port}"}
    finally:
        process.stop()


def production_environment(folder: Path) -> dict[str, str]:
    """What production settings ask for, but for the mail server; every secret is made up here."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "IDENTITY_KEYS": f"1={key}",
        "IDENTITY_INDEX_KEY": key,
        "IDENTITY_PROVIDER": "accounts.identity.sandbox.SandboxProvider",
        "SITE_URL": "https://127.0.0.1",
        "VAPID_PRIVATE_KEY": secrets.token_urlsafe(32),
        "MEDIA_ROOT": str(folder / "media"),
        "BENCH_STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "console",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


class Process:
    """One running process of the product; its words go into a file."""

    def __init__(self, name: str, command: list[str], folder: Path):
        self.name = name
        self.log = folder / "log" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        self.popen = spawn(command, log=self.log, sign=signal.SIGTERM, cwd=ROOT)

    def wait_until(self, ready: Callable[[], bool], patience: float = 90.0) -> None:
        """Raises Refusal with what the process said last when it ends or takes too long."""
        deadline = time.monotonic() + patience
        while not ready():
            if self.popen.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Refusal(f"{self.name} did not start:\n{self.output()[-2000:]}")
            time.sleep(0.05)

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        try:
            process = psutil.Process(self.popen.pid)
            family = process.children(recursive=True)
        except psutil.NoSuchProcess:
            return
        end(process, ask=signal.SIGTERM, insist=signal.SIGKILL, patience=15)
        for child in family:
            if child.is_running():
                child.kill()
        self.popen.wait(5)


@contextmanager
def web(folder: Path) -> Iterator[int]:
    """The web server of `make run`; yields its port."""
    port = free_port()
    process = Process("web", _commands(port)["web"], folder)
    try:
        process.wait_until(lambda: _answers(port))
        yield port
    finally:
        process.stop()


@contextmanager
def workers(folder: Path) -> Iterator[None]:
    """The workers and beat of `make run`."""
    running: list[Process] = []
    try:
        for name, command in _commands(0).items():
            if name == "beat":
                command[command.index("--schedule") + 1] = str(folder / "beat-schedule")
            if name != "web":
                running.append(Process(name, command, folder))
        _wait_for_workers([process for process in running if process.name != "beat"])
        yield
    finally:
        for process in reversed(running):
            process.stop()


def _commands(port: int) -> dict[str, list[str]]:
    """Name → what `make run` starts, so that the bench measures just that."""
    return {service.name: list(service.command) for service in services("127.0.0.1", port, {})}


def _wait_for_workers(processes: list[Process]) -> None:
    from config.celery import app

    answered: set[str] = set()

    def ready(name: str) -> bool:
        if name not in answered:
            answered.update(next(iter(reply)).partition("@")[0] for reply in app.control.ping(timeout=0.5))
        return name in answered

    for process in processes:
        process.wait_until(partial(ready, process.name))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
