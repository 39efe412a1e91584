"""Tries to break a fixture that promises to leave nothing behind."""

import answer
import pytest
from answer import *  # noqa: F403, with the fixtures that the session is made of
from given import AsyncSession, IntegrityError, User, count_users, delete, sign_up
from sqlalchemy.exc import SQLAlchemyError

from nomocks.testing import leaks

TOOLKITS = "The fixture {} is the toolkit's, which does what you write here: begin with engine."

if not hasattr(answer, "connection"):

    @pytest.fixture
    def connection():
        pytest.fail(TOOLKITS.format("connection"))


if not hasattr(answer, "sessions"):

    @pytest.fixture
    def sessions():
        pytest.fail(TOOLKITS.format("sessions"))


@pytest.fixture(autouse=True)
async def cleaned(engine):
    """Takes back what a fixture has left, so that each promise is looked at by itself."""
    assert hasattr(answer, "session"), "Your cell defines no fixture of the name session."
    assert not hasattr(answer, "engine"), "Your cell defines an engine: ask for the toolkit's."
    began = leaks.checkouts()
    yield
    for leak in leaks.still_out(began):
        leak.close()
    async with AsyncSession(engine) as another:
        if await count_users(another):
            await another.execute(delete(User))
            await another.commit()


@pytest.fixture
async def nothing_left(engine):
    """Set up before ``session``, so that it looks after that has been torn down."""
    yield
    async with AsyncSession(engine) as another:
        left = await count_users(another)
    assert left == 0, f"After the test {left} of its users are still in the database."


@pytest.fixture
def given_back(engine):
    """Set up before ``session``, so that it looks after that has been torn down."""
    yield
    held = engine.sync_engine.pool.checkedout()
    assert held == 0, f"After the test {held} of its connections were not given back."


async def test_code_may_commit(session):
    for commits, email in enumerate(("ann@example.com", "bob@example.com"), 1):
        try:
            await sign_up(session, email)
            found = await count_users(session)
        except SQLAlchemyError as error:
            pytest.fail(f"Commit {commits} of the code, or the query after it: {told(error)}")
        assert found == commits, f"After {commits} commits the test sees {found} users."


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("turn", ["first", "second"])
async def test_nothing_is_left(session, engine, turn):
    before = await count_users(session)
    assert before == 0, f"The {turn} test begins with {before} users in the table."
    await sign_up(session)
    async with AsyncSession(engine) as another:
        seen = await count_users(another)
    assert seen == 0, f"Another connection sees {seen} user: it was really committed."


async def test_code_may_roll_back(session):
    await sign_up(session)
    session.add(User(email="bob@example.com", name="Bob"))
    await session.flush()
    await session.rollback()
    found = await count_users(session)
    assert found == 1, f"One sign-up was committed before the rollback, and {found} are left."
    await sign_up(session, "cat@example.com")


async def test_code_goes_on_after_an_error(session):
    await sign_up(session)
    with pytest.raises(IntegrityError):
        await sign_up(session)
    await session.rollback()
    await sign_up(session, "bob@example.com")
    found = await count_users(session)
    assert found == 2, f"Two sign-ups worked and one was refused; users in the table: {found}."


async def test_code_may_set_savepoints(session):
    session.add(User(email="ann@example.com", name="Ann"))
    await session.flush()
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            session.add(User(email="ann@example.com", name="Anna"))
    async with session.begin_nested():
        session.add(User(email="bob@example.com", name="Bob"))
    await session.commit()
    await session.rollback()
    found = await count_users(session)
    assert found == 2, f"One savepoint failed, and two users were committed. There are {found}."


async def test_objects_outlive_a_commit(session):
    user = await sign_up(session)
    try:
        name = user.name
    except SQLAlchemyError as error:
        pytest.fail(f"Reading user.name after a commit: {told(error)}")
    assert name == "Ann"


@pytest.mark.usefixtures("nothing_left")
async def test_a_test_may_end_in_the_middle(session):
    await sign_up(session)
    with pytest.raises(IntegrityError):
        await sign_up(session)


@pytest.mark.usefixtures("given_back")
async def test_the_engine_is_shared(session, engine):
    connection = await session.connection()
    shared = connection.sync_connection.engine is engine.sync_engine
    assert shared, "The session's connection belongs to another engine than the fixture engine."
    held = engine.sync_engine.pool.checkedout()
    assert held == 1, f"The test holds {held} connections, and needs one."


def told(error):
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:120]}"
