"""Paying for an order, with a provider that charges, refuses, or is away.

The database is the test's own: `pay` commits, and what it holds is to be seen from outside.
"""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select

from shop.errors import Declined, Invalid, NotFound, ProviderDown, WrongStatus
from shop.models import Order, OrderItem, OrderStatus, Payment, PaymentStatus, Product, User

CAPTURED, FAILED, PENDING = PaymentStatus.CAPTURED, PaymentStatus.FAILED, PaymentStatus.PENDING


@pytest.fixture
def sessions(own_database):
    return own_database.sessions


@pytest.fixture
async def make_order(sessions):
    async def make(status=OrderStatus.PENDING, quantity=3, unit_price="2.00", **columns):
        """The id of an order, committed."""
        async with sessions.begin() as session:
            item = OrderItem(quantity=quantity, unit_price=Decimal(unit_price))
            item.product = Product(sku="PEN", name="Pen", price=Decimal(9), stock=7)
            user = User(email="ada@example.org", name="Ada")
            order = Order(user=user, status=status, items=[item], **columns)
            session.add(order)
        return order.id

    return make


async def payments_in(sessions):
    async with sessions() as session:
        return (await session.scalars(select(Payment).order_by(Payment.id))).all()


async def order_in(sessions, id):
    async with sessions() as session:
        return await session.get_one(Order, id)


async def test_a_charge_is_recorded_and_the_order_paid(sessions, shop, remote, till, make_order):
    id = await make_order()
    payment = await shop.payments.pay(sessions, remote, id)
    [stored] = await payments_in(sessions)
    for one in (payment, stored):
        assert (one.order_id, one.amount, one.status) == (id, Decimal("6.00"), CAPTURED)
        assert one.reference == f"for {till.keys[0]}"
    order = await order_in(sessions, id)
    assert (order.status, order.version) == (OrderStatus.PAID, 2)
    assert [charge["amount"] for charge in till.asked] == ["6.00"]


async def test_only_the_one_order_is_paid(sessions, shop, remote, make_order):
    id = await make_order()
    async with sessions.begin() as session:
        other = Order(user_id=(await session.get_one(Order, id)).user_id)
        session.add(other)
    await shop.payments.pay(sessions, remote, id)
    assert (await order_in(sessions, other.id)).status is OrderStatus.PENDING


async def test_no_transaction_is_open_during_the_charge(
    own_database, sessions, shop, remote, till, make_order
):
    id = await make_order()
    seen = []

    async def look():
        seen.append(await own_database.count_of("xact_start IS NOT NULL"))
        seen.extend(payment.status for payment in await payments_in(sessions))

    till.meanwhile = look
    await shop.payments.pay(sessions, remote, id)
    assert seen == [0, PENDING]


async def test_an_order_that_does_not_exist_is_not_charged(sessions, shop, remote, till):
    with pytest.raises(NotFound, match="order 12345"):
        await shop.payments.pay(sessions, remote, 12345)
    assert till.asked == []


async def test_a_deleted_order_is_not_charged(sessions, shop, remote, till, make_order):
    id = await make_order()
    async with sessions.begin() as session:
        await shop.orders.delete_order(session, id)
    with pytest.raises(NotFound, match=f"order {id}"):
        await shop.payments.pay(sessions, remote, id)
    assert till.asked == []


@pytest.mark.parametrize("status", [OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.CANCELLED])
async def test_only_a_pending_order_is_charged(sessions, shop, remote, till, make_order, status):
    id = await make_order(status)
    with pytest.raises(WrongStatus):
        await shop.payments.pay(sessions, remote, id)
    assert (till.asked, await payments_in(sessions)) == ([], [])


async def test_an_order_that_costs_nothing_is_not_charged(sessions, shop, remote, till, make_order):
    id = await make_order(unit_price="0.00")
    with pytest.raises(Invalid):
        await shop.payments.pay(sessions, remote, id)
    assert (till.asked, await payments_in(sessions)) == ([], [])


async def test_a_paid_order_is_not_charged_again(sessions, shop, remote, till, make_order):
    id = await make_order()
    await shop.payments.pay(sessions, remote, id)
    with pytest.raises(WrongStatus):
        await shop.payments.pay(sessions, remote, id)
    assert len(till.asked) == len(await payments_in(sessions)) == 1


async def test_a_declined_payment_fails_and_the_next_is_another(
    sessions, shop, remote, till, make_order
):
    id = await make_order()
    till.status = 402
    with pytest.raises(Declined):
        await shop.payments.pay(sessions, remote, id)
    [payment] = await payments_in(sessions)
    assert (payment.status, payment.reference) == (FAILED, None)
    assert (await order_in(sessions, id)).status is OrderStatus.PENDING

    till.status = 201
    await shop.payments.pay(sessions, remote, id)
    assert [payment.status for payment in await payments_in(sessions)] == [FAILED, CAPTURED]
    assert len(set(till.keys)) == 2


async def test_without_an_answer_the_payment_stays_pending_and_is_asked_for_again(
    sessions, shop, remote, till, make_order
):
    id = await make_order()
    till.status = 503
    with pytest.raises(ProviderDown):
        await shop.payments.pay(sessions, remote, id)
    [payment] = await payments_in(sessions)
    assert (payment.status, payment.reference) == (PENDING, None)
    assert (await order_in(sessions, id)).status is OrderStatus.PENDING

    till.status = 201
    assert (await shop.payments.pay(sessions, remote, id)).id == payment.id
    assert len(till.keys) == 2
    assert len(set(till.keys)) == 1
    assert [payment.status for payment in await payments_in(sessions)] == [CAPTURED]


async def test_payments_of_two_orders_have_keys_of_their_own(
    sessions, shop, remote, till, make_order
):
    first = await make_order()
    async with sessions.begin() as session:
        order = await shop.orders.get_order(session, first)
        line = shop.orders.Line(order.items[0].product_id, 1)
        second = await shop.orders.place_order(session, user_id=order.user_id, lines=[line])
    for id in (first, second.id):
        await shop.payments.pay(sessions, remote, id)
    assert len(set(till.keys)) == 2


async def test_of_two_that_pay_at_once_one_captures(
    own_database, sessions, shop, remote, till, make_order
):
    """Locks held by a third hold both up before they write, so that neither sees the other's."""
    id = await make_order()
    both_charged, go_on = asyncio.Barrier(3), asyncio.Event()

    async def wait():
        await both_charged.wait()
        await go_on.wait()

    till.meanwhile = wait
    async with asyncio.timeout(60), sessions() as third:
        await third.execute(select(Order.id).with_for_update())
        both = [asyncio.create_task(shop.payments.pay(sessions, remote, id)) for _ in range(2)]
        await own_database.until_blocked(*both)
        await third.rollback()
        await both_charged.wait()
        await third.execute(select(Payment.id).with_for_update())
        go_on.set()
        await own_database.until_blocked(*both)
        await third.rollback()
        results = await asyncio.gather(*both, return_exceptions=True)
    assert {type(result) for result in results} == {Payment, WrongStatus}
    statuses = [payment.status for payment in await payments_in(sessions)]
    assert statuses.count(CAPTURED) == 1
    assert len(set(till.keys)) == 1  # so the customer was charged once
    order = await order_in(sessions, id)
    assert (order.status, order.version) == (OrderStatus.PAID, 2)


async def test_two_that_are_declined_at_once_both_hear_it(sessions, shop, remote, till, make_order):
    id = await make_order()
    till.status, till.meanwhile = 402, asyncio.Barrier(2).wait
    async with asyncio.timeout(20):
        results = await asyncio.gather(
            *(shop.payments.pay(sessions, remote, id) for _ in range(2)), return_exceptions=True
        )
    assert {type(result) for result in results} == {Declined}
    assert {payment.status for payment in await payments_in(sessions)} == {FAILED}


async def test_a_charge_that_the_index_refuses_is_a_wrong_status(
    sessions, shop, remote, till, make_order
):
    """As when another program captures a payment of its own during the charge."""
    id = await make_order()

    async def capture_another():
        async with sessions.begin() as session:
            session.add(Payment(order_id=id, amount=Decimal(6), status=CAPTURED))

    till.meanwhile = capture_another
    with pytest.raises(WrongStatus):
        await shop.payments.pay(sessions, remote, id)
    assert [payment.status for payment in await payments_in(sessions)] == [PENDING, CAPTURED]


@pytest.mark.parametrize(
    ("change", "error", "status"),
    [
        ("cancel_order", WrongStatus, OrderStatus.CANCELLED),
        ("delete_order", None, OrderStatus.PAID),
    ],
)
async def test_money_that_was_taken_is_recorded_whatever_became_of_the_order(
    sessions, shop, remote, till, make_order, change, error, status
):
    id = await make_order()

    async def change_order():
        async with sessions.begin() as session:
            await getattr(shop.orders, change)(session, id)

    till.meanwhile = change_order
    if error:
        with pytest.raises(error):
            await shop.payments.pay(sessions, remote, id)
    else:
        await shop.payments.pay(sessions, remote, id)
    [payment] = await payments_in(sessions)
    assert (payment.status, payment.reference) == (CAPTURED, f"for {till.keys[0]}")
    assert (await order_in(sessions, id)).status is status
