"""Back to a checkout without data: deletes what `make run` keeps under var/. The venv stays."""

from __future__ import annotations

import shutil
import sys

from dev import preflight
from dev.engines import HOME, Engines


def main() -> int:
    lock = preflight.claim_checkout()
    sure = "--yes" in sys.argv[1:]
    if not sure and not sys.stdin.isatty():
        print("Nothing deleted: there is no terminal to ask in. `make clean ARGS=--yes` asks nothing.")
        return 1
    if not sure and input("Delete all data of this checkout (people, posts, pictures)? [y/N] ") != "y":
        print("Nothing deleted.")
        return 1
    engines = Engines()
    if not engines.stop(by_hand=True) and any(engines.running().values()):
        print("Another command of this checkout still uses the engines: end it first. Nothing deleted.")
        return 1
    engines.postgres.discard()
    for entry in HOME.iterdir() if HOME.exists() else ():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    lock.close()
    print("Deleted. The next `make run` starts with a new demo community.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
