"""Models of your own, unlike the shop's: a schema, an odd name, foreign keys in a circle."""

import re
from textwrap import dedent

import pytest

import nomocks.testing
from tests.testing.projects import INI, run

MODELS = """
from sqlalchemy import ForeignKey, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateSchema

class Base(DeclarativeBase):
    metadata = MetaData(schema="sales")

event.listen(Base.metadata, "before_create", CreateSchema("sales"))

class Team(Base):
    __tablename__ = 'Team "A"; x'
    id: Mapped[int] = mapped_column(primary_key=True)
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("sales.person.id"))

class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
"""
TESTS = """
from sales import Person, Team

@pytest.mark.parametrize("time", range(3))
async def test_rows_go(session, time):
    assert await session.scalar(select(func.count()).select_from(Person)) == 0
    team, boss = Team(), Person()
    session.add_all([team, boss])
    await session.flush()
    team.boss_id, boss.team_id = boss.id, team.id
    await session.commit()

async def test_commits_past_the_isolation(database):
    engine = create_async_engine(database.url)
    async with AsyncSession(engine) as session, session.begin():
        session.add(Person())
    await engine.dispose()
"""
USERS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
"""
SALES = INI + "nomocks_metadata = sales:Base.metadata\n"


@pytest.mark.parametrize(
    ("strategy", "errors"),
    [("rollback", 1), ("truncate", 0), ("delete", 0), ("template", 0), ("recreate", 0)],
)
def test_every_isolation_takes_them(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, strategy: str, errors: int
) -> None:
    monkeypatch.syspath_prepend(pytester.path)
    pytester.makepyfile(sales=MODELS)
    result = run(pytester, TESTS, "--isolation", strategy, ini=SALES)
    result.assert_outcomes(passed=4, errors=errors)
    if errors:
        result.stdout.fnmatch_lines(["The test committed rows past * (sales.person): *"])


def test_the_settings_to_begin_with_are_all_that_it_takes(pytester: pytest.Pytester) -> None:
    assert nomocks.testing.__doc__
    settings, test = re.findall(r"::\n\n((?:    .+\n|\n)+)", nomocks.testing.__doc__)
    pytester.makepyfile(models=USERS)
    pytester.makeini(dedent(settings))
    pytester.makepyfile("from models import User\n\n" + dedent(test))
    pytester.runpytest_inprocess("-p", "no:xdist").assert_outcomes(passed=1)
