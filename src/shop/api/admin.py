"""What administrators see and do."""

import csv
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import selectinload

from shop.api.dependencies import Session, Sessions, administrator
from shop.api.schemas import Id, Limit, Offset, OrderOut, PageOut, UserOut
from shop.models import Order, OrderStatus, Role, User
from shop.services import orders, users
from shop.services.pages import Page

router = APIRouter(prefix="/admin", tags=["admin"], dependencies=[Depends(administrator)])
COLUMNS = ("id", "user_id", "status", "placed_at", "total")
BATCH = 500  # orders in memory at a time


class Echo:
    """A file for the csv module that hands each line back."""

    def write(self, line: str) -> str:
        return line


@router.get("/orders", response_model=PageOut[OrderOut])
async def list_all_orders(
    session: Session, status: OrderStatus | None = None, limit: Limit = 20, offset: Offset = 0
) -> Page[Order]:
    return await orders.page_of_orders(session, status=status, limit=limit, offset=offset)


@router.get("/orders.csv", response_class=StreamingResponse)
async def export_orders(sessions: Sessions) -> StreamingResponse:
    return StreamingResponse(_lines(sessions), media_type="text/csv")


async def _lines(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[str]:
    """The orders from a cursor on the server, so that memory does not grow with their number."""
    write = csv.writer(Echo()).writerow
    yield write(COLUMNS)
    # A session of its own, because the request's has ended when the body is sent.
    async with sessions() as session:
        query = (
            select(Order)
            .where(Order.deleted_at.is_(None))
            .options(selectinload(Order.items))
            .order_by(Order.id)
            .execution_options(yield_per=BATCH)
        )
        async for order in await session.stream_scalars(query):
            placed_at = order.placed_at.isoformat()
            yield write((order.id, order.user_id, order.status, placed_at, orders.total_of(order)))


@router.get("/users", response_model=PageOut[UserOut])
async def list_users(
    session: Session,
    role: Role | None = None,
    active: bool | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[User]:
    return await users.list_users(session, role=role, active=active, limit=limit, offset=offset)


@router.post("/orders/{id}/ship", response_model=OrderOut)
async def ship_order(id: Id, session: Session) -> Order:
    return await orders.ship_order(session, id)


@router.post("/users/{id}/suspend", response_model=UserOut)
async def suspend_user(id: Id, session: Session) -> User:
    return await users.suspend(session, id)
