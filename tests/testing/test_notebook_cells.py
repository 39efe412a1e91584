"""Cells of a notebook, run in a real kernel."""

import re

import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

LOAD = "%load_ext nomocks.testing"
TWO_TESTS = """
from shop.models import User
from sqlalchemy import func, select

async def test_adds(session):
    session.add(User(email="ada@example.org", name="Ada"))
    await session.commit()
    assert await session.scalar(select(func.count()).select_from(User)) == 1

async def test_sees_nothing(session):
    assert await session.scalar(select(func.count()).select_from(User)) == 1
"""


@pytest.fixture(autouse=True)
def _forked_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "nomocks-forked")


def run(*sources: str) -> list[NotebookNode]:
    """The cells after the extension's, executed; raises CellExecutionError."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in (LOAD, *sources)])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    return notebook.cells[1:]


def printed(cell: NotebookNode) -> str:
    text = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_cell_names_each_test_and_what_became_of_it() -> None:
    (cell,) = run("%%ipytest --fails test_sees_nothing" + TWO_TESTS)
    assert re.search(r"^PASSED cell\.py::test_adds$", printed(cell), re.M)
    assert re.search(r"^FAILED cell\.py::test_sees_nothing - assert 0 == 1", printed(cell), re.M)
    assert "1 failed, 1 passed" in printed(cell)


@pytest.mark.parametrize(
    ("stated", "complaint"),
    [
        ("", None),
        ("--fails test_adds", "test_adds should fail, and it passed"),
        ("--fails test_no", "there is no test test_no"),
        ("--fails test_sees_nothing:IntegrityError", "and it raised AssertionError"),
        ("--fails test_adds", "test_sees_nothing failed, and the cell does not say so"),
    ],
)
def test_a_cell_that_does_not_do_what_it_states_is_an_error(
    stated: str, complaint: str | None
) -> None:
    with pytest.raises(CellExecutionError) as failure:
        run(f"%%ipytest {stated}" + TWO_TESTS)
    if complaint:
        assert complaint in re.sub(r"\x1b\[[0-9;]*m", "", str(failure.value))


def test_a_cell_with_a_syntax_error_runs_no_test_and_is_an_error() -> None:
    with pytest.raises(CellExecutionError, match="no tests ran"):
        run("%%ipytest\ndef test_it(:\n    pass")


def test_a_cell_without_tests_is_an_error() -> None:
    with pytest.raises(CellExecutionError, match="This cell ran no test"):
        run("%%ipytest\nx = 1")


def test_a_database_error_shows_the_readers_line_and_none_of_the_libraries() -> None:
    (cell,) = run(
        "%%ipytest --fails test_twice:IntegrityError\n"
        "from shop.models import User\n"
        "async def test_twice(session):\n"
        "    session.add_all([User(email='ada@example.org', name='Ada') for _ in range(2)])\n"
        "    await session.commit()\n"
    )
    assert "await session.commit()" in printed(cell)
    assert "uq_users_email" in printed(cell)
    assert "site-packages" not in printed(cell)
    assert "direct cause" not in printed(cell)


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "await asyncio.sleep(60)",
        "await session.execute(text('select pg_sleep(60)'))",
    ],
    ids=["loop", "sleep", "database"],
)
def test_a_test_that_hangs_is_ended_and_the_kernel_goes_on(body: str) -> None:
    hangs, goes_on = run(
        "%%ipytest -o nomocks_seconds=0.3 --fails test_hangs:TestTookTooLong\n"
        "import asyncio\n"
        "from sqlalchemy import text\n"
        "async def test_hangs(session):\n"
        f"    {body}\n",
        "%%ipytest --fails test_sees_nothing" + TWO_TESTS,
    )
    assert "1 failed" in printed(hangs)
    assert "1 failed, 1 passed" in printed(goes_on)


def test_cells_share_one_server_and_one_database() -> None:
    names = (
        "%%ipytest -s\n"
        "def test_name(database, server):\n"
        "    print('NAME', database.name, server.url)\n"
    )
    cells = run(names, names)
    first, second = (re.findall("NAME .*", printed(cell)) for cell in cells)
    assert first == second != []


def test_an_assignment_beside_a_chapter_leaves_its_failures_as_short() -> None:
    with pytest.raises(CellExecutionError) as failure:
        run("%load_ext nomocks.grading", "%%ipytest\ndef test_it():\n    assert 1 == 2")
    assert "The tests of this cell failed." in str(failure.value)
    assert "Traceback" not in str(failure.value)


def test_a_cell_gets_a_new_database_when_the_server_has_lost_the_old_one() -> None:
    drop = (
        "from nomocks.postgres import get_server\n"
        "from nomocks.testing import databases\n"
        "(database,) = databases._databases.values()\n"
        "database.drop()"
    )
    tests = "%%ipytest --fails test_sees_nothing" + TWO_TESTS
    *_, cell = run(tests, drop, tests)
    assert "1 failed, 1 passed" in printed(cell)


def test_an_interrupted_cell_says_so_in_one_line() -> None:
    with pytest.raises(CellExecutionError) as failure:
        run("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhile True: pass")
    assert "Interrupted." in str(failure.value)
    assert "Traceback" not in str(failure.value)


def test_a_cell_runs_the_same_tests_under_anyio() -> None:
    (cell,) = run(
        "%%ipytest -p anyio -p no:asyncio -o anyio_mode=auto --fails test_sees_nothing" + TWO_TESTS
    )
    assert "1 failed, 1 passed" in printed(cell)


def test_a_mark_names_the_isolation_of_a_test_in_a_cell() -> None:
    tests = TWO_TESTS.replace("async def", "@pytest.mark.isolation('delete')\nasync def")
    (cell,) = run("%%ipytest --fails test_sees_nothing\nimport pytest" + tests)
    assert "1 failed, 1 passed" in printed(cell)


def test_a_leak_in_a_cell_is_named_by_its_line() -> None:
    (cell,) = run(
        "%%ipytest --fails test_leaks\n"
        "async def test_leaks(engine):\n"
        "    connection = await engine.connect()\n"
    )
    assert "The test left a connection open, taken at cell.py:2" in printed(cell)


def test_a_project_states_a_failure_where_a_folder_has_a_conftest_of_its_own(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        **{
            "one/conftest": "",
            "one/test_one": "def test_passes(): ...",
            "two/test_two": "def test_fails():\n    assert 1 == 2",
        }
    )
    stated = ("-p", "nomocks.testing.cells", "--fails", "test_fails:AssertionError")
    result = pytester.runpytest_subprocess(*stated)
    result.assert_outcomes(passed=1, failed=1)
    assert result.ret == pytest.ExitCode.OK
