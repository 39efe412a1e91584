"""Variables that change what the next Python or pytest does; and a file that Python runs first."""

import os

from tests.attacks.conftest import Attack

CELL = """\
VARIABLES = {"PYTHONSTARTUP": "/box/first.py", "PYTHONPATH": "/box", "PYTHONHOME": "/box",
    "PYTEST_ADDOPTS": "--version", "PYTEST_PLUGINS": "first", "PYTHONINSPECT": "1",
    "NOMOCKS_TEST_TIMEOUT": "100000", "NOMOCKS_SOLUTIONS": "/box", "LD_PRELOAD": "/box/first.so"}
for name in VARIABLES:
    assert name not in os.environ, name
os.environ.update(VARIABLES)
for name in ("first.py", "sitecustomize.py"):
    with open(f"/box/{name}", "w") as file:
        file.write("raise SystemExit(0)")

def test_nothing():
    pass
"""


def test_they_reach_neither_the_grader_nor_the_next_run(attack: Attack) -> None:
    before = dict(os.environ)
    assert attack(CELL).tests[0].reason == ""
    assert attack(CELL).tests[0].reason == ""
    assert {name: os.environ.get(name) for name in before} == before
