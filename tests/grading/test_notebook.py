"""``%assignment``, ``%%task`` and ``check`` in a notebook's shell."""

import gc
import threading
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

from nomocks.mutation.assignment import Assignment

DUPLICATES = """async def test_duplicates(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="A")])
    with pytest.raises(IntegrityError):
        await session.flush()
"""


@pytest.fixture
def shell(small: Assignment, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell in a folder below the small assignment's, with the assignment opened."""
    work = small.folder.parent.parent / "exercises" / "small"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    monkeypatch.setenv("IPYTHONDIR", str(work))
    shell = InteractiveShell()
    shell.run_cell("%load_ext nomocks.grading")
    shell.run_cell("%assignment small")
    yield shell
    shell.history_manager.end_session()
    del shell
    gc.collect()


def run(shell: InteractiveShell, source: str) -> ExecutionResult:
    return shell.run_cell(source)


def test_opening_an_assignment_tells_the_server(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%assignment small")
    assert "PostgreSQL" in capsys.readouterr().out


def test_a_task_cell_shows_pytests_report(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run(shell, f"%%task users\n{DUPLICATES}\ndef test_wrong():\n    assert 1 == 2\n")
    shown = capsys.readouterr()
    assert "1 failed, 1 passed" in shown.out
    assert "users.py:8" in shown.out
    assert shown.err == ""
    assert result.success


def test_check_shows_the_report_and_gives_the_points_as_a_float(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, f"%%task users\n{DUPLICATES}")
    result = run(shell, 'check("users")')
    assert (type(result.result), result.result) == (float, 2.0)
    assert "1 of 2 bugs caught" in capsys.readouterr().out


def test_check_gives_more_hints_when_asked(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%%task users\ndef test_nothing():\n    assert True\n")
    run(shell, 'check("users")')
    assert "The second hint." not in capsys.readouterr().out
    run(shell, 'check("users", hints=2)')
    assert "The second hint." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("%%task users\ndef test_x(:\n", "syntax error in line 2"),
        ("%%task users\n# Nothing so far.\n", "has no test yet"),
    ],
)
def test_a_cell_that_cannot_be_run_gets_one_sentence_twice(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], source: str, said: str
) -> None:
    capsys.readouterr()
    run(shell, source)
    first = capsys.readouterr()
    assert said in first.out
    assert first.out.count("\n") == 1
    assert first.err == ""
    assert run(shell, 'check("users")').result == 0.0
    assert said in " ".join(capsys.readouterr().out.split())


def test_check_before_the_cell_was_run_says_so(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shell, 'check("users")').result == 0.0
    assert "Run the cell that begins with" in capsys.readouterr().out


def test_a_test_that_hangs_leaves_the_shell_usable(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "0.5")
    before = threading.active_count()
    run(shell, "%%task users\nasync def test_x(session):\n    await asyncio.sleep(60)\n")
    assert "1 failed" in capsys.readouterr().out
    assert threading.active_count() == before
    assert run(shell, "1 + 1").result == 2


def test_a_test_that_ends_its_process_leaves_the_shell_usable(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%%task users\ndef test_x():\n    os._exit(0)\n")
    assert "A test ended the process that it ran in." in capsys.readouterr().out
    assert run(shell, "1 + 1").result == 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("%assignment 99-nothing", "There is no assignment '99-nothing'"),
        ("%%task nothing\npass", "small has no task 'nothing': its tasks are users."),
        ('check("nothing")', "small has no task 'nothing': its tasks are users."),
    ],
)
def test_a_wrong_name_gets_one_sentence_and_no_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], source: str, said: str
) -> None:
    capsys.readouterr()
    run(shell, source)
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err
