"""Fixtures that run the product's own processes against the test database: `live_worker` and `live_site`.

Both see what is committed only, so a test that uses them is marked `@pytest.mark.django_db(transaction=True)`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from dev.errors import Refusal
from dev.processes import end, ending_with_parent
from dev.pytest_engines import test_environment
from dev.valkey import free_port

ROOT = Path(__file__).resolve().parent.parent
QUEUES = "money,notify,fanout,media,bulk"


class LiveProcess:
    """One running process and what it printed."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]):
        self.log = log
        with log.open("ab") as out:
            self.popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=ending_with_parent(signal.SIGTERM),
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until(self, ready: Callable[[], bool], patience: float = 60.0) -> None:
        deadline = time.monotonic() + patience
        while not ready():
            if self.popen.poll() is not None:
                raise Refusal(f"The process ended with code {self.popen.returncode}:\n{self.output()[-3000:]}")
            if time.monotonic() > deadline:
                self.stop()
                raise Refusal(f"The process was not ready within {patience:.0f} s:\n{self.output()[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """`kill -9` the process and its children: a crash, not a shutdown."""
        try:
            family = [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in family:
            process.kill()
        psutil.wait_procs(family, timeout=5)
        self.popen.wait(5)

    def stop(self) -> None:
        try:
            family = [*psutil.Process(self.pid).children(recursive=True), psutil.Process(self.pid)]
        except psutil.NoSuchProcess:
            return
        end(family[-1], ask=signal.SIGTERM, insist=signal.SIGKILL, patience=10)
        for process in family:
            if process.is_running():
                process.kill()
        self.popen.wait(5)


@pytest.fixture(scope="session")
def server_environment(django_db_setup: None) -> dict[str, str]:
    from django.db import connection

    return test_environment(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def start_worker(
    server_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., LiveProcess]]:
    """Start Celery workers: `start_worker(queues=…, concurrency=…, JOB_LEASE_SECONDS="2")`; ended after the run."""
    started: list[LiveProcess] = []

    def start(queues: str = QUEUES, concurrency: int = 2, **environment: str) -> LiveProcess:
        name = f"test{len(started)}@localhost"
        log = tmp_path_factory.mktemp("worker") / "worker.log"
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "INFO", "-n", name]
        command += ["--pool", "prefork", "-c", str(concurrency), "-Q", queues]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        worker = LiveProcess(command, log, {**server_environment, **environment})
        started.append(worker)
        worker.wait_until(lambda: f"{name} ready" in worker.output())
        return worker

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture(scope="module")
def live_worker(start_worker: Callable[..., LiveProcess]) -> Iterator[LiveProcess]:
    """A real Celery worker (prefork, two processes) on all queues, on the test database."""
    worker = start_worker()
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def live_site(server_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real web server (granian, as in production) on the test database, without a last slash."""
    port = free_port()
    log = tmp_path_factory.mktemp("site") / "site.log"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "2", "--no-ws", "config.wsgi:application"]
    site = LiveProcess(command, log, server_environment)
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/livez", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    try:
        site.wait_until(answers)
        yield address
    finally:
        site.stop()
