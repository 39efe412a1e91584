"""Submissions of every sort, really graded, once for all tests of reports."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.grading.checking import Checked
from nomocks.grading.crew import Crew
from nomocks.grading.engine import grade
from nomocks.grading.errors import NotGradedError
from nomocks.grading.graded import Graded
from nomocks.grading.intake import IntakeError, read_submission
from nomocks.mutation.assignment import Assignment, read
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted
from tests.grading.conftest import EXERCISE, VARIANTS

COURSE = Path(__file__).parents[2]

PARTIAL = """%%task users
async def test_a_user_has_a_name(session):
    session.add(User(email="a@b.c"))
    with pytest.raises(IntegrityError):
        await session.flush()
"""
INVALID = f"""{PARTIAL}

async def test_a_user_is_there_from_the_start(session):
    assert await session.scalar(select(func.count(User.id))) == 1
"""
INCONSISTENT = """%%task users
async def test_reads_the_catalog(session):
    found = "SELECT count(*) FROM pg_constraint WHERE conname = 'uq_users_email'"
    assert await session.scalar(text(found)) == 1
"""

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.invalid","x")'
# A sign of each language that a report is written in, and codes that a terminal obeys.
NASTY = (
    f"{SCRIPT} <img src=x onerror=alert(1)> ]]> --> &amp; [bold]x[/bold] \\x1b[31m \\x00 \\u202e "
    "``` ~~~ `code` | cell | \\\\| [a](javascript:alert(1)) ![b](http://example.invalid/p.png) "
    "@all # head \\n# head \\n\\n<b>bold</b> \\r\\n=1+1;=2+2 \\ud800 \\ufffe {{ 7*7 }} ${jndi:x} %s"
)
LONG_NAME = f"test_{'x' * 3_000}"
HOSTILE = f'''%%task users
async def test_says_it_all(session):
    raise AssertionError("""{NASTY}""")

async def {LONG_NAME}(session):
    raise AssertionError({FORMULA!r} + "y" * 100_000)

async def test_duplicates(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="A")])
    with pytest.raises(IntegrityError):
        await session.flush()
'''
HOSTILE_NAME = NASTY.encode("ascii").decode("unicode_escape") + "/../../" + "z" * 5_000

URL_OF_MINE = """%%task url
def asyncpg_url(given):
    raise ValueError({!r})
"""


@pytest.fixture(scope="session")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The small assignment about users: one task, two bugs."""
    folder = tmp_path_factory.mktemp("solutions") / "small"
    folder.mkdir()
    (folder / "exercise.md").write_text(EXERCISE)
    (folder / "variants.py").write_text(VARIANTS)
    return read(folder)


@pytest.fixture(scope="session")
def probed() -> Assignment:
    """A real assignment, with that one of its tasks whose answer is tried by probes."""
    whole = read(COURSE / "solutions" / "02-database")
    return replace(whole, variants=replace(whole.variants, tasks=(whole.task("url"),)))


@pytest.fixture(scope="session")
def by_sort(
    assignment: Assignment, probed: Assignment, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Graded]:
    """A graded submission of each sort, by the name of the sort."""

    def graded(cell: str, student: str) -> Graded:
        return Graded(student, Checked(assignment, (grade(assignment, "users", cell),)))

    def answered(cell: str, student: str) -> Graded:
        return Graded(student, Checked(probed, (grade(probed, "url", cell),)))

    hostile = graded(HOSTILE, HOSTILE_NAME)
    broken = tmp_path_factory.mktemp("broken") / "exercise.ipynb"
    broken.write_text('{"cells": [')
    return {
        "full": graded(assignment.solution("users"), "ann"),
        "partial": graded(PARTIAL, "bob"),
        "invalid": graded(INVALID, "cas"),
        "inconsistent": graded(INCONSISTENT, "dan"),
        "not graded": Graded("eve", _without_a_server(assignment)),
        "unreadable": Graded("fay", Checked(assignment, ()), _problem_of(broken)),
        "no test": graded("%%task users\n", "gus"),
        "hostile": replace(hostile, comment=HOSTILE_NAME),
        "hostile answer": answered(URL_OF_MINE.format(NASTY), FORMULA),
        "all promises": answered(probed.solution("url"), "hal"),
    }


@pytest.fixture(scope="session")
def small_class(by_sort: dict[str, Graded], assignment: Assignment) -> list[Graded]:
    """All who handed in the small assignment."""
    return [one for one in by_sort.values() if one.checked.assignment is assignment]


def _without_a_server(assignment: Assignment) -> Checked:
    def nowhere(module: CellModule, plants: Sequence[Planted]) -> Crew:
        raise NotGradedError(f"No server would run {module.task} on {len(plants)} variants.")

    return Checked(assignment, (grade(assignment, "users", PARTIAL, nowhere),))


def _problem_of(notebook: Path) -> str:
    with pytest.raises(IntakeError) as problem:
        read_submission(notebook)
    return str(problem.value)
