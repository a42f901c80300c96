"""Pictures of figures as numbers for an SVG: what is where. Pure; templates/components/_chart.html draws it."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT, TOP, BOTTOM = 640, 180, 12, 22
BARS_MOST = 60


class Tick(NamedTuple):
    y: float
    label: int


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Chart(NamedTuple):
    """`line` and `area` are the points of a polyline and a polygon; `bars` are empty then, and the other way round."""

    id: str
    title: str
    summary: str
    line: str
    area: str
    bars: list[Bar]
    ticks: list[Tick]
    first: str
    last: str
    rows: list[tuple[str, int]]
    """What the table beneath says."""
    is_rising: bool = False


def line(name: str, title: str, summary: str, rows: Sequence[tuple[str, int]], *, from_zero: bool = True) -> Chart:
    values = [value for _label, value in rows]
    least = 0 if from_zero else min(values, default=0)
    ticks, low, high = _scale(least, max(values, default=0))
    step = WIDTH / max(len(values) - 1, 1)
    points = [(round(place * step, 1), _y(value, low, high)) for place, value in enumerate(values)]
    drawn = " ".join(f"{x},{y}" for x, y in points)
    floor = HEIGHT - BOTTOM
    area = f"0,{floor} {drawn} {points[-1][0]},{floor}" if points else ""
    return _chart(name, title, summary, rows, ticks, line=drawn, area=area)


def bars(name: str, title: str, summary: str, rows: Sequence[tuple[str, int]]) -> Chart:
    """A bar a row; of more than BARS_MOST rows several are added up."""
    size = -(-len(rows) // BARS_MOST) or 1
    summed = [(rows[at][0], sum(value for _label, value in rows[at : at + size])) for at in range(0, len(rows), size)]
    ticks, low, high = _scale(0, max((value for _label, value in summed), default=0))
    step = WIDTH / max(len(summed), 1)
    drawn = []
    for place, (_label, value) in enumerate(summed):
        y = _y(value, low, high)
        drawn.append(Bar(round(place * step + step * 0.15, 1), y, round(step * 0.7, 1), round(HEIGHT - BOTTOM - y, 1)))
    return _chart(name, title, summary, summed, ticks, bars=drawn)


def _chart(
    name: str,
    title: str,
    summary: str,
    rows: Sequence[tuple[str, int]],
    ticks: list[Tick],
    *,
    line: str = "",
    area: str = "",
    bars: list[Bar] | None = None,
) -> Chart:
    first, last = (rows[0][0], rows[-1][0]) if rows else ("", "")
    return Chart(name, title, summary, line, area, bars or [], ticks, first, last, list(rows)[::-1])


def _scale(least: int, most: int) -> tuple[list[Tick], int, int]:
    """Three lines at round numbers, and what lies at the bottom and the top."""
    room = max(most - least, 1)
    step = 1
    while step * 3 < room:
        step = {"1": step * 2, "2": step * 5 // 2, "5": step * 2}[str(step)[0]]
    low = least // step * step
    high = low + step * 3
    if high < most:
        high += step
    values = range(low, high + 1, step)
    return [Tick(_y(value, low, high), value) for value in values], low, high


def _y(value: int, low: int, high: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low)), 1)
