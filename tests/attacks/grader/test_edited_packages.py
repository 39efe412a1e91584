"""The files of pytest, of the grader and of the shop edited, for all runs to come."""

import hashlib
from pathlib import Path

import _pytest.runner

import nomocks.mutation.judging
import shop.models
from tests.attacks.conftest import Attack

FILES = [
    Path(module.__file__ or "")
    for module in (_pytest.runner, nomocks.mutation.judging, shop.models)
]
CELL = """\
import sys

def test_edit():
    written = []
    for name in FILES:
        for edit in (
            lambda: open(name, "a").write("forged = True"),
            lambda: os.remove(name),
            lambda: os.rename(name, name + "~"),
            lambda: os.chmod(name, 0o777),
            lambda: os.utime(name, (0, 0)),
            lambda: open(os.path.dirname(name) + "/forged.pth", "w").close(),
            lambda: os.symlink("/box", os.path.dirname(name) + "/forged"),
        ):
            try:
                edit()
                written.append(name)
            except OSError:
                pass
    raise RuntimeError(written)
"""


def test_they_are_read_only(attack: Attack) -> None:
    before = [hashlib.sha256(file.read_bytes()).digest() for file in FILES]
    (test,) = attack(f"FILES = {[str(file) for file in FILES]}\n{CELL}").tests
    assert test.reason.startswith("RuntimeError: []")
    assert [hashlib.sha256(file.read_bytes()).digest() for file in FILES] == before
