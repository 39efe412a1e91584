"""What a process may still do once it has given up the rest; each in a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nomocks.grading.sandbox import landlock
from nomocks.grading.sandbox.landlocked import DEVICES, SYSTEM

pytestmark = pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")
PYTHON = [Path(sys.base_prefix), Path(sys.prefix)]


def outcome(restrict: Callable[[], None], attempt: Callable[[], object]) -> str:
    """What the attempt raises in a process that has restricted itself; empty if nothing."""
    said, tell = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            restrict()
            attempt()
        except BaseException as error:
            os.write(tell, type(error).__name__.encode())
        os._exit(0)
    os.close(tell)
    os.waitpid(process, 0)
    with os.fdopen(said) as answer:
        return answer.read()


@pytest.fixture
def within(tmp_path: Path) -> Callable[[Callable[[], object]], str]:
    """Tries something in a process that may write to one folder, and read the system's."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "kept").write_text("kept")

    def attempt(something: Callable[[], object]) -> str:
        def restrict() -> None:
            landlock.restrict([*SYSTEM, *PYTHON], [tmp_path / "own"], DEVICES)

        return outcome(restrict, something)

    return attempt


Within = Callable[[Callable[[], object]], str]


def test_its_own_folder_is_left_and_no_other(within: Within, tmp_path: Path) -> None:
    assert within((tmp_path / "own" / "new").touch) == ""
    assert within((tmp_path / "new").touch) == "PermissionError"
    assert within(lambda: list(tmp_path.iterdir())) == "PermissionError"
    assert within(Path("/etc/passwd").read_text) == "PermissionError"
    assert within(lambda: Path("/dev/null").write_text("gone")) == ""


def test_a_file_can_be_removed_only_by_who_is_let(within: Within, tmp_path: Path) -> None:
    kept = tmp_path / "own" / "kept"
    assert within(kept.unlink) == "PermissionError"
    assert within(lambda: kept.rename(tmp_path / "own" / "other")) == "PermissionError"

    def restrict() -> None:
        landlock.restrict(SYSTEM, [kept.parent], removing=True)

    assert outcome(restrict, kept.unlink) == ""


def test_programs_of_the_system_run_and_own_ones_do_not(within: Within, tmp_path: Path) -> None:
    own = tmp_path / "own" / "true"
    own.write_bytes(Path("/usr/bin/true").read_bytes())
    own.chmod(0o755)
    assert within(lambda: subprocess.run(["/usr/bin/true"], check=True)) == ""
    assert within(lambda: subprocess.run([own], check=True)) == "PermissionError"


@pytest.mark.skipif(landlock.version() < landlock.WITH_NETWORK, reason="a kernel before 6.7")
def test_no_port_is_left(within: Within) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        assert within(lambda: socket.create_connection(address, 1)) == "PermissionError"
        assert within(lambda: socket.create_server(("127.0.0.1", 0))) == "PermissionError"


@pytest.mark.skipif(landlock.version() < landlock.WITH_SCOPES, reason="a kernel before 6.12")
def test_nobody_outside_can_be_sent_a_signal(within: Within) -> None:
    assert within(lambda: os.kill(os.getppid(), 0)) == "PermissionError"
