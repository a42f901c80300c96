from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """How large the community becomes."""

    people: int
    circles: int
    posts_big: int
    posts_small: int
    photos: int
    avatars: int
    days: int = 120
    """How far back posts reach."""


SCALES = {
    "full": Scale(people=336, circles=99, posts_big=86, posts_small=27, photos=500, avatars=190),
    "small": Scale(people=40, circles=6, posts_big=12, posts_small=6, photos=14, avatars=8),
}
