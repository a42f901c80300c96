"""`make test`: pytest on two processes, browser journeys together on one of them."""

from __future__ import annotations

import os
import sys

from dev.engines import ROOT


def main(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pytest"]
    if not any(word == "-n" or word.startswith("-n") or word == "--pdb" for word in arguments):
        command += ["-n", "2", "--dist", "loadgroup"]
    # Tests start the product a hundred times over; each time it would be compiled anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.chdir(ROOT)
    os.execv(sys.executable, [*command, *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
