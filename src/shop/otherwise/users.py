"""Who uses the shop: a statement for each change."""

from typing import Any

from sqlalchemy import func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import EmailTaken, NotFound
from shop.models import Role, User
from shop.otherwise.pages import counted_page
from shop.passwords import hash_password, verify_password
from shop.services.pages import Page


async def register(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    password: str | None = None,
    role: Role = Role.CUSTOMER,
) -> User:
    values: dict[str, Any] = {"email": email.strip().lower(), "name": name, "role": role}
    if password is not None:
        values["password_hash"] = hash_password(password)
    added = insert(User).values(values).on_conflict_do_nothing().returning(User)
    async with session.begin_nested():  # a text too long for its column ends this alone
        user = await session.scalar(added)
    if user is None:
        raise EmailTaken(f"{values['email']} is already registered.")
    return user


async def authenticate(session: AsyncSession, email: str, password: str) -> User | None:
    admitted = select(User).where(
        User.email == email.strip().lower(), User.active, User.suspended_at.is_(None)
    )
    user = (await session.scalars(admitted)).one_or_none()
    known = None if user is None else user.password_hash
    return user if verify_password(password, known) else None


async def get_user(session: AsyncSession, id: int) -> User | None:
    return (await session.scalars(select(User).filter_by(id=id))).one_or_none()


async def list_users(
    session: AsyncSession,
    *,
    role: Role | None = None,
    active: bool | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[User]:
    query = select(User).where(
        true() if role is None else User.role == role,
        true() if active is None else User.active.is_(active),
    )
    return await counted_page(session, query.order_by(User.id), limit=limit, offset=offset)


async def suspend(session: AsyncSession, id: int) -> User:
    return await _set_suspended(session, id, func.coalesce(User.suspended_at, func.now()))


async def reinstate(session: AsyncSession, id: int) -> User:
    return await _set_suspended(session, id, None)


async def _set_suspended(session: AsyncSession, id: int, value: Any) -> User:
    changed = update(User).where(User.id == id).values(suspended_at=value).returning(User)
    user = await session.scalar(
        changed, execution_options={"populate_existing": True, "synchronize_session": False}
    )
    if user is None:
        raise NotFound(f"There is no user {id}.")
    return user
