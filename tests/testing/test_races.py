"""Races of tasks: each comes out the same every time, or says why it can't happen."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal
from itertools import count
from secrets import token_hex

import pytest
import pytest_asyncio
from sqlalchemy import MetaData, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from nomocks.postgres import Database, Server
from nomocks.testing.databases import template_of
from nomocks.testing.races import (
    COMMIT,
    RaceError,
    after,
    at,
    before,
    deadlock,
    point,
    race,
    serialization_failure,
)
from shop.errors import EmailTaken, OutOfStock
from shop.models import OutboxMessage, Product, User
from shop.services.orders import Line, place_order
from shop.services.outbox import send_batch
from shop.services.users import register

TIMES = range(20)
numbers = count()


@pytest.fixture(scope="module")
def race_database(server: Server, metadata: MetaData) -> Iterator[Database]:
    with server.create_database(template=template_of(server, metadata)) as database:
        yield database


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(race_database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(race_database.url)
    yield engine
    await engine.dispose()


@pytest.fixture
def sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False)


@pytest.fixture(autouse=True)
def _nothing_stays_open(engine: AsyncEngine) -> Iterator[None]:
    yield
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def new_product(sessions: async_sessionmaker[AsyncSession], stock: int = 10) -> int:
    async with sessions.begin() as session:
        number = next(numbers)
        product = Product(sku=f"P{number}", name=f"P{number}", price=Decimal(1), stock=stock)
        session.add(product)
    return product.id


async def new_user(sessions: async_sessionmaker[AsyncSession]) -> int:
    async with sessions.begin() as session:
        user = User(email=f"user{next(numbers)}@example.org", name="Uma")
        session.add(user)
    return user.id


async def stock_of(sessions: async_sessionmaker[AsyncSession], id: int) -> int | None:
    async with sessions() as session:
        return await session.scalar(select(Product.stock).where(Product.id == id))


def sells(id: int, *, locks: bool = False) -> Callable[[AsyncSession], Awaitable[None]]:
    """Reads the stock, thinks, and writes one less; the row locked before, or not."""

    async def sell(session: AsyncSession) -> None:
        query = select(Product.stock).where(Product.id == id)
        stock = (await session.execute(query.with_for_update() if locks else query)).scalar_one()
        await point("thinks")
        await session.execute(update(Product).where(Product.id == id).values(stock=stock - 1))

    return sell


def changes(*ids: int) -> Callable[[AsyncSession], Awaitable[None]]:
    """Changes the products, in this order."""

    async def change(session: AsyncSession) -> None:
        for id in ids:
            await session.execute(
                update(Product).where(Product.id == id).values(stock=Product.stock - 1)
            )

    return change


def code_of(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None))


async def test_an_update_is_lost(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    for _ in TIMES:
        id = await new_product(sessions)
        async with race(engine) as run:
            ada, bob = run.start("ada", sells(id)), run.start("bob", sells(id))
            await ada.until(at("thinks"))
            await bob.finish()
            await ada.finish()
        assert await stock_of(sessions, id) == 9


async def test_for_update_makes_the_second_one_wait(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    for _ in TIMES:
        id = await new_product(sessions)
        async with race(engine) as run:
            ada = run.start("ada", sells(id, locks=True))
            bob = run.start("bob", sells(id, locks=True))
            await ada.until(at("thinks"))
            await bob.until_blocked()
            await ada.finish()
            await bob.finish()
        assert await stock_of(sessions, id) == 8


async def test_repeatable_read_refuses_to_lose_the_update(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    for _ in TIMES:
        id = await new_product(sessions)
        async with race(engine) as run:
            ada = run.start("ada", sells(id), isolation_level="REPEATABLE READ")
            bob = run.start("bob", sells(id), isolation_level="REPEATABLE READ")
            await ada.until(at("thinks"))
            await bob.finish()
            with pytest.raises(DBAPIError) as failure:
                await ada.finish()
        assert code_of(failure.value) == "40001"
        assert await stock_of(sessions, id) == 9


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
async def test_only_serializable_sees_a_write_skew(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession], level: str
) -> None:
    async def empties(session: AsyncSession, id: int, other: int) -> None:
        if await session.scalar(select(Product.stock).where(Product.id == other)):
            await session.execute(update(Product).where(Product.id == id).values(stock=0))

    for _ in TIMES:
        one, two = await new_product(sessions), await new_product(sessions)
        async with race(engine) as run:
            ada = run.start(
                "ada", lambda s, one=one, two=two: empties(s, one, two), isolation_level=level
            )
            bob = run.start(
                "bob", lambda s, one=one, two=two: empties(s, two, one), isolation_level=level
            )
            await ada.until(before(COMMIT))
            await bob.until(before(COMMIT))
            await ada.finish()
            if level == "SERIALIZABLE":
                with pytest.raises(DBAPIError) as failure:
                    await bob.finish()
                assert code_of(failure.value) == "40001"
            else:
                await bob.finish()
                assert not await stock_of(sessions, two)


@pytest.mark.parametrize("victim", ["ada", "bob"])
async def test_a_deadlock_fails_the_one_that_goes_on_last(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession], victim: str
) -> None:
    for _ in TIMES:
        one, two = await new_product(sessions), await new_product(sessions)
        async with race(engine) as run:
            racers = {
                "ada": run.start("ada", changes(one, two)),
                "bob": run.start("bob", changes(two, one)),
            }
            loser = racers.pop(victim)
            (winner,) = racers.values()
            await winner.until(after("UPDATE products"))
            await loser.until(after("UPDATE products"))
            await winner.until_blocked()
            with pytest.raises(DBAPIError) as failure:
                await loser.finish()
            await winner.finish()
        assert code_of(failure.value) == "40P01"
        assert await stock_of(sessions, one) == await stock_of(sessions, two) == 9


async def test_two_workers_take_different_messages(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    for _ in TIMES:
        async with sessions.begin() as session:
            await session.execute(delete(OutboxMessage))
            session.add_all([OutboxMessage(topic=f"{n}", payload={}) for n in range(4)])
        sent: dict[str, list[str]] = {"ada": [], "bob": []}

        async def work(name: str, sent: dict[str, list[str]] = sent) -> int:
            async def deliver(message: OutboxMessage) -> None:
                sent[name].append(message.topic)

            return await send_batch(sessions, deliver, limit=2)

        async with race(engine) as run:
            ada, bob = (
                run.start("ada", lambda _: work("ada")),
                run.start("bob", lambda _: work("bob")),
            )
            await ada.until(after("SKIP LOCKED"))
            assert await bob.finish() == 2
            assert await ada.finish() == 2
        assert sent == {"ada": ["0", "1"], "bob": ["2", "3"]}


async def test_of_two_with_one_email_the_second_hears_that_it_is_taken(
    engine: AsyncEngine,
) -> None:
    for _ in TIMES:
        email = f"taken{next(numbers)}@example.org"
        async with race(engine) as run:
            ada = run.start("ada", lambda s, email=email: register(s, email=email, name="Ada"))
            bob = run.start("bob", lambda s, email=email: register(s, email=email, name="Bob"))
            await ada.until(after("INSERT INTO users"))
            await bob.until_blocked()
            await ada.finish()
            with pytest.raises(EmailTaken):
                await bob.finish()


async def test_on_conflict_do_nothing_waits_and_then_adds_none(engine: AsyncEngine) -> None:
    async def add(session: AsyncSession, email: str) -> int:
        statement = insert(User).values(email=email, name="Ada").on_conflict_do_nothing()
        return len((await session.execute(statement.returning(User.id))).all())

    for _ in TIMES:
        email = f"once{next(numbers)}@example.org"
        async with race(engine) as run:
            ada = run.start("ada", lambda s, email=email: add(s, email))
            bob = run.start("bob", lambda s, email=email: add(s, email))
            await ada.until(before(COMMIT))
            await bob.until_blocked()
            assert await ada.finish() == 1
            assert await bob.finish() == 0


async def test_an_advisory_lock_is_waited_for(engine: AsyncEngine) -> None:
    async def take(session: AsyncSession) -> None:
        await session.execute(select(func.pg_advisory_xact_lock(42)))

    async def try_to_take(session: AsyncSession) -> bool | None:
        return await session.scalar(select(func.pg_try_advisory_xact_lock(42)))

    for _ in TIMES:
        async with race(engine) as run:
            ada, bob = run.start("ada", take), run.start("bob", take)
            eve = run.start("eve", try_to_take)
            await ada.until(before(COMMIT))
            await bob.until_blocked()
            assert await eve.finish() is False
            await ada.finish()
            await bob.finish()


async def test_the_last_piece_is_sold_once(sessions: async_sessionmaker[AsyncSession]) -> None:
    user = await new_user(sessions)
    for _ in TIMES:
        id = await new_product(sessions, stock=1)

        def buys(session: AsyncSession, id: int = id) -> Awaitable[object]:
            return place_order(session, user_id=user, lines=[Line(id, 1)])

        async with race(sessions) as run:
            ada, bob = run.start("ada", buys), run.start("bob", buys)
            await ada.until(before("UPDATE products"))
            await bob.until_blocked()
            await ada.finish()
            with pytest.raises(OutOfStock):
                await bob.finish()
        assert await stock_of(sessions, id) == 0


async def test_a_participant_stops_at_its_next_step_once_it_no_longer_waits(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    for _ in TIMES:
        one, two = await new_product(sessions), await new_product(sessions)
        async with race(engine) as run:
            ada, bob = run.start("ada", changes(one)), run.start("bob", changes(one, two))
            await ada.until(before(COMMIT))
            await bob.until_blocked()
            await ada.finish()
            await bob.until(before("UPDATE products"))
            assert await stock_of(sessions, two) == 10
            await bob.until(after(COMMIT))
            assert await stock_of(sessions, two) == 9
            await bob.finish()


async def test_a_point_is_counted_from_where_the_participant_is(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    ids = [await new_product(sessions) for _ in range(4)]
    reached: list[int] = []

    async def change(session: AsyncSession) -> None:
        for id in ids:
            await changes(id)(session)
            reached.append(id)

    async with race(engine) as run:
        ada = run.start("ada", change)
        await ada.until(before("update PRODUCTS set", 2))
        assert len(reached) == 1
        await ada.until(before(re.compile("^UPDATE products")))
        assert len(reached) == 2
        await ada.until(after("UPDATE", 2))
        assert len(reached) == 3
        await ada.finish()


async def test_a_point_in_test_code_is_nothing_outside_of_a_race(
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    id = await new_product(sessions)
    async with sessions.begin() as session:
        await sells(id)(session)
    assert await stock_of(sessions, id) == 9


class TestAScheduleThatCantHappen:
    async def test_says_who_holds_the_lock_at_once(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        id = await new_product(sessions)
        async with race(engine, seconds=60) as run:
            ada = run.start("ada", sells(id, locks=True))
            bob = run.start("bob", sells(id, locks=True))
            await ada.until(at("thinks"))
            with pytest.raises(RaceError) as refusal:
                await bob.finish()
        assert str(refusal.value) == (
            "bob did not come to its end: bob executes SELECT products.stock FROM products "
            "WHERE products.id = $1::INTEGER FOR UPDATE, and waits for ada; ada is held at thinks."
        )
        assert await stock_of(sessions, id) == 10

    async def test_says_that_a_participant_ended_before_its_point(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        id = await new_product(sessions)
        async with race(engine) as run:
            ada = run.start("ada", sells(id))
            with pytest.raises(RaceError, match="to the point before DELETE: ada has ended"):
                await ada.until(before("DELETE"))

    async def test_says_what_a_participant_raised_before_its_point(
        self, engine: AsyncEngine
    ) -> None:
        async with race(engine) as run:
            ada = run.start("ada", lambda s: place_order(s, user_id=1, lines=[Line(-1, 1)]))
            with pytest.raises(RaceError, match=r"ada raised NotFound \(There is no") as refusal:
                await ada.until(before("INSERT"))
        assert type(refusal.value.__cause__).__name__ == "NotFound"

    async def test_says_that_nobody_made_it_wait(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        id = await new_product(sessions)
        async with race(engine) as run:
            ada = run.start("ada", sells(id))
            with pytest.raises(RaceError, match="to a lock that it must wait for: ada has ended"):
                await ada.until_blocked()

    async def test_says_that_two_wait_for_each_other_and_neither_was_to_fail(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        one, two = await new_product(sessions), await new_product(sessions)
        async with race(engine, seconds=60) as run:
            ada, bob = run.start("ada", changes(one, two)), run.start("bob", changes(two, one))
            await ada.until(after("UPDATE"))
            await bob.until(after("UPDATE"))
            await ada.until_blocked()
            await bob.until_blocked()
            with pytest.raises(RaceError, match=r"waits for bob; bob .*, and waits for ada"):
                await ada.finish()
        assert await stock_of(sessions, one) == 10

    async def test_ends_in_time_where_it_waits_for_nothing_in_the_database(
        self, engine: AsyncEngine
    ) -> None:
        async def waits(_: AsyncSession) -> None:
            await asyncio.Event().wait()

        with pytest.raises(RaceError, match=r"its end within 0\.1 s: ada runs"):
            async with race(engine, seconds=0.1) as run:
                await run.start("ada", waits).finish()
        assert "ada" not in [task.get_name() for task in asyncio.all_tasks()]

    async def test_names_a_lock_that_is_held_outside_of_the_race(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        id = await new_product(sessions)
        async with sessions() as session:
            await sells(id, locks=True)(session)
            with pytest.raises(RaceError, match="waits for a connection outside the race"):
                async with race(engine, seconds=0.1) as run:
                    await run.start("ada", sells(id, locks=True)).finish()

    async def test_needs_two_names_for_two_participants(self, engine: AsyncEngine) -> None:
        async with race(engine) as run:
            run.start("ada", sells(1))
            with pytest.raises(RaceError, match='The name "ada" is taken in this race'):
                run.start("ada", sells(1))

    async def test_needs_a_function_and_not_what_it_returns(self, engine: AsyncEngine) -> None:
        async with race(engine) as run, AsyncSession(engine) as session:
            with pytest.raises(RaceError, match=r'start\("ada", lambda session: \.\.\.\)'):
                run.start("ada", sells(1)(session))  # type: ignore[arg-type]

    async def test_needs_a_connection_for_each_participant(self, engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            with pytest.raises(RaceError, match=r'isolation\("delete"\)'):
                async with race(async_sessionmaker(connection)):
                    pass
        async with AsyncSession(engine) as session:
            with pytest.raises(RaceError, match=r'isolation\("delete"\)'):
                async with race(session):  # type: ignore[arg-type]
                    pass


class TestTheEndOfARace:
    async def test_rolls_back_what_is_not_finished(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        id = await new_product(sessions)
        async with race(engine) as run:
            ada, bob = run.start("ada", changes(id)), run.start("bob", changes(id))
            run.start("eve", changes(id))
            await ada.until(before(COMMIT))
            await bob.until_blocked()
        assert await stock_of(sessions, id) == 10

    async def test_stops_code_that_catches_everything(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        id = await new_product(sessions)

        async def never_gives_up(session: AsyncSession) -> None:
            while True:
                try:
                    await changes(id)(session)
                    return
                except Exception:
                    await session.rollback()

        async with race(engine) as run:
            ada, bob = run.start("ada", changes(id)), run.start("bob", never_gives_up)
            await ada.until(before(COMMIT))
            await bob.until_blocked()
        assert await stock_of(sessions, id) == 10

    async def test_raises_what_nobody_has_heard_of(self, engine: AsyncEngine) -> None:
        with pytest.raises(IntegrityError, match="uq_users_email"):
            await one_fails(engine)

    async def test_notes_it_on_what_the_test_raises_itself(self, engine: AsyncEngine) -> None:
        with pytest.raises(ZeroDivisionError) as raised:
            await one_fails(engine, ZeroDivisionError())
        (note,) = raised.value.__notes__
        assert note.startswith("In this race bob raised IntegrityError (duplicate key value")


async def one_fails(engine: AsyncEngine, error: Exception | None = None) -> None:
    """A race whose bob fails when nobody looks any more, and which then raises `error`."""
    email = f"one{next(numbers)}@example.org"

    async def add(session: AsyncSession) -> None:
        await session.execute(insert(User).values(email=email, name="Uma"))

    async with race(engine) as run:
        ada, bob = run.start("ada", add), run.start("bob", add)
        await ada.until(before(COMMIT))
        await bob.until_blocked()
        await ada.finish()
        await bob.news.wait()
        if error:
            raise error


class TestAConflictOnDemand:
    @pytest.mark.parametrize("times", [1, 2])
    async def test_a_deadlock_lets_the_next_try_through(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession], times: int
    ) -> None:
        for _ in TIMES:
            id = await new_product(sessions)
            codes: list[str] = []
            with deadlock(engine, "UPDATE products", times=times) as failed:
                await trying_again(sessions, changes(id), codes)
            assert codes == ["40P01"] * times
            assert [statement.split()[0] for statement in failed] == ["UPDATE"] * times
            assert await stock_of(sessions, id) == 9

    @pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
    async def test_a_serialization_failure_lets_the_next_try_through(
        self, engine: AsyncEngine, level: str
    ) -> None:
        sessions = async_sessionmaker(
            engine.execution_options(isolation_level=level), expire_on_commit=False
        )
        for _ in TIMES:
            id = await new_product(sessions)
            codes: list[str] = []
            with serialization_failure(engine, "UPDATE products"):
                await trying_again(sessions, changes(id), codes)
            assert codes == ["40001"]
            assert await stock_of(sessions, id) == 9

    async def test_leaves_no_table_behind(self, engine: AsyncEngine) -> None:
        with serialization_failure(engine):
            pass
        async with engine.connect() as connection:
            tables = text("SELECT count(*) FROM pg_class WHERE relname LIKE 'nomocks_conflict%'")
            assert await connection.scalar(tables) == 0

    async def test_there_is_no_serialization_failure_at_read_committed(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        with (
            serialization_failure(engine),
            pytest.raises(RaceError, match="no serialization failure at READ COMMITTED"),
        ):
            await new_product(sessions)

    async def test_a_statement_that_does_not_match_goes_through(
        self, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        with deadlock(engine, "DELETE") as failed:
            await new_product(sessions)
        assert failed == []

    async def test_a_deadlock_works_inside_a_test_that_is_rolled_back(
        self, engine: AsyncEngine
    ) -> None:
        async with engine.connect() as connection:
            outer = await connection.begin()
            sessions = async_sessionmaker(
                connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            )
            id = await new_product(sessions)
            codes: list[str] = []
            with deadlock(engine, "UPDATE products"):
                await trying_again(sessions, changes(id), codes)
            assert codes == ["40P01"]
            assert await stock_of(sessions, id) == 9
            await outer.rollback()


async def trying_again(
    sessions: async_sessionmaker[AsyncSession],
    work: Callable[[AsyncSession], Awaitable[None]],
    codes: list[str],
) -> None:
    """Code under test: three tries, for what is worth one."""
    for _ in range(3):
        try:
            async with sessions.begin() as session:
                return await work(session)
        except DBAPIError as error:
            codes.append(code_of(error))
    return None


async def test_a_deadlock_on_demand_says_that_it_needs_a_superuser(
    engine: AsyncEngine, race_database: Database
) -> None:
    role = f"nomocks_plain_{token_hex(4)}"
    plain = create_async_engine(race_database.url.set(username=role, password="plain"))
    async with engine.begin() as connection:
        await connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'plain'"))
    try:
        async with plain.connect() as connection:
            with deadlock(plain), pytest.raises(RaceError, match="needs a superuser"):
                await connection.execute(text("SELECT 1"))
    finally:
        await plain.dispose()
        async with engine.begin() as connection:
            await connection.execute(text(f"DROP ROLE {role}"))


async def test_a_race_runs_on_the_async_psycopg_too(
    race_database: Database, sessions: async_sessionmaker[AsyncSession]
) -> None:
    id = await new_product(sessions)
    psycopg = create_async_engine(race_database.sync_url)
    async with race(psycopg) as run:
        ada, bob = run.start("ada", changes(id)), run.start("bob", changes(id))
        await ada.until(before(COMMIT))
        await bob.until_blocked()
        await ada.finish()
        await bob.finish()
    await psycopg.dispose()
    assert await stock_of(sessions, id) == 8
