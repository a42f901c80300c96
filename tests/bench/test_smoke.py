"""The bench runs from end to end, and tells what it found; what it finds on a busy machine in seconds says nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev.engines import ROOT
from dev.postgres import short_temporary_folder
from tests.bench import report
from tests.bench.load import Connection, press, request

KEYS = ["name", "value", "unit", "floor", "ratio", "reach", "ok"]


@pytest.fixture
def folder():
    yield (made := short_temporary_folder()) / "bench"
    made.rmdir()


def test_the_bench_measures_pages_and_fan_out(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.bench", "--scale", "small", "--only", "pages,delivery,fanout"]
    done = subprocess.run(
        [*command, "--folder", str(folder), "--output", str(output)],
        cwd=ROOT,
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert not folder.exists()
    figures = json.loads(output.read_text())
    assert all(list(figure) == KEYS for figure in figures)
    assert all(figure["value"] > 0 for figure in figures if "Redis" not in figure["name"])
    names = {figure["name"] for figure in figures}
    assert {"home, 20 photo posts, logged in", "home: SQL queries"} <= names
    assert any(name.startswith("fan-out to 2,000 members") for name in names)
    assert "not reached" in done.stdout or "reached" in done.stdout


def test_a_figure_is_judged_by_its_floor_or_its_value() -> None:
    assert report.at_least("home", 450, "requests/s", floor=1000, reach=0.45).ok is True
    assert report.at_least("home", 440, "requests/s", floor=1000, reach=0.45).ok is False
    assert report.at_most("p95", 2.1, "s", reach=2).ok is False
    assert report.at_most("p95", 30, "ms", reach=2, floor=20).ok is True
    assert report.only_told("mails", 100, "sends/s").ok is None
    lost = report.not_measured("home")
    assert (lost.value, lost.ok) == (None, False)
    assert "could not be measured" in report.table([lost])


def test_load_counts_whole_answers(live_answers: int) -> None:
    connection = Connection(live_answers)
    assert connection.ask(request("/long")) == (200, b"x" * 500_000)
    connection.close()
    found = press(live_answers, [request("/long"), request("/short")], connections=3, seconds=0.3)
    assert found.rate > 0
    assert found.percentile(0.95) >= found.percentile(0.5) > 0
    assert len(found.latencies) >= 3


@pytest.fixture
def live_answers():
    """The port of a small server that keeps connections open."""
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = b"x" * (500_000 if self.path == "/long" else 5)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
