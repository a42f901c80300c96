"""Keeps a handful of processes running in one terminal: labelled lines, restarts, and an end without leftovers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from dev.processes import ending_with_parent

COLOURS = ("36", "33", "35", "32", "34", "31")
LIVED_LONG = 30.0
RESTARTS = 5
PATIENCE = 60.0
"""Seconds that whoever is asked to end may take: as long as `stop_grace_period` in docker-compose.yml."""
TELLS_AFTER = 3.0


@dataclass(frozen=True)
class Service:
    """`later=True`: starts once somebody says `go_on()`, so that it does not compete with what people wait for."""

    name: str
    command: Sequence[str]
    later: bool = False


class Terminal:
    """Whole lines under a label each; colours only where somebody is looking."""

    def __init__(self, names: Sequence[str]):
        self.width = max(map(len, names))
        self.coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self.colours = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}

    def line(self, name: str, text: str) -> None:
        label = f"{name:<{self.width}} |"
        if self.coloured:
            label = f"\033[{self.colours.get(name, '1')}m{label}\033[0m"
        self.write(f"{label} {text}\n")

    def write(self, text: str) -> None:
        # The terminal may have been closed: that is no reason to leave processes behind.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(text)
            sys.stdout.flush()


class Supervisor:
    """Runs `services` until SIGINT, SIGTERM or SIGHUP, or until one of them ends again and again.

    `watch` is awaited every two seconds beside them (the engines). Returns the exit code: 0 after a signal.
    """

    def __init__(self, services: Sequence[Service], environment: dict[str, str], terminal: Terminal):
        self.services = services
        self.environment = environment
        self.terminal = terminal
        self.stopping = asyncio.Event()
        self.going_on = asyncio.Event()
        self.exit_code = 0
        self.processes: dict[str, asyncio.subprocess.Process] = {}

    async def run(self, when_started: Awaitable[None], watch: Callable[[], Awaitable[None]]) -> int:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sign, self._asked_to_stop)
        tasks = [asyncio.create_task(self._keep(service)) for service in self.services]
        side_tasks = [asyncio.ensure_future(when_started), asyncio.create_task(self._repeat(watch))]
        await self.stopping.wait()
        for task in side_tasks:
            task.cancel()
        await self._end_all()
        await asyncio.gather(*tasks, *side_tasks, return_exceptions=True)
        return self.exit_code

    def go_on(self) -> None:
        """Start the services that were to start later."""
        self.going_on.set()

    def give_up(self, reason: str) -> None:
        self.terminal.line("quanzi", reason)
        self.exit_code = 1
        self.stopping.set()

    def _asked_to_stop(self) -> None:
        if self.stopping.is_set():  # asked twice: no more patience
            for process in self.processes.values():
                self._signal(process, signal.SIGKILL)
            return
        self.terminal.write("\n")
        self.terminal.line("quanzi", "Stopping …")
        self.stopping.set()

    async def _keep(self, service: Service) -> None:
        failures = 0
        if service.later:
            await self._first(self.going_on, self.stopping)
        while not self.stopping.is_set():
            started = time.monotonic()
            code = await self._run_once(service)
            if self.stopping.is_set():
                return
            failures = 1 if time.monotonic() - started > LIVED_LONG else failures + 1
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            if failures > RESTARTS:
                self.give_up(f"{service.name} {how}, {RESTARTS} times in a row: stopping everything.")
                return
            delay = min(2 ** (failures - 1), 10)
            self.terminal.line("quanzi", f"{service.name} {how}; starting it again in {delay} s.")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), delay)

    @staticmethod
    async def _first(*events: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in events]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _run_once(self, service: Service) -> int:
        process = await asyncio.create_subprocess_exec(
            *service.command,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=ending_with_parent(signal.SIGTERM),
        )
        self.processes[service.name] = process
        if process.stdout is not None:
            await self._pass_on(service.name, process.stdout)
        code = await process.wait()
        self._signal(process, signal.SIGKILL)  # whatever is left of its group
        return code

    async def _pass_on(self, name: str, stream: asyncio.StreamReader) -> None:
        rest = b""
        while part := await stream.read(65536):
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                self.terminal.line(name, line.decode(errors="replace").rstrip("\r"))
        if rest:
            self.terminal.line(name, rest.decode(errors="replace"))

    async def _repeat(self, watch: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(2)
            await watch()

    async def _end_all(self) -> None:
        """SIGTERM to each process, then SIGKILL to the groups of those that take longer than PATIENCE."""
        running = [process for process in self.processes.values() if process.returncode is None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        if running:
            ends = [asyncio.ensure_future(process.wait()) for process in running]
            _, late = await asyncio.wait(ends, timeout=TELLS_AFTER)
            if late:
                self.terminal.line("quanzi", "Letting what is at work end; Ctrl-C again ends it at once.")
                _, late = await asyncio.wait(late, timeout=max(0.0, PATIENCE - TELLS_AFTER))
            if late:
                self.terminal.line("quanzi", "Not everything ended in time; insisting.")
        for process in self.processes.values():
            self._signal(process, signal.SIGKILL)

    @staticmethod
    def _signal(process: asyncio.subprocess.Process, sign: signal.Signals) -> None:
        """To the whole group: each service leads one of its own."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)
