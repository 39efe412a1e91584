"""`nomocks shop`, which runs the shop with sample data."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from nomocks.cli import main
from nomocks.postgres import databases, get_server
from nomocks.sample import PASSWORD, PEOPLE, fill
from shop.models import Order, Product, Review, User

COMMAND = (str(Path(sys.executable).with_name("nomocks")), "shop", "--port", "0")


@dataclass(frozen=True)
class Shop:
    """One that runs, and what it printed."""

    process: subprocess.Popen[str]
    printed: str

    @property
    def address(self) -> str:
        return re.findall(r"at (http://127\.0\.0\.1:\d+)/docs", self.printed)[0]

    @property
    def database(self) -> str:
        return re.findall(r"database (nomocks_shop_\w+)", self.printed)[0]

    @contextmanager
    def client(self, email: str = "") -> Iterator[httpx.Client]:
        with httpx.Client(base_url=self.address, trust_env=False) as client:
            if email:
                form = {"username": email, "password": PASSWORD}
                token = client.post("/token", data=form).json()["access_token"]
                client.headers["Authorization"] = f"Bearer {token}"
            yield client


@contextmanager
def running(**environment: str) -> Iterator[Shop]:
    with subprocess.Popen(
        COMMAND,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | environment,
    ) as process:
        try:
            printed = ""
            while "Ctrl-C" not in printed:
                line = read(process)
                assert line, f"it ended too soon: {printed}"
                printed += line
            yield Shop(process, printed)
        finally:
            process.kill()


def read(process: subprocess.Popen[str]) -> str:
    """The next line that it prints; empty at its end."""
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with running() as shop:
        yield shop


def test_it_says_where_it_runs_and_who_may_log_in(shop: Shop) -> None:
    with shop.client() as client:
        page = client.get("/", follow_redirects=True)
        assert (page.status_code, page.url.path) == (200, "/docs")
        assert client.get("/products").json()["total"] == 30
    for email, _, role in PEOPLE:
        assert email in shop.printed
        with shop.client(email) as client:
            assert client.get("/me").json()["role"] == role
    assert str(get_server()) in shop.printed


def test_an_order_is_paid_without_a_network(shop: Shop) -> None:
    with shop.client("ben@example.org") as client:
        lines = [{"product_id": 1, "quantity": 1}]
        order = client.post("/orders", json={"lines": lines}).json()
        payment = client.post(f"/orders/{order['id']}/pay")
        assert payment.json()["status"] == "captured"
        assert client.get(f"/orders/{order['id']}").json()["status"] == "paid"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_without_a_trace(number: signal.Signals) -> None:
    server = get_server()
    with running() as shop:
        assert databases.exists(server.url, shop.database)
        with shop.client() as client:  # whose connection is still open
            client.get("/health")
            shop.process.send_signal(number)
            rest = "".join(iter(lambda: read(shop.process), ""))
        assert shop.process.wait() == 0
    assert rest.strip() == "The shop is closed, and its database dropped."
    assert not databases.exists(server.url, shop.database)


def test_a_database_of_one_s_own_is_left_alone() -> None:
    with get_server().create_database("own") as own:
        url = own.sync_url.set(drivername="postgresql").render_as_string(hide_password=False)
        with running(DATABASE_URL=url, SECRET_KEY="short", TOKEN_MINUTES="0") as shop:
            with shop.client("admin@example.org") as client:
                assert client.get("/admin/orders").json()["total"] == 12
            assert shop.database != own.name
        with psycopg.connect(url) as connection:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(tables).fetchone() == (0,)


def test_a_port_in_use_gets_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(main, ["shop", "--port", str(port)])
    assert done.exit_code == 1
    assert done.output == (
        f"Error: The shop can't listen on port {port} (Address already in use): "
        "choose another, as in `nomocks shop --port 8001`.\n"
    )


async def snapshot(session: AsyncSession) -> list[object]:
    """What there is, without the numbers that a sequence gives, by which items are in order."""
    products = await session.scalars(select(Product).order_by(Product.id))
    reviews = await session.scalars(select(Review).order_by(Review.id))
    orders = await session.scalars(
        select(Order).options(selectinload(Order.items)).order_by(Order.id)
    )
    return [
        [(one.sku, one.price, one.stock, one.attributes, one.tags) for one in products],
        [(one.rating, one.body) for one in reviews],
        [(one.status, one.placed_at, sorted(item.total for item in one.items)) for one in orders],
        list(await session.scalars(select(User.email).order_by(User.id))),
    ]


async def test_the_sample_is_the_same_each_time(session: AsyncSession) -> None:
    await fill(session)
    first = await snapshot(session)
    await session.rollback()
    await fill(session)
    assert await snapshot(session) == first
    assert [len(one) for one in first if isinstance(one, list)] == [30, 24, 12, 4]
