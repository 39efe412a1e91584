"""Races that come out the same every time: transactions run to chosen points, in a chosen order.

    async with race(engine) as run:
        ada = run.start("ada", lambda session: place_order(session, ...))
        bob = run.start("bob", lambda session: place_order(session, ...))
        await ada.until(before("UPDATE products"))
        await bob.until_blocked()
        await ada.finish()
        with pytest.raises(OutOfStock):
            await bob.finish()

A participant has a session of its own, committed in the end. The commits are real: mark the test
``@pytest.mark.isolation("delete")``. A participant runs only while it is told to, and stops at its
next statement after that. Where two wait for each other, the one fails that was told to go on by
`finish` or `until`; one told to go on by `until_blocked` keeps waiting.

`run.moments` is what they did so far, and when.

`deadlock` and `serialization_failure` make one transaction fail, to test what tries again.

`thread_race` does the same with threads, a sync engine and ``Session``, without the ``await``.
"""

from nomocks.testing.races.conflicts import deadlock, serialization_failure
from nomocks.testing.races.moments import Did, Moment
from nomocks.testing.races.participants import RaceError
from nomocks.testing.races.points import COMMIT, after, at, before
from nomocks.testing.races.tasks import point, race
from nomocks.testing.races.threads import thread_race

__all__ = [
    "COMMIT",
    "Did",
    "Moment",
    "RaceError",
    "after",
    "at",
    "before",
    "deadlock",
    "point",
    "race",
    "serialization_failure",
    "thread_race",
]
