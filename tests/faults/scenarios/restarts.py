"""SIGTERM and SIGHUP while requests come in all the time: what operators do at every deploy."""

from __future__ import annotations

import signal
import threading
import time

from tests.bench.load import request
from tests.bench.report import Figure, at_most
from tests.faults import community
from tests.faults.crew import wait_until
from tests.faults.stage import Stage
from tests.faults.urls import SLOW_SECONDS
from tests.faults.visitors import ANY_KEY, KEPT, Load, ask, posting

SLOW_ONES = 6


def under_load(stage: Stage) -> list[Figure]:
    circle = community.circle(min(stage.scale.members, 1_000))
    before = community.last_job()
    pages = [request("/", headers={"Cookie": cookie}) for cookie in stage.cookies]
    asked = [*(pages * 10)[:9], posting(f"/api/v1/circles/{circle.slug}/posts/", stage.tokens[3], str(ANY_KEY))]
    found = []
    restarts = {"rolling restart of the web server": (_rolling, KEPT), "SIGTERM to all workers": (_workers, 0)}
    if stage.scale.hangs_up:
        restarts["SIGHUP to the web server"] = (_hang_up, 2 * KEPT)
    for name, (restart, crossing) in restarts.items():
        stage.say(f"  {name} …")
        with Load(stage.port, asked, per_second=stage.scale.per_second) as load:
            time.sleep(stage.scale.load_seconds)
            extra = restart(stage)
            time.sleep(stage.scale.load_seconds)
        if load.failed:
            stage.say(f"  {dict(load.failed)}")
        found += [
            community.told(f"{name}: requests", load.asked),
            community.none(f"{name}: failed requests", load.failed.total()),
            # Each old process closes a kept connection once; where none ends, none is closed.
            at_most(
                f"{name}: requests that crossed the closing of an idle connection", load.crossed, "", reach=crossing
            ),
            community.told(f"{name}: slowest request", load.slowest, "s"),
            *extra,
        ]
    stage.until_done(before)
    posts = list(circle.posts.values_list("pk", flat=True))
    return [
        *found,
        *community.entries("restarts", dict.fromkeys(posts, circle.member_count)),
        community.dead("restarts", before),
        *_plain(stage),
    ]


def _rolling(stage: Stage) -> list[Figure]:
    """The new server listens on the port beside the old one, then the old one is asked to end."""
    old = stage.web[0]
    stage.start_web()
    old.popen.send_signal(signal.SIGTERM)
    wait_until(lambda: old.popen.poll() is not None)
    stage.web.remove(old)
    return [community.none("rolling restart of the web server: exit code", old.popen.returncode)]


def _hang_up(stage: Stage) -> list[Figure]:
    """The server replaces its processes one by one."""
    [server] = stage.web
    server.popen.send_signal(signal.SIGHUP)
    wait_until(lambda: "Stopped old worker-2" in server.output(), 180)
    return []


def _workers(stage: Stage) -> list[Figure]:
    """What they are at is finished, what they had claimed and not begun is given back: no lease has to run out."""
    codes = stage.crew.terminate()
    claimed = community.rows(
        "SELECT count(*) FROM core_job WHERE state = 'running'"
        " AND claimed_by NOT IN (SELECT pid FROM pg_stat_activity WHERE pid IS NOT NULL)"
    )[0][0]
    for name in list(stage.crew.running):
        stage.crew.running[name].stop()
    stage.crew.start()
    stage.crew.wait_until_ready()
    return [
        community.none("SIGTERM to all workers: those that did not end well", sum(code != 0 for code in codes)),
        community.none("SIGTERM to all workers: jobs left claimed", claimed),
    ]


def _plain(stage: Stage) -> list[Figure]:
    """SIGTERM with nothing to take over: whatever the server had accepted is answered before it ends."""
    old = stage.web[0]
    answers: list[int | str] = []

    def wait_for_answer() -> None:
        try:
            answers.append(ask(stage.port, request("/faults/slow/"))[0])
        except Exception as error:
            answers.append(repr(error))

    threads = [threading.Thread(target=wait_for_answer) for _ in range(SLOW_ONES)]
    for thread in threads:
        thread.start()
    time.sleep(SLOW_SECONDS / 2)
    old.popen.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join(30)
    wait_until(lambda: old.popen.poll() is not None)
    stage.web.remove(old)
    stage.start_web()
    return [
        community.told("plain SIGTERM: requests under way or queued", SLOW_ONES),
        community.none("plain SIGTERM: not answered", SLOW_ONES - answers.count(200)),
        community.none("plain SIGTERM: exit code", old.popen.returncode),
    ]
