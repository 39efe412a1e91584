"""Tries save() with rows that are taken and rows that are refused."""

import answer
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from shop.models import User

# Schemas differ in what they call a constraint.
EMAIL_RULE = text(
    "SELECT conname::text FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'u'"
)


def a_user(name: str | None = "Ann", email: str = "ann@example.com") -> User:
    return User(email=email, name=name)


async def emails(session) -> list[str]:
    """The addresses that are in the database; what was only added is left where it is."""
    with session.no_autoflush:
        return list(await session.scalars(select(User.email).order_by(User.email)))


async def test_a_good_row_is_stored(session):
    told = await answer.save(session, a_user())
    assert told is None, f"save returned {told!r} for a row that was taken, and not None."
    found = await emails(session)
    assert found == ["ann@example.com"], "After save, the user is not in the database."


async def test_it_names_the_constraint(session):
    await answer.save(session, a_user())
    told = await answer.save(session, a_user("Anna"))
    rule = await session.scalar(EMAIL_RULE)
    right = repr(told) == repr(rule)  # an object that equals everything is no name
    assert right, f"For an email that is taken save returned {told!r}, and not {rule!r}."


async def test_it_names_a_missing_value(session):
    told = await answer.save(session, a_user(name=None))
    right = repr(told) == repr("users.name")
    assert right, f"Without a name save returned {told!r}, and not 'users.name'."


async def test_the_session_goes_on(session):
    await answer.save(session, a_user())
    await answer.save(session, a_user("Anna"))
    await answer.save(session, a_user("Bob", "bob@example.com"))
    found = await emails(session)
    assert found[-1:] == ["bob@example.com"], "A row saved after a refusal is not there."


async def test_what_came_before_is_kept(session):
    session.add(a_user())
    await session.flush()
    session.add(a_user("Bob", "bob@example.com"))
    told = await answer.save(session, a_user("Anna"))
    assert told is not None, "save returned None for an email that is taken."
    found = await emails(session)
    expected = ["ann@example.com", "bob@example.com"]
    assert found == expected, f"Before the refusal there were {expected}; after it, {found}."


async def test_other_errors_are_passed_on(session):
    try:
        told = await answer.save(session, a_user("A" * 101))
    except DBAPIError:
        return
    pytest.fail(f"For a name that is too long save returned {told!r}; it should have raised.")


async def test_the_caller_decides(session):
    await answer.save(session, a_user())
    assert await emails(session), "After save, the user is not in the database."
    await answer.save(session, a_user("Anna"))
    await session.rollback()
    assert await emails(session) == [], "The caller has rolled back, and the user is still there."
