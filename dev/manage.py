"""`manage.py` with the checkout's engines running for as long as the command runs."""

from __future__ import annotations

import os
import subprocess
import sys

from dev.engines import ROOT, engines_for_command
from dev.errors import Refusal
from dev.run import development_environment


def main(arguments: list[str]) -> int:
    environment = development_environment(dict(os.environ))
    with engines_for_command(environment):
        try:
            return subprocess.call([sys.executable, str(ROOT / "manage.py"), *arguments], env=environment)
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        sys.exit(str(refusal))
