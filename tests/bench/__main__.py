"""`make bench`: seeds a community, runs the real site and workers, and prints what they reach.

    python -m tests.bench [--scale small|full] [--only pages,hot] [--hot-seconds 300] [--output var/bench.json]

Ends with 0 when everything could be measured, also where a figure is not reached; with 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from dev.engines import HOME, ROOT
from dev.errors import Refusal
from tests.bench import processes, report
from tests.bench.scales import SCALES, Scale

if TYPE_CHECKING:
    from tests.bench.stage import Stage

STARTED = time.monotonic()
ROOM = {"small": 1 << 30, "full": 12 << 30}
PARTS = ("pages", "delivery", "fanout", "pulled", "sends", "hot", "search")


def say(text: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.0f} s] {text}", flush=True)


def stop_now(sign: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


class Findings:
    """The figures so far, and whether one of them could not be taken."""

    def __init__(self) -> None:
        self.figures: list[report.Figure] = []
        self.failed = False

    def take(self, name: str, measure: Callable[[Stage], list[report.Figure]], stage: Stage) -> None:
        """Measure; what fails is told and does not keep the others from being measured."""
        say(f"{name} …")
        try:
            self.figures += measure(stage)
        except Exception as error:
            self.failed = True
            self.figures.append(report.not_measured(name))
            say(f"  could not be measured: {error!r}")
            traceback.print_exc()


def prepare(folder: Path, scale: Scale) -> Stage:
    """Migrate, collect, seed, log people in. The engines run, the site does not."""
    import django

    from dev import migrated, translations

    translations.compile_catalogues()
    django.setup()

    from django.core.management import call_command

    from tests.bench import seed
    from tests.bench.people import bearer, cookies
    from tests.bench.stage import Stage

    say("Bringing the database up to date …")
    migrated.fill(os.environ)
    call_command("migrate", interactive=False, verbosity=0)
    Path(os.environ["BENCH_STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    say("Seeding …")
    community = seed.seed(scale, say)
    if len(community.viewers) < scale.viewers:
        raise Refusal("The seed gave too few people to look at pages.")
    return Stage(scale, community, folder, 0, cookies(community.viewers), bearer(community.speaker), say)


@contextmanager
def pushing_up_to(members: int | None):  # type: ignore[no-untyped-def]
    """Workers started within have this threshold; None: the product's own."""
    if members is not None:
        os.environ["BENCH_PUSH_MAX"] = str(members)
    try:
        yield
    finally:
        os.environ.pop("BENCH_PUSH_MAX", None)


def measure(stage: Stage, parts: set[str], findings: Findings) -> None:
    from django.conf import settings

    from tests.bench import delivery, hot, pages, search, sends

    folder = stage.folder
    # The product's own threshold will do, unless it is too low for the circle that is to be pushed to.
    is_pushed = stage.scale.pushed_circle <= settings.FEED_PUSH_MAX_MEMBERS
    with processes.web(folder) as port:
        stage = replace(stage, port=port)
        if "pages" in parts:
            findings.take("Pages beside the plain view", pages.speed, stage)
            findings.take("Queries and round trips", pages.costs, stage)
            findings.take("Home after FLUSHALL", pages.after_flush, stage)
        if parts & {"delivery", "sends"} or (is_pushed and "fanout" in parts):
            with processes.workers(folder):
                if "delivery" in parts:
                    findings.take("Publish → visible", delivery.visible, stage)
                    findings.take("Announcement to all fans", delivery.announcement, stage)
                if "fanout" in parts and is_pushed:
                    findings.take("Fan-out", delivery.fan_out, stage)
                if "sends" in parts and sends.is_there():
                    findings.take("Announcement by e-mail and push", sends.announcement, stage)
        if "fanout" in parts and not is_pushed:
            with pushing_up_to(stage.scale.pushed_circle), processes.workers(folder):
                findings.take("Fan-out", delivery.fan_out, stage)
        if "pulled" in parts:
            with pushing_up_to(stage.scale.pulled_from), processes.workers(folder):
                findings.take("Posts above the threshold", delivery.pulled, stage)
        if "hot" in parts:
            with processes.workers(folder):
                findings.take("Hot circle", hot.circle, stage)
    findings.take("Disk of timelines", delivery.disk, stage)
    if "search" in parts:  # last, as it adds posts
        findings.take("Search", search.speed, stage)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--output", type=Path, default=HOME / "bench.json")
    parser.add_argument("--folder", type=Path, default=HOME / "bench", help="for engines and files; deleted in the end")
    parser.add_argument("--hot-seconds", type=float, help="how long the hot circle is written in")
    parser.add_argument("--search-posts", type=int, help="another number of posts to search")
    wanted = parser.parse_args()
    parts = set(wanted.only.split(","))
    if unknown := parts - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop_now)
    folder = wanted.folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder.parent).free < ROOM[wanted.scale]:
        raise Refusal(f"Too little disk space: {ROOM[wanted.scale] >> 30} GB are needed in {folder.parent}.")
    os.chdir(ROOT)
    findings = Findings()
    say(f"Scale {wanted.scale}: starting PostgreSQL and Valkey …")
    with processes.engines_of_its_own(folder) as addresses, processes.sinks(folder) as sinks:
        os.environ.update({**addresses, **sinks, **processes.production_environment(folder)})
        scale = SCALES[wanted.scale]
        if wanted.hot_seconds:
            scale = replace(scale, hot_seconds=wanted.hot_seconds)
        if wanted.search_posts:
            scale = replace(scale, search_posts=wanted.search_posts)
        measure(prepare(folder, scale), parts, findings)
        _let_go()
    report.write(findings.figures, wanted.output)
    print(f"\n{report.table(findings.figures)}\n", flush=True)
    say(f"Written to {wanted.output}.")
    return 1 if findings.failed else 0


def _let_go() -> None:
    from django.db import connection

    connection.close()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
