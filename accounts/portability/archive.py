"""A person's data as a zip: JSON for programs, pictures, and one page to read it all."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from core.models import Picture

READABLE_MAX = 2_000
"""Rows of one section on the page; all of them are in its JSON file."""


@dataclass
class Section:
    name: str
    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


class Archive:
    """Writes as it goes: rows are streamed, so memory does not grow with what somebody wrote."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._sections: list[Section] = []
        self._pictures: set[str] = set()

    def section(self, name: str, title: str, rows: Iterable[dict[str, Any]]) -> None:
        """Write `<name>.json`, a list of these rows, and show them under `title` on the page.

        A row may name pictures as `{"photos": ["pictures/….webp"]}` (see `picture`).
        """
        section = Section(name, title)
        # Rows may put pictures into the zip, which takes one file at a time.
        with tempfile.SpooledTemporaryFile(max_size=2**20) as out:
            out.write(b"[")
            for row in rows:
                out.write(b"\n " if section.count == 0 else b",\n ")
                out.write(json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder).encode("utf-8", "replace"))
                section.count += 1
                if len(section.rows) < READABLE_MAX:
                    section.rows.append(row)
            out.write(b"\n]\n")
            out.seek(0)
            with self._zip.open(f"{name}.json", "w", force_zip64=True) as entry:
                shutil.copyfileobj(out, entry)
        self._sections.append(section)

    def picture(self, picture: Picture | None) -> str | None:
        """Put the large size in; returns its name inside the archive. None where there is none (any more)."""
        if picture is None:
            return None
        name = f"pictures/{picture.key.hex}.webp"
        if name not in self._pictures:
            try:
                with default_storage.open(picture.path(Picture.Size.LARGE)) as source:
                    self._zip.writestr(zipfile.ZipInfo(name), source.read())
            except FileNotFoundError:
                return None
            self._pictures.add(name)
        return name

    def close(self, *, nickname: str, made_at: Any) -> None:
        """Write the page and finish the file."""
        context = {"sections": [s for s in self._sections if s.count], "nickname": nickname, "made_at": made_at}
        self._zip.writestr("index.html", render_to_string("accounts/archive.html", context))
        self._zip.close()
