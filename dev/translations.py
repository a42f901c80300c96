"""Translations without GNU gettext, which a bare machine does not have: Babel reads, writes and compiles catalogues.

    python -m dev.translations extract | compile | check

- extract: collect the texts of Python files and templates into locale/<language>/LC_MESSAGES/django.po; translations
  that exist are kept, new texts come in empty, texts nobody uses any more go.
- compile: write the .mo files Django reads, where the .po is newer.
- check: complete? Lists every text that is missing, empty, fuzzy or unused, and every translation whose
  placeholders differ from its source's. Exit code 1 when it lists anything.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans",)
NO_SOURCES = {"dev", "tests", "docs", "locale", "static", "staticfiles", "var"}
SKIPPED = {"migrations", "tests", "__pycache__"}

# function: which arguments are (context, singular, plural)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\([^)]+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdrf]|\{[A-Za-z_]\w*\}|\{\}")
# Header lines that change by themselves or say nothing.
NOISE = re.compile(
    rb'"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    rb'|Generated-By):.*\\n"\n'
)

Key = tuple[str | None, str]


def catalogue_path(language: str, root: Path = ROOT) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def source_files(root: Path) -> Iterator[Path]:
    folders = [entry for entry in sorted(root.iterdir()) if entry.is_dir() and entry.name not in NO_SOURCES]
    for folder in folders:
        for path in sorted(folder.rglob("*")) if not folder.name.startswith(".") else ():
            parts = set(path.relative_to(root).parts)
            wanted = path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in parts)
            if wanted and not SKIPPED & parts:
                yield path


def python_of(path: Path) -> str:
    """The file as Python source; a template becomes what Django's own makemessages would hand to xgettext."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    from django.utils.translation.template import templatize

    # Everything but the calls is blanked out by X; without indentation the rest is a row of Python words.
    return "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines()) + "\n"


def collect(root: Path = ROOT) -> Catalog:
    """Every text wrapped for translation, with the places it stands in."""
    catalogue = Catalog(charset="utf-8")
    for path in source_files(root):
        source = io.BytesIO(python_of(path).encode("utf-8"))
        found = extract_python(source, KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
        for line, function, words, comments in found:
            for context, text in texts_of(str(function), words):
                place = (path.relative_to(root).as_posix(), line)
                catalogue.add(text, locations=[place], auto_comments=list(comments or ()), context=context)
    return catalogue


def texts_of(function: str, words: object) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    """(context, text or (singular, plural)) of one call; nothing where the arguments are no literals."""
    given = words if isinstance(words, tuple | list) else (words,)
    spec = KEYWORDS.get(function) or (1,)
    context, parts = None, []
    for index in spec:
        position = index[0] if isinstance(index, tuple) else index
        word = given[position - 1] if len(given) >= position else None
        if not isinstance(word, str) or not word:
            return
        if isinstance(index, tuple):
            context = word
        else:
            parts.append(word)
    yield context, parts[0] if len(parts) == 1 else (parts[0], parts[1])


def read_catalogue(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8", ignore_obsolete=True)


def by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {(message.context, singular(message)): message for message in catalogue if message.id}


def singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


def extract(root: Path = ROOT) -> None:
    template = collect(root)
    for language in LANGUAGES:
        path = catalogue_path(language, root)
        known = by_key(read_catalogue(path, language))
        fresh = Catalog(locale=language, charset="utf-8", fuzzy=False, header_comment=f"# Quanzi, {language}.")
        for key, message in sorted(by_key(template).items(), key=lambda item: (item[1].locations, item[0][1])):
            old = known.get(key)
            # Files, not lines: a moved line is no change of a catalogue.
            places = sorted({(file, 0) for file, _ in message.locations})
            flags = {flag for flag in (old.flags if old else ()) if flag == "fuzzy"}
            text = old.string if old and same_shape(old, message) else None
            added = fresh.add(
                message.id, text, places, flags, message.auto_comments, old.user_comments if old else (), context=key[0]
            )
            added.locations = places
        path.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(written, fresh, width=110, include_lineno=False)
        path.write_bytes(NOISE.sub(b"", written.getvalue()))
        empty = sum(1 for message in fresh if message.id and not is_complete(message))
        print(f"{path.relative_to(root)}: {len(by_key(fresh))} texts, {empty} to translate")


def same_shape(one: Message, other: Message) -> bool:
    return isinstance(one.id, list | tuple) == isinstance(other.id, list | tuple)


def compile_catalogues(root: Path = ROOT) -> int:
    """Write each .mo whose .po is newer; returns how many. Safe beside another process that does the same."""
    written = 0
    for language in LANGUAGES:
        source = catalogue_path(language, root)
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        stamp = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns >= stamp:
            continue
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, read_catalogue(source, language))
        draft.replace(target)
        written += 1
    return written


def complaints(root: Path = ROOT) -> Iterator[str]:
    """One line for everything that keeps a catalogue from being complete."""
    wanted = by_key(collect(root))
    for language in LANGUAGES:
        path = catalogue_path(language, root)
        known = by_key(read_catalogue(path, language))
        for key, message in wanted.items():
            name = f"{language}: {shorten(key[1])}"
            where = ", ".join(f"{file}:{line}" for file, line in message.locations[:2])
            found = known.get(key)
            if found is None or not same_shape(found, message):
                yield f"{name} is missing ({where})"
            elif not is_complete(found):
                yield f"{name} has no translation ({where})"
            elif "fuzzy" in found.flags:
                yield f"{name} is marked fuzzy ({where})"
            else:
                yield from (f"{name} {complaint} ({where})" for complaint in placeholder_complaints(found))
        for key in known.keys() - wanted.keys():
            yield f"{language}: {shorten(key[1])} is translated but used nowhere"


def is_complete(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return bool(strings) and all(text and text.strip() for text in strings)


def placeholder_complaints(message: Message) -> Iterator[str]:
    sources = message.id if isinstance(message.id, list | tuple) else (message.id,)
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    wanted = sorted(PLACEHOLDER.findall(sources[-1].replace("%%", "")))
    for text in strings:
        found = sorted(PLACEHOLDER.findall((text or "").replace("%%", "")))
        if set(found) != set(wanted):
            yield f"should hold {' '.join(wanted) or 'no placeholder'} but holds {' '.join(found) or 'none'}"


def shorten(text: str, length: int = 70) -> str:
    flat = " ".join(text.split())
    return f'"{flat if len(flat) <= length else flat[: length - 1] + "…"}"'


def main(commands: list[str]) -> int:
    if not commands or not set(commands) <= {"extract", "compile", "check"}:
        print("Use: python -m dev.translations extract|compile|check", file=sys.stderr)
        return 2
    failed = 0
    for command in commands:
        if command == "extract":
            extract()
        elif command == "compile":
            print(f"Compiled {compile_catalogues()} catalogues.")
        else:
            found = sorted(complaints())
            for line in found:
                print(line)
            print(f"{len(found)} things to put right." if found else "Translations are complete.")
            failed = failed or int(bool(found))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
