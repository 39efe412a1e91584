"""``!command`` is a line of the notebook's own: it is left out, and no shell runs."""

from pathlib import Path

import pytest

from nomocks.mutation.source import SourceError, module_of
from tests.attacks.notebook.executed import executed


@pytest.mark.parametrize(
    "cell",
    [
        "!mkdir {canary}",
        "!!mkdir {canary}",
        "!mkdir \\\n  {canary}",
        "!mkdir {canary} \\\\\\\n && true",
        '!echo "it\'s" > {canary}',
        "x = 1\r!mkdir {canary}\r",
        "if True:\n    !mkdir {canary}",
        "def test_a():\n    !mkdir {canary}",
        "%%bash\n!mkdir {canary}",
        "%sx mkdir {canary}",
        "%system mkdir {canary}",
        "!mkdir {canary}\n!mkdir {canary}\nx = 1\n!mkdir {canary}",
    ],
)
def test_it_is_not_run(tmp_path: Path, cell: str) -> None:
    names = executed(tmp_path, cell.format(canary=tmp_path / "canary") + "\ny = 2")
    assert names["y"] == 2


@pytest.mark.parametrize(
    "line", ["x = !ls", "x = %sx ls", "f(!ls)", "?print", "print?", "/print 1", ";print 1"]
)
def test_what_else_a_notebook_understands_is_a_mistake_that_is_named(line: str) -> None:
    with pytest.raises(SourceError, match="has a syntax error in line 2"):
        module_of("users", "", f"%%task users\n{line}")


def test_a_text_may_begin_its_lines_as_it_likes(tmp_path: Path) -> None:
    names = executed(tmp_path, "!ls\nx = '''\n%s is kept\n!so is this\n'''\n%time\n")
    assert names["x"] == "\n%s is kept\n!so is this\n"


def test_the_lines_of_what_is_kept_are_not_moved() -> None:
    with pytest.raises(SourceError, match="syntax error in line 5"):
        module_of("users", "", "%%task users\n!ls \\\n  -l\n%time\nx = = 1")
