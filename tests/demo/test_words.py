"""The words of the demo community: enough of them, and none that the site would not take."""

import random

from accounts import rules
from accounts.models.user import NICKNAME
from circles.actions.circles import RESERVED_SLUGS
from circles.models import Circle
from demo import words
from demo.pictures import SCENES


def test_enough_circles_with_everything_they_need():
    circles = words.circles()
    assert len(circles) >= 40
    assert len({circle.slug for circle in circles}) == len({circle.name for circle in circles}) == len(circles)
    for circle in circles:
        for name in ("slug", "name", "intro"):
            Circle._meta.get_field(name).run_validators(getattr(circle, name))
        assert circle.slug not in RESERVED_SLUGS
        assert circle.category in words.general().categories
        assert set(circle.scenes) <= set(SCENES)
        assert len(circle.posts) >= 6
        assert circle.rules
        assert circle.comments


def test_two_thousand_texts_none_twice_and_none_with_a_gap():
    texts = [text for circle in words.circles() for text in words.compose(random.Random(1), circle, 45)]
    assert len(texts) > 2000
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if "{" in text or "。。" in text or "？。" in text]


def test_the_same_seed_gives_the_same_words():
    circle = words.circles()[0]
    assert words.compose(random.Random(3), circle, 60) == words.compose(random.Random(3), circle, 60)


def test_nicknames_are_valid_distinct_and_not_reserved():
    names = words.nicknames(random.Random(1), 500)
    assert len({name.lower() for name in names}) == 500
    assert all(NICKNAME.match(name) and not rules.is_reserved(name) for name in names)
