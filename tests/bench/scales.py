"""How much is seeded and how long is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    members: int
    """People with circles, sessions and timelines; multiples of 1,000."""
    people: int
    """Everybody, those included; the others are fans and members of the largest circle only."""
    circles: int
    posts: int
    entries: int
    """Timeline entries that stand before anything is fanned out."""
    viewers: int
    """Members whose pages are asked for."""
    seen_circle: int
    """Members of the circle in which publish → visible is measured."""
    pushed_circle: int
    """Members of the circle that is fanned out to."""
    pulled_circles: tuple[int, ...]
    """Members of the circles above the threshold."""
    pulled_from: int
    """The threshold while those are measured."""
    rounds: int
    seconds: float
    """How long each page and each floor is asked for in each round."""
    warm_up: float
    publications: int
    hot_seconds: float
    """How long a hot circle is written in."""
    sends: int
    """Fans who get an announcement by e-mail, and as many by push."""
    search_posts: int
    """Posts in the index while searching is measured."""


SCALES = {
    "small": Scale(
        members=2_000,
        people=10_000,
        circles=50,
        posts=4_000,
        entries=100_000,
        viewers=10,
        seen_circle=1_000,
        pushed_circle=2_000,
        pulled_circles=(1_000, 2_000, 10_000),
        pulled_from=500,
        rounds=2,
        seconds=0.7,
        warm_up=0.5,
        publications=4,
        hot_seconds=2,
        sends=200,
        search_posts=5_000,
    ),
    "full": Scale(
        members=100_000,
        people=1_000_000,
        circles=1_000,
        posts=200_000,
        entries=20_000_000,
        viewers=20,
        seen_circle=20_000,
        pushed_circle=100_000,
        pulled_circles=(10_000, 100_000, 1_000_000),
        pulled_from=5_000,
        rounds=5,
        seconds=2.0,
        warm_up=2.0,
        publications=30,
        hot_seconds=300,
        sends=100_000,
        search_posts=1_000_000,
    ),
}
