"""Pictures that grow with a goal, as shapes for an SVG of 320 × 200. Pure; templates/components/_goal_picture.html
draws them. The same percentage always gives the same picture, and more of it never takes anything away."""

import math
from random import Random
from typing import NamedTuple

from daily.models import GoalPicture

WIDTH, HEIGHT, GROUND = 320, 200, 168
LEAVES, WINDOWS_ACROSS, WINDOWS_UP, CORALS, FISH = 64, 9, 5, 11, 5


class Spot(NamedTuple):
    x: float
    y: float
    r: float
    kind: int = 0
    """Which of the tones of the picture."""


class Path(NamedTuple):
    d: str
    width: float
    kind: int = 0


class Picture(NamedTuple):
    kind: str
    spots: list[Spot]
    paths: list[Path]
    boxes: list[Spot]
    """Windows: `r` is 1 where it is lit."""
    is_done: bool


def picture(kind: str, percent: int) -> Picture:
    share = max(0, min(percent, 100)) / 100
    draw = {GoalPicture.LIGHTS: _lights, GoalPicture.REEF: _reef}.get(GoalPicture(kind), _tree)
    spots, paths, boxes = draw(share)
    return Picture(kind, spots, paths, boxes, percent >= 100)


Shapes = tuple[list[Spot], list[Path], list[Spot]]


def _tree(share: float) -> Shapes:
    """A sapling that becomes a crown: first the trunk, then branches, then leaves, at last fruit."""
    height = 26 + 64 * min(share * 1.6, 1)
    top = GROUND - height
    paths = [
        Path(f"M160 {GROUND} C158 {GROUND - height / 2:.0f} 162 {GROUND - height / 2:.0f} 160 {top:.0f}", 3 + 8 * share)
    ]
    angles = (-58, 52, -30, 34, -75, 72)
    for number, angle in enumerate(angles[: math.ceil(share * len(angles) * 1.3)]):
        base = top + height * (0.1 + 0.09 * number)
        length = 16 + 34 * share
        x = 160 + length * math.sin(math.radians(angle))
        y = base - length * math.cos(math.radians(angle))
        paths.append(Path(f"M160 {base:.0f} Q{160 + (x - 160) / 3:.0f} {y + 8:.0f} {x:.0f} {y:.0f}", 2 + 3 * share))
    rng = Random(20161125)
    spots = []
    reach = 24 + 46 * share
    for number in range(LEAVES):
        turn, far = rng.random() * math.tau, math.sqrt(rng.random())
        size, tone = rng.uniform(7, 13), rng.randrange(3)
        if number < max(3, round(share * LEAVES)):
            spots.append(
                Spot(
                    round(160 + reach * 1.25 * far * math.cos(turn), 1),
                    round(top + 4 - reach * 0.62 * far * math.sin(turn) - reach * 0.1, 1),
                    round(size * (0.55 + 0.45 * share), 1),
                    tone,
                )
            )
    if share >= 1:
        spots += [
            Spot(round(160 + 62 * math.cos(turn), 1), round(top - 4 - 32 * math.sin(turn), 1), 4.5, 3)
            for turn in (0.2, 1.1, 2.0, 2.9, 4.4, 5.4)
        ]
    return spots, paths, []


def _lights(share: float) -> Shapes:
    """Houses on a hill road whose windows light up one after the other."""
    rng = Random(7)
    places = []
    for house in range(WINDOWS_ACROSS):
        x, floors = 12 + house * 34, 2 + rng.randrange(WINDOWS_UP - 1)
        for floor in range(floors):
            for side in range(2):
                places.append((x + 4 + side * 12, GROUND - 16 - floor * 20, house))
    order = list(range(len(places)))
    rng.shuffle(order)
    lit = set(order[: round(share * len(places))])
    boxes = [Spot(x, y, 1 if number in lit else 0, house % 3) for number, (x, y, house) in enumerate(places)]
    walls: dict[int, tuple[float, float]] = {}
    for x, y, house in places:
        walls[house] = (min(x - 4, walls.get(house, (x - 4, y))[0]), min(y - 6, walls.get(house, (x, y - 6))[1]))
    paths = [
        Path(f"M{x:.0f} {GROUND} V{y:.0f} L{x + 14:.0f} {y - 10:.0f} L{x + 28:.0f} {y:.0f} V{GROUND} Z", 0, house % 3)
        for house, (x, y) in walls.items()
    ]
    return [Spot(268, 34, 14, 3)], paths, boxes


def _reef(share: float) -> Shapes:
    """Corals that branch, and fish that come when there is something to come to."""
    rng = Random(3)
    paths, spots = [], []
    for number in range(CORALS):
        x, tall, tone = 20 + number * 28 + rng.uniform(-6, 6), rng.uniform(34, 78), number % 3
        grown = max(0.0, min(1.0, share * CORALS / 2 - number / 2 + 0.25))
        twigs = [(rng.uniform(0.35, 0.85), rng.uniform(-22, 22)) for _twig in range(4)]
        if not grown:
            continue
        top = GROUND + 8 - tall * grown
        paths.append(Path(f"M{x:.0f} {GROUND + 10} L{x:.0f} {top:.0f}", 7, tone))
        for at, lean in twigs:
            base, end = GROUND + 8 - tall * grown * at, x + lean * grown
            paths.append(
                Path(
                    f"M{x:.0f} {base:.0f} Q{end:.0f} {base:.0f} {end:.0f} {base - 16 * grown:.0f}",
                    5,
                    tone,
                )
            )
    for number in range(round(share * FISH)):
        spots.append(Spot(40 + number * 62, 46 + (number * 37) % 52, 7, number % 3))
    return spots, paths, []
