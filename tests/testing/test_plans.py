"""Plans of the shop's statements, at two sizes of its tables, with their indexes and without."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    Executable,
    Row,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, joinedload, selectinload

from nomocks.postgres import Database
from nomocks.testing.plans import (
    Plan,
    analyze,
    assert_no_seq_scan,
    assert_uses_index,
    explain,
    explain_sync,
    without_seq_scans,
)
from shop.models import Order, OrderStatus, Product, Role, User

OF_ONE_USER = select(Order).where(Order.user_id == 7)
OF_ONE_STATUS = select(Order).where(Order.status == OrderStatus.PAID)
INDEX = "ix_orders_user_id"


async def fill(session: AsyncSession, rows: int) -> None:
    """So many users, each with one order; nothing else in these tables, nor any dead row."""
    await session.execute(text("TRUNCATE users, orders CASCADE"))
    numbers = {"rows": rows}
    await session.execute(
        text(
            "INSERT INTO users (id, email, name) OVERRIDING SYSTEM VALUE"
            " SELECT i, i || '@example.org', 'Ada' FROM generate_series(1, :rows) i"
        ),
        numbers,
    )
    await session.execute(
        text("INSERT INTO orders (user_id) SELECT generate_series(1, :rows)"), numbers
    )
    await analyze(session, "users", "orders")


async def test_a_lookup_scans_a_small_table_and_uses_the_index_of_a_large_one(
    session: AsyncSession,
) -> None:
    await fill(session, 10)
    small = await explain(session, OF_ONE_USER)
    await fill(session, 5_000)
    large = await explain(session, OF_ONE_USER)
    assert (small.root.kind, small.root.relation, small.root.rows) == ("Seq Scan", "orders", 1)
    assert (large.root.kind, large.root.index) == ("Index Scan", INDEX)
    assert_uses_index(large, INDEX)
    assert_no_seq_scan(large, "orders")
    with pytest.raises(AssertionError, match=f"does not use {INDEX}; indexes that it uses: none"):
        assert_uses_index(small, INDEX)
    with pytest.raises(AssertionError, match=r"reads all of orders\.\nSeq Scan on orders"):
        assert_no_seq_scan(small, "orders")


async def test_a_lookup_without_an_index_scans_at_any_size(session: AsyncSession) -> None:
    for rows in (10, 5_000):
        await fill(session, rows)
        plan = await explain(session, OF_ONE_STATUS)
        assert plan.find("Seq Scan", relation="orders")
        assert plan.find(index=INDEX) == ()


async def test_without_seq_scans_a_plan_shows_whether_an_index_could_serve(
    session: AsyncSession,
) -> None:
    await fill(session, 10)
    async with without_seq_scans(session):
        assert_uses_index(await explain(session, OF_ONE_USER), INDEX)
        with pytest.raises(AssertionError):
            assert_no_seq_scan(await explain(session, OF_ONE_STATUS), "orders")
    assert (await explain(session, OF_ONE_USER)).root.kind == "Seq Scan"


@pytest.mark.parametrize("statement", ["SELECT wrong", "SELECT 1"])
async def test_seq_scans_are_back_also_after_an_error_inside_the_block(
    session: AsyncSession, statement: str
) -> None:
    async def fail() -> None:
        async with session.begin_nested(), without_seq_scans(session):
            await session.execute(text(statement))
            raise RuntimeError

    with pytest.raises((RuntimeError, ProgrammingError)):
        await fail()
    assert await session.scalar(text("SELECT current_setting('enable_seqscan')")) == "on"


async def test_a_failed_flush_inside_the_block_is_told_as_it_is(session: AsyncSession) -> None:
    async def fail() -> None:
        async with without_seq_scans(session):
            session.add(Order(user_id=1))
            await session.flush()

    with pytest.raises(IntegrityError):
        await fail()
    await session.rollback()
    assert await session.scalar(text("SELECT current_setting('enable_seqscan')")) == "on"


async def test_an_index_only_and_a_bitmap_scan_use_the_index_too(session: AsyncSession) -> None:
    await fill(session, 5_000)
    await session.execute(text("SET LOCAL enable_indexscan = off"))
    some = await explain(session, OF_ONE_USER)
    assert some.find("Bitmap Index Scan", index=INDEX)
    assert some.find("Bitmap Heap Scan", relation="orders")
    assert_uses_index(some, INDEX)
    assert_no_seq_scan(some, "orders")
    await session.execute(text("SET LOCAL enable_indexscan = on"))
    await session.execute(text("SET LOCAL enable_bitmapscan = off"))
    only = await explain(session, select(Order.user_id).where(Order.user_id == 7))
    assert only.find("Index Only Scan", relation="orders")
    assert_uses_index(only, INDEX)


async def test_no_seq_scan_of_a_table_that_is_not_read_asserts_nothing_and_says_so(
    session: AsyncSession,
) -> None:
    plan = await explain(session, OF_ONE_USER)
    with pytest.raises(AssertionError, match=r"does not read order, .* that it reads: orders"):
        assert_no_seq_scan(plan, "order")


STATEMENTS: dict[str, Executable] = {
    "list": select(User).where(User.id.in_([1, 2, 3])).limit(2),
    "enum": select(User).where(User.role == Role.ADMIN, User.active),
    "json": select(Product).where(Product.attributes.contains({"color": "red"})),
    "array": select(Product).where(Product.tags.contains(["tea"])),
    "union": union_all(select(User.id), select(Order.id)),
    "joined": select(Order).options(joinedload(Order.items)).limit(3),
    "selectin": select(Order).options(selectinload(Order.items)),
    "text": text("SELECT * FROM users WHERE id = :id").bindparams(id=5),
    "parameter": select(User).where(User.id == bindparam("id")).params(id=5),
    "insert": insert(User).values(email="ada@example.org", name="Ada"),
    "insert many": insert(User).values([{"email": f"{n}@x.org", "name": "A"} for n in range(3)]),
    "returning": insert(User).values(email="ada@example.org", name="Ada").returning(User),
    "update": update(Order).where(Order.user_id == 1).values(status=OrderStatus.PAID),
    "delete": delete(User).where(User.email.in_(["ada@example.org"])),
}


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
async def test_statements_of_every_kind_are_explained_with_their_parameters(
    session: AsyncSession, statement: Executable, analyzed: bool
) -> None:
    plan = await explain(session, statement, analyze=analyzed)
    relations = {node.relation for node in plan.walk()}
    assert relations & {"users", "orders", "products"}
    assert (plan.root.actual_rows is not None) == analyzed
    assert (plan.root.pages is not None) == analyzed


async def test_the_plan_is_made_for_the_values_that_are_bound(session: AsyncSession) -> None:
    await fill(session, 5_000)
    few = await explain(session, select(Order).where(Order.user_id < bindparam("n", 5)))
    many = await explain(session, select(Order).where(Order.user_id < bindparam("n", 4_900)))
    assert few.root.rows < 50 < many.root.rows
    assert (few.root.index, many.root.kind) == (INDEX, "Seq Scan")


async def test_a_joined_load_is_part_of_the_plan(session: AsyncSession) -> None:
    plain = await explain(session, select(Order))
    joined = await explain(session, select(Order).options(joinedload(Order.items)))
    assert plain.find(relation="order_items") == ()
    assert len(joined.find(relation="order_items")) == 1


async def test_a_session_and_its_connection_are_explained_alike(
    session: AsyncSession, connection: AsyncConnection
) -> None:
    await fill(session, 100)
    plan = await explain(connection, OF_ONE_USER)
    assert plan == await explain(session, OF_ONE_USER)
    assert plan == await session.run_sync(lambda sync: explain_sync(sync, OF_ONE_USER))


def test_sync_sessions_and_connections_of_another_driver_are_explained(database: Database) -> None:
    engine = create_engine(database.url.set(drivername="postgresql+psycopg"))
    with Session(engine) as session:
        assert explain_sync(session, OF_ONE_USER).root.relation == "orders"
        found = len(session.scalars(OF_ONE_USER).all())
        plan = explain_sync(session.connection(), OF_ONE_USER, analyze=True)
        assert plan.root.actual_rows == found
    engine.dispose()


async def test_what_waits_in_a_session_is_flushed_first(session: AsyncSession) -> None:
    session.add(User(email="ada@example.org", name="Ada"))
    assert (await explain(session, select(User), analyze=True)).root.actual_rows == 1


async def test_an_analyzed_statement_is_run_and_taken_back(session: AsyncSession) -> None:
    await fill(session, 10)
    plan = await explain(session, delete(Order).where(Order.user_id < 4), analyze=True)
    assert plan.find(relation="orders")[-1].actual_rows == 3
    assert await session.scalar(select(func.count()).select_from(Order)) == 10


async def test_a_statement_that_fails_when_analyzed_leaves_the_session_usable(
    session: AsyncSession,
) -> None:
    with pytest.raises(ProgrammingError):
        await explain(session, text("SELECT wrong FROM users"), analyze=True)
    assert await session.scalar(text("SELECT 1")) == 1


async def test_an_analyzed_plan_counts_rows_that_were_passed_on_and_discarded(
    session: AsyncSession,
) -> None:
    await fill(session, 100)
    plan = await explain(session, OF_ONE_STATUS, analyze=True)
    assert (plan.root.actual_rows, plan.root.discarded) == (0, 100)


async def test_an_analyzed_plan_sums_the_rows_of_all_loops(session: AsyncSession) -> None:
    await fill(session, 100)
    for condition, counted in (
        (Order.updated_at == User.created_at, "actual_rows"),
        (Order.updated_at < User.created_at, "discarded"),
    ):
        orders = select(func.count(Order.id)).where(condition).scalar_subquery()
        plan = await explain(session, select(User.id, orders), analyze=True)
        (scan,) = plan.find(relation="orders")
        assert getattr(scan, counted) == 100 * 100
        assert plan.handled >= 100 * 100


async def test_a_plan_that_was_not_analyzed_handled_nothing_that_could_be_compared(
    session: AsyncSession,
) -> None:
    plan = await explain(session, OF_ONE_STATUS)
    with pytest.raises(ValueError, match="no measured rows"):
        _ = plan.handled


async def test_a_printed_plan_is_a_tree_with_its_conditions(session: AsyncSession) -> None:
    await fill(session, 5_000)
    plan = await explain(session, OF_ONE_USER.order_by(Order.placed_at), analyze=True)
    lines = re.sub(r"cost [\d.]+", "cost C", str(plan)).splitlines()
    assert lines == [
        "Sort  (cost C, rows 1, actual rows 1)",
        "-> Index Scan using ix_orders_user_id on orders  (cost C, rows 1, actual rows 1)"
        "  (orders.user_id = 7)",
    ]


async def test_deeper_steps_are_indented(session: AsyncSession) -> None:
    plan = await explain(session, select(Order).options(joinedload(Order.items)).limit(3))
    depths = [len(line) - len(line.lstrip(" ->")) for line in str(plan).splitlines()]
    assert depths[:2] == [0, 3]
    assert max(depths) >= 6
    assert len(depths) == len(list(plan.walk()))


async def statistics(engine: AsyncEngine, table: str) -> Row[Any]:
    async with engine.connect() as connection:
        pages = text("SELECT relpages, reltuples FROM pg_class WHERE oid = cast(:name AS regclass)")
        return (await connection.execute(pages, {"name": table})).one()


async def test_statistics_after_a_truncate_go_with_the_rollback(engine: AsyncEngine) -> None:
    before = await statistics(engine, "orders")
    async with AsyncSession(engine) as session:
        await fill(session, 3_333)
        of_all = await explain(session, select(Order))
        assert of_all.root.rows == 3_333
        await session.rollback()
    assert await statistics(engine, "orders") == before


async def test_statistics_without_a_truncate_outlive_the_rollback(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session:
        await session.execute(
            text(
                "INSERT INTO categories (name)"
                " SELECT cast(i AS text) FROM generate_series(1, 2222) i"
            )
        )
        await analyze(session, "categories")
        await session.rollback()
    left = await statistics(engine, "categories")
    async with engine.begin() as connection:  # leave none of it to other tests
        await connection.execute(text("TRUNCATE categories CASCADE"))
    assert left[1] == 2_222


async def test_a_statement_that_is_a_string_is_refused(session: AsyncSession) -> None:
    with pytest.raises(ArgumentError, match=r"should be explicitly declared as text\('SELECT 1'\)"):
        await explain(session, "SELECT 1")  # type: ignore[arg-type]


async def test_an_engine_is_refused_as_no_session_and_no_connection(engine: AsyncEngine) -> None:
    with pytest.raises(TypeError, match="on an AsyncSession or an AsyncConnection, not on <"):
        await explain(engine, select(User))  # type: ignore[arg-type]


@pytest.mark.parametrize("named", [lambda plan: plan, lambda _: "users"], ids=["plan", "name"])
async def test_analyze_takes_plans_and_names_of_tables(
    session: AsyncSession, named: Callable[[Plan], Plan | str]
) -> None:
    await fill(session, 50)
    await session.execute(delete(Order))
    await session.execute(delete(User).where(User.id > 20))
    await analyze(session, named(await explain(session, select(User))))
    assert (await explain(session, select(User))).root.rows == 20
