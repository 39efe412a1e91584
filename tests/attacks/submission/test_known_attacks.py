"""What is tried on single runs, tried where one process has all of them."""

from importlib import import_module

import pytest

from nomocks.mutation.assignment import Assignment
from tests.attacks.conftest import Attack

# Where the cell of each is, and how the reason begins that its first test gives.
REFUSED = {
    "process.test_another_user": "RuntimeError: []",
    "process.test_descriptors_used_up": "RuntimeError: 24 True",
    "process.test_kernel_calls": "RuntimeError: []",
    "process.test_memory_file": "RuntimeError: [1, 1, 1]",
    "process.test_new_namespaces": "RuntimeError: []",
    "process.test_walls_written_to": "RuntimeError: []",
    "theft.test_environment_of_others": "RuntimeError: []",
    "theft.test_inherited_descriptors": "RuntimeError: (1, [])",
    "theft.test_secrets_of_the_server": "RuntimeError: ([], [])",
    "theft.test_wire_of_the_zygote": "",
}
HARMLESS = (
    "grader.test_rerun_by_a_lost_database CELL",
    "process.test_busy_processes CELL",
    "process.test_daemon CELL",
    "process.test_disk_bomb CELL",
    "process.test_endless_loop SWALLOWING",
    "process.test_exit_at_once AT_IMPORT",
    "process.test_exit_at_once IN_A_TEST",
    "process.test_exit_handler CELL",
    "process.test_fork_bomb BOMB",
    "process.test_ignored_signals CELL",
    "process.test_inode_bomb CELL",
    "process.test_kill_everybody CELL",
    "process.test_memory_bomb_of_many CELL",
    "process.test_output_bomb CELL",
    "process.test_socket_buffers MANY",
    "process.test_stopped CELL",
    "process.test_thread_bomb CELL",
)


def cell(module: str, name: str = "CELL") -> str:
    """The hostile cell of another test."""
    return str(getattr(import_module(f"tests.attacks.{module}"), name))


@pytest.mark.parametrize("module", REFUSED)
def test_it_is_refused_here_too(attack: Attack, module: str) -> None:
    for test in attack(cell(module)).tests[:1]:
        assert test.reason.startswith(REFUSED[module])


@pytest.mark.parametrize("named", HARMLESS)
def test_it_harms_nobody_here_either(attack: Attack, named: str) -> None:
    attack(cell(*named.split()))


def test_messages_without_end_are_cut_off(attack: Attack) -> None:
    module = "grader.test_messages_without_end"
    attack(cell(module, "PLUGIN") + cell(module).format(pause=0))


def test_nothing_of_the_submission_before_is_left(attack: Attack) -> None:
    module = "theft.test_other_submissions"
    attack(cell(module, "FIRST"))
    (test,) = attack(cell(module, "SECOND")).tests
    assert test.reason.startswith("RuntimeError: 0")


def test_neither_solutions_nor_the_gradebook_are_within_the_walls(
    attack: Attack, course: Assignment, secret: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    book = tmp_path_factory.getbasetemp() / "gradebook.db"
    (test,) = attack(f"PATH = {str(book)!r}\n{cell('theft.test_gradebook')}").tests
    assert test.reason.startswith("RuntimeError: []")
    assert book.read_text() == secret
    paths = [str(course.folder / name) for name in ("variants.py", "exercise.md")]
    (test,) = attack(f"PATHS = {paths}\n{cell('theft.test_solutions')}").tests
    assert test.reason.startswith("RuntimeError: []")
