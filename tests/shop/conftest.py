"""What the tests of the shop share: both implementations of its services, and things to sell."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from itertools import count
from types import ModuleType

import httpx
import pytest
import pytest_asyncio
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from nomocks.postgres import Database, Server
from nomocks.testing.databases import template_of
from shop import passwords
from shop.models import Order, OrderItem, OrderStatus, Product, User
from shop.provider import PaymentProvider


@dataclass(frozen=True)
class Shop:
    """One implementation of the services."""

    users: ModuleType
    catalogue: ModuleType
    orders: ModuleType
    payments: ModuleType
    outbox: ModuleType
    returns: ModuleType
    refunds: ModuleType


@pytest.fixture(params=["services", "otherwise"])
def shop(request: pytest.FixtureRequest) -> Shop:
    package = f"shop.{request.param}"
    return Shop(**{name: import_module(f"{package}.{name}") for name in Shop.__annotations__})


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", PasswordHash((cheap,)))
    monkeypatch.setattr(passwords, "NOBODYS_HASH", cheap.hash("nobody's"))


@pytest_asyncio.fixture(loop_scope="session")
async def customer(session: AsyncSession) -> User:
    user = User(email="ada@example.org", name="Ada")
    session.add(user)
    await session.flush()
    return user


@pytest.fixture
def make_product(session: AsyncSession) -> Callable[..., Awaitable[Product]]:
    numbers = count(1)

    async def make(
        name: str = "Pen", price: str = "2.50", stock: int = 10, **columns: object
    ) -> Product:
        columns.setdefault("sku", f"SKU-{next(numbers)}")
        product = Product(name=name, price=Decimal(price), stock=stock, **columns)
        session.add(product)
        await session.flush()
        return product

    return make


@pytest.fixture
def make_order(
    session: AsyncSession, customer: User, make_product: Callable[..., Awaitable[Product]]
) -> Callable[..., Awaitable[Order]]:
    """An order for three of a product of which seven are left."""

    async def make(status: OrderStatus = OrderStatus.PENDING, **columns: object) -> Order:
        product = await make_product(stock=7)
        item = OrderItem(product=product, quantity=3, unit_price=Decimal("2.00"))
        columns.setdefault("user_id", customer.id)
        order = Order(status=status, items=[item], **columns)
        session.add(order)
        await session.flush()
        return order

    return make


class Till:
    """The far end of the payment provider: says yes, unless told to answer otherwise."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 201
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(request.content))
        if self.meanwhile:
            await self.meanwhile()
        return httpx.Response(self.status, json={"reference": f"for {self.keys[-1]}"})

    @property
    def keys(self) -> list[str]:
        return [asked["idempotency_key"] for asked in self.asked]


@pytest.fixture
def till() -> Till:
    return Till()


@pytest_asyncio.fixture(loop_scope="session")
async def remote(till: Till) -> AsyncIterator[PaymentProvider]:
    transport = httpx.MockTransport(till)
    async with httpx.AsyncClient(transport=transport, base_url="https://till.test") as client:
        yield PaymentProvider(client)


@dataclass(frozen=True)
class OwnDatabase:
    """A database of the test's own, where commits last and connections meet each other."""

    sessions: async_sessionmaker[AsyncSession]

    async def count_of(self, activity: str) -> int:
        """How many other connections to it are in this activity, a condition in SQL."""
        query = (
            "SELECT count(*) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND ({activity})"
        )
        async with self.sessions() as session:
            return await session.scalar(text(query)) or 0

    async def until_blocked(self, *tasks: asyncio.Task[object]) -> None:
        """Return when each of the tasks waits for a lock, or has ended."""
        async with asyncio.timeout(20):
            while await self.count_of("wait_event_type = 'Lock'") < sum(
                not task.done() for task in tasks
            ):
                pass


@pytest.fixture
def fresh_database(server: Server, metadata: MetaData) -> Iterator[Database]:
    with server.create_database(template=template_of(server, metadata)) as database:
        yield database


@pytest_asyncio.fixture(loop_scope="session")
async def own_database(fresh_database: Database) -> AsyncIterator[OwnDatabase]:
    engine = create_async_engine(fresh_database.url)
    yield OwnDatabase(async_sessionmaker(engine, expire_on_commit=False))
    await engine.dispose()
