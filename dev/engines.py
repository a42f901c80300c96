"""PostgreSQL and Valkey from wheels: the same engines as in production, without Docker or a system package.

Three servers belong to a checkout (or to a throw-away folder of a test run): Postgres, the broker (loses nothing:
`noeviction`, append-only file) and the cache (`allkeys-lru`, nothing on disk). Postgres listens on a unix socket
only, the Valkeys on 127.0.0.1 behind a generated password, so other people on the machine get in nowhere.

Several commands of one checkout share the engines: each holds a shared lock while it needs them, and whoever leaves
last stops them. The kernel drops the lock of a killed process, so a `kill -9` leaves nothing to clean up by hand:
the next start adopts what still runs and replaces what does not.

    python -m dev.engines start | stop | status | url | psql
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dev.errors import Refusal
from dev.postgres import Postgres
from dev.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var"


class Engines:
    """The three servers whose data lie under `home`.

    `durable=False` trades safety for speed (tests); `die_with_parent=True` lets the kernel end the servers when
    the starting process ends, however it ends.
    """

    def __init__(self, home: Path = HOME, *, durable: bool = True, die_with_parent: bool = False):
        self.home = home
        self.postgres = Postgres(home, durable=durable, die_with_parent=die_with_parent)
        self.broker = Valkey("broker", home, keeps=True, durable=durable, die_with_parent=die_with_parent)
        self.cache = Valkey("cache", home, keeps=False, durable=durable, die_with_parent=die_with_parent)
        self.used: list[Postgres | Valkey] = []
        self._users: int | None = None
        self.kept = home / "engines.started-by-hand"

    @property
    def by_variable(self) -> dict[str, Postgres | Valkey]:
        return {"DATABASE_URL": self.postgres, "BROKER_URL": self.broker, "REDIS_URL": self.cache}

    def wanted(self, environment: Mapping[str, str]) -> dict[str, Postgres | Valkey]:
        """The engines for which `environment` names no server of its own."""
        return {name: engine for name, engine in self.by_variable.items() if not environment.get(name)}

    def start(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Start what does not run yet; return the variables that lead to the engines. Idempotent.

        Raises Refusal with one line when a server cannot start.
        """
        wanted = self.wanted(environment)
        if not wanted:
            return {}
        self.home.mkdir(parents=True, exist_ok=True)
        with self._starting():
            if self._users is None:
                self._users = os.open(self.home / "engines.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._users, fcntl.LOCK_SH)
            started: list[Postgres | Valkey] = []
            try:
                for engine in wanted.values():
                    if engine.start():
                        started.append(engine)
            except BaseException:
                for engine in started:
                    engine.stop()
                self._leave()
                raise
            self.used = list(wanted.values())
            return {name: engine.url for name, engine in wanted.items()}

    def stop(self, *, by_hand: bool = False) -> bool:
        """Leave the engines; stop them unless another command still uses them. True when they were stopped.

        Engines started by hand (`start` on the command line) stay until they are stopped by hand.
        """
        if not self.home.exists():
            return False
        if by_hand:
            self.kept.unlink(missing_ok=True)
        with self._starting():
            if self._users is None:
                self._users = os.open(self.home / "engines.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if self.kept.exists():
                    return False
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            else:
                # The broker goes last: what the others still want to say should find it.
                for engine in (self.cache, self.postgres, self.broker):
                    engine.stop()
                return True
            finally:
                self._leave()

    def running(self) -> dict[str, bool]:
        return {engine.name: engine.running() for engine in self.by_variable.values()}

    def ended(self) -> list[str]:
        """The engines this object started or adopted that run no more."""
        return [engine.name for engine in self.used if not engine.alive()]

    def discard(self) -> None:
        """Stop the servers and delete their data: for throw-away engines only."""
        self.stop()
        self.postgres.discard()
        shutil.rmtree(self.home, ignore_errors=True)

    def _leave(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """One command at a time starts or stops engines."""
        lock = os.open(self.home / "engines.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


@contextmanager
def engines_for_command(environment: dict[str, str] | os._Environ[str] = os.environ) -> Iterator[Engines]:
    """The checkout's engines for as long as the block runs, their addresses put into `environment`."""
    engines = Engines()
    environment.update(engines.start(environment))
    try:
        yield engines
    finally:
        engines.stop()


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments else "status"
    engines = Engines()
    if command == "start":
        addresses = engines.start({})
        engines.kept.touch()
        for name, url in addresses.items():
            print(f"export {name}='{url}'")
    elif command == "stop":
        print(
            "Stopped."
            if engines.stop(by_hand=True)
            else "Not stopped: another command of this checkout still uses the engines."
        )
    elif command == "status":
        for name, running in engines.running().items():
            print(f"{name:9} {'running' if running else 'stopped'}")
    elif command == "url":
        for name, engine in engines.by_variable.items():
            if engine.running():
                print(f"export {name}='{engine.url}'")
    elif command == "psql":
        with engines_for_command({}):
            return engines.postgres.shell(arguments[1:])
    else:
        raise Refusal(f"Unknown command {command!r}: use start, stop, status, url or psql.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        sys.exit(str(refusal))
