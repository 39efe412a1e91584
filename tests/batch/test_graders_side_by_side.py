"""Two teachers grade on one machine at once; one who is not root grades as root does."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nomocks.grading.batch.store import FILE
from nomocks.grading.sandbox.bubblewrap import folders_of_python
from nomocks.mutation.assignment import Assignment
from tests.batch import classes

SIZE = 4
SOMEBODY = pwd.getpwnam("nobody").pw_uid
PROGRAM = [sys.executable, "-c", "from nomocks.cli import main; main()"]
COMMAND = [*PROGRAM, "grade", "--assignment", "small", "--seed", "5"]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another user than this one may be led into."""
    folder = Path(tempfile.mkdtemp(prefix="nomocks-side-by-side-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def course(place: Path) -> Assignment:
    """The small assignment there, with a class."""
    classes.a_class(place, SIZE)
    return classes.assignment(place)


def command(place: Path, into: Path) -> list[str]:
    """The command that grades the class."""
    given = ["--solutions", str(place / "solutions"), "--into", str(into), "--workers", "2"]
    return [*COMMAND, *given, str(place / "submitted")]


def as_somebody() -> list[str]:
    """What makes a command somebody else's, who may read this Python wherever it lies."""
    view = ["bwrap", "--dev-bind", "/", "/"]
    for folder in folders_of_python():
        parents = list(reversed(folder.parents))
        shut = [parent for parent in parents if not parent.stat().st_mode & stat.S_IXOTH]
        if shut:
            view += ["--tmpfs", str(shut[0]), "--ro-bind", str(folder), str(folder)]
            for parent in parents[parents.index(shut[0]) :]:
                view += ["--chmod", "0755", str(parent)]
    user = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups"]
    return [*view, "--", *user, "--inh-caps=-all", "--bounding-set=-all", "--"]


@pytest.mark.usefixtures("walls")
def test_two_graders_at_once_give_the_same_marks(place: Path, course: Assignment) -> None:
    graders = [
        subprocess.Popen(
            command(place, place / name),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in ("one", "another")
    ]
    results = []
    for grader in graders:
        said, _ = grader.communicate()
        results.append((grader.returncode, said))
    assert [status for status, _ in results] == [0, 0], results
    for name in ("one", "another"):
        assert list(classes.marks(place / name, course).values()) == list(classes.POINTS[:SIZE])


@pytest.mark.usefixtures("walls")
@pytest.mark.skipif(os.getuid() != 0, reason="only root can grade as somebody else")
def test_who_is_not_root_gives_the_same_marks(place: Path, course: Assignment) -> None:
    home = place / "home"
    home.mkdir()
    os.chown(home, SOMEBODY, SOMEBODY)
    done = subprocess.run(
        [*as_somebody(), *command(place, home / "graded")],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "NOMOCKS_HOME": str(home / "kept"),
            "NOMOCKS_DATA": str(home / "data"),
        },
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert (home / "graded" / FILE).stat().st_uid == SOMEBODY
    assert list(classes.marks(home / "graded", course).values()) == list(classes.POINTS[:SIZE])
