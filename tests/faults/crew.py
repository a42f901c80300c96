"""The product's workers and beat, kept running as an operator's supervisor keeps them, and killed at random."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from core.models import Heartbeat
from dev.processes import has_ended
from dev.run import services
from tests.bench.processes import Process

PATIENCE = 90.0
ALL_QUEUES = "money,notify,fanout,media,bulk"


class Crew:
    def __init__(self, folder: Path, *, kind: str) -> None:
        self.folder = folder
        self.commands = _commands(folder, kind)
        self.running: dict[str, Process] = {}
        self.started = 0

    def start(self, *names: str) -> None:
        for name in names or self.commands:
            self.started += 1
            self.running[name] = Process(f"{name}.{self.started}", self.commands[name], self.folder)

    def wait_until_ready(self) -> None:
        """Until each worker has given a sign of life."""
        deadline = time.monotonic() + PATIENCE
        for name in self.workers:
            self.running[name].wait_until(lambda name=name: self._is_alive(name), deadline - time.monotonic())

    def tend(self) -> int:
        """Start again what has ended; returns how many."""
        ended = [name for name, process in self.running.items() if process.popen.poll() is not None]
        for name in ended:
            # What is left of a killed worker ends with it, as in a container.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running[name].popen.pid, signal.SIGKILL)
        self.start(*ended) if ended else None
        return len(ended)

    def terminate(self, patience: float = 30.0) -> list[int | None]:
        """SIGTERM to all, as `docker compose stop` does; the exit codes, None for what took too long."""
        for process in self.running.values():
            process.popen.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        codes = []
        for process in self.running.values():
            while process.popen.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            codes.append(process.popen.poll())
        return codes

    def stop(self) -> None:
        for process in self.running.values():
            process.stop()
        self.running.clear()

    @property
    def workers(self) -> list[str]:
        return [name for name in self.running if name != "beat"]

    def kill_one(self, chance: random.Random, *, of: tuple[str, ...] = ()) -> None:
        """`kill -9` of some worker process: of a pool's, or of the one that rules it."""
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(self._processes(of)).kill()

    def kill_who_talks_to(self, ports: set[int], *, of: tuple[str, ...]) -> bool:
        """`kill -9` of a worker process that is connected to one of these ports; False when none is just now."""
        for process in self._processes(of):
            with contextlib.suppress(psutil.NoSuchProcess):
                if any(link.raddr and link.raddr.port in ports for link in process.net_connections("tcp")):
                    process.kill()
                    return True
        return False

    def _processes(self, of: tuple[str, ...]) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for name in of or self.workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                ruler = psutil.Process(self.running[name].popen.pid)
                found += [ruler, *ruler.children(recursive=True)]
        return [process for process in found if not has_ended(process)]

    def _is_alive(self, name: str) -> bool:
        return Heartbeat.objects.filter(name__endswith=f":{self.running[name].popen.pid}").exists()


def _commands(folder: Path, kind: str) -> dict[str, list[str]]:
    """Name → what `make run` starts."""
    found = {service.name: list(service.command) for service in services("127.0.0.1", 0, {})}
    found.pop("web")
    found["beat"][found["beat"].index("--schedule") + 1] = str(folder / "beat-schedule")
    if kind == "run":
        return found
    one = list(found["now"])
    one[one.index("-n") + 1], one[one.index("-c") + 1], one[one.index("-Q") + 1] = "one@%h", "3", ALL_QUEUES
    return {"one": one, "beat": found["beat"]}


def another_beat(folder: Path, number: int) -> Process:
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "beat", "--loglevel", "WARNING"]
    command += ["--schedule", str(folder / f"beat-schedule-{number}"), "--pidfile="]
    return Process(f"beat.extra.{number}", command, folder)


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE, *, every: float = 0.02) -> float:
    """Until it holds; how many seconds that took. Raises TimeoutError."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > patience:
            raise TimeoutError(f"not within {patience:.0f} s")
        time.sleep(every)
    return time.monotonic() - began
