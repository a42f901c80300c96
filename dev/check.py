"""`make check`: all that can be said about the code without running the site. Lists everything that fails.

`--fix` formats and repairs first what machines can repair. Step names as arguments run only those.
"""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from dev.engines import ROOT

PYTHON = sys.executable
DJANGO_VERSION = "5.2"
NOWHERE = {  # read by the settings, never connected to
    "DATABASE_URL": "postgresql://nobody@/nothing?host=/nonexistent",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "BROKER_URL": "redis://127.0.0.1:1/1",
}


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    step: Step
    code: int
    output: str
    seconds: float


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def typed_paths() -> list[str]:
    """The modules that are fully typed: core, every action, query, rule and gate, and this tooling."""
    apps = [path.parent for path in sorted(ROOT.glob("*/apps.py")) if path.parent.name != "core"]
    inside = [app / part for app in apps for part in ("actions", "queries.py", "rules.py", "gates")]
    return ["core", *(str(path.relative_to(ROOT)) for path in inside if path.exists()), "dev"]


def throwaway_production() -> dict[str, str]:
    """An environment with which the production settings start; every secret in it is made up here."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        **NOWHERE,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "quanzi.example",
        "IDENTITY_KEYS": f"1={key}",
        "IDENTITY_INDEX_KEY": key,
        "IDENTITY_PROVIDER": "accounts.identity.sandbox.SandboxProvider",
        "EMAIL_URL": "smtp://mail.example:25",
    }


def steps() -> list[Step]:
    tests = {**NOWHERE, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    manage = [PYTHON, "-W", "ignore::RuntimeWarning", "manage.py"]
    return [
        Step("types", [PYTHON, "-m", "mypy", *typed_paths()], tests),
        Step("lint", [PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."]),
        Step("format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        Step("templates", ["djade", "--check", "--target-version", DJANGO_VERSION, *templates()]),
        Step("imports", ["lint-imports", "--no-cache"]),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], tests),
        Step("deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], throwaway_production()),
        Step("translations", [PYTHON, "-m", "dev.translations", "check"]),
    ]


def run(step: Step) -> Outcome:
    started = time.monotonic()
    scripts = os.path.dirname(PYTHON)
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}", **step.environment}
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(step, done.returncode, done.stdout.strip(), time.monotonic() - started)


def fix() -> None:
    for command in (
        [PYTHON, "-m", "ruff", "check", "--fix", "--quiet", "."],
        [PYTHON, "-m", "ruff", "format", "."],
        [os.path.join(os.path.dirname(PYTHON), "djade"), "--target-version", DJANGO_VERSION, *templates()],
    ):
        subprocess.run(command, cwd=ROOT, check=False)


def main(arguments: list[str]) -> int:
    if "--fix" in arguments:
        fix()
    names = [word for word in arguments if not word.startswith("-")]
    chosen = [step for step in steps() if not names or step.name in names]
    print(f"Checking: {', '.join(step.name for step in chosen)}", flush=True)
    failed: list[str] = []
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for outcome in pool.map(run, chosen):
            passed = outcome.code == 0
            print(f"\n{'ok    ' if passed else 'FAILED'} {outcome.step.name}  ({outcome.seconds:.1f} s)", flush=True)
            if not passed:
                failed.append(outcome.step.name)
                print(outcome.output, flush=True)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
