"""Copies of the checkout's tooling in a folder of its own, so that a test never meets the data of a running site."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What belongs to the test run around it, or to the `make test` that started it.
OURS = {"DATABASE_URL", "REDIS_URL", "BROKER_URL", "MEDIA_ROOT", "EMAIL_FILE_PATH"}
OURS |= {"PORT", "HOST", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}


@pytest.fixture
def checkout(tmp_path):
    """A checkout that holds the tooling and nothing else; `checkout.command("-m", "dev.engines", "start")`."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "dev", folder / "dev", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    checkout = Checkout(folder)
    yield checkout
    checkout.command("-m", "dev.engines", "stop")


class Checkout:
    def __init__(self, folder):
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if name not in OURS}

    def command(self, *words, program=sys.executable, **environment):
        return subprocess.run(
            [program, *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def status(self):
        lines = self.command("-m", "dev.engines", "status").stdout.splitlines()
        return dict(line.split() for line in lines)

    def pids(self):
        files = [self.folder / "var" / name for name in ("postgres/postmaster.pid", "broker/pid", "cache/pid")]
        return [int(file.read_text().splitlines()[0]) for file in files]
