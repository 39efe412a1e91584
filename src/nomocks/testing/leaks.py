"""Connections that a test takes out of a pool and never gives back.

Every pool of the process is watched, the application's own too. A connection that a driver makes
without SQLAlchemy is not seen here; cleaning finds it by the locks that it holds.
"""

import itertools
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import TimeoutError as PoolUsedUp
from sqlalchemy.pool import (
    AsyncAdaptedQueuePool,
    ConnectionPoolEntry,
    Pool,
    PoolProxiedConnection,
)

from nomocks.testing.places import place_in_your_code


@dataclass(frozen=True)
class Checkout:
    """A connection out of its pool: the how manieth it was, and the line that took it."""

    number: int
    place: str
    connection: PoolProxiedConnection

    def close(self) -> None:
        """Cut the connection, and free its place in the pool."""
        self.connection.invalidate()


_out: dict[ConnectionPoolEntry, Checkout] = {}
_numbers = itertools.count(1)
_latest = 0


def pytest_configure() -> None:
    if not event.contains(Pool, "checkout", _note):
        event.listen(Pool, "checkout", _note)
        event.listen(Pool, "checkin", _forget)
        event.listen(Pool, "detach", _forget)


def _note(
    _connection: DBAPIConnection, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection
) -> None:
    # Kept alive by this: what the garbage collector finds, it complains about in a later test.
    global _latest
    _latest = next(_numbers)
    _out[entry] = Checkout(_latest, place_in_your_code(), proxy)


def _forget(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    _out.pop(entry, None)


def checkouts() -> int:
    """How many times this process has taken a connection out of a pool."""
    return _latest


def still_out(since: int = 0) -> list[Checkout]:
    """The connections that are out, of those taken after the first `since`."""
    return [checkout for checkout in _out.values() if checkout.number > since]


class NamingPool(AsyncAdaptedQueuePool):
    """A pool that says, when it is used up, who holds its connections."""

    def _do_get(self) -> ConnectionPoolEntry:
        try:
            return super()._do_get()
        except PoolUsedUp as error:
            if not getattr(error, "__notes__", None):  # the method calls itself
                error.add_note(f"Its connections are held by {_places(still_out())}.")
            raise


def _places(held: list[Checkout]) -> str:
    counted = {one.place: sum(other.place == one.place for other in held) for one in held}
    return ", ".join(f"{place} ({n} times)" if n > 1 else place for place, n in counted.items())


def described(leaks: list[Checkout]) -> str:
    """One sentence on connections that a test has not given back."""
    if len(leaks) == 1:
        what = "a connection open, taken"
    else:
        what = f"{len(leaks)} connections open, taken"
    return (
        f"The test left {what} at {_places(leaks)}: close it, or the session that uses it, "
        "with `async with`."
    )
