"""Tasks whose answer is no test, and tests that have a text to start with or a limit to keep."""

from pathlib import Path

import pytest

from nomocks.authoring.lint import problems
from nomocks.authoring.release import released_notebook, source_notebook
from nomocks.grading.engine import grade
from nomocks.grading.html import Report
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.assignment import Assignment, read, without_start
from nomocks.mutation.judging import Verdict
from tests.grading.conftest import EXERCISE, VARIANTS

TASKS = """
```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: given, locked: true}
---
async def names(session):
    return (await session.scalars(select(User.name).order_by(User.name))).all()
```

```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: maker, solution: true}
---
%%task maker
### BEGIN SOLUTION
@pytest.fixture
async def ada(session):
    user = User(email="ada@example.com", name="Ada")
    session.add(user)
    await session.flush()
    return user


def a_user(number):
    return User(email=f"user{number}@example.com", name="User")
### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: check-maker, locked: true, points: 3}
---
check("maker")
```

```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: quick, solution: true}
---
%%task quick
### BEGIN START
async def test_names(session):
    for number in range(9):
        session.add(User(email=f"{number}@b.c", name=str(9 - number)))
        await session.flush()
    assert await names(session) == list("123456789")
### END START
### BEGIN SOLUTION
async def test_names(session):
    session.add_all([User(email="1@b.c", name="B"), User(email="2@b.c", name="A")])
    await session.flush()
    assert await names(session) == ["A", "B"]
### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: check-quick, locked: true, points: 1}
---
check("quick")
```
"""
PROBES = """\
import pytest
from answer import *
from given import User, select


@pytest.mark.parametrize("turn", [1, 2])
async def test_stored(session, ada, turn):
    emails = (await session.scalars(select(User.email))).all()
    assert emails == ["ada@example.com"], f"one user was expected, and {len(emails)} found"


async def test_two_users(session):
    session.add_all([a_user(1), a_user(2)])
    await session.flush()
"""
PLANTED = """
from nomocks.mutation.code import Patch
from nomocks.mutation.variants import Probe

VARIANTS = Variants(
    tasks=(
        *VARIANTS.tasks,
        Task("maker", "A user to work with"),
        Task("quick", "Quick", statements=2),
    ),
    references=VARIANTS.references,
    twins=(
        *VARIANTS.twins,
        Twin("committed", "maker", "not-stored", "it commits",
            edits=(("await session.flush()", "await session.commit()"),)),
        Twin("by-key", "quick", "unordered", "another key",
            code=(Patch("given:names", "order_by(User.name)", "order_by(User.name, User.id)"),)),
    ),
    mutants=(
        *VARIANTS.mutants,
        Mutant("not-stored", "maker", "The user is not stored.", "To make is to store.",
            ("Where is it?",), "test_stored", edits=(("    session.add(user)\\n", ""),)),
        Mutant("same-email", "maker", "Every user has one email.", "Any email will do.",
            ("Whose?",), "test_two_users", edits=(('f"user{number}@', '"user@'),)),
        Mutant("unordered", "quick", "The names come in any order.", "Rows have an order.",
            ("Which first?",), "test_names",
            code=(Patch("given:names", ".order_by(User.name)", ".order_by(User.id)"),)),
    ),
    probes=(
        Probe("test_stored", "maker", "The user is in the database.", ("Look there.",), 2),
        Probe("test_two_users", "maker", "Two users can be stored.", ("First.", "Second.")),
    ),
)
"""
UNSTORED = """
@pytest.fixture
def ada(session):
    return User(email="ada@example.com", name="Ada")

def a_user(number):
    return User(email=f"{number}@example.com", name="User")
"""


@pytest.fixture
def kinds(tmp_path: Path) -> Assignment:
    """The small assignment with two tasks more: one with probes, one with a limit."""
    folder = tmp_path / "solutions" / "small"
    (folder / "probes").mkdir(parents=True)
    (folder / "exercise.md").write_text(EXERCISE + TASKS)
    (folder / "variants.py").write_text(VARIANTS + PLANTED)
    (folder / "probes" / "maker.py").write_text(PROBES)
    return read(folder)


def reasons(result: TaskResult) -> dict[str, str]:
    return {one.probe.test: one.reason for one in result.promises if one.reason}


def test_an_assignment_of_mixed_kinds_can_be_released(kinds: Assignment) -> None:
    assert list(problems(kinds)) == []


def test_a_right_answer_keeps_every_promise(kinds: Assignment) -> None:
    result = grade(kinds, "maker", kinds.solution("maker"))
    assert (result.state, result.message, reasons(result)) == (State.GRADED, "", {})
    assert (result.points, result.most, result.full) == (3, 3, True)


def test_an_answer_earns_the_points_of_the_promises_that_it_keeps(kinds: Assignment) -> None:
    result = grade(kinds, "maker", UNSTORED)
    assert (result.points, result.full) == (1, False)
    found = "one user was expected, and 0 found"
    assert reasons(result) == {"test_stored": found}


def test_the_reason_tells_the_line_of_the_students_cell(kinds: Assignment) -> None:
    cell = "%%task maker\n@pytest.fixture\ndef ada():\n    raise RuntimeError('no')\n"
    result = grade(kinds, "maker", cell)
    assert reasons(result) == {
        "test_stored": "RuntimeError: no (line 4)",
        "test_two_users": "NameError: name 'a_user' is not defined",
    }


def test_an_answer_that_hangs_or_ends_the_process_breaks_a_promise_and_no_more(
    kinds: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "0.5")
    cell = UNSTORED.replace('    return User(email="ada', '    while True: pass\n    return User("')
    result = grade(
        kinds, "maker", cell.replace("def a_user(number):", "def a_user(number):\n    os._exit(0)")
    )
    assert (result.state, result.points) == (State.GRADED, 0)
    assert [one.verdict for one in result.promises] == [Verdict.BROKEN] * 2
    assert reasons(result)["test_two_users"] == "it ended its process"


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("# Write your answer here.", State.NO_TESTS),
        ("def ada(:", State.NOT_COLLECTED),
        ("import no_such_module", State.NOT_COLLECTED),
    ],
)
def test_what_is_no_answer_has_a_state_of_its_own(
    kinds: Assignment, cell: str, state: State
) -> None:
    result = grade(kinds, "maker", cell)
    assert (result.state, result.points) == (state, 0)
    assert result.message


def test_both_reports_tell_promises_reasons_and_hints(kinds: Assignment) -> None:
    result = grade(kinds, "maker", UNSTORED.replace("{number}", "<b>"))
    for report in (Report(result)._repr_html_(), repr(Report(result))):
        assert "A user to work with: 0 of 2 promises kept, 0 of 3 points" in report
        assert "✗ broken" in report
        assert "The user is in the database." in report
        assert "First." in report
        assert "Second." not in report
    assert "<b>@" not in Report(result)._repr_html_()


def test_a_test_that_sends_more_than_its_task_allows_does_not_count(kinds: Assignment) -> None:
    slow = "".join(kinds.cells[-2].source.split("###")[1:2]).removeprefix(" BEGIN START\n")
    result = grade(kinds, "quick", slow)
    assert (result.state, result.points) == (State.GRADED, 0)
    (test,) = result.tests
    assert (test.verdict, test.reason) == (
        Verdict.INVALID,
        "it sends 10 statements, and may send 2",
    )


def test_a_test_within_the_limit_catches_a_bug_in_given_code(kinds: Assignment) -> None:
    result = grade(kinds, "quick", kinds.solution("quick"))
    assert (result.message, result.points, result.full) == ("", 1, True)


def test_a_solution_may_be_checked_with_its_start_in_the_cell(kinds: Assignment) -> None:
    (cell,) = [one.source for one in source_notebook(kinds).cells if "task quick" in one.source]
    assert "BEGIN START" in cell
    assert grade(kinds, "quick", cell).full


@pytest.mark.parametrize("line", ["### BEGIN START\n", "### BEGIN START\nx\n", "### END START\n"])
def test_a_cell_full_of_starts_without_an_end_is_gone_through_once(line: str) -> None:
    cell = "### BEGIN SOLUTION\n" + line * 500_000  # for days, if each were compared with all
    assert without_start(cell) == cell
    one = "### BEGIN START\nx = 1\n### END START\ny = 2\n"
    assert without_start(one + cell) == "y = 2\n" + cell


def test_a_released_cell_holds_its_start_or_its_stub(kinds: Assignment) -> None:
    text = released_notebook(kinds)
    assert "for number in range(9)" in text
    assert "# Write your answer here." in text
    assert "### " not in text
    assert "session.flush" not in text.partition("quick")[0].partition("check-users")[2]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("variants.py", '"    session.add(user)', '"    session.add(it)', "stands 0 times"),
        ("variants.py", '("Look there.",)', '("",)', "has no hint"),
        ("variants.py", 'Probe("test_stored"', 'Probe("test_kept"', "no test test_kept"),
        ("variants.py", 'Task("maker"', 'Task("random"', "is the name of a module"),
        ("probes/maker.py", "async def test_two_users", "async def two", "no test test_two_users"),
        ("probes/maker.py", "import pytest\n", "def test_more(): ...\n", "is not in variants.py"),
        ("exercise.md", "points: 3}", "points: 4}", "gives 4 points, and its task 3"),
    ],
)
def test_what_does_not_fit_is_named(
    kinds: Assignment, file: str, old: str, new: str, said: str
) -> None:
    path = kinds.folder / file
    path.write_text(path.read_text().replace(old, new))
    assert said in "\n".join(problems(read(kinds.folder)))


def test_probes_that_are_not_there_are_named(kinds: Assignment) -> None:
    (kinds.folder / "probes" / "maker.py").unlink()
    assert "maker.py can't be read" in "\n".join(problems(kinds))
