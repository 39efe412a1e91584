"""Who uses the shop, and who may."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import EmailTaken, NotFound
from shop.models import Role, User
from shop.passwords import hash_password, verify_password
from shop.services.constraints import savepoint
from shop.services.pages import Page, read_page


async def register(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    password: str | None = None,
    role: Role = Role.CUSTOMER,
) -> User:
    """A new user; the address is kept stripped and in lower case. Raises EmailTaken."""
    address = normalized(email)
    user = User(
        email=address,
        name=name,
        password_hash=None if password is None else hash_password(password),
        role=role,
    )
    taken = EmailTaken(f"{address} is already registered.")
    async with savepoint(session, {"uq_users_email": taken}):
        session.add(user)
    return user


async def authenticate(session: AsyncSession, email: str, password: str) -> User | None:
    """The user with this address and password; none if suspended, inactive or without one."""
    user = await session.scalar(select(User).where(User.email == normalized(email)))
    matches = verify_password(password, user.password_hash if user else None)
    if user is None or not matches or not user.active or user.suspended_at is not None:
        return None
    return user


async def get_user(session: AsyncSession, id: int) -> User | None:
    return await session.scalar(select(User).where(User.id == id))


async def list_users(
    session: AsyncSession,
    *,
    role: Role | None = None,
    active: bool | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[User]:
    """Users in order of id. A suspended one still counts as active: `active` is the column."""
    query = select(User).order_by(User.id)
    if role is not None:
        query = query.where(User.role == role)
    if active is not None:
        query = query.where(User.active == active)
    return await read_page(session, query, limit=limit, offset=offset)


async def suspend(session: AsyncSession, id: int) -> User:
    """Shut the user out; one who already is keeps the earlier time. Raises NotFound."""
    user = await find_user(session, id)
    if user.suspended_at is None:
        user.suspended_at = await session.scalar(select(func.now()))
        await session.flush()
    return user


async def reinstate(session: AsyncSession, id: int) -> User:
    """Let a suspended user in again. Raises NotFound."""
    user = await find_user(session, id)
    user.suspended_at = None
    await session.flush()
    return user


async def find_user(session: AsyncSession, id: int) -> User:
    """As `get_user`, but raises NotFound."""
    user = await get_user(session, id)
    if user is None:
        raise NotFound(f"There is no user {id}.")
    return user


def normalized(email: str) -> str:
    return email.strip().lower()
