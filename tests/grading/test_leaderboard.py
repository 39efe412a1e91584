"""The board that a class shares: the best of each name, the best first, and nobody lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from nomocks.cli import main
from nomocks.grading.checking import Checked
from nomocks.grading.engine import grade
from nomocks.grading.leaderboard import LeaderboardError, enter, shown
from nomocks.mutation.assignment import Assignment
from tests.grading.test_check_command import HALF, submission


@pytest.fixture
def half(small: Assignment) -> Checked:
    return Checked(small, (grade(small, "users", HALF),))


@pytest.fixture
def full(small: Assignment) -> Checked:
    return Checked(small, (grade(small, "users", small.solution("users")),))


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return tmp_path / "board.csv"


def test_more_points_come_first_and_each_name_has_its_best(
    board: Path, half: Checked, full: Checked
) -> None:
    enter(board, "Heron", half)
    enter(board, "Wren", full)
    enter(board, "Wren", half)
    entries = enter(board, "Heron", half)
    assert [(one.name, one.points, one.most, one.tests) for one in entries] == [
        ("Wren", 3, 3, 2),
        ("Heron", 2, 3, 1),
    ]
    assert enter(board, "Heron", full)[1].points == 3
    assert len(board.read_text().splitlines()) == 3


def test_who_has_done_the_same_has_the_same_place(board: Path, half: Checked) -> None:
    enter(board, "Heron", half)
    console = Console(width=80, record=True)
    console.print(shown(enter(board, "Wren", half)))
    assert console.export_text().count("1.") == 2


def test_of_many_at_once_nobody_is_lost(board: Path, half: Checked) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: enter(board, f"Bird {number}", half), range(40)))
    assert len(enter(board, "Bird 0", half)) == 40


@pytest.mark.parametrize("name", ["", " ", "\n", "x" * 41])
def test_a_name_is_a_short_line(board: Path, half: Checked, name: str) -> None:
    with pytest.raises(LeaderboardError, match="1 to 40 characters"):
        enter(board, name, half)
    assert not board.exists()


def test_a_name_is_no_formula_and_no_markup(board: Path, half: Checked) -> None:
    enter(board, "=1+1", half)
    console = Console(width=80, record=True)
    console.print(shown(enter(board, "[red]x", half)))
    assert "[red]x" in console.export_text()
    assert '"\'=1+1"' in board.read_text()


def test_a_board_that_a_spreadsheet_saved_is_read(
    board: Path, half: Checked, full: Checked
) -> None:
    enter(board, "Wren", full)
    board.write_text(board.read_text("utf-8").replace('"', ""), "utf-8-sig")
    assert [one.name for one in enter(board, "Heron", half)] == ["Wren", "Heron"]


def test_a_board_in_another_encoding_is_left_as_it_is(board: Path, half: Checked) -> None:
    board.write_bytes("Krähe".encode("latin-1"))
    with pytest.raises(LeaderboardError, match="not in UTF-8"):
        enter(board, "Heron", half)
    assert board.read_bytes() == "Krähe".encode("latin-1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,marks\n", "is no leaderboard"),
        ("assignment,name,points,most,tests,day\nsmall,x,many,3,1,today\n", "line 2"),
        ("assignment,name,points,most,tests,day\nsmall\n", "line 2"),
    ],
)
def test_another_file_is_left_as_it_is(board: Path, half: Checked, text: str, said: str) -> None:
    board.write_text(text)
    with pytest.raises(LeaderboardError, match=said):
        enter(board, "Heron", half)
    assert board.read_text() == text


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, half: Checked) -> None:
    with pytest.raises(LeaderboardError, match="No such file"):
        enter(tmp_path / "none" / "board.csv", "Heron", half)


def check(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(path), *options])


def test_the_command_shows_the_board_and_keeps_its_exit_code(
    small: Assignment, board: Path
) -> None:
    done = check(submission(small, HALF), "--leaderboard", str(board), "--as", "Heron")
    assert "Heron" in done.output
    assert done.exit_code == 1
    assert board.exists()


def test_a_board_without_a_name_is_refused(small: Assignment, board: Path) -> None:
    done = check(submission(small, HALF), "--leaderboard", str(board))
    assert "--as NAME" in done.output
    assert (done.exit_code, board.exists()) == (2, False)
