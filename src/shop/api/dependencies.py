"""What a request needs: a session in a transaction, who is asking, and the payment provider.

Tests override ``get_sessions``, and nothing else: every session comes from there. All of them are
asynchronous, as FastAPI calls any other function in a thread.
"""

from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import Depends, HTTPException, Request, status
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.api.schemas import Id
from shop.api.tokens import user_id_of
from shop.config import Settings
from shop.errors import NotFound
from shop.models import Order, Role, User
from shop.provider import PaymentProvider
from shop.services import orders, users


async def get_settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


async def get_sessions(request: Request) -> async_sessionmaker[AsyncSession]:
    return cast(async_sessionmaker[AsyncSession], request.app.state.sessions)


async def get_provider(request: Request) -> PaymentProvider:
    return PaymentProvider(request.app.state.http)


CurrentSettings = Annotated[Settings, Depends(get_settings)]
Sessions = Annotated[async_sessionmaker[AsyncSession], Depends(get_sessions)]
Provider = Annotated[PaymentProvider, Depends(get_provider)]


async def get_session(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """One transaction a request: committed if all went well, else rolled back."""
    async with sessions() as session:
        yield session
        await session.commit()


# With FastAPI's default scope, "request", the client would hear of success before the commit.
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
Token = Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="token"))]


async def logged_in(token: Token, session: Session, settings: CurrentSettings) -> User:
    """Who is asking. Answers 401 without a valid token of an active user."""
    user_id = user_id_of(token, settings)
    user = await users.get_user(session, user_id) if user_id else None
    if user is None or not user.active or user.suspended_at:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED, "Log in first.", {"WWW-Authenticate": "Bearer"}
        )
    return user


CurrentUser = Annotated[User, Depends(logged_in)]


async def administrator(user: CurrentUser) -> User:
    """The same, for administrators alone. Answers 403 to others."""
    if user.role is not Role.ADMIN:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Only an administrator may do this.")
    return user


async def own_order(id: Id, user: CurrentUser, session: Session) -> Order:
    """An order of the user's own. Another's is not found, as if there were none."""
    order = await orders.get_order(session, id)
    if order is None or order.user_id != user.id:
        raise NotFound(f"There is no order {id}.")
    return order


OwnOrder = Annotated[Order, Depends(own_order)]
