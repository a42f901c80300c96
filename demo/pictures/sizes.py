"""One picture in all the sizes the site shows, as a process of its own can make it: no Django, no database."""

from dataclasses import dataclass
from uuid import UUID

from core.media import imaging
from demo import pictures

EFFORT = 1
"""Of WebP's 0–6: a third of the time, files a tenth larger."""


@dataclass(frozen=True)
class Wish:
    """A picture to draw: what kind, which scene, which of its variations, and the key it will be found by."""

    key: UUID
    kind: str
    name: str
    seed: int


def draw_sizes(wish: Wish) -> tuple[UUID, tuple[int, int], dict[str, bytes]]:
    image = {
        "photo": lambda: pictures.draw(wish.name, wish.seed),
        "badge": lambda: pictures.draw(wish.name, f"badge-{wish.seed}", pictures.BADGE),
        "cover": lambda: pictures.draw_cover(wish.name, wish.seed),
        "avatar": lambda: pictures.draw_avatar(wish.seed),
        "logo": lambda: pictures.draw_logo(wish.name),
    }[wish.kind]()
    sizes = {
        "large": imaging.encode(image, effort=EFFORT),
        "card": imaging.card(image, effort=EFFORT),
        "thumb": imaging.thumb(image, effort=EFFORT),
    }
    return wish.key, image.size, sizes
