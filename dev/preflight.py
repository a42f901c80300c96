"""What is looked at before anything slow happens. Standard library only: there may be no venv yet."""

import errno
import fcntl
import os
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCK = ROOT / "var" / "run.lock"


def site_port(environment=os.environ):
    """The port from PORT, 8000 if unset. Raises SystemExit with one line when it is no port."""
    text = environment.get("PORT") or "8000"
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 65535:
        raise SystemExit(f"PORT={text} is not a port: choose a number from 1 to 65535, as in `make run PORT=8001`.")
    return int(text)


def site_host(environment=os.environ):
    """The address the site listens on: this machine only, unless HOST says otherwise."""
    return environment.get("HOST") or "127.0.0.1"


def require_free_port(host, port):
    """Raises SystemExit with one line when the site could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise SystemExit(f"Port {port} needs root: choose another one, as in `make run PORT=8001`.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = port + 1 if port < 65535 else port - 1
                raise SystemExit(
                    f"Port {port} is in use by another program: choose another one, as in `make run PORT={other}`."
                ) from None
            raise SystemExit(f"The site cannot listen on {host}:{port}: {error.strerror}.") from None


def claim_checkout():
    """Hold the lock that one `make run` per checkout holds; keep the returned file open.

    Raises SystemExit with one line when another one holds it.
    """
    RUN_LOCK.parent.mkdir(parents=True, exist_ok=True)
    file = RUN_LOCK.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        where = file.read().strip() or "another terminal"
        file.close()
        raise SystemExit(f"This checkout is running already ({where}): stop it there with Ctrl-C first.") from None
    return file


def note_address(file, words):
    """Tell a second `make run` where the first one is."""
    file.truncate(0)
    file.write(words)
    file.flush()
