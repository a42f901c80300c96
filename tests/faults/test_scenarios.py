"""Everything `make faults` breaks, in small: one run, one test a scenario. What was counted is told where one fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from dev.engines import ROOT
from dev.postgres import short_temporary_folder
from tests.faults.scenarios import SCENARIOS

pytestmark = pytest.mark.xdist_group("heavy")  # never beside browsers, which it would starve

OWN_ENGINES = ("DATABASE_URL", "BROKER_URL", "REDIS_URL", "MEDIA_ROOT", "DJANGO_SETTINGS_MODULE", "EMAIL_FILE_PATH")


@dataclass(frozen=True)
class Run:
    found: dict[str, list[dict[str, Any]]]
    """Scenario → its figures."""
    said: str


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    output = tmp_path_factory.mktemp("faults") / "faults.json"
    folder = short_temporary_folder()
    command = [sys.executable, "-m", "tests.faults", "--scale", "small"]
    command += ["--folder", str(folder / "faults"), "--output", str(output)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in OWN_ENGINES},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    folder.rmdir()
    assert output.exists(), done.stdout[-5000:]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in SCENARIOS}
    for figure in json.loads(output.read_text()):
        found[figure["scenario"]].append(figure)
    return Run(found, done.stdout)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_lost_and_nothing_is_done_twice(run: Run, scenario: str) -> None:
    figures = run.found[scenario]
    assert len(figures) > 1, run.said[-5000:]
    wrong = [figure for figure in figures if figure["ok"] is False]
    assert not wrong, run.said[-10_000:]


def test_the_faults_hit_something(run: Run) -> None:
    """Kills that hit nobody at work, or people who did not post, would prove nothing."""
    told = {figure["name"]: figure["value"] for figures in run.found.values() for figure in figures}
    for name in (
        "kills: jobs hit at work",
        "broker stopped: posts",
        "broker hung: posts",
        "wake-ups: killed between commit and wake-up",
        "Postgres restarted: posts that had to be sent again",
        "Postgres killed: posts that had to be sent again",
        "backlog: still waiting after the last reply",
        "mails: jobs hit at work",
    ):
        assert told[name] > 0, name
    assert told["two beats: requests"] > 1.5 * told["two beats: slots"]
