"""Reading long lists of orders, by pages and by slices."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from shop.errors import Invalid
from shop.models import Order, OrderStatus, User

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def make_orders(session, customer):
    async def make(*minutes: int, **columns: object) -> list[Order]:
        """Orders placed so many minutes after noon."""
        columns.setdefault("user_id", customer.id)
        orders = [Order(placed_at=NOON + timedelta(minutes=one), **columns) for one in minutes]
        for order in orders:
            session.add(order)
            await session.flush()
        return orders

    return make


async def sliced(session, shop, **arguments):
    """All slices, from the first to the one without a successor."""
    slices, cursor = [], None
    while not slices or cursor:
        found = await shop.orders.list_orders(session, after=cursor, **arguments)
        assert found.next is None or found.next != cursor
        slices.append(found.items)
        cursor = found.next
    return slices


async def test_the_newest_order_comes_first(session, shop, make_orders):
    first, third, second = await make_orders(1, 3, 2)
    newest_first = (third, second, first)
    assert (await shop.orders.list_orders(session)).items == newest_first
    assert (await shop.orders.page_of_orders(session)).items == newest_first


async def test_orders_of_one_moment_are_in_order_of_id(session, shop, make_orders):
    orders = await make_orders(0, 0, 0, 0)
    orders[2].status = OrderStatus.PAID  # an update moves the row behind the others in the table
    await session.flush()
    assert (await shop.orders.list_orders(session)).items == tuple(reversed(orders))
    assert (await shop.orders.page_of_orders(session)).items == tuple(reversed(orders))


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
async def test_slices_show_every_order_once(session, shop, make_orders, limit):
    orders = await make_orders(0, 0, 0, 1, 1, 1)
    slices = await sliced(session, shop, limit=limit)
    assert [order for items in slices for order in items] == orders[::-1]
    assert [len(items) for items in slices[:-1]] == [limit] * (len(slices) - 1)
    assert len(slices) == -(-6 // limit)


async def test_the_last_slice_has_no_successor(session, shop, make_orders):
    await make_orders(0, 1)
    assert (await shop.orders.list_orders(session, limit=1)).next is not None
    assert (await shop.orders.list_orders(session, limit=2)).next is None
    assert (await shop.orders.list_orders(session, limit=3)).next is None


async def test_an_empty_list_is_one_empty_slice(session, shop):
    found = await shop.orders.list_orders(session)
    assert (found.items, found.next) == ((), None)


async def test_slices_stay_apart_when_an_order_is_placed_meanwhile(session, shop, make_orders):
    orders = await make_orders(1, 2, 3, 4)
    first = await shop.orders.list_orders(session, limit=2)
    await make_orders(5)
    second = await shop.orders.list_orders(session, limit=2, after=first.next)
    assert [*first.items, *second.items] == orders[::-1]


async def test_slices_stay_apart_when_an_order_is_deleted_meanwhile(session, shop, make_orders):
    orders = await make_orders(1, 2, 3, 4)
    first = await shop.orders.list_orders(session, limit=2)
    await shop.orders.delete_order(session, orders[2].id)  # the one that the cursor is at
    second = await shop.orders.list_orders(session, limit=2, after=first.next)
    assert second.items == (orders[1], orders[0])


async def test_a_cursor_keeps_microseconds_and_fits_in_a_url(session, shop, customer):
    orders = [
        Order(user_id=customer.id, placed_at=NOON + timedelta(microseconds=one))
        for one in (1, 2, 3)
    ]
    session.add_all(orders)
    await session.flush()
    assert await sliced(session, shop, limit=1) == [(order,) for order in orders[::-1]]
    cursor = (await shop.orders.list_orders(session, limit=1)).next
    assert cursor.replace("-", "").replace("_", "").rstrip("=").isalnum()


@pytest.mark.parametrize(
    "cursor",
    ["", "garbage", "!!!!", "ä", "A", "=", "\x00"]
    + [
        urlsafe_b64encode(text.encode()).decode()
        for text in (
            "", "7", f"{NOON.isoformat()}", f"{NOON.isoformat()} ", f"{NOON.isoformat()} x",
            "yesterday 7", "2026-03-01T12:00:00 7", f"{NOON.isoformat()} 0",
            f"{NOON.isoformat()} {2**31}", f"{NOON.isoformat()} 1 2", "0001-01-01T00:00:00+14:00 7",
        )
    ]
    + ["/w==", "gICA"],
)  # fmt: skip
async def test_a_broken_cursor_is_refused(session, shop, make_orders, cursor):
    await make_orders(1)
    with pytest.raises(Invalid, match="cursor"):
        await shop.orders.list_orders(session, after=cursor)


@pytest.mark.parametrize("limit", [0, -1])
async def test_a_slice_of_nothing_is_refused(session, shop, limit):
    with pytest.raises(Invalid):
        await shop.orders.list_orders(session, limit=limit)


@pytest.fixture
async def mixed(session, make_orders):
    """Orders of two users, of which one is deleted."""
    other = User(email="bob@example.org", name="Bob")
    session.add(other)
    await session.flush()
    own = await make_orders(1, 2, 3)
    own += await make_orders(4, status=OrderStatus.PAID)
    await make_orders(5, deleted_at=NOON)
    others = await make_orders(6, user_id=other.id)
    others += await make_orders(7, user_id=other.id, status=OrderStatus.PAID)
    return own, others


async def test_lists_leave_out_deleted_orders(session, shop, mixed):
    own, others = mixed
    expected = tuple(reversed(own + others))
    assert (await shop.orders.list_orders(session)).items == expected
    page = await shop.orders.page_of_orders(session)
    assert (page.items, page.total) == (expected, 6)


async def test_lists_are_filtered_by_user_and_status(session, shop, customer, mixed):
    own, others = mixed
    for filters, expected in (
        ({"user_id": customer.id}, own),
        ({"status": OrderStatus.PAID}, [own[3], others[1]]),
        ({"user_id": customer.id, "status": OrderStatus.PENDING}, own[:3]),
        ({"status": OrderStatus.SHIPPED}, []),
    ):
        newest_first = tuple(reversed(expected))
        assert (await shop.orders.list_orders(session, **filters)).items == newest_first
        page = await shop.orders.page_of_orders(session, **filters)
        assert (page.items, page.total) == (newest_first, len(expected))


async def test_slices_of_a_filtered_list_stay_filtered(session, shop, customer, mixed):
    own, _ = mixed
    slices = await sliced(session, shop, user_id=customer.id, limit=1)
    assert slices == [(order,) for order in own[::-1]]


@pytest.mark.parametrize(("offset", "expected"), [(0, [5, 4]), (2, [3, 2]), (4, [1]), (5, [])])
async def test_a_page_of_orders_tells_how_many_there_are_in_all(
    session, shop, make_orders, offset, expected
):
    orders = await make_orders(1, 2, 3, 4, 5)
    page = await shop.orders.page_of_orders(session, limit=2, offset=offset)
    assert page.items == tuple(orders[minute - 1] for minute in expected)
    assert page.total == 5
