"""The shop to try out: filled with sample data, on a database that goes when it stops."""

import asyncio
import json
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nomocks.postgres import get_server
from nomocks.testing.databases import template_of
from shop.api import create_app, get_provider
from shop.config import Settings
from shop.models import (
    Base,
    Category,
    Order,
    OrderItem,
    OrderStatus,
    Payment,
    PaymentStatus,
    Product,
    Review,
    Role,
    User,
)
from shop.provider import PaymentProvider
from shop.services import users
from shop.services.orders import total_of

HOST = "127.0.0.1"
PASSWORD = "no-mocks-here"  # everybody's
FIRST_ORDER = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PEOPLE = (
    ("admin@example.org", "Ada Admin", Role.ADMIN),
    ("ben@example.org", "Ben Baker", Role.CUSTOMER),
    ("cleo@example.org", "Cleo Clark", Role.CUSTOMER),
    ("dan@example.org", "Dan Doyle", Role.CUSTOMER),
)
# Category, subcategory, and what it holds: name, price, stock, color.
SHELVES = {
    ("Kitchen", "Knives"): (
        ("Bread knife", "24.90", 12, "black"),
        ("Chef's knife", "59.00", 7, "black"),
        ("Paring knife", "9.50", 40, "red"),
        ("Cheese knife", "14.20", 0, "silver"),
        ("Sharpening stone", "32.00", 9, "gray"),
    ),
    ("Kitchen", "Pots and pans"): (
        ("Frying pan", "39.90", 15, "black"),
        ("Saucepan", "29.90", 11, "silver"),
        ("Stockpot", "64.50", 4, "silver"),
        ("Casserole", "89.00", 3, "blue"),
        ("Glass lid", "12.80", 25, "clear"),
    ),
    ("Office", "Pens"): (
        ("Fountain pen", "48.00", 6, "blue"),
        ("Ballpoint pen", "1.90", 300, "blue"),
        ("Fineliner", "2.40", 180, "black"),
        ("Highlighter", "1.60", 220, "yellow"),
        ("Ink bottle", "8.70", 30, "blue"),
    ),
    ("Office", "Paper"): (
        ("Notebook, lined", "6.50", 80, "red"),
        ("Notebook, blank", "6.50", 75, "black"),
        ("Sketch pad", "11.00", 22, "white"),
        ("Envelopes, 50", "4.30", 60, "white"),
        ("Index cards, 100", "3.10", 0, "white"),
    ),
    ("Garden", "Tools"): (
        ("Trowel", "13.90", 18, "green"),
        ("Pruning shears", "27.50", 10, "red"),
        ("Watering can", "21.00", 14, "green"),
        ("Rake", "25.40", 8, "brown"),
        ("Gloves", "7.80", 35, "green"),
    ),
    ("Garden", "Seeds"): (
        ("Tomato seeds", "2.90", 90, "red"),
        ("Basil seeds", "2.20", 110, "green"),
        ("Sunflower seeds", "1.80", 130, "yellow"),
        ("Lavender seeds", "3.40", 70, "purple"),
        ("Radish seeds", "1.70", 0, "red"),
    ),
}
OPINIONS = (
    (5, "Just what I wanted."),
    (4, "Good for the price."),
    (2, "Arrived late."),
    (5, "Would buy it again."),
    (3, "It does what it says."),
)


async def fill(session: AsyncSession) -> None:
    """Add the same people, products, reviews and orders each time, to tables that are empty."""
    people = [
        await users.register(session, email=email, name=name, password=PASSWORD, role=role)
        for email, name, role in PEOPLE
    ]
    customers = [person for person in people if person.role is Role.CUSTOMER]
    products: list[Product] = []
    roots: dict[str, Category] = {}
    for (root, name), shelf in SHELVES.items():
        parent = roots.setdefault(root, Category(name=root))
        category = Category(name=name, parent=parent)
        session.add(category)
        await session.flush()
        products += [_product(root, category, number, *one) for number, one in enumerate(shelf, 1)]
    session.add_all(products)
    await session.flush()
    session.add_all(_reviews(products, customers))
    session.add_all(_orders(products, customers))
    await session.flush()


def _product(
    root: str, category: Category, number: int, name: str, price: str, stock: int, color: str
) -> Product:
    return Product(
        sku=f"{root[:3]}-{category.name[:3]}-{number}".upper(),
        name=name,
        price=Decimal(price),
        stock=stock,
        category_id=category.id,
        attributes={"color": color},
        tags=[root.lower()] + (["bargain"] if Decimal(price) < 3 else []),
    )


def _reviews(products: list[Product], customers: list[User]) -> Iterator[Review]:
    for number, (rating, body) in enumerate(islice(cycle(OPINIONS), 24)):
        nth, again = number * 2 % len(products), number * 2 // len(products)
        yield Review(
            product_id=products[nth].id,
            user_id=customers[(number + again) % len(customers)].id,
            rating=rating,
            body=body,
        )


def _orders(products: list[Product], customers: list[User]) -> Iterator[Order]:
    for number, status in enumerate(islice(cycle(OrderStatus), 12)):
        chosen = [products[(number * 7 + step * 3) % len(products)] for step in range(3)]
        items = [
            OrderItem(product_id=product.id, quantity=quantity, unit_price=product.price)
            for quantity, product in enumerate(chosen, 1)
        ]
        order = Order(
            user_id=customers[number % len(customers)].id,
            status=status,
            placed_at=FIRST_ORDER + timedelta(hours=19 * number),
            items=items,
        )
        if status in (OrderStatus.PAID, OrderStatus.SHIPPED):
            captured = PaymentStatus.CAPTURED
            order.payments.append(
                Payment(amount=total_of(order), status=captured, reference=f"sample-{number}")
            )
        yield order


def listen(port: int) -> socket.socket:
    """A socket on this machine alone, for `serve`. Raises OSError when the port is taken."""
    return socket.create_server((HOST, port))


def serve(listening: socket.socket) -> None:
    """Run the shop until it is interrupted. Raises PostgresError when there is no server."""
    # To be terminated is to be interrupted: either way the database is dropped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    address = "http://{}:{}".format(*listening.getsockname())
    server = get_server()
    template = template_of(server, Base.metadata)
    with server.create_database("shop", template) as database, suppress(KeyboardInterrupt):
        asyncio.run(_fill_database(database.url))
        app = sample_app(database.url)
        print(_welcome(address, f"{server}, database {database.name}"), flush=True)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5)
        uvicorn.Server(config).run([listening])
    print("\nThe shop is closed, and its database dropped.")


async def _fill_database(url: URL) -> None:
    engine = create_async_engine(url)
    async with AsyncSession(engine) as session, session.begin():
        await fill(session)
    await engine.dispose()


def sample_app(url: URL) -> FastAPI:
    """The shop on this database alone, whatever the environment says, and with its own provider."""
    app = create_app(
        Settings(
            database_url=url.render_as_string(hide_password=False),
            secret_key=SecretStr(secrets.token_hex(32)),
            token_minutes=60,
            payments_url="https://payments.example",
        )
    )
    accepting = httpx.AsyncClient(
        transport=httpx.MockTransport(_accept), base_url="https://payments.example"
    )
    app.dependency_overrides[get_provider] = lambda: PaymentProvider(accepting)
    app.get("/", include_in_schema=False)(lambda: RedirectResponse("/docs"))
    return app


def _accept(request: httpx.Request) -> httpx.Response:
    """Stands in for the payment provider: every charge succeeds, and no network is used."""
    key = json.loads(request.content)["idempotency_key"]
    return httpx.Response(201, json={"reference": f"accepted-{key}"})


def _welcome(address: str, server: str) -> str:
    people = "\n".join(f"  {role:<9} {email:<19} {PASSWORD}" for email, _, role in PEOPLE)
    return (
        f"The shop runs at {address}/docs\n\n"
        f"Log in there (Authorize), with username and password:\n{people}\n\n"
        f"{server}.\nStop with Ctrl-C: the database goes with it."
    )
