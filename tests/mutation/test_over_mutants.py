"""Tests of a small project are run over mutants: one run, one kill matrix."""

import json

import asyncpg  # noqa: F401  # what a project run in this process imports must be there before it
import psycopg  # noqa: F401
import pytest
import sqlalchemy.dialects.postgresql  # noqa: F401

import shop.services.users  # noqa: F401
from nomocks.mutation import plugin

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
addopts = -p nomocks.testing.plugin -p nomocks.mutation.plugin
nomocks_metadata = model:metadata
"""
MODEL = """
from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, String, Table

metadata = MetaData()
things = Table("things", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("size", Integer, CheckConstraint("size > 0", name="large"), nullable=False),
    Index("ix_size", "size"))

def larger(size):
    if size < 1:
        raise ValueError(size)
    return size + 1
"""
TESTS = """
import pytest
from model import larger, things
from sqlalchemy.exc import IntegrityError

async def add(session, **values):
    await session.execute(things.insert().values({"id": 1, "name": "a", "size": 1} | values))

async def test_name_is_required(session):
    with pytest.raises(IntegrityError):
        await add(session, name=None)

@pytest.mark.parametrize("size", [0, -1])
async def test_size(session, size):
    with pytest.raises(IntegrityError):
        await add(session, size=size)

@pytest.mark.isolation("delete")
async def test_name_once(sessions):
    async with sessions.begin() as session:
        await add(session)
    async with sessions() as session:
        with pytest.raises(IntegrityError):
            await add(session, id=2)

async def test_wrong(session):
    assert False

def test_larger():
    with pytest.raises(ValueError):
        larger(0)
"""
MUTANTS = ["--mutants", "model:metadata", "--mutant-operators"]
NAME, SIZE, ONCE = (
    f"test_it.py::test_{name}" for name in ("name_is_required", "size", "name_once")
)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini(INI)
    pytester.makepyfile(model=MODEL, test_it=TESTS)
    pytester.syspathinsert()
    return pytester


def matrix(project: pytest.Pytester) -> dict[str, list[str]]:
    """Which tests killed each mutant, as the JSON has it."""
    found = json.loads((project.path / "found.json").read_text())
    return {one["name"]: one["by"] for one in found["mutants"]}


@pytest.mark.parametrize("order", ["-p no:randomly", "-p randomly", "-n 2"])
def test_the_kill_matrix_is_complete(project: pytest.Pytester, order: str) -> None:
    result = project.runpytest_subprocess(
        *MUTANTS, "NNCR,UCColumnR,CCNullifier,IndexR,PKCColumnR", *order.split(),
        "--mutants-full", "--mutants-json", "found.json",
    )  # fmt: skip
    assert matrix(project) == {
        "PKCColumnR things(id)->()": [],
        "UCColumnR things(name)->()": [ONCE],
        "NNCR things.name": [NAME],
        "NNCR things.size": [],
        "CCNullifier things.large": [SIZE],
    }
    result.stdout.fnmatch_lines(
        [
            "3 of 5 mutants killed, score 60 %",
            "Not run: 1 that change only query plans.",
            "*test_wrong does not count, as it fails on the original: AssertionError*",
            "survived: Two rows of things may have the same id.*PKCColumnR*",
            "survived: things.size may be NULL.*",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=5, failed=1)


def test_a_mutant_is_run_until_it_is_killed(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
import pytest
from pathlib import Path
from sqlalchemy import text

@pytest.mark.parametrize("number", [1, 2])
async def test_it(session, number, variant):
    with Path("runs").open("a") as runs:
        runs.write("x")
    await session.execute(text("SELECT 1"))
    rows = await session.execute(text("SELECT attnotnull FROM pg_attribute"
        " WHERE attrelid = 'things'::regclass AND attname = 'name'"))
    assert rows.scalar_one()
"""
    )
    command = [*MUTANTS, "NNCR", "-p", "no:randomly", "-k", "test_it"]
    project.runpytest_subprocess(*command)
    assert (project.path / "runs").read_text() == "x" * (2 + 1 + 2)
    (project.path / "runs").unlink()
    project.runpytest_subprocess(*command, "--mutants-full")
    assert (project.path / "runs").read_text() == "x" * (2 + 2 + 2)


def test_code_and_schema_are_mutated_in_one_run(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess(
        "--mutants", "model:larger", "--mutants", "model:metadata",
        "--mutant-operators", "GuardR,CompareE,NNCR", "-k", "larger or required",
        "--mutants-json", "found.json",
    )  # fmt: skip
    assert matrix(project) == {
        "GuardR model:larger size < 1": ["test_it.py::test_larger"],
        "CompareE model:larger size < 1": [],
        "NNCR things.name": [NAME],
        "NNCR things.size": [],
    }
    assert result.parseoutcomes()["passed"] == 2


def test_a_score_that_is_high_enough_passes(project: pytest.Pytester) -> None:
    arguments = [*MUTANTS, "NNCR", "-k", "required"]
    assert project.runpytest_subprocess(*arguments).ret == pytest.ExitCode.TESTS_FAILED
    assert project.runpytest_subprocess(*arguments, "--mutants-least", "50").ret == 0


def test_an_error_in_set_up_is_no_kill(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
import pytest
from model import things

@pytest.fixture
async def stored(session):
    await session.execute(things.insert().values(id=1, name="a", size=1))

async def test_it(stored):
    pass

async def test_key_error(session, variant):
    if variant.statements:
        raise KeyError("x")
"""
    )
    result = project.runpytest_subprocess(*MUTANTS, "CCRelationalExpressionOperatorE")
    result.stdout.fnmatch_lines(
        [
            "0 of 5 mutants killed*",
            "  neither passed nor failed there: test_it.py::test_key_error: KeyError: 'x' (line *)",
        ]
    )


def test_mutants_written_by_hand_are_run(project: pytest.Pytester) -> None:
    project.makepyfile(
        planted="""
from nomocks.mutation.code import Patch
from nomocks.mutation.variants import Mutant

MUTANTS = [
    Mutant("zero", "", "Zero is taken.", "", (), "", code=(Patch("model:larger", "< 1", "< 0"),)),
    Mutant("name", "", "No name.", "", (), "",
        ("ALTER TABLE things ALTER COLUMN name DROP NOT NULL",)),
]
"""
    )
    project.runpytest_subprocess("--mutants", "planted:MUTANTS", "--mutants-json", "found.json")
    assert matrix(project) == {"zero": ["test_it.py::test_larger"], "name": [NAME]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mutants", "model:nothing"], "has no 'nothing'"),
        (["--mutants", "no.such.module"], "There is no module"),
        (["--mutants", "model:metadata", "--mutant-operators", "X"], "There is no operator X"),
        (["--mutants", "model:metadata", "--mutant-operators", "LockR"], "There is no mutant of"),
        (["--mutants", "model:MODULE"], "neither a MetaData nor"),
        (["--mutants", "model:Base"], "name their tables, model:Base.metadata"),
        ([*MUTANTS, "NNCR", "--mutants-json", "no/found.json"], "There is no folder no"),
    ],
)
def test_what_cannot_be_mutated_is_told_in_one_sentence(
    project: pytest.Pytester, arguments: list[str], said: str
) -> None:
    base = "class Base:\n    metadata = metadata\n"
    project.makepyfile(model=MODEL + base + "MODULE = [3]\n")
    result = project.runpytest_subprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    errors = [line for line in result.errlines if line]
    assert len(errors) == 1
    assert said in errors[0]


def test_a_mutant_that_makes_a_test_hang_ends_and_is_no_kill(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "PATIENCE", 1)
    project.makepyfile(
        model="def down(n):\n    while n > 0:\n        n -= 1\n    return n\n",
        test_it="from model import down\n\ndef test_down():\n    assert down(3) == 0\n",
        planted="""
from nomocks.mutation.code import Patch
from nomocks.mutation.variants import Mutant

MUTANTS = [Mutant("on", "", "On.", "", (), "", code=(Patch("model:down", "n -= 1", "pass"),))]
""",
    )
    project.makeini(INI.replace("nomocks_metadata", "# "))
    result = project.runpytest_inprocess("--mutants", "planted:MUTANTS")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*neither passed nor failed there: *::test_down: *Timeout (>1.0s)*"]
    )


@pytest.mark.parametrize(
    ("old", "new", "killed"),
    [
        ("return size + 1", "raise KeyError(size)", True),
        ("size < 1", "size < 0 or 1 / (size - 2)", True),
        ("size + 1", "1 + size", False),
    ],
)
def test_an_exception_of_changed_code_tells_it_apart(
    project: pytest.Pytester, old: str, new: str, killed: bool
) -> None:
    project.makepyfile(
        test_it="from model import larger\n\ndef test_larger():\n    assert larger(2) == 3\n",
        planted=f"""
from nomocks.mutation.code import Patch
from nomocks.mutation.variants import Mutant

CHANGE = Patch("model:larger", {old!r}, {new!r})
MUTANTS = [Mutant("one", "", "One.", "", (), "", code=(CHANGE,))]
""",
    )
    result = project.runpytest_inprocess("--mutants", "planted:MUTANTS")
    assert result.ret == (0 if killed else 1)
    result.stdout.fnmatch_lines([f"{int(killed)} of 1 mutants killed*"])


def test_a_row_that_is_not_found_tells_a_schema_apart(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
from model import things
from sqlalchemy import select

async def test_name(session):
    await session.execute(things.insert().values(id=1, name="a", size=1))
    (await session.scalars(select(things.c.id).where(things.c.name == "a"))).one()
""",
        planted="""
from nomocks.mutation.variants import Mutant

FORGETS = "CREATE RULE forget AS ON INSERT TO things DO INSTEAD NOTHING"
MUTANTS = [Mutant("one", "", "One.", "", (), "", (FORGETS,))]
""",
    )
    result = project.runpytest_inprocess("--mutants", "planted:MUTANTS")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["1 of 1 mutants killed*"])


def test_a_test_in_a_cell_of_a_notebook_has_the_same_name_each_time(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(cell_1234=TESTS)
    result = project.runpytest_subprocess(*MUTANTS, "NNCR", "cell_1234.py", "-k", "required")
    result.stdout.fnmatch_lines(["cell.py::test_name_is_required killed 1: NNCR things.name"])


def test_without_mutants_nothing_is_changed(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess()
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.no_fnmatch_line("*original*")
