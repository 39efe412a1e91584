"""What a counter of statements sees: how many, of which shape, from which line."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import repeat
from types import SimpleNamespace

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from sqlalchemy import Engine, bindparam, create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)
from sqlalchemy.orm import Session, immediateload, joinedload, selectinload, subqueryload

from nomocks.postgres import Database
from nomocks.testing import callers
from nomocks.testing.plans import analyze
from nomocks.testing.statements import count_statements
from shop.models import Order, OrderItem, Product, User


@pytest.fixture
async def orders(session: AsyncSession) -> AsyncSession:
    """A session, nothing loaded in it, on ten orders of ten users, with two items each."""
    products = [Product(sku=f"S{n}", name="Tea", price=1) for n in range(2)]
    for n in range(10):
        user = User(email=f"{n}@example.org", name="Ada")
        items = [OrderItem(product=product, quantity=1, unit_price=1) for product in products]
        session.add(Order(user=user, items=items))
    await session.commit()
    session.expunge_all()
    return session


@pytest.fixture
async def another_engine(database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database.url)
    yield engine
    await engine.dispose()


@pytest.fixture
def sync_engine(database: Database) -> Iterator[Engine]:
    engine = create_engine(database.url.set(drivername="postgresql+psycopg"))
    yield engine
    engine.dispose()


def line_here() -> int:
    return sys._getframe(1).f_lineno


async def test_each_kind_of_target_counts_what_is_sent_through_it(
    engine: AsyncEngine, connection: AsyncConnection, session: AsyncSession
) -> None:
    targets = [engine, connection, session]
    targets += [engine.sync_engine, connection.sync_connection, session.sync_session]
    for target in targets:
        with count_statements(target) as seen:
            await session.execute(text("SELECT 1"))
            await connection.execute(text("SELECT 2"))
        assert [one.text for one in seen] == ["SELECT 1", "SELECT 2"]


def test_sync_engines_connections_and_sessions_are_counted_as_well(sync_engine: Engine) -> None:
    with sync_engine.connect() as connection, Session(connection) as session:
        for target in (sync_engine, connection, session):
            with count_statements(target) as seen:
                session.execute(select(User).where(User.id.in_([1, 2])))
                expected = line_here() - 1
            assert seen[0].shape.endswith("WHERE users.id IN (…)")
            assert seen[0].line is not None
            assert seen[0].line.number == expected


async def test_a_target_and_the_engine_behind_it_count_a_statement_once(
    engine: AsyncEngine, connection: AsyncConnection, session: AsyncSession
) -> None:
    with count_statements(session, engine, connection) as seen:
        await session.execute(text("SELECT 1"))
    assert len(seen) == 1


async def test_nothing_is_counted_before_or_after_the_block(session: AsyncSession) -> None:
    await session.execute(text("SELECT 1"))
    with count_statements(session) as seen:
        pass
    await session.execute(text("SELECT 2"))
    assert list(seen) == []
    with pytest.raises(ZeroDivisionError), count_statements(session) as broken:
        raise ZeroDivisionError
    await session.execute(text("SELECT 3"))
    assert len(broken) == 0


async def test_counters_may_be_nested_and_go_on_when_an_inner_one_ends(
    orders: AsyncSession,
) -> None:
    with count_statements(orders) as outer:
        with count_statements(orders) as inner:
            first = (await orders.scalars(select(Order).order_by(Order.id))).first()
            assert first is not None
            await first.awaitable_attrs.items
        await first.awaitable_attrs.user
    assert [one.relationship for one in inner] == [None, "Order.items"]
    assert [one.relationship for one in outer] == [None, "Order.items", "Order.user"]


async def test_the_counter_of_one_engine_does_not_count_anothers_in_tasks_at_once(
    engine: AsyncEngine, another_engine: AsyncEngine
) -> None:
    async def ask(engine: AsyncEngine, question: str) -> None:
        async with AsyncSession(engine) as session:
            for _ in range(5):
                await session.execute(text(question))

    with count_statements(engine) as here, count_statements(another_engine) as there:
        await asyncio.gather(ask(engine, "SELECT 'here'"), ask(another_engine, "SELECT 'there'"))
    assert [one.text for one in here] == ["SELECT 'here'"] * 5
    assert [one.text for one in there] == ["SELECT 'there'"] * 5


async def test_the_counter_of_one_connection_does_not_count_anothers(engine: AsyncEngine) -> None:
    async with engine.connect() as one, engine.connect() as other:
        with count_statements(one) as seen:
            await one.execute(text("SELECT 1"))
            await other.execute(text("SELECT 2"))
    assert [statement.text for statement in seen] == ["SELECT 1"]


async def test_transactions_and_savepoints_are_no_statements(another_engine: AsyncEngine) -> None:
    async with AsyncSession(another_engine) as session:
        with count_statements(another_engine) as seen:
            async with session.begin():
                await session.execute(text("SELECT 1"))
                async with session.begin_nested():
                    await session.execute(text("SELECT 2"))
                savepoint = await session.begin_nested()
                await session.execute(text("SELECT 3"))
                await savepoint.rollback()
                connection = await session.connection()
                await connection.exec_driver_sql("SAVEPOINT mine")
                await connection.exec_driver_sql("release savepoint mine")
            await session.rollback()
    assert [one.text for one in seen] == ["SELECT 1", "SELECT 2", "SELECT 3"]


async def test_what_a_dialect_asks_on_a_new_connection_is_not_the_tests(
    another_engine: AsyncEngine,
) -> None:
    with count_statements(another_engine) as seen:
        async with another_engine.connect() as connection:
            await connection.execute(select(User.role))
    assert len(seen) == 1


async def test_a_flush_of_many_objects_is_one_statement_for_each_batch(
    session: AsyncSession,
) -> None:
    with count_statements(session) as seen:
        session.add_all([User(email=f"{n}@example.org", name="Ada") for n in range(1500)])
        await session.flush()
    assert len(seen) == 2
    assert len(seen.by_shape()) == 1
    assert [one.writes for one in seen] == [True, True]
    assert seen[0].parameters > seen[1].parameters


async def test_an_executemany_is_one_statement_with_all_its_parameters(
    connection: AsyncConnection,
) -> None:
    change = update(User).where(User.id == bindparam("one")).values(name=bindparam("new"))
    with count_statements(connection) as seen:
        await connection.execute(change, [{"one": n, "new": "Eve"} for n in range(7)])
    assert [one.parameters for one in seen] == [14]


async def test_a_result_that_is_streamed_is_one_statement(session: AsyncSession) -> None:
    with count_statements(session) as seen:
        rows = await session.stream(text("SELECT generate_series(1, 500)"))
        assert len([row async for row in rows.yield_per(10)]) == 500
    assert len(seen) == 1


async def test_a_statement_that_the_server_refuses_was_sent(session: AsyncSession) -> None:
    with count_statements(session) as seen, pytest.raises(IntegrityError):
        await session.execute(text("INSERT INTO users (email) VALUES ('ada@example.org')"))
    assert len(seen) == 1


async def test_lists_of_another_length_have_the_same_shape(connection: AsyncConnection) -> None:
    with count_statements(connection) as seen:
        for count in (2, 3, 5):
            rows = [{"sku": f"{count}-{n}", "name": "Tea", "price": 1} for n in range(count)]
            await connection.execute(select(User.id).where(User.id.in_(range(count))).limit(count))
            await connection.execute(insert(Product).values(rows))
            await connection.execute(
                text(f"SELECT 'it''s {count}' FROM users WHERE id IN {tuple(range(count))}")
            )
    shapes = seen.by_shape()
    assert [len(group) for group in shapes.values()] == [3, 3, 3]
    assert "SELECT … FROM users WHERE id IN (…)" in shapes


async def test_other_statements_have_other_shapes(connection: AsyncConnection) -> None:
    with count_statements(connection) as seen:
        await connection.execute(select(User.id))
        await connection.execute(select(User.id).where(User.id == 1))
        await connection.execute(select(User.id).where(User.name == "Ada"))
        await connection.execute(text("SELECT id FROM users LIMIT 1"))
        await connection.execute(text("SELECT id FROM orders LIMIT 1"))
    assert len(seen.by_shape()) == 5


async def test_the_line_is_the_one_that_awaited_the_statement(session: AsyncSession) -> None:
    with count_statements(session) as seen:
        await session.execute(text("SELECT 1"))
        expected = line_here() - 1
    (statement,) = seen
    assert statement.line == statement.test_line
    assert str(statement.line) == (
        f"tests/testing/test_statements.py:{expected}"
        " in test_the_line_is_the_one_that_awaited_the_statement"
    )


APPLICATION = """
from sqlalchemy import text

async def service(session):
    await session.execute(text("SELECT 1"))
"""


def application(path: str, name: str) -> SimpleNamespace:
    """The application's code, as if it had been imported from this file."""
    module: dict[str, object] = {"__name__": name}
    exec(compile(APPLICATION, path, "exec"), module)
    return SimpleNamespace(**module)


async def test_a_line_of_the_application_is_told_with_the_tests_line(
    session: AsyncSession,
) -> None:
    app = application("/somewhere/app/services/orders.py", "app.services.orders")
    with count_statements(session) as seen:
        await app.service(session)
        expected = line_here() - 1
    (statement,) = seen
    assert str(statement.line) == "app/services/orders.py:5 in service"
    assert statement.line is not None
    assert not statement.line.in_test
    assert statement.test_line is not None
    assert (statement.test_line.number, statement.test_line.in_test) == (expected, True)
    assert f"app/services/orders.py:5 in service, for {statement.test_line}" in str(seen)


async def test_a_task_that_the_test_started_has_a_line_of_its_own_only(
    session: AsyncSession,
) -> None:
    app = application("/somewhere/app/jobs.py", "app.jobs")
    with count_statements(session) as seen:
        await asyncio.create_task(app.service(session))
    assert str(seen[0].line) == "app/jobs.py:5 in service"
    assert seen[0].test_line is None


async def test_a_statement_that_the_toolkit_sent_is_told_by_the_line_that_called_it(
    session: AsyncSession,
) -> None:
    with count_statements(session) as seen:
        await analyze(session, "users")
        expected = line_here() - 1
    (statement,) = seen
    assert statement.line is not None
    assert (statement.line.number, statement.line.in_test) == (expected, True)


def test_the_shop_is_an_application_also_where_it_is_installed_among_libraries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(callers, "LIBRARIES", (str(callers.SHOP.parent),))
    assert not callers._is_library(str(callers.SHOP / "services" / "of_no_other_test.py"))
    assert callers._is_library(str(callers.SHOP.with_name("of_no_other_test.py")))


async def test_lazy_loads_one_by_one_are_named_with_their_relationship(
    orders: AsyncSession,
) -> None:
    with count_statements(orders) as seen:
        for order in await orders.scalars(select(Order)):
            await order.awaitable_attrs.items
    assert len(seen) == 11
    (found,) = seen.n_plus_one()
    assert (found.relationship, len(found)) == ("Order.items", 10)
    assert str(found) == (
        "Order.items was loaded 10 times, one statement each: load it with "
        "selectinload(Order.items)."
    )
    assert all(one.lazy for one in found.statements)


async def test_lazy_loads_of_the_one_side_are_found_too(orders: AsyncSession) -> None:
    with count_statements(orders) as seen:
        found = (await orders.scalars(select(Order))).all()
        await orders.run_sync(lambda _: [order.user.name for order in found])
    assert [str(one).split(":")[0] for one in seen.n_plus_one()] == [
        "Order.user was loaded 10 times, one statement each"
    ]


async def test_lazy_loads_from_several_lines_are_one_finding(orders: AsyncSession) -> None:
    with count_statements(orders) as seen:
        one, two, *_ = (await orders.scalars(select(Order))).all()
        await one.awaitable_attrs.items
        await two.awaitable_attrs.items
    assert [len(found) for found in seen.n_plus_one()] == [2]


@pytest.mark.parametrize(
    ("load", "statements"), [(selectinload, 2), (subqueryload, 2), (joinedload, 1)]
)
async def test_an_eager_load_is_no_n_plus_one(
    orders: AsyncSession, load: object, statements: int
) -> None:
    with count_statements(orders) as seen:
        query = select(Order).options(load(Order.items))  # type: ignore[operator]
        for order in (await orders.scalars(query)).unique():
            assert len(order.items) == 2
    assert len(seen) == statements
    assert [one.relationship for one in seen[1:]] == ["Order.items"] * (statements - 1)
    assert not any(one.lazy for one in seen)
    assert seen.n_plus_one() == ()


async def test_an_immediate_load_is_an_n_plus_one_in_disguise(orders: AsyncSession) -> None:
    with count_statements(orders) as seen:
        (await orders.scalars(select(Order).options(immediateload(Order.items)))).all()
    assert [(one.relationship, len(one)) for one in seen.n_plus_one()] == [("Order.items", 10)]


async def test_a_selectinload_in_several_batches_is_repeated_but_no_n_plus_one(
    session: AsyncSession,
) -> None:
    await session.execute(
        text(
            "INSERT INTO users (email, name)"
            " SELECT i || '@example.org', 'Ada' FROM generate_series(1, 1100) i"
        )
    )
    with count_statements(session) as seen:
        (await session.scalars(select(User).options(selectinload(User.orders)))).all()
    assert [str(one) for one in seen.repeated()] == ["User.orders was loaded in 3 batches."]
    assert seen.n_plus_one() == ()


async def test_a_query_in_a_loop_is_named_by_its_line(orders: AsyncSession) -> None:
    ids = list(await orders.scalars(select(Order.id)))
    with count_statements(orders) as seen:
        for one in ids:
            await orders.get(Order, one)
        expected = line_here() - 1
    (found,) = seen.n_plus_one()
    assert found.relationship is None
    assert str(found) == (
        f"tests/testing/test_statements.py:{expected} in "
        "test_a_query_in_a_loop_is_named_by_its_line sent one statement 10 times: "
        "ask for all rows in one."
    )


async def test_text_with_the_value_in_it_is_found_in_a_loop(session: AsyncSession) -> None:
    with count_statements(session) as seen:
        for name in ("Ada", "Eve", "it''s"):
            await session.execute(text(f"SELECT id FROM users WHERE name = '{name}'"))
    assert [len(found) for found in seen.n_plus_one()] == [3]


async def test_the_same_statement_from_two_places_is_no_loop(session: AsyncSession) -> None:
    async def ask() -> None:
        await session.execute(select(User.id))

    with count_statements(session) as seen:
        await ask()
        await session.execute(select(User.id))
    assert seen.repeated() == ()


async def test_writes_in_a_loop_are_repeated_but_no_n_plus_one(session: AsyncSession) -> None:
    with count_statements(session) as seen:
        for n in range(4):
            await session.execute(insert(User).values(email=f"{n}@example.org", name="Ada"))
    assert [len(found) for found in seen.repeated()] == [4]
    assert seen.repeated(times=5) == ()
    assert seen.n_plus_one() == ()
    assert "write all rows in one" in str(seen.repeated()[0])


async def test_the_report_begins_with_the_most_frequent_shape(orders: AsyncSession) -> None:
    with count_statements(orders) as seen:
        for order in await orders.scalars(select(Order)):
            await order.awaitable_attrs.items
    report = re.sub(r"py:\d+ in test_\w+", "py in it", str(seen))
    assert repr(seen) == "<11 statements, 2 shapes>"
    assert report.splitlines() == [
        "11 statements, 2 shapes",
        "  10 x SELECT … FROM order_items WHERE $1::INTEGER = order_items.order_id "
        "ORDER BY order_items.product_id",
        "       tests/testing/test_statements.py in it, to load Order.items",
        "   1 x SELECT … FROM orders",
        "       tests/testing/test_statements.py in it",
        "Order.items was loaded 10 times, one statement each: load it with "
        "selectinload(Order.items).",
    ]


async def test_a_long_statement_is_cut_in_the_report(session: AsyncSession) -> None:
    with count_statements(session) as seen:
        await session.execute(text("SELECT 1 WHERE true" + "".join(repeat(" AND true", 100))))
    assert max(map(len, str(seen).splitlines())) < 200


async def test_what_can_not_be_counted_on_is_refused_in_one_sentence(engine: AsyncEngine) -> None:
    def count(target: object) -> None:
        with count_statements(target):  # type: ignore[arg-type]
            pass

    with pytest.raises(TypeError, match="not on 'postgresql://'"):
        count("postgresql://")
    with pytest.raises(ValueError, match="bound to no one engine"):
        count(AsyncSession())
    with pytest.raises(ValueError, match="not open yet"):
        count(engine.connect())


def test_a_notebook_cell_is_named_without_the_number_of_its_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "nomocks-forked")
    plain = "async def ask(session):\n    await session.execute(text('SELECT 1'))"
    tests = (
        "%%ipytest -s\n"
        "from sqlalchemy import text\n"
        "from nomocks.testing.statements import count_statements\n"
        "async def test_it(session):\n"
        "    with count_statements(session) as seen:\n"
        "        await session.execute(text('SELECT 2'))\n"
        "        await ask(session)\n"
        "    print(seen)\n"
        "    print([one.test_line == one.line for one in seen])"
    )
    sources = ("%load_ext nomocks.testing", plain, tests)
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    shown = "".join(out.text for out in notebook.cells[-1].outputs if out.output_type == "stream")
    assert re.search(r"^ +cell\.py:5 in test_it \(1 time\)$", shown, re.M)
    assert re.search(r"^ +cell\.py:2 in ask \(1 time\)$", shown, re.M)
    assert "[True, True]" in shown
