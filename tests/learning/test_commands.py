"""How far one is, what to do next, hints, and beginning anew, in a terminal and in a notebook."""

import contextlib
import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import Markdown

from nomocks.grading.html import Report
from nomocks.grading.watching import Watcher
from nomocks.learning.folder import Folder
from nomocks.learning.outline import page
from nomocks.learning.progress import Progress
from nomocks.mutation.assignment import load
from tests.learning.conftest import HALF, SOLVED, Nomocks, sources, write_answer


@pytest.fixture
def begun(folder: Folder, nomocks: Nomocks) -> Folder:
    nomocks("work")
    return folder


@pytest.mark.parametrize(
    "command", ["progress", "next", "hint", "reset small users", "watch small"]
)
def test_before_there_is_a_folder_the_way_to_it_is_told(nomocks: Nomocks, command: str) -> None:
    assert "run `nomocks work`" in nomocks(*command.split(), code=2).output


def test_a_check_by_the_assignments_name_is_kept(begun: Folder, nomocks: Nomocks) -> None:
    assert 'the task "users": Users\n' in nomocks("next").output
    write_answer(begun.exercise("small"), HALF)
    assert "2 of 3 points" in nomocks("check", "small", code=1).output
    assert "0 of 1 tasks solved, 2 of 3 points." in nomocks("progress").output
    assert "(2 of 3 points so far)" in nomocks("next").output
    assert "Go on with: [Users](small/exercise.ipynb)" in page(begun.progress)
    write_answer(begun.exercise("small"), SOLVED)
    nomocks("check", "small")
    assert "1 of 1 tasks solved, 3 of 3 points." in nomocks("progress").output
    assert nomocks("next").output == "Every task is solved.\n"
    nomocks("work")
    shown = nbformat.read(begun.path / "start.ipynb", 4).cells[-1].outputs[0]
    assert shown.data["text/markdown"] == page(begun.progress)
    assert "| 1 of 1 ✓ | 3 of 3 |" in page(begun.progress)


def test_the_best_check_counts_and_the_last_one_tells_what_got_past(
    begun: Folder, nomocks: Nomocks
) -> None:
    for answer, code in ((SOLVED, 0), (HALF, 1)):
        write_answer(begun.exercise("small"), answer)
        nomocks("check", "small", code=code)
    assert "1 of 1 tasks solved" in nomocks("progress").output
    with Progress(begun.progress) as progress:
        latest = progress.latest("small", "users")
    assert latest is not None
    assert (latest.points, latest.missed, latest.cell) == (2.0, ["nameless"], HALF)


def test_nothing_is_kept_of_a_notebook_that_lies_elsewhere(begun: Folder, nomocks: Nomocks) -> None:
    elsewhere = begun.root / "exercises" / "small" / "exercise.ipynb"
    write_answer(elsewhere, HALF)
    nomocks("check", str(elsewhere), code=1)
    assert "0 of 1 tasks solved, 0 of 3 points." in nomocks("progress").output


def test_hints_come_one_by_one_for_what_got_past(begun: Folder, nomocks: Nomocks) -> None:
    assert "was not checked yet" in nomocks("hint", "small", "users", code=2).output
    write_answer(begun.exercise("small"), "%%task users\ndef test_nothing():\n    pass\n")
    nomocks("check", "small", code=1)
    told = [nomocks("hint").output for _ in range(4)]
    assert told[0] == "Users, bug 1: Two users may have one email.\nHint 1 of 2: The first hint.\n"
    assert told[1].endswith("Hint 2 of 2: The second hint.\n")
    assert told[2].endswith("Hint 1 of 1: Leave the name out.\n")
    assert told[3] == "Users: at the last check all hints for what got past are given.\n"
    write_answer(begun.exercise("small"), SOLVED)
    nomocks("check", "small")
    assert "nothing got past" in nomocks("hint", "small", "users").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("hint large", "no assignment 'large': there is small"),
        ("hint small orders", "small has no task 'orders': its tasks are users"),
        ("solution small orders", "small has no task 'orders': its tasks are users"),
        ("reset small orders", "has no task 'orders': its tasks are users"),
        ("reset 02-two", "There is no chapter '02-two'"),
        ("watch large", "has no assignment 'large': there is small"),
        ("check large", "has no assignment 'large': there is small"),
    ],
)
@pytest.mark.usefixtures("begun")
def test_a_name_that_is_wrong_is_told_with_those_there_are(
    nomocks: Nomocks, arguments: str, told: str
) -> None:
    assert told in nomocks(*arguments.split(), code=2).output


def test_the_solution_is_shown_to_who_has_solved_the_task(begun: Folder, nomocks: Nomocks) -> None:
    assert "is not solved yet" in nomocks("solution", "small", "users", code=2).output
    write_answer(begun.exercise("small"), SOLVED)
    nomocks("check", "small")
    shown = nomocks("solution", "small", "users").output
    assert shown.startswith("async def test_an_email_belongs_to_one_user(session):")
    assert "###" not in shown


def test_a_task_is_begun_anew_and_the_attempt_kept(begun: Folder, nomocks: Nomocks) -> None:
    path = begun.exercise("small")
    released = sources(path)
    assert "nothing to take back" in nomocks("reset", "small", "users").output
    write_answer(path, HALF)
    told = nomocks("reset", "small", "users").output
    (attempt,) = path.parent.glob("attempts/users-*.py")
    assert attempt.name in told
    assert attempt.read_text() == f"{HALF}\n"
    assert sources(path) == released


def test_a_watcher_checks_what_was_changed_and_tells_the_difference(begun: Folder) -> None:
    path = begun.exercise("small")
    watcher = Watcher(load("small", begun.root), path)
    assert list(watcher.look()) == []
    write_answer(path, HALF)
    (first,) = watcher.look()
    assert (first.result.points, first.gained, first.lost) == (2, (), ())
    assert list(watcher.look()) == []
    write_answer(path, SOLVED)
    (second,) = watcher.look()
    assert (second.result.points, second.gained, second.lost) == (3, ("bug 2",), ())
    write_answer(path, HALF)
    (third,) = watcher.look()
    assert (third.gained, third.lost) == ((), ("bug 2",))


def test_a_watcher_wakes_when_the_notebook_is_saved(begun: Folder) -> None:
    path, seen = begun.exercise("small"), threading.Event()

    def save() -> None:
        while not seen.wait(0.2):
            write_answer(path, HALF)

    with (
        ThreadPoolExecutor() as threads,
        contextlib.closing(Watcher(load("small", begun.root), path).saved()) as saved,
    ):
        saving = threads.submit(save)
        next(saved)
        seen.set()
        saving.result()


@pytest.fixture
def shell(begun: Folder, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.chdir(begun.exercise("small").parent)
    monkeypatch.setenv("IPYTHONDIR", str(begun.root))
    shell = InteractiveShell()
    shell.run_cell("%load_ext nomocks.grading")
    shell.run_cell("%assignment small")
    yield shell
    shell.history_manager.end_session()
    del shell
    gc.collect()


def test_a_check_in_the_notebook_is_kept_and_unfolds_the_solution_of_a_solved_task(
    begun: Folder, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Report] = []
    monkeypatch.setattr("nomocks.grading.notebook.display", shown.append)
    for answer in (HALF, SOLVED):
        shell.run_cell(answer)
        shell.run_cell('check("users")')
    half, solved = (report._repr_html_() for report in shown)
    assert "<details>" not in half
    assert "<summary>The reference solution</summary>" in solved
    with Progress(begun.progress) as progress:
        (standing,) = progress.standings()
    assert (standing.points, standing.checks, standing.solved) == (3.0, 2, True)


def test_progress_that_cant_be_kept_costs_no_result(
    begun: Folder, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    begun.progress.write_text("no database, and long enough to be seen as none")
    shell.run_cell(HALF)
    assert shell.run_cell('check("users")').result == 2.0
    assert "Your progress can't be read or written" in capsys.readouterr().out


def test_the_start_page_shows_what_was_reached_when_its_cell_is_run(
    begun: Folder, nomocks: Nomocks, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    write_answer(begun.exercise("small"), SOLVED)
    nomocks("check", "small")
    shown: list[Markdown] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nomocks.learning.notebook.display", shown.append)
        patch.chdir(begun.path)
        for source in sources(begun.path / "start.ipynb")[1:]:
            shell.run_cell(source)
        patch.chdir(begun.root)
        shell.run_cell("%progress")
    assert [markdown.data for markdown in shown] == [page(begun.progress)]
    assert "is no folder of a learner's: run `nomocks work`" in capsys.readouterr().out
