"""Tries a function that makes a URL for asyncpg."""

import answer
import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

PLAIN = "://ann:secret@db.example.com:6543/shop"


def made(given: str) -> URL:
    assert hasattr(answer, "asyncpg_url"), "There is no function asyncpg_url yet."
    url = answer.asyncpg_url(given)
    assert isinstance(url, URL), f"asyncpg_url returned a {type(url).__name__}, and not a URL."
    return url


def same(given: str, *parts: str) -> None:
    url, before = made(given), make_url(given)
    for part in parts:
        now, then = getattr(url, part), getattr(before, part)
        assert now == then, f"The {part} of {given} was {then!r}, and is {now!r} now."


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_driver_is_asyncpg(scheme):
    name = made(scheme + PLAIN).drivername
    assert name == "postgresql+asyncpg", f"From {scheme}:// the driver became {name}."


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://postgresql:postgresql4ever@postgresql.example.com/postgresql_course",
        "postgresql+psycopg://psycopg:psycopg@psycopg.example.com/psycopg",
        "postgres://postgres:postgres@postgres.example.com:6543/postgres",
    ],
)
def test_every_part_stays(given):
    same(given, "username", "password", "host", "port", "database")


@pytest.mark.parametrize("password", ["p@ss", "a/b?c#d", "100%", "p:a:s:s", "äöü +"])
def test_special_characters_stay(password):
    url = URL.create("postgresql", "ann", password, "localhost", database="shop")
    given = url.render_as_string(hide_password=False)
    same(given, "password", "host", "database")


@pytest.mark.parametrize("mode", ["require", "disable"])
def test_sslmode_becomes_ssl(mode):
    query = dict(made(f"postgresql{PLAIN}?sslmode={mode}").query)
    assert query == {"ssl": mode}, f"sslmode={mode} became {query}."


def test_other_options_stay():
    given = f"postgresql{PLAIN}?host=/run/postgresql&sslmode=prefer&command_timeout=5"
    query = dict(made(given).query)
    for name, value in {"host": "/run/postgresql", "command_timeout": "5"}.items():
        assert query.get(name) == value, f"The option {name} was {value!r}; what is left: {query}."


async def test_it_connects(database):
    url = database.sync_url.set(drivername="postgresql")
    url = url.update_query_dict({"sslmode": "prefer"})
    engine = create_async_engine(made(url.render_as_string(hide_password=False)))
    try:
        async with engine.connect() as connection:
            name = await connection.scalar(text("SELECT current_database()"))
    finally:
        await engine.dispose()
    assert name == database.name, "The connection led to another database."
