"""Starting and ending child processes so that nothing is left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from dev.identity import UserOptions

PR_SET_PDEATHSIG = 1


def ending_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` after which the kernel sends `sign` to the child when its parent ends (Linux; else None)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)

    return prepare


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    sign: signal.Signals | None = None,
    cwd: Path | None = None,
    user: UserOptions | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C in the terminal does not reach it."""
    prepare = ending_with_parent(sign) if sign is not None else None
    with log.open("ab") as out:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=prepare,
            cwd=cwd,
            **(user or UserOptions()),
        )


def process_of(pid: int | None, mark: str) -> psutil.Process | None:
    """The live process `pid` if its command line names `mark`; None when it ended or the number was reused."""
    if not pid:
        return None
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process if any(mark in word for word in process.cmdline()) else None
    except psutil.Error:
        return None


def end(process: psutil.Process, *, ask: signal.Signals, insist: signal.Signals, patience: float) -> None:
    """Ask a process to end; after `patience` seconds insist. Returns when it is gone."""
    for sign, seconds in ((ask, patience), (insist, 5.0)):
        try:
            process.send_signal(sign)
        except psutil.NoSuchProcess:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if has_ended(process):
                return
            time.sleep(0.02)


def has_ended(process: psutil.Process) -> bool:
    """True as soon as it does nothing any more, even where nobody has collected its exit code yet."""
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return False
        process.wait(0)  # collects it if it is a child of ours
    except (psutil.NoSuchProcess, psutil.TimeoutExpired):
        pass
    return True


def last_line(log: Path) -> str:
    """What a server said last, for an error of one line."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    telling = [line for line in lines if "FATAL" in line or "ERROR" in line or "Fatal" in line]
    return (telling or lines or [""])[-1]
