"""Pages that count while they read."""

from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.services.pages import Page, check_bounds

T = TypeVar("T")


async def counted_page(
    session: AsyncSession, query: Select[T], *, limit: int, offset: int
) -> Page[T]:
    """One page of the query; the total comes with each row, and alone when there is no row."""
    check_bounds(limit, offset)
    with_total = query.add_columns(func.count().over().label("total"))
    rows = (await session.execute(with_total.limit(limit).offset(offset))).all()
    if rows:
        return Page(tuple(row[0] for row in rows), rows[0].total)
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    return Page((), await session.scalar(counted) or 0)
