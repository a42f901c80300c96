"""Processes that die when the commit is done and the wake-up is about to be sent."""

from __future__ import annotations

import subprocess
import sys
import time

from circles.models import Post
from dev.engines import ROOT
from tests.bench.report import Figure
from tests.faults import community
from tests.faults.stage import Stage


def killed_before_waking(stage: Stage) -> list[Figure]:
    scale = stage.scale
    circle = community.circle(min(scale.members, 200))
    before = community.last_job()
    program = [sys.executable, "-m", "tests.faults.dying", str(circle.pk), str(scale.deaths)]
    done = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=600, check=True)
    killed = int(done.stdout)
    last = time.monotonic()
    stage.until_done(before)
    took = time.monotonic() - last
    published = Post.objects.filter(circle=circle).values_list("pk", flat=True)
    return [
        community.told("wake-ups: killed between commit and wake-up", killed),
        community.none("wake-ups: not killed where they should", scale.deaths - killed),
        community.none("wake-ups: posts lost", scale.deaths - len(published)),
        community.within("wake-ups: last effect after the last kill", took, 60),
        *community.entries("wake-ups", dict.fromkeys(published, circle.member_count)),
        community.dead("wake-ups", before),
    ]
