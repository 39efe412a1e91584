"""Each isolation keeps tests apart, and shows a test what it promises and no more."""

import re

import pytest

from tests.testing.projects import run

STRATEGIES = ("rollback", "truncate", "delete", "template", "recreate")
KEPT_APART = """
@pytest.mark.parametrize("time", range(3))
async def test_a_commit_is_seen_by_the_test_alone(session, time):
    assert await users(session) == 0
    session.add(ada())
    await session.commit()
    session.add(ada())
    with pytest.raises(IntegrityError):
        await session.commit()
    await session.rollback()
    assert await users(session) == 1

@pytest.mark.parametrize("time", range(2))
async def test_sessions_see_what_others_have_committed(sessions, session, time):
    async with sessions() as first:
        first.add(ada())
        await first.commit()
        first.add(ada("eve@example.org"))
        await first.rollback()
    async with sessions.begin() as second:
        assert await users(second) == 1
        second.add(ada("bob@example.org"))
    assert await users(session) == 2

async def test_all_fixtures_name_one_database(engine, database, connection, session, isolation):
    for each in (connection, session):
        assert await each.scalar(text("select current_database()")) == database.name
    assert engine.url.database == database.name == isolation.database.name

def test_without_a_database():
    pass

async def test_a_statement_that_fails_is_nobody_elses_trouble(session):
    with pytest.raises(DBAPIError):
        await session.execute(text("select 1 / 0"))
"""
PROMISES = """
async def test_first(session):
    session.add(ada())
    await session.commit()
    print("ID", await session.scalar(select(User.id)), "END")

async def test_second(session, engine, isolation):
    session.add(ada())
    await session.commit()
    print("ID", await session.scalar(select(User.id)), "END")
    before = await session.scalar(select(func.now()))
    await session.commit()
    async with engine.connect() as other:
        seen = await other.scalar(select(func.count()).select_from(User))
    moved = before != await session.scalar(select(func.now()))
    print("PROMISE", isolation.name, "others see:", seen, "now moves:", moved)
"""
ODD = """
from sqlalchemy import Column, ForeignKey, Identity, Integer, MetaData, Table, event
from sqlalchemy.schema import CreateSchema

META = MetaData()
LINES = 'odd "schema".Lines;--.id'
event.listen(META, "before_create", CreateSchema('odd "schema"'))
Table("order", META, Column("id", Integer, Identity(), primary_key=True),
      Column("Last Line", ForeignKey(LINES, use_alter=True, name="last")))
Table("Lines;--", META, Column("id", Integer, Identity(), primary_key=True),
      Column("of", ForeignKey("order.id"), nullable=False), schema='odd "schema"')

@pytest.fixture(scope="session")
def metadata():
    return META

async def fill(session):
    assert await session.scalar(text('select count(*) from "order"')) == 0
    order, lines = META.tables["order"], META.tables['odd "schema".Lines;--']
    (id,) = (await session.execute(order.insert().values().returning(order.c.id))).one()
    line = await session.scalar(lines.insert().values(of=id).returning(lines.c.id))
    await session.execute(order.update().values({"Last Line": line}))
    await session.commit()
    return id

async def test_one(session):
    await fill(session)

async def test_two(session, isolation):
    assert (await fill(session) == 1) == (isolation.name in ("truncate", "template", "recreate"))
"""


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_one_suite_passes_under_every_isolation_in_any_order(
    pytester: pytest.Pytester, strategy: str
) -> None:
    run(pytester, KEPT_APART, "--isolation", strategy, "-W", "error").assert_outcomes(passed=8)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_isolation_shows_what_it_promises(pytester: pytest.Pytester, strategy: str) -> None:
    result = run(pytester, PROMISES, "-s", "-p", "no:randomly", "--isolation", strategy)
    result.assert_outcomes(passed=2)
    real = strategy != "rollback"
    result.stdout.fnmatch_lines([f"*PROMISE {strategy} others see: {int(real)} now moves: {real}*"])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_sequences_go_on_after_rollback_and_delete_and_else_begin_anew(
    pytester: pytest.Pytester, strategy: str
) -> None:
    result = run(pytester, PROMISES, "-s", "-p", "no:randomly", "--isolation", strategy)
    first, second = map(int, re.findall(r"ID (\d+) END", result.stdout.str()))
    assert second == (first + 1 if strategy in ("rollback", "delete") else 1)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_marker_beats_the_option_which_beats_the_setting(
    pytester: pytest.Pytester, strategy: str
) -> None:
    tests = f"""
def test_option(isolation):
    assert isolation.name == "truncate"

@pytest.mark.isolation("template")
class TestClass:
    def test_class(self, isolation):
        assert isolation.name == "template"

    @pytest.mark.isolation("{strategy}")
    def test_marker(self, isolation):
        assert isolation.name == "{strategy}"
"""
    arguments = ("-o", "nomocks_isolation=recreate", "--isolation", "truncate")
    run(pytester, tests, *arguments).assert_outcomes(passed=3)


def test_the_setting_beats_the_default(pytester: pytest.Pytester) -> None:
    tests = "def test_it(isolation):\n    assert isolation.name == 'delete'"
    run(pytester, tests, "-o", "nomocks_isolation=delete").assert_outcomes(passed=1)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_module_may_mix_isolations(pytester: pytest.Pytester, strategy: str) -> None:
    tests = f"""
async def test_default(session):
    assert await users(session) == 0
    session.add(ada())
    await session.commit()

@pytest.mark.isolation("{strategy}")
@pytest.mark.parametrize("time", range(2))
async def test_marked(session, time):
    assert await users(session) == 0
    session.add(ada())
    await session.commit()
"""
    run(pytester, tests).assert_outcomes(passed=3)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_variant_of_the_schema_holds_for_one_test_only(
    pytester: pytest.Pytester, strategy: str
) -> None:
    tests = """
class WithoutUnique:
    statements = ("ALTER TABLE users DROP CONSTRAINT uq_users_email",)

@pytest.fixture
def variant(request):
    return WithoutUnique() if "changed" in request.node.name else None

@pytest.mark.parametrize("time", range(2))
async def test_changed(session, time):
    session.add_all([ada(), ada()])
    await session.commit()
    assert await users(session) == 2

@pytest.mark.parametrize("time", range(2))
async def test_as_it_is(session, time):
    session.add_all([ada(), ada()])
    with pytest.raises(IntegrityError):
        await session.commit()
"""
    run(pytester, tests, "--isolation", strategy).assert_outcomes(passed=4)


@pytest.mark.parametrize("strategy", ["truncate", "delete"])
def test_tables_with_odd_names_schemas_and_cycles_are_emptied(
    pytester: pytest.Pytester, strategy: str
) -> None:
    result = run(pytester, ODD, "-p", "no:randomly", "--isolation", strategy)
    result.assert_outcomes(passed=2)


def test_ddl_that_a_test_commits_is_gone_with_its_own_database(pytester: pytest.Pytester) -> None:
    tests = """
@pytest.mark.parametrize("time", range(2))
async def test_it(session, time):
    await session.execute(text("create table notes (id int)"))
    await session.commit()
"""
    for strategy in ("template", "recreate"):
        run(pytester, tests, "--isolation", strategy).assert_outcomes(passed=2)


def test_what_a_trigger_writes_on_delete_is_cleaned_too(pytester: pytest.Pytester) -> None:
    tests = """
class Logged:
    statements = (
        "CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO outbox (topic, payload) VALUES ('gone', '{}'); RETURN OLD; END $$",
        "CREATE TRIGGER log AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION log()",
    )

@pytest.fixture
def variant():
    return Logged()

@pytest.mark.parametrize("time", range(2))
async def test_it(session, time):
    assert await session.scalar(text("select count(*) from outbox")) == 0
    session.add(ada())
    await session.commit()
"""
    run(pytester, tests, "--isolation", "delete").assert_outcomes(passed=2)
