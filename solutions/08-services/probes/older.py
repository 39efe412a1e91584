"""Tries ``older_orders``, by what comes back when an order list is read in pieces."""

import answer
import pytest
from given import at

from nomocks.testing.factories import OrderFactory, UserFactory
from shop.services import orders


@pytest.fixture
async def ada(session):
    return await UserFactory.create_async(session, name="Ada")


async def older_orders(session, user, **asked):
    assert hasattr(answer, "older_orders"), "Your cell has no function older_orders."
    return list(await answer.older_orders(session, user.id, **asked))


def numbered(made, found):
    """The orders that were found, by their numbers, the oldest being 1."""
    numbers = {order.id: number for number, order in enumerate(made, 1)}
    return [numbers.get(order.id, "another") for order in found]


async def pieces(session, user, made, size=2, meanwhile=None):
    """What the pieces of a list hold, up to a bound."""
    found, last = [], None
    for _ in range(len(made) + 2):
        piece = await older_orders(session, user, before=last, limit=size)
        assert len(piece) <= size, f"at most {size} orders were asked for, and {len(piece)} came"
        if not piece:
            break
        found.extend(piece)
        last = piece[-1]
        if meanwhile is not None:
            await meanwhile(last)
            meanwhile = None
    return numbered(made, found)


async def test_only_of_the_user(session, ada):
    other = await OrderFactory.create_async()
    own = await OrderFactory.create_async(user=ada)
    found = numbered([own, other], await older_orders(session, ada))
    assert found == [1], f"Ada's only order is 1, and 2 is somebody else's; found was {found}"


async def test_deleted_are_left_out(session, ada):
    made = [
        await OrderFactory.create_async(user=ada, placed_at=at(minute), deleted=minute == 2)
        for minute in (1, 2, 3)
    ]
    found = numbered(made, await older_orders(session, ada))
    assert sorted(map(str, found)) == ["1", "3"], (
        f"of three orders, 2 is deleted; expected are 1 and 3, found was {found}"
    )


async def test_newest_first(session, ada):
    late = await OrderFactory.create_async(user=ada, placed_at=at(2))
    early = await OrderFactory.create_async(user=ada, placed_at=at(1))
    found = numbered([early, late], await older_orders(session, ada))
    assert found == [2, 1], f"2 was placed after 1, and comes first; found was {found}"


async def test_every_order_once(session, ada):
    made = await OrderFactory.create_batch_async(5, user=ada, placed_at=at(0))
    found = await pieces(session, ada, made)
    assert found == [5, 4, 3, 2, 1], (
        f"five orders of one moment, read two at a time, come from 5 to 1; found was {found}"
    )


async def some(ada):
    return [await OrderFactory.create_async(user=ada, placed_at=at(n)) for n in range(1, 5)]


async def test_placed_meanwhile(session, ada):
    made = await some(ada)

    async def place(_):
        await OrderFactory.create_async(user=ada, placed_at=at(9))

    found = await pieces(session, ada, made, meanwhile=place)
    assert found == [4, 3, 2, 1], (
        f"an order was placed after the first two were shown; expected is 4 to 1, found was {found}"
    )


async def test_deleted_meanwhile(session, ada):
    made = await some(ada)

    async def remove(last):
        await orders.delete_order(session, last.id)

    found = await pieces(session, ada, made, meanwhile=remove)
    assert found == [4, 3, 2, 1], (
        f"3 was deleted after it was shown; expected is 4 to 1, found was {found}"
    )
