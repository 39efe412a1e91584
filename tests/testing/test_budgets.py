"""The query budget's marker and fixture, each seen from a small project that uses it."""

import re

import asyncpg  # noqa: F401  # what a project run in this process imports must be there before it
import psycopg  # noqa: F401
import pytest
import sqlalchemy.dialects.postgresql  # noqa: F401
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import nomocks.testing.budgets  # noqa: F401
import shop.models  # noqa: F401

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
addopts = --strict-markers -p nomocks.testing.plugin -p nomocks.testing.budgets -p no:randomly
    -p no:xdist
"""
IMPORTS = """
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload
from shop.models import Order, OrderItem, Product, User

async def ask(session, times):
    for _ in range(times):
        await session.execute(text("SELECT 1"))

@pytest.fixture
async def orders(session):
    tea = Product(sku="tea", name="Tea", price=1)
    user = User(email="ada@example.org", name="Ada")
    items = [OrderItem(product=tea, quantity=1, unit_price=1) for _ in range(10)]
    session.add_all(Order(user=user, items=[item]) for item in items)
    await session.flush()
    session.expunge_all()
    return session
"""


@pytest.fixture
def run(pytester: pytest.Pytester):  # type: ignore[no-untyped-def]
    def run(tests: str) -> pytest.RunResult:
        pytester.makeini(INI)
        pytester.makepyfile(IMPORTS + tests)
        return pytester.runpytest_inprocess()

    return run


def test_a_test_that_keeps_its_budget_passes(run) -> None:
    run(
        """
@pytest.mark.query_budget(3)
async def test_fewer(session):
    await ask(session, 2)

@pytest.mark.query_budget(3)
async def test_as_many(session):
    await ask(session, 3)

@pytest.mark.query_budget(exactly=0)
async def test_none(session):
    pass

@pytest.mark.query_budget(exactly=2)
class TestOfAClass:
    async def test_it(self, session):
        await ask(session, 2)

    @pytest.mark.query_budget(0)
    async def test_with_one_of_its_own(self, session):
        pass
"""
    ).assert_outcomes(passed=5)


def test_what_fixtures_send_is_not_counted_and_what_a_test_sends_through_any_of_them_is(
    run,
) -> None:
    result = run(
        """
@pytest.mark.query_budget(exactly=1)
async def test_keeps_it(orders):
    await ask(orders, 1)

@pytest.fixture
def application(session):
    return lambda times: ask(session, times)

@pytest.mark.query_budget(1)
async def test_behind_a_fixture(application):
    await application(2)

@pytest.mark.query_budget(1)
async def test_on_the_engine(engine):
    async with engine.connect() as connection:
        await ask(connection, 2)
"""
    )
    result.assert_outcomes(passed=1, failed=2)


def test_the_failure_names_the_relationship_the_lines_and_the_remedy(run) -> None:
    result = run(
        """
@pytest.mark.query_budget(2)
async def test_list(orders):
    for order in await orders.scalars(select(Order)):
        assert await order.awaitable_attrs.items

@pytest.mark.query_budget(2)
async def test_list_in_two(orders):
    for order in await orders.scalars(select(Order).options(selectinload(Order.items))):
        assert order.items
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    name = "test_the_failure_names_the_relationship_the_lines_and_the_remedy.py"
    result.stdout.fnmatch_lines(
        [
            "The query budget is at most 2, and 11 were sent:",
            "11 statements, 2 shapes",
            "  10 x SELECT * FROM order_items WHERE $1::INTEGER = order_items.order_id *",
            f"       {name}:* in test_list, to load Order.items",
            "   1 x SELECT * FROM orders",
            f"       {name}:* in test_list",
            "Order.items was loaded 10 times, one statement each: "
            "load it with selectinload(Order.items).",
        ],
        consecutive=True,
    )
    assert "budgets.py" not in result.stdout.str().replace("test_budgets.py", "")


def test_an_exact_budget_fails_with_fewer_statements_too(run) -> None:
    result = run(
        """
@pytest.mark.query_budget(exactly=3)
async def test_marked(session):
    await ask(session, 2)

async def test_block(session, query_budget):
    with query_budget(exactly=3):
        await ask(session, 4)
"""
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*The query budget is exactly 3, and 2 were sent:"])
    result.stdout.fnmatch_lines(["*The query budget is exactly 3, and 4 were sent:"])


def test_a_block_counts_only_what_is_inside_it(run) -> None:
    run(
        """
async def test_it(session, query_budget):
    await ask(session, 5)
    with query_budget(2) as seen:
        await ask(session, 2)
    with query_budget(exactly=1):
        await ask(session, 1)
    await ask(session, 5)
    assert len(seen) == 2

@pytest.mark.query_budget(exactly=3)
async def test_inside_a_marked_test(session, query_budget):
    with query_budget(2):
        await ask(session, 2)
    await ask(session, 1)
"""
    ).assert_outcomes(passed=2)


def test_a_block_over_its_budget_fails_at_its_line_with_the_report(run) -> None:
    result = run(
        """
async def test_it(session, query_budget):
    with query_budget(1):
        await ask(session, 2)
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">       with query_budget(1):",
            "E       AssertionError: The query budget is at most 1, and 2 were sent:",
            "E       2 statements, 1 shape",
        ]
    )
    assert "contextlib" not in result.stdout.str()


def test_a_test_that_fails_by_itself_keeps_its_own_failure(run) -> None:
    result = run(
        """
@pytest.mark.query_budget(1)
async def test_marked(session):
    await ask(session, 2)
    assert "own" == "failure"

async def test_block(session, query_budget):
    with query_budget(1):
        await ask(session, 2)
        assert "own" == "failure"
"""
    )
    result.assert_outcomes(failed=2)
    assert "query budget is" not in result.stdout.str()


@pytest.mark.parametrize(
    "arguments", ["", "-1", "'3'", "True", "2.5", "2, 3", "2, exactly=2", "most=2"]
)
def test_no_number_is_told_in_one_sentence_on_that_test(run, arguments: str) -> None:
    result = run(
        f"""
@pytest.mark.query_budget({arguments})
async def test_marked(session):
    pass

async def test_block(session, query_budget):
    with query_budget({arguments}):
        pass

async def test_another(session):
    pass
"""
    )
    result.assert_outcomes(failed=2, passed=1)
    told = re.findall(r"^A query budget is one whole number.*", result.stdout.str(), re.M)
    assert len(told) == 2
    assert "Traceback" not in result.stdout.str()


def test_a_test_without_a_database_can_have_no_budget(run) -> None:
    result = run(
        """
@pytest.mark.query_budget(1)
def test_marked():
    pass

def test_block(query_budget):
    with query_budget(1):
        pass
"""
    )
    result.assert_outcomes(failed=2)
    told = re.findall(r"^A query budget needs a fixture of the database", result.stdout.str(), re.M)
    assert len(told) == 2


def test_the_marker_is_listed(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    result = pytester.runpytest_inprocess("--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.query_budget(most, [*], exactly): *"])


def test_a_cell_of_a_notebook_has_a_budget_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "nomocks-forked")
    tests = (
        "%%ipytest -p nomocks.testing.budgets --fails test_marked:Failed"
        " --fails test_block:AssertionError\n"
        "import pytest\n"
        "from sqlalchemy import text\n"
        "@pytest.mark.query_budget(0)\n"
        "async def test_marked(session):\n"
        "    await session.execute(text('SELECT 1'))\n"
        "async def test_block(session, query_budget):\n"
        "    with query_budget(0):\n"
        "        await session.execute(text('SELECT 1'))\n"
    )
    sources = ("%load_ext nomocks.testing", tests)
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    outputs = [out.text for out in notebook.cells[-1].outputs if out.output_type == "stream"]
    shown = re.sub(r"\x1b\[[0-9;]*m", "", "".join(outputs))
    assert re.search(r"^ +cell\.py:5 in test_marked$", shown, re.M)
    assert re.search(r"^E? +cell\.py:8 in test_block$", shown, re.M)
    assert "\nThe query budget is at most 0, and 1 was sent:" in shown
    assert "\nE   AssertionError: The query budget is at most 0, and 1 was sent:" in shown
    assert "site-packages" not in shown


def test_a_sync_test_has_a_budget_too(run) -> None:
    result = run(
        """
from sqlalchemy import create_engine

@pytest.fixture
def plain(database):
    engine = create_engine(database.url.set(drivername="postgresql+psycopg"))
    yield engine
    engine.dispose()

@pytest.mark.query_budget(1)
@pytest.mark.parametrize("times", [1, 2])
def test_it(plain, times):
    with plain.connect() as connection:
        for _ in range(times):
            connection.execute(text("SELECT 1"))
"""
    )
    result.assert_outcomes(passed=1, failed=1)
