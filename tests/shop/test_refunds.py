"""Giving money back, with a provider that pays out, refuses, or is away."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from shop.errors import Declined, Invalid, NotFound, ProviderDown, WrongStatus
from shop.models import (
    Order,
    OrderItem,
    OrderStatus,
    OutboxMessage,
    Payment,
    PaymentStatus,
    Product,
    Refund,
    RefundStatus,
    Return,
    ReturnItem,
    ReturnStatus,
    User,
)

PENDING, PAID_OUT, FAILED = RefundStatus.PENDING, RefundStatus.PAID_OUT, RefundStatus.FAILED


@pytest.fixture
def make_return(sessions):
    async def make(
        status=ReturnStatus.RECEIVED, price="2.00", quantity=3, damaged=0, paid=True, on=sessions
    ):
        """The id of a return, of an order that was charged."""
        async with on.begin() as session:
            product = Product(sku="PEN", name="Pen", price=Decimal(9), stock=7)
            item = OrderItem(product=product, quantity=5, unit_price=Decimal(price))
            user = User(email="ada@example.org", name="Ada")
            order = Order(user=user, status=OrderStatus.SHIPPED, items=[item])
            session.add(order)
            await session.flush()
            one = Return(order=order, status=status)
            one.items = [ReturnItem(order_item=item, quantity=quantity, damaged=damaged)]
            if status is ReturnStatus.REJECTED:
                one.rejected_because = "used"
            session.add(one)
            state = PaymentStatus.CAPTURED if paid else PaymentStatus.FAILED
            payment = Payment(order_id=order.id, amount=10, status=state, reference="charge-1")
            session.add(payment)
        return one.id

    return make


async def refunds_in(sessions):
    async with sessions() as session:
        found = await session.scalars(select(Refund).order_by(Refund.id))
        return [(refund.amount, refund.status, refund.reference) for refund in found]


async def status_in(sessions, id):
    async with sessions() as session:
        return (await session.get_one(Return, id)).status


async def topics(sessions):
    async with sessions() as session:
        return [(one.topic, one.payload) for one in await session.scalars(select(OutboxMessage))]


async def test_a_return_is_paid_out_and_the_world_told(sessions, shop, remote, till, make_return):
    id = await make_return()
    refund = await shop.refunds.refund(sessions, remote, id)
    assert (refund.return_id, refund.amount, refund.status) == (id, Decimal("6.00"), PAID_OUT)
    [asked] = till.asked
    assert (asked["charge"], asked["amount"]) == ("charge-1", "6.00")
    reference = f"for {asked['idempotency_key']}"
    assert await refunds_in(sessions) == [(Decimal("6.00"), PAID_OUT, reference)]
    assert await status_in(sessions, id) is ReturnStatus.REFUNDED
    [(topic, payload)] = await topics(sessions)
    assert (topic, payload["return_id"], payload["amount"]) == ("return.refunded", id, "6.00")


@pytest.mark.parametrize(
    ("price", "quantity", "damaged", "amount"),
    [
        ("2.00", 3, 1, "5.00"),
        ("0.05", 1, 1, "0.03"),
        ("0.05", 3, 3, "0.08"),
        ("0.01", 3, 2, "0.02"),
    ],
)
async def test_a_damaged_piece_gives_half_and_half_a_cent_is_rounded_up(
    sessions, shop, remote, make_return, price, quantity, damaged, amount
):
    id = await make_return(price=price, quantity=quantity, damaged=damaged)
    assert (await shop.refunds.refund(sessions, remote, id)).amount == Decimal(amount)


async def test_half_cents_of_several_products_are_rounded_once(sessions, shop, remote, make_return):
    id = await make_return(price="0.05", quantity=1, damaged=1)
    async with sessions.begin() as session:
        one = await session.get_one(Return, id)
        other = Product(sku="INK", name="Ink", price=Decimal(9), stock=7)
        item = OrderItem(
            order_id=one.order_id, product=other, quantity=1, unit_price=Decimal("0.05")
        )
        session.add(ReturnItem(return_id=id, order_item=item, quantity=1, damaged=1))
    assert (await shop.refunds.refund(sessions, remote, id)).amount == Decimal("0.05")


async def test_no_transaction_is_open_while_the_provider_pays(
    own_database, shop, remote, till, make_return
):
    id = await make_return(on=own_database.sessions)
    seen = []

    async def look():
        seen.append(await own_database.count_of("xact_start IS NOT NULL"))
        seen.extend(status for _, status, _ in await refunds_in(own_database.sessions))

    till.meanwhile = look
    await shop.refunds.refund(own_database.sessions, remote, id)
    assert seen == [0, PENDING]


async def test_a_return_that_is_not_there_is_not_found(sessions, shop, remote, till):
    with pytest.raises(NotFound, match="return 12345"):
        await shop.refunds.refund(sessions, remote, 12345)
    assert till.asked == []


@pytest.mark.parametrize("status", [one for one in ReturnStatus if one != "received"])
async def test_only_a_received_return_is_paid_out(
    sessions, shop, remote, till, make_return, status
):
    id = await make_return(status)
    with pytest.raises(WrongStatus):
        await shop.refunds.refund(sessions, remote, id)
    assert (till.asked, await refunds_in(sessions)) == ([], [])


@pytest.mark.parametrize("values", [{"price": "0.00"}, {"paid": False}])
async def test_nothing_is_paid_out_for_nothing(sessions, shop, remote, till, make_return, values):
    id = await make_return(**values)
    with pytest.raises(Invalid):
        await shop.refunds.refund(sessions, remote, id)
    assert (till.asked, await refunds_in(sessions)) == ([], [])


async def test_after_an_outage_the_same_refund_is_asked_for_again(
    sessions, shop, remote, till, make_return
):
    id = await make_return()
    till.status = 503
    with pytest.raises(ProviderDown):
        await shop.refunds.refund(sessions, remote, id)
    assert await refunds_in(sessions) == [(Decimal("6.00"), PENDING, None)]
    assert await status_in(sessions, id) is ReturnStatus.RECEIVED
    assert await topics(sessions) == []
    till.status = 201
    await shop.refunds.refund(sessions, remote, id)
    assert (len(till.asked), len(set(till.keys))) == (2, 1)
    assert len(await refunds_in(sessions)) == 1


async def test_after_a_refusal_the_next_try_is_another_refund(
    sessions, shop, remote, till, make_return
):
    id = await make_return()
    till.status = 402
    with pytest.raises(Declined):
        await shop.refunds.refund(sessions, remote, id)
    assert [status for _, status, _ in await refunds_in(sessions)] == [FAILED]
    assert await status_in(sessions, id) is ReturnStatus.RECEIVED
    till.status = 201
    await shop.refunds.refund(sessions, remote, id)
    assert len(set(till.keys)) == 2
    assert [status for _, status, _ in await refunds_in(sessions)] == [FAILED, PAID_OUT]


async def test_two_at_once_share_one_refund(own_database, shop, remote, till, make_return):
    sessions = own_database.sessions
    id = await make_return(on=sessions)
    both = asyncio.Barrier(2)
    till.meanwhile = both.wait
    async with asyncio.timeout(20):
        done = await asyncio.gather(
            *(shop.refunds.refund(sessions, remote, id) for _ in range(2)),
            return_exceptions=True,
        )
    assert sorted(type(one).__name__ for one in done) == ["Refund", "WrongStatus"]
    assert len(set(till.keys)) == 1
    assert [status for _, status, _ in await refunds_in(sessions)] == [PAID_OUT]
    assert len(await topics(sessions)) == 1


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE refunds SET amount = 0", "amount_positive"),
        (
            "INSERT INTO refunds (return_id, amount, status)"
            " SELECT return_id, amount, status FROM refunds",
            "uq_refunds_paid_out_return",
        ),
        (
            "INSERT INTO refunds (return_id, amount, reference)"
            " SELECT return_id, amount, reference FROM refunds",
            "uq_refunds_reference",
        ),
        ("DELETE FROM returns", "fk_refunds_return_id"),
    ],
)
async def test_the_database_refuses_what_makes_no_sense(
    sessions, session, shop, remote, make_return, statement, constraint
):
    await shop.refunds.refund(sessions, remote, await make_return())
    with pytest.raises(IntegrityError, match=constraint):
        await session.execute(text(statement))
