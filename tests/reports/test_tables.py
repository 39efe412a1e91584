"""Tables for Canvas, Moodle and spreadsheets: right columns, no zero by mistake, no formula."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from nomocks.grading.graded import Graded
from nomocks.grading.inert import cell
from nomocks.grading.reports import canvas, moodle, table
from nomocks.grading.reveal import Reveal
from tests.reports.conftest import NASTY

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", 'x";=1', "a\n=1"]


def rows(made: Iterable[str], separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(made)), delimiter=separator))


def test_canvas_gets_its_own_columns_and_the_points_that_are_possible(
    small_class: list[Graded],
) -> None:
    head, possible, *students = rows(canvas.render(small_class, Reveal.DIFF))
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "small"]
    assert possible == ["    Points Possible", "", "", "", "", "3"]
    assert students[0] == ["ann", "", "ann", "ann", "", "3"]
    assert [row[5] for row in students] == ["3", "1", "1", "0", "2"]


def test_canvas_finds_who_handed_in_there_by_its_own_number(by_sort: dict[str, Graded]) -> None:
    there = replace(by_sort["full"], student="kingada (12345)", id="canvas:12345", late=True)
    elsewhere = replace(by_sort["partial"], student="Ada King", id="gradescope:s100")
    named = replace(by_sort["partial"], student="ada", id="name:small-ada")
    in_moodle = replace(by_sort["partial"], student="Ada King (2)", id="moodle:2")
    group = [there, elsewhere, named, in_moodle]
    _, _, *students = rows(canvas.render(group, Reveal.HINT))
    assert [row[:5] for row in students] == [
        ["kingada", "12345", "", "", ""],
        ["Ada King", "", "s100", "s100", ""],
        ["ada", "", "ada", "ada", ""],
        ["Ada King", "", "Ada King", "Ada King", ""],
    ]


def test_a_mark_that_is_open_takes_none_away_in_canvas(by_sort: dict[str, Graded]) -> None:
    for sort in ("inconsistent", "not graded", "unreadable"):
        assert len(rows(canvas.render([by_sort[sort]], Reveal.HINT))) == 2


def test_the_column_of_canvas_can_be_that_of_its_export(
    small_class: list[Graded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMOCKS_CANVAS_COLUMN", "Week 1 (4711)")
    head, *_ = rows(canvas.render(small_class, Reveal.HINT))
    assert head[5] == "Week 1 (4711)"


def test_nobody_is_taken_for_the_row_of_possible_points(by_sort: dict[str, Graded]) -> None:
    names = ("Points Possible", "Points\tPossible", "my Points Possible")
    named = [replace(by_sort["full"], student=name) for name in names]
    _, *others = rows(canvas.render(named, Reveal.HINT))
    assert sum("Points Possible" in row[0] for row in others) == 1


def test_a_mark_without_a_sandbox_does_not_reach_canvas(by_sort: dict[str, Graded]) -> None:
    unsafe = replace(by_sort["full"], unsafe=True)
    assert len(rows(canvas.render([unsafe], Reveal.HINT))) == 2


def test_moodle_gets_the_participant_that_it_named_in_its_download(
    by_sort: dict[str, Graded],
) -> None:
    named = replace(by_sort["partial"], student="Ann Lee (4711)", id="moodle:4711")
    head, row, other = rows(moodle.render([named, by_sort["full"]], Reveal.HINT))
    found = dict(zip(head, row, strict=True))
    assert found["Identifier"] == "Participant 4711"
    assert found["Full name"] == "Ann Lee"
    assert (found["Grade"], found["Maximum Grade"]) == ("1", "3")
    assert found["Last modified (grade)"] == "-"
    assert dict(zip(head, other, strict=True))["ID number"] == "ann"


def test_moodle_gets_feedback_as_html_with_nothing_of_a_students_in_it(
    by_sort: dict[str, Graded],
) -> None:
    _, good, bad = rows(moodle.render([by_sort["partial"], by_sort["hostile"]], Reveal.HINT))
    assert "<br>Hint: The second hint." in good[6]
    assert "<script" not in bad[6]
    assert {part[:3] for part in bad[6].split("<")[1:]} == {"br>"}


def test_moodle_is_told_as_much_as_is_revealed(by_sort: dict[str, Graded]) -> None:
    lengths = [len("".join(moodle.render([by_sort["partial"]], step))) for step in Reveal]
    assert lengths == sorted(set(lengths))


def test_the_table_has_a_row_for_each_task(small_class: list[Graded]) -> None:
    head, *found = rows(table.render(small_class, Reveal.HINT))
    assert head == ["student", "task", "points", "most", "state", "late", "submitted", "note"]
    assert [row[2:5] for row in found] == [
        ["3", "3", "graded"],
        ["1", "3", "graded"],
        ["1", "3", "graded"],
        ["", "3", "inconsistent"],
        ["", "3", "not graded"],
        ["", "3", "not graded"],
        ["0", "3", "no tests"],
        ["2", "3", "graded"],
    ]


def test_the_table_says_what_was_given_by_hand_and_what_had_no_sandbox(
    by_sort: dict[str, Graded],
) -> None:
    graded = replace(by_sort["inconsistent"], late=True, submitted="2026-11-02 10:00 UTC")
    by_hand = replace(graded.results[0], by_hand=1.5)
    checked = replace(graded.checked, results=(by_hand,))
    _, row = rows(table.render([replace(graded, checked=checked, unsafe=True)], Reveal.HINT))
    assert row[2:5] == ["1.5", "3", "inconsistent, points by hand"]
    assert row[5:7] == ["late", "2026-11-02 10:00 UTC"]
    assert "without a sandbox" in row[7]
    assert "late" not in row[7]


@pytest.mark.parametrize("render", [canvas.render, moodle.render, table.render])
@pytest.mark.parametrize("student", [*FORMULAS, NASTY, NASTY.encode().decode("unicode_escape")])
def test_no_cell_is_a_formula_whatever_the_separator(
    render: Callable[..., Iterator[str]], student: str, by_sort: dict[str, Graded]
) -> None:
    one = by_sort["hostile"]
    message = replace(one.results[0], message=student)
    checked = replace(one.checked, results=(message,))
    said = {"comment": student, "submitted": student, "late": True}
    for platform in ("canvas", "moodle", "gradescope", "name"):
        graded = Graded(student, checked, id=f"{platform}:{student}", **said)  # type: ignore[arg-type]
        _has_no_formula("".join(render([graded], Reveal.DIFF)))


def _has_no_formula(text: str) -> None:
    text.encode()
    assert not set(text) & set("\x00\x1b\r\u202e")
    for separator in (",", ";", "\t", "|"):
        for row in rows(text, separator):
            starts = [one_cell.lstrip(' "')[:1] for one_cell in row if one_cell != "-"]
            assert not set(starts) & set("=+-@\uff1d\t\r")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_kept_as_text(text: str) -> None:
    assert cell(text).lstrip('x";a\n').startswith("'")


@pytest.mark.parametrize("text", ["Ann Lee", "ann@example.org", "O'Hara", "1.5", "a-b", "x = y"])
def test_an_ordinary_text_is_not_changed(text: str) -> None:
    assert cell(text) == text
