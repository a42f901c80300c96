"""What a day in a circle is worth, and which level that makes: the tables of docs/daily.md. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from daily.models.point import PointKind

THRESHOLDS = (1, 10, 30, 60, 100, 160, 250, 400, 600, 900, 1300, 1900, 2700, 3800, 5500, 8000, 12000, 18000)
"""Points from which on somebody stands at level 1, 2 … 18."""
LEVELS = len(THRESHOLDS)
TITLE_MAX = 8


class Worth(NamedTuple):
    points: int
    limit: int
    """How many of a day count; what is above it counts only once something below is taken back."""


WORTH = {
    PointKind.SIGN_IN: Worth(4, 1),
    PointKind.POST: Worth(6, 3),
    PointKind.COMMENT: Worth(2, 10),
    PointKind.LIKED: Worth(1, 10),
}
WEEK_BONUS, WEEKS_MOST = 1, 3
"""For each full week in a row a sign-in is worth one more, up to three."""
COMMENT_LEAST = 5
"""Characters a comment has at least to count: a nod is welcome, but no work."""
KEPT = 3
"""Times the limit of entries that are kept of a day: those above it stand by."""


def grade_of(points: int) -> int:
    """1 to 18, or 0 before the first point."""
    return bisect_right(THRESHOLDS, points)


def of_sign_in(streak: int) -> int:
    """What the sign-in is worth that makes the streak so long."""
    return WORTH[PointKind.SIGN_IN].points + min(streak // 7, WEEKS_MOST) * WEEK_BONUS


class Progress(NamedTuple):
    """Where somebody stands between two levels."""

    points: int
    grade: int
    begins: int
    ends: int | None
    """Points of the next level; None on the last one."""

    @property
    def missing(self) -> int:
        return 0 if self.ends is None else self.ends - self.points

    @property
    def percent(self) -> int:
        if self.ends is None:
            return 100
        return (self.points - self.begins) * 100 // (self.ends - self.begins)


def progress_of(points: int) -> Progress:
    grade = grade_of(points)
    begins = THRESHOLDS[grade - 1] if grade else 0
    return Progress(points, grade, begins, THRESHOLDS[grade] if grade < LEVELS else None)


def title_of(titles: Sequence[str], grade: int) -> str:
    """What a circle calls the level, or nothing."""
    return titles[grade - 1] if 0 < grade <= len(titles) else ""
