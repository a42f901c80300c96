"""`make run`: engines, database, demo community, then web server, workers and beat in this terminal until Ctrl-C.

The environment: PORT (8000) and HOST (127.0.0.1) of the site; DATABASE_URL, REDIS_URL, BROKER_URL for servers of
one's own instead of the embedded ones; SEED=0 for no demo community.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from dev import preflight
from dev.engines import HOME, ROOT, Engines
from dev.errors import Refusal
from dev.processes import ending_with_parent
from dev.supervisor import Service, Supervisor, Terminal
from dev.valkey import free_port

STARTED = float(os.environ.get("QUANZI_STARTED") or time.time())
DEMO_PASSWORD = "quanzi-demo"  # noqa: S105 - printed for everyone to read
DEMO_LOGINS = {
    "demo_member": "a member of some circles",
    "demo_owner": "owns a circle",
    "demo_merchant": "staff of a merchant",
    "demo_moderator": "moderates, in /admin/",
    "demo_admin": "everything, in /admin/",
}


class Stopped(BaseException):
    """Ctrl-C or a polite signal before the services run."""


def stop_now(sign: int, frame: FrameType | None) -> NoReturn:
    raise Stopped


def say(text: str) -> None:
    print(f"[{time.time() - STARTED:5.1f} s] {text}", flush=True)


def secret_key(path: Path = HOME / "secret-key", *, size: int = 48) -> str:
    """The key of this checkout, made once: sessions survive a restart, and no two checkouts share them."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(size)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key)
        return key


def development_environment(environment: dict[str, str]) -> dict[str, str]:
    environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    environment.setdefault("SECRET_KEY", secret_key())
    environment.setdefault("PYTHONUNBUFFERED", "1")
    # Celery warns at length about root; in development, in a container, that is how it is.
    environment.setdefault("PYTHONWARNINGS", "ignore:::celery.platforms")
    return environment


def mail_environment(environment: dict[str, str], address: str) -> dict[str, str]:
    """Where mail goes, and the address its links lead to, unless the environment says otherwise."""
    environment.setdefault("SITE_URL", address)
    # The sandbox that checks identities calls this site back.
    environment.setdefault("OUTBOUND_LOCAL_HOSTS", urlsplit(address).hostname or "")
    # 32 random bytes are a private key of the curve, but for one in four billion.
    environment.setdefault("VAPID_PRIVATE_KEY", secret_key(HOME / "vapid-key", size=32))
    if not environment.get("EMAIL_HOST"):
        environment.update(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(free_port()))
        environment.setdefault("EMAIL_FILE_PATH", str(HOME / "mail"))
        environment["MAIL_SINK"] = "1"
    return environment


def services(host: str, port: int, environment: dict[str, str]) -> list[Service]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers"]
    web += ["--workers-kill-timeout", "50s", "--log-level", "warning", "config.wsgi:application"]
    worker = [*celery, "worker", "--loglevel", "WARNING", *quiet]
    yielding = ["nice", "-n", "5"]  # where there is work for all, people at a page come first
    workers = {
        "now": [*worker, "-n", "now@%h", "-c", "1", "-Q", "money,notify"],
        "fanout": [*yielding, *worker, "-n", "fanout@%h", "-c", "2", "-Q", "fanout"],
        "slow": [*yielding, *worker, "-n", "slow@%h", "-c", "1", "-Q", "media,bulk"],
    }
    beat = [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(HOME / "beat-schedule"), "--pidfile="]
    mail = [
        sys.executable,
        "-m",
        "dev.sinks",
        *(environment.get(name, "") for name in ("EMAIL_PORT", "EMAIL_FILE_PATH")),
    ]
    sinks = [Service("mail", mail, later=True)] if environment.get("MAIL_SINK") else []
    return [
        Service("web", web),
        *sinks,
        *(Service(name, command, later=True) for name, command in workers.items()),
        Service("beat", beat, later=True),
    ]


def prepare(environment: dict[str, str]) -> None:
    """Migrate, compile translations, seed; shows what the child says. Raises Refusal when it fails."""
    child = subprocess.Popen(
        [sys.executable, "-m", "dev.prepare"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=ending_with_parent(signal.SIGTERM),
    )
    try:
        for line in child.stdout or ():
            if line.strip():
                say(line.rstrip())
        if child.wait() != 0:
            raise Refusal("The site could not be prepared; the lines above say why.")
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait(10)


def banner(address: str) -> str:
    width = max(map(len, DEMO_LOGINS))
    logins = "\n".join(f"      {name:<{width}}  {what}" for name, what in DEMO_LOGINS.items())
    return (
        f"\n  Quanzi 圈子 is running:  {address}\n\n"
        f"    Demo log-ins, password {DEMO_PASSWORD}:\n{logins}\n\n"
        f"    Mail it sends: {address}/dev/mail/    Ctrl-C stops everything.\n\n"
    )


async def announce(address: str, supervisor: Supervisor) -> None:
    """Print the banner as soon as the site answers."""
    while True:
        try:
            await asyncio.to_thread(lambda: urllib.request.urlopen(f"{address}/livez", timeout=3).close())
        except (urllib.error.URLError, OSError):
            await asyncio.sleep(0.1)
            continue
        supervisor.terminal.write(banner(address))
        say("Ready; workers and beat follow.")
        supervisor.go_on()
        return


async def supervise(host: str, port: int, environment: dict[str, str], engines: Engines) -> int:
    visible = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    address = f"http://{visible}:{port}"
    plan = services(host, port, mail_environment(environment, address))
    terminal = Terminal([service.name for service in plan] + ["quanzi"])
    supervisor = Supervisor(plan, environment, terminal)

    async def look_after_engines() -> None:
        for name in await asyncio.to_thread(engines.ended):
            terminal.line("quanzi", f"{name} ended unexpectedly; starting it again.")
            try:
                await asyncio.to_thread(engines.start)
            except Refusal as refusal:
                supervisor.give_up(str(refusal))

    return await supervisor.run(announce(address, supervisor), look_after_engines)


def main() -> int:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop_now)
    os.chdir(ROOT)
    engines = Engines()
    try:
        lock = preflight.claim_checkout()
        host, port = preflight.site_host(), preflight.site_port()
        preflight.require_free_port(host, port)
        preflight.note_address(lock, f"http://{host}:{port}, process {os.getpid()}")
        environment = development_environment(dict(os.environ))
        own = ", ".join(engines.wanted(environment))
        say("Starting PostgreSQL and Valkey …" if own else "Using the servers named in the environment.")
        environment.update(engines.start(environment))
        prepare(environment)
        say("Starting web server, workers and beat …")
        return asyncio.run(supervise(host, port, environment, engines))
    except Stopped:
        return 0
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        engines.stop()


if __name__ == "__main__":
    sys.exit(main())
