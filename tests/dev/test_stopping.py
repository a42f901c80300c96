"""Whoever is asked to end may end what it is at, for as long as is documented; then it is made to."""

import asyncio
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from dev import supervisor
from dev.supervisor import Service, Supervisor, Terminal

WORKER = """
import pathlib, signal, sys, time
done = pathlib.Path(sys.argv[1])
def end(*_):
    time.sleep(float(sys.argv[2]))
    done.write_text("done")
    sys.exit()
signal.signal(signal.SIGTERM, end)
done.with_suffix(".up").touch()
while True:
    time.sleep(0.02)
"""


def run(path, seconds, *, signals=1, **settings):
    """Stop a crew of one worker, in a process of its own: the browser tests of this one keep a loop running."""
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return alone.submit(stop, path, seconds, signals, settings).result(60)


def stop(path, seconds, signals, settings):
    for name, value in settings.items():
        setattr(supervisor, name, value)
    service = Service("worker", [sys.executable, "-c", WORKER, str(path), str(seconds)])

    async def nothing():
        pass

    async def stop_when_up():
        while not path.with_suffix(".up").exists():
            await asyncio.sleep(0.02)
        for _ in range(signals):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.1)

    async def main():
        crew = Supervisor([service], dict(os.environ), Terminal(["worker", "quanzi"]))
        stopping = asyncio.create_task(stop_when_up())
        code = await crew.run(nothing(), nothing)
        await stopping
        return code

    return asyncio.run(asyncio.wait_for(main(), 20))


@pytest.mark.parametrize(("seconds", "patience", "ends"), [(0.6, 5, True), (9, 0.4, False)])
def test_a_worker_ends_what_it_is_at(tmp_path, seconds, patience, ends):
    done = tmp_path / "done"
    assert run(done, seconds, PATIENCE=patience, TELLS_AFTER=0.2) == 0
    assert done.exists() is ends


def test_asked_twice_it_waits_no_more(tmp_path):
    done = tmp_path / "done"
    assert run(done, 9, signals=2) == 0
    assert not done.exists()
