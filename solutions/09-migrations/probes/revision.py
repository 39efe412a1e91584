"""Runs a revision up, down and up again, over rows that break a careless one."""

import time

import answer
import pytest
from given import MEMBERS_BEFORE, Base, MigrationContext, Operations, text
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from nomocks.testing.migrations import differences, schema_of

MOST = 25  # statements
PATIENCE = 2  # seconds; more than is allowed, as the machine may be busy
ENOUGH = "SET LOCAL statement_timeout = '2500ms'"  # then the server ends a wait
ROWS = "SELECT email, tier::text, points FROM members ORDER BY id"
LEVELS = {
    "gold": "gold",
    "Silver": "silver",
    " GOLD ": "gold",
    "basic": "basic",
    "": "basic",
    "  ": "basic",
    None: "basic",
}


class Members:
    """The table, in a transaction that is rolled back after the test."""

    def __init__(self, connection):
        self.connection = connection

    async def sql(self, statement, **values):
        result = await self.connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []

    async def add(self, *members):
        for number, (email, level, points) in enumerate(members, 1):
            await self.sql(
                """INSERT INTO members (id, email, level, points)
                    VALUES (:id, :email, :level, :points)""",
                id=number,
                email=email,
                level=level,
                points=points,
            )

    async def go(self, name):
        way = getattr(answer, name, None)
        assert callable(way), f"Your cell has no function {name}."

        def run(connection):
            with Operations.context(MigrationContext.configure(connection)):
                way()

        await self.connection.run_sync(run)

    async def up(self):
        await told(self.go("upgrade"), "upgrade")

    async def down(self):
        await told(self.go("downgrade"), "downgrade")

    async def schema(self):
        return await self.connection.run_sync(schema_of)


async def told(step, name):
    try:
        await step
    except DBAPIError as error:
        pytest.fail(failing(name, error))


def failing(name, error):
    message = str(error.orig)
    message = message.partition(">: ")[2] or message
    return f"{name} fails: {message.partition(chr(10))[0]}"


def same(one, other, *names):
    found = differences(one, other, names)
    assert not found, found[0]


@pytest.fixture
async def model(engine):
    """The schema that the model makes. Set up before the table, which has the same name."""
    async with engine.connect() as connection:
        await connection.run_sync(Base.metadata.create_all)
        found = await connection.run_sync(schema_of)
        await connection.rollback()
    return found


@pytest.fixture
async def members(engine):
    async with engine.connect() as connection:
        for statement in MEMBERS_BEFORE:
            await connection.execute(text(statement))
        yield Members(connection)
        await connection.rollback()


async def test_the_table_is_what_the_model_says(model, members):
    await members.up()
    same(model, await members.schema(), "the model", "what upgrade made")


async def test_levels_become_tiers(members):
    await members.add(*[(f"m{n}@a.org", level, 5) for n, level in enumerate(LEVELS)])
    await members.up()
    for (_, tier, _), (level, expected) in zip(
        await members.sql(ROWS), LEVELS.items(), strict=True
    ):
        assert tier == expected, f"The level {level!r} became the tier {tier!r}."


async def test_an_unknown_level_stops_it(members):
    await members.add(("ann@a.org", "gold", 5), ("bob@a.org", "silver", 5))
    async with members.connection.begin_nested() as attempt:
        await members.up()
        await attempt.rollback()
    await members.sql("UPDATE members SET level = 'platinum' WHERE id = 2")
    try:
        await members.go("upgrade")
    except Exception:
        return
    pytest.fail("Bob's level is 'platinum', and upgrade raises no error.")


async def test_points_are_kept(members):
    given = [7, 0, None, -3, 2_000_000]
    await members.add(*[(f"m{n}@a.org", "gold", points) for n, points in enumerate(given)])
    await members.up()
    for (_, _, points), before in zip(await members.sql(ROWS), given, strict=True):
        assert points == max(before or 0, 0), f"{before} points became {points}."


async def test_the_first_of_the_same_stays(members):
    await members.add(
        ("ann@a.org", "gold", 1),
        ("Bob@a.org", "silver", 10),
        ("Ann@a.org", None, 20),
        ("bob@A.org", "gold", None),
        ("ANN@A.ORG", "basic", 300),
        ("cat@a.org", None, 4),
    )
    await members.up()
    assert await members.sql(ROWS) == [
        ("ann@a.org", "gold", 321),
        ("Bob@a.org", "silver", 10),
        ("cat@a.org", "basic", 4),
    ], "Of ann, Ann and ANN (1, 20 and 300 points), Bob and bob, and cat, others were left."


async def test_downgrade_gives_back_the_table(members):
    before = await members.schema()
    await members.up()
    await members.down()
    same(before, await members.schema(), "the table before", "what downgrade left")


async def test_members_come_back(members):
    await members.add(("ann@a.org", "Gold", 5), ("bob@a.org", None, None))
    await members.up()
    await members.down()
    found = await members.sql("SELECT email, level, points FROM members ORDER BY id")
    assert found == [("ann@a.org", "gold", 5), ("bob@a.org", "basic", 0)], (
        f"A gold member with 5 points and one without a level came back as {found}."
    )


async def test_it_goes_up_again(members):
    await members.add(("ann@a.org", "Gold", 5), ("Ann@a.org", "silver", None))
    await members.up()
    schema, rows = await members.schema(), await members.sql(ROWS)
    await members.down()
    await members.up()
    same(schema, await members.schema(), "the first upgrade", "the second")
    assert await members.sql(ROWS) == rows, "The second time, upgrade made other rows."


async def test_it_does_not_go_through_row_by_row(members):
    await members.sql(
        """INSERT INTO members (email, level, points)
            SELECT CASE WHEN n > 400 THEN 'M' ELSE 'm' END || n % 400 || '@a.org', 'gold', n
            FROM generate_series(1, 600) AS n"""
    )
    for way in (members.up, members.down):
        sent = []
        note = sent.append
        engine = members.connection.sync_connection

        def noting(*arguments, note=note):
            note(arguments[2])

        event.listen(engine, "before_cursor_execute", noting)
        await way()
        event.remove(engine, "before_cursor_execute", noting)
        assert len(sent) <= MOST, f"For 600 members, {way.__name__} sends {len(sent)} statements."


@pytest.fixture
async def committed(engine):
    """The table where other connections see it."""
    async with engine.begin() as connection:
        for statement in MEMBERS_BEFORE:
            await connection.execute(text(statement))
    yield
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE members"))
        await connection.execute(text("DROP TYPE IF EXISTS member_tier"))


@pytest.mark.usefixtures("committed")
async def test_it_does_not_wait_for_a_lock(engine):
    async with engine.connect() as other, engine.connect() as connection:
        for way in ("upgrade", "downgrade"):
            if way == "downgrade":
                await Members(connection).up()
                await connection.commit()
            await other.execute(text("LOCK TABLE members IN ACCESS SHARE MODE"))
            await connection.execute(text(ENOUGH))
            began = time.monotonic()
            try:
                await Members(connection).go(way)
            except Exception:  # of the server, or of the answer's own
                waited = time.monotonic() - began
            else:
                pytest.fail(f"Somebody reads the table, and {way} does nothing that needs a lock.")
            await connection.rollback()
            await other.rollback()
            assert waited < PATIENCE, (
                f"Somebody reads the table: {way} waits for longer than a second, "
                "and everybody who comes later waits behind it."
            )
        await Members(connection).down()
        await connection.commit()
