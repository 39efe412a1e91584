"""``%%bash`` hands nothing to a shell: what follows is read as Python, or is a mistake."""

from pathlib import Path

import pytest

from nomocks.mutation.source import SourceError, module_of
from tests.attacks.notebook.executed import executed

MAGICS = ["%%bash", "%%sh", "%%script sh", "%%perl", "%%html", "%%javascript", "%%cython"]


@pytest.mark.parametrize("magic", MAGICS)
@pytest.mark.parametrize("before", ["", "x = 1\n", "def test_a():\n    pass\n\n"])
def test_a_script_is_a_mistake_that_is_named(magic: str, before: str) -> None:
    with pytest.raises(SourceError, match="has a syntax error"):
        module_of("users", "", f"%%task users\n{before}{magic}\nmkdir /tmp/canary && ls")


@pytest.mark.parametrize("magic", MAGICS)
def test_what_is_python_stays_python(tmp_path: Path, magic: str) -> None:
    assert executed(tmp_path, f"{magic}\ny = 2")["y"] == 2


def test_another_magic_in_place_of_the_task_is_left_out(tmp_path: Path) -> None:
    module = module_of("users", "", "%%bash\ndef test_a():\n    pass")
    assert module.tests == ("test_a",)
    assert "%%" not in module.text
    assert list(tmp_path.iterdir()) == []
