"""The rules over parts, cells, pictures and failures notice what breaks them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_output

from nomocks.authoring.figures import as_html
from nomocks.mutation.assignment import read

from .conftest import MADE_UP, ROOT, Write
from .failing import let_pass, stated, unstated
from .links import broken
from .numerals import unproved
from .parts import lacking, missing_assignment, missing_parts, spelled_otherwise, too_large
from .shown import all_of, badly_pictured, shown_by


def said(rule: Callable[..., object], *arguments: object) -> str:
    return "\n".join(rule(*arguments))


def test_a_sound_chapter_breaks_no_rule(write: Write) -> None:
    page = write()
    assert list(missing_parts(page)) == []
    assert list(too_large(page)) == []
    assert list(spelled_otherwise(page)) == []
    assert list(let_pass(page)) == []
    assert list(broken(page, page.path.parents[1])) == []
    assert unproved(page, {}) == []


def test_a_page_is_read_with_its_lines_parts_and_boxes(write: Write) -> None:
    page = write()
    assert [cell.name for cell in page.cells] == ["", "opening", "", "counted", "counted-again"]
    assert [cell.hidden for cell in page.cells] == [False, False, False, True, True]
    (note,) = [block for block in page.blocks if block.text == "The same holds."]
    assert (note.part, note.within) == ("A part", ("admonition",))
    assert MADE_UP.read_text().splitlines()[note.line - 1] == "The same holds."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("## Quiz", "## Questions", "its last parts are"),
        ("## A part", "### A part", "no part of its own"),
        ("%load_ext nomocks.testing", "import pytest", "first cell"),
        ("%%ipytest --fails", "%%other", "runs no test"),
        ("### 2. Count", "#### 2. Count", "1 tasks"),
        ("Hint\nUse a loop", "Tip\nUse a loop", 'the task "1. Count them" has no dropdown Hint'),
        ("name: counted\ntags: [hide-cell]", "name: counted", "no named, folded solution"),
        ("name: counted-again\n", "", "no named, folded solution"),
        ("### 2. Count", "### Count", "has not the number 2"),
        ("Show a solution", "Show the code", 'the fold does not say "Show a solution"'),
        ("} If you use SQLModel", "} SQLModel", 'no box "If you use SQLModel"'),
        ("} If your code", "} And if your code", "is named neither"),
        ("work/made-up/", "work/other/", "where its exercise is"),
        ("**5.** Which", "Which", "the questions [1, 2, 3, 4]"),
        ("- c. neither\n", "", "question 1 has fewer than three options"),
        ("Answer\n**a.**", "Solution\n**a.**", "question 1 has no dropdown Answer"),
        (
            "**b.** It is that, for this is not it, and something has to be it.",
            "**b.**",
            "without a reason",
        ),
        ("**a.** It is this", "It is this", "question 1 is answered without"),
        ("> Write another.", "Write another.", "1 prompts"),
        ("\nCheck that it differs.\n", "", "what to check"),
        ("- Count.", "Count.", '"What you can now do" has no list'),
    ],
)
def test_a_missing_part_is_noticed(write: Write, old: str, new: str, sentence: str) -> None:
    assert sentence in said(missing_parts, write(old, new))


def test_a_missing_assignment_is_noticed(write: Write) -> None:
    page = write()
    assert missing_assignment(page, page.path.parents[1]) == ["solutions/made-up is missing"]


def test_a_small_assignment_is_noticed() -> None:
    assignment = read(ROOT / "solutions/07-constraints")
    assert list(lacking(assignment)) == []
    variants = assignment.variants
    few = replace(variants, mutants=variants.mutants[:3], references=variants.references[:1])
    found = said(lacking, replace(assignment, variants=few))
    assert "mutants, and not 12" in found
    assert "1 references" in found
    found = said(lacking, replace(assignment, variants=replace(few, tasks=variants.tasks[:2])))
    assert "graded tasks, and not 3 to 5" in found


def test_a_missing_picture_and_a_missing_description_are_noticed() -> None:
    def cell(**data: str) -> object:
        data = {
            f"text/{kind}" if kind == "html" else "image/png": one for kind, one in data.items()
        }
        return new_code_cell(outputs=[new_output("display_data", data)])

    described = (
        '<svg role="img" aria-label="Bars: 12 ms a test with savepoints, 40 with a template">'
    )
    assert list(badly_pictured([cell(html=f"{described}<text>99</text></svg>")])) == []
    assert "12 ms" in shown_by(cell(html=f"{described}<text>99</text></svg>"))
    assert "99" not in shown_by(cell(html=f"{described}<text>99</text></svg>"))
    assert said(badly_pictured, [cell(html="<p>12</p>")]) == "it has no picture"
    assert "described as ''" in said(badly_pictured, [cell(html="<svg></svg>")])
    assert "in the dark" in said(badly_pictured, [cell(html=described, png="iVBO")])


def test_of_a_picture_measured_in_the_build_the_description_is_compared() -> None:
    def page(said: str, milliseconds: int, measured: bool) -> str:
        figure = Figure()
        figure.text(0, 0, f"{milliseconds} ms")
        shown = as_html(figure, said, measured=measured).data
        return all_of(new_code_cell(outputs=[new_output("display_data", {"text/html": shown})]))

    assert page("Ann waits.", 5, measured=False) != page("Ann waits.", 6, measured=False)
    assert page("Ann waits.", 5, measured=True) == page("Ann waits.", 6, measured=True)
    assert page("Ann waits.", 5, measured=True) != page("Bob waits.", 5, measured=True)


def test_a_large_cell_is_noticed_where_it_is_shown(write: Write) -> None:
    long, wide = "x = 1\n" * 26, f"x = '{'x' * 80}'"
    assert "a cell of 26 lines" in said(too_large, write("print(3)\n", long))
    assert "86 columns" not in said(too_large, write("print(3)", f"%%ipytest {wide}"))
    assert "columns, and not 80" in said(too_large, write("print(3)", wide))
    assert "columns, and not 80" in said(too_large, write("assert len([1]) == 1", wide))
    folded = f":tags: [hide-input]\n\n{long}{wide}"
    assert said(too_large, write("print(3)", folded)) == ""


@pytest.mark.parametrize(
    ("decorator", "sentence"),
    [
        ("@pytest_asyncio.fixture(scope='session')", "write @pytest.fixture(scope='session')"),
        ("@pytest_asyncio.fixture(loop_scope='session')", ""),
        ("@pytest.fixture", ""),
    ],
)
def test_an_asynchronous_fixture_that_is_spelled_otherwise_is_noticed(
    write: Write, decorator: str, sentence: str
) -> None:
    found = said(spelled_otherwise, write("print(3)", decorator))
    assert sentence in found if sentence else found == ""
    strict = "%%ipytest -o asyncio_mode=strict\n"
    assert said(spelled_otherwise, write("print(3)", strict + decorator)) == ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (":name: opening", ":name: opening\n:tags: [raises-exception]", "has the tag"),
        ("import pytest\n", "import pytest\npytest.skip()\n", "pytest.skip lets a failure pass"),
        ("@pytest", "@pytest.mark.xfail\n@pytest", "xfail lets a failure pass"),
        ("print(3)", "ipytest.run(raise_on_error=False)", "raise_on_error lets a failure pass"),
        ("[lamp]:AssertionError", "[lamp]", "--fails test_sells[lamp] names no exception"),
        ("[lamp]:AssertionError", "[lamp:AssertionError]", "names no exception"),
        ("print(3)", 'run("--fails", "test_x")', "--fails test_x names no exception"),
        (":AssertionError", ":Exception", "--fails test_sells[lamp]:Exception names no exception"),
        ("print(3)", "with pytest.raises(Exception):\n    pass", "takes any failure"),
    ],
)
def test_a_failure_that_is_let_pass_is_noticed(
    write: Write, old: str, new: str, sentence: str
) -> None:
    assert sentence in said(let_pass, write(old, new))


def test_a_cell_that_needs_more_than_is_here_may_skip(write: Write) -> None:
    page = write("import pytest\n", "import pytest\npytest.skip()\n")
    assert said(let_pass, page, frozenset({"opening"})) == ""
    cell = page.cells[1]
    assert "'skipped'" in said(unstated, cell, "1 skipped")
    assert said(unstated, cell, "1 skipped", (), True) == ""


def test_stated_failures_are_read_from_the_magic_and_from_calls(write: Write) -> None:
    run = 'what = "test_a:KeyError"\nipytest.run("--fails", what, "--fails", "test_b:OSError")'
    cell = write("print(3)", run).cells[2]
    assert stated(cell) == ["test_a:KeyError", "test_b:OSError"]
    magic = "%%ipytest --fails 'test_a[x y]:KeyError' --fails=test_b:OSError"
    assert stated(write("print(3)", magic).cells[2]) == ["test_a[x y]:KeyError", "test_b:OSError"]


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("FAILED cell.py::test_sells[lamp] - AssertionError\n1 failed, 1 passed", ""),
        ("FAILED cell.py::TestShop::test_other - KeyError: 1\n1 failed", "test_other failed"),
        ("ERROR cell.py::test_other\n1 error", "test_other failed"),
        ("1 failed, 1 xfailed", "'xfailed'"),
        ("2 passed, 1 warning", "'warning'"),
        ("2 passed", ""),
    ],
)
def test_a_failure_that_is_not_stated_is_noticed(write: Write, printed: str, sentence: str) -> None:
    found = said(unstated, write().cells[1], printed)
    assert sentence in found if sentence else found == ""


def test_a_failure_of_another_process_is_stated_by_a_claim_that_names_the_test(
    write: Write,
) -> None:
    printed = (
        "FAILED test_it.py::test_other - KeyError\n1 failed\nTraceback (most recent call last)"
    )
    cell = write().cells[2]
    assert said(unstated, cell, printed, ["test_other - KeyError"]) == ""
    assert "test_other failed" in said(unstated, cell, printed, ["KeyError"])


def test_a_warning_is_stated_by_a_claim(write: Write) -> None:
    cell = write().cells[2]
    assert said(unstated, cell, "2 passed, 1 warning", ["1 warning$"]) == ""
    assert "'warning'" in said(unstated, cell, "2 passed, 1 warning", ["2 passed"])


def test_a_traceback_that_is_not_stated_is_noticed(write: Write) -> None:
    printed = "Traceback (most recent call last):\n"
    assert "traceback" in said(unstated, write().cells[2], printed)
