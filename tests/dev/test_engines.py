import os
import signal
import stat
import subprocess
import sys
import time

import psutil
import pytest

RUNNING = {"postgres": "running", "broker": "running", "cache": "running"}
STOPPED = {"postgres": "stopped", "broker": "stopped", "cache": "stopped"}

pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and os.environ.get("QUANZI_POSTGRES_AS") == "nobody", reason="data lie elsewhere"
)


def test_starting_twice_leads_to_the_same_servers(checkout):
    first = checkout.command("-m", "dev.engines", "start")
    pids = checkout.pids()
    second = checkout.command("-m", "dev.engines", "start")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout
    assert checkout.pids() == pids
    assert checkout.status() == RUNNING


def test_data_survive_a_stop(checkout):
    def psql(statement):
        return checkout.command("-m", "dev.engines", "psql", "-Atqc", statement)

    made = psql("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('圈子')")
    assert made.returncode == 0, made.stderr
    assert checkout.status() == STOPPED
    assert psql("SELECT word FROM kept").stdout == "圈子\n"


def test_pg_trgm_is_there_and_the_database_speaks_utf8(checkout):
    statement = "CREATE EXTENSION pg_trgm; SELECT show_trgm('圈子') IS NOT NULL, getdatabaseencoding()"
    assert checkout.command("-m", "dev.engines", "psql", "-Atqc", statement).stdout == "t|UTF8\n"


def test_killed_servers_are_replaced(checkout):
    checkout.command("-m", "dev.engines", "start")
    killed = checkout.pids()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    again = checkout.command("-m", "dev.engines", "start")

    assert again.returncode == 0, again.stderr
    assert checkout.status() == RUNNING
    assert not set(checkout.pids()) & set(killed)


def test_process_numbers_of_strangers_are_not_taken_for_servers(checkout):
    """After a power cut the recorded numbers belong to whoever got them next."""
    checkout.command("-m", "dev.engines", "psql", "-Atqc", "SELECT 1")
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    data = checkout.folder / "var"
    try:
        lines = [str(stranger.pid), str(data / "postgres"), "1795353000", "5432", str(data / "run"), "", "0 0", "ready"]
        (data / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
        for name in ("broker", "cache"):
            (data / name / "pid").write_text(f"{stranger.pid}\n")

        assert checkout.status() == STOPPED
        started = checkout.command("-m", "dev.engines", "start")
        assert started.returncode == 0, started.stderr
        assert checkout.status() == RUNNING
        checkout.command("-m", "dev.engines", "stop")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_last_command_that_needs_the_engines_stops_them(checkout):
    holding = [
        sys.executable,
        "-c",
        "from dev.engines import *; import sys\nwith engines_for_command({}): sys.stdin.read()",
    ]
    first, second = (
        subprocess.Popen(holding, cwd=checkout.folder, env=checkout.environment, stdin=subprocess.PIPE)
        for _ in range(2)
    )
    deadline = time.monotonic() + 30
    while checkout.status() != RUNNING and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)  # the second one, too, holds its lock by now

    first.communicate(timeout=30)
    assert checkout.status() == RUNNING
    second.communicate(timeout=30)
    assert checkout.status() == STOPPED


def test_a_deep_checkout_and_closed_folders_change_nothing(checkout, tmp_path):
    deep = tmp_path / ("a" * 60) / ("圈" * 20)
    deep.mkdir(parents=True)
    tmp_path.chmod(0o700)
    checkout.folder = checkout.folder.rename(deep / "checkout")

    assert checkout.command("-m", "dev.engines", "psql", "-Atqc", "SELECT 1").stdout == "1\n"
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_nobody_else_gets_in(checkout):
    started = checkout.command("-m", "dev.engines", "start")
    data = checkout.folder / "var"

    assert stat.S_IMODE((data / "run").stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "broker" / "valkey.conf").stat().st_mode) == 0o600
    words = [word for pid in checkout.pids()[1:] for word in psutil.Process(pid).cmdline()]
    servers = [line for line in started.stdout.splitlines() if "redis://" in line or "unix://" in line]
    passwords = [line.split(":")[2].split("@")[0] for line in servers]
    assert len(passwords) == 2
    assert stat.S_IMODE((data / "cache" / "socket").stat().st_mode) == 0o700
    assert not [word for word in words for password in passwords if password in word]


def test_a_server_that_cannot_start_says_why_in_one_line(checkout):
    checkout.command("-m", "dev.engines", "psql", "-Atqc", "SELECT 1")
    (checkout.folder / "var" / "postgres" / "PG_VERSION").write_text("9\n")
    refused = checkout.command("-m", "dev.engines", "start")

    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert refused.stderr.startswith("PostgreSQL did not start: ")
    assert checkout.status() == STOPPED
