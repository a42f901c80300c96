"""What came out: one table for people, one file for machines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure. `reach` is what it should come to: the ratio where there is a floor, else the value."""

    name: str
    value: float | None
    unit: str
    floor: float | None = None
    ratio: float | None = None
    reach: float | None = None
    ok: bool | None = None
    """None: reported only."""


def at_least(name: str, value: float, unit: str, *, floor: float, reach: float | None = None) -> Figure:
    """A figure that should be at least `reach` × its floor."""
    ratio = value / floor
    return Figure(name, value, unit, floor, ratio, reach, None if reach is None else ratio >= reach)


def at_most(name: str, value: float, unit: str, *, reach: float, floor: float | None = None) -> Figure:
    """A figure that should be at most `reach`, or at most `reach` × its floor."""
    ratio = None if floor is None else value / floor
    return Figure(name, value, unit, floor, ratio, reach, (value if ratio is None else ratio) <= reach)


def only_told(name: str, value: float, unit: str) -> Figure:
    return Figure(name, value, unit)


def not_measured(name: str) -> Figure:
    return Figure(name, None, "", ok=False)


def write(figures: list[Figure], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(figure) for figure in figures]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def table(figures: list[Figure]) -> str:
    head = ("what", "value", "unit", "floor", "ratio", "reach", "")
    rows = [head, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(_padded(cell, width, column) for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def _padded(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column in (1, 3, 4, 5) else cell.ljust(width)


def _row(figure: Figure) -> tuple[str, ...]:
    if figure.value is None:
        return (figure.name, "–", "", "", "", "", "could not be measured")
    verdict = {True: "reached", False: "not reached", None: ""}[figure.ok]
    parts = (_number(figure.floor), _number(figure.ratio), _number(figure.reach))
    return (figure.name, _number(figure.value), figure.unit, *parts, verdict)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
