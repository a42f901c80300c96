"""What is marked as one group runs in one process, so that the browser and the broken site are started once."""

import re
import subprocess
import sys

SUITE = """
import pytest

@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("number", range(6))
def test_of_the_group(number):
    pass

@pytest.mark.parametrize("number", range(12))
def test_of_none(number):
    pass
"""


def test_a_group_stays_together(tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-v", "-p", "no:django"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    ran = re.findall(r"\[(gw\d)\].*PASSED.*test_of_the_group", done.stdout)
    assert (len(ran), len(set(ran))) == (6, 1), done.stdout
