"""The application: its routes, what it holds while it runs, and how it answers errors."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi_offline import FastAPIOffline
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from shop.api import accounts, admin, catalogue, orders
from shop.api.dependencies import Session
from shop.config import Settings
from shop.errors import Conflict, Invalid, NotFound, ProviderDown, ShopError
from shop.provider import client_of

STATUS: dict[type[ShopError], int] = {
    NotFound: status.HTTP_404_NOT_FOUND,
    Conflict: status.HTTP_409_CONFLICT,
    Invalid: status.HTTP_422_UNPROCESSABLE_CONTENT,
    ProviderDown: status.HTTP_503_SERVICE_UNAVAILABLE,
}


def create_app(settings: Settings | None = None) -> FastAPI:
    """The shop's application; it connects to nothing before its first request."""
    app = FastAPIOffline(
        title="Shop",
        redoc_url=None,  # the page at /docs is enough, and loads nothing from elsewhere
        lifespan=lifespan,
        exception_handlers={
            RequestValidationError: refuse,
            **{kind: answering(code) for kind, code in STATUS.items()},
        },
    )
    app.state.settings = settings or Settings()
    for module in (accounts, catalogue, orders, admin):
        app.include_router(module.router)
    app.get("/health", tags=["health"])(health)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold an engine and an HTTP client while the application runs."""
    settings: Settings = app.state.settings
    engine = create_async_engine(settings.async_url)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    try:
        async with client_of(settings.payments_url) as app.state.http:
            yield
    finally:
        await engine.dispose()


def answering(code: int) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    """A handler that answers an error with this status and the error's own sentence."""

    async def answer(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, code)

    return answer


async def refuse(_: Request, error: Exception) -> Response:
    """Answer what is wrong with a request, and where, without what was sent.

    That may be a password, or what JSON can't hold: NaN, or half of a surrogate pair.
    """
    assert isinstance(error, RequestValidationError)
    told = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
    return Response(
        json.dumps({"detail": told}),
        status.HTTP_422_UNPROCESSABLE_CONTENT,
        media_type="application/json",
    )


async def health(session: Session) -> dict[str, str]:
    """Whether the shop reaches its database."""
    try:
        await session.execute(text("SELECT 1"))
    except (OSError, SQLAlchemyError):
        raise HTTPException(
            status.HTTP_503_SERVICE_UNAVAILABLE, "The database does not answer."
        ) from None
    return {"status": "ok"}
