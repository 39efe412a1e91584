"""Databases on a server: made from templates, marked at once, dropped only with their mark."""

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from nomocks.postgres import guard
from nomocks.postgres.connection import connected, explained, place, scalar
from nomocks.postgres.errors import NotATestDatabase, PostgresError

TEMPLATE_PREFIX = "nomocks_template_"
LONGEST_NAME = 63  # bytes, PostgreSQL's limit
CLONE_LIMIT = 20.0  # seconds to wait for others to leave a template
TEMPLATES_KEPT = timedelta(days=7)  # on a server that outlives us, after their last use


def create(url: URL, purpose: str, template: str | None, strategy: str) -> str:
    """Create and mark a database, and return its name."""
    name = new_name(purpose)
    with connected(url) as connection:
        try:
            _create(connection, name, template or "template0", strategy)
            guard.set_mark(connection, name)
        except psycopg.Error as error:
            raise _refused(url, name, template, error) from None
    return name


def drop(url: URL, name: str) -> None:
    """Drop a marked database, and whoever is connected to it. No database of the name is fine."""
    with connected(url) as connection:
        if _is_there(connection, name):
            _drop(connection, url, name, force=True)


def exists(url: URL, name: str) -> bool:
    """Whether the server has a database of this name."""
    with connected(url) as connection:
        return _is_there(connection, name)


def template(url: URL, key: str, build: Callable[[URL], None], strategy: str) -> str:
    """The template database for a key; built under a lock, and renamed when it is complete."""
    # Another user's template could not be cloned, so it does not count.
    digest = hashlib.sha256(f"{url.username}\0{key}".encode()).hexdigest()
    name = f"{TEMPLATE_PREFIX}{digest[:16]}"
    with connected(url) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        if _is_there(connection, name):
            found = guard.require_marked(connection, name, url)
            if found.used != datetime.now(UTC).date().isoformat():
                guard.set_mark(connection, name, lasting=True)
            return name
        building = create(url, "building", None, strategy)
        try:
            build(url.set(database=building))
            _publish(connection, building, name)
        except BaseException:
            with contextlib.suppress(PostgresError, psycopg.Error):
                _drop(connection, url, building, force=True)
            raise
    return name


def remove_orphans(url: URL) -> None:
    """Drop the databases whose process on this host has died, and templates long unused."""
    oldest = (datetime.now(UTC) - TEMPLATES_KEPT).date().isoformat()
    with connected(url) as connection:
        for name, mark in guard.marks(connection).items():
            unused = name.startswith(TEMPLATE_PREFIX) and "" < mark.used < oldest
            if (mark.is_orphaned() or unused) and not _is_in_use(connection, name):
                # Gone meanwhile, or somebody has come: either way not ours to drop now.
                with contextlib.suppress(psycopg.Error, NotATestDatabase):
                    _drop(connection, url, name, force=False)


def new_name(purpose: str) -> str:
    """A name that no other process or fork can come up with."""
    word = re.sub(r"[^a-z0-9]+", "_", purpose.lower()).strip("_")
    tail = f"_{os.getpid()}_{secrets.token_hex(5)}"
    return f"nomocks_{word}"[: LONGEST_NAME - len(tail)] + tail


def needs_createdb(url: URL) -> PostgresError:
    """What to say to a user without the right."""
    return PostgresError(
        f'The user "{url.username}" may not create databases on {place(url)}: let an '
        f'administrator run ALTER ROLE "{url.username}" CREATEDB.'
    )


def _is_there(connection: psycopg.Connection[Any], name: str) -> bool:
    return bool(scalar(connection, "SELECT true FROM pg_database WHERE datname = %s", name))


def _create(connection: psycopg.Connection[Any], name: str, template: str, strategy: str) -> None:
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    if strategy:
        command += sql.SQL(" STRATEGY {}").format(sql.Identifier(strategy.lower()))
    deadline = time.monotonic() + CLONE_LIMIT
    while True:
        try:
            connection.execute(command)
            return
        except psycopg.errors.ObjectInUse:  # the server itself has waited for 5 seconds
            if time.monotonic() > deadline:
                raise


def _is_in_use(connection: psycopg.Connection[Any], name: str) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    return bool(scalar(connection, query, name))


def _drop(connection: psycopg.Connection[Any], url: URL, name: str, force: bool) -> None:
    guard.require_marked(connection, name, url)
    command = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    connection.execute(command + sql.SQL(" WITH (FORCE)") if force else command)


def _publish(connection: psycopg.Connection[Any], building: str, name: str) -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'",
        [building],
    )
    with connection.transaction():
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(building), sql.Identifier(name)
            )
        )
        guard.set_mark(connection, name, lasting=True)
        # Nobody can connect any more, so nobody can stand in the way of a clone.
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
        )


def _refused(url: URL, name: str, template: str | None, error: psycopg.Error) -> PostgresError:
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return needs_createdb(url)
    if isinstance(error, psycopg.errors.ObjectInUse):
        return PostgresError(
            f'The template "{template}" has open connections, so "{name}" can\'t be cloned from '
            "it: dispose of the engines that are connected to it."
        )
    if isinstance(error, psycopg.errors.DiskFull):
        return PostgresError(
            "The server's disk is full: drop databases, or set NOMOCKS_DATA to a folder elsewhere."
        )
    return explained(url, error)
