"""Pictures for the community, drawn and brought to all sizes by as many processes as there are cores.

The sizes are made by the functions that serve uploads and workers. Drawing starts at once and goes on while rows
are written; the drawing processes know neither Django nor the database.
"""

import multiprocessing
import os
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.models import Picture, PictureState
from demo.pictures.sizes import Wish, draw_sizes


class Studio:
    """Collects wishes, draws them in the background, stores the files and makes the rows."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.wishes: list[Wish] = []
        self._variations: dict[tuple[str, str], int] = {}
        self._pool: Any = None
        self._results: Any = None

    def wish(self, kind: str, name: str = "") -> UUID:
        """Ask for a picture nobody else has; returns its key."""
        seed = self._variations.get((kind, name), 0)
        self._variations[kind, name] = seed + 1
        key = UUID(int=self.rng.getrandbits(128), version=4)
        self.wishes.append(Wish(key, kind, name, seed))
        return key

    def start(self) -> None:
        """Begin drawing. The processes start afresh: one that was forked would share the database connection."""
        self._pool = multiprocessing.get_context("spawn").Pool(os.cpu_count() or 1)
        self._results = self._pool.imap_unordered(draw_sizes, self.wishes, chunksize=4)

    def collect(self, *, owners: dict[UUID, tuple[int, datetime]], progress: Any) -> dict[UUID, Picture]:
        """Wait for all pictures, store their files and write their rows; `owners`: key → (owner, when)."""
        rows = []
        for done, (key, (width, height), sizes) in enumerate(self._results, start=1):
            owner_id, created_at = owners[key]
            row = Picture(
                key=key,
                owner_id=owner_id,
                state=PictureState.READY,
                width=width,
                height=height,
                byte_count=len(sizes["large"]),
                created_at=created_at,
            )
            for size, data in sizes.items():
                default_storage.save(row.path(size), ContentFile(data))
            rows.append(row)
            if done % 100 == 0 or done == len(self.wishes):
                progress(f"{done} of {len(self.wishes)} pictures drawn")
        rows.sort(key=lambda row: row.created_at)
        return {row.key: row for row in Picture.objects.bulk_create(rows, batch_size=1000)}

    def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
