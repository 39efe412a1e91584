"""Each worker has user ids that no other has, also where two graders run at once."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from nomocks.grading.sandbox.users import PAIRS, claimed

HOLD = """
import sys
from pathlib import Path
from nomocks.grading.sandbox.users import PAIRS, claimed
with claimed(Path(sys.argv[1]), PAIRS) as own:
    print(own[0], flush=True)
    sys.stdin.read()
"""


def test_two_workers_have_other_users(tmp_path: Path) -> None:
    with claimed(tmp_path / "users", PAIRS) as one, claimed(tmp_path / "users", PAIRS) as another:
        assert not set(one) & set(another)


def test_another_process_has_other_users_until_it_ends(tmp_path: Path) -> None:
    folder = tmp_path / "users"
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        held = int(holder.stdout.readline())
        with claimed(folder, PAIRS) as own:
            assert held not in own
        holder.kill()
        holder.wait()
    with claimed(folder, PAIRS) as own:
        assert held in own


def test_there_is_an_end_to_them(tmp_path: Path) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(claimed(tmp_path / "users", PAIRS[:2]))
        with pytest.raises(OSError, match="2 workers grade on this machine already"):
            stack.enter_context(claimed(tmp_path / "users", PAIRS[:2]))


def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "users").symlink_to("elsewhere")
    with (
        pytest.raises(OSError, match="belongs to somebody else"),
        claimed(tmp_path / "users", PAIRS),
    ):
        pass
    assert not any((tmp_path / "elsewhere").iterdir())
