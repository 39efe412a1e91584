"""The database's constraints, and the shop's errors that they stand for."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import ShopError


@asynccontextmanager
async def savepoint(session: AsyncSession, errors: Mapping[str, ShopError]) -> AsyncIterator[None]:
    """Flush what the block does inside a savepoint, so that the session outlives a refusal.

    Raises the error named for the constraint that was violated, else SQLAlchemy's own.
    """
    try:
        async with session.begin_nested():
            yield
    except IntegrityError as error:
        if told := errors.get(violated_constraint(error)):
            raise told from error
        raise


def violated_constraint(error: IntegrityError) -> str:
    """The constraint's name, as asyncpg or psycopg tells it; empty when it has none."""
    cause = error.driver_exception
    return getattr(getattr(cause, "diag", cause), "constraint_name", None) or ""
