"""What a test leaves behind is reported on that test, in one sentence, and hurts no other."""

import pytest

from tests.testing.projects import complaints, run

EACH = {
    "stray": (
        """
async def test_bad(session, engine):
    async with AsyncSession(engine) as other:
        other.add(ada())
        await other.commit()
""",
        "The test committed rows past the isolation rollback, by its connection's own commit() or "
        "on another connection (users)",
    ),
    "its own engine": (
        """
async def test_bad(session, database):
    engine = create_async_engine(database.url)
    async with engine.begin() as connection:
        await connection.execute(text("insert into users (email, name) values ('a', 'b')"))
    await engine.dispose()
""",
        "The test committed rows past the isolation rollback",
    ),
    "the outer transaction": (
        """
async def test_bad(connection):
    await connection.execute(text("insert into users (email, name) values ('a', 'b')"))
    await connection.commit()
""",
        "The test committed rows past the isolation rollback",
    ),
    "session": (
        """
async def test_bad(sessions):
    session = sessions()
    await session.execute(text("select 1"))  # HERE
""",
        "The test left a session open, begun at {file}:{line}",
    ),
    "session of the engine": (
        """
async def test_bad(engine):
    session = AsyncSession(engine)
    session.add(ada())
    await session.flush()  # HERE
""",
        "The test left a connection open, taken at {file}:{line}",
    ),
    "connection": (
        """
async def test_bad(engine):
    connection = await engine.connect()  # HERE
    await connection.execute(text("insert into users (email, name) values ('a', 'b')"))
""",
        "The test left a connection open, taken at {file}:{line}",
    ),
    "several": (
        """
async def test_bad(engine):
    for _ in range(3):
        await engine.connect()  # HERE
""",
        "The test left 3 connections open, taken at {file}:{line} (3 times)",
    ),
    "before truncate": (
        """
@pytest.mark.isolation("truncate")
async def test_bad(session, engine):
    connection = await engine.connect()  # HERE
    await connection.execute(text("select * from users"))
""",
        "The test left a connection open, taken at {file}:{line}",
    ),
    "before recreate": (
        """
@pytest.mark.isolation("recreate")
async def test_bad(session, engine):
    connection = await engine.connect()  # HERE
    await connection.execute(text("select * from users"))
""",
        "The test left a connection open, taken at {file}:{line}",
    ),
    "a driver's": (
        """
LEFT = []

@pytest.mark.isolation("truncate")
def test_bad(database):
    import psycopg
    url = database.sync_url.set(drivername="postgresql").render_as_string(hide_password=False)
    LEFT.append(psycopg.connect(url))
    LEFT[0].execute("select * from users")

@pytest.fixture(scope="module", autouse=True)
def _close():
    yield
    for connection in LEFT:
        connection.close()
""",
        "The test left a transaction open whose locks were in the way, so it was ended: close its "
        "connection. Its last statement was: select * from users",
    ),
    "a table dropped": (
        """
@pytest.mark.isolation("delete")
async def test_bad(session):
    await session.execute(text("drop table reviews"))
    await session.commit()
""",
        "The database can't be used for another test",
    ),
    "a task": (
        """
TASKS = []

async def test_bad(session):
    TASKS.append(asyncio.create_task(asyncio.sleep(60)))
    await asyncio.sleep(0)
""",
        "The test left tasks running (sleep)",
    ),
    "a task that goes on writing": (
        """
async def keep_writing(sessions):
    while True:
        async with sessions.begin() as session:
            session.add(ada(f"{len(TASKS)}-{asyncio.get_running_loop().time()}@example.org"))

TASKS = []

@pytest.mark.isolation("delete")
async def test_bad(session, sessions):
    TASKS.append(asyncio.create_task(keep_writing(sessions)))
    while not await users(session):
        await session.rollback()
""",
        "The test left tasks running (keep_writing): await them all.",
    ),
    "a session that gather shared": (
        """
async def add(session, email):
    session.add(ada(email))
    await session.flush()

@pytest.mark.isolation("delete")
async def test_bad(session):
    both = asyncio.gather(add(session, "a"), add(session, "b"), return_exceptions=True)
    asyncio.get_running_loop().call_soon(lambda: None)
    TASKS.append(both)
    await asyncio.sleep(0)

TASKS = []
""",
        "The test left tasks running (add): await them all.",
    ),
}
GOOD = """
@pytest.mark.parametrize("time", range(3))
async def test_good(session, time):
    assert await users(session) == 0
    session.add(ada())
    await session.commit()
    await session.execute(text("select * from reviews"))
"""


@pytest.mark.parametrize(("tests", "sentence"), EACH.values(), ids=EACH.keys())
def test_the_test_that_left_something_is_named_and_no_other(
    pytester: pytest.Pytester, tests: str, sentence: str
) -> None:
    result = run(pytester, tests + GOOD)
    result.assert_outcomes(passed=4, errors=1)
    (file,) = pytester.path.glob("test_*.py")
    lines = [n for n, line in enumerate(file.read_text().splitlines(), 1) if "# HERE" in line]
    expected = sentence.format(file=file.name, line=lines[0] if lines else "")
    said = complaints(result)
    assert list(said) == ["test_bad"]
    assert said["test_bad"].startswith(expected)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ('"trunkate"', 'The marker isolation says "trunkate", which names no isolation'),
        ("", "The marker isolation takes one name and nothing else"),
        ('"delete", "truncate"', "The marker isolation takes one name and nothing else"),
        ('name="delete"', "The marker isolation takes one name and nothing else"),
        ("3", "The marker isolation takes one name and nothing else"),
    ],
)
def test_a_marker_that_makes_no_sense_is_reported_on_its_test(
    pytester: pytest.Pytester, marker: str, sentence: str
) -> None:
    tests = f"@pytest.mark.isolation({marker})\ndef test_bad():\n    pass\n"
    result = run(pytester, tests + GOOD)
    result.assert_outcomes(passed=3, errors=1)
    assert complaints(result)["test_bad"].startswith(sentence)


@pytest.mark.parametrize("arguments", [("--isolation", "none"), ("-o", "nomocks_isolation=none")])
def test_an_unknown_isolation_of_the_whole_run_is_a_usage_error(
    pytester: pytest.Pytester, arguments: tuple[str, str]
) -> None:
    result = run(pytester, GOOD, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "none" in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


def test_a_pool_that_is_used_up_names_who_holds_its_connections(pytester: pytest.Pytester) -> None:
    tests = """
@pytest.fixture(scope="session")
def engine_options():
    return {"pool_size": 1, "max_overflow": 1, "pool_timeout": 0.01}

async def test_bad(engine):
    async with engine.connect(), engine.connect(), engine.connect():  # HERE
        pass
"""
    result = run(pytester, tests + GOOD)
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.re_match_lines([r"E +Its connections are held by test_\w+\.py:\d+ \(2 times\)\."])


def test_sessions_in_turns_on_one_connection_are_refused(pytester: pytest.Pytester) -> None:
    tests = """
async def test_bad(sessions):
    async with sessions() as one, sessions() as other:
        await one.execute(text("select 1"))
        await other.execute(text("select 1"))
        one.add(ada())
        await one.commit()

@pytest.mark.isolation("delete")
async def test_apart(sessions):
    async with sessions() as one, sessions() as other:
        await one.execute(text("select 1"))
        await other.execute(text("select 1"))
        one.add(ada())
        await one.commit()
"""
    result = run(pytester, tests + GOOD)
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.re_match_lines(
        [r"E .*SessionsOverlap: The session begun at test_\w+\.py:\d+ goes on while the one begun"]
    )


def test_tasks_with_a_session_each_are_told_of_the_one_connection(
    pytester: pytest.Pytester,
) -> None:
    tests = """
async def test_bad(sessions):
    async def one(number):
        async with sessions() as session:
            session.add(ada(f"{number}@example.org"))
            await session.commit()
    await asyncio.gather(one(1), one(2), return_exceptions=False)
"""
    result = run(pytester, tests + GOOD)
    assert result.parseoutcomes()["passed"] == 3
    assert result.parseoutcomes()["failed"] == 1
    assert 'pytest.mark.isolation("delete")' in result.stdout.str()


@pytest.mark.parametrize("strategy", ["template", "recreate"])
def test_a_database_of_ones_own_is_refused_where_the_isolation_gives_one(
    pytester: pytest.Pytester, strategy: str
) -> None:
    tests = """
@pytest.fixture
def database(worker_database):
    return worker_database

async def test_bad(session):
    pass
"""
    result = run(pytester, tests, "--isolation", strategy)
    assert complaints(result)["test_bad"].startswith(f"The isolation {strategy} gives the test a")


def test_an_engine_of_ones_own_is_refused_where_nothing_would_be_cleaned(
    pytester: pytest.Pytester,
) -> None:
    tests = """
@pytest.fixture
async def engine(server):
    engine = create_async_engine(server.url.set(drivername="postgresql+asyncpg"))
    yield engine
    await engine.dispose()

async def test_bad(session):
    pass
"""
    result = run(pytester, tests, "--isolation", "delete")
    assert complaints(result)["test_bad"].startswith("The isolation delete works on the database")


def test_rows_of_a_wider_fixture_are_not_held_against_a_test(pytester: pytest.Pytester) -> None:
    tests = """
@pytest.fixture(scope="module", autouse=True)
async def seeded(server, metadata):
    from nomocks.testing.databases import process_database
    engine = create_async_engine(process_database(server, metadata).url)
    async with engine.begin() as connection:
        await connection.execute(text("insert into users (email, name) values ('a', 'b')"))
    yield
    async with engine.begin() as connection:
        await connection.execute(text("delete from users"))
    await engine.dispose()

@pytest.mark.parametrize("time", range(2))
async def test_it(session, engine, time):
    async with AsyncSession(engine) as other:
        assert await users(other) == await users(session) == 1
"""
    run(pytester, tests).assert_outcomes(passed=2)
