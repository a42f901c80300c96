"""The drawn pictures: every scene, in every shape, the same each time."""

import io

import pytest
from PIL import Image, ImageStat

from demo import pictures


@pytest.mark.parametrize("scene", sorted(pictures.SCENES))
def test_every_scene_can_be_drawn(scene):
    picture = pictures.draw(scene, 1)
    assert picture.mode == "RGB"
    assert picture.size in pictures.SIZES
    # Something is on it.
    assert max(ImageStat.Stat(picture.resize((64, 64))).stddev) > 8


@pytest.mark.parametrize("size", [(900, 300), (300, 450), (240, 240)])
def test_any_shape_will_do(size):
    assert pictures.draw("mountains", 2, size).size == size
    assert pictures.draw("coffee", 2, size).size == size


def test_the_same_seed_gives_the_same_picture_and_another_seed_another():
    assert pictures.draw("sea", 5).tobytes() == pictures.draw("sea", 5).tobytes()
    assert pictures.draw("sea", 5).tobytes() != pictures.draw("sea", 6).tobytes()


def test_files_are_jpegs_of_bearable_size_without_metadata():
    data = pictures.encode(pictures.draw("cat_window", 3))
    assert 15_000 < len(data) < 220_000
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
        assert not picture.getexif()


def test_avatars_and_logos_are_square():
    assert pictures.draw_avatar(4).size == (256, 256)
    assert {pictures.draw_logo(kind).size for kind in ("cup", "book", "camera", "teapot", "shoe", "paw")} == {
        (512, 512)
    }
