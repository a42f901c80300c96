"""From a bare Python to the project's own: makes .venv, installs the pinned requirements, hands over.

    python3 dev/bootstrap.py run|test|check|seed|shell|manage [arguments]

Standard library only, and readable by Pythons older than the project needs: they are told so in one line.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEWER_NAMES = ("python3.13", "python3.12", "python3.11", "python3.14")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
ROOM_TO_INSTALL = 1024**3
ROOM_TO_RUN = 200 * 1024**2

RUNTIME = ("requirements.txt", "constraints.txt")
DEVELOPMENT = ("requirements-dev.txt", "requirements.txt", "constraints.txt")

# command: (what must be installed, what the project's Python is given)
COMMANDS = {
    "run": (RUNTIME, ["-m", "dev.run"]),
    "seed": (RUNTIME, ["-m", "dev.manage", "seed_demo"]),
    "shell": (RUNTIME, ["-m", "dev.manage", "shell"]),
    "manage": (RUNTIME, ["-m", "dev.manage"]),
    "test": (DEVELOPMENT, ["-m", "dev.test"]),
    "check": (DEVELOPMENT, ["-m", "dev.check"]),
    "python": (RUNTIME, []),
}
STARTED = time.time()


def say(text):
    print("[%5.1f s] %s" % (time.time() - STARTED, text), flush=True)


def require_python(version, find=shutil.which):
    """Nothing if `version` is new enough; else the path of a newer Python; else SystemExit with one line."""
    if tuple(version[:2]) >= OLDEST:
        return None
    for name in NEWER_NAMES:
        path = find(name)
        if path:
            return path
    raise SystemExit(
        "Quanzi needs Python %d.%d or newer; this is %d.%d. Install it, or name it: make run PYTHON=/path/to/python3.11"
        % (OLDEST + tuple(version[:2]))
    )


def require_room(needed, folder=ROOT, usage=shutil.disk_usage):
    """SystemExit with one line when the disk has less than `needed` bytes free."""
    free = usage(folder).free
    if free < needed:
        raise SystemExit(
            "Too little disk space: %d MB are free in %s, %d MB are needed." % (free >> 20, folder, needed >> 20)
        )


def require_venv_module(find=importlib.util.find_spec):
    if find("venv") is None or find("ensurepip") is None:
        raise SystemExit(
            "This Python cannot make virtual environments: install the package python%d.%d-venv (Debian, Ubuntu) first."
            % sys.version_info[:2]
        )


def fingerprint(files):
    """Changes when what must be installed changes, or the Python of .venv."""
    digest = hashlib.sha256()
    for name in (os.path.join(".venv", "pyvenv.cfg"), *files):
        path = os.path.join(ROOT, name)
        if os.path.exists(path):
            with open(path, "rb") as file:
                digest.update(name.encode() + file.read())
    return digest.hexdigest()


def stamp(files):
    return os.path.join(VENV, "installed-" + files[0])


def is_installed(files):
    # What development needs includes what running needs.
    for wanted in {files, DEVELOPMENT}:
        try:
            with open(stamp(wanted)) as file:
                if file.read() == fingerprint(wanted) and os.access(VENV_PYTHON, os.X_OK):
                    return True
        except OSError:
            continue
    return False


def venv_works():
    try:
        probe = [VENV_PYTHON, "-c", "import pip, sys; raise SystemExit(sys.version_info < (%d, %d))" % OLDEST]
        return subprocess.call(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv():
    require_venv_module()
    say("Making a Python environment in .venv …")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0 or not venv_works():
        words = done.stdout.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise SystemExit("The Python environment .venv could not be made: " + words[-1])


def install(files):
    """Install what `files` pin. Shows one line every few seconds; raises SystemExit with pip's own reason."""
    log_path = os.path.join(ROOT, "var", "log", "install.log")
    os.makedirs(os.path.dirname(log_path), exist_ok=True)
    command = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += ["-r", os.path.join(ROOT, files[0])]
    constraints = os.path.join(ROOT, files[-1])
    expected = 0
    if os.path.exists(constraints):
        command += ["-c", constraints]
        with open(constraints) as file:
            expected = sum(1 for line in file if "==" in line and not line.startswith("#"))
    say("Installing the pinned packages%s …" % (" (up to %d)" % expected if expected else ""))
    environment = dict(os.environ, PIP_ROOT_USER_ACTION="ignore", PYTHONUNBUFFERED="1")
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    )
    found, writing, told, reasons = 0, False, time.time(), []
    with open(log_path, "w") as log:
        for line in process.stdout:
            log.write(line)
            if line.startswith("ERROR"):
                reasons.append(line.strip())
            elif line.startswith("Collecting"):
                found += 1
            elif line.startswith("Installing collected packages"):
                say("  all found; writing them into .venv …")
                writing, told = True, time.time()
            if time.time() - told >= 3 and not writing:
                say("  %d packages found so far …" % found)
                told = time.time()
    if process.wait() != 0:
        raise SystemExit(
            "Installing failed: %s (everything pip said: %s)" % ((reasons or ["see the log"])[0], log_path)
        )
    with open(stamp(files), "w") as file:
        file.write(fingerprint(files))


def prepare(files):
    if is_installed(files):
        require_room(ROOM_TO_RUN)
        return
    require_room(ROOM_TO_INSTALL)
    os.makedirs(os.path.join(ROOT, "var"), exist_ok=True)
    with open(os.path.join(ROOT, "var", "install.lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another command is installing right now; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(files):
            if not venv_works():
                make_venv()
            install(files)
            say("Installed.")


def main(arguments):
    newer = require_python(sys.version_info)
    if newer:
        os.execv(newer, [newer, os.path.abspath(__file__), *arguments])
    if not arguments or arguments[0] not in COMMANDS:
        raise SystemExit("Use: python3 dev/bootstrap.py " + "|".join(COMMANDS))
    files, words = COMMANDS[arguments[0]]
    if arguments[0] == "run":
        # Better refused now than after a minute of installing.
        import preflight

        preflight.claim_checkout().close()
        preflight.require_free_port(preflight.site_host(), preflight.site_port())
    prepare(files)
    os.chdir(ROOT)
    os.environ.setdefault("QUANZI_STARTED", str(STARTED))
    os.environ["PATH"] = os.path.join(VENV, "bin") + os.pathsep + os.environ.get("PATH", os.defpath)
    os.execv(VENV_PYTHON, [VENV_PYTHON, *words, *arguments[1:]])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit("\nStopped; run the same command again to go on.") from None
    except OSError as error:
        if error.errno == 28:
            raise SystemExit("The disk is full: make room and run the same command again.") from None
        raise
