"""`make faults`: breaks the running site in every way that is foreseen, and counts what is lost or done twice.

    python -m tests.faults [--scale small|full] [--only kills,broker] [--output var/faults.json] [--folder var/faults]

Ends with 0 when everything held, with 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from dev.engines import HOME, ROOT, Engines
from dev.errors import Refusal
from tests.bench import processes, report
from tests.faults.scales import SCALES, Scale
from tests.faults.scenarios import SCENARIOS

if TYPE_CHECKING:
    from tests.faults.stage import Stage

STARTED = time.monotonic()
ROOM = {"small": 1 << 30, "full": 6 << 30}


def say(text: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.0f} s] {text}", flush=True)


def stop_now(sign: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def engines_of_its_own(folder: Path) -> Iterator[Engines]:
    """Empty, durable engines as `make run` has them, deleted in the end."""
    engines = Engines(folder / "engines", durable=True, die_with_parent=True)
    engines.discard()  # what a killed run left behind
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        os.environ.update(engines.start({}))
        yield engines
    finally:
        engines.discard()
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, scale: Scale) -> dict[str, str]:
    return {
        **processes.production_environment(folder),
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "FAULTS_VISIBILITY_SECONDS": str(scale.visibility_seconds),
        "FAULTS_RANGE_SIZE": str(scale.range_size),
        "FAULTS_SWEEP_SECONDS": str(scale.sweep_seconds),
        "FAULTS_POISON_ATTEMPTS": str(scale.poison_attempts),
    }


def prepare(scale: Scale) -> None:
    """An empty database of this version, with people in it."""
    import django

    from dev import migrated, translations

    translations.compile_catalogues()
    django.setup()

    from django.core.management import call_command

    migrated.fill(os.environ)
    call_command("migrate", interactive=False, verbosity=0)
    Path(os.environ["BENCH_STATIC_ROOT"]).mkdir(parents=True)

    from tests.faults import community, handlers

    community.execute(handlers.TABLE)
    community.people(scale.members)


@contextmanager
def stage_of(scale: Scale, folder: Path, engines: Engines) -> Iterator[Stage]:
    from tests.bench.people import bearer, cookies
    from tests.faults import stage
    from tests.faults.crew import Crew

    crew = Crew(folder, kind=scale.crew)
    with stage.web(folder) as (port, web):
        try:
            crew.start()
            crew.wait_until_ready()
            tokens, viewers = [bearer(pk) for pk in range(1, 5)], cookies(range(2, 12))
            yield stage.Stage(scale, folder, engines, crew, port, web, say, tokens, viewers)
        finally:
            crew.stop()


def play(stage: Stage, names: list[str]) -> dict[str, list[report.Figure]]:
    """Scenario → its figures. What fails is told and does not keep the others from being played."""
    from django.db import connection

    from tests.faults import scenarios

    found: dict[str, list[report.Figure]] = {}
    for name in names:
        say(f"{name} …")
        try:
            found[name] = scenarios.play(name, stage)
        except Exception as error:
            found[name] = [report.not_measured(name)]
            say(f"  {name} could not be counted: {error!r}")
            traceback.print_exc()
            connection.close()
        stage.crew.tend()
        stage.crew.wait_until_ready()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__.splitlines()[0])
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--only", default=",".join(SCENARIOS), help=f"some of {', '.join(SCENARIOS)}")
    parser.add_argument("--output", type=Path, default=HOME / "faults.json")
    parser.add_argument(
        "--folder", type=Path, default=HOME / "faults", help="for engines and files; deleted in the end"
    )
    wanted = parser.parse_args()
    names = wanted.only.split(",")
    if unknown := set(names) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop_now)
    folder = wanted.folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder.parent).free < ROOM[wanted.scale]:
        raise Refusal(f"Too little disk space: {ROOM[wanted.scale] >> 30} GB are needed in {folder.parent}.")
    os.chdir(ROOT)
    scale = SCALES[wanted.scale]
    say(f"Scale {wanted.scale}: starting PostgreSQL and Valkey …")
    with engines_of_its_own(folder) as engines:
        os.environ.update(environment(folder, scale))
        from tests.faults import sinks

        with sinks.running(folder) as addresses:
            os.environ.update(addresses)
            prepare(scale)
            say("Starting web server, workers and beat …")
            with stage_of(scale, folder, engines) as stage:
                found = play(stage, names)
    figures = [figure for some in found.values() for figure in some]
    wanted.output.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"scenario": name, **asdict(figure)} for name, some in found.items() for figure in some]
    wanted.output.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{report.table(figures)}\n", flush=True)
    say(f"Written to {wanted.output}.")
    return 0 if all(figure.ok is not False for figure in figures) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
