"""A factory_boy factory whose objects an ``AsyncSession`` saves."""

# mypy: allow-untyped-calls
# factory_boy annotates what a user of a factory calls, and not what a base of factories does.

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from factory.base import Factory
from factory.enums import CREATE_STRATEGY
from factory.errors import FactoryError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util.concurrency import in_greenlet

from nomocks.testing.factory_fixtures import seed_faker, session_of_test

T = TypeVar("T")

seed_faker()
_saving_session: ContextVar[Session | None] = ContextVar("_saving_session", default=None)


class AsyncFactory(Factory[T]):
    """``await create_async()`` adds an object with all that belongs to it, and flushes once.

    The session is the test's own, or the one given. ``build()`` is factory_boy's, without any.
    ``create()`` is for a sync session, and for code inside ``run_sync``.
    """

    class Meta:
        abstract = True

    @classmethod
    async def create_async(cls, session: AsyncSession | None = None, /, **values: Any) -> T:
        (made,) = await cls.create_batch_async(1, session, **values)
        return made

    @classmethod
    async def create_batch_async(
        cls, size: int, session: AsyncSession | None = None, /, **values: Any
    ) -> list[T]:
        def save(sync_session: Session) -> list[T]:
            with _saving(sync_session):
                return cls.create_batch(size, **values)

        return await (session or _async_session(cls)).run_sync(save)

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> T:
        if strategy == CREATE_STRATEGY and not _saving_session.get():
            with _saving(_sync_session(cls)):
                made: T = super()._generate(strategy, params)
        else:
            made = super()._generate(strategy, params)
        return made

    @classmethod
    def _create(cls, model_class: type[T], *args: Any, **values: Any) -> T:
        made = model_class(*args, **values)
        (_saving_session.get() or _sync_session(cls)).add(made)
        return made


@contextmanager
def _saving(session: Session) -> Iterator[None]:
    """What factories create in here is added to the session, and flushed in the end, once."""
    token = _saving_session.set(session)
    try:
        yield
    finally:
        _saving_session.reset(token)
    session.flush()


def _async_session(factory: type[Factory[Any]]) -> AsyncSession:
    session = session_of_test()
    if isinstance(session, AsyncSession):
        return session
    raise FactoryError(
        f"{factory.__name__} has no AsyncSession to save to: let the test ask for the fixture "
        "'session', or give one, as in create_async(session)."
    )


def _sync_session(factory: type[Factory[Any]]) -> Session:
    session = session_of_test()
    if isinstance(session, AsyncSession) and in_greenlet():
        return session.sync_session
    if isinstance(session, Session):
        return session
    raise FactoryError(
        f"{factory.__name__}.create() has no sync session to save to: write "
        f"`await {factory.__name__}.create_async(...)`, or build() for an object in no session."
    )
