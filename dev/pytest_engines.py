"""Pytest plugin: throw-away Postgres, broker and cache for one test run, started before the settings are read.
It compiles the translations too: a test must not depend on another having done so.

Loaded by `-p dev.pytest_engines` (pyproject.toml). Each run has engines of its own, so several runs in one checkout
never meet; the workers of pytest-xdist share those of their run, each with its own database (pytest-django) and its
own Redis numbers (here). Where DATABASE_URL, REDIS_URL or BROKER_URL is set, that server is used instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import pytest

from dev import translations
from dev.engines import ROOT, Engines
from dev.errors import Refusal
from dev.postgres import DATABASE, short_temporary_folder

REDIS_VARIABLES = ("REDIS_URL", "BROKER_URL")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        if worker is None:
            _start(early_config)
        else:
            _separate(int(worker.removeprefix("gw")))
    return (yield)


def _start(config: pytest.Config) -> None:
    folder = short_temporary_folder()
    engines = Engines(folder / "engines", durable=False, die_with_parent=True)

    making: list[subprocess.Popen[bytes]] = []

    def finish() -> None:
        for process in making:
            process.kill()
            process.wait()
        engines.discard()
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(finish)
    translations.compile_catalogues()
    try:
        started = engines.start()
    except Refusal as refusal:
        raise pytest.UsageError(str(refusal)) from None
    os.environ.update(started)
    if "DATABASE_URL" in started:
        os.environ["QUANZI_TEST_ENGINES"] = str(engines.home)
    # Server and worker processes of a test write where the test looks.
    for name, variable in (("media", "MEDIA_ROOT"), ("mail", "EMAIL_FILE_PATH")):
        os.environ[variable] = str(folder / name)
        (folder / name).mkdir()
    os.environ["QUANZI_TEST_FOLDER"] = str(folder)
    if "DATABASE_URL" in started and getattr(config.known_args_namespace, "numprocesses", None):
        # While the workers of pytest-xdist collect, so that none of them waits for it with nothing to do.
        command = [sys.executable, "-m", "dev.pytest_database"]
        environment = test_environment(DATABASE)
        making.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))


def _separate(number: int) -> None:
    """Give the xdist worker `number` Redis databases and folders of its own (0 stays with the controller)."""
    for variable in REDIS_VARIABLES:
        parts = urlsplit(os.environ[variable])
        if parts.scheme == "unix":
            base = int(dict(parse_qsl(parts.query)).get("db", 0))
            parts = parts._replace(query=f"db={base + number + 1}")
        else:
            base = int(parts.path.strip("/") or 0)
            parts = parts._replace(path=f"/{base + number + 1}")
        os.environ[variable] = urlunsplit(parts)
    for variable in ("MEDIA_ROOT", "EMAIL_FILE_PATH"):
        folder = Path(os.environ[variable]) / f"gw{number}"
        folder.mkdir(parents=True, exist_ok=True)
        os.environ[variable] = str(folder)


def test_environment(database: str) -> dict[str, str]:
    """The environment for a server or worker process that shall see what the tests see."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{database}"))
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
