"""Health checks of the containers, by what the image has anyway: Python.

    python -m dev.probe http://127.0.0.1:8000/readyz    answers 200?
    python -m dev.probe --fresh FILE SECONDS            written to within SECONDS?

Says nothing and ends with 0 when well, with 1 and a reason when not.
"""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def answers(url: str) -> str | None:
    request = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=4):
            return None
    except (urllib.error.URLError, OSError) as error:
        return str(error)


def fresh(path: Path, seconds: float) -> str | None:
    # The schedule may be kept in one file or, by another dbm, in several with suffixes.
    times = [entry.stat().st_mtime for entry in path.parent.glob(f"{path.name}*")]
    if not times:
        return f"{path} does not exist"
    age = time.time() - max(times)
    return None if age <= seconds else f"{path} was last written {age:.0f} s ago"


def main(arguments: list[str]) -> str | None:
    if arguments[:1] == ["--fresh"]:
        return fresh(Path(arguments[1]), float(arguments[2]))
    return answers(arguments[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
