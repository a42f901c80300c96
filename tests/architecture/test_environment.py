"""What an operator can set stands where they look for it."""

import re

from django.conf import settings

NOT_IN_PRODUCTION = {"local.py", "test.py"}


def test_every_variable_production_reads_stands_in_the_example():
    read = set()
    for file in (settings.BASE_DIR / "config/settings").glob("*.py"):
        if file.name not in NOT_IN_PRODUCTION:
            read |= set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', file.read_text()))
    assert "SECRET_KEY" in read
    example = (settings.BASE_DIR / ".env.example").read_text()
    assert {name for name in read if not re.search(rf"^(# )?{name}=", example, re.MULTILINE)} == set()
