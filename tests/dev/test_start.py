"""What `make run` refuses before anything slow happens."""

import fcntl
import socket
import sys
from collections import namedtuple
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "dev"))
import bootstrap

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def make_run(checkout, **environment):
    return checkout.command("run", f"PYTHON={sys.executable}", program="make", **environment)


def test_a_port_in_use_is_named_with_a_way_out(checkout, taken_port):
    refused = make_run(checkout, PORT=str(taken_port))

    assert refused.returncode != 0
    assert refused.stderr.splitlines()[0] == (
        f"Port {taken_port} is in use by another program: choose another one, as in `make run PORT={taken_port + 1}`."
    )
    assert not (checkout.folder / ".venv").exists()


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "８０００"])
def test_nonsense_for_a_port_is_refused(checkout, port):
    refused = make_run(checkout, PORT=port)
    assert f"PORT={port} is not a port: choose a number from 1 to 65535" in refused.stderr


def test_a_second_start_in_one_checkout_is_told_where_the_first_is(checkout):
    var = checkout.folder / "var"
    var.mkdir()
    with (var / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("http://127.0.0.1:8000, process 7")
        lock.flush()
        refused = make_run(checkout, PORT="8000")

    assert refused.stderr.splitlines()[0] == (
        "This checkout is running already (http://127.0.0.1:8000, process 7): stop it there with Ctrl-C first."
    )


def test_no_python_at_all_is_one_line(checkout):
    refused = checkout.command("run", "PYTHON=python-that-is-not-here", program="make")
    assert refused.stdout == "Quanzi needs Python 3.11 or newer, and there is no python-that-is-not-here here.\n"


def test_an_old_python_is_one_line():
    with pytest.raises(SystemExit) as refusal:
        bootstrap.require_python((3, 9, 2), find=lambda name: None)
    assert str(refusal.value) == (
        "Quanzi needs Python 3.11 or newer; this is 3.9. Install it, or name it: make run PYTHON=/path/to/python3.11"
    )


def test_an_old_python_hands_over_to_a_newer_one():
    found = {"python3.12": "/usr/local/bin/python3.12"}
    assert bootstrap.require_python((3, 9, 2), find=found.get) == "/usr/local/bin/python3.12"
    assert bootstrap.require_python((3, 11, 0), find=found.get) is None


def test_no_room_on_the_disk_is_one_line():
    with pytest.raises(SystemExit) as refusal:
        bootstrap.require_room(1024**3, folder="/srv", usage=lambda folder: Usage(0, 0, 100 * 1024**2))
    assert str(refusal.value) == "Too little disk space: 100 MB are free in /srv, 1024 MB are needed."


def test_a_python_without_venv_names_the_package():
    with pytest.raises(SystemExit) as refusal:
        bootstrap.require_venv_module(find=lambda name: None)
    assert "install the package python3." in str(refusal.value)


def test_clean_deletes_nothing_unasked(checkout):
    kept = checkout.folder / "var" / "media" / "photo.webp"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"photo")

    refused = checkout.command("-m", "dev.clean")
    assert refused.returncode == 1
    assert kept.exists()

    assert checkout.command("-m", "dev.clean", "--yes").returncode == 0
    assert not kept.exists()
