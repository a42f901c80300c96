"""The style guide renders every component, and templates keep to what the content security policy allows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates/components").glob("_*.html"))


@pytest.mark.django_db
def test_style_guide_shows_all(client):
    page = client.get("/styleguide/")
    assert page.status_code == 200
    shown = {template.name for template in page.templates}
    missing = [path.name for path in COMPONENTS if f"components/{path.name}" not in shown]
    assert missing == []


@pytest.mark.django_db
@pytest.mark.parametrize("liked", ["1", "0"])
def test_like_button_answers_with_itself(client, liked):
    button = client.post("/styleguide/like/", {"liked": liked}).content.decode()
    assert f'aria-pressed="{"true" if liked == "1" else "false"}"' in button
    assert f'value="{"0" if liked == "1" else "1"}"' in button


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_needs_no_inline_code(path):
    text = path.read_text("utf-8")
    if "admin" in path.parts:  # has a policy of its own
        return
    assert not re.search(r"<[^>]+\sstyle=", text), "inline style"
    assert not re.search(r"<[^>]+\s(on[a-z]+|hx-on[:a-z-]*)=", text), "inline handler"
    # A block of JSON is data: no browser runs it.
    assert not re.search(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))", text), "inline script"
    assert "{#" not in re.sub(r"\{#.*?#\}", "", text), "a comment over two lines would be shown"
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text), "event filters need eval"
