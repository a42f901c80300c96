"""Wrap every data key under the newest master key of IDENTITY_KEYS, while the site runs.

1. Add a higher version to IDENTITY_KEYS and restart web servers and workers: from then on new rows use it.
2. Run this. It works in ranges, each a short transaction; killed, it is started again and goes on where it was.
3. When it says that no row is left, take the old version out of IDENTITY_KEYS and restart again.
"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import custody
from core import crypto
from core.errors import DomainError

PATIENCE_SECONDS = 0.2
TRIES = 50


class Command(BaseCommand):
    help = "Wrap every data key of legal identities under the newest master key; online, and resumable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=1000, help="rows a transaction (default: 1000)")
        parser.add_argument("--pause", type=float, default=0.0, help="seconds of rest between two transactions")

    def handle(self, *args: Any, rows: int, pause: float, **options: Any) -> None:
        done = passed_over = 0
        began = time.monotonic()
        try:
            while (step := custody.rotate(rows=max(rows, 1))).left:
                done += step.wrapped
                # What is left is locked by somebody who writes it; that is over in a moment.
                passed_over = 0 if step.wrapped else passed_over + 1
                if passed_over > TRIES:
                    raise CommandError(f"{done} wrapped anew; some rows stay locked. Run this again.")
                if step.wrapped:
                    self.stdout.write(f"{done} wrapped anew, {done / (time.monotonic() - began):.0f}/s")
                time.sleep(pause if step.wrapped else PATIENCE_SECONDS)
        except DomainError as error:
            raise CommandError(str(error)) from error
        newest = crypto.newest_version()
        self.stdout.write(
            f"{done} wrapped anew. No row is left under an older key than version {newest}. Once every process runs "
            f"with it, run this a last time, and then older versions can be taken out of IDENTITY_KEYS."
        )
