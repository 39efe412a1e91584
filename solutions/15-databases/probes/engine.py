"""Tries to break an engine fixture for two databases."""

import answer
import psycopg
import pytest
from answer import *  # noqa: F403, with the fixtures that the engine is made of
from given import (
    UTC,
    AsyncSession,
    Base,
    DBAPIError,
    Member,
    Visit,
    datetime,
    func,
    inspect,
    kind,  # noqa: F401, the fixture
    select,
)
from sqlalchemy.exc import IntegrityError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TABLES = sorted(Base.metadata.tables)


def left_in(database):
    """The tables that a fixture has left, which go here."""
    address = database.sync_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        query = "SELECT tablename::text FROM pg_tables WHERE tablename = ANY(%s) ORDER BY 1"
        left = [name for (name,) in connection.execute(query, [TABLES])]
        for name in left:
            connection.execute(f"DROP TABLE {name} CASCADE")
    return left


@pytest.fixture(autouse=True)
def cleaned(database):
    """Takes back what a fixture has left, so that each promise is looked at by itself."""
    assert hasattr(answer, "engine"), "Your cell defines no fixture of the name engine."
    yield
    left_in(database)


@pytest.fixture
def nothing_left(database):
    """Set up before ``engine``, so that it looks after that has been torn down."""
    yield
    left = left_in(database)
    assert not left, f"After the test PostgreSQL still has the tables {', '.join(left)}."


@pytest.fixture
def pools():
    """Set up before ``engine``; looks at the pools that a test has put here."""
    found = []
    yield found
    for pool in found:
        held = getattr(pool, "checkedin", int)()
        assert held == 0, f"After the test the engine's pool still holds {held} connection."


async def count(session, model):
    return await session.scalar(select(func.count()).select_from(model))


def told(error):
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:120]}"


async def test_it_is_one_of_that_kind(kind, engine):  # noqa: F811
    assert engine.dialect.name == kind, f"For {kind} the engine is one of {engine.dialect.name}."
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    missing = set(TABLES) - set(found)
    assert not missing, f"On {kind} there are no tables {', '.join(sorted(missing))}."


async def test_foreign_keys_are_checked(kind, engine):  # noqa: F811
    async with AsyncSession(engine) as one, AsyncSession(engine) as other:
        await one.connection()
        for session in (one, other):
            session.add(Visit(member_id=404, at=NOON))
            try:
                await session.flush()
            except IntegrityError:
                await session.rollback()
            except DBAPIError as error:
                pytest.fail(f"On {kind}, a visit of nobody: {told(error)}")
            else:
                pytest.fail(f"On {kind} a connection takes a visit of a member who is not there.")


async def test_what_is_not_committed_is_not_seen(kind, engine):  # noqa: F811
    async with AsyncSession(engine) as one, AsyncSession(engine) as other:
        one.add(Member(email="ann@example.org"))
        await one.flush()
        seen = await count(other, Member)
    assert seen == 0, f"On {kind} another session sees a member that was not committed."


async def test_a_rollback_takes_back_savepoints(kind, engine):  # noqa: F811
    async with engine.connect() as connection:
        outer = await connection.begin()
        async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
            await count(session, Member)
            session.add(Member(email="ann@example.org"))
            await session.commit()
        await outer.rollback()
    async with AsyncSession(engine) as session:
        left = await count(session, Member)
    assert left == 0, f"On {kind} a member is left after the outer transaction was rolled back."


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("turn", ["first", "second"])
async def test_each_begins_anew(kind, engine, turn):  # noqa: F811
    async with AsyncSession(engine) as session:
        before = await count(session, Member)
        assert before == 0, f"On {kind} the {turn} test begins with {before} member in the table."
        session.add(Member(email="ann@example.org"))
        await session.commit()


async def test_no_connection_is_held(pools, engine):
    pools.append(engine.sync_engine.pool)
    async with AsyncSession(engine) as session:
        await count(session, Member)
