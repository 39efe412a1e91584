"""Without namespaces, as in a container that Docker starts by itself: the walls hold there, too."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from nomocks.cli import main
from tests.batch import classes
from tests.sandbox import containers

pytestmark = [
    pytest.mark.skipif(bool(containers.why_not()), reason=containers.why_not()),
    pytest.mark.timeout(600),
]
ATTACKS = (  # on what the walls themselves are for
    "process/test_another_user.py",
    "process/test_daemon.py",
    "process/test_disk_bomb.py",
    "process/test_fork_bomb.py",
    "process/test_inode_bomb.py",
    "process/test_kill_everybody.py",
    "process/test_new_namespaces.py",
    "process/test_traced.py",
    "process/test_walls_written_to.py",
    "theft/test_abstract_sockets.py",
    "theft/test_environment_of_others.py",
    "theft/test_gradebook.py",
    "theft/test_keys_of_the_teacher.py",
    "theft/test_other_submissions.py",
    "theft/test_solutions.py",
    "theft/test_tcp.py",
    "theft/test_udp.py",
)


@pytest.fixture(scope="module", autouse=True)
def _image() -> None:
    containers.make_image()


def test_the_doctor_says_which_walls_hold() -> None:
    done = containers.run(containers.NOMOCKS, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    namespaces, landlock = done.stdout.split("landlock (")
    assert "✗ walls within walls" in namespaces or "✗ bubblewrap" in namespaces
    assert "✗" not in landlock
    assert "can be graded here, within landlock." in landlock


def test_who_is_not_root_is_told_why_nothing_is_graded() -> None:
    done = containers.run(containers.NOMOCKS, "doctor", options=("--user=1000",))
    assert done.returncode == 1
    assert "✗ root: only root can give each run a user of its own" in done.stdout


def test_a_class_has_the_marks_that_it_has_outside(tmp_path: Path, walls: None) -> None:  # noqa: ARG001
    small, submitted = classes.assignment(tmp_path), classes.a_class(tmp_path, 7)
    wish = ["grade", str(submitted), "--assignment", "small", "--format", "table"]
    wish += ["--solutions", str(small.folder.parent), "--seed", "5", "--into"]
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    here = CliRunner().invoke(main, [*wish, str(outside)])
    assert here.exit_code == 0, here.output
    there = containers.run(containers.NOMOCKS, *wish, str(inside), course=tmp_path)
    assert there.returncode == 0, there.stdout + there.stderr
    assert marks(inside) == marks(outside)
    assert classes.seen_in(inside).keys() == classes.seen_in(outside).keys()


def test_attacks_fail_there_as_they_do_elsewhere() -> None:
    attacks = [str(containers.ROOT / "tests/attacks" / name) for name in ATTACKS]
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=short"]
    done = containers.run(
        *("-m", "pytest", *options, *attacks), NOMOCKS_TIER="landlock", NOMOCKS_REQUIRE="all"
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    assert re.search(r"\d+ passed", done.stdout)


def marks(folder: Path) -> str:
    """The table of marks, without the time at which it was made."""
    return (folder / "table.csv").read_text()
