"""The colours of static/css/tokens.css: WCAG 2.2 AA in light and dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text("utf-8")
AVATARS = (Path(__file__).resolve().parents[2] / "static/css/components/avatar.css").read_text("utf-8")
GROUNDS = ["bg", "surface", "surface-sunken", "surface-hover", "surface-float"]
TEXTS = ["text", "text-2", "text-3", "link", "danger", "like"]
PAIRS = [(text, ground) for text in TEXTS for ground in GROUNDS] + [
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-primary-soft", "primary-soft"),
    ("text", "primary-soft"),
    ("text-2", "primary-soft"),
    ("link", "primary-soft"),
    ("like", "like-soft"),
    ("success", "success-soft"),
    ("warning", "warning-soft"),
    ("danger", "danger-soft"),
    ("text", "success-soft"),
    ("text", "warning-soft"),
    ("text", "danger-soft"),
    ("on-danger-fill", "danger-fill"),
    ("on-badge-fill", "badge-fill"),
    ("text", "segment"),
    ("on-inverse", "inverse"),
    ("inverse-link", "inverse"),
]
"""Text on ground: at least 4.5 to 1."""
SIGNS = [("border-strong", "surface"), ("brand", "surface"), ("brand", "bg"), ("badge-fill", "surface")]
"""Edges of fields and signs that carry meaning: at least 3 to 1."""


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


blocks = re.findall(r":root[^{]*\{([^}]*)\}", TOKENS)
LIGHT, DARK_BY_SYSTEM, DARK_BY_CHOICE = (tokens(block) for block in blocks)
THEMES = {"light": LIGHT, "dark": {**LIGHT, **DARK_BY_CHOICE}}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_both_dark_blocks_say_the_same() -> None:
    assert len(blocks) == 3
    assert re.sub(r"\s+", " ", blocks[1]).strip() == re.sub(r"\s+", " ", blocks[2]).strip()
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE != {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_is_readable(theme: str, text: str, ground: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("sign", "ground"), SIGNS)
def test_signs_are_visible(theme: str, sign: str, ground: str) -> None:
    assert contrast(THEMES[theme][sign], THEMES[theme][ground]) >= 3


def test_initials_are_readable_on_every_tint() -> None:
    tints = re.findall(r"--tint-[ab]: (#[0-9a-f]{6})", AVATARS)
    assert len(tints) == 20
    assert [tint for tint in tints if contrast("#ffffff", tint) < 4.5] == []
