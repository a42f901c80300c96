"""Pictures drawn by rule: the same name and seed always give the same picture.

`draw("sea", 7)` is a picture for a post, `draw_cover("sea", 7)` a circle's header, `draw_avatar(7)` a face,
`draw_logo("cup")` a merchant's sign. `encode` turns any of them into JPEG bytes without metadata.
"""

import io
import random

from . import animals, city, hobbies, indoors, landscapes, portraits, table

SCENES = {
    scene.__name__: scene
    for scene in (
        landscapes.mountains,
        landscapes.sea,
        landscapes.starry_tent,
        landscapes.star_trails,
        landscapes.snow,
        landscapes.balloons,
        landscapes.paper_cut,
        landscapes.field_road,
        landscapes.aurora,
        city.city_night,
        city.street_bokeh,
        city.rain_window,
        city.lanterns,
        city.bridge,
        city.track,
        city.campus,
        table.coffee,
        table.tea,
        table.bowl,
        table.fruit,
        table.bakery,
        animals.cat,
        animals.dog,
        animals.cat_window,
        animals.koi,
        animals.small_birds,
        indoors.plants,
        indoors.books,
        hobbies.camera,
        hobbies.film,
        indoors.cinema,
        indoors.train_window,
        indoors.blocks,
        hobbies.court,
        hobbies.flowers,
        hobbies.desk,
        hobbies.vinyl,
    )
}
SIZES = [(900, 675), (900, 675), (675, 900), (675, 900), (800, 800), (960, 540)]
COVER = (1200, 400)
BADGE = (480, 480)


def draw(scene, seed, size=None):
    """The picture `seed` of a scene; without a size, one of several shapes."""
    rng = random.Random(f"{scene}:{seed}")
    chosen = rng.choice(SIZES)
    return SCENES[scene](size or chosen, rng)


def draw_cover(scene, seed):
    return SCENES[scene](COVER, random.Random(f"cover:{scene}:{seed}"))


def draw_avatar(seed):
    return portraits.avatar(random.Random(f"avatar:{seed}"))


def draw_logo(kind):
    return portraits.logo(kind, random.Random(f"logo:{kind}"))


def encode(image, quality=82):
    """JPEG bytes, no metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
