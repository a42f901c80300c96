"""Numbers as people send them."""

import pytest

from core.numbers import ID_MAX, whole_number


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        (str(ID_MAX), ID_MAX),
        (str(ID_MAX + 1), None),
        ("9" * 5000, None),
        ("", None),
        (" 7", None),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        ("1_0", None),
        ("²", None),
        ("٣", None),
        ("７", None),
        ("x", None),
    ],
)
def test_what_is_a_number(sent, number):
    assert whole_number(sent) == number


def test_up_to_a_limit():
    assert [whole_number(sent, at_most=18) for sent in ("18", "19", "018", "1")] == [18, None, None, 1]
