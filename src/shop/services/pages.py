"""Two ways to read a long list: pages with a total count, and slices that follow a cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import Invalid

T = TypeVar("T")
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of the list, and how many there are in all."""

    items: tuple[T, ...]
    total: int


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Some of the list, and the cursor after which the next one begins; none at the end."""

    items: tuple[T, ...]
    next: str | None


async def read_page(session: AsyncSession, query: Select[T], *, limit: int, offset: int) -> Page[T]:
    """One page of the query, which must be ordered by something unique."""
    check_bounds(limit, offset)
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    found = await session.scalars(query.limit(limit).offset(offset))
    return Page(tuple(found), await session.scalar(counted) or 0)


def check_bounds(limit: int, offset: int = 0) -> None:
    """Raises Invalid unless limit is at least 1 and offset at least 0."""
    if limit < 1 or offset < 0:
        raise Invalid("A page has a limit of at least 1 and an offset of at least 0.")


def write_cursor(placed_at: datetime, id: int) -> str:
    """A place in the list, in letters that a URL may hold."""
    return urlsafe_b64encode(f"{placed_at.isoformat()} {id}".encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, int]:
    """The place that `write_cursor` wrote. Raises Invalid if it is anything else."""
    try:
        time, _, number = urlsafe_b64decode(cursor.encode("ascii")).decode().partition(" ")
        placed_at, id = datetime.fromisoformat(time), int(number)
        in_range = 0 < id <= LARGEST_ID and placed_at.tzinfo and placed_at.astimezone(UTC)
    except (ValueError, OverflowError):
        in_range = None
    if not in_range:
        raise Invalid(f"{cursor!r} is no cursor: take the one that came with the slice before.")
    return placed_at, id
