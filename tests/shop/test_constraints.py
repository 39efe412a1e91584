"""Violated constraints, as the shop's own errors."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from shop.errors import EmailTaken
from shop.models import User
from shop.services.constraints import savepoint

TAKEN = {"uq_users_email": EmailTaken("ada@example.org is already registered.")}


def ada(**columns):
    return User(**({"email": "ada@example.org", "name": "Ada"} | columns))


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
async def test_either_driver_tells_which_constraint_was_violated(fresh_database, driver):
    url = {"asyncpg": fresh_database.url, "psycopg": fresh_database.sync_url}[driver]
    engine = create_async_engine(url)
    async with AsyncSession(engine) as session:
        session.add(ada())
        with pytest.raises(EmailTaken):
            async with savepoint(session, TAKEN):
                session.add(ada())
    await engine.dispose()


async def test_a_violation_that_was_not_expected_is_passed_on(session):
    with pytest.raises(IntegrityError, match="name"):
        async with savepoint(session, TAKEN):
            session.add(ada(name=None))
    assert await session.scalar(select(func.count()).select_from(User)) == 0


async def test_what_was_done_before_the_savepoint_is_kept(session):
    async with savepoint(session, TAKEN):
        session.add(ada())
    with pytest.raises(EmailTaken):
        async with savepoint(session, TAKEN):
            session.add_all([ada(email="bob@example.org"), ada()])
    assert (await session.scalars(select(User.email))).all() == ["ada@example.org"]
